# SPDX-License-Identifier: Apache-2.0
"""The names of TensorFlow 1.x's `tf`, for type checkers. Written by tests/tools/write_faces.py; do not edit."""

from tf_losses._internal.operations.checking import Assert as Assert
from tf_losses._internal.graph.settings import ConfigProto as ConfigProto
from tf_losses._internal.runtime.tf_dtypes import DType as DType
from tf_losses._internal.runtime.tf_shapes import Dimension as Dimension
from tf_losses._internal.graph.settings import GPUOptions as GPUOptions
from tf_losses._internal.autodiff.tape import GradientTape as GradientTape
from tf_losses._internal.graph.graphs import Graph as Graph
from tf_losses._internal.composed.collections import GraphKeys as GraphKeys
from tf_losses._internal.graph.sessions import InteractiveSession as InteractiveSession
from tf_losses._internal.graph.operations import Operation as Operation
from tf_losses._internal.graph.settings import OptimizerOptions as OptimizerOptions
from tf_losses._internal.operations.printing import Print as Print
from tf_losses._internal.graph.settings import RunMetadata as RunMetadata
from tf_losses._internal.graph.settings import RunOptions as RunOptions
from tf_losses._internal.graph.sessions import Session as Session
from tf_losses._internal.autodiff.tensor import Tensor as Tensor
from tf_losses._internal.runtime.tf_shapes import TensorShape as TensorShape
from tf_losses._internal.autodiff.tape import UnconnectedGradients as UnconnectedGradients
from tf_losses._internal.operations.rounding import abs as abs
from tf_losses._internal.autodiff.arithmetic import add as add
from tf_losses._internal.autodiff.arithmetic import add_n as add_n
from tf_losses._internal.composed.collections import add_to_collection as add_to_collection
from tf_losses._internal.composed.collections import add_to_collections as add_to_collections
from tf_losses._internal.operations.arrays_v1 import arg_max as arg_max
from tf_losses._internal.operations.arrays_v1 import arg_min as arg_min
from tf_losses._internal.operations.arrays_v1 import argmax as argmax
from tf_losses._internal.operations.arrays_v1 import argmin as argmin
from tf_losses._internal.operations.ranking import argsort as argsort
from tf_losses._internal.arguments.conversions import as_tf_dtype as as_dtype
from tf_losses._internal.operations.asserting_v1 import assert_equal as assert_equal
from tf_losses._internal.operations.asserting_v1 import assert_greater as assert_greater
from tf_losses._internal.operations.asserting_v1 import assert_greater_equal as assert_greater_equal
from tf_losses._internal.operations.asserting import assert_integer as assert_integer
from tf_losses._internal.operations.asserting_v1 import assert_less as assert_less
from tf_losses._internal.operations.asserting_v1 import assert_less_equal as assert_less_equal
from tf_losses._internal.operations.asserting_v1 import assert_near as assert_near
from tf_losses._internal.operations.asserting_v1 import assert_negative as assert_negative
from tf_losses._internal.operations.asserting_v1 import assert_non_negative as assert_non_negative
from tf_losses._internal.operations.asserting_v1 import assert_non_positive as assert_non_positive
from tf_losses._internal.operations.asserting_v1 import assert_none_equal as assert_none_equal
from tf_losses._internal.operations.asserting_v1 import assert_positive as assert_positive
from tf_losses._internal.operations.asserting_v1 import assert_rank as assert_rank
from tf_losses._internal.operations.asserting_v1 import assert_rank_at_least as assert_rank_at_least
from tf_losses._internal.operations.asserting_v1 import assert_rank_in as assert_rank_in
from tf_losses._internal.operations.asserting_v1 import assert_scalar as assert_scalar
from tf_losses._internal.operations.asserting import assert_type as assert_type
from tf_losses._internal.operations.arrays_v1 import batch_gather as batch_gather
from tf_losses._internal.runtime.tf_dtypes import bfloat16 as bfloat16
from tf_losses._internal.operations.counting_v1 import bincount as bincount
from tf_losses._internal.runtime.tf_dtypes import bool as bool
from tf_losses._internal.operations.arrays_v1 import boolean_mask as boolean_mask
from tf_losses._internal.operations.moving import broadcast_to as broadcast_to
from tf_losses._internal.operations.flow import case as case
from tf_losses._internal.autodiff.plumbing import cast as cast
from tf_losses._internal.operations.rounding import ceil as ceil
from tf_losses._internal.operations.checking import check_numerics as check_numerics
from tf_losses._internal.operations.extremes import clip_by_value as clip_by_value
from tf_losses._internal.runtime.tf_dtypes import complex128 as complex128
from tf_losses._internal.runtime.tf_dtypes import complex64 as complex64
from tf_losses._internal.operations.joining import concat as concat
from tf_losses._internal.graph.flow import cond_v1 as cond
from tf_losses._internal.operations.counting_v1 import confusion_matrix as confusion_matrix
from tf_losses._internal.graph.placeholders import constant as constant
from tf_losses._internal.graph.flow import control_dependencies as control_dependencies
from tf_losses._internal.autodiff.arrays import convert_to_tensor as convert_to_tensor
from tf_losses._internal.operations.reductions_v1 import count_nonzero as count_nonzero
from tf_losses._internal.operations.cumulative import cumsum as cumsum
from tf_losses._internal.graph.settings import device as device
from tf_losses._internal.graph.graphs import disable_eager_execution as disable_eager_execution
from tf_losses._internal.operations.division_v1 import div as div
from tf_losses._internal.operations.division import divide_no_nan as div_no_nan
from tf_losses._internal.autodiff.arithmetic import divide as divide
from tf_losses._internal.runtime.tf_dtypes import double as double
from tf_losses._internal.graph.graphs import enable_eager_execution as enable_eager_execution
from tf_losses._internal.operations.counting import ensure_shape as ensure_shape
from tf_losses._internal.operations.comparisons import equal as equal
from tf_losses._internal.graph.graphs import executing_eagerly as executing_eagerly
from tf_losses._internal.operations.transcendental import exp as exp
from tf_losses._internal.autodiff.plumbing_v1 import expand_dims as expand_dims
from tf_losses._internal.operations.transcendental import expm1 as expm1
from tf_losses._internal.operations.filling import eye as eye
from tf_losses._internal.operations.filling import fill as fill
from tf_losses._internal.runtime.tf_dtypes import float16 as float16
from tf_losses._internal.runtime.tf_dtypes import float32 as float32
from tf_losses._internal.runtime.tf_dtypes import float64 as float64
from tf_losses._internal.operations.rounding import floor as floor
from tf_losses._internal.operations.division import floordiv as floordiv
from tf_losses._internal.operations.division import floormod as floormod
from tf_losses._internal.autodiff.functions import function as function
from tf_losses._internal.operations.arrays_v1 import gather as gather
from tf_losses._internal.operations.arrays_v1 import gather_nd as gather_nd
from tf_losses._internal.composed.collections import get_collection as get_collection
from tf_losses._internal.composed.collections import get_collection_ref as get_collection_ref
from tf_losses._internal.graph.graphs import get_default_graph as get_default_graph
from tf_losses._internal.graph.sessions import get_default_session as get_default_session
from tf_losses._internal.graph.logs import get_logger as get_logger
from tf_losses._internal.graph.settings import global_variables as global_variables
from tf_losses._internal.graph.operations import global_variables_initializer as global_variables_initializer
from tf_losses._internal.operations.comparisons import greater as greater
from tf_losses._internal.operations.comparisons import greater_equal as greater_equal
from tf_losses._internal.graph.operations import group as group
from tf_losses._internal.runtime.tf_dtypes import half as half
from tf_losses._internal.autodiff.plumbing import identity as identity
from tf_losses._internal.graph.operations import initialize_all_variables as initialize_all_variables
from tf_losses._internal.runtime.tf_dtypes import int16 as int16
from tf_losses._internal.runtime.tf_dtypes import int32 as int32
from tf_losses._internal.runtime.tf_dtypes import int64 as int64
from tf_losses._internal.runtime.tf_dtypes import int8 as int8
from tf_losses._internal.operations.rounding import is_finite as is_finite
from tf_losses._internal.operations.rounding import is_inf as is_inf
from tf_losses._internal.operations.rounding import is_nan as is_nan
from tf_losses._internal.operations.asserting import is_numeric_tensor as is_numeric_tensor
from tf_losses._internal.operations.measuring import is_tensor as is_tensor
from tf_losses._internal.operations.comparisons import less as less
from tf_losses._internal.operations.comparisons import less_equal as less_equal
from tf_losses._internal.operations.filling import linspace as lin_space
from tf_losses._internal.operations.filling import linspace as linspace
from tf_losses._internal.graph.settings import local_variables as local_variables
from tf_losses._internal.graph.operations import local_variables_initializer as local_variables_initializer
from tf_losses._internal.operations.transcendental import log as log
from tf_losses._internal.operations.transcendental import log1p as log1p
from tf_losses._internal.operations.transcendental import log_sigmoid as log_sigmoid
from tf_losses._internal.operations.comparisons import logical_and as logical_and
from tf_losses._internal.operations.comparisons import logical_not as logical_not
from tf_losses._internal.operations.comparisons import logical_or as logical_or
from tf_losses._internal.operations.comparisons import logical_xor as logical_xor
from tf_losses._internal.operations.flow import map_fn as map_fn
from tf_losses._internal.operations.extremes import maximum as maximum
from tf_losses._internal.operations.repeating import meshgrid as meshgrid
from tf_losses._internal.operations.extremes import minimum as minimum
from tf_losses._internal.operations.division import floormod as mod
from tf_losses._internal.graph.settings import model_variables as model_variables
from tf_losses._internal.autodiff.arithmetic import multiply as multiply
from tf_losses._internal.graph.graphs import name_scope as name_scope
from tf_losses._internal.autodiff.arithmetic import negative as negative
from tf_losses._internal.operations.indexing import newaxis as newaxis
from tf_losses._internal.graph.operations import no_op as no_op
from tf_losses._internal.operations.comparisons import not_equal as not_equal
from tf_losses._internal.autodiff.shapes import one_hot as one_hot
from tf_losses._internal.autodiff.shapes import ones as ones
from tf_losses._internal.autodiff.plumbing_v1 import ones_like as ones_like
from tf_losses._internal.operations.arrays_v1 import pad as pad
from tf_losses._internal.graph.placeholders import placeholder as placeholder
from tf_losses._internal.graph.placeholders import placeholder_with_default as placeholder_with_default
from tf_losses._internal.operations.power import pow as pow
from tf_losses._internal.operations.printing import print as print
from tf_losses._internal.operations.filling import range as range
from tf_losses._internal.operations.measuring import rank as rank
from tf_losses._internal.operations.reciprocal import reciprocal as reciprocal
from tf_losses._internal.operations.reductions_v1 import reduce_all as reduce_all
from tf_losses._internal.operations.reductions_v1 import reduce_any as reduce_any
from tf_losses._internal.operations.reductions_v1 import reduce_logsumexp as reduce_logsumexp
from tf_losses._internal.operations.reductions_v1 import reduce_max as reduce_max
from tf_losses._internal.operations.reductions_v1 import reduce_mean as reduce_mean
from tf_losses._internal.operations.reductions_v1 import reduce_min as reduce_min
from tf_losses._internal.operations.reductions_v1 import reduce_prod as reduce_prod
from tf_losses._internal.operations.reductions_v1 import reduce_sum as reduce_sum
from tf_losses._internal.operations.repeating import repeat as repeat
from tf_losses._internal.graph.graphs import reset_default_graph as reset_default_graph
from tf_losses._internal.autodiff.plumbing import reshape as reshape
from tf_losses._internal.operations.moving import reverse as reverse
from tf_losses._internal.operations.moving import reverse as reverse_v2
from tf_losses._internal.operations.rounding import rint as rint
from tf_losses._internal.operations.moving import roll as roll
from tf_losses._internal.operations.rounding import round as round
from tf_losses._internal.operations.transcendental import rsqrt as rsqrt
from tf_losses._internal.operations.saturating import saturate_cast as saturate_cast
from tf_losses._internal.operations.gathering import scatter_nd as scatter_nd
from tf_losses._internal.operations.filling import sequence_mask as sequence_mask
from tf_losses._internal.graph.settings import set_random_seed as set_random_seed
from tf_losses._internal.operations.arrays_v1 import shape as shape
from tf_losses._internal.operations.measuring import shape_n as shape_n
from tf_losses._internal.operations.transcendental import sigmoid as sigmoid
from tf_losses._internal.operations.rounding import sign as sign
from tf_losses._internal.operations.arrays_v1 import size as size
from tf_losses._internal.operations.indexing import slice as slice
from tf_losses._internal.operations.ranking import sort as sort
from tf_losses._internal.operations.joining import split as split
from tf_losses._internal.operations.transcendental import sqrt as sqrt
from tf_losses._internal.autodiff.arithmetic import square as square
from tf_losses._internal.operations.division import squared_difference as squared_difference
from tf_losses._internal.autodiff.plumbing_v1 import squeeze as squeeze
from tf_losses._internal.operations.joining import stack as stack
from tf_losses._internal.autodiff.tape import stop_gradient as stop_gradient
from tf_losses._internal.operations.indexing import strided_slice as strided_slice
from tf_losses._internal.runtime.tf_dtypes import string as string
from tf_losses._internal.autodiff.arithmetic import subtract as subtract
from tf_losses._internal.graph.operations import tables_initializer as tables_initializer
from tf_losses._internal.operations.transcendental import tanh as tanh
from tf_losses._internal.operations.moving import tile as tile
from tf_losses._internal.operations.converting_v1 import to_bfloat16 as to_bfloat16
from tf_losses._internal.operations.converting_v1 import to_double as to_double
from tf_losses._internal.operations.converting_v1 import to_float as to_float
from tf_losses._internal.operations.converting_v1 import to_int32 as to_int32
from tf_losses._internal.operations.converting_v1 import to_int64 as to_int64
from tf_losses._internal.graph.settings import trainable_variables as trainable_variables
from tf_losses._internal.operations.arrays_v1 import transpose as transpose
from tf_losses._internal.autodiff.arithmetic import divide as truediv
from tf_losses._internal.operations.flow_v1 import tuple as tuple
from tf_losses._internal.runtime.tf_dtypes import uint16 as uint16
from tf_losses._internal.runtime.tf_dtypes import uint32 as uint32
from tf_losses._internal.runtime.tf_dtypes import uint64 as uint64
from tf_losses._internal.runtime.tf_dtypes import uint8 as uint8
from tf_losses._internal.operations.counting import unique as unique
from tf_losses._internal.operations.counting import unique_with_counts as unique_with_counts
from tf_losses._internal.operations.joining import unstack as unstack
from tf_losses._internal.graph.settings import variable_scope as variable_scope
from tf_losses._internal.operations.asserting_v1 import verify_tensor_all_finite as verify_tensor_all_finite
from tf_losses._internal.operations.select import where_v1 as where
from tf_losses._internal.operations.select import where as where_v2
from tf_losses._internal.autodiff.shapes import zeros as zeros
from tf_losses._internal.autodiff.plumbing_v1 import zeros_like as zeros_like
from tf_losses._internal.faces import v1_debugging as debugging
from tf_losses._internal.faces import v1_dtypes as dtypes
from tf_losses._internal.faces import v1_linalg as linalg
from tf_losses._internal.faces import v1_logging as logging
from tf_losses._internal.faces import v1_random as random

