# SPDX-License-Identifier: Apache-2.0
"""What a command writes: complete or not there, and never over something else."""

from __future__ import annotations

import json
import os
import signal
import stat
import subprocess
import sys
import threading
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import numpy as np
import pytest

from tf_losses._internal.io.command import BAD_INPUT, InputError
from tf_losses._internal.io.output import destination
from tf_losses.cli import main
from tf_losses.compat.v2 import nn

if TYPE_CHECKING:
    from collections.abc import Iterator

posix = pytest.mark.skipif(sys.platform == "win32", reason="links, pipes and signals of POSIX")
EVAL = ["eval", "sigmoid", "--logits", "x.npy", "--labels", "z.npy"]
GOLDEN = str(Path(__file__).parents[1] / "golden" / "tensorflow-2.21.npz")


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A folder with good files, which is the current one; nothing but what was asked for stays."""
    work = tmp_path / "work"
    work.mkdir()
    monkeypatch.chdir(work)
    np.save("x.npy", np.linspace(-3, 3, 27, dtype=np.float32).reshape(9, 3))
    np.save("z.npy", np.zeros((9, 3), np.float32))
    yield work
    assert not list(work.glob(".*")), "a part is left"


def _is_right(path: Path | str) -> bool:
    wanted = nn.sigmoid_cross_entropy_with_logits(np.load("z.npy"), np.load("x.npy"))
    return bool(np.array_equal(np.load(path), wanted))


def _refused(capsys: pytest.CaptureFixture[str], *argv: str) -> str:
    assert main(argv) == BAD_INPUT
    printed = capsys.readouterr()
    assert printed.out == ""
    assert printed.err.startswith("tf-losses: error: ")
    assert printed.err.count("\n") == 1
    return printed.err


# ---- what is there keeps what it is ----


@posix
def test_a_link_is_followed() -> None:
    Path("place").mkdir()
    Path("link.npy").symlink_to("place/target.npy")
    for _ in range(2):  # one that leads nowhere yet, then to a file
        assert main([*EVAL, "--out", "link.npy"]) == 0
        assert Path("link.npy").is_symlink()
        assert _is_right("place/target.npy")
    assert [path.name for path in Path("place").iterdir()] == ["target.npy"]


@posix
def test_other_names_of_a_file_stay_its_names() -> None:
    Path("one.npy").write_bytes(b"x" * 10_000)
    os.link("one.npy", "two.npy")
    assert main([*EVAL, "--out", "one.npy"]) == 0
    assert _is_right("two.npy")
    assert Path("one.npy").stat().st_nlink == 2


@posix
@pytest.mark.parametrize("mode", [0o600, 0o640, 0o666, 0o755])
def test_a_file_keeps_its_mode(mode: int) -> None:
    Path("o.npy").touch()
    Path("o.npy").chmod(mode)
    assert main([*EVAL, "--out", "o.npy"]) == 0
    assert stat.S_IMODE(Path("o.npy").stat().st_mode) == mode


@posix
def test_a_new_file_has_the_mode_of_new_files() -> None:
    before = os.umask(0o027)
    try:
        assert main([*EVAL, "--out", "o.npy"]) == 0
    finally:
        os.umask(before)
    assert stat.S_IMODE(Path("o.npy").stat().st_mode) == 0o640


# ---- what must not be written to ----


@posix
def test_inputs_are_refused(capsys: pytest.CaptureFixture[str], folder: Path) -> None:
    os.link("x.npy", "hard.npy")
    Path("soft.npy").symlink_to("x.npy")
    np.savez("both.npz", logits=np.load("x.npy"), labels=np.load("z.npy"))
    np.save("w.npy", np.ones(3, np.float32))
    np.save("r.npy", np.zeros((9, 3), np.float32))
    contents = {path: path.read_bytes() for path in folder.iterdir()}
    weighted = ["eval", "weighted", *EVAL[2:], "--pos-weight", "w.npy"]
    archive = ["eval", "sigmoid", "--logits", "both.npz:logits", "--labels", "both.npz"]
    for argv, out in (
        (EVAL, "x.npy"),
        (EVAL, "z.npy"),
        (EVAL, "./x.npy"),
        (EVAL, "hard.npy"),
        (EVAL, "soft.npy"),
        (weighted, "w.npy"),
        ([*EVAL, "--recorded", "r.npy"], "r.npy"),
        (archive, "both.npz"),
    ):
        assert "is an input" in _refused(capsys, *argv, "--out", out)
    assert contents == {path: path.read_bytes() for path in folder.iterdir()}


@posix
@pytest.mark.parametrize(
    ("out", "reason"),
    [
        ("/dev/null", "is a device"),
        ("/dev/full", "is a device"),
        ("sub", "is a directory"),
        ("", "not the name of a file"),
        (".", "not the name of a file"),
        ("..", "not the name of a file"),
        ("/", "not the name of a file"),
        ("sub/", "not the name of a file"),
        ("x.npy/o.npy", "Not a directory"),
        ("missing/o.npy", "No such file or directory"),
        ("n" * 300 + ".npy", "File name too long"),
        ("a\0b.npy", "null"),
        ("loop", "symbolic links"),
    ],
)
def test_what_is_no_file_is_refused(
    out: str, reason: str, capsys: pytest.CaptureFixture[str]
) -> None:
    Path("sub").mkdir()
    Path("loop").symlink_to("loop")
    assert reason in _refused(capsys, *EVAL, "--out", out)
    assert Path("/dev/null").is_char_device()


@posix
def test_a_folder_without_permission(capsys: pytest.CaptureFixture[str]) -> None:
    if os.geteuid() == 0:
        pytest.skip("the superuser may write everywhere")
    Path("closed").mkdir(mode=0o500)
    assert "Permission denied" in _refused(capsys, *EVAL, "--out", "closed/o.npy")


def test_long_names(capsys: pytest.CaptureFixture[str]) -> None:
    name = "n" * 251 + ".npy"
    assert main([*EVAL, "--out", name]) == 0
    assert _is_right(name)
    capsys.readouterr()
    assert "No such file" in _refused(capsys, *EVAL[:4], "--labels", "n" * 200 + ":k")
    assert "too long" in _refused(capsys, *EVAL[:4], "--labels", "n" * 300 + ":k")


def test_parity_refuses_its_input_and_one_file_twice(capsys: pytest.CaptureFixture[str]) -> None:
    before = Path(GOLDEN).read_bytes()
    for option in ("--json", "--html"):
        argv = ["parity", "--replay", GOLDEN, option, GOLDEN]
        assert "is an input" in _refused(capsys, *argv)
    argv = ["parity", "--replay", GOLDEN, "--json", "a", "--html", "./a"]
    assert "the same file as" in _refused(capsys, *argv)
    argv = ["parity", "--replay", GOLDEN, "--json", "missing/a"]
    assert "No such file" in _refused(capsys, *argv)
    assert Path(GOLDEN).read_bytes() == before


def test_a_failure_leaves_what_was_there(capsys: pytest.CaptureFixture[str]) -> None:
    Path("o.npy").write_bytes(b"precious")
    np.save("short.npy", np.zeros((8, 3), np.float32))
    _refused(capsys, *EVAL[:4], "--labels", "short.npy", "--out", "o.npy")
    assert Path("o.npy").read_bytes() == b"precious"


@posix
def test_a_full_disk_leaves_what_was_there(monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    Path("o.bin").write_bytes(b"precious")
    target = destination("o.bin")
    with monkeypatch.context() as patch:
        patch.setattr(Path, "write_bytes", full)
        with pytest.raises(InputError, match=r"o\.bin: No space left"):
            target.write(b"new")
    assert Path("o.bin").read_bytes() == b"precious"


# ---- streams ----


@posix
def test_a_pipe_gets_the_file() -> None:
    os.mkfifo("pipe")
    found: list[bytes] = []
    reader = threading.Thread(target=lambda: found.append(Path("pipe").read_bytes()))
    reader.start()
    assert main([*EVAL, "--out", "pipe"]) == 0
    reader.join()
    Path("o.npy").write_bytes(found[0])
    assert _is_right("o.npy")
    assert stat.S_ISFIFO(Path("pipe").stat().st_mode)


@pytest.mark.slow
@posix
@pytest.mark.parametrize("name", ["/dev/stdout", "/dev/fd/1", "/proc/self/fd/1"])
def test_standard_output_gets_the_file_and_the_report_goes_elsewhere(name: str) -> None:
    command = [sys.executable, "-m", "tf_losses", *EVAL, "--out", name]
    piped = subprocess.run(command, capture_output=True, check=True)
    Path("piped.npy").write_bytes(piped.stdout)
    with Path("redirected.npy").open("wb") as file:
        place = file.fileno()
        done = subprocess.run(command, stdout=file, stderr=subprocess.PIPE, check=True)
        assert os.fstat(place).st_nlink == 1  # it was written to, not replaced
    for path, said in (("piped.npy", piped.stderr), ("redirected.npy", done.stderr)):
        assert _is_right(path)
        assert b"27 losses, float32" in said


# ---- signals ----


SLOW = """
import os, signal, sys, time
# What nohup and a shell's background jobs hand down ignored.
signal.signal(signal.SIGINT, signal.default_int_handler)
signal.signal(signal.SIGHUP, signal.SIG_DFL)
signal.signal(signal.SIGQUIT, signal.SIG_DFL)
from tf_losses._internal.evaluation import evaluate
def slow(*arguments):
    print("begun", file=sys.stderr, flush=True)
    time.sleep(60)
