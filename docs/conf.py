# SPDX-License-Identifier: Apache-2.0
"""How the site is built: `make docs`. Nothing in it asks for a network, or needs a server."""

from __future__ import annotations

import re
import sys
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
ROOT = HERE.parent
sys.path[:0] = [str(HERE), str(ROOT)]

project = "tf_losses"
author = "the tf_losses authors"
copyright = author  # noqa: A001 (Sphinx's name for it)
_PROJECT = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
release = version = re.findall(r'^version = "(.*)"', _PROJECT, re.MULTILINE)[0]

extensions = [
    "myst_parser",
    "sphinx.ext.autodoc",
    "sphinx.ext.napoleon",
    "sphinx_copybutton",  # leaves out prompts and output of what it copies
    "formulas",
    "pages",
]
exclude_patterns = ["_build", "screenshots"]
nitpicky = True

# Pages
myst_heading_anchors = 4  # links to headings are those of a repository's pages too
myst_enable_extensions = ["html_image"]  # <img width="..."> of a page is an image of the site
suppress_warnings = ["myst.header"]  # the notes of a file that is included begin below a title

# Docstrings
default_role = "code"
autodoc_typehints = "none"  # the arguments are described; what is annotated is `object`, mostly
autodoc_member_order = "bysource"
autodoc_preserve_defaults = True
napoleon_google_docstring = True
napoleon_numpy_docstring = False
napoleon_use_rtype = False  # what is returned is described; its first words are no type

# HTML, as it is read from a disk
html_theme = "furo"
html_title = f"tf_losses {version}"
html_static_path = ["_static"]
html_css_files = ["site.css"]
html_copy_source = False
html_show_sourcelink = False
html_show_search_summary = False  # browsers refuse to fetch the pages of a disk
html_theme_options: dict[str, Any] = {"navigation_with_keys": False}
copybutton_prompt_text = r">>> |\.\.\. |\$ "
copybutton_prompt_is_regexp = True
copybutton_only_copy_prompt_lines = True
