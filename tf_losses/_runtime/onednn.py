# SPDX-License-Identifier: Apache-2.0
"""Whose softmax TensorFlow would compute: Eigen's, or oneDNN's for an instruction set.

Since 2.12, TensorFlow for Linux on x86-64 lets oneDNN compute softmax of float32, and of bfloat16
where there is AVX512, on processors that are made for neural networks (AVX512_VNNI, AVX512_BF16,
AVX_VNNI, AMX) or where TF_ENABLE_ONEDNN_OPTS=1 asks for it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from tf_losses._runtime import native

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["CHOICES", "OFF", "default", "get", "set_choice", "way"]

OFF = "off"
_ISAS = {
    OFF: native.ONEDNN_NONE,
    "sse41": native.ONEDNN_SSE41,
    "avx2": native.ONEDNN_AVX2,
    "avx512": native.ONEDNN_AVX512,
}
CHOICES = tuple(_ISAS)

# The version of oneDNN in each release (major*100 + minor) that lets it compute softmax.
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
}

_chosen: str | None = None


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
    return default({}) if _chosen is None else _chosen


def way(release: str, dtype: int) -> tuple[int, int] | None:
    """Give oneDNN's version and instruction set for softmax of a dtype; None where it is Eigen's.

    >>> way("1.15", native.F32)
    """
    name, version = get(), _VERSIONS.get(release)
    takes = dtype == native.F32 or (dtype == native.BF16 and name == "avx512")
    return (version, _ISAS[name]) if version and takes and name != OFF else None
