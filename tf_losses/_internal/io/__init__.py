# SPDX-License-Identifier: Apache-2.0
"""Files and streams of the commands: read in pieces, written whole or not at all."""
