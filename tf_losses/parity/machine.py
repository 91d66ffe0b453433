# SPDX-License-Identifier: Apache-2.0
"""What TensorFlow's bits depend on besides its version: the processor's vendor and the C library.

TensorFlow executes RCPPS for the float32 gradients of sigmoid and weighted, whose estimates differ
between vendors, and calls the C library for elements that do not fill a packet.
"""

from __future__ import annotations

import hashlib
import math
import platform
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from tf_losses._runtime import native
from tf_losses._runtime.releases import RELEASES
from tf_losses.parity.table import LOGITS

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from tf_losses.parity.table import Case

_PROBES = 4096


def describe() -> dict[str, str]:
    """Describe this machine.

    >>> sorted(describe())
    ['libc', 'libm', 'maker', 'processor', 'system']
    """
    info = _cpuinfo()
    return {
        "system": f"{platform.system()} {platform.machine()}",
        "maker": info.get("vendor_id") or native.get_vendor() or platform.machine(),
        "processor": info.get("model name", platform.processor()),
        "libc": _libc(),
        "libm": libm_fingerprint(),
    }


@contextmanager
def computing_like(recorded: Mapping[str, str]) -> Iterator[dict[str, str]]:
    """Compute as the recorded processor does, if its vendor is known, and describe what does.

    >>> with computing_like({"maker": "nobody's"}) as here:
    ...     here == describe()
    True
    """
    before, here = native.get_vendor(), describe()
    try:
        native.set_vendor(recorded["maker"])
    except KeyError:
        yield here
        return
    try:
        yield here | {"maker": recorded["maker"]}
    finally:
        native.set_vendor(before)


def _libc() -> str:
    """Name the C library; Python knows glibc's version only, the system stands for others."""
    named = " ".join(part for part in platform.libc_ver() if part)
    return named or f"the C library of {platform.system()} {platform.release()}"


def _cpuinfo() -> dict[str, str]:
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
    except OSError:
        return {}
    pairs = (line.partition(":") for line in lines)
    return {name.strip(): value.strip() for name, _, value in pairs}


def libm_fingerprint() -> str:
    """Hash what the C library's exp, log and log1p give for some arguments.

    >>> libm_fingerprint() == libm_fingerprint()
    True
    """
    x = [-(i * 0.17320508) % 87.0 for i in range(1, _PROBES)]
    values = [f(a) for a in x for f in (lambda a: math.exp(-a), math.log, math.log1p)]
    return hashlib.sha256(np.array(values, "<f8").tobytes()).hexdigest()[:16]


def why_not_comparable(
    recorded: Mapping[str, str], here: Mapping[str, str], tf_version: str, case: Case, output: str
) -> str:
    """Say why this output has other bits on this machine; empty if there is no reason.

    >>> from tf_losses.parity.table import cases
    >>> case = next(case for case in cases("quick") if case.dtype == "float32")
    >>> intel, amd = {"maker": "GenuineIntel"}, {"maker": "AuthenticAMD"}
    >>> why_not_comparable(intel, amd, "2.21", case, "logits gradient")
    'RCPPS of GenuineIntel, here AuthenticAMD'
    >>> why_not_comparable(intel, amd, "2.21", case, "loss")
    ''
    >>> why_not_comparable(intel, amd, "1.15", case, "logits gradient")
    ''
    """
    elementwise = not case.traits.by_row and case.dtype == "float32"
    estimated = elementwise and output == LOGITS and RELEASES[tf_version].estimates_reciprocals
    if estimated and recorded["maker"] != here["maker"]:
        return f"RCPPS of {recorded['maker']}, here {here['maker']}"
    return ""


def differences(recorded: Mapping[str, str], here: Mapping[str, str]) -> list[str]:
    """Say what else of the machine differs and may be why bits do.

    >>> differences({"libm": "a", "libc": "glibc 2.31"}, {"libm": "b", "libc": "glibc 2.36"})
    ['the C library is glibc 2.31 there and glibc 2.36 here, with other results']
    """
    if recorded["libm"] == here["libm"]:
        return []
    there, this = recorded["libc"], here["libc"]
    return [f"the C library is {there} there and {this} here, with other results"]
