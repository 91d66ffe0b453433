# SPDX-License-Identifier: Apache-2.0
"""Files of recorded results ("goldens"), to compare with where there is no TensorFlow.

A file holds, for every output of every case of the table, a hash of its bits (any NaN counts as the
same) and the values of a few elements; the inputs are drawn again from the seed. It is an .npz
archive: "manifest" is JSON that says what made it and names the cases and their outputs, which
"hashes" and "samples" follow. The archive's comment is a hash of all that comes before it, so that
a changed byte anywhere shows.

Cases are known by their names: a table that has grown since reads old files, and says which of its
cases they do not have. Files of format 1 name no cases: theirs are the first ones of the table, to
whose end new ones are added. Outputs that TensorFlow has not are named too, with the reason: a
release had no kernel for a dtype.
"""

from __future__ import annotations

import hashlib
import io
import json
import zipfile
from dataclasses import dataclass, field
from itertools import islice
from typing import TYPE_CHECKING, Any

import numpy as np

from tf_losses._internal.io.command import InputError
from tf_losses._internal.io.output import destination
from tf_losses._internal.io.place import refuse_special
from tf_losses._internal.io.text import printable
from tf_losses._internal.runtime.kinds import is_dict
from tf_losses.parity import machine
from tf_losses.parity.results import Difference, canonical, compare, integers, reason
from tf_losses.parity.table import TABLE_VERSION, cases

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

    from tf_losses.parity.results import Results
    from tf_losses.parity.table import Case

    Array = NDArray[Any]

FORMAT, FORMAT_VERSION = "tf_losses goldens", 2
# How many cases a file has that does not name them.
UNNAMED_CASES = {"quick": 272, "full": 4928}
_HASH_BYTES = 16
_SAMPLED = 8
_WORD_BYTES = 8
_SEAL_BYTES = 64  # in hexadecimal
_ARRAYS = ("manifest", "hashes", "samples")


class GoldensError(Exception):
    """A file cannot be used; the text names it and says why."""

    def __init__(self, text: str) -> None:
        """Keep the text, made fit for a terminal."""
        super().__init__(printable(text))


@dataclass
class Goldens:
    """Recorded results."""

    tensorflow: dict[str, str]
    """Versions: tensorflow, numpy, python; and machine, for which TensorFlow is built."""
    machine: dict[str, str]
    seed: int
    table: str
    refused: dict[str, str]
    """Names of cases that TensorFlow refused, with its words."""
    outputs: dict[str, list[str]]
    """The other cases, by name: what is recorded of each."""
    hashes: Array
    samples: Array
    missing: dict[str, dict[str, str]] = field(default_factory=dict[str, dict[str, str]])
    """Of these, outputs that TensorFlow has not, with its words."""
    name: str = ""
    _rows: dict[tuple[str, str], int] = field(default_factory=dict[tuple[str, str], int])

    def __post_init__(self) -> None:
        """Number the outputs."""
        listed = ((name, output) for name, names in self.outputs.items() for output in names)
        self._rows = {key: row for row, key in enumerate(listed)}

    def has(self, case: Case, output: str) -> bool:
        """Tell whether an output is recorded."""
        return (case.name, output) in self._rows

    def why_missing(self, case: Case, output: str) -> str:
        """Give TensorFlow's words where it had no such output; empty if it is not known."""
        whole = self.refused.get(case.name, "")
        return self.missing.get(case.name, {}).get(output, whole)

    def unknown(self) -> int:
        """Count the recorded cases that the table does not have, or no longer."""
        return len({*self.refused, *self.outputs} - {case.name for case in cases(self.table)})

    def check(self) -> None:
        """Find out whether there is a row for every output.

        Raises:
            ValueError: there is not.
        """
        rows = len(self._rows)
        if self.hashes.shape != (rows, _HASH_BYTES) or self.hashes.dtype != np.uint8:
            raise ValueError(f"hashes are {self.hashes.dtype}{list(self.hashes.shape)}")
        if self.samples.shape != (rows, _SAMPLED) or self.samples.dtype != np.uint64:
            raise ValueError(f"samples are {self.samples.dtype}{list(self.samples.shape)}")

    def compare(
        self, case: Case, output: str, actual: Array, inputs: dict[str, Array]
    ) -> Difference | None:
        """Compare an output with the record; None if the bits are equal.

        Where they are not, how they differ is known of the recorded elements only; at least one
        element is counted.
        """
        row = self._rows[case.name, output]
        if hash_of(actual) == self.hashes[row].tobytes():
            return None
        places = _sampled(actual.size)
        expected = _from_words(self.samples[row][: places.size], actual.dtype)
        near = {name: a.ravel()[places] for name, a in inputs.items() if a.size == actual.size}
        found = compare(output, actual.ravel()[places], expected, near)
        if found is not None:
            at = f"of {actual.size:,} elements, {places.size} are recorded; among these "
            return Difference(found.count, actual.size, found.distances, at + found.first)
        text = f"{output}: not among the {places.size} recorded of {actual.size:,} elements"
        return Difference(1, actual.size, np.array([]), text)

    def save(self, path: Path) -> None:
        """Write the file; an existing one is replaced as a whole.

        Raises:
            InputError: it cannot be written.
        """
        destination(str(path)).write(self.to_bytes())

    def to_bytes(self) -> bytes:
        """Give the content of the file."""
        manifest = {
            "format": FORMAT,
            "format_version": FORMAT_VERSION,
            "table_version": TABLE_VERSION,
            "tensorflow": self.tensorflow,
            "machine": self.machine,
            "seed": self.seed,
            "table": self.table,
            "refused": self.refused,
            "outputs": self.outputs,
            "missing": self.missing,
        }
        text = np.frombuffer(json.dumps(manifest, indent=1).encode(), np.uint8)
        given: tuple[Array, ...] = (text, self.hashes, self.samples)
        arrays: dict[str, Array] = dict(zip(_ARRAYS, given, strict=True))
        return _sealed(arrays)


