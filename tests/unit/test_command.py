# SPDX-License-Identifier: Apache-2.0
"""Whatever the system, a decoder or the terminal says to a command: one line, and exit code 2."""

from __future__ import annotations

import io
import json
import os
import socket
import subprocess
import sys
import zipfile
from pathlib import Path

import numpy as np
import pytest

from tf_losses._internal.io.command import BAD_INPUT, SOFTWARE
from tf_losses.cli import main
from tf_losses.parity import exhaustive, goldens

posix = pytest.mark.skipif(sys.platform == "win32", reason="shells and devices of POSIX")
EVAL = ["eval", "sigmoid", "--logits", "x.npy", "--labels", "z.npy"]
COMMAND = [sys.executable, "-m", "tf_losses"]
GOLDEN = Path(__file__).parents[1] / "golden" / "tensorflow-2.21.npz"


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with good files, which is the current one."""
    monkeypatch.chdir(tmp_path)
    np.save("x.npy", np.linspace(-3, 3, 27, dtype=np.float32).reshape(9, 3))
    np.save("z.npy", np.zeros((9, 3), np.float32))
    return tmp_path


def _shell(text: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run a line of the shell, in which `tf-losses` is the command."""
    quoted = " ".join(COMMAND)
    return subprocess.run(  # the shell that is there
        ["/bin/bash", "-c", text.replace("tf-losses", quoted)],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, **environment},
        errors="backslashreplace",
    )


# ---- the terminal ----


@pytest.mark.slow
@posix
@pytest.mark.parametrize(
    ("command", "code"),
    [
        ("tf-losses demo", 0),
        (f"tf-losses {' '.join(EVAL)}", 0),
        (f"tf-losses {' '.join(EVAL)} --recorded z.npy", 1),
        (f"tf-losses {' '.join(EVAL)} --out o.npy", 0),
        (f"tf-losses {' '.join(EVAL)} --workers 1", 0),
        (f"tf-losses {' '.join(EVAL)} --out /dev/stdout", 0),
        (f"tf-losses {' '.join(EVAL)} --out o.csv --json /dev/stdout", 0),
        (f"tf-losses {' '.join(EVAL)} --html /dev/stdout", 0),
        ("tf-losses compare x.npy x.npy", 0),
        ("tf-losses compare x.npy z.npy", 1),
        ("tf-losses compare x.npy z.npy --json /dev/stdout", 1),
        ("tf-losses --help", 0),
        ("tf-losses compare --help", 0),
        ("tf-losses --version", 0),
        (f"tf-losses parity --replay {GOLDEN} --tf-version 2.16", 1),
    ],
)
def test_a_closed_pipe_is_no_mistake(command: str, code: int) -> None:
    """It ends quietly, with the exit code that it would have had.

    Where a file goes to the pipe, what is said goes to standard error, as ever.
    """
    is_file = "/dev/stdout" in command
    said = _shell(f"{command} > /dev/null").stderr if is_file else ""
    for reader in ("true", "head -n 1 > /dev/null"):
        done = _shell(f"{command} | {reader}; exit ${{PIPESTATUS[0]}}")
        assert (done.returncode, done.stderr) == (code, said)
    if "--out o.npy" in command:
        assert np.load("o.npy").shape == (9, 3)


@pytest.mark.slow
@posix
def test_workers_say_nothing_of_another_cluster_on_this_machine() -> None:
    with socket.socket() as other:
        other.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            other.bind(("", 8787))  # where Dask's schedulers serve pages, unless they are told
        except OSError:
            pass  # another program is there, which does as well
        else:
            other.listen()
        done = _shell("tf-losses eval sigmoid --logits x.npy --labels z.npy --workers 1")
    assert (done.returncode, done.stderr) == (0, "")


def test_the_help_says_what_exit_codes_mean(capsys: pytest.CaptureFixture[str]) -> None:
    for argv in ([], ["eval"], ["compare"], ["parity"]):
        with pytest.raises(SystemExit) as caught:
            main([*argv, "--help"])
        assert caught.value.code == 0
        assert "\nexit code: 0" in capsys.readouterr().out


