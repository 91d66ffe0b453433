# SPDX-License-Identifier: Apache-2.0
"""`tf-losses parity`: beside TensorFlow, recorded, replayed, damaged, wrong; and its reports."""

from __future__ import annotations

import dataclasses
import hashlib
import itertools
import json
import platform
import re
import subprocess
import sys
from html.parser import HTMLParser
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

import tf_losses
from fake_tensorflow import Fake
from tf_losses import versions
from tf_losses._internal.runtime import native
from tf_losses._internal.runtime.release_operations import Operations
from tf_losses._internal.runtime.releases import RELEASES, Release
from tf_losses.cli import main, parity
from tf_losses.compat.v2 import nn
from tf_losses.parity import check, exhaustive, goldens, machine, runs, table
from tf_losses.parity.cells import BIN_NAMES, Cell, Cells
from tf_losses.parity.reference import NoReferenceError, Reference
from tf_losses.parity.results import Difference, Unavailable, compare, ulps
from tf_losses.parity.runs import replay

if TYPE_CHECKING:
    from collections.abc import Callable

    from typing_extensions import Self

GOLDEN = Path(__file__).parents[1] / "golden"
QUICK_NAMES = "a58e0a61b1872b980ad1d75dfa0e90f95da640cb95a46cc66223baaf1488865f"
FULL_NAMES = "d17a767b4a9695dced6cfd526a3af1cb753876f8edc6ad300eb2c0ca342e56cd"


