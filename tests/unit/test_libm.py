# SPDX-License-Identifier: Apache-2.0
"""The C library as a choice: glibc's exp, log and log1p in vectors, equal to the library's own.

Of the host's library every float32 argument that occurs is compared on the fastest instruction set,
every 1,021st on the others (all 2^32, other libraries and more of float64: `make prove-libm`);
where it is glibc, also as it is for processors without FMA."""

from __future__ import annotations

import functools
import os
import shutil
import subprocess
import sys
import sysconfig
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest

import prove_libm
import tf_losses
from tf_losses._internal.runtime import native
from tf_losses.compat.v2 import nn

if TYPE_CHECKING:
    from collections.abc import Callable

ROOT = Path(__file__).resolve().parents[2]
ISAS = [isa for isa, runs in native.isa_known().items() if runs and isa in prove_libm.ISA_FLAGS]
FASTEST = ISAS[-1]
# The last odd step keeps a run short and still meets every exponent and all last bits.
STEPS = {isa: 1 if isa == FASTEST else 1021 for isa in ISAS}
DRAWN = {isa: 20_000_000 if isa == FASTEST else 1_000_000 for isa in ISAS}
RANGES = {"expf": 0x42E00000, "logf": 0x40000000, "log1pf": 0x3F000000}  # floats of the domain
GLIBC = [name for name in tf_losses.known_tf_libms() if name != "host"]
HOST, WITHOUT_FMA = prove_libm.libraries([])


@pytest.fixture(scope="module")
def compiler() -> str:
    found = shutil.which(sysconfig.get_config_var("CC").split()[0]) or shutil.which("cc")
    if found is None:
        pytest.skip("no C compiler here, which this test needs")
    return found


@pytest.fixture(scope="module")
def built(compiler: str, tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Path]:
    """The program for an instruction set: with all kernels in it, it is compiled once only."""
    folder = tmp_path_factory.mktemp("prove")
    return functools.cache(lambda isa: prove_libm.build(isa, folder, compiler=compiler))


@pytest.mark.slow
@pytest.mark.parametrize("library", [HOST, WITHOUT_FMA], ids=lambda library: library.name)
@pytest.mark.parametrize("isa", ISAS)
def test_the_forms_are_the_library_s(
    isa: str, library: prove_libm.Library, built: Callable[[str], Path]
) -> None:
    program = built(isa)
    step = STEPS[isa] if library is HOST else 1021
    drawn = DRAWN[isa] if library is HOST else 1_000_000
    found = prove_libm.prove(library, program, step, drawn, os.cpu_count() or 1)
    if tf_losses.libm.host_libm() is None:
        pytest.skip("this host's C library has no known set; it is called lane by lane")
    assert not any(found.different.values()), found.remarks
    assert found.set_name, found.forms
    for name, count in RANGES.items():
        assert found.compared[f"{name} domain"] >= count // step
    for name in ("exp", "log", "log1p"):
        assert found.compared[f"{name} domain"] >= drawn - 16
        assert found.compared[f"{name} breaks"] > 1_000_000
    assert found.compared["exp_f16 halves"] >= 65536 <= found.compared["exp_bf16 halves"]


@pytest.mark.slow
def test_the_host_s_set_is_found(built: Callable[[str], Path]) -> None:
    """By comparing few arguments at import, as by comparing many."""
    found = prove_libm.prove(HOST, built("portable"), 60013, 1000, 1)
    assert (tf_losses.libm.host_libm() or "") in [found.set_name, *found.set_name.split(", ")]


