# SPDX-License-Identifier: Apache-2.0
"""What makes a release: what it refuses, and what its files say."""

from __future__ import annotations

import datetime as dt
import hashlib
import io
import json
import re
import shutil
import sys
import tarfile
import zipfile
from itertools import pairwise
from pathlib import Path

import pytest

import release
import release_checks as checks
import release_contents as contents
import release_provenance as provenance
import release_sbom as sbom
import tf_losses
from release_sdist import pack_again
from wheels import record

ROOT = Path(__file__).parents[2]
if not (ROOT / "CITATION.cff").is_file():
    pytest.skip("this is a copy of some parts of the tree", allow_module_level=True)

CHANGELOG = "# Changelog\n\n## [Unreleased]\n\n## [1.2.3] - 2026-01-02\n\n- A thing.\n"
CITATION = "cff-version: 1.2.0\nversion: 1.2.3\ndate-released: 2026-01-02\n"


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    """A project whose texts agree."""
    (tmp_path / "pyproject.toml").write_text('[project]\nversion = "1.2.3"\n')
    (tmp_path / "CHANGELOG.md").write_text(CHANGELOG)
    (tmp_path / "CITATION.cff").write_text(CITATION)
    (tmp_path / "tf_losses/_internal").mkdir(parents=True)
    (tmp_path / "tf_losses/_internal/config.py").write_text('VERSION = "1.2.3"\n')
    return tmp_path


def commit(tree: Path) -> None:
    """Make it a repository."""
    who = ["-c", "user.name=A", "-c", "user.email=a@b", "-c", "commit.gpgsign=false"]
    for arguments in (["init", "--quiet"], ["add", "."], [*who, "commit", "-qm", "First"]):
        checks.git(tree, *arguments)


# ---- texts ----


def test_the_texts_of_this_tree_agree() -> None:
    """Notes may wait under [Unreleased] here: only a release refuses them."""
    (heading, day) = checks.found(checks._HEADING, ROOT / "CHANGELOG.md", "")  # noqa: SLF001 (same)
    cited = (ROOT / "CITATION.cff").read_text()
    assert f"\nversion: {heading}\ndate-released: {day}\n" in cited
    assert tf_losses.__version__ == heading


def test_texts_that_agree_give_the_version(tree: Path) -> None:
    assert checks.version_to_release(tree) == "1.2.3"
    assert checks.version_to_release(tree, "v1.2.3") == "1.2.3"


@pytest.mark.parametrize(
    ("file", "old", "new", "said"),
    [
        ("pyproject.toml", "1.2.3", "1.2.4", "says version 1.2.4, CHANGELOG.md's newest heading"),
        ("CITATION.cff", "1.2.3", "1.2.2", "says version 1.2.3, CITATION.cff 1.2.2"),
        ("tf_losses/_internal/config.py", "1.2.3", "1.2.2", "says version 1.2.3, config.py 1.2.2"),
        ("tf_losses/_internal/config.py", "VERSION", "_VERSION", "config.py names no version"),
        ("CITATION.cff", "01-02", "01-03", "released on 2026-01-02, CITATION.cff 2026-01-03"),
        ("CITATION.cff", "version: 1.2.3", "", "CITATION.cff names no version"),
        ("CHANGELOG.md", " - 2026-01-02", "", "CHANGELOG.md names no version with a date"),
        ("CHANGELOG.md", "[Unreleased]\n", "[Unreleased]\n\n- New.\n", "notes under [Unreleased]"),
        ("CHANGELOG.md", "## [Unreleased]\n", "", "names no part [Unreleased]"),
    ],
)
def test_texts_that_differ_are_refused(
    tree: Path, file: str, old: str, new: str, said: str
) -> None:
    path = tree / file
    path.write_text(path.read_text().replace(old, new))
    with pytest.raises(checks.RefusedError, match=re.escape(said)):
        checks.version_to_release(tree)


def test_another_tag_is_refused(tree: Path) -> None:
    with pytest.raises(checks.RefusedError, match=r"the tag is v9, that of version 1\.2\.3 is"):
        checks.version_to_release(tree, "v9")


def test_the_limit_of_a_wheel_is_the_makefiles() -> None:
    assert f"\nWHEEL_LIMIT := {checks.MOST_BYTES}\n" in (ROOT / "Makefile").read_text()