@pytest.mark.slow
@posix
def test_a_pipe_that_is_closed_amid_a_file() -> None:
    """Larger than what a pipe holds: the command learns it while it writes."""
    np.save("large.npy", np.zeros((200_000, 3), np.float32))
    argv = "eval sigmoid --logits large.npy --labels large.npy"
    done = _shell(f"tf-losses {argv} --out /dev/stdout | head -c 10; exit ${{PIPESTATUS[0]}}")
    assert (done.returncode, done.stdout) == (0, "\\x93NUMPY\x01\0v\0")
    assert done.stderr.startswith("sigmoid: 600000 losses, float32\n")
    assert "error" not in done.stderr


@pytest.mark.slow
@posix
@pytest.mark.parametrize(
    "command", ["demo", " ".join(EVAL), "compare x.npy z.npy", "--help", "--version"]
)
def test_a_full_disk_behind_standard_output(command: str) -> None:
    done = _shell(f"tf-losses {command} > /dev/full")
    assert done.returncode == BAD_INPUT
    assert done.stderr == "tf-losses: error: standard output: No space left on device\n"


@pytest.mark.slow
@posix
def test_closed_streams() -> None:
    for closed, code in ((">&-", 2), ("2>&-", 0), (">&- 2>&-", 2), ("<&- >&- 2>&-", 2), ("<&-", 0)):
        assert _shell(f"tf-losses {' '.join(EVAL)} {closed}").returncode == code
        assert _shell(f"tf-losses eval sigmoid --logits no --labels no {closed}").returncode == 2


@pytest.mark.slow
@posix
@pytest.mark.parametrize(
    ("command", "name"),
    [
        ("demo", "standard output"),
        (" ".join(EVAL), "standard output"),
        (f"{' '.join(EVAL)} --out /dev/stdout", "/dev/stdout"),
        (f"{' '.join(EVAL)} --json /dev/fd/1", "/dev/fd/1"),
        ("compare x.npy x.npy", "standard output"),
        (f"parity --replay {GOLDEN}", "standard output"),
        ("--help", "standard output"),
        ("eval --help", "standard output"),
        ("--version", "standard output"),
    ],
)
def test_a_closed_standard_output(command: str, name: str) -> None:
    """What was asked for has nowhere to go: that is no success."""
    done = _shell(f"tf-losses {command} >&-")
    assert (done.returncode, done.stdout) == (BAD_INPUT, "")
    assert done.stderr == f"tf-losses: error: {name}: Bad file descriptor\n"


@posix
def test_a_file_does_not_take_the_place_of_a_closed_stream() -> None:
    code = (
        "import os, sys; from tf_losses._internal.evaluation import evaluate\n"
        "fill = evaluate._fill\n"
        "def noisy(*arguments):\n    os.write(1, b'noise'); os.write(2, b'noise')\n"
        "    fill(*arguments)\n"
        "evaluate._fill = noisy\nfrom tf_losses.cli import main\nsys.exit(main(sys.argv[1:]))"
    )
    Path("noisy.py").write_text(code)
    quoted = f"{sys.executable} noisy.py {' '.join(EVAL)} --out o.npy"
    assert _shell(f"{quoted} >&- 2>&- <&-").returncode == BAD_INPUT
    assert np.load("o.npy").shape == (9, 3)


@posix
def test_no_place_for_an_error_is_no_traceback() -> None:
    done = _shell("tf-losses eval sigmoid --logits no --labels no 2> /dev/full")
    assert done.returncode == BAD_INPUT


@pytest.mark.slow
@posix
@pytest.mark.parametrize("encoding", ["ascii", "ascii:strict", "utf-8:strict", "latin-1:strict"])
def test_a_terminal_that_lacks_a_character(encoding: str) -> None:
    """Names of any bytes are printed with escapes, in errors and in reports."""
    name = b"n\xc3\xa9\xff\xf0\x9f\x98\x80.npy"
    Path(os.fsdecode(name)).write_bytes(Path("z.npy").read_bytes())
    argv = [os.fsencode(part) for part in (*COMMAND, *EVAL[:4])]
    environment = {**os.environ, "PYTHONIOENCODING": encoding}
    for more, code in (
        ([b"--labels", name, b"--out", b"o-" + name], 0),
        ([b"--labels", name + b".no"], 2),
    ):
        done = subprocess.run([*argv, *more], capture_output=True, check=False, env=environment)
        assert done.returncode == code, done.stderr
        assert b"Traceback" not in done.stderr
        assert rb"\udcff" in done.stdout + done.stderr


# ---- text of files ----


