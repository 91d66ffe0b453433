# SPDX-License-Identifier: Apache-2.0
"""The part of TensorFlow 2.x's `tf.compat.v1` that the losses need.

>>> import tf_losses.compat.v1 as tf
>>> with tf.Session() as session:
...     session.run(tf.nn.sigmoid_cross_entropy_with_logits(labels=[1.0], logits=[0.0]))
array([0.6931472], dtype=float32)
"""

from tf_losses import errors, raw_ops
from tf_losses._autodiff.arithmetic import add, add_n, divide, multiply, negative, square, subtract
from tf_losses._autodiff.arrays import constant, convert_to_tensor, reduce_mean, reduce_sum
from tf_losses._autodiff.plumbing import cast, identity, reshape
from tf_losses._autodiff.plumbing_v1 import expand_dims, ones_like, squeeze, zeros_like
from tf_losses._autodiff.shapes import one_hot, ones, zeros
from tf_losses._autodiff.tape import GradientTape, UnconnectedGradients, stop_gradient
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
from tf_losses._session import Session

from . import nn

__all__ = [
    "GradientTape",
    "Session",
    "UnconnectedGradients",
    "add",
    "add_n",
    "cast",
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
    "half",
    "identity",
    "int8",
    "int16",
    "int32",
    "int64",
    "multiply",
    "negative",
    "nn",
    "one_hot",
    "ones",
    "ones_like",
    "raw_ops",
    "reduce_mean",
    "reduce_sum",
    "reshape",
    "square",
    "squeeze",
    "stop_gradient",
    "subtract",
    "uint8",
    "uint16",
    "uint32",
    "uint64",
    "zeros",
    "zeros_like",
]


def __getattr__(name: str) -> object:
    """Give `bool` and `bfloat16`, TensorFlow's dtypes."""
    return _missing(__name__, name)