class Recorder:
    """Collects results in the order of the table."""

    def __init__(
        self, tensorflow: dict[str, str], machine: dict[str, str], seed: int, table: str
    ) -> None:
        """Begin with nothing."""
        self._about = tensorflow, machine, seed, table
        self._refused: dict[str, str] = {}
        self._outputs: dict[str, list[str]] = {}
        self._missing: dict[str, dict[str, str]] = {}
        self._hashes: list[bytes] = []
        self._samples: list[Array] = []

    def add(self, case: Case, results: Results) -> None:
        """Write down the outputs of a case, or TensorFlow's words where it has none."""
        there = [output for output in case.outputs if output in results]
        why = {output: reason(text) for output, text in results.missing.items()}
        if not there and len(set(why.values())) == 1:
            self._refused[case.name] = why.popitem()[1]
            return
        self._outputs[case.name] = there
        if why:
            self._missing[case.name] = why
        for output in there:
            values = results[output]
            self._hashes.append(hash_of(values))
            self._samples.append(_to_words(values.ravel()[_sampled(values.size)]))

    def finish(self) -> Goldens:
        """Give what was collected."""
        hashes = np.frombuffer(b"".join(self._hashes), np.uint8).reshape(-1, _HASH_BYTES)
        samples = np.array(self._samples, np.uint64).reshape(-1, _SAMPLED)
        recorded = Goldens(*self._about, self._refused, self._outputs, hashes, samples)
        recorded.missing = self._missing
        return recorded


def hash_of(values: Array) -> bytes:
    """Hash dtype, shape and bits, any NaN being the same.

    >>> hash_of(np.float32([np.nan])) == hash_of(np.float32([-np.nan]))
    True
    """
    bits = canonical(values)
    digest = hashlib.blake2b(digest_size=_HASH_BYTES)
    digest.update(f"{values.dtype.name} {values.shape}".encode())
    digest.update(bits.astype(bits.dtype.newbyteorder("<")).tobytes())
    return digest.digest()


def _sampled(size: int) -> Array:
    """The places of the elements whose values are kept, the first and last among them."""
    count = min(size, _SAMPLED)
    return np.linspace(0, max(size - 1, 0), count).astype(np.int64)


def _to_words(values: Array) -> Array:
    words = np.zeros(_SAMPLED, np.uint64)
    words[: values.size] = integers(values)
    return words


def _from_words(words: Array, dtype: np.dtype[Any]) -> Array:
    values: Array = words.astype(f"u{dtype.itemsize}").view(dtype)
    return values


def _sealed(arrays: dict[str, Array]) -> bytes:
    buffer = io.BytesIO()
    np.savez_compressed(buffer, **arrays)  # type: ignore[arg-type]
    with zipfile.ZipFile(buffer, "a") as archive:
        archive.comment = b"0" * _SEAL_BYTES
    content = buffer.getvalue()[:-_SEAL_BYTES]
    return content + _seal(content)


