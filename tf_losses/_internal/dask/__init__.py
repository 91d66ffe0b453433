# SPDX-License-Identifier: Apache-2.0
"""What losses, gradients and reductions give for Dask arrays: the bits of one call on the whole."""
