# SPDX-License-Identifier: Apache-2.0
"""Large arrays in memory that may have held an earlier one, which they own as any array does.

NumPy allocates by a handler that can be exchanged (NEP 49). It is exchanged here for the moment in
which a large array is made, in this thread or task only; the array remembers its own for when it
is resized or freed. Nothing is done before the first large array.
"""

from __future__ import annotations

import importlib
from functools import cache
from typing import TYPE_CHECKING, Any

import numpy as np

from tf_losses._internal._ffi import ffi, lib

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray

# Of the table of NumPy's C interface, which keeps its order: PyDataMem_SetHandler and _GetHandler.
_SET_HANDLER, _GET_HANDLER = 304, 305
# PyDataMem_Handler, numpy/ndarraytypes.h.
_NAME_BYTES, _VERSION = 127, 1
_FUNCTIONS = ("tfl_array_malloc", "tfl_array_calloc", "tfl_array_realloc", "tfl_array_free")


def empty(
    shape: Sequence[int], dtype: np.dtype[Any], make: Callable[..., NDArray[Any]] = np.empty
) -> NDArray[Any]:
    """Make an array, or what `make` makes of one, of the library's memory.

    Raises:
        MemoryError: there is none.

    >>> array = empty((2, 3), np.dtype(np.float32))
    >>> array.shape, array.flags.owndata
    ((2, 3), True)
    """
    get_handler, set_handler, ours = _handlers()
    before = get_handler()  # known first: a KeyboardInterrupt may come as soon as it is exchanged
    try:
        set_handler(ours)
        return make(shape, dtype)
    finally:
        set_handler(before)


@cache
def _handlers() -> tuple[Callable[[], Any], Callable[[Any], Any], Any]:
    """Give the functions that tell and exchange handlers, and that of the library's memory."""
    import ctypes  # noqa: PLC0415 (takes long, and small results do without)

    class Handler(ctypes.Structure):
        """What NumPy asks for; the pointers are context, malloc, calloc, realloc, free."""

        _fields_ = (
            ("name", ctypes.c_char * _NAME_BYTES),
            ("version", ctypes.c_uint8),
            ("pointers", ctypes.c_void_p * (1 + len(_FUNCTIONS))),
        )

    addresses = [int(ffi.cast("intptr_t", ffi.addressof(lib, name))) for name in _FUNCTIONS]
    handler = Handler(b"tf_losses", _VERSION, (None, *addresses))
    _alive.append(handler)
    python = ctypes.pythonapi
    python.PyCapsule_New.restype = ctypes.py_object
    python.PyCapsule_New.argtypes = [ctypes.c_void_p, ctypes.c_char_p, ctypes.c_void_p]
    python.PyCapsule_GetPointer.restype = ctypes.c_void_p
    python.PyCapsule_GetPointer.argtypes = [ctypes.py_object, ctypes.c_char_p]
    table = python.PyCapsule_GetPointer(c_interface(), None)
    size = ctypes.sizeof(ctypes.c_void_p)
    get, exchange = (
        ctypes.c_void_p.from_address(table + place * size).value or 0
        for place in (_GET_HANDLER, _SET_HANDLER)
    )
    return (
        ctypes.PYFUNCTYPE(ctypes.py_object)(get),
        ctypes.PYFUNCTYPE(ctypes.py_object, ctypes.py_object)(exchange),
        python.PyCapsule_New(ctypes.addressof(handler), _CAPSULE, None),
    )


# A capsule keeps neither its name nor what it points to.
_CAPSULE = b"mem_handler"
_alive: list[object] = []


def c_interface() -> object:
    """Give NumPy's table of functions, whose module has another name since NumPy 2."""
    name = "numpy._core" if hasattr(np, "_core") else "numpy.core"
    return importlib.import_module(f"{name}._multiarray_umath")._ARRAY_API  # noqa: SLF001 (C's own)
