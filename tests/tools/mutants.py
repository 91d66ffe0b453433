# SPDX-License-Identifier: Apache-2.0
"""Mutants of the C core: which are noticed by recorded results and by the fast tests.

    python tests/tools/mutants.py [--sample 300] [--seed 1] [--keep FILE.json]

All mutants of a sample are in one build (mutations.py). A process that has imported the package is
forked for each of them, and replays recorded results until one differs; then the tests that need
neither TensorFlow nor time run until one fails. What survives is explained in mutants_explained.toml,
or wants a test. Tables that the compiler computes, and macros, are not mutated: a number that is
known while it runs cannot choose there. The build is one of -O1, with portable and avx2 mutated.
"""

from __future__ import annotations

import argparse
import ctypes
import hashlib
import json
import os
import random
import re
import shutil
import signal
import subprocess
import sys
import sysconfig
import time
import tomllib
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import mutations

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

ROOT = Path(__file__).resolve().parents[2]
BUILD = ROOT / "build" / "mutants"
TREE = BUILD / "tree"
PARTS = (
    "bench", "csrc", "docs", "tests", "tf_losses", "setup.py", "pyproject.toml", "README.md",
    "CHANGELOG.md", "Makefile",
)  # fmt: skip
EXPLAINED = Path(__file__).with_name("mutants_explained.toml")
MUTATED = ("kernels/**/*.h", "api/*.c")
# Compiled without mutants: nothing of them is included here, or they take longest.
PLAIN = ("csrc/host/", "csrc/older/x86.c", "csrc/older/avx512.c", "csrc/isa/avx512.c")
HEADER = """
char *getenv(const char *);
int atoi(const char *);
__attribute__((weak, visibility("default"))) int tfl_mutant;
__attribute__((constructor, unused)) static void tfl_choose_mutant(void) {
    const char *chosen = getenv("TFL_MUTANT");
    if (chosen)
        tfl_mutant = atoi(chosen);
}
"""
FIRST = ("2.21", "1.15", "2.0", "2.13", "1.6", "2.4", "1.13")  # notice most
TESTS = ("abi", "sums", "ways", "quotient", "signs", "versions", "outputs", "libm", "repeated", "pieces")
REPLAY_SECONDS, TEST_SECONDS = 120, 400


class Placed(NamedTuple):
    """A mutant, the file it is of, and the line's text."""

    file: str
    line: int
    text: str
    mutant: mutations.Mutant

    def key(self) -> tuple[str, str, str]:
        """What an explanation is found by: line numbers change."""
        return self.file, self.text, self.mutant.what


def sources() -> dict[str, str]:
    """The texts that are mutated."""
    paths = sorted(p for pattern in MUTATED for p in (ROOT / "csrc").glob(pattern))
    return {str(p.relative_to(ROOT)): p.read_text(encoding="utf-8") for p in paths}


def draw(texts: dict[str, str], count: int, seed: int) -> dict[int, Placed]:
    """A sample, numbered from 1 in the order of the sources."""
    everything = []
    for file, text in texts.items():
        lines = text.splitlines()
        for mutant in mutations.find(text):
            line = mutant.line(text)
            everything.append(Placed(file, line, lines[line - 1].strip(), mutant))
    chosen = random.Random(seed).sample(everything, min(count, len(everything)))
    print(f"{len(everything)} mutants, {len(chosen)} of them drawn with seed {seed}", flush=True)
    return dict(enumerate(sorted(chosen, key=lambda p: (p.file, p.mutant.start)), 1))


def write_sources(texts: dict[str, str], chosen: dict[int, Placed]) -> None:
    """Put mutants into the copy of the tree."""
    for file, text in texts.items():
        own = {n: p.mutant for n, p in chosen.items() if p.file == file}
        new = mutations.instrument(text, own)
        path = TREE / file
        if path.read_text(encoding="utf-8") != new:
            path.write_text(new, encoding="utf-8")