def test_names_in_an_archive_forge_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    evil = "a\n1797 of 1797 losses equal\x1b[2J\u202e"
    with zipfile.ZipFile("evil.npz", "w") as archive:
        for name in (evil, "b"):
            archive.writestr(f"{name}.npy", Path("z.npy").read_bytes())
    assert main([*EVAL[:4], "--labels", "evil.npz"]) == BAD_INPUT
    printed = capsys.readouterr().err
    assert printed.count("\n") == 1
    assert not set(printed) & {"\x1b", "\u202e"}
    assert r"a\n1797 of 1797 losses equal\x1b[2J\u202e" in printed


def test_text_of_recorded_results_forges_nothing(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    recorded = goldens.load(GOLDEN)
    evil = "Xeon\nequal: 1 elements in 40 cells\x1b[8m"
    recorded.machine["processor"] = recorded.machine["libc"] = evil
    recorded.machine["libm"] = "other"
    recorded.tensorflow["numpy"] = evil
    recorded.refused.update(dict.fromkeys(list(recorded.refused)[:1], evil))
    recorded.save(tmp_path / "evil.npz")
    page = tmp_path / "page.html"
    assert main(["parity", "--replay", "evil.npz", "--html", str(page)]) == 0
    printed = capsys.readouterr().out
    assert printed.count("\nequal: ") == 1
    assert "\x1b" not in printed + page.read_text()
    assert r"Xeon\nequal" in printed


@pytest.mark.parametrize(
    "change",
    [
        {"seed": float("inf")},
        {"seed": float("nan")},
        {"seed": "1" * 5000},
        {"seed": -1},
        {"seed": []},
        {"table": "nonsense"},
        {"table": {}},
        {"refused": {"x": 1}},
        {"refused": [1]},
        {"machine": {}},
        {"tensorflow": None},
        {"tensorflow": {"tensorflow": "\x1b[2J", "numpy": "1", "python": "3"}},
    ],
    ids=str,
)
def test_sealed_nonsense_is_refused(
    change: dict[str, object], capsys: pytest.CaptureFixture[str]
) -> None:
    """The seal holds, the description does not make sense."""
    with np.load(GOLDEN) as archive:
        arrays = dict(archive)
    manifest = json.loads(arrays["manifest"].tobytes()) | change
    arrays["manifest"] = np.frombuffer(json.dumps(manifest).encode(), np.uint8)
    Path("odd.npz").write_bytes(goldens._sealed(arrays))  # noqa: SLF001 (a file no program writes)
    assert main(["parity", "--replay", "odd.npz"]) == BAD_INPUT
    printed = capsys.readouterr()
    assert printed.out == ""
    assert printed.err.count("\n") == 1
    assert "\x1b" not in printed.err


# ---- decoders ----


def _archives() -> dict[str, bytes]:
    made = {}
    for name in ("STORED", "DEFLATED", "BZIP2", "LZMA"):
        buffer = io.BytesIO()
        with zipfile.ZipFile(buffer, "w", getattr(zipfile, f"ZIP_{name}")) as archive:
            archive.write("z.npy")
            archive.writestr("labels.npy", Path("z.npy").read_bytes())
        made[name] = buffer.getvalue()
    return made


@pytest.mark.slow
def test_damaged_archives_are_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    """Every decoder there is, some hundred times: 0, 1 or 2, and one line for 2."""
    rng = np.random.default_rng(4)
    seen = set()
    for content in _archives().values():
        for _ in range(150):
            damaged = bytearray(content)
            for place in rng.integers(0, len(content), rng.integers(1, 5)):
                damaged[place] = rng.integers(0, 256)
            Path("damaged.npz").write_bytes(
                damaged[: rng.integers(1, len(content) + 1)] if rng.integers(4) == 0 else damaged
            )
            code = main([*EVAL[:4], "--labels", "damaged.npz"])
            printed = capsys.readouterr()
            assert code in (0, BAD_INPUT)
            assert code == 0 or (printed.out == "" and printed.err.count("\n") == 1), printed
            seen.add(printed.err.split(":")[-1].strip())
    assert len(seen) > 5


@pytest.mark.parametrize("header", ["-" * 3000 + "1", "(" * 300, "[" * 100_000, "{'descr': " * 500])
def test_headers_that_nest(header: str, capsys: pytest.CaptureFixture[str]) -> None:
    text = f"{{'descr': '<f4', 'fortran_order': False, 'shape': ({header},)}}".encode()
    content = b"\x93NUMPY\x02\x00" + len(text).to_bytes(4, "little") + text + bytes(400)
    Path("nested.npy").write_bytes(content)
    assert main([*EVAL[:4], "--labels", "nested.npy"]) == BAD_INPUT
    assert capsys.readouterr().err.count("\n") == 1


# ---- the system ----


@posix
def test_no_temporary_folder() -> None:
    """The current folder is the last that is tried, so that it must be gone as well."""
    Path("gone").mkdir()
    files = [str(Path(name).resolve()) for name in ("x.npy", "z.npy")]
    argv = f"eval sigmoid --logits {files[0]} --labels {files[1]}"
    code = (
        "import tempfile, sys, os; tempfile._candidate_tempdir_list = lambda: ['/nowhere']; "
        "from tf_losses.cli import main; sys.exit(main(sys.argv[1:]))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, *argv.split()], capture_output=True, text=True, check=False
    )
    assert done.returncode == BAD_INPUT
    assert done.stderr.count("\n") == 1
    assert "no temporary folder" in done.stderr


@pytest.mark.slow
@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("TF_LOSSES_ISA", "avx1024"),
        ("TF_LOSSES_NUM_THREADS", "many"),
        ("TF_LOSSES_TF_VERSION", "9.9"),
        ("TF_LOSSES_RESULT_CACHE", "-1"),
        ("TF_LOSSES_TF_PROCESSOR", "Z80"),
    ],
)
def test_a_bad_variable_is_one_line(name: str, value: str) -> None:
    """For the command; a program that imports the package gets the exception."""
    environment = {**os.environ, name: value}
    script = Path(sys.executable).with_name("tf-losses")
    commands = [COMMAND] + ([[str(script)]] if script.exists() else [])
    for command in commands:
        done = subprocess.run(
            [*command, "demo"], capture_output=True, text=True, check=False, env=environment
        )
        assert done.returncode == BAD_INPUT
        assert done.stderr.startswith("tf-losses: error: ")
        assert done.stderr.count("\n") == 1
        assert name in done.stderr
    program = [sys.executable, "-c", "import tf_losses"]
    done = subprocess.run(program, capture_output=True, text=True, check=False, env=environment)
    assert done.returncode == 1
    assert f"ValueError: {name}" in done.stderr


