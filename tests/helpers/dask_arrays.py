# SPDX-License-Identifier: Apache-2.0
"""Dask arrays in tests, and what is computed of them beside what NumPy arrays give."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import dask
import dask.array as da
import numpy as np

from bits import assert_same_bits
from tf_losses._internal.runtime import threads

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    Array = NDArray[Any]

ROWS = 1003
LOGITS = np.random.default_rng(1).normal(size=(ROWS, 7)).astype(np.float32)
LABELS = np.random.default_rng(2).random((ROWS, 7)).astype(np.float32)
CLASSES = np.random.default_rng(3).integers(0, 7, ROWS)


@contextmanager
def alone() -> Iterator[None]:
    """Compute in this thread, and put TensorFlow's threads back in the end."""
    before = threads.get_intra_op_parallelism_threads()
    with dask.config.set(scheduler="synchronous"):
        yield
    threads.set_intra_op_parallelism_threads(before)


def cut(array: Array, *sizes: int) -> Any:  # noqa: ANN401 (Dask's, untyped)
    return da.from_array(array, chunks=sizes or (100,) * array.ndim)


def parts_of(found: Any) -> list[Any]:  # noqa: ANN401 (one array, or gradients)
    return [part for part in found if part is not None] if isinstance(found, tuple) else [found]


def assert_same(found: Any, wanted: Any, case: str) -> None:  # noqa: ANN401 (arrays)
    lazy, plain = parts_of(found), parts_of(wanted)
    assert len(lazy) == len(plain), case
    for one, (array, other) in enumerate(zip(lazy, plain, strict=True)):
        assert isinstance(array, da.Array), case
        (computed,) = dask.compute(array)
        expected = np.asarray(other)
        assert type(computed) in (np.ndarray, expected.dtype.type), (case, type(computed))
        assert array.dtype == expected.dtype, case
        assert array.shape == expected.shape, case
        assert_same_bits(np.asarray(computed), expected, f"{case}, part {one}")
