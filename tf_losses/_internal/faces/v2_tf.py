# SPDX-License-Identifier: Apache-2.0
"""The names of TensorFlow 2.x's `tf`, for type checkers. Written by tests/tools/write_faces.py; do not edit."""

from tf_losses._internal.operations.checking import Assert as Assert
from tf_losses._internal.runtime.tf_dtypes import DType as DType
from tf_losses._internal.autodiff.tape import GradientTape as GradientTape
from tf_losses._internal.graph.graphs import Graph as Graph
from tf_losses._internal.graph.operations import Operation as Operation
from tf_losses._internal.autodiff.tensor import Tensor as Tensor
from tf_losses._internal.runtime.tf_shapes import TensorShape as TensorShape
from tf_losses._internal.autodiff.tape import UnconnectedGradients as UnconnectedGradients
from tf_losses._internal.operations.rounding import abs as abs
from tf_losses._internal.autodiff.arithmetic import add as add
from tf_losses._internal.autodiff.arithmetic import add_n as add_n
from tf_losses._internal.operations.ranking import argmax as argmax
from tf_losses._internal.operations.ranking import argmin as argmin
from tf_losses._internal.operations.ranking import argsort as argsort
from tf_losses._internal.arguments.conversions import as_tf_dtype as as_dtype
from tf_losses._internal.operations.asserting import assert_equal as assert_equal
from tf_losses._internal.operations.asserting import assert_greater as assert_greater
from tf_losses._internal.operations.asserting import assert_less as assert_less
from tf_losses._internal.operations.asserting import assert_rank as assert_rank
from tf_losses._internal.runtime.tf_dtypes import bfloat16 as bfloat16
from tf_losses._internal.runtime.tf_dtypes import bool as bool
from tf_losses._internal.operations.gathering import boolean_mask as boolean_mask
from tf_losses._internal.operations.moving import broadcast_to as broadcast_to
from tf_losses._internal.operations.flow import case as case
from tf_losses._internal.autodiff.plumbing import cast as cast
from tf_losses._internal.operations.extremes import clip_by_value as clip_by_value
from tf_losses._internal.runtime.tf_dtypes import complex128 as complex128
from tf_losses._internal.runtime.tf_dtypes import complex64 as complex64
from tf_losses._internal.operations.joining import concat as concat
from tf_losses._internal.graph.flow import cond as cond
from tf_losses._internal.autodiff.arrays import constant as constant
from tf_losses._internal.graph.flow import control_dependencies as control_dependencies
from tf_losses._internal.autodiff.arrays import convert_to_tensor as convert_to_tensor
from tf_losses._internal.operations.cumulative import cumsum as cumsum
from tf_losses._internal.graph.settings import device as device
from tf_losses._internal.autodiff.arithmetic import divide as divide
from tf_losses._internal.runtime.tf_dtypes import double as double
from tf_losses._internal.operations.counting import ensure_shape as ensure_shape
from tf_losses._internal.operations.comparisons import equal as equal
from tf_losses._internal.graph.graphs import executing_eagerly as executing_eagerly
from tf_losses._internal.operations.transcendental import exp as exp
from tf_losses._internal.autodiff.shapes import expand_dims as expand_dims
from tf_losses._internal.operations.filling import eye as eye
from tf_losses._internal.operations.filling import fill as fill
from tf_losses._internal.runtime.tf_dtypes import float16 as float16
from tf_losses._internal.runtime.tf_dtypes import float32 as float32
from tf_losses._internal.runtime.tf_dtypes import float64 as float64
from tf_losses._internal.operations.rounding import floor as floor
from tf_losses._internal.autodiff.functions import function as function
from tf_losses._internal.operations.gathering import gather as gather
from tf_losses._internal.operations.gathering import gather_nd as gather_nd
from tf_losses._internal.graph.logs import get_logger as get_logger
from tf_losses._internal.operations.comparisons import greater as greater
from tf_losses._internal.operations.comparisons import greater_equal as greater_equal
from tf_losses._internal.graph.operations import group as group
from tf_losses._internal.runtime.tf_dtypes import half as half
from tf_losses._internal.autodiff.plumbing import identity as identity
from tf_losses._internal.runtime.tf_dtypes import int16 as int16
from tf_losses._internal.runtime.tf_dtypes import int32 as int32
from tf_losses._internal.runtime.tf_dtypes import int64 as int64
from tf_losses._internal.runtime.tf_dtypes import int8 as int8
from tf_losses._internal.operations.measuring import is_tensor as is_tensor
from tf_losses._internal.operations.comparisons import less as less
from tf_losses._internal.operations.comparisons import less_equal as less_equal
from tf_losses._internal.operations.filling import linspace as linspace
from tf_losses._internal.operations.comparisons import logical_and as logical_and
from tf_losses._internal.operations.comparisons import logical_not as logical_not
from tf_losses._internal.operations.comparisons import logical_or as logical_or
from tf_losses._internal.operations.flow import map_fn as map_fn
from tf_losses._internal.operations.extremes import maximum as maximum
from tf_losses._internal.operations.repeating import meshgrid as meshgrid
from tf_losses._internal.operations.extremes import minimum as minimum
from tf_losses._internal.autodiff.arithmetic import multiply as multiply
from tf_losses._internal.autodiff.arithmetic import negative as negative
from tf_losses._internal.operations.indexing import newaxis as newaxis
from tf_losses._internal.graph.operations import no_op as no_op
from tf_losses._internal.operations.comparisons import not_equal as not_equal
from tf_losses._internal.autodiff.shapes import one_hot as one_hot
from tf_losses._internal.autodiff.shapes import ones as ones
from tf_losses._internal.autodiff.plumbing import ones_like as ones_like
from tf_losses._internal.operations.padding import pad as pad
from tf_losses._internal.operations.power import pow as pow
from tf_losses._internal.operations.printing import print as print
from tf_losses._internal.operations.filling import range as range
from tf_losses._internal.operations.measuring import rank as rank
from tf_losses._internal.operations.reductions import reduce_all as reduce_all
from tf_losses._internal.operations.reductions import reduce_any as reduce_any
from tf_losses._internal.operations.log_sums import reduce_logsumexp as reduce_logsumexp
from tf_losses._internal.operations.reductions import reduce_max as reduce_max
from tf_losses._internal.autodiff.arrays import reduce_mean as reduce_mean
from tf_losses._internal.operations.reductions import reduce_min as reduce_min
from tf_losses._internal.operations.reductions import reduce_prod as reduce_prod
from tf_losses._internal.autodiff.arrays import reduce_sum as reduce_sum
from tf_losses._internal.operations.repeating import repeat as repeat
from tf_losses._internal.autodiff.plumbing import reshape as reshape
from tf_losses._internal.operations.moving import reverse as reverse
from tf_losses._internal.operations.moving import roll as roll
from tf_losses._internal.operations.rounding import round as round
from tf_losses._internal.operations.saturating import saturate_cast as saturate_cast
from tf_losses._internal.operations.gathering import scatter_nd as scatter_nd
from tf_losses._internal.operations.filling import sequence_mask as sequence_mask
from tf_losses._internal.operations.measuring import shape as shape
from tf_losses._internal.operations.measuring import shape_n as shape_n
from tf_losses._internal.operations.transcendental import sigmoid as sigmoid
from tf_losses._internal.operations.rounding import sign as sign
from tf_losses._internal.operations.measuring import size as size
from tf_losses._internal.operations.indexing import slice as slice
from tf_losses._internal.operations.ranking import sort as sort
from tf_losses._internal.operations.joining import split as split
from tf_losses._internal.operations.transcendental import sqrt as sqrt
from tf_losses._internal.autodiff.arithmetic import square as square
from tf_losses._internal.autodiff.shapes import squeeze as squeeze
from tf_losses._internal.operations.joining import stack as stack
from tf_losses._internal.autodiff.tape import stop_gradient as stop_gradient
from tf_losses._internal.operations.indexing import strided_slice as strided_slice
from tf_losses._internal.runtime.tf_dtypes import string as string
from tf_losses._internal.autodiff.arithmetic import subtract as subtract
from tf_losses._internal.operations.transcendental import tanh as tanh
from tf_losses._internal.operations.moving import tile as tile
from tf_losses._internal.operations.moving import transpose as transpose
from tf_losses._internal.autodiff.arithmetic import divide as truediv
from tf_losses._internal.operations.flow import tuple as tuple
from tf_losses._internal.runtime.tf_dtypes import uint16 as uint16
from tf_losses._internal.runtime.tf_dtypes import uint32 as uint32
from tf_losses._internal.runtime.tf_dtypes import uint64 as uint64
from tf_losses._internal.runtime.tf_dtypes import uint8 as uint8
from tf_losses._internal.operations.counting import unique as unique
from tf_losses._internal.operations.counting import unique_with_counts as unique_with_counts
from tf_losses._internal.operations.joining import unstack as unstack
from tf_losses._internal.operations.select import where as where
from tf_losses._internal.autodiff.shapes import zeros as zeros
from tf_losses._internal.autodiff.plumbing import zeros_like as zeros_like
from tf_losses._internal.faces import v2_debugging as debugging
from tf_losses._internal.faces import v2_dtypes as dtypes
from tf_losses._internal.faces import v2_linalg as linalg
from tf_losses._internal.faces import v2_random as random

