# SPDX-License-Identifier: Apache-2.0
"""A build cannot be wrong in silence: flags that change arithmetic, known results, the register."""

from __future__ import annotations

import os
import platform
import re
import shutil
import subprocess
import sys
import sysconfig
from pathlib import Path

import pytest

import cases
import make_self_check
from sanitized import IS_SANITIZED
from tf_losses._internal._ffi import ffi, lib
from tf_losses._internal.runtime import native

ROOT = Path(__file__).resolve().parents[2]
HELPERS = ROOT / "tests" / "helpers"
sys.path.insert(0, str(ROOT / "csrc"))
import build_ffi  # noqa: E402 (a build script, no package)

# What users have in CFLAGS.
HOSTILE = [
    "-ffast-math",
    "-Ofast",
    "-O3 -ffast-math",
    "-funsafe-math-optimizations",
    "-fassociative-math -fno-signed-zeros -fno-trapping-math",
    "-freciprocal-math",
    "-fno-signed-zeros",
    "-ffinite-math-only",
    "-fsingle-precision-constant",
]
IS_X86 = platform.machine() in ("x86_64", "AMD64")
if IS_X86:
    HOSTILE += ["-mfpmath=387", "-ffast-math -mfpmath=387"]
SHOWN_BY_CLANG = ("-ffast-math", "-Ofast", "-O3 -ffast-math", "-ffinite-math-only")
LINKED = ["-ffast-math", "-Ofast", "-funsafe-math-optimizations", "-O3 -ffast-math"]


def _compilers() -> list[str]:
    named = sysconfig.get_config_var("CC").split()[0]
    return [path for path in dict.fromkeys(map(shutil.which, (named, "gcc", "clang"))) if path]


@pytest.fixture(params=_compilers() or [None], ids=lambda path: Path(path or "none").name)
def compiler(request: pytest.FixtureRequest) -> str:
    if request.param is None:
        pytest.skip("no C compiler here, which this test needs")
    return str(request.param)


def _compile(compiler: str, *flags: str) -> subprocess.CompletedProcess[str]:
    source = '#include "host/environment.h"\nint tfl_nothing;\n'
    command = [compiler, *flags, "-Icsrc", "-fsyntax-only", "-x", "c", "-"]
    return subprocess.run(
        command, cwd=ROOT, input=source, capture_output=True, text=True, check=False
    )


@pytest.mark.parametrize("flags", HOSTILE)
def test_flags_that_change_arithmetic_are_refused(compiler: str, flags: str) -> None:
    if "clang" in compiler and flags not in SHOWN_BY_CLANG:
        pytest.skip(f"clang shows nothing of {flags}, or has it not")
    done = _compile(compiler, "-O2", *flags.split())
    assert done.returncode != 0
    assert "compiled with -" in done.stderr
    assert "take it out of" in done.stderr


@pytest.mark.parametrize("flags", HOSTILE)
def test_this_packages_flags_undo_them(compiler: str, flags: str) -> None:
    """All but one, which not every compiler could be told to undo without a warning."""
    done = _compile(compiler, *flags.split(), *build_ffi.FLAGS)
    undone = done.returncode == 0
    assert undone != (flags == "-fsingle-precision-constant" and "gcc" in compiler), done.stderr


@pytest.mark.parametrize(
    "flags", ["-O0", "-O3", "-march=native", "-flto", "-ffp-contract=fast", "-fno-math-errno"]
)
def test_flags_that_change_no_bit_are_taken(compiler: str, flags: str) -> None:
    for ours in ([], build_ffi.FLAGS):
        done = _compile(compiler, flags, "-std=gnu11", *ours)
        assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("flags", ["", *LINKED])
def test_linking_brings_nothing_that_flushes(compiler: str, flags: str, tmp_path: Path) -> None:
    """gcc and clang link code that sets the register for the whole process, if so told."""
    library = tmp_path / "library.so"
    source = tmp_path / "source.c"
    source.write_text("int tfl_nothing;\n")
    command = [compiler, "-shared", "-fPIC", *flags.split(), str(source), "-o", str(library)]
    for more, changed in (([], bool(flags)), (build_ffi.LINK_FLAGS, False)):
        subprocess.run([*command, *more], check=True)
        code = "import ctypes, arithmetic; before = arithmetic.is_usual(); "
        code += f"ctypes.CDLL({str(library)!r}); print(before and not arithmetic.is_usual())"
        done = subprocess.run(
            [sys.executable, "-c", code],
            env={**os.environ, "PYTHONPATH": str(HELPERS)},
            capture_output=True,
            text=True,
            check=True,
        )
        assert done.stdout.strip() == str(changed and IS_X86)