evaluate._fill = slow
from tf_losses.cli import main
sys.exit(main(sys.argv[1:]))
"""


@pytest.mark.slow
@posix
@pytest.mark.parametrize("twice", [False, True])
@pytest.mark.parametrize(
    "name", ["SIGTERM", "SIGHUP", "SIGQUIT", "SIGUSR1", "SIGALRM", "SIGXCPU", "SIGINT", "SIGRTMIN"]
)
def test_a_signal_leaves_nothing_behind(name: str, folder: Path, *, twice: bool) -> None:
    if name not in signal.Signals.__members__:
        pytest.skip(f"no {name} here")
    number = getattr(signal, name)
    Path("tmp").mkdir()
    np.savez("both.npz", logits=np.load("x.npy"), labels=np.load("z.npy"))
    argv = ["eval", "sigmoid", "--logits", "both.npz", "--labels", "both.npz", "--out", "o.npy"]
    process = subprocess.Popen(
        [sys.executable, "-c", SLOW, *argv],
        stderr=subprocess.PIPE,
        env={**os.environ, "TMPDIR": str(folder / "tmp")},
    )
    assert process.stderr is not None
    while process.stderr.readline().strip() != b"begun":
        assert process.poll() is None
    assert list(folder.glob(".tf-losses-*.part"))
    for _ in range(1 + twice):
        process.send_signal(number)
    assert process.wait(30) == (130 if name == "SIGINT" else -number)
    process.stderr.close()
    assert not list(Path("tmp").iterdir())
    assert not Path("o.npy").exists()


@posix
def test_an_ignored_signal_stays_ignored() -> None:
    code = (
        "import os, signal, sys; signal.signal(signal.SIGHUP, signal.SIG_IGN); "
        "from tf_losses._internal.evaluation import evaluate; fill = evaluate._fill\n"
        "def kill(*arguments):\n    os.kill(os.getpid(), signal.SIGHUP); fill(*arguments)\n"
        "evaluate._fill = kill\nfrom tf_losses.cli import main\nsys.exit(main(sys.argv[1:]))"
    )
    subprocess.run([sys.executable, "-c", code, *EVAL, "--out", "o.npy"], check=True)
    assert _is_right("o.npy")


def test_handlers_are_put_back() -> None:
    before = {number: signal.getsignal(number) for number in signal.valid_signals()}
    assert main(EVAL) == 0
    assert {number: signal.getsignal(number) for number in signal.valid_signals()} == before


# ---- inputs ----


SHRINKING = """
import json, os, sys
from tf_losses._internal.evaluation import evaluate
from tf_losses._internal.io.array_file import ArrayFile
from tf_losses.cli import main