@pytest.mark.slow
@pytest.mark.parametrize("isa", ISAS)
def test_another_library(isa: str, compiler: str, tmp_path: Path) -> None:
    """It is found not to be glibc's, and called; glibc's form would have given other bits."""
    program = tmp_path / isa
    command = [compiler, "-std=gnu11", "-O1", "-ffp-contract=off", "-fno-math-errno", "-Icsrc"]
    command += ["-Itests/helpers", f'-DISA_FILE="{ROOT / "csrc" / "isa" / isa}.c"']
    command += [*prove_libm.ISA_FLAGS[isa], "-include", str(ROOT / "tests/helpers/other_libm.h")]
    command += ["-o", str(program), "tests/helpers/other_libm.c", "csrc/host/libm.c"]
    command += [f"csrc/host/{name}.c" for name in ("libm_tables", "rcpps", "posix", "x86")]
    command += ["-lm", "-lpthread"]
    subprocess.run(command, cwd=ROOT, check=True)
    found = subprocess.run([str(program)], check=True, capture_output=True, text=True).stdout
    assert found.split() == ["0"] * 6 + ["0", "1"] * 6


def odd_sized(size: int = 1003, dtype: str = "float64") -> tuple[np.ndarray, np.ndarray]:
    """Labels and logits, some of which fill no packet."""
    drawn = np.random.default_rng(0)
    return drawn.random(size).astype(dtype), drawn.normal(0, 3, size).astype(dtype)


def losses_of_2_20(dtype: str = "float64") -> np.ndarray:
    """Losses whose log1p is the C library's in every element."""
    labels, logits = odd_sized(100_003, dtype)
    with tf_losses.tf_version("2.20"):
        loss = nn.sigmoid_cross_entropy_with_logits(labels=labels, logits=logits)
        return np.asarray(loss)


def test_the_sets_differ_where_they_should() -> None:
    """log1p of float64 by age and FMA; all others compute it alike."""
    found = {}
    for name in GLIBC:
        with tf_losses.tf_libm(name):
            found[name] = losses_of_2_20().tobytes()
    assert found["glibc-2.34"] == found["glibc-2.41"]
    assert found["glibc-2.28"] != found["glibc-2.34"]
    plain = {found[name] for name in GLIBC if name.endswith("-nofma")}
    assert len(plain) == 1
    assert found["glibc-2.34"] not in plain


def test_log1p_of_float32_rounds_correctly_since_2_41() -> None:
    """At these arguments it did not before; each of an array of one, which fills no packet."""
    x = np.float32([float.fromhex("0x1.a2f576p-8"), float.fromhex("0x1.c75f42p-16")])
    exact = np.log1p(x.astype("f8")).astype("f4")
    for name in GLIBC:
        with tf_losses.tf_libm(name):
            found = np.concatenate([np.asarray(tf_losses.math.log1p(x[k : k + 1])) for k in (0, 1)])
        assert (found.tobytes() == exact.tobytes()) == name.startswith("glibc-2.41"), name


@pytest.mark.parametrize("isa", [isa for isa, runs in native.isa_known().items() if runs])
@pytest.mark.parametrize("name", GLIBC)
def test_instruction_sets_agree_on_every_set(name: str, isa: str) -> None:
    def computed() -> list[bytes]:
        found = []
        for dtype in ("float32", "float64"):
            labels, logits = odd_sized(77 * 13, dtype)
            shaped = labels.reshape(77, 13), logits.reshape(77, 13)
            for version in ("2.21", "2.20", "2.16", "1.12"):
                with tf_losses.tf_version(version):
                    found += [
                        nn.sigmoid_cross_entropy_with_logits(labels=labels, logits=logits),
                        nn.softmax_cross_entropy_with_logits(labels=shaped[0], logits=shaped[1]),
                    ]
        return [np.asarray(loss).tobytes() for loss in found]

    before = native.isa_name()
    try:
        with tf_losses.tf_libm(name):
            native.isa_select("portable")
            expected = computed()
            native.isa_select(isa)
            assert computed() == expected
    finally:
        native.isa_select(before)


