# SPDX-License-Identifier: Apache-2.0
"""Figures: drawn by matplotlib, shown as SVG that takes its colours and its font from the page.

A figure is drawn in colours that stand for the page's own, and in places for the user's texts: what
a page looks like, light or dark, is said in its style sheet alone, and a name is neither measured
nor read by matplotlib.
"""

from __future__ import annotations

import importlib
import io
import re
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any
from xml.etree import ElementTree as ET

from tf_losses._internal.io.command import InputError
from tf_losses._internal.io.text import printable
from tf_losses._internal.report.markup import Markup, fitted

if TYPE_CHECKING:
    from collections.abc import Generator

INK, SOFT, LINE, ACCENT, WARN, PAPER = (f"#0102{place:02x}" for place in range(6))
_COLOURS = dict(
    zip(
        (INK, SOFT, LINE, ACCENT, WARN, PAPER),
        ["ink", "soft", "line", "accent", "warn", "paper"],
        strict=True,
    )
)
TEXT_SIZE = 12
# Wide enough for six numbers below an axis, narrow enough for a phone without being made smaller.
WIDTH = 360
_SETTINGS = {
    "svg.fonttype": "none",  # texts stay texts
    "svg.hashsalt": "tf_losses",
    "font.size": TEXT_SIZE,
    "text.color": INK,
    "text.parse_math": False,
    "axes.edgecolor": LINE,
    "axes.facecolor": "none",
    "axes.labelcolor": SOFT,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.spines.left": False,
    "figure.facecolor": "none",
    "xtick.color": SOFT,
    "ytick.color": SOFT,
    "xtick.major.size": 0,
    "ytick.major.size": 0,
    "xtick.major.pad": 8,
    "ytick.major.pad": 6,
    "grid.color": LINE,
    "grid.linewidth": 1,
    "lines.solid_capstyle": "butt",
    "path.simplify": False,
}
_PLACE = re.compile(r"\[\[(\d+)\]\]")
_REFERENCE = re.compile(r"url\(#([^)]+)\)")


def need_figures() -> None:
    """Find out whether figures can be drawn.

    Raises:
        InputError: matplotlib is not installed.
    """
    try:
        importlib.import_module("matplotlib")
    except ImportError as error:
        raise InputError(
            f"a report needs the package matplotlib: pip install 'tf_losses[report]' ({error})"
        ) from None


class Drawing:
    """A figure whose places are in pixels from its top left corner."""

    def __init__(self, figure: Any, width: int, height: int) -> None:  # noqa: ANN401 (untyped)
        """Begin with nothing."""
        self._figure, self._size = figure, (width, height)
        self._texts: list[tuple[str, str]] = []

    def axes(self, left: float, top: float, right: float, bottom: float) -> Any:  # noqa: ANN401
        """Add a pair of axes between four lines."""
        width, height = self._size
        return self._figure.add_axes(
            (left / width, 1 - bottom / height, (right - left) / width, (bottom - top) / height)
        )

    def foreign(self, text: str, columns: int) -> str:
        """Keep a text of the user's, cut if long; what stands for it in the figure is returned."""
        self._texts.append((fitted(text, columns), printable(text)))
        return f"[[{len(self._texts) - 1}]]"

    def svg(self, name: str, about: str) -> Markup:
        """Give what is drawn, with a name that is the page's only one, and what it shows."""
        with io.BytesIO() as file:
            self._figure.savefig(file, format="svg", metadata={"Date": None})
            root = ET.fromstring(file.getvalue())  # noqa: S314 (of matplotlib, and no foreign text)
        _drop(root)
        names: dict[str, str] = {}
        for node in root.iter():
            _plain_names(node)
            _own_references(node, name, names)
        for node in root.iter():
            if names.get(node.get("id", "")) is None:
                node.attrib.pop("id", None)
            else:
                node.set("id", names[node.attrib["id"]])
            self._restyle(node)
        width, height = self._size
        root.attrib.clear()
        root.attrib.update(
            {"viewBox": f"0 0 {width} {height}", "role": "img", "aria-label": printable(about)}
        )
        return Markup(ET.tostring(root, encoding="unicode", method="html"))

    def _restyle(self, node: ET.Element) -> None:
        if node.tag == "text":
            self._fill_in(node)
            node.set("style", _text_style(node.get("style", "")))
        style = node.get("style")
        if style:
            for colour, variable in _COLOURS.items():
                style = style.replace(colour, f"var(--{variable})")
            node.set("style", style)
        for tail in ("text", "tail"):
            if not (getattr(node, tail) or "").strip():
                setattr(node, tail, None)
        if "d" in node.attrib:
            node.set("d", " ".join(node.attrib["d"].split()))

    def _fill_in(self, node: ET.Element) -> None:
        place = _PLACE.fullmatch(node.text or "")
        if not place:
            return
        node.text, whole = self._texts[int(place[1])]
        if node.text != whole:
            ET.SubElement(node, "title").text = whole[:400]


def _drop(root: ET.Element) -> None:
    """Take out who made it and when, and a style that would hold for all of the page."""
    for parent in list(root.iter()):
        for child in list(parent):
            if child.tag.endswith(("}metadata", "}style")):
                parent.remove(child)


def _plain_names(node: ET.Element) -> None:
    """Take namespaces away: within a page there are none."""
    node.tag = node.tag.rpartition("}")[2]
    for key in [key for key in node.attrib if "}" in key]:
        node.set(key.rpartition("}")[2], node.attrib.pop(key))


def _own_references(node: ET.Element, name: str, names: dict[str, str]) -> None:
    """Name what is referred to so that no other figure of the page has it."""

    def renamed(old: str) -> str:
        return names.setdefault(old, f"{name}-{len(names) + 1}")

    for key, value in list(node.attrib.items()):
        if key == "href":
            node.set(key, f"#{renamed(value[1:])}")
        elif "url(#" in value:
            node.set(key, _REFERENCE.sub(lambda match: f"url(#{renamed(match[1])})", value))


def _text_style(style: str) -> str:
    """Keep of a text's style all but the font, which is the page's."""
    size = re.search(r"([\d.]+)px", style)
    kept = [part.strip() for part in style.split(";") if not part.strip().startswith("font")]
    return "; ".join([f"font-size: {size[1] if size else TEXT_SIZE}px", *filter(None, kept)])


@contextmanager
def drawing(height: int, width: int = WIDTH) -> Generator[Drawing, None, None]:
    """Begin a figure; whatever the user has set for figures of his own plays no part."""
    import matplotlib as mpl  # noqa: PLC0415 (optional, and slow to import)
    from matplotlib.backends.backend_svg import FigureCanvasSVG  # noqa: PLC0415
    from matplotlib.figure import Figure  # noqa: PLC0415

    with mpl.rc_context():
        mpl.rcdefaults()
        mpl.rcParams.update(_SETTINGS)
        # At 72 dots an inch a point is a pixel of the figure.
        figure = Figure(figsize=(width / 72, height / 72), dpi=72)
        FigureCanvasSVG(figure)
        yield Drawing(figure, width, height)
