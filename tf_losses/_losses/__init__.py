# SPDX-License-Identifier: Apache-2.0
"""The four losses: check, forward, backward."""
