# SPDX-License-Identifier: Apache-2.0
"""The pages as texts: whole, escaped, the same for the same facts, and of what is known."""

from __future__ import annotations

import copy
import json
import re
import subprocess
import sys
from collections import Counter
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest

import report_facts
from tf_losses._internal.io.command import InputError
from tf_losses._internal.report import evaluation_page, quality
from tf_losses.parity import report
from tf_losses.parity.cells import BIN_NAMES, Cell, Cells

pytest.importorskip("matplotlib")

EXTREMES = report_facts.extremes()
VOID = {"meta", "br", "hr", "img", "link", "input"}
STYLE = Path(quality.__file__).with_name("style.css").read_text(encoding="utf-8")


class Page(HTMLParser):
    """What a browser sees of a page: elements, their texts, ids and references."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.open_tags: list[str] = []
        self.tags: list[str] = []
        self.attributes: list[tuple[str, str | None]] = []
        self.texts: dict[str, list[str]] = {}
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes += attrs
        if tag not in VOID:
            self.open_tags.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open_tags.pop() == tag

    def handle_data(self, data: str) -> None:
        if data.strip():
            self.texts.setdefault(self.open_tags[-1] if self.open_tags else "", []).append(data)

    def values(self, name: str) -> list[str]:
        return [value or "" for key, value in self.attributes if key == name]


@pytest.fixture(scope="module")
def pages() -> dict[str, str]:
    return {name: evaluation_page(facts) for name, facts in EXTREMES.items()}


@pytest.mark.parametrize("name", EXTREMES)
def test_a_page_is_whole_and_needs_nothing_else(name: str, pages: dict[str, str]) -> None:
    text = pages[name]
    page = Page(text)
    assert page.open_tags == []
    assert {"script", "img", "link", "iframe", "object", "image"}.isdisjoint(page.tags)
    ids = page.values("id")
    assert len(ids) == len(set(ids))
    referred = page.values("href") + re.findall(r"url\((.*?)\)", text)
    assert {reference[1:] for reference in referred} == set(ids)
    assert not page.values("src")
    assert all(not key.startswith("on") for key, _ in page.attributes)
    assert "@import" not in text
    assert "xmlns" not in text
    text.encode("utf-8")


@pytest.mark.parametrize("name", EXTREMES)
def test_figures_are_named_and_drawn_in_the_page_s_colours(
    name: str, pages: dict[str, str]
) -> None:
    text = pages[name]
    svgs = re.findall(r"<svg.*?</svg>", text, re.DOTALL)
    assert all(
        re.match(r'<svg viewBox="[\d ]+" role="img" aria-label="[^"]{20,}"', svg) for svg in svgs
    )
    # Every colour is a variable, or none at all.
    for svg in svgs:
        assert not re.search(r"#[0-9a-f]{6}\b|font-family|DejaVu", svg)
        assert set(re.findall(r"var\(--(\w+)\)", svg)) <= set(re.findall(r"--(\w+):", STYLE))
        assert not re.search(
            r"[ \"]-?(nan|inf)\b", re.sub(r">[^<]*<|aria-label=\"[^\"]*\"", "", svg)
        )
    captions = text.count("<caption>")
    assert captions == text.count("<table")


def test_the_same_facts_give_the_same_bytes(pages: dict[str, str]) -> None:
    """Also in another process, with other seeds of hashes and other settings of matplotlib."""
    import matplotlib as mpl  # noqa: PLC0415 (skipped without it)

    facts = report_facts.digits()
    with mpl.rc_context({"svg.fonttype": "path", "font.size": 30, "axes.grid": True}):
        assert evaluation_page(copy.deepcopy(facts)) == pages["digits"]
    program = (
        "import json, sys; from tf_losses._internal.report import evaluation_page; "
        "sys.stdout.buffer.write(evaluation_page(json.load(sys.stdin)).encode())"
    )
    done = subprocess.run(
        [sys.executable, "-c", program],
        input=json.dumps(facts).encode(),
        env={"PYTHONHASHSEED": "7", "PYTHONPATH": ":".join(sys.path), "HOME": "/nonexistent"},
        capture_output=True,
        check=True,
    )
    assert done.stdout.decode() == pages["digits"]


def test_making_a_page_changes_no_facts(pages: dict[str, str]) -> None:
    assert pages
    assert EXTREMES["digits"] == report_facts.digits()


def test_names_are_texts(pages: dict[str, str]) -> None:
    """Whatever a file calls an example, it is shown, and is neither an element nor an attribute."""
    text = pages["strange names"]
    assert "<script" not in text
    assert "&lt;script&gt;" in text
    assert "\u202e" not in text
    assert "\x1b" not in text
    assert r"line\nbreak\x1b[31m" in text
    assert "$x^2$ [[0]] " in text
    assert "\ud800" not in text
    assert "\u0645\u0631\u062d\u0628\u0627" in text
    # Nothing longer than a title of some lines, however long the name.
    assert len(re.findall("w{401,}", text)) == 0
    assert "w" * 400 + "…" in text


def test_what_a_page_tells(pages: dict[str, str]) -> None:
    text = pages["digits"]
    texts = [said for each in Page(text).texts.values() for said in each]
    for said in (
        "All 1,797 losses equal the recorded ones, bit for bit (digits_losses_tf2.21.npy)",
        *("0.0335728", "0x1.13075ep-5", "99.17%", "1,782 of 1,797", "2.21", "glibc-2.36", "avx512"),
        *("digit-0792", "4.96752", "median", "0.000500911", "float32[1,797, 10]"),
        "Expected calibration error 0.93%.",
        "computed in one piece: it is small",
    ):
        assert said in texts, said
    other = pages["strange names"]
    assert "7 of 1,797 losses differ from the recorded ones" in other


HEADINGS = {
    "Distribution of the loss": ("quantiles", "histogram", "ecdf"),
    "Loss by class": ("classes",),
    "Calibration": ("reliability",),
    "The largest losses": ("worst", "confusion"),
    "Loss by sheet": ("groups",),
    "What was read, and how": ("inputs", "options", "notes"),
}


@pytest.mark.parametrize("heading", HEADINGS)
def test_a_section_whose_facts_are_absent_is_left_out(heading: str) -> None:
    facts = report_facts.digits()
    assert f"<h2>{heading}</h2>" in evaluation_page(facts)
    for key in HEADINGS[heading]:
        del facts[key]
    text = evaluation_page(facts)
    assert Page(text).texts["h2"] == [other for other in HEADINGS if other != heading]


def test_the_least_that_there_can_be() -> None:
    facts = {"loss": "sigmoid", "dtype": "float32", "shape": [0], "losses": {"count": 0}}
    page = Page(evaluation_page(facts))
    assert page.texts["p"][-2:] == ["No losses.", "tf_losses · facts of schema 1"]
    assert "svg" not in page.tags


def test_parts_of_facts_are_enough() -> None:
    """Rows without names, predictions or accuracies: columns and figures without them."""
    facts = report_facts.digits()
    for row in facts["worst"]:
        for key in ("id", "label_name", "predicted", "predicted_name", "confidence"):
            row.pop(key)
    for row in facts["classes"]:
        row["name"] = None
        del row["accuracy"]
    del facts["confusion"]
    text = evaluation_page(facts)
    head = re.findall(r"<th scope=\"col\"[^>]*>(.*?)</th>", text)
    assert "id" not in head
    assert "predicted" not in head
    assert "name" not in head[: head.index("index")]


def test_the_worst_of_many_classes_are_drawn_and_all_are_listed(pages: dict[str, str]) -> None:
    text = pages["10,000 classes"]
    assert "The 30 worst of 10,000 classes." in text
    svg = next(svg for svg in re.findall(r"<svg.*?</svg>", text, re.DOTALL) if "Mean loss" in svg)
    names = re.findall(r">(\d+)</text>", svg)
    assert names[:3] == ["9", "8", "1"]  # NaN, infinite, the largest mean
    (listed,) = re.findall(r"<details>.*?</details>", text, re.DOTALL)
    assert listed.count("<tr>") == 10_001


def test_the_calibration_error_is_that_of_the_bins() -> None:
    def of(*bins: tuple[int, float, float]) -> float:
        keys = ("count", "confidence", "accuracy")
        return quality.calibration_error([dict(zip(keys, one, strict=True)) for one in bins])

    assert of((1, 0.5, 1.0), (3, 0.75, 0.5)) == pytest.approx((0.5 + 3 * 0.25) / 4)
    assert of((4, 0.5, 0.5)) == 0
    assert of((0, 0.5, 1.0), (2, 0.25, 0.5)) == 0.25
    assert of((0, 0.5, 1.0)) != of((0, 0.5, 1.0))  # NaN


def test_without_matplotlib_the_error_names_what_to_install(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setitem(sys.modules, "matplotlib", None)
    with pytest.raises(InputError, match=r"pip install 'tf_losses\[report\]'"):
        evaluation_page(report_facts.digits())


def test_nothing_of_matplotlib_is_imported_before_a_figure_is_drawn() -> None:
    program = (
        "import sys, tf_losses._internal.report, tf_losses.cli; "
        "sys.exit('matplotlib' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == 0


def test_options_that_were_chosen_are_shown() -> None:
    facts = report_facts.digits()
    facts["options"].update(axis=0, ignore_index=[255, -100], from_probabilities=True)
    page = Page(evaluation_page(facts))
    names = ["axis", "from probabilities", "ignore index", "reduction"]
    assert page.texts["dt"][-4:] == names
    values = [page.texts["bdi"].index(value) for value in ("0", "yes", "255, -100", "mean")]
    assert values == sorted(values)


def compared() -> Cells:
    """Cells of every kind: equal, with differences near and far, without a kernel."""
    reference = {"tensorflow": "2.21.0<b>", "numpy": "2.4"}
    here = {"processor": "one & another", "libc": "glibc 2.36", "libm_set": ""}
    settings = {"table": "quick", "seed": 0, "isa": "avx2"}
    cells = Cells("2.21", reference, here, settings, ["a note\x07"])
    for dtype in ("float32", "float64"):
        cells.cells["softmax", dtype, "forward"] = Cell(outputs=3, elements=1000)
    first = Cell(outputs=1, elements=10, differing=10, largest=9, first="got <1>")
    first.histogram[0], first.histogram[-1] = 6, 4
    cells.cells["sigmoid", "float32", "forward"] = first
    cells.cells["sigmoid", "float16", "gradient"] = Cell(elements=5, differing=2, first="unknown")
    cells.cells["sigmoid", "bfloat16", "gradient"] = Cell(left_out=Counter({"no <i>": 7}))
    return cells


def test_the_page_of_a_comparison(monkeypatch: pytest.MonkeyPatch) -> None:
    """It shows each cell and all differences, and needs no matplotlib."""
    monkeypatch.setitem(sys.modules, "matplotlib", None)
    text = report.to_html(compared())
    page = Page(text)
    assert page.open_tags == []
    assert {"b", "i", "svg", "script"}.isdisjoint(page.tags)
    assert page.texts["h1"] == ["tf_losses beside TensorFlow, bit for bit"]
    assert "DIFFERENT: 12 of 2,015 elements, in 2 of 4 cells" in page.texts["span"]
    assert text.count(">equal</td>") == 2
    assert page.texts["h3"] == ["sigmoid float16, gradient", "sigmoid float32, forward"]
    assert page.values("class").count("bar") == len(BIN_NAMES)
    assert page.texts["code"] == ["unknown", "got <1>"]
    assert r"a note\x07" in page.texts["li"]
    assert "7 outputs: no <i>" in page.texts["li"]
    # All of the elements of one cell, two of five of the other.
    assert sorted(re.findall(r"--strength: (\d+)%", text)) == ["43", "45"]


def luminance(colour: str) -> float:
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    ]
    return sum(weight * part for weight, part in zip((0.2126, 0.7152, 0.0722), linear, strict=True))


def contrast(a: str, b: str) -> float:
    low, high = sorted((luminance(a), luminance(b)))
    return (high + 0.05) / (low + 0.05)


def schemes() -> list[dict[str, Any]]:
    blocks = re.findall(r":root \{(.*?)\}", STYLE, re.DOTALL)
    return [dict(re.findall(r"--(\w+): (#[0-9a-f]{6})", block)) for block in blocks[:2]]


@pytest.mark.parametrize("scheme", schemes(), ids=["light", "dark"])
def test_texts_can_be_read(scheme: dict[str, str]) -> None:
    """WCAG's AA asks for 4.5 for texts, and 3 for what else must be seen."""
    on = {
        "ink": ("paper", "card", "tint", "blush"),
        "soft": ("paper", "card", "tint"),
        "accent": ("paper", "card", "tint"),
        "warn": ("paper", "card", "blush"),
    }
    for text, grounds in on.items():
        for ground in grounds:
            assert contrast(scheme[text], scheme[ground]) >= 4.5, (text, ground)
    # The strongest colour of a cell that differs: 45 parts of a hundred.
    warn, card = (
        [int(scheme[name][at : at + 2], 16) for at in (1, 3, 5)] for name in ("warn", "card")
    )
    mixed = "#" + "".join(
        f"{round(0.45 * a + 0.55 * b):02x}" for a, b in zip(warn, card, strict=True)
    )
    assert contrast(scheme["ink"], mixed) >= 4.5
