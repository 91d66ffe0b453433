# SPDX-License-Identifier: Apache-2.0
"""Where each name stands: the one table of what TensorFlow's two ages find in their namespaces.

A line has the module that computes, below `tf_losses`; the namespaces of 1.x (`tf_losses` and
`tf_losses.compat.v1`), then those of 2.x (`tf_losses.compat.v2`), "-" for none; and the names. A
name that the module calls otherwise stands as public=inner. "tf" is the namespace itself, "math"
its `tf.math`, and so on. What is not asked for is not imported.
"""

from __future__ import annotations

import importlib
import inspect
from functools import cache
from typing import TYPE_CHECKING, Any

from tf_losses._arguments.signatures import published

if TYPE_CHECKING:
    from collections.abc import Callable

_TABLE = """
_autodiff.arithmetic    tf,math  tf,math  add divide multiply negative subtract square add_n
_autodiff.arithmetic    tf       -        div=divide
_autodiff.arrays        tf       tf       constant convert_to_tensor
_autodiff.arrays        tf,math  tf,math  reduce_mean reduce_sum
_autodiff.plumbing      tf       tf       cast identity reshape
_autodiff.plumbing      -        tf       ones_like zeros_like
_autodiff.plumbing_v1   tf       -        expand_dims ones_like squeeze zeros_like
_autodiff.shapes        tf       tf       one_hot ones zeros
_autodiff.shapes        -        tf       expand_dims squeeze
_autodiff.tape          tf       tf       GradientTape UnconnectedGradients stop_gradient
_session                tf       -        Session
_runtime.tf_dtypes      tf,dtypes tf,dtypes bfloat16 bool complex64 complex128 double float16
_runtime.tf_dtypes      tf,dtypes tf,dtypes float32 float64 half int8 int16 int32 int64 uint8
_runtime.tf_dtypes      tf,dtypes tf,dtypes uint16 uint32 uint64
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
_operations.asserting   -        debugging,tf assert_equal assert_greater assert_less assert_rank
_operations.asserting   -        debugging assert_greater_equal assert_less_equal assert_near
_operations.asserting   -        debugging assert_negative assert_non_negative assert_non_positive
_operations.asserting   -        debugging assert_none_equal assert_positive assert_rank_at_least
_operations.asserting   -        debugging assert_rank_in assert_scalar
_operations.asserting   debugging,tf debugging assert_integer assert_type is_numeric_tensor
_operations.asserting_v1 debugging,tf -   assert_equal assert_greater assert_greater_equal
_operations.asserting_v1 debugging,tf -   assert_less assert_less_equal assert_near assert_negative
_operations.asserting_v1 debugging,tf -   assert_non_negative assert_non_positive assert_none_equal
_operations.asserting_v1 debugging,tf -   assert_positive assert_rank assert_rank_at_least
_operations.asserting_v1 debugging,tf -   assert_rank_in assert_scalar
_operations.asserting_v1 tf      -        verify_tensor_all_finite
_operations.asserting_v1 debugging -      assert_all_finite=verify_tensor_all_finite
_operations.checking    -        debugging assert_all_finite
_operations.checking    debugging,tf debugging check_numerics
_operations.checking    debugging,tf debugging,tf Assert
_operations.counting    tf       tf       ensure_shape unique unique_with_counts
_operations.counting    -        math     bincount confusion_matrix
_operations.counting_v1 math,tf  -        bincount confusion_matrix
_operations.flow        tf       tf       case control_dependencies group map_fn no_op
_operations.flow        -        tf       cond tuple
_operations.flow_v1     tf       -        cond tuple
_operations.printing    tf       -        Print
_operations.saturating  tf,dtypes tf,dtypes saturate_cast
_operations.printing    tf       tf       print
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

    >>> find(2, "tf", "add")(1.0, 2.0).numpy()
    np.float32(3.0)
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
            raise AttributeError(f"module {module!r} has no attribute {name!r}")
        value = find(age, space, name)
        if inspect.isfunction(value):
            value = published(value)
            value.__module__ = module  # where pickle looks for it
        setattr(importlib.import_module(module), name, value)
        return value

    return look_up
