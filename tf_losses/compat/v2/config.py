# SPDX-License-Identifier: Apache-2.0
"""`tf.config.threading`: the threads of the TensorFlow that is reproduced.

They decide the order in which TensorFlow adds up a whole array (`reduce_sum`, the gradient of a
single `pos_weight`), and nothing else. How many threads work here is `tf_losses.set_num_threads`.
"""

from types import SimpleNamespace
from typing import TYPE_CHECKING

from tf_losses._internal import names as _names
from tf_losses._internal.runtime.threads import (
    get_intra_op_parallelism_threads,
    set_intra_op_parallelism_threads,
)

__all__ = ["threading"]

threading = SimpleNamespace(
    get_intra_op_parallelism_threads=get_intra_op_parallelism_threads,
    set_intra_op_parallelism_threads=set_intra_op_parallelism_threads,
)

if not TYPE_CHECKING:
    __getattr__ = _names.lookup(__name__, 2, "config")


def __dir__() -> list[str]:
    """List what is public."""
    return __all__
