# SPDX-License-Identifier: Apache-2.0
"""Whose softmax TensorFlow would compute: Eigen's, or oneDNN's for an instruction set.

Since 2.12, TensorFlow for Linux on x86-64 lets oneDNN compute softmax of float32, and of bfloat16
where there is AVX512, and since 2.9 products of float32 matrices: on processors that are made for
neural networks (AVX512_VNNI, AVX512_BF16, AVX_VNNI, AMX) or where TF_ENABLE_ONEDNN_OPTS=1 asks for
it.
"""

from __future__ import annotations

from contextlib import contextmanager
from contextvars import ContextVar
from typing import TYPE_CHECKING

from tf_losses._internal.runtime import native

if TYPE_CHECKING:
    from collections.abc import Generator, Mapping

__all__ = [
    "CHOICES",
    "OFF",
    "chosen",
    "default",
    "get",
    "product_block",
    "set_choice",
    "shares_rows",
    "way",
]

OFF = "off"
_ISAS = {
    OFF: native.ONEDNN_NONE,
    "sse41": native.ONEDNN_SSE41,
    "avx2": native.ONEDNN_AVX2,
    "avx512": native.ONEDNN_AVX512,
}
CHOICES = tuple(_ISAS)

# The version of oneDNN (major*100 + minor) in each release that lets it compute softmax by itself;
_VERSIONS = {
    "2.12": 207,
    "2.13": 207,
    "2.14": 301,
    "2.15": 302,
    "2.16": 303,
    "2.17": 304,
    "2.18": 305,
    "2.19": 306,
    "2.20": 307,
    "2.21": 307,
    "2.22": 309,
}

# and in those that let it multiply matrices only.
_MULTIPLIES = {"2.9": 206, "2.10": 206, "2.11": 207, **_VERSIONS}

_chosen: str | None = None
# In a thread or task that computes otherwise than the process.
_here: ContextVar[str | None] = ContextVar("onednn", default=None)


def default(environment: Mapping[str, str]) -> str:
    """Name what TensorFlow would use on this processor in this environment.

    >>> default({"TF_ENABLE_ONEDNN_OPTS": "0"})
    'off'
    """
    asked = environment.get("TF_ENABLE_ONEDNN_OPTS", "").lower()
    if asked in ("0", "false"):
        return OFF
    code = native.onednn_isa_here(asked in ("1", "true"))
    bound = environment.get("ONEDNN_MAX_CPU_ISA", "").upper()
    if bound in ("SSE41", "AVX"):
        code = min(code, native.ONEDNN_SSE41)
    elif bound.startswith("AVX2"):
        code = min(code, native.ONEDNN_AVX2)
    return CHOICES[code]


def set_choice(name: str) -> None:
    """Compute softmax in this way from now on."""
    global _chosen  # noqa: PLW0603 (one for the process)
    _chosen = name


def get() -> str:
    """Name the way that is chosen.

    >>> get() in CHOICES
    True
    """
    return _here.get() or (default({}) if _chosen is None else _chosen)


@contextmanager
def chosen(name: str) -> Generator[None, None, None]:
    """Compute softmax in this way in a block, in this thread or task.

    >>> with chosen("avx2"):
    ...     get()
    'avx2'
    """
    token = _here.set(name)
    try:
        yield
    finally:
        _here.reset(token)


def way(release: str, dtype: int) -> tuple[int, int] | None:
    """Give oneDNN's version and instruction set for softmax of a dtype; None where it is Eigen's.

    >>> way("1.15", native.F32)
    """
    name, version = get(), _VERSIONS.get(release)
    takes = dtype == native.F32 or (dtype == native.BF16 and name == "avx512")
    return (version, _ISAS[name]) if version and takes and name != OFF else None


# How many elements of float32 oneDNN multiplies and adds before it begins again, in a product of a
# row and a column: so many up to _LONG, then as many as that; in 3.7 always so many, since as many
# as _LONG, in two sums of four lanes.
_BLOCK, _LONG = 512, 1024
_ALWAYS_SHORT, _IN_LANES, _FIRST_SHARED = 307, 309, 304
_IN_TURN, _LANES = 1, 4


def product_block(release: str, dtype: int, classes: int) -> tuple[int, int]:
    """Give the length of a block of such products, 0 where they are Eigen's, and its lanes.

    >>> product_block("2.8", native.F32, 2000)
    (0, 1)
    """
    version = _MULTIPLIES.get(release)
    if not version or dtype != native.F32 or get() == OFF:
        return 0, _IN_TURN
    if version >= _IN_LANES:
        return _LONG, _LANES
    return (_LONG if version < _ALWAYS_SHORT and classes > _LONG else _BLOCK), _IN_TURN


def shares_rows(release: str, dtype: int, classes: int) -> bool:
    """Tell whether oneDNN may share a single row among its threads, which is not reproduced.

    >>> shares_rows("2.8", native.F32, 2000)
    False
    """
    shared = _MULTIPLIES.get(release, 0) >= _FIRST_SHARED and classes > _LONG
    return shared and product_block(release, dtype, classes)[0] > 0
