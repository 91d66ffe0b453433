# SPDX-License-Identifier: Apache-2.0
"""TensorFlow as a process that is asked: it may be that of another Python, even an old one."""

from __future__ import annotations

import json
import signal
import subprocess
import tempfile
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

import numpy as np

from tf_losses._internal.io.command import system_reason
from tf_losses._internal.io.text import printable
from tf_losses._internal.losses.catalogue import of
from tf_losses._internal.runtime.releases import RELEASES
from tf_losses.parity import machine
from tf_losses.parity.results import Results, Unavailable
from tf_losses.parity.table import BFLOAT16, EAGER

if TYPE_CHECKING:
    from collections.abc import Mapping
    from types import TracebackType

    from numpy.typing import NDArray
    from typing_extensions import Self

    from tf_losses.parity.table import Case, Inputs

    Array = NDArray[Any]

_WORKER = Path(__file__).with_name("worker.py")
_SHOWN_LINES = 12
_SHOWN_BYTES = 200
_LONGEST_LINE = 1 << 20
# How a process ends by its own mistake, and not because somebody wants it to.
_CRASHES = frozenset(
    int(getattr(signal, name))
    for name in ("SIGSEGV", "SIGBUS", "SIGABRT", "SIGFPE", "SIGILL")
    if hasattr(signal, name)  # Windows has no SIGBUS
)


class NoReferenceError(Exception):
    """TensorFlow could not be started, or died; the text is one line."""

    def __init__(self, text: str) -> None:
        """Keep the text, made fit for a terminal."""
        super().__init__(printable(text))


