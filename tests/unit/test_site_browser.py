# SPDX-License-Identifier: Apache-2.0
"""The site that `make docs` builds, in a browser: pages load, links hold, nothing sticks out.

The pages are opened from the disk, as a reader without a network has them. `make docs` says where
the site is that it has just built (TF_LOSSES_SITE); without, there is none, or an old one.
`TF_LOSSES_SCREENSHOTS=docs/screenshots` writes down what they look like.
"""

from __future__ import annotations

import os
import shutil
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote, urlsplit

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator

playwright = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
BROWSERS = ("chromium", "chromium-browser", "google-chrome")
BROWSER = next(filter(None, map(shutil.which, BROWSERS)), None)
ROOT = Path(__file__).parents[2]
NAMED = os.environ.get("TF_LOSSES_SITE")
SITE = Path(NAMED or "no site").absolute()
PAGES = sorted(SITE.rglob("*.html"))
pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(BROWSER is None, reason=f"there is none of {', '.join(BROWSERS)}"),
    pytest.mark.skipif(not NAMED, reason="`make docs` builds the site and runs this"),
]

PHONE, DESKTOP = (380, 800), (1280, 900)
SIZES = {"phone": PHONE, "desktop": DESKTOP}
LINES_OF_FORMULAS = 8  # two for each loss
LEAST, MOST = 10_000, 200_000  # bytes of a picture that is kept
HALF_BRIGHT = 127
ABOVE = 90  # pixels that are shown above what a picture is of
FACTS = """() => ({
  ids: [...document.querySelectorAll('[id]')].map(e => e.id),
  links: [...document.querySelectorAll('a[href]')].map(e => e.href),
  broken: [...document.images].filter(e => !e.complete || !e.naturalWidth).map(e => e.src),
})"""
# What scrolls by itself may be as wide as it likes, but not the column of the text.
OUT_OF_PLACE = """() => {
  const found = [];
  for (const e of [document.documentElement, document.querySelector('.content')])
    if (e.scrollWidth > e.clientWidth)
      found.push(`${e.tagName} ${e.className} is ${e.scrollWidth} wide, not ${e.clientWidth}`);
  const scrolls = e => ['auto', 'scroll', 'hidden'].includes(getComputedStyle(e).overflowX);
  const inside = e => {
    for (let p = e.parentElement; p.tagName !== 'ARTICLE'; p = p.parentElement)
      if (scrolls(p)) return true;
    return false;
  };
  for (const e of document.querySelectorAll('article *')) {
    const box = e.getBoundingClientRect();
    if (!box.width || inside(e)) continue;
    if (box.left < -0.5 || box.right > innerWidth + 0.5)
      found.push(`sticks out: ${e.tagName} ${e.className} ${e.textContent.slice(0, 60)}`);
  }
  return found;
}"""


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    with playwright.sync_playwright() as driver:
        opened = driver.chromium.launch(executable_path=BROWSER, args=["--no-sandbox"])
        yield opened
        opened.close()


class Visit:
    """A browser's page in which pages of the site are opened, and what went on meanwhile."""

    def __init__(self, browser: Any, scheme: str = "light") -> None:  # noqa: ANN401
        self.context = browser.new_context(color_scheme=scheme)
        self.page = self.context.new_page()
        self.said: list[str] = []
        self.asked: list[str] = []
        self.page.on("console", lambda message: self.said.append(message.text))
        self.page.on("pageerror", lambda error: self.said.append(str(error)))
        self.page.on("request", lambda request: self.asked.append(request.url))

    def resize(self, size: tuple[int, int]) -> None:
        self.page.set_viewport_size(dict(zip(("width", "height"), size, strict=True)))

    def open(self, url: str, size: tuple[int, int] = DESKTOP) -> None:
        self.resize(size)
        self.page.goto(url, wait_until="load")

    def close(self) -> None:
        """Nothing but the site's own files was asked for, and nothing was complained of."""
        self.context.close()
        inside = SITE.as_uri() + "/"
        assert [url for url in self.asked if not url.startswith((inside, "data:", "blob:"))] == []
        assert self.said == []


@pytest.fixture(scope="module")
def facts(browser: Any) -> dict[Path, dict[str, list[str]]]:  # noqa: ANN401
    """What is in every page, each of which has been opened, and what sticks out of it."""
    visit, found = Visit(browser), {}
    for page in PAGES:
        visit.open(page.as_uri())
        # A picture further down is loaded when it is looked at.
        visit.page.evaluate(
            "() => Promise.all([...document.images].map(e => (e.loading = 'eager', e.decode())))"
        )
        found[page] = visit.page.evaluate(FACTS)
        for name, size in SIZES.items():
            visit.resize(size)
            found[page][name] = visit.page.evaluate(OUT_OF_PLACE)
    visit.close()
    return found


