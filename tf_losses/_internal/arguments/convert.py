# SPDX-License-Identifier: Apache-2.0
"""From whatever a caller passes to a NumPy array, as `tf.convert_to_tensor` decides.

Arrays keep their dtype; Python numbers and sequences get TensorFlow's (see `sequences`); byte
order, strides and alignment are made plain. Nothing is ever written to: an input that needs
changing is copied. Strings stay arrays of strings, so that the operation that does not take
them can say so.

TensorFlow counterpart: `tf.convert_to_tensor`, tensorflow/python/eager/pywrap_tensor.cc and
tensorflow/python/lib/core/ndarray_tensor.cc.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from tf_losses._internal.arguments import sequences
from tf_losses._internal.arguments.foreign import to_numpy
from tf_losses._internal.runtime.dtypes import KNOWN, is_known
from tf_losses.errors import ResourceExhaustedError, hinted

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from tf_losses._internal.arguments.messages import Messages
    from tf_losses._internal.runtime.dtypes import Dtype

# Of an array's flags: C-contiguous and aligned.
_READY = 0x0101

_REASONS = {
    "M": "Unsupported numpy type: NPY_DATETIME",
    "m": "Unsupported numpy type: NPY_TIMEDELTA",
    "g": "Unsupported numpy type: NPY_LONGDOUBLE",
    "G": "Unsupported numpy type: NPY_CLONGDOUBLE",
}


def to_array(value: object, messages: Messages) -> NDArray[Any]:
    """Convert an argument to a C-contiguous, aligned array of a dtype of TensorFlow's.

    >>> from tf_losses._internal.arguments.messages import TF2
    >>> to_array([1, 2.5], TF2)
    array([1. , 2.5], dtype=float32)
    >>> to_array(np.array([1.0, 2.0], ">f8"), TF2).dtype.isnative
    True
    """
    # The paths that have to be fast; `_convert` would come to the same.
    if type(value) is np.ndarray and value.dtype in KNOWN:
        return value if value.flags.num & _READY == _READY else _copied(value)
    return _convert(value, messages)


def _copied(array: NDArray[Any], dtype: Dtype | None = None) -> NDArray[Any]:
    try:
        return np.array(array, dtype, order="C")
    except MemoryError:  # of repeated elements there may be more than there is room for
        said = f"no memory for a copy of {array.nbytes} bytes, of an array of shape {array.shape}"
        raise ResourceExhaustedError(None, None, said) from None


def _convert(value: Any, messages: Messages) -> NDArray[Any]:  # noqa: ANN401 (anything)
    given: object = value  # for `isinstance`: see _runtime/kinds.py
    if isinstance(given, (np.ndarray, np.generic)):
        return _plain(np.asarray(value), messages)  # drops masks and matrices, as TensorFlow does
    foreign = to_numpy(value)
    if foreign is not None:
        return _plain(foreign, messages)
    if hasattr(type(given), "__array__"):
        array = value.__array__()
        found: object = array
        if not isinstance(found, (np.ndarray, np.generic, str, bytes)):
            raise ValueError("Value returned by __array__ is not a NumPy array")
        return _plain(np.asarray(array), messages)
    if hasattr(type(given), "__dlpack__"):
        return _plain(np.from_dlpack(value), messages)
    if isinstance(given, (list, tuple)) and _holds_tensors(value):
        return _packed(value, messages)
    return sequences.to_array(value, messages)


def _plain(array: NDArray[Any], messages: Messages) -> NDArray[Any]:
    """Refuse the dtypes TensorFlow lacks; make byte order, strides and alignment plain."""
    dtype = array.dtype
    if dtype in KNOWN and array.flags.num & _READY == _READY:
        return array
    if dtype.kind in "USO":
        return _strings(array, messages)
    native = dtype.newbyteorder("=")
    if not is_known(native):
        raise hinted(
            messages.unsupported_array(dtype, _reason(dtype)),
            f"An array of dtype {dtype} came; convert it first, e.g. with .astype(np.float32).",
        )
    return _copied(array, native)


def _reason(dtype: np.dtype[Any]) -> str:
    if dtype.names is not None:
        return "Unsupported numpy data type"
    if dtype.type is np.void:
        return "Unexpected numpy data type"
    return _REASONS.get(dtype.char, "Unsupported numpy type: not a numpy type")


def _strings(array: NDArray[Any], messages: Messages) -> NDArray[Any]:
    """Let arrays of strings by; an array of objects is taken for one."""
    for item in array.flat if array.dtype.kind == "O" else ():
        if not isinstance(item, (str, bytes)):
            raise hinted(
                messages.unsupported_object(item),
                f"An array of dtype object came (it holds {item!r}); give it a dtype, e.g. with "
                ".astype(np.float32). If its rows differ in length, pad them first.",
            )
    return array


def _holds_tensors(value: list[object] | tuple[object, ...]) -> bool:
    if sequences.BUILT_IN.issuperset(map(type, value)):
        return False
    return any(map(sequences.is_tensor, value))


def _packed(value: list[object] | tuple[object, ...], messages: Messages) -> NDArray[Any]:
    """Stack a sequence that holds tensors, in the dtype of the first of them."""
    parts = [to_array(item, messages) for item in value]
    dtype = next(
        part.dtype for part, item in zip(parts, value, strict=True) if sequences.is_tensor(item)
    )
    if len({part.shape for part in parts}) > 1:
        raise messages.ragged(value, (len(parts), *parts[0].shape))
    return np.stack([part.astype(dtype, copy=False) for part in parts])