@pytest.fixture(scope="session")
def recorded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Results of the installed TensorFlow."""
    pytest.importorskip("tensorflow")
    path = tmp_path_factory.mktemp("goldens") / "recorded.npz"
    assert main(["parity", "--record", str(path)]) == 0
    return path


@pytest.mark.tensorflow
def test_beside_tensorflow(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    page, data = tmp_path / "parity.html", tmp_path / "parity.json"
    assert main(["parity", "--quick", "--html", str(page), "--json", str(data)]) == 0
    out = capsys.readouterr().out
    assert re.search(r"^equal: [\d,]+ elements in 52 cells$", out, re.MULTILINE)
    found = json.loads(data.read_text())
    assert found["equal"]
    assert len(found["cells"]) == 52
    assert all(cell["elements"] > 1000 and not cell["differing"] for cell in found["cells"])
    assert page.read_text().count(">equal</td>") == 52


def test_another_seed_draws_other_values() -> None:
    case = next(table.cases("quick"))
    a, b = (table.draw(case, seed).logits for seed in (0, 1))
    assert (a != b).any()


def test_the_values_drawn_are_fixed() -> None:
    """A recorded file names no values: they may only change with TABLE_VERSION."""
    known = ("sigmoid", "weighted", "softmax", "sparse_softmax")
    listed = [case for case in table.cases("quick") if case.loss in known]
    first = (table.EAGER, table.FUNCTION)  # other modes were added later
    listed = [case for case in listed if case.dtype != "bfloat16" and case.mode in first]
    drawn = [table.draw(case, 7).logits.astype(np.float64).ravel() for case in listed]
    digest = goldens.hash_of(np.concatenate(drawn))
    assert table.TABLE_VERSION == 1
    assert digest.hex() == "1e6788fe9edb2dc47373dd5e9df396b3"


@pytest.mark.tensorflow
def test_a_wrong_version_differs(capsys: pytest.CaptureFixture[str]) -> None:
    """The comparison can fail: bits of another version, beside the installed TensorFlow."""
    assert main(["parity", "--tf-version", "2.16"]) == 1
    out = capsys.readouterr().out
    differing = re.findall(
        r"^  (\w+) +(\w+) +(forward|gradient[\w. ]*?) .* differ ", out, re.MULTILINE
    )
    assert ("softmax", "float32", "forward") in differing
    assert ("sigmoid", "float64", "forward") in differing
    assert not any(loss == "sparse_softmax" for loss, *_ in differing)
    assert "note:       bits of TensorFlow 2.16, beside TensorFlow 2.21" in out
    assert re.search(r"first difference, softmax float32 forward:\n .*got .*\(0x[0-9a-f]{8}\)", out)


def test_replay(recorded: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["parity", "--replay", str(recorded)]) == 0
    assert "equal: " in capsys.readouterr().out


def test_replay_of_a_wrong_version_shows_its_cells(
    recorded: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["parity", "--replay", str(recorded), "--tf-version", "2.16"]) == 1
    out = capsys.readouterr().out
    assert re.search(r"^DIFFERENT: .* in \d+ of 52 cells$", out, re.MULTILINE)
    assert re.search(r"^  softmax +float32 +forward .* differ ", out, re.MULTILINE)
    assert not re.search(r"^  sparse_softmax .* (forward|gradient) .* differ ", out, re.MULTILINE)


def test_every_changed_byte_is_refused(recorded: Path, tmp_path: Path) -> None:
    """Every 97th byte, and all of the first and last 200, each changed alone."""
    content = recorded.read_bytes()
    places = {*range(0, len(content), 97), *range(200), *range(len(content) - 200, len(content))}
    damaged = tmp_path / "damaged.npz"
    for place in sorted(places):
        changed = bytearray(content)
        changed[place] ^= 0x10
        damaged.write_bytes(changed)
        with pytest.raises(goldens.GoldensError, match=r"damaged|not a file of recorded results"):
            goldens.load(damaged)


def test_a_cut_file_is_refused(recorded: Path, tmp_path: Path) -> None:
    content = recorded.read_bytes()
    cut = tmp_path / "cut.npz"
    for size in (0, 1, 30, len(content) // 2, len(content) - 1):
        cut.write_bytes(content[:size])
        with pytest.raises(goldens.GoldensError):
            goldens.load(cut)


def test_foreign_files_are_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    foreign = tmp_path / "foreign.npz"
    np.savez(foreign, x=np.ones(3))
    text = tmp_path / "text.npz"
    text.write_text("a text")
    for path, why in (
        (foreign, "it does not say"),
        (text, "it is no .npz archive"),
        (tmp_path / "missing.npz", "No such file"),
        (tmp_path, "Is a directory"),
    ):
        assert main(["parity", "--replay", str(path)]) == 2
        assert why in capsys.readouterr().err


@pytest.mark.parametrize("name", ["FORMAT_VERSION", "TABLE_VERSION"])
def test_another_format_is_refused(
    name: str, recorded: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    loaded = goldens.load(recorded)
    with monkeypatch.context() as patch:
        patch.setattr(goldens, name, 99)
        loaded.save(tmp_path / "newer.npz")
    with pytest.raises(goldens.GoldensError, match=rf"{name.lower()} 99.*record it again"):
        goldens.load(tmp_path / "newer.npz")


def test_the_names_of_unnamed_cases_are_fixed() -> None:
    """A file of format 1 names none: they may only be added to, at the end."""
    for name, digest in (("quick", QUICK_NAMES), ("full", FULL_NAMES)):
        listed = list(itertools.islice(table.cases(name), goldens.UNNAMED_CASES[name]))
        assert len({case.name for case in listed}) == len(listed) == goldens.UNNAMED_CASES[name]
        text = "\n".join(f"{case.number} {case.name}: {case.outputs}" for case in listed)
        assert hashlib.sha256(text.encode()).hexdigest() == digest


def change_table(monkeypatch: pytest.MonkeyPatch, change: Callable[[list], list]) -> None:
    """Let everything that asks for the cases have others."""
    listed = {name: change(list(table.cases(name))) for name in table.TABLES}
    for module in (goldens, runs):
        monkeypatch.setattr(module, "cases", lambda name: iter(listed[name]))


def totals(cells: Cells) -> tuple[int, int]:
    """Elements compared, and those that differ."""
    found = [cell for _, cell in cells.ordered()]
    return sum(cell.elements for cell in found), sum(cell.differing for cell in found)


@pytest.mark.parametrize("form", [1, 2])
def test_a_table_that_has_grown_since(
    form: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What was recorded is compared, and what was not is counted, with the reason."""
    before = goldens.load(GOLDEN / "tensorflow-2.21.npz")
    file = GOLDEN / "tensorflow-2.21.npz"
    if form == goldens.FORMAT_VERSION:
        file = tmp_path / "named.npz"
        before.save(file)
    expected = totals(replay(before, "2.21"))
    last = list(table.cases(before.table))[-1]
    new = dataclasses.replace(last, shape=(5, 7), number=last.number + 1)
    change_table(monkeypatch, lambda listed: [*listed, new])
    cells = replay(goldens.load(file), "2.21")
    assert totals(cells) == expected
    assert any("not recorded in this file" in reason for reason in cells.reasons())


