# SPDX-License-Identifier: Apache-2.0
"""The bill of materials of a release, as CycloneDX 1.7 has it (JSON).

It names what no program that looks at installed packages finds: lower bounds of what is required,
and the projects whose coefficients and tables are in the C core. These stand in LICENSE, from where
they are read. `validate` asks cyclonedx-python-lib, which knows the format's schema.
"""

from __future__ import annotations

import json
import re
import sys
import uuid
from typing import TYPE_CHECKING, Any, NamedTuple

from release_checks import RefusedError

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

if TYPE_CHECKING:
    from pathlib import Path

SCHEMA = "1.7"  # the first with ranges of versions
_PARTS = "PARTS FROM OTHER PROJECTS"
# A paragraph such as "Eigen (csrc/functions/): Mozilla Public License 2.0, ..."
_PART = re.compile(
    r"^([\w -]+) \((csrc/[^)]*)\):(.*?)(?=^[\w -]+ \(csrc/|\Z)", re.MULTILINE | re.DOTALL
)
# How LICENSE calls a licence, and its SPDX identifier; fdlibm's text has none of SPDX's main list.
LICENCES = {
    "Mozilla Public License 2.0": "MPL-2.0",
    "Apache License 2.0": "Apache-2.0",
    "MIT": "MIT",
    "freely granted": "SunPro",
}
_REQUIRED = re.compile(r"^([\w-]+)>=([\w.]+)$")


class Part(NamedTuple):
    """A project from which something was carried over, its licence, and where it went."""

    name: str
    licence: str
    files: tuple[str, ...]


def carried_over(licence: str) -> list[Part]:
    """The projects that the text of LICENSE names.

    >>> carried_over("PARTS FROM OTHER PROJECTS\\n\\n   A-B (csrc/x.h, y.c): MIT,\\n")
    [Part(name='A-B', licence='MIT', files=('csrc/x.h', 'csrc/y.c'))]
    """
    text = re.sub(r"^ +", "", licence.partition(_PARTS)[2], flags=re.MULTILINE)
    parts = []
    for name, files, words in _PART.findall(text):
        said = " ".join(words.split())
        where = {said.find(licence): spdx for licence, spdx in LICENCES.items() if licence in said}
        if not where:
            raise RefusedError(f"LICENSE gives {name} a licence that the bill does not know")
        parts.append(Part(name, where[min(where)], _whole(re.split(r",\s+", files))))
    if not parts:
        raise RefusedError(f"LICENSE has nothing under {_PARTS}")
    return parts


def _whole(names: list[str]) -> tuple[str, ...]:
    """Names of files; one without a folder lies in that of the one before it."""
    whole: list[str] = []
    for name in names:
        folder = "" if "/" in name else whole[-1].rpartition("/")[0] + "/"
        whole.append(folder + name)
    return tuple(whole)


def requirement(text: str) -> dict[str, Any]:
    """A package that is required, with its lower bound."""
    match = _REQUIRED.match(text)
    if match is None:
        raise RefusedError(f"a requirement that is more than a lower bound: {text}")
    name, least = match.groups()
    purl = f"pkg:pypi/{name.lower()}"
    return {
        "type": "library",
        "bom-ref": purl,
        "name": name,
        "isExternal": True,
        "versionRange": f"vers:pypi/>={least}",
        "scope": "required",
        "purl": purl,
    }


def component(part: Part) -> dict[str, Any]:
    """A project of which something is in the C core."""
    named = {"name": part.licence} if part.licence == "SunPro" else {"id": part.licence}
    return {
        "type": "library",
        "bom-ref": f"carried-over:{part.name}",
        "name": part.name,
        "description": "coefficients, tables or orders of evaluation; the files say which",
        "licenses": [{"license": named}],
        "properties": [{"name": "tf_losses:file", "value": file} for file in part.files],
    }


def bill(root: Path, version: str) -> dict[str, Any]:
    """The whole bill; the same for the same sources."""
    project = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    required = [requirement(text) for text in project["dependencies"]]
    parts = carried_over((root / "LICENSE").read_text(encoding="utf-8"))
    own = f"pkg:pypi/{project['name'].replace('_', '-')}@{version}"
    return {
        "bomFormat": "CycloneDX",
        "specVersion": SCHEMA,
        "serialNumber": f"urn:uuid:{uuid.uuid5(uuid.NAMESPACE_URL, own)}",
        "version": 1,
        "metadata": {
            "component": {
                "type": "library",
                "bom-ref": own,
                "name": project["name"],
                "version": version,
                "description": project["description"],
                "licenses": [{"license": {"id": project["license"]}}],
                "purl": own,
                "components": [component(part) for part in parts],
            }
        },
        "components": required,
        "dependencies": [
            {"ref": own, "dependsOn": [one["bom-ref"] for one in required]},
            *({"ref": one["bom-ref"]} for one in required),
        ],
    }


def validate(text: str) -> None:
    """Compare with the format's own schema; an error says where the text is none."""
    try:
        from cyclonedx.schema import SchemaVersion  # noqa: PLC0415 (only where releases are made)
        from cyclonedx.validation.json import JsonStrictValidator  # noqa: PLC0415 (same)
    except ImportError as error:
        raise RefusedError(f"the bill cannot be validated: {error}") from error

    if wrong := JsonStrictValidator(SchemaVersion.from_version(SCHEMA)).validate_str(text):
        raise RefusedError(f"no CycloneDX {SCHEMA}: {wrong}")


def write_bill(root: Path, version: str, out: Path) -> Path:
    """Write the bill, validated."""
    text = json.dumps(bill(root, version), indent=2) + "\n"
    validate(text)
    path = out / f"tf_losses-{version}.cdx.json"
    path.write_text(text, encoding="utf-8")
    return path
