# SPDX-License-Identifier: Apache-2.0
"""Results of 8 MiB and more are arrays like any others, in memory that is used again."""

from __future__ import annotations

import gc
from typing import TYPE_CHECKING

import numpy as np
import pytest

import tf_losses
from tf_losses._internal.runtime import large_arrays, native
from tf_losses.compat import v2
from tf_losses.errors import ResourceExhaustedError

if TYPE_CHECKING:
    from bits import Array

ROWS, CLASSES = 2048, 8192  # 64 MiB of float32


def _made() -> Array:
    return native.empty((ROWS, CLASSES), np.dtype(np.float32))


def _handler(array: Array | None = None) -> object:
    core = np._core if hasattr(np, "_core") else np.core  # type: ignore[attr-defined]  # noqa: SLF001 (it has no other name)
    name = core.multiarray.get_handler_name
    return name() if array is None else name(array)


def test_a_large_result_owns_its_data() -> None:
    x = np.zeros((ROWS, CLASSES), np.float32)
    loss = v2.nn.sigmoid_cross_entropy_with_logits(x, x)
    assert loss.flags.owndata
    assert loss.base is None
    # A debugger, or what counts lines, may hold the array too.
    loss.resize((ROWS + 1, CLASSES), refcheck=False)
    assert np.all(loss[:ROWS] == np.float32(np.log(2)))
    assert not loss[ROWS].any()
    loss.resize((3, CLASSES), refcheck=False)
    assert np.all(loss == np.float32(np.log(2)))


def test_its_memory_is_used_again() -> None:
    tf_losses.set_result_cache(0)  # what other tests left would suit as well
    tf_losses.set_result_cache(256 << 20)
    first = _made()
    place = first.ctypes.data
    del first
    gc.collect()
    assert _made().ctypes.data == place


def test_other_arrays_are_numpys_own() -> None:
    made = _made()
    assert _handler(made) == "tf_losses"
    for other in (np.empty(10), made.copy(), made + 1):
        assert _handler(other) == "default_allocator"


def test_an_interrupted_result_leaves_numpys_allocator_in_place(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A KeyboardInterrupt may come as soon as a function of C has returned."""
    get_handler, set_handler, ours = large_arrays._handlers()  # noqa: SLF001 (the moment is inside)

    def interrupted(handler: object) -> object:
        before = set_handler(handler)
        if handler is ours:
            raise KeyboardInterrupt
        return before

    monkeypatch.setattr(large_arrays, "_handlers", lambda: (get_handler, interrupted, ours))
    with pytest.raises(KeyboardInterrupt):
        _made()
    assert _handler() == "default_allocator"


def test_no_memory_leaves_numpys_allocator_in_place() -> None:
    with pytest.raises(ResourceExhaustedError, match="no memory for a result"):
        native.empty((2**50,), np.dtype(np.float64))
    assert _handler() == "default_allocator"
