# SPDX-License-Identifier: Apache-2.0
"""For Sphinx: pages whose text stands elsewhere in the repository, and links to files in it.

A page that is to show a file says so in the words of MyST, {include}. Here the file's own links
are turned so that they lead to the page of what they name, or to the file, from where it is shown.
"""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
ROOT = HERE.parent

# Files of the repository that are pages of the site.
SHOWN = {
    ".github/CONTRIBUTING.md": "contributing.md",
    "CHANGELOG.md": "changelog.md",
    "README.md": "index.md",
    "bench/README.md": "benchmark.md",
    "csrc/README.md": "how_it_works.md",
    "tests/README.md": "tests.md",
}
_INCLUDE = re.compile(r"^```\{include\} (\S+)\n```$", re.MULTILINE)
_END = re.compile(r"\n\n```$", re.MULTILINE)  # doctest needs the empty line, readers do not
_LINK = re.compile(r"(?<=\]\()(?![a-z]+:|#)([^)\s#]+)(#[^)\s]*)?(?=\))")


def turn_links(text: str, folder: Path, page_folder: Path) -> str:
    """Turn all links of a file in `folder` so that they hold where its text is shown.

    >>> turn_links("[the core](../csrc/README.md#names), [digits](data/x.npy)", HERE, HERE)
    '[the core](how_it_works.md#names), [digits](data/x.npy)'
    """

    def turned(found: re.Match[str]) -> str:
        path = Path(os.path.normpath(folder / found[1]))
        shown = SHOWN.get(path.relative_to(ROOT).as_posix())
        target = HERE / shown if shown else path
        return os.path.relpath(target, page_folder) + (found[2] or "")

    return _LINK.sub(turned, text)


def _on_source(app: Any, page: str, source: list[str]) -> None:  # noqa: ANN401
    folder = Path(app.env.doc2path(page)).parent

    def put_in(found: re.Match[str]) -> str:
        file = folder / found[1]
        app.env.note_dependency(str(file))
        return turn_links(file.read_text(encoding="utf-8"), file.parent, folder)

    text = _INCLUDE.sub(put_in, turn_links(source[0], folder, folder))
    source[0] = _END.sub("\n```", text)


def setup(app: Any) -> dict[str, bool]:  # noqa: ANN401 (Sphinx need not be installed to lint this)
    """Let Sphinx know."""
    app.connect("source-read", _on_source)
    return {"parallel_read_safe": True}
