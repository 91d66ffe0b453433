# SPDX-License-Identifier: Apache-2.0
"""What makes and tries programs and wheels of other systems: that it says what it could not do."""

from __future__ import annotations

import json
import os
import platform
import shutil
import subprocess
import sys
import zipfile
from typing import TYPE_CHECKING, Any

import pytest

import cross
import cross_build
import release_contents
import wheels
from cross_build import build_ffi

if TYPE_CHECKING:
    from pathlib import Path

SYSTEMS = {system.tag: system for system in cross_build.SYSTEMS}
WINDOWS = SYSTEMS["win_amd64"]
MUSL = SYSTEMS["musllinux_1_2_aarch64"]


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="nm lists ELF's symbols")
@pytest.mark.skipif(not build_ffi.LIMITED_API, reason="this Python has no limited API")
def test_the_extensions_take_no_more_of_python_than_windows_has() -> None:
    """What they take here is in the definition that Windows' are linked with, and is 3.10's."""
    pytest.importorskip("abi3info")
    nm = shutil.which("nm")
    if nm is None:
        pytest.skip("no nm here")
    taken = set[str]()
    for name in ("_ffi", "_older"):
        (library,) = (cross_build.ROOT / "tf_losses/_internal").glob(f"{name}.*so")
        command = [nm, "-D", "--undefined-only", str(library)]
        said = subprocess.run(command, capture_output=True, text=True, check=True).stdout
        taken |= {word for word in said.split() if word.startswith(("Py", "_Py"))}
    assert len(taken) > 30
    assert {word.split()[0] for word in cross_build.limited_api()} >= taken
    assert dict(build_ffi.LIMITED_MACROS) == {"Py_LIMITED_API": cross_build.LIMITED_MACRO}


def test_a_change_of_flags_or_of_what_cffi_wrote_compiles_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "csrc" / "api").mkdir(parents=True)
    monkeypatch.setattr(cross_build, "ROOT", tmp_path)
    names = ("csrc/api/a.c", "csrc/b.h", "csrc/build_ffi.py", "csrc/README.md", "_ffi.c", "_ffi.o")
    for name in names:
        (tmp_path / name).touch()
    made, source = tmp_path / "_ffi.o", tmp_path / "_ffi.c"

    def current_after(name: str) -> bool:
        for other in names:
            os.utime(tmp_path / other, (1, 1))
        os.utime(made, (2, 2))
        os.utime(tmp_path / name, (3, 3))
        return cross_build.is_current(made, source)

    assert current_after("_ffi.o")
    assert current_after("csrc/README.md")
    for name in names[:3] + names[4:5]:
        assert not current_after(name), name
    made.unlink()
    assert not cross_build.is_current(made, source)


# ---- programs ----


