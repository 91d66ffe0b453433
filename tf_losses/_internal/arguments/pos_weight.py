# SPDX-License-Identifier: Apache-2.0
"""pos_weight: the precision of `pos_weight - 1`, and how it is spread over the labels.

TensorFlow writes `log_weight = 1 + (pos_weight - 1) * labels`. The subtraction happens before
any tensor is made of the weight, in Python or NumPy, so every kind of weight has a precision of
its own; only then it is converted to the labels' dtype. A tensor is not converted.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NoReturn

import numpy as np

from tf_losses._internal.arguments.convert import to_array
from tf_losses._internal.arguments.sequences import is_tensor
from tf_losses._internal.runtime import native
from tf_losses._internal.runtime.dtypes import BOOL, FLOAT32, FLOAT64, Dtype, is_string
from tf_losses._internal.runtime.settings import INT64_MAX
from tf_losses.errors import hinted

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from tf_losses._internal.arguments.messages import Messages, Shape

# Python's numbers that convert to labels of each kind; the others take ints and floats.
_TAKES: dict[str, tuple[type, ...]] = {
    "b": (bool,),
    "i": (int,),
    "u": (int,),
    "s": (),
    "c": (int, float, complex),
}
# Python floats of this size convert to these dtypes with nothing to heed.
_WIDE = (FLOAT32, FLOAT64)
_LARGE = 1e38
_ARRAY_HINT = (
    "`pos_weight` came as {}; pass a number, or np.array(pos_weight, dtype) for one weight a class."
)


def minus_one(pos_weight: Any, dtype: Dtype, messages: Messages) -> NDArray[Any]:  # noqa: ANN401 (anything)
    """Compute `pos_weight - 1` as TensorFlow does, in the labels' dtype in the end.

    >>> from tf_losses._internal.arguments.messages import TF2
    >>> float(minus_one(1.1, FLOAT32, TF2)), float(minus_one(np.float32(1.1), FLOAT32, TF2))
    (0.10000000149011612, 0.10000002384185791)
    """
    if type(pos_weight) is float and dtype in _WIDE and -_LARGE < pos_weight < _LARGE:
        return np.array(pos_weight - 1, dtype)  # the usual weight, fast
    if is_tensor(pos_weight):
        return _tensor_minus_one(to_array(pos_weight, messages), dtype, messages)
    try:
        weight = pos_weight - 1
    except TypeError as error:
        hinted(error, _ARRAY_HINT.format(type(pos_weight).__name__))
        raise
    given: object = weight  # for `isinstance`: see _runtime/kinds.py
    if isinstance(given, (bool, int, float, complex)) and not isinstance(given, np.generic):
        return _from_number(weight, dtype, messages)
    if not isinstance(given, (np.ndarray, np.generic)):
        weight = to_array(weight, messages)
    return _cast(np.asarray(weight), dtype)


def _tensor_minus_one(weight: NDArray[Any], dtype: Dtype, messages: Messages) -> NDArray[Any]:
    for either in (weight.dtype, dtype):
        if either == BOOL or (either == weight.dtype and is_string(either)):
            raise messages.scalar_refused(1, either)
    if weight.dtype != dtype:
        raise hinted(
            messages.types_differ("Mul", weight.dtype, dtype),
            f"`pos_weight` is a tensor of {weight.dtype}, `labels` of {dtype}; "
            "cast it, or pass a Python or NumPy number, which is converted.",
        )
    # In the tensor's own dtype; a bare 1 would widen bfloat16.
    difference: NDArray[Any] = weight - np.ones((), dtype)
    return np.asarray(difference, dtype)


def _from_number(weight: complex, dtype: Dtype, messages: Messages) -> NDArray[Any]:
    """Convert a Python number once, to 16 bits by way of float32 (rounded twice)."""
    kind = "s" if is_string(dtype) else dtype.kind
    if isinstance(weight, int) and kind != "f" and abs(weight) > INT64_MAX:
        raise messages.integer_too_large(weight)
    if not isinstance(weight, _TAKES.get(kind, (int, float))):
        _refuse_number(weight, dtype, messages)
    try:
        wide = np.asarray(weight, FLOAT64 if kind in "fV" else None)
    except OverflowError:
        raise messages.integer_too_large(weight) from None
    return _cast(wide if dtype == FLOAT64 or kind not in "fV" else _cast(wide, FLOAT32), dtype)


def _refuse_number(weight: complex, dtype: Dtype, messages: Messages) -> NoReturn:
    raise hinted(
        messages.scalar_refused(weight, dtype),
        f"`pos_weight` - 1 is {weight}, `labels` came as {dtype}; "
        "pass floating-point labels, e.g. np.asarray(labels, np.float32), and a real weight.",
    )


def _cast(weight: NDArray[Any], dtype: Dtype) -> NDArray[Any]:
    """Convert whatever it costs, as TensorFlow does: complex numbers lose their imaginary part."""
    if weight.dtype == dtype:
        return np.asarray(weight, order="C")  # made by a subtraction, so it is aligned
    if weight.dtype.kind == "c" and dtype.kind != "c":
        weight = np.real(weight)
    with np.errstate(all="ignore"):
        return np.array(weight, dtype, order="C")


def spread(weight: NDArray[Any], logits_shape: Shape, messages: Messages) -> tuple[Shape, Any]:
    """Find the shape of the losses, and the layout, NULL if C need not be told one.

    A weight of one element needs none. A weight may also be larger than the logits: these are
    then repeated.
    """
    if weight.size == 1:
        return (1,) * (weight.ndim - len(logits_shape)) + logits_shape, native.NULL
    try:
        shape = np.broadcast_shapes(weight.shape, logits_shape)
    except ValueError:
        raise hinted(
            messages.weight_shape(weight.shape, logits_shape),
            f"`pos_weight` has shape {weight.shape}, `labels` and `logits` {logits_shape}; one "
            "weight a class has the length of the last axis.",
        ) from None
    lengths, weight_strides, logits_strides = _collapse(
        shape, _strides(weight.shape, len(shape)), _strides(logits_shape, len(shape))
    )
    if len(lengths) > native.MAX_RANK:
        raise messages.too_many_axes(weight.shape, logits_shape)
    layout = native.layout(
        lengths, logits=logits_strides, weight=weight_strides, weight_size=weight.size
    )
    return shape, layout


def _strides(shape: Shape, rank: int) -> list[int]:
    """Strides in elements over `rank` axes; 0 where the array is repeated.

    >>> _strides((3, 1, 4), 4)
    [0, 4, 0, 1]
    """
    strides: list[int] = []
    step = 1
    for length in reversed(shape):
        strides.append(0 if length == 1 else step)
        step *= length
    strides += [0] * (rank - len(shape))
    return strides[::-1]


def _collapse(
    shape: Shape, ours: list[int], theirs: list[int]
) -> tuple[list[int], list[int], list[int]]:
    """Drop axes of length 1 and join neighbours that both arrays walk through in one step.

    >>> _collapse((2, 1, 3, 4), [0, 0, 4, 1], [12, 0, 4, 1])
    ([2, 12], [0, 1], [12, 1])
    """
    lengths: list[int] = []
    first: list[int] = []
    second: list[int] = []
    for length, left, right in zip(shape, ours, theirs, strict=True):
        if length == 1:
            continue
        if lengths and first[-1] == left * length and second[-1] == right * length:
            lengths[-1] *= length
            first[-1], second[-1] = left, right
        else:
            lengths.append(length)
            first.append(left)
            second.append(right)
    return lengths, first, second
