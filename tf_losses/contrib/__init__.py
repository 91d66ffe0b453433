# SPDX-License-Identifier: Apache-2.0
"""TensorFlow 1.x's `tf.contrib`, as far as it has losses."""

from typing import NoReturn

from . import legacy_seq2seq, losses, seq2seq, slim

__all__ = ["legacy_seq2seq", "losses", "seq2seq", "slim"]


def __getattr__(name: str) -> NoReturn:
    """Say that there is no more."""
    raise AttributeError(
        f"{__name__} has no {name!r}: of tf.contrib the losses are here; "
        "models stay with a framework"
    )


def __dir__() -> list[str]:
    """List what is public."""
    return __all__