def test_the_citation_is_of_its_format() -> None:
    """What CFF 1.2.0 requires, and no field that it does not know."""
    yaml = pytest.importorskip("yaml")
    told = yaml.safe_load((ROOT / "CITATION.cff").read_text())
    known = {"cff-version", "message", "title", "type", "authors", "version", "date-released"}
    assert {"cff-version", "message", "title", "authors"} <= set(told)
    assert set(told) <= known | {"license", "keywords", "abstract", "repository-code", "doi", "url"}
    assert told["cff-version"] == "1.2.0"
    assert told["type"] == "software"
    assert isinstance(told["date-released"], dt.date)
    assert all(set(one) == {"name"} for one in told["authors"])
    project = (ROOT / "pyproject.toml").read_text()
    assert f'\nlicense = "{told["license"]}"\n' in project


# ---- the tree ----


def test_a_tree_that_differs_is_refused(tree: Path) -> None:
    with pytest.raises(checks.RefusedError, match="a release is made of a commit"):
        checks.check_clean(tree)
    commit(tree)
    checks.check_clean(tree)
    (tree / "more").write_text("x")
    with pytest.raises(checks.RefusedError, match=r"1 files differ from the commit \(more\)"):
        checks.check_clean(tree)
    names = [
        "CHANGELOG.md",
        "CITATION.cff",
        "more",
        "pyproject.toml",
        "tf_losses/_internal/config.py",
    ]
    assert checks.files_of(tree) == names


def test_only_an_earlier_release_is_replaced(tmp_path: Path) -> None:
    release.check_replaceable(tmp_path / "new")
    release.check_replaceable(tmp_path)
    (tmp_path / "thesis.tex").write_text("x")
    with pytest.raises(checks.RefusedError, match="other files than a release's"):
        release.check_replaceable(tmp_path)
    (tmp_path / provenance.CHECKSUMS).write_text("")
    release.check_replaceable(tmp_path)


# ---- what is said ----


def refused(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tree: Path, *words: str
) -> str:
    """What the program says when it is refused: one line, and no traceback."""
    monkeypatch.setattr(release, "ROOT", tree)
    monkeypatch.setattr("sys.argv", ["release.py", *words])
    assert release.main() == 1
    said = capsys.readouterr().err
    assert said.startswith("refused: ")
    assert said.count("\n") == 1
    return said