__all__ = [
    "Assert",
    "DType",
    "GradientTape",
    "Graph",
    "Operation",
    "Tensor",
    "TensorShape",
    "UnconnectedGradients",
    "abs",
    "add",
    "add_n",
    "argmax",
    "argmin",
    "argsort",
    "as_dtype",
    "assert_equal",
    "assert_greater",
    "assert_less",
    "assert_rank",
    "bfloat16",
    "bool",
    "boolean_mask",
    "broadcast_to",
    "case",
    "cast",
    "clip_by_value",
    "complex128",
    "complex64",
    "concat",
    "cond",
    "constant",
    "control_dependencies",
    "convert_to_tensor",
    "cumsum",
    "debugging",
    "device",
    "divide",
    "double",
    "dtypes",
    "ensure_shape",
    "equal",
    "executing_eagerly",
    "exp",
    "expand_dims",
    "eye",
    "fill",
    "float16",
    "float32",
    "float64",
    "floor",
    "function",
    "gather",
    "gather_nd",
    "get_logger",
    "greater",
    "greater_equal",
    "group",
    "half",
    "identity",
    "int16",
    "int32",
    "int64",
    "int8",
    "is_tensor",
    "less",
    "less_equal",
    "linalg",
    "linspace",
    "logical_and",
    "logical_not",
    "logical_or",
    "map_fn",
    "maximum",
    "meshgrid",
    "minimum",
    "multiply",
    "negative",
    "newaxis",
    "no_op",
    "not_equal",
    "one_hot",
    "ones",
    "ones_like",
    "pad",
    "pow",
    "print",
    "random",
    "range",
    "rank",
    "reduce_all",
    "reduce_any",
    "reduce_logsumexp",
    "reduce_max",
    "reduce_mean",
    "reduce_min",
    "reduce_prod",
    "reduce_sum",
    "repeat",
    "reshape",
    "reverse",
    "roll",
    "round",
    "saturate_cast",
    "scatter_nd",
    "sequence_mask",
    "shape",
    "shape_n",
    "sigmoid",
    "sign",
    "size",
    "slice",
    "sort",
    "split",
    "sqrt",
    "square",
    "squeeze",
    "stack",
    "stop_gradient",
    "strided_slice",
    "string",
    "subtract",
    "tanh",
    "tile",
    "transpose",
    "truediv",
    "tuple",
    "uint16",
    "uint32",
    "uint64",
    "uint8",
    "unique",
    "unique_with_counts",
    "unstack",
    "where",
    "zeros",
    "zeros_like",
]
