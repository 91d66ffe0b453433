# SPDX-License-Identifier: Apache-2.0
"""Where a result was measured."""

from __future__ import annotations

import os
import platform
from pathlib import Path
from typing import Any

from bench.stopwatch import last_level_cache, processors

_SETS = (
    "sse4_2",
    "avx",
    "avx2",
    "fma",
    "f16c",
    "avx512f",
    "avx512_bf16",
    "avx512_fp16",
    "amx_bf16",
)


def describe() -> dict[str, Any]:
    """Give processor, instruction sets, cache, system, and how busy the machine is."""
    flags = _cpu_field("flags").split()
    return {
        "cpu": _cpu_field("model name") or platform.processor() or platform.machine(),
        "processors": len(processors()),
        "instruction sets": " ".join(name for name in _SETS if name in flags),
        "last-level cache": last_level_cache(),
        "system": f"{platform.system()} {platform.release()}",
        "python": platform.python_version(),
        "c library": " ".join(platform.libc_ver()),
        "load": [round(load, 2) for load in os.getloadavg()],
    }


def _cpu_field(name: str) -> str:
    path = Path("/proc/cpuinfo")
    if not path.exists():
        return ""
    for line in path.read_text(encoding="utf-8").splitlines():
        key, _, value = line.partition(":")
        if key.strip() == name:
            return value.strip()
    return ""
