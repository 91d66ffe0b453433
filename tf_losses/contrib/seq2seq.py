# SPDX-License-Identifier: Apache-2.0
"""TensorFlow 1.x's `tf.contrib.seq2seq`: the loss of sequences."""

from typing import TYPE_CHECKING

from tf_losses._internal import names as _names

if TYPE_CHECKING:
    from tf_losses._internal.faces.v1_contrib_seq2seq import *
else:
    __all__ = _names.names_of(1, "contrib.seq2seq")
    __getattr__ = _names.lookup(__name__, 1, "contrib.seq2seq")


def __dir__() -> list[str]:
    """List what is public."""
    return _names.names_of(1, "contrib.seq2seq")
