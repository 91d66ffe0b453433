# SPDX-License-Identifier: Apache-2.0
"""TensorFlow's cross entropies with logits, bit for bit, without TensorFlow.

`import tf_losses as tf` serves programs written for TensorFlow 1.x, `import
tf_losses.compat.v2 as tf` those of today. Losses are NumPy arrays.

>>> import tf_losses as tf
>>> tf.nn.sigmoid_cross_entropy_with_logits(labels=[0.0, 1.0, 0.5], logits=[1.0, -2.0, 0.0])
array([1.3132617, 2.126928 , 0.6931472], dtype=float32)
"""

import os as _os

# First, as it says why there may be no NumPy.
from tf_losses._runtime import interpreter  # noqa: F401 # isort: skip
from tf_losses import compat, errors, gradients, nn, raw_ops, versions
from tf_losses._autodiff.arithmetic import add, add_n, divide, multiply, negative, square, subtract
from tf_losses._autodiff.arrays import constant, convert_to_tensor, reduce_mean, reduce_sum
from tf_losses._autodiff.plumbing import cast, identity, reshape
from tf_losses._autodiff.plumbing_v1 import expand_dims, ones_like, squeeze, zeros_like
from tf_losses._autodiff.shapes import one_hot, ones, zeros
from tf_losses._autodiff.tape import GradientTape, UnconnectedGradients, stop_gradient
from tf_losses._config import (
    VERSION,
    get_num_threads,
    get_tf_processor,
    read_environment,
    set_num_threads,
    set_result_cache,
    set_tf_processor,
    show_config,
)
from tf_losses._runtime.startup import stop_command as _stop_command
from tf_losses._runtime.tf_dtypes import (
    complex64,
    complex128,
    double,
    float16,
    float32,
    float64,
    half,
    int8,
    int16,
    int32,
    int64,
    uint8,
    uint16,
    uint32,
    uint64,
)
from tf_losses._runtime.tf_dtypes import missing as _missing
from tf_losses._runtime.threadpoolctl import register_threadpoolctl
from tf_losses._session import Session
from tf_losses.versions import (
    get_tf_version,
    known_tf_versions,
    set_tf_version,
    tf_version,
)

__all__ = [
    "GradientTape",
    "Session",
    "UnconnectedGradients",
    "__version__",
    "add",
    "add_n",
    "cast",
    "compat",
    "complex64",
    "complex128",
    "constant",
    "convert_to_tensor",
    "divide",
    "double",
    "errors",
    "expand_dims",
    "float16",
    "float32",
    "float64",
    "get_num_threads",
    "get_tf_processor",
    "get_tf_version",
    "gradients",
    "half",
    "identity",
    "int8",
    "int16",
    "int32",
    "int64",
    "known_tf_versions",
    "multiply",
    "negative",
    "nn",
    "one_hot",
    "ones",
    "ones_like",
    "raw_ops",
    "reduce_mean",
    "reduce_sum",
    "register_threadpoolctl",
    "reshape",
    "set_num_threads",
    "set_result_cache",
    "set_tf_processor",
    "set_tf_version",
    "show_config",
    "square",
    "squeeze",
    "stop_gradient",
    "subtract",
    "tf_version",
    "uint8",
    "uint16",
    "uint32",
    "uint64",
    "versions",
    "zeros",
    "zeros_like",
]

__version__ = VERSION

try:
    read_environment(_os.environ)
except ValueError as _error:
    _stop_command(_error)
    raise


def __getattr__(name: str) -> object:
    """Give `bool` and `bfloat16`, TensorFlow's dtypes."""
    return _missing(__name__, name)