def _seal(content: bytes) -> bytes:
    return hashlib.sha256(content).hexdigest().encode()


def load(path: Path) -> Goldens:
    """Read a file.

    Raises:
        GoldensError: it is missing, damaged, not of this kind, or of another version.
    """
    try:
        refuse_special(path, str(path))
        content = path.read_bytes()
    except InputError as error:
        raise GoldensError(str(error)) from None
    except (OSError, ValueError) as error:
        raise GoldensError(f"{path}: {getattr(error, 'strerror', None) or error}") from None
    try:
        with np.load(io.BytesIO(content), allow_pickle=False) as archive:
            manifest: Any = (
                json.loads(archive["manifest"].tobytes()) if "manifest" in archive else None
            )
            arrays = {name: archive[name] for name in _ARRAYS if name in archive}
    except Exception as error:  # noqa: BLE001 (a damaged archive fails in many ways)
        raise GoldensError(_unreadable(path, content, error)) from None
    if not is_dict(manifest) or manifest.get("format") != FORMAT:
        raise GoldensError(f"{path}: not a file of recorded results: it does not say {FORMAT!r}")
    if content[-_SEAL_BYTES:] != _seal(content[:-_SEAL_BYTES]):
        raise GoldensError(f"{path}: damaged: the content does not match the hash at its end")
    _refuse_other_versions(path, manifest)
    try:
        return _from_parts(manifest, arrays, path.name)
    except (KeyError, TypeError, ValueError, AttributeError, OverflowError) as error:
        raise GoldensError(f"{path}: its description is not complete: {error!r}") from None


def _recorded_cases(manifest: dict[str, Any]) -> tuple[dict[str, str], dict[str, list[str]]]:
    """Give the cases that were refused, and the outputs of the others."""
    refused = _texts(manifest["refused"])
    table = str(manifest["table"])
    count = UNNAMED_CASES[table]  # which also says that there is such a table
    if manifest["format_version"] == FORMAT_VERSION:
        outputs = manifest["outputs"].items()
        return refused, {str(name): list(map(str, names)) for name, names in outputs}
    first = {case.number: case for case in islice(cases(table), count)}
    named = {first[int(number)].name: text for number, text in refused.items()}
    return named, {
        case.name: list(case.outputs) for case in first.values() if case.name not in named
    }


def _recorded_gaps(manifest: dict[str, Any]) -> dict[str, dict[str, str]]:
    """Give the outputs that TensorFlow has not, of the cases that have others."""
    return {str(case): _texts(texts) for case, texts in manifest.get("missing", {}).items()}


def _texts(named: dict[str, Any]) -> dict[str, str]:
    if not all(isinstance(text, str) for text in named.values()):
        raise TypeError("a reason is not a text")
    return dict(named)


def _recorded_machine(recorded: dict[str, Any]) -> dict[str, str]:
    """Describe the machine; what older files do not tell of it is found out."""
    described = {key: str(recorded[key]) for key in machine.describe() if key != machine.LIBM_SET}
    name = recorded.get(machine.LIBM_SET)
    return described | {
        machine.LIBM_SET: machine.libm_set_of(described) if name is None else str(name)
    }


def _from_parts(manifest: dict[str, Any], arrays: dict[str, Array], name: str) -> Goldens:
    recorded = Goldens(
        machine.versions_of(manifest["tensorflow"]),
        _recorded_machine(manifest["machine"]),
        int(manifest["seed"]),
        str(manifest["table"]),
        *_recorded_cases(manifest),
        arrays["hashes"],
        arrays["samples"],
        _recorded_gaps(manifest),
        name,
    )
    recorded.check()
    return recorded


def _unreadable(path: Path, content: bytes, error: Exception) -> str:
    if not content.startswith(b"PK"):
        return f"{path}: not a file of recorded results: it is no .npz archive"
    return f"{path}: damaged: {error}"


def _refuse_other_versions(path: Path, manifest: dict[str, Any]) -> None:
    readable = {"format_version": (1, FORMAT_VERSION), "table_version": (TABLE_VERSION,)}
    for name, known in readable.items():
        if manifest.get(name) not in known:
            raise GoldensError(
                f"{path}: recorded with {name} {manifest.get(name)}, but this tf_losses reads "
                f"{' and '.join(map(str, known))}: record it again"
            )