@pytest.mark.parametrize(
    ("function", "x"),
    [
        (tf_losses.exp, "-0x1.d37f51f3d01p+1"),
        (tf_losses.log, "0x1.08984bd47b487p+0"),
        (tf_losses.math.log1p, "0x1.91b71c213417ep-2"),
    ],
)
def test_functions_of_one_element_follow_the_choice(
    function: Callable[[np.ndarray], np.ndarray], x: str
) -> None:
    """At these arguments it shows whether products are fused."""
    found = {}
    for name in GLIBC:
        with tf_losses.tf_libm(name):
            found[name] = float(np.asarray(function(np.array([float.fromhex(x)])))[0])
    assert found["glibc-2.34"] == found["glibc-2.41"] != found["glibc-2.34-nofma"]
    assert len({found[name] for name in GLIBC if name.endswith("-nofma")}) == 1


def test_the_one_exponential_of_float32_that_shows_fused_products() -> None:
    found = {}
    for name in GLIBC:
        with tf_losses.tf_libm(name):
            result = tf_losses.exp(np.float32([float.fromhex("-0x1.f8cbb2p+5")]))
            found[name] = float(np.asarray(result)[0])
    for name, result in found.items():
        last = "4" if name.endswith("-nofma") else "6"
        assert result == float.fromhex(f"0x1.f4532{last}p-92"), name


def test_names() -> None:
    assert tf_losses.libm.find_libm("glibc-2.99.1") == "glibc-2.41"
    assert tf_losses.libm.find_libm("glibc-nofma") == "glibc-2.41-nofma"
    for name in ("musl", "glibc-2.27", "glibc-", "", "glibc-2.36-fma", "GLIBC"):
        with pytest.raises(ValueError, match=r"Unknown C library: .* known are host, glibc-2\.28"):
            tf_losses.set_tf_libm(name)
    with pytest.raises(TypeError, match="a C library is a string"):
        tf_losses.tf_libm(2.36)  # type: ignore[arg-type]


def test_the_choice_of_the_process_and_of_blocks() -> None:
    before = tf_losses.get_tf_libm()
    try:
        tf_losses.set_tf_libm("glibc-2.31")
        old = losses_of_2_20()
        with tf_losses.tf_libm("glibc"), tf_losses.tf_version("2.21"):
            assert tf_losses.get_tf_libm() == "glibc-2.41"
            assert tf_losses.get_tf_version() == "2.21"
            with tf_losses.tf_libm("glibc-2.36"):
                assert losses_of_2_20().tobytes() != old.tobytes()
            assert tf_losses.get_tf_libm() == "glibc-2.41"
        assert tf_losses.get_tf_libm() == "glibc-2.28"
        assert losses_of_2_20().tobytes() == old.tobytes()
    finally:
        tf_losses.set_tf_libm(before)


def test_the_environment_chooses() -> None:
    program = "import tf_losses; print(tf_losses.get_tf_libm())"

    def told(value: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-c", program],
            env={**os.environ, "TF_LOSSES_TF_LIBM": value},
            capture_output=True,
            text=True,
            check=False,
        )

    assert told("glibc-2.36").stdout.strip() == "glibc-2.34"
    assert "TF_LOSSES_TF_LIBM: Unknown C library: 'uclibc'" in told("uclibc").stderr


def test_a_tape_keeps_the_library_of_its_loss() -> None:
    from tf_losses.compat import v2 as tf  # noqa: PLC0415 (the face of tapes)

    # Of one element, which fills no packet; exp shows there whether products are fused.
    labels, logits = np.zeros(1), np.array([float.fromhex("-0x1.d37f51f3d01p+1")])

    def gradient(of_forward: str, of_backward: str) -> bytes:
        x = tf.constant(logits)
        with tf.GradientTape() as tape:
            tape.watch(x)
            with tf_losses.tf_libm(of_forward):
                loss = tf.nn.sigmoid_cross_entropy_with_logits(labels=labels, logits=x)
        with tf_losses.tf_libm(of_backward):
            return np.asarray(tape.gradient(loss, x)).tobytes()

    plain, fused = "glibc-2.28-nofma", "glibc-2.41"
    assert gradient(plain, plain) != gradient(fused, fused)
    assert gradient(plain, fused) == gradient(plain, plain)
    assert gradient(fused, plain) == gradient(fused, fused)