def test_an_sdist_that_cannot_be_built_is_refused(
    tree: Path,
    tmp_path_factory: pytest.TempPathFactory,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    (tree / "setup.py").write_text("raise SystemError('of setup.py')\n")
    commit(tree)
    wheels, out = tmp_path_factory.mktemp("wheels"), tmp_path_factory.mktemp("out") / "release"
    (wheels / "x.whl").write_bytes(b"")
    said = refused(monkeypatch, capsys, tree, str(wheels), str(out))
    assert said == "refused: no sdist can be built: SystemError: of setup.py\n"
    assert not list(out.parent.iterdir())


def test_a_folder_that_cannot_be_made_is_refused(
    tree: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (tree / "x.whl").write_bytes(b"")
    commit(tree)
    words = [str(tree), str(tree / "pyproject.toml" / "release")]
    assert "pyproject.toml" in refused(monkeypatch, capsys, tree, *words)
    monkeypatch.setenv("PATH", "")
    assert "'git'" in refused(monkeypatch, capsys, tree, *words)


# ---- a whole release ----

PROJECT = """\
[build-system]
requires = ["setuptools"]
build-backend = "setuptools.build_meta"
[project]
name = "tf_losses"
version = "1.2.3"
dependencies = ["numpy>=1"]
[tool.setuptools]
packages = ["tf_losses"]
"""
WHEEL = "tf_losses-1.2.3-cp310-abi3-win_amd64.whl"


def test_a_release_is_made_in_a_folder_that_is_named_from_here(
    tree: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Other programs, which run elsewhere, find the files that they are to look at."""
    (tree / "pyproject.toml").write_text(PROJECT)
    (tree / "MANIFEST.in").write_text("include *.md *.cff\nrecursive-include tf_losses *.py\n")
    (tree / ".gitignore").write_text("dist\n*.egg-info\n")
    commit(tree)
    (tree / "dist" / "all").mkdir(parents=True)
    write_whole_wheel(tree / "dist" / "all" / WHEEL, checks.files_of(tree))
    ran = []

    def run(what: str, command: list[str], folder: Path) -> str:
        ran.append(what)
        if what == "no environment":
            (folder / "env" / "bin").mkdir(parents=True)
            (folder / "env" / "bin" / "python").touch()
        files = [word for word in command if word.endswith((".whl", ".tar.gz"))]
        files += [word for last, word in pairwise(command) if last == "--find-links"]
        assert bool(files) == (what in ("twine", "no wheel for this machine"))
        assert all((folder / file).exists() for file in files)
        return "OK"

    def write_bill(_root: Path, version: str, out: Path) -> Path:
        return Path(shutil.copy(tree / "CITATION.cff", out / f"{version}.cdx.json"))

    monkeypatch.chdir(tree)
    monkeypatch.setattr(release, "ROOT", tree)
    monkeypatch.setattr(release, "run", run)
    monkeypatch.setattr(release, "write_bill", write_bill)
    monkeypatch.setattr("sys.argv", ["release.py", "dist/all", "dist/release", "--tag", "v1.2.3"])
    assert release.main() == 0, capsys.readouterr().err
    assert ran == [
        "twine",
        "no environment",
        "no wheel for this machine",
        "what it requires",
        "smoke.py",
    ]
    made = {path.name for path in (tree / "dist" / "release").iterdir()}
    assert made == {
        WHEEL,
        "tf_losses-1.2.3.tar.gz",
        "1.2.3.cdx.json",
        "provenance.json",
        "SHA256SUMS",
    }


# ---- archives ----


def write_tar(path: Path, names: list[str], seconds: int) -> Path:
    with tarfile.open(path, "w:gz") as packed:
        for name in names:
            member = tarfile.TarInfo(f"tf_losses-1.2.3/{name}")
            member.size, member.mtime, member.uid, member.uname = 1, seconds, seconds, "someone"
            packed.addfile(member, io.BytesIO(b"x"))
    return path


def test_archives_of_equal_files_have_equal_bytes(tmp_path: Path) -> None:
    first = write_tar(tmp_path / "1.tar.gz", ["a", "b/c"], 5)
    second = write_tar(tmp_path / "2.tar.gz", ["b/c", "a"], 6)
    assert first.read_bytes() != second.read_bytes()
    for path in (first, second):
        pack_again(path, 1_700_000_000)
    assert first.read_bytes() == second.read_bytes()
    with tarfile.open(first) as packed:
        assert {member.mtime for member in packed.getmembers()} == {1_700_000_000}


def test_an_sdist_that_lacks_something_is_refused(tmp_path: Path) -> None:
    sdist = write_tar(tmp_path / "s.tar.gz", ["PKG-INFO", "a"], 1)
    checks.check_sdist(sdist, "1.2.3", ["a", ".gitignore"])
    with pytest.raises(checks.RefusedError, match=r"lacks csrc/b \(of 1\)"):
        checks.check_sdist(sdist, "1.2.3", ["a", "csrc/b"])


def test_wheels_that_cannot_be_published_are_refused(tmp_path: Path) -> None:
    good = tmp_path / "tf_losses-1.2.3-cp310-abi3-manylinux_2_28_x86_64.whl"
    good.write_bytes(bytes(checks.MOST_BYTES))
    checks.check_wheel(good, "1.2.3")
    with pytest.raises(checks.RefusedError, match=r"no wheel of version 1\.2"):
        checks.check_wheel(good, "1.2")
    own = tmp_path / "tf_losses-1.2.3-cp310-abi3-linux_x86_64.whl"
    with pytest.raises(checks.RefusedError, match="promises no C library"):
        checks.check_wheel(own, "1.2.3")
    good.write_bytes(bytes(checks.MOST_BYTES + 1))
    with pytest.raises(checks.RefusedError, match="has 2,500,001 bytes, more than 2,500,000"):
        checks.check_wheel(good, "1.2.3")


# ---- what a wheel holds ----

FILES = ["setup.py", "tests/a.py", "tf_losses/_internal/config.py", "tf_losses/py.typed"]
INFO = "tf_losses-1.2.3.dist-info"


def whole() -> dict[str, bytes]:
    """The files of a wheel as it should be."""
    names = [name for name in FILES if name.startswith("tf_losses/")]
    names += [f"tf_losses/_internal/{name}.abi3.so" for name in contents.LIBRARIES]
    names += [f"{INFO}/{name}" for name in contents.ABOUT if name != "RECORD"]
    return {name: name.encode() for name in names}


def write_whole_wheel(path: Path, files: list[str]) -> None:
    """A wheel of this package, whose library tells how it was compiled."""
    about = {name: data for name, data in whole().items() if name.startswith(INFO)}
    content = about | {name: b"x" for name in files if name.startswith("tf_losses/")}
    content["tf_losses/_internal/_older.abi3.so"] = b""
    content["tf_losses/_internal/_ffi.abi3.so"] = b"gcc 12, FLT_EVAL_METHOD 0, flags: -O2\0"
    with zipfile.ZipFile(path, "w") as packed:
        for name, data in {**content, f"{INFO}/RECORD": record(content, INFO)}.items():
            packed.writestr(name, data)


def checked(folder: Path, content: dict[str, bytes], listed: dict[str, bytes]) -> None:
    wheel = folder / "x.whl"
    with zipfile.ZipFile(wheel, "w") as packed:
        packed.writestr("tf_losses/", b"")
        packed.writestr(f"{INFO}/RECORD", record(listed, INFO))
        for name, data in content.items():
            packed.writestr(name, data)
    contents.check_contents(wheel, "1.2.3", FILES)


def test_a_wheel_holds_the_package_and_nothing_else(tmp_path: Path) -> None:
    good = whole()
    checked(tmp_path, good, good)
    windows = {name.replace(".abi3.so", ".pyd"): data for name, data in good.items()}
    checked(tmp_path, windows, windows)
    for more in ("tests/a.py", "tf_losses/_internal/_ffi.c", "tf_losses/old.py"):
        content = {**good, more: b""}
        with pytest.raises(checks.RefusedError, match=rf"has besides {more} \(1\)"):
            checked(tmp_path, content, content)
    twice = {**good, "tf_losses/_internal/_ffi.pyd": b""}
    with pytest.raises(checks.RefusedError, match="has the libraries"):
        checked(tmp_path, twice, twice)


@pytest.mark.parametrize("name", list(whole()))
def test_a_wheel_that_lacks_something_is_refused(tmp_path: Path, name: str) -> None:
    content = {other: data for other, data in whole().items() if other != name}
    said = "has the libraries" if name.endswith(".so") else f"lacks {name}"
    with pytest.raises(checks.RefusedError, match=re.escape(said)):
        checked(tmp_path, content, content)


def test_a_wheel_whose_list_is_wrong_is_refused(tmp_path: Path) -> None:
    good = whole()
    less = dict(list(good.items())[1:])
    for listed in ({**good, "tf_losses/py.typed": b"other"}, {**good, "more": b""}, less):
        (name,) = {name for name in {*good, *listed} if good.get(name) != listed.get(name)}
        with pytest.raises(checks.RefusedError, match=f"RECORD is wrong about {name}$"):
            checked(tmp_path, good, listed)


def test_what_is_no_archive_is_refused(tmp_path: Path) -> None:
    (tmp_path / "x.whl").write_bytes(b"x")
    with pytest.raises(checks.RefusedError, match="cannot be read"):
        contents.check_contents(tmp_path / "x.whl", "1.2.3", FILES)


# ---- bill of materials ----


def test_the_bill_names_what_is_required_and_what_was_carried_over() -> None:
    made = sbom.bill(ROOT, "0.2.0")
    needed = {one["name"]: one["versionRange"] for one in made["components"]}
    assert needed == {"numpy": "vers:pypi/>=1.24", "cffi": "vers:pypi/>=1.15"}
    own = made["metadata"]["component"]
    assert (own["name"], own["version"]) == ("tf_losses", "0.2.0")
    assert own["licenses"] == [{"license": {"id": "Apache-2.0"}}]
    assert {one["name"]: one["licenses"][0]["license"] for one in own["components"]} == {
        "Eigen": {"id": "MPL-2.0"},
        "oneDNN": {"id": "Apache-2.0"},
        "Arm Optimized Routines": {"id": "MIT"},
        "CORE-MATH": {"id": "MIT"},
        "fdlibm": {"name": "SunPro"},
    }
    assert made == sbom.bill(ROOT, "0.2.0")


def test_the_bill_is_of_its_format() -> None:
    pytest.importorskip("cyclonedx.validation.json")
    made = sbom.bill(ROOT, "0.2.0")
    sbom.validate(json.dumps(made))
    made["components"][0]["isExternal"] = False
    with pytest.raises(checks.RefusedError, match="no CycloneDX"):
        sbom.validate(json.dumps(made))


def test_licence_names_every_file_into_which_something_was_carried_over() -> None:
    """What a comment in the C core says of a project's licence, LICENSE says of the file."""
    parts = sbom.carried_over((ROOT / "LICENSE").read_text())
    for part in parts:
        assert all((ROOT / file).exists() for file in part.files), part
    named = re.compile(r"(MPL-2\.0|\bMIT|Apache-2\.0),")
    seen = 0
    for path in sorted((ROOT / "csrc").rglob("*.[ch]")):
        name = path.relative_to(ROOT).as_posix()
        for licence in named.findall(path.read_text(encoding="utf-8")):
            seen += 1
            of_it = [file for part in parts if part.licence == licence for file in part.files]
            if path.name != "glibc.h":  # says where what its parts include comes from
                assert any(name.startswith(file) for file in of_it), (name, licence)
    assert seen > 10


def test_a_requirement_with_more_than_a_lower_bound_is_no_line_of_the_bill() -> None:
    with pytest.raises(checks.RefusedError, match="more than a lower bound"):
        sbom.requirement("numpy>=1.24,<3")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("the licence alone", "nothing under PARTS"),
        ("PARTS FROM OTHER PROJECTS\n\nA-B (csrc/x.h): BSD,\n", "gives A-B a licence that"),
    ],
)
def test_parts_of_which_the_bill_knows_no_licence_are_refused(text: str, said: str) -> None:
    with pytest.raises(checks.RefusedError, match=said):
        sbom.carried_over(text)


def test_a_bill_that_cannot_be_validated_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "cyclonedx.schema", None)
    with pytest.raises(checks.RefusedError, match=r"cannot be validated: .*cyclonedx"):
        sbom.validate("{}")