def extensions() -> Iterable[tuple[str, list[str], list[str], list[str], list[str]]]:
    """Name, sources, flags of compiler and linker of either extension, from build_ffi.py."""
    sys.path.insert(0, str(ROOT / "csrc"))
    import build_ffi  # noqa: PLC0415

    for described, name in ((build_ffi.ffi, "_ffi"), (build_ffi.older, "_older")):
        _, _, _, options = described._assigned_source  # noqa: SLF001
        glue = BUILD / f"{name}.c"
        described.emit_c_code(str(glue))
        macros = [f"-D{key}={value}" for key, value in options["define_macros"]]
        includes = [f"-I{sysconfig.get_paths()['include']}"]
        flags = [*build_ffi.FLAGS, "-fPIC", "-DNDEBUG", "-w", *macros, *includes]
        yield name, [str(glue), *options["sources"]], flags, build_ffi.LINK_FLAGS, []


def compile_commands() -> dict[str, tuple[list[tuple[Path, list[str]]], list[str]]]:
    """Of each extension: objects with how they are made, and the flags of the linker."""
    made = {}
    for name, files, flags, link, _ in extensions():
        objects = []
        for file in files:
            plain = Path(file).is_absolute() or file.startswith(PLAIN)
            folder = ROOT if plain or Path(file).is_absolute() else TREE
            target = BUILD / ("plain" if plain else "mutated") / name / (file.replace("/", "_") + ".o")
            target.parent.mkdir(parents=True, exist_ok=True)
            own = ["-I" + str(folder / "csrc")]
            if not plain:
                own += ["-include", str(BUILD / "mutant.h")]
            level = "-O0" if plain else "-O1"
            objects.append((target, ["gcc", *own, *flags, level, "-c", str(folder / file)]))
        made[name] = (objects, link)
    return made


def compiled(everything: dict[str, tuple[list[tuple[Path, list[str]]], list[str]]]) -> None:
    """Compile what is not there, and link."""
    for name, (objects, link) in everything.items():
        def make(target: Path, command: list[str]) -> None:
            if "plain" in target.parts and target.exists():
                return
            done = subprocess.run([*command, "-o", str(target)], capture_output=True, check=False)
            if done.returncode:
                raise RuntimeError(done.stderr.decode()[:3000])

        with ThreadPoolExecutor(2) as pool:
            list(pool.map(lambda pair: make(*pair), objects))
        library = TREE / "tf_losses" / f"{name}.abi3.so"
        names = [str(target) for target, _ in objects]
        subprocess.run(["gcc", "-shared", *names, *link, "-lm", "-o", str(library)], check=True)


def refused(
    everything: dict[str, tuple[list[tuple[Path, list[str]]], list[str]]],
    texts: dict[str, str],
    chosen: dict[int, Placed],
) -> list[int]:
    """Take out mutants that cannot be chosen while the program runs, until the rest compiles."""
    out: list[int] = []
    while True:
        kept = {n: p for n, p in chosen.items() if n not in out}
        write_sources(texts, kept)
        wrong: set[tuple[str, int]] = set()
        for objects, _ in everything.values():
            for target, command in objects:
                if "plain" in target.parts:
                    continue
                done = subprocess.run(
                    [*command, "-fsyntax-only", "-fmax-errors=0"],
                    capture_output=True, text=True, check=False,
                )  # fmt: skip
                told = re.findall(r"^(\S+?):(\d+):\d+:.*error:", done.stderr, re.MULTILINE)
                told += re.findall(r"^(\S+?):(\d+):\d+: note: in", done.stderr, re.MULTILINE)
                for file, line in told:
                    wrong.add((file, int(line)))
                if done.returncode and not told:
                    raise SystemExit(done.stderr)
        if not wrong:
            return out
        bad = []
        for n, p in kept.items():
            text = texts[p.file]
            first = text.count("\n", 0, p.mutant.around[0]) + 1
            last = text.count("\n", 0, p.mutant.around[1]) + 1
            if any(str(TREE / p.file) == f and first <= line <= last for f, line in wrong):
                bad.append(n)
        if not bad:
            raise SystemExit(f"does not compile, and no mutant is there: {sorted(wrong)[:5]}")
        out += bad


