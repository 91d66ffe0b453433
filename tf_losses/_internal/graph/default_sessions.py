# SPDX-License-Identifier: Apache-2.0
"""The session whose `with` block a thread is in."""

from __future__ import annotations

import threading
from typing import Any

from tf_losses.errors import hinted


class _Here(threading.local):
    def __init__(self) -> None:
        self.sessions: list[Any] = []


_here = _Here()


def default_session() -> Any:  # noqa: ANN401 (a session, or None)
    """Give the session whose block this is.

    >>> default_session() is None
    True
    """
    return _here.sessions[-1] if _here.sessions else None


def enter_session(session: object) -> None:
    """Let this session be the default one in this thread."""
    _here.sessions.append(session)


def leave_session(session: object) -> None:
    """End that, in whatever order sessions are left."""
    if session in _here.sessions:
        _here.sessions.reverse()
        _here.sessions.remove(session)
        _here.sessions.reverse()


def evaluated(fetch: Any, feed_dict: Any, session: Any) -> Any:  # noqa: ANN401 (as a session has them)
    """Compute something in a session, by default the one whose block this is.

    Raises:
        ValueError: there is none.
    """
    chosen = session or default_session()
    if chosen is None:
        raise hinted(
            ValueError(
                "Cannot evaluate tensor using `eval()`: No default session is registered. Use "
                "`with sess.as_default()` or pass an explicit session to `eval(session=sess)`"
            ),
            "tf.InteractiveSession() makes one that is the default at once.",
        )
    return chosen.run(fetch, feed_dict)