# ---- checksums and provenance ----


def write_wheel(path: Path, library: bytes) -> Path:
    with zipfile.ZipFile(path, "w") as packed:
        packed.writestr("tf_losses/_internal/_ffi.abi3.so", library)
    return path


def test_checksums_and_statement_tell_the_same_of_the_files(tmp_path: Path) -> None:
    text = b"gcc 12.2.0, FLT_EVAL_METHOD 0, flags: -O2"
    wheel = write_wheel(tmp_path / "x.whl", b"\0" + text + b"\0more")
    sdist = tmp_path / "x.tar.gz"
    sdist.write_bytes(b"abc")
    made = provenance.statement([wheel, sdist], "c0", ["make", "release"], dirty=True, seconds=7)
    told = {one["name"]: one["digest"]["sha256"] for one in made["subject"]}
    assert told["x.tar.gz"] == hashlib.sha256(b"abc").hexdigest()
    lines = provenance.write_checksums([wheel, sdist], tmp_path).read_text().splitlines()
    assert {line[66:]: line[:64] for line in lines} == told
    built = made["predicate"]["buildDefinition"]
    assert built["internalParameters"]["compilers"] == {"x.whl": text.decode()}
    assert built["internalParameters"]["sourceDateEpoch"] == 7
    assert built["externalParameters"] == {
        "command": ["make", "release"],
        "treeDiffersFromCommit": True,
    }
    assert built["resolvedDependencies"][0]["digest"] == {"gitCommit": "c0"}


def test_the_library_that_is_loaded_tells_how_it_was_compiled(tmp_path: Path) -> None:
    """The text that is found in a wheel is the one that the library gives."""
    from tf_losses._internal import _ffi  # noqa: PLC0415 (beside its use)

    wheel = write_wheel(tmp_path / "x.whl", Path(_ffi.__file__).read_bytes())
    assert provenance.build_text(wheel) == _ffi.ffi.string(_ffi.lib.tfl_build_text()).decode()
    with pytest.raises(checks.RefusedError, match="does not tell how"):
        provenance.build_text(write_wheel(tmp_path / "y.whl", b"no"))