def test_every_page_loads(facts: dict[Path, dict[str, list[str]]]) -> None:
    pages = {page.relative_to(SITE).with_suffix("").as_posix() for page in facts}
    written = {
        page.relative_to(ROOT / "docs").with_suffix("").as_posix()
        for page in (ROOT / "docs").rglob("*.md")
        if "_build" not in page.parts
    }
    assert written
    assert written <= pages
    assert {page: found["broken"] for page, found in facts.items() if found["broken"]} == {}


def test_links_hold(facts: dict[Path, dict[str, list[str]]]) -> None:
    broken, followed = [], 0
    for page, found in facts.items():
        for link in found["links"]:
            parts = urlsplit(link)
            if parts.scheme != "file":
                continue
            followed += 1
            target = Path(unquote(parts.path))
            names = facts.get(target, {}).get("ids", [])
            if not target.is_file() or (parts.fragment and unquote(parts.fragment) not in names):
                broken.append((page.relative_to(SITE).as_posix(), link))
    assert followed > len(facts)
    assert broken == []


@pytest.mark.parametrize("size", SIZES)
def test_nothing_sticks_out(size: str, facts: dict[Path, dict[str, list[str]]]) -> None:
    wrong = {page.name: found[size] for page, found in facts.items() if found[size]}
    assert wrong == {}


def test_the_check_finds_what_sticks_out(browser: Any) -> None:  # noqa: ANN401
    visit = Visit(browser)
    visit.open((SITE / "index.html").as_uri(), PHONE)
    visit.page.evaluate("() => { document.querySelector('h1').style.width = '500px' }")
    found = visit.page.evaluate(OUT_OF_PLACE)
    visit.close()
    assert any(one.startswith("sticks out: H1") for one in found)
    assert any(one.startswith("DIV content is ") for one in found)


@pytest.mark.parametrize(
    ("word", "page"),
    [
        ("RCPPS", "bits.html"),
        ("placeholder", "port_tf1.html"),
        ("sparse_softmax_cross_entropy_with_logits", "api/losses.html"),
    ],
)
def test_search_finds(word: str, page: str, browser: Any) -> None:  # noqa: ANN401
    """A word that is typed into the box leads to the page that has it."""
    visit = Visit(browser)
    visit.open((SITE / "index.html").as_uri())
    box = visit.page.locator("input[name=q]").first
    box.fill(word)
    box.press("Enter")
    results = visit.page.locator("#search-results li a")
    results.first.wait_for()
    visit.page.wait_for_function(
        "page => [...document.querySelectorAll('#search-results li a')].some("
        "e => new URL(e.href).pathname.endsWith(page))",
        arg=page,
    )
    visit.close()


def test_formulas_are_drawn(browser: Any) -> None:  # noqa: ANN401
    """The browser lays MathML out itself: lines below each other, wider than high."""
    visit = Visit(browser)
    visit.open((SITE / "api" / "losses.html").as_uri())
    boxes = visit.page.evaluate(
        "() => [...document.querySelectorAll('math mtr')].map(e => e.getBoundingClientRect())"
        ".map(box => [box.top, box.width, box.height])"
    )
    visit.close()
    tops = {round(top) for top, _, _ in boxes}
    assert len(tops) == len(boxes) >= LINES_OF_FORMULAS
    assert all(width > 10 * height > 0 for _, width, height in boxes)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_light_and_dark(scheme: str, browser: Any) -> None:  # noqa: ANN401
    visit = Visit(browser, scheme)
    visit.open((SITE / "index.html").as_uri())
    ground = visit.page.evaluate("() => getComputedStyle(document.body).backgroundColor")
    visit.close()
    brightness = sum(map(int, ground.removeprefix("rgb(").removesuffix(")").split(","))) / 3
    assert (brightness > HALF_BRIGHT) == (scheme == "light")


SHOTS = {
    "site-phone": ("start.html", "h1", PHONE),
    "site-desktop": ("api/losses.html", "h1", DESKTOP),
    "site-map": ("bits.html", "#the-map", DESKTOP),
}


@pytest.mark.parametrize("shot", SHOTS)
def test_screenshots(shot: str, browser: Any, tmp_path: Path) -> None:  # noqa: ANN401
    """They show something, and are small enough to be kept."""
    page, begin, size = SHOTS[shot]
    visit = Visit(browser)
    visit.open((SITE / page).as_uri(), size)
    top = visit.page.locator(begin).bounding_box()["y"]
    clip = {"x": 0, "y": max(0, top - ABOVE), "width": size[0], "height": size[1]}
    folder = Path(os.environ.get("TF_LOSSES_SCREENSHOTS") or tmp_path)
    folder.mkdir(parents=True, exist_ok=True)
    kept = folder / f"{shot}.png"
    visit.page.screenshot(path=kept, full_page=True, clip=clip)
    visit.close()
    assert LEAST < kept.stat().st_size < MOST
