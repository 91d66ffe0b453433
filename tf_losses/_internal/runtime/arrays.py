# SPDX-License-Identifier: Apache-2.0
"""Plain NumPy arrays to their losses in one step: the module that csrc/python/arrays.h is.

To look at arrays in Python (type, shape, dtype, buffer), to make the results and to call C by way
of cffi costs several times the arithmetic of a small loss. C reads the same fields in a few
nanoseconds, where they lie in NumPy's binary interface. That they lie there is made sure of first,
for this Python and this NumPy; otherwise, and for every array that is not plain, calls go the long
way.
"""

from __future__ import annotations

import importlib.util
import platform
import sys
from importlib.machinery import ExtensionFileLoader
from typing import TYPE_CHECKING, Any

import numpy as np

from tf_losses._internal._ffi import lib
from tf_losses._internal.runtime.large_arrays import c_interface

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import ModuleType

    Dtype = np.dtype[Any]

_NAME = "tf_losses._arrays"
_CODES: dict[Dtype, int] = {
    np.dtype(np.float16): lib.TFL_F16,
    np.dtype(np.float32): lib.TFL_F32,
    np.dtype(np.float64): lib.TFL_F64,
    np.dtype(np.int32): lib.TFL_I32,
    np.dtype(np.int64): lib.TFL_I64,
}
_C_CONTIGUOUS, _ALIGNED = 0x1, 0x100  # NumPy's flags


def _takes_nothing(*_arguments: object) -> None:
    """Stand for the functions of C where there are none: everything goes the long way."""


def _load() -> ModuleType | None:
    """Load the second module of cffi's library, which CPython alone has."""
    if platform.python_implementation() != "CPython":
        return None
    path = getattr(sys.modules["tf_losses._internal._ffi"], "__file__", None)
    if path is None:  # another processor's, emulated
        return None
    loader = ExtensionFileLoader(_NAME, path)
    spec = importlib.util.spec_from_loader(_NAME, loader)
    assert spec is not None  # noqa: S101 (there is a loader)
    module = importlib.util.module_from_spec(spec)
    loader.exec_module(module)
    return module


def _is_read_right(module: ModuleType, array: np.ndarray[Any, Any]) -> bool:
    """Compare what C reads of an array with what Python says."""
    flags = array.flags
    return bool(
        module.read(array)
        == (
            array.__array_interface__["data"][0],
            array.ndim,
            (array.shape or (-1,))[-1],
            (array.strides or (-1,))[-1],
            array.dtype,
            (flags.c_contiguous * _C_CONTIGUOUS) | (flags.aligned * _ALIGNED),
        )
    )


def _is_made_right(module: ModuleType, array: np.ndarray[Any, Any]) -> bool:
    """Look at an array that C makes like another one."""
    made = module.make(np.ndarray, array)
    made.fill(1)
    return (
        type(made) is np.ndarray
        and made.shape == array.shape
        and made.dtype is array.dtype
        and made.base is None
        and made.flags.c_contiguous
        and made.flags.owndata
        and made.flags.writeable
        and bool((made == 1).all())
    )


def _probes() -> list[np.ndarray[Any, Any]]:
    """Arrays of every kind that C tells apart."""
    plain = np.zeros((3, 5), np.float32)
    odd = np.zeros(9, np.int8)[1:].view(np.float64)
    return [plain, plain.T, plain[:, ::2], np.zeros((), np.int64), np.zeros((2, 0, 3)), odd]


def _ready() -> ModuleType | None:
    """The module, if it reads and makes arrays as Python does."""
    module = _load()
    if module is None:
        return None
    if not module.tell_table(c_interface()):
        return None
    for dtype, code in _CODES.items():
        module.tell_dtype(code, dtype)
    probes = _probes()
    right = all(_is_read_right(module, probe) for probe in probes)
    return module if right and all(_is_made_right(module, probe) for probe in probes) else None


_module = _ready()

# Each takes a version and the number of a loss first, and gives a tensor or `Gradients`; None where
# the arrays are not plain, a tape is open, or C refuses. Then `loss` takes labels, logits and
# weight, `gradients` mode, upstream, wanted and with_loss as well; `call` takes the args and kwargs
# of a loss, `differentiate` whether labels have a gradient and those of a function for gradients.
# The weight is 0 where there is none, a Python float, or an array of pos_weight - 1.
loss: Callable[..., Any] = _takes_nothing if _module is None else _module.loss
call: Callable[..., Any] = _takes_nothing if _module is None else _module.call
differentiate: Callable[..., Any] = _takes_nothing if _module is None else _module.differentiate
gradients: Callable[..., Any] = _takes_nothing if _module is None else _module.gradients


def tell_dtype(code: int, dtype: Dtype) -> None:
    """Let C know the dtype that has this code."""
    if _module is not None:
        _module.tell_dtype(code, dtype)


def begin(tensor: type, gradients_type: type, tapes: dict[int, None]) -> None:
    """Let C make these, unless there are tapes open; until then everything goes the long way."""
    if _module is not None:
        _module.begin(np.ndarray, tensor, gradients_type, tapes)
