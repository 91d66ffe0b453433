# SPDX-License-Identifier: Apache-2.0
"""The pages in a browser: nothing sticks out, no texts of a figure touch, nothing is loaded.

`TF_LOSSES_SCREENSHOTS=docs/screenshots` writes down what it looks like there.
"""

from __future__ import annotations

import io
import os
import shutil
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

import report_facts
from tf_losses._internal.report import evaluation_page
from tf_losses.parity import goldens, report
from tf_losses.parity.runs import choose_version, replay

if TYPE_CHECKING:
    from collections.abc import Iterator

pytest.importorskip("matplotlib")
playwright = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
BROWSERS = ("chromium", "chromium-browser", "google-chrome")
BROWSER = next(filter(None, map(shutil.which, BROWSERS)), None)
pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(BROWSER is None, reason=f"there is none of {', '.join(BROWSERS)}"),
]

GOLDEN = Path(__file__).parents[1] / "golden" / "tensorflow-2.21.npz"
EVALUATIONS = list(report_facts.extremes())
# What `replay` chooses of the recorded TensorFlow 2.21: its own bits, and those of another.
PARITIES = {"parity, equal": "2.21", "parity, different": "2.16"}
PHONE, DESKTOP = (380, 800), (1280, 900)
SIZES = [(320, 640), PHONE, (800, 1000), DESKTOP]
# The widest of the usual fonts, which leaves the least room.
WIDE_FONT = "* { font-family: 'DejaVu Sans', Verdana, sans-serif !important }"
OUT_OF_PLACE = """() => {
  const found = [], say = (what, e) => found.push(
    `${what}: ${e.tagName} ${e.className.baseVal ?? e.className} ${e.textContent.slice(0, 60)}`);
  const wide = document.documentElement.scrollWidth;
  if (wide > innerWidth) found.push(`the page is ${wide} wide, not ${innerWidth}`);
  for (const e of document.body.querySelectorAll('*')) {
    if (e.parentElement.closest('.scroll, svg')) continue;
    const box = e.getBoundingClientRect();
    if (box.width && (box.left < -0.5 || box.right > innerWidth + 0.5)) say('sticks out', e);
    const hides = getComputedStyle(e).overflowX !== 'visible';
    if (hides && !e.matches('.scroll, svg') && e.scrollWidth > e.clientWidth) say('is cut', e);
  }
  return found;
}"""
TEXTS = """() => {
  const found = [];
  for (const svg of document.querySelectorAll('svg')) {
    const outer = svg.getBoundingClientRect();
    const texts = [...svg.querySelectorAll('text')].map(
      e => [e.textContent.slice(0, 40), e.getBoundingClientRect()]);
    texts.forEach(([text, box], at) => {
      if (box.left < outer.left - 0.5 || box.right > outer.right + 0.5
          || box.top < outer.top - 0.5 || box.bottom > outer.bottom + 0.5)
        found.push(`clipped: ${text}`);
      for (const [other, its] of texts.slice(at + 1))
        if (Math.min(box.right, its.right) - Math.max(box.left, its.left) > 0.5
            && Math.min(box.bottom, its.bottom) - Math.max(box.top, its.top) > 0.5)
          found.push(`overlap: ${text} | ${other}`);
      const size = parseFloat(getComputedStyle(
        svg.querySelector('text')).fontSize) * outer.width / svg.viewBox.baseVal.width;
      if (innerWidth > 370 && size < 10) found.push(`${size} pixels: ${text}`);
    });
  }
  return found;
}"""


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    with playwright.sync_playwright() as driver:
        opened = driver.chromium.launch(executable_path=BROWSER, args=["--no-sandbox"])
        yield opened
        opened.close()


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """All pages, written down."""
    pages = {name: evaluation_page(facts) for name, facts in report_facts.extremes().items()}
    recorded = goldens.load(GOLDEN)
    newest = recorded.tensorflow["tensorflow"]
    for name, version in PARITIES.items():
        pages[name] = report.to_html(replay(recorded, *choose_version(version, newest)))
    folder, found = tmp_path_factory.mktemp("pages"), {}
    for at, (name, text) in enumerate(pages.items()):
        found[name] = folder / f"{at}.html"
        found[name].write_text(text, encoding="utf-8")
    return found


class Visit:
    """A page that is opened, and what went on meanwhile."""

    def __init__(self, browser: Any, file: Path, scheme: str = "light") -> None:  # noqa: ANN401
        self.context = browser.new_context(color_scheme=scheme, java_script_enabled=True)
        self.page = self.context.new_page()
        self.said: list[str] = []
        self.asked: list[str] = []
        self.page.on("console", lambda message: self.said.append(message.text))
        self.page.on("pageerror", lambda error: self.said.append(str(error)))
        self.page.on("request", lambda request: self.asked.append(request.url))
        self.page.goto(file.as_uri())
        self.url = file.as_uri()

    def resize(self, size: tuple[int, int]) -> None:
        self.page.set_viewport_size(dict(zip(("width", "height"), size, strict=True)))

    def close(self) -> None:
        """Nothing but the file was asked for, and nothing was complained of."""
        self.context.close()
        assert self.asked == [self.url]
        assert self.said == []


