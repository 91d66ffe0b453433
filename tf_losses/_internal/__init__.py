# SPDX-License-Identifier: Apache-2.0
"""What the public modules are made of: the package's own, and free to change at any time."""
