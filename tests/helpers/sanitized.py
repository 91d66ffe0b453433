# SPDX-License-Identifier: Apache-2.0
"""Whether this process runs under AddressSanitizer, as it does in `make sanitize`."""

from __future__ import annotations

import os

# Memory then has shadows, reserves and a quarantine: what measures or limits it measures those.
IS_SANITIZED = "libasan" in os.environ.get("LD_PRELOAD", "")
