# SPDX-License-Identifier: Apache-2.0
"""Results about the least normal number, by another processor and by this one, an x86-64.

It flushes what is subnormal after it was rounded; others look at it before that, or round it
otherwise. No recorded result is as near to this number.
"""
# ruff: noqa: ANN401, T201 (cffi's values have no type; prints)

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

COUNT = 1 << 14


@dataclass
class Operands:
    """Of each pair the product is the least normal number, or off by up to two last digits."""

    a: NDArray[Any]
    b: NDArray[Any]
    dtype: int

    def compute(self, name: str, ffi: Any, lib: Any) -> NDArray[Any]:
        """Give products, quotients or a gradient that consists of products."""
        out = np.empty_like(self.a)
        a, b, none = ffi.from_buffer(self.a), ffi.from_buffer(self.b), ffi.NULL
        inverse, into = ffi.from_buffer(1 / self.b), ffi.from_buffer(out)
        if name == "products":
            status = lib.tfl_arithmetic(lib.TFL_MULTIPLY, self.dtype, COUNT, a, b, into)
        elif name == "quotients":
            status = lib.tfl_arithmetic(lib.TFL_DIVIDE, self.dtype, COUNT, a, inverse, into)
        else:
            kind = (lib.TFL_VERSION_SET, lib.TFL_SIGMOID, self.dtype, self.dtype, lib.TFL_EAGER)
            arrays = (b, b, none, none, a, none, into, none, none)
            status = lib.tfl_gradient_positional(*kind, COUNT, 1, *arrays)
        if status != lib.TFL_OK:
            raise RuntimeError(f"{name}: status {status}")
        return out


def draw(kind: type[np.floating[Any]], dtype: int) -> Operands:
    """Draw operands of a type."""
    rng, limits = np.random.default_rng(0), np.finfo(kind)
    a = (1 + rng.random(COUNT)).astype(kind)
    b = ((1 + rng.integers(-2, 3, COUNT) * limits.eps) / a).astype(kind)
    return Operands(a * limits.smallest_normal, b, dtype)


def equal(ffi: Any, other: Any, own: Any) -> bool:
    """Compare, and print how many differ."""
    all_equal = True
    for kind, dtype in ((np.float32, own.TFL_F32), (np.float64, own.TFL_F64)):
        operands = draw(kind, dtype)
        for name in ("products", "quotients", "labels gradient of sigmoid"):
            found, expected = (operands.compute(name, ffi, lib) for lib in (other, own))
            differing = sum(
                a.tobytes() != b.tobytes() for a, b in zip(found, expected, strict=True)
            )
            kept = int((np.abs(expected) == np.finfo(kind).smallest_normal).sum())
            print(
                f"tiny results, {kind.__name__}, {name}: {differing} of {COUNT} differ; "
                f"{kept} are the least normal number"
            )
            all_equal = all_equal and not differing
    return all_equal