@pytest.fixture
def on_x86(monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    """A Linux whose programs are those of the table."""
    there: dict[str, str] = {}
    monkeypatch.setattr(platform, "system", lambda: "Linux")
    monkeypatch.setattr(platform, "machine", lambda: "x86_64")
    monkeypatch.setattr(shutil, "which", there.get)
    return there


def test_what_is_not_run_names_what_would_run_it(on_x86: dict[str, str]) -> None:
    ways = {tag: cross.way_to_run(system) for tag, system in SYSTEMS.items()}
    assert {tag for tag, way in ways.items() if way.command == []} == {
        "manylinux_2_28_x86_64",
        "musllinux_1_2_x86_64",
    }
    assert ways["win_amd64"].name.endswith("(no wine64 here)")
    assert ways["musllinux_1_2_aarch64"].name.endswith("(no qemu-aarch64 here)")
    assert "make emulate" in ways["manylinux_2_28_aarch64"].name
    on_x86 |= {"wine64": "/w", "qemu-aarch64": "/q"}
    assert cross.way_to_run(WINDOWS).command == ["/w"]
    assert cross.way_to_run(MUSL).command == ["/q"]


def a_program(path: Path, text: str) -> cross.Way:
    """A way to run that runs this program of Python, whatever it is asked for."""
    path.write_text(text)
    return cross.Way("here", [sys.executable, str(path)])


def test_programs_that_break_off_say_so(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    way = a_program(tmp_path / "p.py", "print('3 passed, 0 failed')")
    assert cross.run_tests(way, tmp_path) == ("6 passed, 0 failed", True)
    way = a_program(tmp_path / "p.py", "import sys; sys.exit('first\\nno loader')")
    assert cross.run_tests(way, tmp_path) == ("0 passed, 2 failed", False)
    assert "drive broke off (1): no loader" in capsys.readouterr().out


def test_only_drive_is_told_what_it_is_to_leave_out(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """To threads, any argument is a question for its instruction sets."""
    way = a_program(tmp_path / "p.py", "import sys; print(sys.argv[2:])")
    cross.run_tests(way._replace(arguments=("none",)), tmp_path)
    printed = [line for line in capsys.readouterr().out.splitlines() if line.startswith("[")]
    assert printed == ["['none']", "[]"]


# In the place of emulated.py: writes a report, and ends with a code.
REPLAYED = """\
import json, pathlib, sys
pathlib.Path(sys.argv[sys.argv.index("--json") + 1]).write_text({report!r})
sys.exit({code})
"""


@pytest.mark.parametrize(
    ("code", "differing", "said"),
    [
        (0, 0, "8 elements of 2 replays, 0 differ"),
        (1, 0, "results about the smallest normal numbers do"),
        (1, 3, "6 differ (sigmoid float32 loss)"),
        (0, None, "replay on portable broke off: of emulated.py"),
    ],
)
def test_a_replay_is_good_if_all_of_it_is(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, code: int, differing: int | None, said: str
) -> None:
    cell: dict[str, Any] = {"loss": "sigmoid", "dtype": "float32", "direction": "loss"}
    cell |= {"elements": 4, "differing": differing}
    report = json.dumps([{"file": "x.npz", "cells": [cell]}])
    text = REPLAYED.format(report=report, code=code)
    program = tmp_path / "emulated.py"
    program.write_text("import sys; sys.exit('of emulated.py')" if differing is None else text)
    monkeypatch.setattr(cross, "EMULATED", program)
    way = a_program(tmp_path / "serve.py", "print('portable neon')")
    told, good = cross.replay(way, tmp_path, ["x.npz"])
    assert said in told
    assert good == (code == 0 and differing == 0)


def test_an_unknown_system_is_no_success(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("sys.argv", ["cross.py", "x86_64-plan9"])
    with pytest.raises(SystemExit):
        cross.main()
    assert "no such system: x86_64-plan9" in capsys.readouterr().err
    monkeypatch.setattr("sys.argv", ["wheels.py", __file__, "out", "--systems", "x86_64-plan9"])
    with pytest.raises(SystemExit):
        wheels.main()
    assert "invalid choice: 'x86_64-plan9'" in capsys.readouterr().err


# ---- wheels ----


def test_a_wheel_that_cannot_be_built_is_a_verdict(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The other systems' wheels are made all the same."""

    def broken(*_: object) -> list[Path]:
        raise subprocess.CalledProcessError(1, ["zig", "cc"])

    monkeypatch.setattr(cross_build, "extensions", broken)
    (verdict,) = wheels.verdicts_on(tmp_path / "x.whl", WINDOWS, tmp_path, [])
    assert (verdict.check, verdict.good) == ("built", False)
    assert "zig" in verdict.text


def test_no_pure_wheel_is_an_error(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("sys.argv", ["wheels.py", str(tmp_path / "x.whl"), str(tmp_path / "out")])
    with pytest.raises(SystemExit):
        wheels.main()
    assert "x.whl: make wheel" in capsys.readouterr().err


def test_wheels_that_are_not_tried_say_why(on_x86: dict[str, str], tmp_path: Path) -> None:
    del on_x86
    for tag, good in (
        ("win_amd64", True),
        ("musllinux_1_2_x86_64", True),
        ("manylinux_2_28_aarch64", True),
        ("manylinux_2_28_x86_64", False),  # this machine's own
    ):
        (verdict,) = wheels.trials(tmp_path / "x.whl", SYSTEMS[tag], [])
        assert verdict.text.startswith("not here: no Python of")
        assert verdict.good == good


def test_a_wheel_is_another_ones_python_and_these_libraries(tmp_path: Path) -> None:
    info = "tf_losses-1.2.3.dist-info"
    about = [f"{info}/{name}" for name in release_contents.ABOUT]
    pure = tmp_path / "pure.whl"
    with zipfile.ZipFile(pure, "w") as packed:
        for name in ("tf_losses/a.py", "tf_losses/_internal/_ffi.abi3.so", *about):
            packed.writestr(name, f"Tag: cp311-cp311-linux_x86_64\n{name}\n")
    libraries = [tmp_path / f"{name}.pyd" for name in release_contents.LIBRARIES]
    for path in libraries:
        path.write_bytes(b"MZ")
    made = wheels.assemble(pure, libraries, WINDOWS.tag, tmp_path)
    assert made.name == "tf_losses-1.2.3-cp310-abi3-win_amd64.whl"
    release_contents.check_contents(made, "1.2.3", ["tf_losses/a.py", "tests/b.py"])
    told = release_contents.read(made)[f"{info}/WHEEL"].decode()
    assert told.splitlines() == [f"{info}/WHEEL", "Tag: cp310-abi3-win_amd64"]
