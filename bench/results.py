# SPDX-License-Identifier: Apache-2.0
"""The results file: one line a row, so that a diff shows what changed."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Any

from bench.memory import Peak
from bench.rows import Row

if TYPE_CHECKING:
    from pathlib import Path


@dataclass
class Results:
    """All of a run."""

    machine: dict[str, Any]
    settings: dict[str, Any]
    versions: dict[str, str] = field(default_factory=dict)
    missing: dict[str, str] = field(default_factory=dict)
    rows: list[Row] = field(default_factory=list)
    scaling: list[Row] = field(default_factory=list)
    memory: list[Peak] = field(default_factory=list)


_HEAD = ("machine", "settings", "versions", "missing")
_BODY = ("rows", "scaling", "memory")


def write(results: Results, path: Path) -> None:
    """Write the file."""
    head = [f"{json.dumps(name)}: {json.dumps(getattr(results, name))}" for name in _HEAD]
    for name in _BODY:
        items = [
            item.to_json() if isinstance(item, Row) else asdict(item)
            for item in getattr(results, name)
        ]
        lines = ",\n".join(json.dumps(item, separators=(",", ":")) for item in items)
        head.append(f"{json.dumps(name)}: [\n{lines}\n]")
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("{" + ",\n".join(head) + "}\n", encoding="utf-8")


def read(path: Path) -> Results:
    """Read a file that `write` wrote."""
    found = json.loads(path.read_text(encoding="utf-8"))
    for name in ("rows", "scaling"):
        found[name] = [Row.from_json(row) for row in found[name]]
    found["memory"] = [Peak(**peak) for peak in found["memory"]]
    return Results(**found)
