# SPDX-License-Identifier: Apache-2.0
"""What a run does beside the symbols that it computes."""

from __future__ import annotations

from tf_losses._internal.arguments.symbols import Symbol, held
from tf_losses._internal.graph.default_sessions import evaluated


class Operation:
    """Something that a run does, and gives nothing back.

    >>> import tf_losses as tf
    >>> with tf.Session() as session:
    ...     session.run(Operation("nothing"))
    """

    def __init__(self, name: str, *inputs: object) -> None:
        """Take what has to be computed for it."""
        self.name = name
        self._inputs = inputs

    def needs(self) -> list[Symbol]:
        """List the symbols that a run has to compute."""
        symbols = list(held(list(self._inputs)))
        for one in self._inputs:
            if isinstance(one, Operation):
                symbols += one.needs()
        return symbols

    def run(self, feed_dict: object = None, session: object = None) -> None:
        """Do it in a session, by default the one whose block this is."""
        evaluated(self, feed_dict, session)
