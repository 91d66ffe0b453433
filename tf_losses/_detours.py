# SPDX-License-Identifier: Apache-2.0
"""How many things are going on, in any thread, for which every call must take the long way.

These are open tapes. A plain call looks at this one number and at nothing else: what is not in use
costs nothing.
"""

from __future__ import annotations

import threading

_lock = threading.Lock()
number = 0


def change(by: int) -> None:
    """Count what begins (1) or has ended (-1).

    >>> from tf_losses import _detours
    >>> _detours.change(1)
    >>> _detours.number > 0
    True
    >>> _detours.change(-1)
    """
    global number  # noqa: PLW0603 (one number for all threads, under a lock)
    with _lock:
        number += by
