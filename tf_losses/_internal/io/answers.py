# SPDX-License-Identifier: Apache-2.0
"""What servers of models answer, in JSON: Triton (KServe's protocol) and ONNX Runtime's server.

{"outputs": [{"name": "logits", "datatype": "FP32", "shape": [8, 2], "data": [...]}]}
{"outputs": {"logits": {"dims": ["8", "2"], "dataType": 1, "rawData": "..."}}}
"""

from __future__ import annotations

import base64
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, cast

import numpy as np

from tf_losses._internal.runtime.dtypes import object_array
from tf_losses._internal.runtime.kinds import is_dict, is_list

if TYPE_CHECKING:
    import numpy.typing as npt

    Array = npt.NDArray[Any]

_TRITON = {
    "FP64": "f8",
    "FP32": "f4",
    "FP16": "f2",
    "BOOL": "?",
    "BYTES": "O",
    **{
        f"{sign}INT{8 * size}": f"{sign or 'i'}{size}".lower()
        for sign in ("", "U")
        for size in (1, 2, 4, 8)
    },
}
# TensorProto.DataType of ONNX, and the field that numbers are in unless they are bytes.
_ONNX = {
    1: ("f4", "floatData"),
    11: ("f8", "doubleData"),
    7: ("i8", "int64Data"),
    6: ("i4", "int32Data"),
    8: ("O", "stringData"),
    10: ("f2", ""),
}


@dataclass(frozen=True)
class Output:
    """An array in an answer."""

    dtype: np.dtype[Any]
    shape: tuple[int, ...]
    data: Any
    """Numbers, maybe nested, or their bytes."""

    def array(self) -> Array:
        """Make an array of it.

        Raises:
            ValueError: it has other numbers than it says.
        """
        if isinstance(self.data, bytes):
            return np.frombuffer(self.data, self.dtype.newbyteorder("<")).reshape(self.shape)
        if self.dtype.hasobject:
            return object_array(self.data).reshape(self.shape)
        numbers = np.array(self.data, np.float64 if self.dtype.kind == "f" else None)
        if numbers.dtype.kind not in "iubf" or (
            self.dtype.kind != "f" and numbers.dtype.kind == "f"
        ):
            raise ValueError(f"no numbers of the type {self.dtype}")
        if numbers.dtype.kind == "f" and np.isnan(numbers).any() and _has_null(self.data):
            raise ValueError("a value is null")
        # Digits of a number of this type, or of its float64, are nearest to no other one.
        return numbers.astype(self.dtype).reshape(self.shape)


def _has_null(data: object) -> bool:
    if isinstance(data, list):
        return any(map(_has_null, cast("list[object]", data)))
    return data is None


def outputs(answer: dict[str, Any]) -> dict[str, Output] | None:
    """The arrays of an answer by name; None if it is none.

    >>> answer = {"name": "x", "datatype": "FP32", "shape": [1, 2], "data": [1, 2]}
    >>> outputs({"outputs": [answer]})["x"].array()
    array([[1., 2.]], dtype=float32)
    """
    found = answer.get("outputs")
    try:
        if is_list(found):
            return {str(each["name"]): _triton(each) for each in found}
        if is_dict(found):
            return {name: _onnx(each) for name, each in found.items()}
    except (KeyError, TypeError, ValueError):
        return None
    return None


def _triton(output: dict[str, Any]) -> Output:
    dtype = np.dtype(_TRITON[output["datatype"]])
    return Output(dtype, tuple(int(length) for length in output["shape"]), output["data"])


def _onnx(output: dict[str, Any]) -> Output:
    name, field = _ONNX[output["dataType"]]
    shape = tuple(int(length) for length in output["dims"])
    if "rawData" in output:
        return Output(np.dtype(name), shape, base64.b64decode(output["rawData"], validate=True))
    data = output[field]
    return Output(np.dtype(name), shape, [int(each) for each in data] if name[0] == "i" else data)
