# SPDX-License-Identifier: Apache-2.0
"""TensorFlow's cross entropies with logits, bit for bit, without TensorFlow.

Write it in the place of TensorFlow's import:

    import tf_losses as tf                  a program of TensorFlow 1.x
    import tf_losses.compat.v1 as tf        one that imports tensorflow.compat.v1
    import tf_losses.compat.v2 as tf        one of TensorFlow 2

>>> import tf_losses as tf
>>> tf.nn.sigmoid_cross_entropy_with_logits(labels=[0.0, 1.0, 0.5], logits=[1.0, -2.0, 0.0]).numpy()
array([1.3132617, 2.126928 , 0.6931472], dtype=float32)

Losses are tensors: NumPy arrays with what TensorFlow's tensors have beside. What to use:

    nn                      the four losses with logits, and what stands around them
    gradients               a loss's gradients by one call, without a tape; raw_ops: both at once
    GradientTape, Session   TensorFlow's own ways to gradients and values
    losses, metrics         1.x's tf.losses and tf.metrics; keras: Keras's losses and metrics
    errors                  what is raised
    dask                    Dask arrays, to be imported on its own
    testing                 assert_bits_equal, and what the pytest plugin gives to tests

Whose bits they are, and how they are computed; nothing else changes a bit:

    set_tf_version          of which release of TensorFlow, for all that follows; tf_version: in a
                            `with` block; known_tf_versions() lists them
    set_tf_libm             beside which C library; tf_libm, known_tf_libms()
    set_tf_processor        on which vendor's processor; set_tf_onednn: with whose softmax
    set_num_threads         how many threads a call may use; set_result_cache: what memory is kept
    show_config()           prints all of that, and what was found of this machine

A name of TensorFlow that is not there says so when it is asked for. `tf-losses --help` names the
commands. Modules that begin with an underscore are the package's own: they may change at any time.
"""

import os as _os
from typing import TYPE_CHECKING

# First, as it says why there may be no NumPy.
from tf_losses._internal.runtime import interpreter as interpreter  # isort: skip
from tf_losses import (
    compat,
    contrib,
    errors,
    keras,
    libm,
    losses,
    math,
    metrics,
    nn,
    raw_ops,
    versions,
)
from tf_losses._internal import names as _names
from tf_losses._internal.config import VERSION as _VERSION
from tf_losses._internal.config import (
    get_num_threads,
    get_tf_onednn,
    get_tf_processor,
    read_environment,
    set_num_threads,
    set_result_cache,
    set_tf_onednn,
    set_tf_processor,
    show_config,
)
from tf_losses._internal.runtime.startup import stop_command as _stop_command
from tf_losses._internal.runtime.threadpoolctl import register_threadpoolctl
from tf_losses.libm import get_tf_libm, known_tf_libms, set_tf_libm, tf_libm
from tf_losses.versions import (
    get_tf_version,
    known_tf_versions,
    set_tf_version,
    tf_version,
)

__all__ = [
    "__version__",
    "compat",
    "contrib",
    "errors",
    "get_num_threads",
    "get_tf_libm",
    "get_tf_onednn",
    "get_tf_processor",
    "get_tf_version",
    "gradients",
    "keras",
    "known_tf_libms",
    "known_tf_versions",
    "libm",
    "losses",
    "math",
    "metrics",
    "nn",
    "raw_ops",
    "register_threadpoolctl",
    "set_num_threads",
    "set_result_cache",
    "set_tf_libm",
    "set_tf_onednn",
    "set_tf_processor",
    "set_tf_version",
    "show_config",
    "tf_libm",
    "tf_version",
    "versions",
]

__version__ = _VERSION

try:
    read_environment(_os.environ)
except ValueError as _error:
    _stop_command(_error)
    raise

if TYPE_CHECKING:
    from tf_losses._internal.faces.callable_gradients import gradients as gradients
    from tf_losses._internal.faces.v1_tf import *
else:
    from tf_losses import gradients

    __all__ += _names.names_of(1, "tf")
    __getattr__ = _names.lookup(__name__, 1, "tf")


def __dir__() -> list[str]:
    """List what is public."""
    return sorted(__all__)