def compiled_in(everything: dict[str, tuple[list[tuple[Path, list[str]]], list[str]]]) -> set[int]:
    """The numbers that the compiler saw: others are of other processors or systems."""
    seen: set[int] = set()
    for objects, _ in everything.values():
        for target, command in objects:
            if "plain" not in target.parts:
                done = subprocess.run([*command, "-E"], capture_output=True, text=True, check=True)
                seen.update(map(int, re.findall(r"tfl_mutant == (\d+)", done.stdout)))
    return seen


def forked(seconds: int, work: Callable[[], str]) -> str:
    """What the work says, in a process of its own: how it was killed, or nothing."""
    reading, writing = os.pipe()
    child = os.fork()
    if not child:
        os.setsid()
        status = 1
        try:
            quiet = os.open(os.devnull, os.O_WRONLY)
            os.dup2(quiet, 1)
            os.dup2(quiet, 2)
            signal.alarm(seconds)
            os.write(writing, work().encode()[:4000])
            status = 0
        except BaseException as error:  # noqa: BLE001 (whatever a mutant does)
            os.write(writing, f"{type(error).__name__}: {error}".encode()[:300])
            status = 0
        finally:
            os._exit(status)
    os.close(writing)
    with os.fdopen(reading, "rb") as pipe:
        told = pipe.read().decode(errors="replace")
    _, status = os.waitpid(child, 0)
    if os.WIFSIGNALED(status):
        number = os.WTERMSIG(status)
        return "no end" if number == signal.SIGALRM else signal.Signals(number).name
    return told


class Judge:
    """The package of the copied tree, in this process; children run mutants."""

    def __init__(self) -> None:
        os.environ["TF_LOSSES_ISA"] = "avx2"
        os.chdir(TREE)
        sys.path[:0] = [str(TREE), str(TREE / "tests" / "helpers")]
        from tf_losses._runtime import native  # noqa: PLC0415
        from tf_losses.parity import goldens, runs  # noqa: PLC0415

        self.native, self.runs = native, runs
        self.chosen = [
            ctypes.c_int.in_dll(ctypes.CDLL(str(TREE / "tf_losses" / f"{name}.abi3.so")), "tfl_mutant")
            for name in ("_ffi", "_older")
        ]
        paths = {p.stem: p for p in (ROOT / "tests" / "golden").glob("*.npz")}
        first = [f"tensorflow-{version}" for version in FIRST]
        names = [*first, *sorted(set(paths) - set(first))]
        self.records = {name: goldens.load(paths[name]) for name in names}

    def set(self, number: int) -> None:
        """Let a mutant run."""
        for place in self.chosen:
            place.value = number
        os.environ["TFL_MUTANT"] = str(number)

    def replay(self, number: int) -> str:
        """Recorded results, on both instruction sets."""
        self.set(number)
        for isa in ("avx2", "portable"):
            self.native.isa_select(isa)
            for name, recorded in self.records.items():
                version, notes = self.runs.choose_version(None, recorded.tensorflow["tensorflow"])
                if not self.runs.replay(recorded, version, notes).equal:
                    return f"{name}, {isa}"
        return ""

    def reload(self, number: int) -> str:
        """The check of a build when it is loaded."""
        self.set(number)
        done = subprocess.run(
            [sys.executable, "-c", "import tf_losses"], check=False, capture_output=True
        )
        return "" if done.returncode == 0 else "the check when loaded"

    def tests(self, number: int, files: list[str]) -> str:
        """The fast tests."""
        import pytest  # noqa: PLC0415

        self.set(number)
        failed: list[str] = []

        class Plugin:
            def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
                if report.failed:
                    failed.append(report.nodeid)

        code = pytest.main(
            ["-x", "-q", "-m", "fast", "-p", "no:cacheprovider", *files], plugins=[Plugin()]
        )
        return failed[0] if failed else ("" if code == 0 else f"pytest: {code!r}")


def explanations() -> dict[tuple[str, str, str], str]:
    """Why survivors change no result."""
    if not EXPLAINED.exists():
        return {}
    with EXPLAINED.open("rb") as file:
        listed = tomllib.load(file)["mutant"]
    return {(m["file"], m["line"], m["mutation"]): m["why"] for m in listed}


