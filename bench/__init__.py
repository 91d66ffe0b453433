# SPDX-License-Identifier: Apache-2.0
"""Times of tf_losses beside its peers: `make bench`, or `python -m bench --help`."""
