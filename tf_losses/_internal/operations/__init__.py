# SPDX-License-Identifier: Apache-2.0
"""What programs compute around a loss: element by element, along axes, and with shapes."""
