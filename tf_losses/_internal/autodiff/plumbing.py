# SPDX-License-Identifier: Apache-2.0
"""What changes the dtype or the shape of a tensor, and not its values; and tensors of one value.

Those that have a gradient in TensorFlow have it here.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np

from tf_losses import versions
from tf_losses._internal.arguments import operations
from tf_losses._internal.arguments.conversions import as_dtype
from tf_losses._internal.arguments.convert import to_array
from tf_losses._internal.arguments.messages import TF2, bad, brackets
from tf_losses._internal.autodiff.results import no_gradient, noted, result
from tf_losses._internal.autodiff.tensor import Tensor, tensor
from tf_losses._internal.runtime.dtypes import FLOAT_CODES, castable, kernel_name
from tf_losses._internal.runtime.kinds import is_listed
from tf_losses._internal.runtime.subnormals import cast as _cast
from tf_losses._internal.runtime.subnormals import flush
from tf_losses.errors import UnimplementedError, hinted

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from tf_losses._internal.arguments.messages import Shape
    from tf_losses._internal.runtime.dtypes import Dtype

    Array = NDArray[Any]

__all__ = ["cast", "identity", "ones_like", "reshape", "zeros_like"]


def cast(x: Any, dtype: Any, name: object = None) -> Tensor:  # noqa: ANN401, ARG001 (TensorFlow's signature)
    """Convert to another dtype.

    Args:
        x: a tensor, or anything `constant` takes.
        dtype: a NumPy dtype, or TensorFlow's name of one.
        name: not used.

    Returns:
        A tensor; `x` itself if it is one of this dtype. Floats lose what stands behind the point
        when they become integers; float64 becomes a 16-bit type by way of float32. Gradients are
        cast back; only floats have one.

    Raises:
        TypeError: `dtype` is none.
        tf_losses.errors.UnimplementedError: from or to strings.

    TensorFlow counterpart: `tf.cast`, tensorflow/python/ops/math_ops.py.

    >>> cast([1.9, -1.9], "int32").numpy()
    array([ 1, -1], dtype=int32)
    """
    target = as_dtype(dtype)
    array = to_array(x, TF2)
    if array.dtype == target:
        return x if isinstance(x, Tensor) else result("cast", (x,), array, same_values, array.shape)
    if not castable(array.dtype, target) or _is_too_old(array.dtype, target):
        raise hinted(
            UnimplementedError(
                None,
                None,
                f"Cast {kernel_name(array.dtype)} to {kernel_name(target)} is not supported",
            ),
            f"`x` came as {array.dtype}.",
        )
    floats = array.dtype in FLOAT_CODES and target in FLOAT_CODES
    # Complex numbers have a gradient in TensorFlow, integers have none.
    lost = "c" in (array.dtype.kind, target.kind)
    backward = _cast_gradient if floats else None if lost else no_gradient
    return result("cast", (x,), _converted(array, target), backward, array.dtype)


def _is_too_old(source: Dtype, target: Dtype) -> bool:
    """Tell whether the chosen TensorFlow casts bfloat16 from and to float32 only."""
    if "Cast" not in versions.release().operations.no_bfloat16:
        return False
    names = {source.name, target.name}
    of_floats = {source, target} <= FLOAT_CODES.keys()
    return of_floats and "bfloat16" in names and "float32" not in names


def _converted(array: Array, target: Dtype) -> Array:
    real = np.real(array) if array.dtype.kind == "c" and target.kind != "c" else array
    if target in FLOAT_CODES and real.dtype.kind != "c":
        return _cast(real, target)
    if target.kind == "c" and real.dtype in FLOAT_CODES:
        part = np.dtype(np.float32 if target == np.complex64 else np.float64)
        return _cast(real, part).astype(target)
    with np.errstate(all="ignore"):
        # bfloat16 is looked at as it is.
        kept = real if real.dtype.name == "bfloat16" else flush(real)
        return np.asarray(kept.astype(target))


def _cast_gradient(dtype: Dtype, g: Array, wanted: tuple[bool, ...]) -> tuple[Array | None, ...]:
    return (_cast(g, dtype) if wanted[0] else None,)


def identity(input: Any, name: object = None) -> Tensor:  # noqa: A002, ANN401, ARG001 (TensorFlow's signature)
    """Give a tensor of the same values.

    Args:
        input: a tensor, or anything `constant` takes.
        name: not used.

    TensorFlow counterpart: `tf.identity`, tensorflow/python/ops/array_ops.py.

    >>> identity([1.0, 2.0]).numpy()
    array([1., 2.], dtype=float32)
    """
    array = to_array(input, TF2)
    return result("identity", (input,), array, same_values, array.shape)


def reshape(tensor: Any, shape: Any, name: object = None) -> Tensor:  # noqa: ANN401, ARG001 (TensorFlow's signature)
    """Give the same values another shape.

    Args:
        tensor: a tensor, or anything `constant` takes.
        shape: whole numbers, or one; one of them may be -1, and is found out.
        name: not used.

    Raises:
        tf_losses.errors.InvalidArgumentError: the values do not fill the shape, or it is none.

    TensorFlow counterpart: `tf.reshape`, tensorflow/core/kernels/reshape_op.h.

    >>> reshape([1, 2, 3, 4], [2, -1]).numpy()
    array([[1, 2],
           [3, 4]], dtype=int32)
    """
    array = to_array(tensor, TF2)
    values = array.reshape(_lengths(array, shape))
    return result("reshape", (tensor,), values, same_values, array.shape)


def _lengths(array: Array, shape: object) -> Shape:
    given = to_array(() if is_listed(shape) and not shape else shape, TF2)
    if given.size and given.dtype.kind not in "biu":
        raise hinted(
            TF2.type_refused(operations.RESHAPE_SHAPE, given.dtype),
            f"`shape` came as {shape!r}; it has whole numbers.",
        )
    if given.ndim > 1:
        raise bad(f"sizes input must be 1-D, not {brackets(given.shape)}")
    lengths = [int(item) for item in given.ravel().tolist()]
    unknown = [i for i, length in enumerate(lengths) if length == -1]
    for i, length in enumerate(lengths):
        if length < -1:
            raise bad(f"Size {i} must be non-negative, not {length}")
    if len(unknown) > 1:
        raise bad(f"Only one input size may be -1, not both {unknown[0]} and {unknown[1]}")
    known = math.prod(length for length in lengths if length != -1)
    text = f"Input to reshape is a tensor with {array.size} values, but the requested shape"
    if unknown:
        if known == 0 and array.size == 0:
            lengths[unknown[0]] = _missing(array.shape, lengths)
        elif known == 0 or array.size % known:
            raise bad(f"{text} requires a multiple of {known}")
        else:
            lengths[unknown[0]] = array.size // known
    elif known != array.size:
        raise bad(f"{text} has {known}")
    return tuple(lengths)


def _missing(shape: Shape, lengths: list[int]) -> int:
    """Find a length of which nothing can be said: TensorFlow counts the axes that are not empty."""
    left = math.prod(length for length in shape if length)
    given = math.prod(length for length in lengths if length > 0)
    if left % given:
        raise bad(
            "reshape cannot infer the missing input size for an empty tensor unless all specified "
            "input sizes are non-zero"
        )
    return left // given


def same_values(shape: Shape, g: Array, wanted: tuple[bool, ...]) -> tuple[Array | None, ...]:
    """Give the gradient of what changes the shape only."""
    return (g.reshape(shape) if wanted[0] else None,)


def ones_like(
    input: Any,  # noqa: A002, ANN401 (TensorFlow's signature)
    dtype: Any = None,  # noqa: ANN401 (what TensorFlow takes for one)
    name: object = None,  # noqa: ARG001 (TensorFlow's signature)
    layout: object = None,  # noqa: ARG001 (same)
) -> Tensor:
    """Give ones in the shape and dtype of a tensor.

    Args:
        input: a tensor, or anything `constant` takes.
        dtype: another dtype.
        name: not used.
        layout: not used.

    TensorFlow counterpart: `tf.ones_like`, tensorflow/python/ops/array_ops.py.

    >>> ones_like([1, 2]).numpy()
    array([1, 1], dtype=int32)
    """
    return _filled(input, dtype, 1)


def zeros_like(
    input: Any,  # noqa: A002, ANN401 (TensorFlow's signature)
    dtype: Any = None,  # noqa: ANN401 (what TensorFlow takes for one)
    name: object = None,  # noqa: ARG001 (TensorFlow's signature)
    layout: object = None,  # noqa: ARG001 (same)
) -> Tensor:
    """Give zeros in the shape and dtype of a tensor; arguments as in `ones_like`.

    TensorFlow counterpart: `tf.zeros_like`, tensorflow/python/ops/array_ops.py.

    >>> zeros_like([1, 2], dtype="float32").numpy()
    array([0., 0.], dtype=float32)
    """
    return _filled(input, dtype, 0)


def _filled(like: object, dtype: object, value: int) -> Tensor:
    array = to_array(like, TF2)
    target = array.dtype if dtype is None else as_dtype(dtype)
    if kernel_name(target) not in operations.ONES_LIKE.allowed:
        raise hinted(
            TF2.type_refused(operations.ONES_LIKE, target),
            f"The dtype came as {target}; numbers and bools are made here.",
        )
    made = _tensor(np.full(array.shape, value, target))
    return noted("zeros_like" if value == 0 else "ones_like", (like,), made, no_gradient, ())


_tensor = tensor  # `reshape` has an argument of this name