@pytest.mark.parametrize("name", [*EVALUATIONS, *PARITIES])
def test_nothing_sticks_out_or_overlaps(name: str, browser: Any, files: dict[str, Path]) -> None:  # noqa: ANN401
    visit = Visit(browser, files[name])
    for font in (None, WIDE_FONT):
        if font:
            visit.page.add_style_tag(content=font)
        for size in SIZES:
            visit.resize(size)
            for what in (OUT_OF_PLACE, TEXTS):
                assert visit.page.evaluate(what) == [], (size, font)
    visit.page.evaluate("() => document.querySelectorAll('details').forEach(e => e.open = true)")
    assert visit.page.evaluate(OUT_OF_PLACE) == []
    visit.close()


def test_the_checks_find_what_they_look_for(browser: Any, files: dict[str, Path]) -> None:  # noqa: ANN401
    visit = Visit(browser, files["digits"])
    visit.resize(PHONE)
    visit.page.evaluate("() => { document.querySelector('h1').style.width = '500px' }")
    found = visit.page.evaluate(OUT_OF_PLACE)
    assert any(one.startswith("sticks out: H1") for one in found)
    assert any(one.startswith("the page is ") for one in found)
    visit.page.evaluate(
        "() => document.querySelectorAll('svg text').forEach(e => e.style.fontSize = '30px')"
    )
    found = {one.split(":")[0] for one in visit.page.evaluate(TEXTS)}
    assert found == {"clipped", "overlap"}
    visit.close()


@pytest.mark.parametrize("name", ["digits", *PARITIES])
def test_light_and_dark(name: str, browser: Any, files: dict[str, Path]) -> None:  # noqa: ANN401
    """Page and figures change together."""
    seen = []
    for scheme in ("light", "dark"):
        visit = Visit(browser, files[name], scheme)
        seen.append(
            visit.page.evaluate(
                """() => {
                  const colour = e => getComputedStyle(e).color;
                  const fills = [...document.querySelectorAll('svg text')].map(
                    e => getComputedStyle(e).fill);
                  const ground = getComputedStyle(document.body).backgroundColor;
                  return {ground, ink: colour(document.body), fills: [...new Set(fills)].sort()}
                }"""
            )
        )
        visit.close()
    light, dark = seen
    assert (light["ground"], dark["ground"]) == ("rgb(250, 249, 247)", "rgb(17, 19, 23)")
    assert light["ink"] != dark["ink"]
    assert len(light["fills"]) == len(dark["fills"])
    assert set(light["fills"]).isdisjoint(dark["fills"])
    if light["fills"]:
        assert light["ink"] in light["fills"]
        assert dark["ink"] in dark["fills"]


def test_on_paper_all_of_a_table_is_shown(browser: Any, files: dict[str, Path]) -> None:  # noqa: ANN401
    visit = Visit(browser, files["digits"], "dark")
    visit.page.emulate_media(media="print")
    shown = visit.page.evaluate(
        """() => [...document.querySelectorAll('.scroll')].map(
          e => [getComputedStyle(e).overflowY, e.scrollHeight - e.clientHeight])"""
    )
    assert len(shown) >= 5
    assert all(overflow == "visible" and hidden <= 1 for overflow, hidden in shown)
    ground = visit.page.evaluate("() => getComputedStyle(document.body).backgroundColor")
    assert ground == "rgb(255, 255, 255)"
    visit.close()


def test_headings_of_long_tables_stay(browser: Any, files: dict[str, Path]) -> None:  # noqa: ANN401
    visit = Visit(browser, files["digits"])
    visit.resize(DESKTOP)
    moved = visit.page.evaluate(
        """() => {
          const long = [...document.querySelectorAll('.scroll')].find(
            e => e.scrollHeight > e.clientHeight + 100);
          long.scrollTop = 100;
          return long.querySelector('thead th').getBoundingClientRect().top
            - long.getBoundingClientRect().top;
        }"""
    )
    assert -2 <= moved <= 2
    visit.close()


SHOTS = {
    "report-phone": ("digits", "light", PHONE),
    "report-desktop": ("digits", "light", DESKTOP),
    "report-dark": ("digits", "dark", DESKTOP),
    "parity-desktop": ("parity, different", "light", DESKTOP),
}
# Of a picture that is kept: pixels from the top, and bytes.
TALLEST, MOST = {"parity-desktop": 1700}, 250_000


@pytest.mark.parametrize("shot", SHOTS)
def test_screenshots(shot: str, browser: Any, files: dict[str, Path], tmp_path: Path) -> None:  # noqa: ANN401
    """They show something, and are small enough to be kept."""
    image = pytest.importorskip("PIL.Image")
    name, scheme, size = SHOTS[shot]
    visit = Visit(browser, files[name], scheme)
    visit.resize(size)
    height = visit.page.evaluate("() => document.documentElement.scrollHeight")
    clip = {"x": 0, "y": 0, "width": size[0], "height": min(height, TALLEST.get(shot, height))}
    shown = visit.page.screenshot(full_page=True, clip=clip)
    visit.close()
    folder = Path(os.environ.get("TF_LOSSES_SCREENSHOTS") or tmp_path)
    folder.mkdir(parents=True, exist_ok=True)
    picture = image.open(io.BytesIO(shown)).convert("RGB")
    assert picture.size == (clip["width"], clip["height"])
    assert len(picture.getcolors(1 << 24)) > 100
    kept = folder / f"{shot}.png"
    picture.quantize(256).save(kept, optimize=True)
    assert kept.stat().st_size < MOST