evaluate.PIECE_BYTES = 1 << 16
fill, content = ArrayFile._fill, open("big.npy", "rb").read()

def cut_before(number):
    reads = 0
    def filled(self, *arguments):
        nonlocal reads
        reads += self.name == "big.npy"
        if reads == number:
            os.truncate("big.npy", 4096)
        fill(self, *arguments)
    ArrayFile._fill = filled
    code = main(sys.argv[1:])
    with open("big.npy", "wb") as file:
        file.write(content)
    return code, reads

code, reads = cut_before(-1)
codes = [cut_before(number)[0] for number in range(1, reads + 1)]
with open("codes.json", "w") as file:
    json.dump([code, codes], file)
"""


@pytest.mark.slow
@posix
@pytest.mark.parametrize(("layout", "axis"), [("C", "-1"), ("F", "-1"), ("C", "0")])
def test_an_input_that_shrinks_is_an_error(layout: Literal["C", "F"], axis: str) -> None:
    """Cut before any of its reads, it is one line and exit code 2, or all was read that counts."""
    rng = np.random.default_rng(0)
    logits = rng.normal(size=(20_000, 8)).astype(np.float32)
    labels = rng.uniform(size=logits.shape).astype(np.float32)
    np.save("big.npy", np.asarray(logits, order=layout))
    np.save("z2.npy", np.asarray(labels, order=layout))
    argv = ["eval", "softmax", "--axis", axis, "--logits", "big.npy", "--labels", "z2.npy"]
    done = subprocess.run(
        [sys.executable, "-c", SHRINKING, *argv], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    whole, codes = json.loads(Path("codes.json").read_text())
    assert (whole, codes[0], set(codes) - {0, BAD_INPUT}) == (0, BAD_INPUT, set())
    assert done.stderr.splitlines() == codes.count(BAD_INPUT) * [
        "tf-losses: error: big.npy: the file ends before its last element: cut short?"
    ]


@pytest.mark.slow
@posix
def test_a_file_cut_after_it_was_opened(capsys: pytest.CaptureFixture[str]) -> None:
    code = (
        "import os, sys; from tf_losses._internal.evaluation import evaluate\n"
        "fill = evaluate._fill\n"
        "def cut(*arguments):\n    os.truncate(sys.argv[-1], 200); fill(*arguments)\n"
        "evaluate._fill = cut\nfrom tf_losses.cli import main\nsys.exit(main(sys.argv[1:-1]))"
    )
    np.save("r.npy", nn.sigmoid_cross_entropy_with_logits(np.load("z.npy"), np.load("x.npy")))
    for cut in ("x.npy", "z.npy", "r.npy"):
        content = Path(cut).read_bytes()
        argv = [*EVAL, "--recorded", "r.npy"]
        done = subprocess.run(
            [sys.executable, "-c", code, *argv, cut], capture_output=True, text=True, check=False
        )
        assert done.returncode == BAD_INPUT, done
        assert (
            done.stderr
            == f"tf-losses: error: {cut}: the file ends before its last element: cut short?\n"
        )
        Path(cut).write_bytes(content)
    capsys.readouterr()


@posix
@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("pipe", "is a pipe"),
        ("/dev/zero", "is a device"),
        ("/dev/null", "is a device"),
        ("sub", "sub/pipe: is a pipe"),
    ],
)
def test_inputs_that_are_no_files(
    name: str, reason: str, capsys: pytest.CaptureFixture[str]
) -> None:
    os.mkfifo("pipe")
    Path("sub").mkdir()
    os.mkfifo("sub/pipe")
    assert reason in _refused(capsys, *EVAL[:4], "--labels", name)
    reason = "Is a directory" if name == "sub" else reason
    assert reason in _refused(capsys, "parity", "--replay", name)
