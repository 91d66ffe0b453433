# SPDX-License-Identifier: Apache-2.0
"""Where each name stands: the one table of what TensorFlow's two ages find in their namespaces.

A line has the module that computes, below `tf_losses`; the namespaces of 1.x (`tf_losses` and
`tf_losses.compat.v1`), then those of 2.x (`tf_losses.compat.v2`), "-" for none; and the names. A
name that the module calls otherwise stands as public=inner. "tf" is the namespace itself, "math"
its `tf.math`, and so on; "tensor" has what only tensors themselves call. What is not asked for is
not imported.
"""

from __future__ import annotations

import importlib
import inspect
from functools import cache
from typing import TYPE_CHECKING, Any

from tf_losses._arguments.signatures import dispatched, published, takes_symbols

if TYPE_CHECKING:
    from collections.abc import Callable

_TABLE = """
_autodiff.arithmetic    tf,math  tf,math  add divide multiply negative subtract square add_n
_autodiff.arithmetic    tf       -        div=divide
_autodiff.arrays        tf       tf       convert_to_tensor
_autodiff.arrays        -        tf       constant
_autodiff.functions     tf       tf       function
_autodiff.arrays        -        tf,math  reduce_mean reduce_sum
_autodiff.plumbing      tf       tf       cast identity reshape
_autodiff.plumbing      -        tf       ones_like zeros_like
_autodiff.plumbing_v1   tf       -        expand_dims ones_like squeeze zeros_like
_autodiff.shapes        tf       tf       one_hot ones zeros
_autodiff.shapes        -        tf       expand_dims squeeze
_autodiff.tape          tf       tf       GradientTape UnconnectedGradients stop_gradient
_graph.gradients        tf       -        gradients
_graph.graphs           tf       tf       Graph executing_eagerly
_graph.graphs           tf       -        disable_eager_execution enable_eager_execution
_graph.graphs           tf       -        get_default_graph name_scope reset_default_graph
_graph.operations       tf       tf       Operation group no_op
_graph.operations       tf       -        global_variables_initializer initialize_all_variables
_graph.operations       tf       -        local_variables_initializer tables_initializer
_graph.placeholders     tf       -        constant placeholder placeholder_with_default
_graph.sessions         tf       -        InteractiveSession Session get_default_session
_runtime.tf_dtypes      tf,dtypes tf,dtypes bfloat16 bool complex64 complex128 double float16
_runtime.tf_dtypes      tf,dtypes tf,dtypes float32 float64 half int8 int16 int32 int64 uint8
_runtime.tf_dtypes      tf,dtypes tf,dtypes uint16 uint32 uint64
_operations.transcendental tf,math tf,math exp sqrt
_operations.transcendental tf,math math expm1 log log1p log_sigmoid rsqrt
_operations.transcendental tf,math,nn tf,math,nn sigmoid tanh
_operations.transcendental math,nn math,nn softplus
_operations.power       tf,math  tf,math  pow
_operations.rounding    tf,math  tf,math  abs floor round sign
_operations.rounding    tf,math  math     ceil is_finite is_inf is_nan rint
_operations.extremes    tf,math  tf,math  maximum minimum
_operations.extremes    tf       tf       clip_by_value
_operations.extremes    nn       nn       relu
_operations.division    tf,math  math     floordiv floormod mod=floormod squared_difference
_operations.division    math     math     divide_no_nan multiply_no_nan
_operations.division    tf       -        div_no_nan=divide_no_nan
_operations.comparisons tf,math  tf,math  equal greater greater_equal less less_equal not_equal
_operations.comparisons tf,math  tf,math  logical_and logical_not logical_or
_operations.comparisons tf,math  math     logical_xor
_operations.select      -        tf       where
_operations.select      tf       -        where=where_v1 where_v2=where
_operations.reductions  -        tf,math  reduce_all reduce_any reduce_max reduce_min
_operations.reductions  -        tf,math  reduce_prod
_operations.reductions  -        math     count_nonzero
_operations.reductions  nn       nn       l2_loss
_operations.reductions  math,nn  math,nn  zero_fraction
_operations.reductions_v1 tf,math -       reduce_all reduce_any reduce_max reduce_min
_operations.reductions_v1 tf,math -       count_nonzero reduce_mean reduce_prod reduce_sum
_operations.cumulative  tf,math  tf,math  cumsum
_composed.average_loss nn nn compute_average_loss scale_regularization_loss
_composed.collections tf - GraphKeys add_to_collection add_to_collections get_collection
_composed.collections tf - get_collection_ref
_composed.contrib_losses contrib.losses - absolute_difference compute_weighted_loss cosine_distance
_composed.contrib_losses contrib.losses - hinge_loss log_loss mean_squared_error
_composed.contrib_losses contrib.losses - sigmoid_cross_entropy softmax_cross_entropy
_composed.contrib_losses contrib.losses - sparse_softmax_cross_entropy
_composed.legacy_sequence_loss contrib.legacy_seq2seq - sequence_loss sequence_loss_by_example
_composed.loss_collection losses,contrib.losses - add_loss get_losses get_regularization_losses
_composed.loss_collection losses,contrib.losses - get_total_loss
_composed.loss_collection losses - get_regularization_loss
_composed.losses losses - Reduction compute_weighted_loss log_loss sigmoid_cross_entropy
_composed.losses losses - softmax_cross_entropy sparse_softmax_cross_entropy
_composed.metrics_v1 metrics - accuracy mean mean_absolute_error mean_squared_error precision
_composed.metrics_v1 metrics - recall
_composed.plain_losses losses - absolute_difference cosine_distance hinge_loss huber_loss
_composed.plain_losses losses - mean_pairwise_squared_error mean_squared_error
_composed.sampled_losses - nn nce_loss sampled_softmax_loss
_composed.sampled_losses_v1 nn - nce_loss sampled_softmax_loss
_composed.sequence_loss contrib.seq2seq - sequence_loss
_operations.arrays_v1   tf,math  -        argmax argmin
_operations.arrays_v1   tf       -        arg_max arg_min batch_gather boolean_mask gather gather_nd
_operations.arrays_v1   tf       -        pad shape size transpose
_operations.arrays_v1   math,nn  -        in_top_k
_operations.converting_v1 tf     -        to_bfloat16 to_double to_float to_int32 to_int64
_operations.filling     tf       tf       fill linspace range sequence_mask
_operations.filling     tf       -        lin_space=linspace
_operations.filling     tf,linalg tf,linalg eye
_operations.gathering   -        tf       boolean_mask gather gather_nd
_operations.gathering   tf       tf       scatter_nd
_operations.indexing    tf       tf       slice strided_slice
_operations.indexing    tensor   tensor   getitem
_operations.joining     tf       tf       concat split stack unstack
_operations.measuring   tf       tf       is_tensor rank shape_n
_operations.measuring   -        tf       shape size
_operations.moving      tf       tf       broadcast_to reverse roll tile
_operations.moving      tf       -        reverse_v2=reverse
_operations.moving      -        tf       transpose
_operations.padding     -        tf       pad
_operations.ranking     -        tf,math  argmax argmin
_operations.ranking     -        math,nn  in_top_k
_operations.ranking     math,nn  math,nn  top_k
_operations.ranking     tf       tf       argsort sort
_operations.repeating   tf       tf       meshgrid repeat
"""


