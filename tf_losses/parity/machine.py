# SPDX-License-Identifier: Apache-2.0
"""What TensorFlow's bits depend on besides its version: the processor's vendor and the C library.

TensorFlow executes RCPPS for the float32 gradients of sigmoid and weighted, whose estimates differ
between vendors, and calls the C library for elements that do not fill a packet. That is so on
x86-64: builds for ARM processors compute otherwise, whatever the library.
"""

from __future__ import annotations

import hashlib
import math
import platform
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from tf_losses import libm, versions
from tf_losses._internal.runtime import native
from tf_losses._internal.runtime.releases import RELEASES
from tf_losses.parity.table import LOGITS

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Mapping

    import numpy.typing as npt

    from tf_losses.parity.table import Case

LIBM_SET = "libm_set"
_PROBES = [-(i * 0.17320508) % 87.0 for i in range(1, 4096)]
_X86_64 = ("x86_64", "AMD64")


def describe() -> dict[str, str]:
    """Describe this machine.

    >>> sorted(describe())
    ['libc', 'libm', 'libm_set', 'maker', 'processor', 'system']
    """
    info = _cpuinfo()
    return {
        "system": f"{platform.system()} {platform.machine()}",
        "maker": info.get("vendor_id") or native.get_vendor() or platform.machine(),
        "processor": info.get("model name", platform.processor()),
        "libc": _libc(),
        "libm": libm_fingerprint(),
        LIBM_SET: libm.host_libm() or "",
    }


def libm_set_of(recorded: Mapping[str, str]) -> str:
    """Name the set of a machine that was described without it; empty if it is none that is known.

    >>> libm_set_of({"libc": "glibc 2.36", "libm": "of another one"})
    ''
    """
    release = recorded["libc"].removeprefix("glibc ")
    try:
        names = [libm.find_libm(f"glibc-{release}{end}") for end in ("", "-nofma")]
    except ValueError:
        return ""
    return next((name for name in names if _fingerprint_of(name) == recorded["libm"]), "")


def _fingerprint_of(name: str) -> str:
    with libm.tf_libm(name):
        return fingerprint_here()


@contextmanager
def computing_like(
    recorded: Mapping[str, str], library: str | None = None
) -> Generator[dict[str, str], None, None]:
    """Compute as the recorded machine does, as far as it is known, and describe what does.

    Args:
        recorded: what describes it.
        library: a C library to take instead of the recorded one.

    >>> with computing_like({"maker": "nobody's", "libm_set": ""}) as here:
    ...     here == describe()
    True
    """
    here = describe()
    with ExitStack() as stack:
        if recorded["maker"] in native.VENDORS:
            stack.callback(native.set_vendor, native.get_vendor())
            native.set_vendor(recorded["maker"])
            here["maker"] = recorded["maker"]
        if name := library or recorded[LIBM_SET]:
            chosen = stack.enter_context(libm.tf_libm(name))
            here |= {"libm": fingerprint_here(), LIBM_SET: chosen}
        yield here


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
    functions: tuple[Callable[[float], float], ...] = (lambda a: math.exp(-a), math.log, math.log1p)
    values = [f(a) for a in _PROBES for f in functions]
    return _hash(values)


def fingerprint_here() -> str:
    """Hash the same of the library that is chosen here and now.

    >>> with libm.tf_libm("host"):
    ...     fingerprint_here() == libm_fingerprint()
    True
    """
    x = np.array(_PROBES)
    with versions.tf_version(versions.NEWEST):
        columns = [
            _of_leftovers(function, a)
            for function, a in ((native.EXP, -x), (native.LOG, x), (native.LOG1P, x))
        ]
    return _hash(np.stack(columns, axis=1))


def _of_leftovers(function: int, x: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """Compute a function of elements that fill no packet: as the C library does."""
    out, few = np.empty_like(x), 3
    for start in range(0, x.size, few):
        part = slice(start, start + few)
        native.unary(function, native.F64, x[part], out[part])
    return out


def _hash(values: npt.ArrayLike) -> str:
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


def versions_of(said: Mapping[str, object]) -> dict[str, str]:
    """Give what a reference says of itself; older records do not say for which machine it is built.

    >>> versions_of({"tensorflow": "2.21.0", "numpy": "2.0.0", "python": "3.11.7"})["machine"]
    'x86_64'
    """
    versions = {name: str(said[name]) for name in ("tensorflow", "numpy", "python")}
    return versions | {"machine": str(said.get("machine", _X86_64[0]))}


def other_platform(reference: Mapping[str, str]) -> list[str]:
    """Say that a TensorFlow is built for processors whose bits are not those of x86-64.

    >>> other_platform({"machine": "x86_64"})
    []
    >>> other_platform({"machine": "aarch64"})[0].partition(":")[0]
    'this TensorFlow is a build for aarch64'
    """
    name = reference["machine"]
    if name in _X86_64:
        return []
    text = (
        f"this TensorFlow is a build for {name}: its packets are 4 float32 or 2 float64, it fuses "
        "products with sums, and 1/a begins with another estimate, so that other bits are to be "
        "expected. tf_losses computes those of the builds for x86-64, on every processor"
    )
    return [text]


def differences(recorded: Mapping[str, str], here: Mapping[str, str]) -> list[str]:
    """Say what else of the machine differs and may be why bits do.

    >>> differences({"libm": "a", "libc": "glibc 2.31"}, {"libm": "b", "libc": "glibc 2.36"})
    ['the C library is glibc 2.31 there and glibc 2.36 here, with other results']
    """
    if recorded["libm"] == here["libm"]:
        return []
    there, this = recorded["libc"], here["libc"]
    return [f"the C library is {there} there and {this} here, with other results"]
