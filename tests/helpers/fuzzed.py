# SPDX-License-Identifier: Apache-2.0
"""What came of the calls that test_fuzz.py drew; printed after a run."""

from __future__ import annotations

from collections import Counter

# (test, kind of outcome) -> calls
outcomes: Counter[tuple[str, str]] = Counter()