def prepare() -> None:
    """Copy the tree; what is compiled without mutants stays while the sources do."""
    digest = hashlib.sha256("".join(sources().values()).encode()).hexdigest()
    stamp = BUILD / "plain" / "sources"
    if TREE.exists():
        shutil.rmtree(TREE)
    if not stamp.exists() or stamp.read_text() != digest:
        shutil.rmtree(BUILD / "plain", ignore_errors=True)
        stamp.parent.mkdir(parents=True)
        stamp.write_text(digest)
    TREE.mkdir(parents=True)
    skip = shutil.ignore_patterns("*.so", "__pycache__", "_build")
    for part in PARTS:
        if (ROOT / part).is_dir():
            shutil.copytree(ROOT / part, TREE / part, ignore=skip)
        else:
            shutil.copy(ROOT / part, TREE / part)
    (BUILD / "mutant.h").write_text(HEADER)


def main() -> int:
    """Print the table; 0 if every survivor is explained."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sample", type=int, default=300)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--no-tests", action="store_true", help="recorded results only")
    parser.add_argument("--keep", type=Path, help="write outcomes there")
    options = parser.parse_args()
    start = time.monotonic()
    prepare()
    texts = sources()
    chosen = draw(texts, options.sample, options.seed)
    commands = compile_commands()
    out = refused(commands, texts, chosen)
    seen = compiled_in(commands)
    compiled(commands)
    print(f"built after {time.monotonic() - start:.0f} s", flush=True)
    judge = Judge()
    if wrong := forked(REPLAY_SECONDS * 5, lambda: judge.replay(0)):
        raise SystemExit(f"without a mutant: {wrong}")
    print(f"without a mutant all is equal, after {time.monotonic() - start:.0f} s", flush=True)
    files = [f for f in (f"tests/unit/test_{name}.py" for name in TESTS) if Path(f).exists()]
    why, outcomes = explanations(), {}

    def note(number: int, outcome: str) -> None:
        placed = chosen[number]
        if outcome == "survived" and placed.key() in why:
            outcome = f"changes no result: {why[placed.key()]}"
        outcomes[number] = outcome
        print(f"{number:4} {placed.file}:{placed.line}: {placed.mutant.what} | {outcome}", flush=True)
        if options.keep:
            rows = [(*chosen[n].key(), chosen[n].line, told) for n, told in outcomes.items()]
            options.keep.write_text(json.dumps(rows, indent=1))

    left = []
    for number in chosen:
        if number in out:
            note(number, "does not compile")
        elif number not in seen:
            note(number, "not of this processor")
        elif told := forked(REPLAY_SECONDS, lambda n=number: judge.replay(n)):
            note(number, f"killed by {told}")
        else:
            left.append(number)
    print(f"{len(left)} are left to the tests, after {time.monotonic() - start:.0f} s", flush=True)
    for number in left:
        told = judge.reload(number)
        if not told and not options.no_tests:
            told = forked(TEST_SECONDS, lambda n=number: judge.tests(n, files))
        note(number, f"killed by {told}" if told else "survived")
    return summary(list(outcomes.values()), time.monotonic() - start)


def summary(outcomes: list[str], seconds: float) -> int:
    """Print the score: killed of those that ran and are not known to change no result."""
    killed = sum(o.startswith("killed") for o in outcomes)
    equal = sum(o.startswith("changes no result") for o in outcomes)
    survived = outcomes.count("survived")
    print(
        f"{len(outcomes)} mutants: {killed} killed, {survived} survived, {equal} change no result, "
        f"{outcomes.count('does not compile')} do not compile, "
        f"{outcomes.count('not of this processor')} not of this processor; "
        f"score {killed / max(killed + survived, 1):.1%} "
        f"({killed / max(killed + survived + equal, 1):.1%} with those that change no result), "
        f"{seconds:.0f} s"
    )
    return 1 if survived else 0


if __name__ == "__main__":
    sys.exit(main())