def _run(code: str) -> str:
    """What a fresh Python prints."""
    done = subprocess.run(
        [sys.executable, "-c", code],
        env={**os.environ, "PYTHONPATH": os.pathsep.join([str(ROOT), str(HELPERS)])},
        capture_output=True,
        text=True,
        check=True,
    )
    return done.stdout


def test_importing_leaves_the_arithmetic_of_the_process() -> None:
    """The control words of both units, rounding and subnormal numbers."""
    printed = _run(
        "import numpy, arithmetic, registers; before = registers.read(), arithmetic.is_usual(); "
        "import tf_losses; print(before == (registers.read(), arithmetic.is_usual()), before[1])"
    )
    assert printed == "True True\n"


@pytest.mark.skipif(not IS_X86, reason="only for x86 is there such code")
@pytest.mark.parametrize("flag", ["-ffast-math", "-Ofast", "-mpc32"])
def test_what_a_linker_brings_is_undone_and_told(compiler: str, flag: str, tmp_path: Path) -> None:
    """Also where the flags of the link are not the package's own: LDSHARED may hold anything."""
    object_, library = tmp_path / "loading.o", tmp_path / "loading.so"
    compiled = [compiler, "-fPIC", "-Icsrc", "-O2", "-c", "csrc/api/loading.c", "-o", str(object_)]
    subprocess.run(compiled, cwd=ROOT, check=True)
    linked = [compiler, "-shared", flag, str(object_), "-o", str(library)]
    done = subprocess.run(linked, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        pytest.skip(f"{compiler} has no {flag}: {done.stderr}")
    printed = _run(
        "import ctypes, registers; before = registers.read(); "
        f"lib = ctypes.CDLL({str(library)!r}); loaded = registers.read(); "
        "first = lib.tfl_registers_were_changed(); "
        "print(first == (loaded != before), registers.read() == before, "
        "lib.tfl_registers_were_changed(), lib.tfl_registers_keep(), registers.read() == before)"
    )
    assert printed == "True True 0 1 True\n"


def test_every_source_is_refused_where_flags_change_arithmetic() -> None:
    if not _compilers():
        pytest.skip("no C compiler here, which this test needs")
    assert "environment.h" in build_ffi.ffi._assigned_source[1]  # noqa: SLF001 (what cffi writes)
    for source in sorted(ROOT.glob("csrc/*/*.c")):
        command = [_compilers()[0], "-ffast-math", "-Icsrc", "-E", str(source), "-o", os.devnull]
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
        assert "take it out of CFLAGS" in done.stderr, source


@pytest.mark.skipif(not IS_X86, reason="names processors of x86")
@pytest.mark.parametrize("processor", ["x86-64", "native", "sapphirerapids"])
def test_processors_that_compute_with_smaller_types_are_not_refused(
    compiler: str, processor: str
) -> None:
    """Those with arithmetic in float16 have an evaluation method of their own for it."""
    done = _compile(compiler, f"-march={processor}", *build_ffi.FLAGS)
    if processor in done.stderr:
        pytest.skip(f"{compiler} does not know {processor}")
    assert done.returncode == 0, done.stderr


def test_the_build_tells_how_it_came_about() -> None:
    text = ffi.string(lib.tfl_build_text()).decode()
    assert re.match(r"(gcc|clang) \d+\.", text)
    assert ", FLT_EVAL_METHOD 0, flags: " in text or ", FLT_EVAL_METHOD 16, flags: " in text
    assert text.endswith("-ffp-contract=off -fno-math-errno -fvisibility=hidden")


def test_paths_are_no_part_of_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CFLAGS", "-O3 -ffile-prefix-map=/home/me=. -I/home/me -march=native")
    flags = build_ffi.arithmetic_flags()
    assert "/home/me" not in flags
    assert "-O3 -march=native" in flags


# ---- known results ----


def _table() -> list[str]:
    return [line for line in make_self_check.TABLE.read_text().splitlines() if "TFL_V" in line]


@pytest.mark.skipif(IS_SANITIZED, reason="the sanitizers' own libraries have to be preloaded")
def test_the_table_is_what_its_program_writes() -> None:
    before = native.isa_name()
    assert make_self_check.text() == make_self_check.TABLE.read_text()
    assert native.isa_name() == before


def test_the_table_has_every_loss_and_dtype() -> None:
    found = {(*re.findall(r", TFL_(\w+)", line)[:2], line.split(", ")[4]) for line in _table()}
    losses, dtypes = [name.upper() for name in cases.LOSSES], ("F16", "BF16", "F32", "F64")
    assert found == {(x, y, z) for x in losses for y in dtypes for z in ("0", "1")}
    assert len(_table()) >= 100


def test_every_known_result_is_compared() -> None:
    native.load_kernels_of(native.version_of("1.15"))
    for place, line in enumerate(_table()):
        version, loss = re.findall(r"^\{TFL_(\w+).*?, TFL_(\w+)", line)[0]
        newest = version in ("VERSION_2_21", "VERSION_2_20")
        older = not newest and (version != "VERSION_2_16" or loss == "SOFTMAX")
        told = f"other bits than TensorFlow: {loss.lower()} .*built by"
        with pytest.raises(ImportError, match=told):
            native.self_check(place, older=older)
        native.self_check(place, older=not older)
    for older in (False, True):
        native.self_check(len(_table()), older=older)


REFUSED = """
import warnings
with warnings.catch_warnings(record=True) as before:
    from tf_losses._internal.runtime import native
assert not before
native.load_kernels_of(native.version_of("1.15"))
isa = [name for name, runs in native.isa_known().items() if runs][{place}]
native.isa_select(isa)
with warnings.catch_warnings(record=True) as caught:
    warnings.simplefilter("always")
    native.self_check({pretended}, older={older})
text = str(caught[0].message)
assert "is not used: " in text and f" on {{isa}}; built by" in text, text
assert not native.isa_known()[isa] and native.isa_name() != isa
try:
    native.isa_select(isa)
except native.IsaError:
    print("refused", native.isa_name())
"""


@pytest.mark.parametrize("older", [False, True])
def test_an_instruction_set_that_differs_is_not_used(older: bool) -> None:  # noqa: FBT001 (parametrized)
    runs = [name for name, known in native.isa_known().items() if known]
    if len(runs) == 1:
        pytest.skip("this processor has the portable kernels only")
    place = len(runs) - 1
    number = next(
        i
        for i, line in enumerate(_table())
        if ("VERSION_2_21" in line) != older and "2_20" not in line
    )
    program = REFUSED.format(
        place=place, pretended=-2 - place * len(_table()) - number, older=older
    )
    assert _run(program) == f"refused {runs[-2]}\n"


def test_nothing_is_left_changed() -> None:
    before = native.isa_name(), lib.tfl_get_version(), lib.tfl_get_num_threads()
    native.self_check()
    assert (native.isa_name(), lib.tfl_get_version(), lib.tfl_get_num_threads()) == before


def test_a_report_never_exceeds_its_room() -> None:
    room = ffi.new("char[]", b"x" * 20)
    assert lib.tfl_self_check(0, room, 10) == lib.TFL_WRONG_BITS
    assert ffi.string(room) == b"sigmoid f"
    assert room[11] == b"x"
    for check in (lib.tfl_self_check, lib.tfl_self_check_older):
        assert check(0, ffi.NULL, 10) == lib.TFL_BAD_ARGUMENT
        assert check(0, room, 0) == lib.TFL_BAD_ARGUMENT


@pytest.mark.skipif(IS_SANITIZED, reason="the sanitizers' own libraries have to be preloaded")
@pytest.mark.skipif(sys.platform != "linux", reason="LD_PRELOAD is Linux's")
def test_it_is_not_the_c_library_that_is_checked(tmp_path: Path) -> None:
    if not _compilers():
        pytest.skip("no C compiler here, which this test needs")
    library = make_self_check.build_odd_libm(tmp_path)
    code = (
        "import math; from tf_losses._internal.runtime import native; native.self_check(); "
        "print(math.exp(1.0) > 2.7190)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        env={**os.environ, "LD_PRELOAD": str(library), "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout == "True\n"