__all__ = [
    "Assert",
    "ConfigProto",
    "DType",
    "Dimension",
    "GPUOptions",
    "GradientTape",
    "Graph",
    "GraphKeys",
    "InteractiveSession",
    "Operation",
    "OptimizerOptions",
    "Print",
    "RunMetadata",
    "RunOptions",
    "Session",
    "Tensor",
    "TensorShape",
    "UnconnectedGradients",
    "abs",
    "add",
    "add_n",
    "add_to_collection",
    "add_to_collections",
    "arg_max",
    "arg_min",
    "argmax",
    "argmin",
    "argsort",
    "as_dtype",
    "assert_equal",
    "assert_greater",
    "assert_greater_equal",
    "assert_integer",
    "assert_less",
    "assert_less_equal",
    "assert_near",
    "assert_negative",
    "assert_non_negative",
    "assert_non_positive",
    "assert_none_equal",
    "assert_positive",
    "assert_rank",
    "assert_rank_at_least",
    "assert_rank_in",
    "assert_scalar",
    "assert_type",
    "batch_gather",
    "bfloat16",
    "bincount",
    "bool",
    "boolean_mask",
    "broadcast_to",
    "case",
    "cast",
    "ceil",
    "check_numerics",
    "clip_by_value",
    "complex128",
    "complex64",
    "concat",
    "cond",
    "confusion_matrix",
    "constant",
    "control_dependencies",
    "convert_to_tensor",
    "count_nonzero",
    "cumsum",
    "debugging",
    "device",
    "disable_eager_execution",
    "div",
    "div_no_nan",
    "divide",
    "double",
    "dtypes",
    "enable_eager_execution",
    "ensure_shape",
    "equal",
    "executing_eagerly",
    "exp",
    "expand_dims",
    "expm1",
    "eye",
    "fill",
    "float16",
    "float32",
    "float64",
    "floor",
    "floordiv",
    "floormod",
    "function",
    "gather",
    "gather_nd",
    "get_collection",
    "get_collection_ref",
    "get_default_graph",
    "get_default_session",
    "get_logger",
    "global_variables",
    "global_variables_initializer",
    "greater",
    "greater_equal",
    "group",
    "half",
    "identity",
    "initialize_all_variables",
    "int16",
    "int32",
    "int64",
    "int8",
    "is_finite",
    "is_inf",
    "is_nan",
    "is_numeric_tensor",
    "is_tensor",
    "less",
    "less_equal",
    "lin_space",
    "linalg",
    "linspace",
    "local_variables",
    "local_variables_initializer",
    "log",
    "log1p",
    "log_sigmoid",
    "logging",
    "logical_and",
    "logical_not",
    "logical_or",
    "logical_xor",
    "map_fn",
    "maximum",
    "meshgrid",
    "minimum",
    "mod",
    "model_variables",
    "multiply",
    "name_scope",
    "negative",
    "newaxis",
    "no_op",
    "not_equal",
    "one_hot",
    "ones",
    "ones_like",
    "pad",
    "placeholder",
    "placeholder_with_default",
    "pow",
    "print",
    "random",
    "range",
    "rank",
    "reciprocal",
    "reduce_all",
    "reduce_any",
    "reduce_logsumexp",
    "reduce_max",
    "reduce_mean",
    "reduce_min",
    "reduce_prod",
    "reduce_sum",
    "repeat",
    "reset_default_graph",
    "reshape",
    "reverse",
    "reverse_v2",
    "rint",
    "roll",
    "round",
    "rsqrt",
    "saturate_cast",
    "scatter_nd",
    "sequence_mask",
    "set_random_seed",
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
    "squared_difference",
    "squeeze",
    "stack",
    "stop_gradient",
    "strided_slice",
    "string",
    "subtract",
    "tables_initializer",
    "tanh",
    "tile",
    "to_bfloat16",
    "to_double",
    "to_float",
    "to_int32",
    "to_int64",
    "trainable_variables",
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
    "variable_scope",
    "verify_tensor_all_finite",
    "where",
    "where_v2",
    "zeros",
    "zeros_like",
]
