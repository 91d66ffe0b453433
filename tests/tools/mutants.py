# SPDX-License-Identifier: Apache-2.0
"""Mutants of the C core: which are noticed by recorded results and by the fast tests.

    python tests/tools/mutants.py [--sample 300] [--seed 1] [--keep FILE.json]

All mutants of a sample are in one build (mutations.py). A process that has imported the package is
forked for each of them, and replays recorded results until one differs; then some of the tests that
need neither TensorFlow nor time run until one fails. What survives is explained in
mutants_explained.toml, or wants a test. Tables that the compiler computes, and macros, are not
mutated: a number that is known while it runs cannot choose there. The build is one of -O1, with
portable and avx2 mutated.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import random
import re
import shutil
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import NamedTuple

import tomllib

import core_build
import mutations
from mutants_judge import Judge

ROOT = core_build.ROOT
BUILD = ROOT / "build" / "mutants"
TREE = BUILD / "tree"
EXPLAINED = Path(__file__).with_name("mutants_explained.toml")
MUTATED = ("kernels/**/*.h", "api/*.c")
# Compiled without mutants: nothing of MUTATED is in them, or they take longest.
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
MUTANT_FLAGS = ("-O1", "-include", str(BUILD / "mutant.h"))


class Placed(NamedTuple):
    """A mutant, the file it is of, and the texts of its line and of the one before."""

    file: str
    line: int
    before: str
    text: str
    mutant: mutations.Mutant

    def key(self) -> tuple[str, str, str, str]:
        """What an explanation is found by: line numbers change."""
        return self.file, self.before, self.text, self.mutant.what


def is_plain(made: core_build.Object) -> bool:
    """Whether no mutant is compiled into it."""
    return made.source.startswith(PLAIN) or Path(made.source).is_absolute()


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
            before, own = lines[line - 2].strip(), lines[line - 1].strip()
            everything.append(Placed(file, line, before, own, mutant))
    drawn = random.Random(seed).sample(everything, min(count, len(everything)))  # noqa: S311
    print(f"{len(everything)} mutants, {len(drawn)} of them drawn with seed {seed}", flush=True)
    return dict(enumerate(sorted(drawn, key=lambda p: (p.file, p.mutant.start)), 1))


def write_sources(texts: dict[str, str], chosen: dict[int, Placed]) -> None:
    """Put mutants into the copy of the tree."""
    for file, text in texts.items():
        own = {n: p.mutant for n, p in chosen.items() if p.file == file}
        (TREE / file).write_text(mutations.instrument(text, own), encoding="utf-8")


def complaints(made: core_build.Object) -> set[tuple[str, int]]:
    """Files and lines that the compiler refuses."""
    done = core_build.compiler(made, TREE, [*MUTANT_FLAGS, "-fsyntax-only", "-fmax-errors=0"])
    told = re.findall(r"^(\S+?):(\d+):\d+:.*error:", done.stderr, re.MULTILINE)
    if done.returncode and not told:
        raise SystemExit(done.stderr)
    return {(file, int(line)) for file, line in told}


def refused(
    objects: list[core_build.Object], texts: dict[str, str], chosen: dict[int, Placed]
) -> list[int]:
    """Take out mutants that cannot be chosen while the program runs, until the rest compiles."""
    out: list[int] = []
    while True:
        kept = {n: p for n, p in chosen.items() if n not in out}
        write_sources(texts, kept)
        wrong = {place for made in objects for place in complaints(made)}
        if not wrong:
            return out
        bad = [n for n, p in kept.items() if stands_in(p, texts[p.file], wrong)]
        if not bad:
            raise SystemExit(f"does not compile, without a mutant there: {sorted(wrong)[:5]}")
        out += bad


def stands_in(placed: Placed, text: str, wrong: set[tuple[str, int]]) -> bool:
    """Whether the expression around a mutant has a line that is refused."""
    first, last = (text.count("\n", 0, at) + 1 for at in placed.mutant.around)
    return any(str(TREE / placed.file) == f and first <= line <= last for f, line in wrong)


def compiled_in(objects: list[core_build.Object]) -> set[int]:
    """The numbers that the compiler saw: others are of other processors or systems."""
    texts = (core_build.compiler(made, TREE, [*MUTANT_FLAGS, "-E"]).stdout for made in objects)
    return {int(n) for text in texts for n in re.findall(r"tfl_mutant == (\d+)", text)}


def prepare() -> None:
    """Copy the tree; what is compiled without mutants stays while all of C does."""
    core_build.copy_tree(TREE)
    digest = hashlib.sha256()
    for path in sorted((ROOT / "csrc").rglob("*.[ch]")):
        digest.update(path.read_bytes())
    stamp = BUILD / "sources"
    if not stamp.exists() or stamp.read_text() != digest.hexdigest():
        shutil.rmtree(BUILD / "objects", ignore_errors=True)
        stamp.write_text(digest.hexdigest())
    (BUILD / "mutant.h").write_text(HEADER)


def build(extensions: list[core_build.Extension]) -> None:
    """Compile and link, plain objects only once, and from sources without mutants."""

    def make(made: core_build.Object) -> None:
        if not is_plain(made):
            core_build.compile_object(made, TREE, MUTANT_FLAGS)
        elif not made.target.exists():
            core_build.compile_object(made, ROOT, ["-O0"])

    for extension in extensions:
        with ThreadPoolExecutor(2) as pool:
            list(pool.map(make, extension.objects))
        core_build.link(extension, TREE)


class Outcomes:
    """What became of each mutant, printed as it is known."""

    def __init__(self, chosen: dict[int, Placed], keep: Path | None) -> None:
        self.chosen, self.keep = chosen, keep
        self.start = time.monotonic()
        self.told: dict[int, str] = {}
        listed = tomllib.loads(EXPLAINED.read_text(encoding="utf-8"))["mutant"]
        self.why = {(m["file"], m["before"], m["line"], m["mutation"]): m["why"] for m in listed}

    def note(self, number: int, outcome: str) -> None:
        """Print one, with the explanation of a survivor."""
        placed = self.chosen[number]
        if outcome == "survived" and placed.key() in self.why:
            outcome = f"changes no result: {self.why[placed.key()]}"
        self.told[number] = outcome
        place = f"{placed.file}:{placed.line}"
        print(f"{number:4} {place}: {placed.mutant.what} | {outcome}", flush=True)
        if self.keep:
            rows = [(*self.chosen[n].key(), self.chosen[n].line, t) for n, t in self.told.items()]
            self.keep.write_text(json.dumps(rows, indent=1))

    def summary(self) -> int:
        """Print the score: killed of those that ran and are not known to change no result."""
        told = list(self.told.values())
        killed = sum(o.startswith("killed") for o in told)
        equal = sum(o.startswith("changes no result") for o in told)
        survived = told.count("survived")
        print(
            f"{len(told)} mutants: {killed} killed, {survived} survived, "
            f"{equal} change no result, {told.count('does not compile')} do not compile, "
            f"{told.count('not of this processor')} not of this processor; "
            f"score {killed / max(killed + survived, 1):.1%} "
            f"({killed / max(killed + survived + equal, 1):.1%} with those that change no result), "
            f"{time.monotonic() - self.start:.0f} s"
        )
        return 1 if survived else 0


def main() -> int:
    """Print the table; 0 if every survivor is explained."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sample", type=int, default=300)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--no-tests", action="store_true", help="recorded results only")
    parser.add_argument("--keep", type=Path, help="write outcomes there")
    options = parser.parse_args()
    prepare()
    texts = sources()
    chosen = draw(texts, options.sample, options.seed)
    outcomes = Outcomes(chosen, options.keep)
    extensions = list(core_build.extensions(BUILD))
    objects = [made for e in extensions for made in e.objects if not is_plain(made)]
    out = refused(objects, texts, chosen)
    seen = compiled_in(objects)
    build(extensions)
    judge = Judge(TREE)
    if wrong := judge.replayed(0) or judge.tested(0):
        raise SystemExit(f"without a mutant: {wrong}")
    for number in chosen:
        if number in out:
            outcomes.note(number, "does not compile")
        elif number not in seen:
            outcomes.note(number, "not of this processor")
        elif told := judge.replayed(number):
            outcomes.note(number, f"killed by {told}")
    for number in chosen.keys() - outcomes.told.keys():
        told = judge.reloaded(number) or ("" if options.no_tests else judge.tested(number))
        outcomes.note(number, f"killed by {told}" if told else "survived")
    return outcomes.summary()


if __name__ == "__main__":
    sys.exit(main())