class Reference:
    """TensorFlow in a Python of the caller's choice, inside a `with` block.

    Args:
        python: the interpreter to run; TensorFlow must be installed for it.

    A call on which TensorFlow crashes counts as one that it refuses; it is started again for the
    next.

    Raises:
        NoReferenceError: on entry, if there is no TensorFlow or no such Python; later, if the
            process is ended.
    """

    def __init__(self, python: str) -> None:
        """Name the interpreter; the block starts it."""
        self._python = python
        self._process: subprocess.Popen[bytes] | None = None
        self.versions: Mapping[str, str] = {}
        self._has_seen_bfloat16 = False

    def __enter__(self) -> Self:
        """Start it and wait for TensorFlow to be imported."""
        self._said: IO[bytes] = tempfile.TemporaryFile()
        try:
            self._start()
        except BaseException:
            self._end()
            raise
        return self

    def _start(self) -> None:
        self.versions = {}
        self._has_seen_bfloat16 = False
        self._said.seek(0)
        self._said.truncate()
        try:
            self._process = subprocess.Popen(  # noqa: S603 (the caller's choice)
                [self._python, str(_WORKER)],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=self._said,
            )
        except OSError as error:
            raise NoReferenceError(
                f"{self._python} cannot be run: {system_reason(error)}"
            ) from None
        self.versions = _versions(self._answer()[0])

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        """End it."""
        self._end()

    def _end(self) -> None:
        self._stop()
        self._said.close()

    def _stop(self) -> None:
        if self._process is not None:
            self._process.kill()
            self._process.communicate()

    def __call__(self, case: Case, inputs: Inputs) -> Results:
        """Compute the loss and all gradients that TensorFlow has.

        Raises:
            Unavailable: this TensorFlow refuses the call, or crashes.
        """
        if self._forgets_to_flush() and case.dtype != BFLOAT16:
            self._stop()
            self._start()
        self._has_seen_bfloat16 |= case.dtype == BFLOAT16
        return self.compute(case.loss, inputs, mode=case.mode)

    def compute(
        self, loss: str, inputs: Inputs, *, mode: str = EAGER, gradient: bool = True
    ) -> Results:
        """Compute a loss by name."""
        weight = inputs.pos_weight
        arrays = {"labels": inputs.labels, "logits": inputs.logits}
        if isinstance(weight, np.ndarray):
            arrays["pos_weight"] = weight
        for name in ("upstream", "grad_grad"):
            if (given := getattr(inputs, name)) is not None:
                arrays[name] = given
        request = {
            "loss": of(loss).function,
            "mode": mode,
            "gradient": gradient,
            "pos_weight": weight if isinstance(weight, float) else None,
            "arrays": {name: [a.dtype.name, list(a.shape)] for name, a in arrays.items()},
        }
        source = self._running().stdin
        assert source is not None  # noqa: S101 (it is a pipe)
        try:
            source.write(json.dumps(request).encode() + b"\n")
            for array in arrays.values():
                source.write(as_bytes(array).data)
            source.flush()
        except BrokenPipeError:
            raise self._dead() from None
        header, found = self._answer()
        if "error" in header:
            raise Unavailable(header["error"])
        return Results(found, header["missing"])

    def _forgets_to_flush(self) -> bool:
        """Tell whether the process computes otherwise than a new one would."""
        name = ".".join(self.versions["tensorflow"].split(".")[:2])
        return self._has_seen_bfloat16 and name in RELEASES and RELEASES[name].forgets_to_flush

    def _running(self) -> subprocess.Popen[bytes]:
        if self._process is None:
            raise NoReferenceError("the process is used outside its block")
        return self._process

    def _answer(self) -> tuple[dict[str, Any], dict[str, Array]]:
        source = self._running().stdout
        assert source is not None  # noqa: S101 (it is a pipe)
        line = source.readline(_LONGEST_LINE)
        if not line.endswith(b"\n") and len(line) < _LONGEST_LINE:
            raise self._dead()
        try:
            header = json.loads(line)
            arrays = {
                str(name): np.empty(shape, _stored(dtype))
                for name, (dtype, shape) in header["arrays"].items()
            }
        # Whatever was run, it is not the worker.
        except (ValueError, TypeError, KeyError, AttributeError, RecursionError, MemoryError):
            raise NoReferenceError(
                f"{self._python} is no Python with TensorFlow: it says {line[:_SHOWN_BYTES]!r}"
            ) from None
        for name, array in arrays.items():
            if array.size:
                self._fill(array, source)
            arrays[name] = array.view(_dtype(header["arrays"][name][0]))
        return header, arrays

    def _fill(self, array: Array, source: IO[bytes]) -> None:
        """Read the bytes of an array."""
        view = array.reshape(-1).view(np.uint8)
        if source.readinto(view) != view.size:  # type: ignore[attr-defined]
            raise self._dead()

    def _dead(self) -> Exception:
        """Say why the process ended; it is started again after a crash in a call."""
        code = -self._running().wait()
        if code in _CRASHES and self.versions:
            self._stop()
            self._start()
            return Unavailable(f"its process ends by {signal.Signals(code).name}")
        self._said.seek(0)
        lines = self._said.read().decode(errors="replace").splitlines()
        if any("No module named 'tensorflow'" in line for line in lines):
            return NoReferenceError(
                f"{self._python} has no TensorFlow: install it there, name a Python that has it "
                "(--python), or compare with recorded results (--replay)"
            )
        said = " | ".join(line.strip() for line in lines[-_SHOWN_LINES:])
        return NoReferenceError(f"TensorFlow's process ended: {said or 'it said nothing'}")


def _versions(header: dict[str, Any]) -> dict[str, str]:
    try:
        return machine.versions_of(header["versions"])
    except (KeyError, TypeError, AttributeError):
        raise NoReferenceError("the process does not say which TensorFlow it has") from None


def as_bytes(array: Array) -> Array:
    """Give the bytes of an array; custom dtypes export no buffer, so theirs are of integers."""
    return np.ascontiguousarray(array).reshape(-1).view(np.uint8)


def _stored(dtype: str) -> np.dtype[Any]:
    stored: np.dtype[Any] = np.dtype(np.uint16 if dtype == "bfloat16" else dtype)
    if stored.hasobject:
        raise TypeError("objects are no results")
    return stored


def _dtype(dtype: str) -> np.dtype[Any]:
    if dtype != "bfloat16":
        return np.dtype(dtype)
    import ml_dtypes  # noqa: PLC0415 (optional)

    bfloat16: np.dtype[Any] = np.dtype(ml_dtypes.bfloat16)
    return bfloat16