@cache
def table(age: int) -> dict[str, dict[str, str]]:
    """Give, for 1.x or 2.x, each namespace's names with where they are: "module:name".

    >>> table(2)["math"]["add_n"]
    '_autodiff.arithmetic:add_n'
    """
    found: dict[str, dict[str, str]] = {}
    for line in _TABLE.strip().splitlines():
        module, *spaces_of, names = line.split(maxsplit=3)
        for space in spaces_of[age - 1].split(","):
            for name in names.split():
                public, _, inner = name.partition("=")
                found.setdefault(space, {})[public] = f"{module}:{inner or public}"
    found.pop("-", None)
    return found


def find(age: int, space: str, name: str) -> Any:  # noqa: ANN401 (functions and classes)
    """Give what a name stands for in a namespace.

    >>> float(find(2, "tf", "add")(1.0, 2.0))
    3.0
    """
    module, _, inner = table(age)[space][name].partition(":")
    return getattr(importlib.import_module(f"tf_losses.{module}"), inner)


def names_of(age: int, space: str) -> list[str]:
    """List a namespace's names.

    >>> "add" in names_of(1, "math")
    True
    """
    return sorted(table(age).get(space, ()))


def lookup(module: str, age: int, space: str) -> Callable[[str], Any]:
    """Make the `__getattr__` of a namespace: it finds names and keeps them in the module."""

    def look_up(name: str) -> Any:  # noqa: ANN401 (functions and classes)
        if name not in table(age).get(space, ()):
            raise _missing(module, age, space, name)
        value = find(age, space, name)
        if inspect.isfunction(value):
            value = dispatched(value) if takes_symbols(value) else published(value)
            value.__module__ = module  # where pickle looks for it
        setattr(importlib.import_module(module), name, value)
        return value

    return look_up


def _missing(module: str, age: int, space: str, name: str) -> AttributeError:
    if name.startswith("_"):  # Python asks for many of these
        return AttributeError(f"module {module!r} has no attribute {name!r}")
    text = importlib.import_module("tf_losses._absent").message(module, age, space, name, table)
    # Python would look for close names in the object, and add the wrong ones to the text.
    return AttributeError(text, name=name, obj=object())
