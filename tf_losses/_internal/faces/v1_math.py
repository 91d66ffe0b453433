# SPDX-License-Identifier: Apache-2.0
"""The names of TensorFlow 1.x's `tf.math`, for type checkers. Written by tests/tools/write_faces.py; do not edit."""

from tf_losses._internal.operations.rounding import abs as abs
from tf_losses._internal.autodiff.arithmetic import add as add
from tf_losses._internal.autodiff.arithmetic import add_n as add_n
from tf_losses._internal.operations.arrays_v1 import argmax as argmax
from tf_losses._internal.operations.arrays_v1 import argmin as argmin
from tf_losses._internal.operations.counting_v1 import bincount as bincount
from tf_losses._internal.operations.rounding import ceil as ceil
from tf_losses._internal.operations.counting_v1 import confusion_matrix as confusion_matrix
from tf_losses._internal.operations.reductions_v1 import count_nonzero as count_nonzero
from tf_losses._internal.operations.cumulative import cumsum as cumsum
from tf_losses._internal.autodiff.arithmetic import divide as divide
from tf_losses._internal.operations.division import divide_no_nan as divide_no_nan
from tf_losses._internal.operations.comparisons import equal as equal
from tf_losses._internal.operations.transcendental import exp as exp
from tf_losses._internal.operations.transcendental import expm1 as expm1
from tf_losses._internal.operations.rounding import floor as floor
from tf_losses._internal.operations.division import floordiv as floordiv
from tf_losses._internal.operations.division import floormod as floormod
from tf_losses._internal.operations.comparisons import greater as greater
from tf_losses._internal.operations.comparisons import greater_equal as greater_equal
from tf_losses._internal.operations.arrays_v1 import in_top_k as in_top_k
from tf_losses._internal.operations.rounding import is_finite as is_finite
from tf_losses._internal.operations.rounding import is_inf as is_inf
from tf_losses._internal.operations.rounding import is_nan as is_nan
from tf_losses._internal.operations.comparisons import less as less
from tf_losses._internal.operations.comparisons import less_equal as less_equal
from tf_losses._internal.operations.transcendental import log as log
from tf_losses._internal.operations.transcendental import log1p as log1p
from tf_losses._internal.operations.transcendental import log_sigmoid as log_sigmoid
from tf_losses._internal.operations.softmaxes_v1 import log_softmax as log_softmax
from tf_losses._internal.operations.comparisons import logical_and as logical_and
from tf_losses._internal.operations.comparisons import logical_not as logical_not
from tf_losses._internal.operations.comparisons import logical_or as logical_or
from tf_losses._internal.operations.comparisons import logical_xor as logical_xor
from tf_losses._internal.operations.extremes import maximum as maximum
from tf_losses._internal.operations.extremes import minimum as minimum
from tf_losses._internal.operations.division import floormod as mod
from tf_losses._internal.autodiff.arithmetic import multiply as multiply
from tf_losses._internal.operations.division import multiply_no_nan as multiply_no_nan
from tf_losses._internal.autodiff.arithmetic import negative as negative
from tf_losses._internal.operations.comparisons import not_equal as not_equal
from tf_losses._internal.operations.power import pow as pow
from tf_losses._internal.operations.reciprocal import reciprocal as reciprocal
from tf_losses._internal.operations.reductions_v1 import reduce_all as reduce_all
from tf_losses._internal.operations.reductions_v1 import reduce_any as reduce_any
from tf_losses._internal.operations.reductions_v1 import reduce_logsumexp as reduce_logsumexp
from tf_losses._internal.operations.reductions_v1 import reduce_max as reduce_max
from tf_losses._internal.operations.reductions_v1 import reduce_mean as reduce_mean
from tf_losses._internal.operations.reductions_v1 import reduce_min as reduce_min
from tf_losses._internal.operations.reductions_v1 import reduce_prod as reduce_prod
from tf_losses._internal.operations.reductions_v1 import reduce_sum as reduce_sum
from tf_losses._internal.operations.rounding import rint as rint
from tf_losses._internal.operations.rounding import round as round
from tf_losses._internal.operations.transcendental import rsqrt as rsqrt
from tf_losses._internal.operations.transcendental import sigmoid as sigmoid
from tf_losses._internal.operations.rounding import sign as sign
from tf_losses._internal.operations.softmaxes_v1 import softmax as softmax
from tf_losses._internal.operations.transcendental import softplus as softplus
from tf_losses._internal.operations.transcendental import sqrt as sqrt
from tf_losses._internal.autodiff.arithmetic import square as square
from tf_losses._internal.operations.division import squared_difference as squared_difference
from tf_losses._internal.autodiff.arithmetic import subtract as subtract
from tf_losses._internal.operations.transcendental import tanh as tanh
from tf_losses._internal.operations.ranking import top_k as top_k
from tf_losses._internal.autodiff.arithmetic import divide as truediv
from tf_losses._internal.operations.reductions import zero_fraction as zero_fraction

__all__ = [
    "abs",
    "add",
    "add_n",
    "argmax",
    "argmin",
    "bincount",
    "ceil",
    "confusion_matrix",
    "count_nonzero",
    "cumsum",
    "divide",
    "divide_no_nan",
    "equal",
    "exp",
    "expm1",
    "floor",
    "floordiv",
    "floormod",
    "greater",
    "greater_equal",
    "in_top_k",
    "is_finite",
    "is_inf",
    "is_nan",
    "less",
    "less_equal",
    "log",
    "log1p",
    "log_sigmoid",
    "log_softmax",
    "logical_and",
    "logical_not",
    "logical_or",
    "logical_xor",
    "maximum",
    "minimum",
    "mod",
    "multiply",
    "multiply_no_nan",
    "negative",
    "not_equal",
    "pow",
    "reciprocal",
    "reduce_all",
    "reduce_any",
    "reduce_logsumexp",
    "reduce_max",
    "reduce_mean",
    "reduce_min",
    "reduce_prod",
    "reduce_sum",
    "rint",
    "round",
    "rsqrt",
    "sigmoid",
    "sign",
    "softmax",
    "softplus",
    "sqrt",
    "square",
    "squared_difference",
    "subtract",
    "tanh",
    "top_k",
    "truediv",
    "zero_fraction",
]