def test_a_table_that_lost_a_case(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = goldens.load(GOLDEN / "tensorflow-2.21.npz")
    before.save(tmp_path / "named.npz")
    elements, differing = totals(replay(before, "2.21"))
    change_table(monkeypatch, lambda listed: [case for case in listed if case.number != 5])
    cells = replay(goldens.load(tmp_path / "named.npz"), "2.21")
    assert totals(cells)[0] < elements
    assert totals(cells)[1] == differing
    assert any("1 recorded cases are not in this table" in note for note in cells.notes)


RECORDED = [file.stem.partition("-")[2] for file in GOLDEN.glob("tensorflow-*.npz")]


def test_a_recorded_file_for_every_version() -> None:
    """Its own, or that of one whose losses are like its own in every respect."""
    assert set(RECORDED) <= RELEASES.keys()
    rows = [losses_of(version) for version in RECORDED]
    assert [version for version in RELEASES if losses_of(version) not in rows] == []


def losses_of(version: str) -> Release:
    """All but what test_operations_of_releases.py compares."""
    return dataclasses.replace(RELEASES[version], operations=Operations())


@pytest.mark.parametrize("version", sorted(RECORDED))
def test_recorded_versions(version: str, record_property: pytest.RecordProperty) -> None:
    """The recorded files, of whichever vendor's processor."""
    loaded = goldens.load(GOLDEN / f"tensorflow-{version}.npz")
    assert versions.find_version(loaded.tensorflow["tensorflow"]) == version
    cells = replay(loaded, version)
    for note in (*cells.notes, *cells.reasons()):
        record_property("note", note)
    differing = {key: cell.first for key, cell in cells.ordered() if cell.differing}
    assert differing == {}
    assert len(cells.ordered()) == 52
    nothing = {key: cell for key, cell in cells.ordered() if cell.state == "-"}
    assert all(direction in (table.RAW_OP, table.TWICE) for _, _, direction in nothing)
    reasons = {why for cell in nothing.values() for why in cell.left_out}
    assert not [why for why in reasons if not why.startswith("TensorFlow")]
    assert "RCPPS" not in " ".join(cells.reasons())


@pytest.mark.parametrize("vendor", native.VENDORS)
def test_a_record_is_replayed_with_its_vendor_s_estimates(
    vendor: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whatever processor this is; under the other vendor's name it differs where RCPPS shows."""
    change_table(
        monkeypatch,
        lambda listed: [
            case for case in listed if not case.traits.by_row and case.dtype == "float32"
        ],
    )
    reference: Any = Fake()
    before = native.get_vendor()
    with machine.computing_like({"maker": vendor, "libm_set": ""}) as here:
        listed = list(runs.cases("quick"))
        recorded = check.record(reference, listed, 0, "quick", lambda _count: None)
    recorded.machine = here
    cells = replay(recorded, "2.21")
    assert here["maker"] == cells.machine["maker"] == vendor
    assert not cells.reasons()
    assert cells.equal
    (other,) = native.VENDORS.keys() - {vendor}
    recorded.machine = here | {"maker": other}
    differing = {key for key, cell in replay(recorded, "2.21").ordered() if cell.differing}
    assert differing == {key for key, _ in cells.ordered() if key[2] != "forward"}
    assert native.get_vendor() == before


@pytest.mark.parametrize(
    ("file", "library", "other"),
    [
        ("tensorflow-1.12", "glibc-2.34", "glibc-2.41"),
        ("glibc-2.41-tensorflow-1.12", "glibc-2.41", "glibc-2.34"),
    ],
)
def test_a_record_is_replayed_with_its_c_library(file: str, library: str, other: str) -> None:
    """Whatever this machine's is, and whatever the process has chosen."""
    golden = goldens.load(GOLDEN / f"{file}.npz")
    assert golden.machine["libm_set"] == library
    before = tf_losses.get_tf_libm()
    try:
        tf_losses.set_tf_libm("glibc-2.28-nofma")
        cells = replay(golden, "1.12")
        assert cells.equal
        assert cells.machine["libm_set"] == library
        differing = {
            key[:2]
            for key, cell in replay(golden, "1.12", library=other).ordered()
            if cell.differing
        }
        assert differing == {("sigmoid", "float32"), ("weighted", "float32")}
        assert tf_losses.get_tf_libm() == "glibc-2.28-nofma"
    finally:
        tf_losses.set_tf_libm(before)


def test_a_record_of_the_first_format() -> None:
    """It names neither its cases nor its C library, which is found out."""
    golden = goldens.load(GOLDEN / "format-1-tensorflow-2.13.npz")
    assert golden.machine["libm_set"] == "glibc-2.34"
    cells = replay(golden, "2.13")
    assert cells.equal
    assert cells.compared == 40


def test_a_record_names_its_c_library(recorded: Path) -> None:
    named = json.loads(np.load(recorded)["manifest"].tobytes())["machine"]["libm_set"]
    assert named == (tf_losses.libm.host_libm() or "")


def test_a_strange_vendor_s_cells_are_left_out(recorded: Path) -> None:
    loaded = goldens.load(recorded)
    loaded.machine["maker"] = "SomebodyElse"
    cells = replay(loaded, "2.21")
    (reason,) = cells.reasons()
    assert reason.startswith("RCPPS of SomebodyElse, here ")
    for (loss, dtype, direction), cell in cells.ordered():
        estimated = loss in ("sigmoid", "weighted") and dtype == "float32"
        assert bool(cell.left_out) == (estimated and direction != "forward")


def test_no_tensorflow(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A Python without TensorFlow, and none at all."""
    bare = tmp_path / "python"
    bare.write_text(f'#!/bin/sh\nexec "{sys.executable}" -S -E "$@"\n')
    bare.chmod(0o755)
    for python, said in ((str(bare), "No module named"), ("/nowhere/python", "cannot be run")):
        assert main(["parity", "--python", python]) == 2
        assert said in capsys.readouterr().err


def test_a_reference_that_dies(tmp_path: Path) -> None:
    dies = tmp_path / "python"
    dies.write_text("#!/bin/sh\necho worse than expected >&2; exit 3\n")
    dies.chmod(0o755)
    with pytest.raises(NoReferenceError, match="worse than expected"), Reference(str(dies)):
        pass


CRASHES = """
import json, os, signal, sys
versions = dict.fromkeys(("tensorflow", "numpy", "python"), "1")
print(json.dumps({{"versions": versions, "arrays": {{}}}}), flush=True)
for line in sys.stdin.buffer:
    asked = json.loads(line)
    size = sum(4 * shape[0] for _, shape in asked["arrays"].values())
    if sys.stdin.buffer.read(size)[0]:
        os.kill(os.getpid(), signal.{signal})
    print(json.dumps({{"arrays": {{"loss": ["float32", [0]]}}, "missing": {{}}}}), flush=True)
"""


def crashing(tmp_path: Path, signal: str) -> str:
    """A Python whose TensorFlow crashes on labels that do not begin with 0."""
    (tmp_path / "crashes.py").write_text(CRASHES.format(signal=signal))
    python = tmp_path / "python"
    # A sanitizer that is preloaded would take the signal for a mistake of ours.
    begin = f"unset LD_PRELOAD\nexec '{sys.executable}' '{tmp_path}/crashes.py'"
    python.write_text(f"#!/bin/sh\n{begin}\n")
    python.chmod(0o755)
    return str(python)


def asked(reference: Reference, label: float) -> list[str]:
    labels = np.float32([label]).view(np.uint32).byteswap().view(np.float32)
    return list(reference.compute("sigmoid", table.Inputs(labels, labels, None, None)))


def test_a_crash_is_a_refusal(tmp_path: Path) -> None:
    """TensorFlow 2.2 has segmentation faults: what comes after is compared all the same."""
    with Reference(crashing(tmp_path, "SIGSEGV")) as reference:
        for _ in range(2):
            assert asked(reference, 0.0) == ["loss"]
            with pytest.raises(Unavailable, match="its process ends by SIGSEGV"):
                asked(reference, 1.0)
        assert asked(reference, 0.0) == ["loss"]
    with Reference(crashing(tmp_path, "SIGTERM")) as reference, pytest.raises(NoReferenceError):
        asked(reference, 1.0)


class BuiltForARM(Fake):
    """A reference that says so."""

    def __init__(self, python: str) -> None:
        super().__init__()
        self.versions = {**self.versions, "machine": "aarch64"}
        assert python == "arm"

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        pass


def test_a_build_for_another_processor_is_named(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its bits are others, whatever is wrong or right here; also in a record of it."""
    monkeypatch.setattr(parity, "Reference", BuiltForARM)
    said = "note:       this TensorFlow is a build for aarch64: its packets are"
    assert main(["parity", "--python", "arm"]) == 0
    assert said in capsys.readouterr().out
    path = tmp_path / "arm.npz"
    assert main(["parity", "--python", "arm", "--record", str(path)]) == 0
    assert goldens.load(path).tensorflow["machine"] == "aarch64"
    assert main(["parity", "--replay", str(path)]) == 0
    assert said in capsys.readouterr().out


@pytest.mark.tensorflow
def test_a_worker_says_where_it_runs() -> None:
    pytest.importorskip("tensorflow")
    with Reference(sys.executable) as reference:
        assert reference.versions["machine"] == platform.machine()
        assert not machine.other_platform(reference.versions)


def test_records_name_no_machine_if_they_are_old() -> None:
    recorded = goldens.load(GOLDEN / "tensorflow-2.21.npz")
    assert recorded.tensorflow["machine"] == "x86_64"


def test_a_newer_tensorflow_is_compared_with_the_newest() -> None:
    choose = runs.choose_version  # no such TensorFlow can be installed
    chosen, (note,) = choose(None, "99.0.0")
    assert chosen == versions.NEWEST
    assert f"newer than the newest known version, {versions.NEWEST}" in note
    with pytest.raises(ValueError, match="known are"):
        choose(None, "1.4.1")


@pytest.mark.slow
@pytest.mark.tensorflow
def test_exhaustive_goes_on_where_it_stopped(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Short passes of the real kind, stopped in the middle; then the wrong bits are found."""

    def shortened(one: exhaustive.Pass) -> exhaustive.Pass:
        """Numbers from 0.5 on, or from -0.5 on."""
        return dataclasses.replace(
            one, count=4096, make=lambda patterns: one.make(patterns + np.uint32(0x3F000000))
        )

    short = [shortened(one) for one in exhaustive.PASSES]
    monkeypatch.setattr(exhaustive, "PASSES", tuple(short))
    state = tmp_path / "state.json"
    with Reference(sys.executable) as reference:
        (only,) = exhaustive.run(reference, tmp_path / "weighted.json", 1000, ["weighted"])
        assert only[0].name == "weighted"
        running = exhaustive.run(reference, state, chunk=1000)
        assert exhaustive.describe(*next(running)).startswith("sigmoid: 4,096 arguments in ")
        running.close()
        done = json.loads(state.read_text())["passes"]["sigmoid"]["done"]
        assert done == 4096
        lines = [exhaustive.describe(*each) for each in exhaustive.run(reference, state, 1000)]
        assert [line.split(":")[0] for line in lines] == [one.name for one in short]
        assert all(line.endswith("0 mismatches") for line in lines)
        with tf_losses.tf_version("2.16"):
            wrong = list(exhaustive.run(reference, tmp_path / "other.json", chunk=1000))
        assert wrong[2][1].differing
        assert "elements differ" in exhaustive.describe(*wrong[2])
        stored = json.loads(state.read_text())
        stored["about"]["tensorflow"] = "2.20.0"
        state.write_text(json.dumps(stored))
        with pytest.raises(ValueError, match="name another file with --state"):
            next(exhaustive.run(reference, state))


def test_exhaustive_passes_cover_what_they_say() -> None:
    """Every pattern of the first, middle and last chunk appears in the logits of its pass."""
    for one in exhaustive.PASSES:
        for start in (0, one.count // 2, one.count - 7000):
            patterns = np.arange(start, start + 7000, dtype=np.uint64).astype(np.uint32)
            _, logits = one.make(patterns)
            given = set(logits.view(np.uint32).ravel().tolist())
            sign = 0 if one.row == 1 and one.loss != "sparse_softmax" else 1 << 31
            assert {int(pattern) | sign for pattern in patterns} <= given, one.name


@pytest.mark.parametrize("dtype", [np.float16, np.float32, np.float64])
def test_ulps(dtype: type) -> None:
    one, inf = dtype(1), dtype(np.inf)
    above = np.nextafter(one, inf)
    assert ulps(np.array([one, above, -one]), np.array([above, one, -above])).tolist() == [1, 1, 1]
    tiny = np.nextafter(dtype(0), inf)
    assert ulps(np.array([tiny]), np.array([-tiny])).tolist() == [3]
    assert ulps(np.array([one]), np.array([dtype(np.nan)])).tolist() == [-1]
    assert ulps(np.array([-inf]), np.array([inf]))[0] > 60000


def test_cells_count_and_keep_the_first() -> None:
    case = next(table.cases("quick"))
    cell = Cell()
    cell.add(case, 10, None)
    assert cell.state == "equal"
    x = np.float32([1.0, 2.0, np.nan])
    first = compare("loss", x, np.float32([1.0000001, 2.0, 3.0]), {"logits": x})
    cell.add(case, 3, first)
    cell.add(case, 3, Difference(1, 3, np.array([100000.0]), "another"))
    assert (cell.outputs, cell.elements, cell.differing, cell.largest) == (3, 16, 3, 100000)
    assert "loss[0]: got 1.0 (0x3f800000), TensorFlow has 1.0000001 (0x3f800001)" in cell.first
    counts = dict(zip(BIN_NAMES, cell.histogram, strict=True))
    assert (counts["1"], counts["more"], counts["NaN"]) == (1, 1, 1)


def test_other_shapes_and_dtypes_differ() -> None:
    x = np.ones(3, np.float32)
    assert compare("loss", x, np.ones((3, 1), np.float32), {}).first == (
        "loss: float32[3], not float32[3, 1]"
    )
    assert compare("loss", x, np.ones(3), {}).count == 3


class Tags(HTMLParser):
    """Those that are open."""

    def __init__(self) -> None:
        super().__init__()
        self.open_tags: list[str] = []

    def handle_starttag(self, tag: str, _attributes: object) -> None:
        if tag != "meta":
            self.open_tags.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open_tags.pop() == tag


@pytest.mark.slow
@pytest.mark.tensorflow
def test_the_page_is_whole_and_escaped(tmp_path: Path) -> None:
    """It names nothing outside itself, and its tags close."""
    page = tmp_path / "page.html"
    assert main(["parity", "--tf-version", "2.16", "--html", str(page)]) == 1
    text = page.read_text()
    assert not re.search(r"(src|href)=|url\(|@import", text)

    tags = Tags()
    tags.feed(text)
    assert tags.open_tags == []
    assert text.count('class="bar"') >= len(BIN_NAMES)


def test_options_that_do_not_go_together(tmp_path: Path) -> None:
    record = ["--record", str(tmp_path / "x.npz")]
    for extra in (["--json", "x"], ["--tf-version", "2.18"], ["--exhaustive", "float32"]):
        assert main(["parity", *record, *extra]) == 2
    assert main(["parity", "--exhaustive", "float32", "--html", "x"]) == 2
    assert main(["parity", "--loss", "sigmoid"]) == 2
    assert main(["parity", "--record", str(tmp_path / "missing" / "x.npz")]) == 2


def test_a_python_that_answers_something_else(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["parity", "--python", "echo"]) == 2
    assert "echo is no Python with TensorFlow: it says" in capsys.readouterr().err


@pytest.mark.parametrize(
    "change",
    [
        lambda manifest: manifest.pop("tensorflow"),
        lambda manifest: manifest["machine"].pop("libm"),
        lambda manifest: manifest.update(refused=[1]),
        lambda manifest: manifest.update(table="huge"),
        lambda manifest: manifest.update(seed="x"),
        lambda manifest: manifest.update(outputs={}),
        lambda manifest: manifest.update(outputs=[1]),
    ],
)
def test_a_file_by_another_writer(
    change: Callable[[dict[str, object]], object], recorded: Path, tmp_path: Path
) -> None:
    """Sealed, but with a description that is not whole."""
    with np.load(recorded) as archive:
        arrays = {name: archive[name] for name in archive}
    manifest = json.loads(arrays["manifest"].tobytes())
    change(manifest)
    arrays["manifest"] = np.frombuffer(json.dumps(manifest).encode(), np.uint8)
    other = tmp_path / "other.npz"
    other.write_bytes(goldens._sealed(arrays))  # noqa: SLF001 (what another writer would do)
    with pytest.raises(goldens.GoldensError, match="its description is not complete"):
        goldens.load(other)


def test_the_loss_is_compared_alone_and_with_gradients(
    recorded: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """There are kernels for either; a mistake in one shows."""
    loaded = goldens.load(recorded)
    right = nn.sigmoid_cross_entropy_with_logits
    monkeypatch.setattr(
        nn,
        "sigmoid_cross_entropy_with_logits",
        lambda z, x: np.nextafter(right(z, x), x.dtype.type(9)),
    )
    differing = {key for key, cell in replay(loaded, "2.21").ordered() if cell.differing}
    assert ("sigmoid", "float32", "forward") in differing
    assert {loss for loss, *_ in differing} == {"sigmoid"}
    assert {way for *_, way in differing} == {"forward"}


def test_without_tensorflow_in_sight(recorded: Path) -> None:
    """A replay imports no TensorFlow."""
    program = (
        "import sys; from tf_losses.cli import main; "
        f"code = main(['parity', '--replay', {str(recorded)!r}]); "
        "sys.exit(code or 'tensorflow' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", program], check=False, capture_output=True)
    assert done.returncode == 0, done.stderr