def test_a_mistake_of_the_package_is_told_from_a_bad_file(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def broken(*_: object) -> None:
        raise KeyError("a bug")

    monkeypatch.setattr("tf_losses._internal.evaluation.evaluate.evaluate", broken)
    assert main(EVAL) == SOFTWARE
    assert "Traceback" in capsys.readouterr().err


@posix
@pytest.mark.parametrize(
    "says",
    [
        "",
        "echo no JSON",
        "echo '{}'",
        "echo '[1]'",
        """echo '{"arrays": {"loss": ["float32", [-1]]}}'""",
        """echo '{"arrays": {"loss": ["object", [1]]}}'""",
        """echo '{"arrays": {"loss": 5}}'""",
        """echo '{"arrays": {}}'""",
        """echo '{"arrays": {}, "versions": [1]}'""",
        r"printf '\\033[2J\\n'",
        "head -c 3000000 /dev/zero",
    ],
)
def test_a_python_that_is_none(says: str, capsys: pytest.CaptureFixture[str]) -> None:
    Path("python").write_text(f"#!/bin/sh\n{says}\n")
    Path("python").chmod(0o755)
    assert main(["parity", "--python", "./python"]) == BAD_INPUT
    printed = capsys.readouterr()
    assert printed.out == ""
    assert printed.err.count("\n") == 1
    assert "\x1b" not in printed.err
    assert len(printed.err) < 2000


@posix
def test_the_python_that_is_run_is_an_input(capsys: pytest.CaptureFixture[str]) -> None:
    Path("python").write_text("#!/bin/sh\n")
    Path("python").chmod(0o755)
    assert main(["parity", "--python", "./python", "--record", "python"]) == BAD_INPUT
    assert "is an input" in capsys.readouterr().err


@posix
@pytest.mark.parametrize(
    "content",
    ["", "5", "[]", "{}", '{"about": {}, "passes": {"sigmoid": {"done": "x"}}}', "[" * 100_000],
)
def test_a_state_file_that_says_nothing(content: str) -> None:
    Path("state.json").write_text(content)
    with pytest.raises(ValueError, match="does not say how far a run is"):
        exhaustive._load(Path("state.json"), {})  # noqa: SLF001 (what the command says it for)
