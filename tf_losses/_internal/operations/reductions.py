# SPDX-License-Identifier: Apache-2.0
"""What becomes of all elements along some axes, beside their sum and mean.

Source of the kernels: tensorflow/core/kernels/reduction_ops_*.cc, l2loss_op.cc and Eigen's
unsupported/Eigen/CXX11/src/Tensor/TensorReduction.h.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np

from tf_losses._internal.arguments import operations
from tf_losses._internal.arguments.conversions import as_dtype
from tf_losses._internal.arguments.convert import to_array
from tf_losses._internal.arguments.messages import TF2
from tf_losses._internal.arguments.operand_dtypes import check_dtype
from tf_losses._internal.autodiff.arithmetic import rounded
from tf_losses._internal.autodiff.arrays import Reduction, reduction, total_of
from tf_losses._internal.autodiff.orders import fold, threads_of
from tf_losses._internal.autodiff.plumbing import cast
from tf_losses._internal.autodiff.results import no_gradient, result
from tf_losses._internal.operations.comparisons import bools, not_equal
from tf_losses._internal.operations.cumulative import running
from tf_losses._internal.operations.plain import seen
from tf_losses._internal.runtime import threads
from tf_losses._internal.runtime.dtypes import BOOL, FLOAT32, FLOAT_CODES, INT64
from tf_losses._internal.runtime.subnormals import cast as to_dtype
from tf_losses.versions import release

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from tf_losses._internal.autodiff.tensor import Tensor

    Array = NDArray[Any]
    Wanted = tuple[bool, ...]

__all__ = [
    "count_nonzero",
    "l2_loss",
    "reduce_all",
    "reduce_any",
    "reduce_max",
    "reduce_min",
    "reduce_prod",
    "zero_fraction",
]


def reduce_max(
    input_tensor: Any,  # noqa: ANN401 (anything TensorFlow converts)
    axis: Any = None,  # noqa: ANN401 (a number or a sequence of them)
    keepdims: Any = False,  # noqa: ANN401, FBT002 (TensorFlow's signature)
    name: object = None,  # noqa: ARG001 (same)
) -> Tensor:
    """Find the largest along some axes; NaN if there is one. The gradient is shared by ties.

    Args:
        input_tensor: real numbers, of any shape.
        axis: an axis or several, from -rank to rank - 1; all if not given.
        keepdims: whether to keep the reduced axes, with length 1.
        name: not used.

    Returns:
        The largest; of no elements the least that the dtype has, for floats -inf.

    Raises:
        tf_losses.errors.InvalidArgumentError: an axis is out of range, given twice or no whole
            number, or the values are no real numbers.

    TensorFlow counterpart: `tf.reduce_max`, tensorflow/python/ops/math_ops.py.

    >>> reduce_max([[1.0, 5.0], [3.0, 4.0]], axis=0).numpy()
    array([3., 5.], dtype=float32)
    """
    return _extreme(operations.MAX, input_tensor, axis, keepdims)


def reduce_min(
    input_tensor: Any,  # noqa: ANN401 (anything TensorFlow converts)
    axis: Any = None,  # noqa: ANN401 (a number or a sequence of them)
    keepdims: Any = False,  # noqa: ANN401, FBT002 (TensorFlow's signature)
    name: object = None,  # noqa: ARG001 (same)
) -> Tensor:
    """Find the smallest along some axes; all else as in `reduce_max`, the other way round.

    TensorFlow counterpart: `tf.reduce_min`, tensorflow/python/ops/math_ops.py.

    >>> reduce_min([[1.0, 5.0], [3.0, 4.0]], axis=0).numpy()
    array([1., 4.], dtype=float32)
    """
    return _extreme(operations.MIN, input_tensor, axis, keepdims)


def _extreme(op: operations.Op, values: object, axis: object, keepdims: object) -> Tensor:
    array = to_array(values, TF2)
    check_dtype(op, array.dtype)
    plan = reduction(array, axis, keepdims)
    found = _found(op, plan)
    return result(op.name, (values,), found.reshape(plan.shape), _extreme_gradient, plan, found)


def _found(op: operations.Op, plan: Reduction) -> Array:
    if plan.size == 1:  # TensorFlow copies
        return plan.array.reshape(plan.kept)
    wide = seen(plan.array)
    is_max = op is operations.MAX
    if wide.dtype.kind == "f":
        worst: Any = -np.inf if is_max else np.inf
    else:
        worst = np.iinfo(wide.dtype).min if is_max else np.iinfo(wide.dtype).max
    function = np.max if is_max else np.min
    found = function(wide, axis=plan.axes, keepdims=True, initial=worst)
    return np.asarray(found).astype(plan.array.dtype)


def _extreme_gradient(
    plan: Reduction, found: Array, g: Array, wanted: Wanted
) -> tuple[Array | None, ...]:
    if not wanted[0]:
        return (None,)
    hits = (seen(found) == seen(plan.array)).astype(g.dtype)
    count = total_of(plan._replace(array=hits), is_mean=False)
    return (rounded(np.multiply, rounded(np.divide, hits, count), g.reshape(plan.kept)),)


def reduce_prod(
    input_tensor: Any,  # noqa: ANN401 (anything TensorFlow converts)
    axis: Any = None,  # noqa: ANN401 (a number or a sequence of them)
    keepdims: Any = False,  # noqa: ANN401, FBT002 (TensorFlow's signature)
    name: object = None,  # noqa: ARG001 (same)
) -> Tensor:
    """Multiply along some axes, in TensorFlow's order; integers wrap around.

    Args:
        input_tensor: numbers, of any shape.
        axis: an axis or several, from -rank to rank - 1; all if not given.
        keepdims: whether to keep the reduced axes, with length 1.
        name: not used.

    Raises:
        tf_losses.errors.InvalidArgumentError: an axis is out of range, given twice or no whole
            number, or the values are no numbers.

    TensorFlow counterpart: `tf.reduce_prod`, tensorflow/python/ops/math_ops.py.

    >>> reduce_prod([[1.0, 5.0], [3.0, 4.0]], axis=0).numpy()
    array([ 3., 20.], dtype=float32)
    """
    array = to_array(input_tensor, TF2)
    check_dtype(operations.PROD, array.dtype)
    plan = reduction(array, axis, keepdims)
    if array.dtype in FLOAT_CODES:
        product = fold(np.multiply, array, plan.axes, threads.intra_op())
    else:
        product = np.asarray(np.multiply.reduce(array, plan.axes, dtype=array.dtype))
    values = product.reshape(plan.shape)
    return result("reduce_prod", (input_tensor,), values, _product_gradient, plan)


def _product_gradient(plan: Reduction, g: Array, wanted: Wanted) -> tuple[Array | None, ...]:
    """Multiply, for each element, all others: those before it by those behind it."""
    if not wanted[0]:
        return (None,)
    array = plan.array
    others = [axis for axis in range(array.ndim) if axis not in plan.axes]
    order = [*plan.axes, *others]
    turned = array.transpose(order)
    lines = np.ascontiguousarray(turned).reshape(plan.size, math.prod(plan.kept))
    before = running(np.multiply, lines, 0, exclusive=True, reverse=False)
    behind = running(np.multiply, lines, 0, exclusive=True, reverse=True)
    rest = rounded(np.multiply, before, behind).reshape(turned.shape)
    back = np.ascontiguousarray(rest.transpose(np.argsort(order)))
    return (rounded(np.multiply, g.reshape(plan.kept), back).reshape(array.shape),)


def reduce_all(
    input_tensor: Any,  # noqa: ANN401 (anything TensorFlow converts)
    axis: Any = None,  # noqa: ANN401 (a number or a sequence of them)
    keepdims: Any = False,  # noqa: ANN401, FBT002 (TensorFlow's signature)
    name: object = None,  # noqa: ARG001 (same)
) -> Tensor:
    """Tell whether all along some axes are true; of none, they are.

    Args:
        input_tensor: a tensor of bools, or anything that makes one.
        axis: an axis or several, from -rank to rank - 1; all if not given.
        keepdims: whether to keep the reduced axes, with length 1.
        name: not used.

    Raises:
        tf_losses.errors.InvalidArgumentError: an axis is out of range, given twice or no whole
            number, or the tensor is not of bools.
        TypeError: a value is no bool.

    TensorFlow counterpart: `tf.reduce_all`, tensorflow/python/ops/math_ops.py.

    >>> reduce_all([[True, False], [True, True]], axis=0).numpy()
    array([ True, False])
    """
    return _truth(operations.ALL, input_tensor, axis, keepdims, np.all)


def reduce_any(
    input_tensor: Any,  # noqa: ANN401 (anything TensorFlow converts)
    axis: Any = None,  # noqa: ANN401 (a number or a sequence of them)
    keepdims: Any = False,  # noqa: ANN401, FBT002 (TensorFlow's signature)
    name: object = None,  # noqa: ARG001 (same)
) -> Tensor:
    """Tell whether one along some axes is true; all else as in `reduce_all`.

    TensorFlow counterpart: `tf.reduce_any`, tensorflow/python/ops/math_ops.py.

    >>> reduce_any([[True, False], [False, False]], axis=0).numpy()
    array([ True, False])
    """
    return _truth(operations.ANY, input_tensor, axis, keepdims, np.any)


def _truth(
    op: operations.Op,
    values: object,
    axis: object,
    keepdims: object,
    function: Any,  # noqa: ANN401 (of NumPy)
) -> Tensor:
    plan = reduction(bools(op, values, 0, converts=False), axis, keepdims)
    found = np.asarray(function(plan.array, axis=plan.axes)).reshape(plan.shape)
    return result(op.name, (values,), found, no_gradient)


def count_nonzero(
    input: Any,  # noqa: A002, ANN401 (TensorFlow's signature)
    axis: Any = None,  # noqa: ANN401 (a number or a sequence of them)
    keepdims: Any = None,  # noqa: ANN401 (TensorFlow's signature)
    dtype: Any = INT64,  # noqa: ANN401 (what TensorFlow takes for one)
    name: object = None,  # noqa: ARG001 (TensorFlow's signature)
) -> Tensor:
    """Count what is not zero along some axes: what is true of bools, what is not "" of strings.

    Args:
        input: a tensor, or anything `constant` takes.
        axis: an axis or several, from -rank to rank - 1; all if not given.
        keepdims: whether to keep the reduced axes, with length 1.
        dtype: of the result.
        name: not used.

    Raises:
        tf_losses.errors.InvalidArgumentError: an axis is out of range, given twice or no whole
            number.

    TensorFlow counterpart: `tf.math.count_nonzero`, tensorflow/python/ops/math_ops.py.

    >>> count_nonzero([[1.0, 0.0], [3.0, 4.0]], axis=0).numpy()
    array([2, 1])
    """
    array = to_array(input, TF2)
    zero = "" if array.dtype.kind in "OSU" else np.zeros((), array.dtype)
    hits = array if array.dtype == BOOL else np.asarray(not_equal(array, zero))
    plan = reduction(hits.astype(INT64), axis, keepdims)
    counted = total_of(plan, is_mean=False).reshape(plan.shape)
    return cast(counted, as_dtype(dtype))


def zero_fraction(value: Any, name: object = None) -> Tensor:  # noqa: ANN401, ARG001 (TensorFlow's signature)
    """Give the part of the elements that is zero, as a float32; NaN of none.

    Args:
        value: a tensor, or anything `constant` takes.
        name: not used.

    TensorFlow counterpart: `tf.nn.zero_fraction`, tensorflow/python/ops/nn_impl.py.

    >>> zero_fraction([0.0, 1.0, 0.0, 3.0]).numpy()
    np.float32(0.5)
    """
    array = to_array(value, TF2)
    nonzero = int(np.asarray(count_nonzero(array)))
    zeros, size = (np.asarray(n, FLOAT32) for n in (array.size - nonzero, array.size))
    return result("zero_fraction", (value,), rounded(np.divide, zeros, size), no_gradient)


def l2_loss(t: Any, name: object = None) -> Tensor:  # noqa: ANN401, ARG001 (TensorFlow's signature)
    """Compute sum(t * t / 2) over everything, in TensorFlow's order of additions.

    The order depends on the threads TensorFlow has, as that of `reduce_sum`.

    Args:
        t: a tensor, or anything `constant` takes; floats.
        name: not used.

    Raises:
        tf_losses.errors.InvalidArgumentError: the dtype is another.

    TensorFlow counterpart: `tf.nn.l2_loss`, tensorflow/core/kernels/l2loss_op.cc.

    >>> l2_loss([3.0, 4.0]).numpy()
    np.float32(12.5)
    """
    array = to_array(t, TF2)
    check_dtype(operations.L2_LOSS, array.dtype)
    is_wide = array.dtype.name == "bfloat16" and release().operations.halves_in_float32
    total = _half_square_sum(array.astype(FLOAT32) if is_wide else array).reshape(())
    return result("l2_loss", (t,), to_dtype(total, array.dtype), _l2_gradient, array)


def _half_square_sum(array: Array) -> Array:
    squares = rounded(np.multiply, array, array)
    return _sum_of_halves(rounded(np.multiply, squares, np.asarray(0.5, array.dtype)))


def _sum_of_halves(halves: Array) -> Array:
    """Sum what TensorFlow computes while it sums, which changes how many threads share it."""
    axes, available = tuple(range(halves.ndim)), threads.intra_op()
    alike = threads_of(halves, _SUM, available) == threads_of(halves, _SUM_OF_HALVES, available)
    if alike and halves.dtype.name != "bfloat16":
        return total_of(reduction(halves, None, keepdims=True), is_mean=False)
    return fold(np.add, halves, axes, available, _SUM_OF_HALVES)


# What Eigen reckons a step to cost: a sum, and one behind two products.
_SUM, _SUM_OF_HALVES = 10, 12


def _l2_gradient(array: Array, g: Array, wanted: Wanted) -> tuple[Array | None, ...]:
    return (rounded(np.multiply, array, g) if wanted[0] else None,)
