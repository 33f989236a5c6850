"""The HTML report, in a real browser."""

from __future__ import annotations

import html as entities
import json
import re
import shutil
import subprocess
from html.parser import HTMLParser
from pathlib import Path

import pytest
from parallel_day import EVIL, NINE, play

from ks_compat.parallel.page import page
from ks_compat.parallel.pictures import over_time
from ks_compat.parallel.plan import Plan
from ks_compat.parallel.standing import standing
from ks_compat.parallel.store import Store

FLAGS = (
    *("--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"),
    *("--disable-background-networking", "--disable-component-update", "--disable-sync"),
)
MEASURE = """<script>
const box = node => { const r = node.getBoundingClientRect(); return [r.width, r.height]; };
parent.document.title = JSON.stringify({
  wide: document.documentElement.scrollWidth, window: window.innerWidth,
  pictures: [...document.querySelectorAll("svg")].map(box),
  bars: [...document.querySelectorAll("svg rect")].map(box),
  kinds: [...new Set([...document.querySelectorAll("svg rect")].map(n => n.getAttribute("class")))],
  outside: [...document.querySelectorAll("svg text")].filter(n => { const r = n.getBoundingClientRect(),
    p = n.ownerSVGElement.getBoundingClientRect(); return r.right > p.right + 1 || r.left < p.left - 1; })
    .map(n => n.textContent),
  small: Math.min(...[...document.querySelectorAll("svg text")].map(n => n.getBoundingClientRect().height)),
  text: document.body.innerText, ink: getComputedStyle(document.body).color });
</script>"""


@pytest.fixture(scope="module")
def html(tmp_path_factory: pytest.TempPathFactory) -> str:
    file = tmp_path_factory.mktemp("page") / "run.sqlite"
    play(file)
    store = Store(file, "ABC12")
    try:
        whole = standing(store, Plan(), NINE + 3 * 86_400)
        return page(whole, store.outcomes_over_time(), store.observations(limit=20, wrong=True))
    finally:
        store.close()


def browse(html: str, folder: Path, size: str, *more: str) -> dict[str, object]:
    """What the browser makes of the page. The measuring script is the test's own; the page has none."""
    browser = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if browser is None:
        pytest.skip("Chromium is not installed")
    wide, high = size.split(",")
    framed = entities.escape(html.replace("</body>", MEASURE + "</body>"))
    file = folder / "page.html"
    # In a frame: the window of a headless browser is never narrower than 500.
    file.write_text(
        f'<iframe srcdoc="{framed}" style="border: 0; width: {wide}px; height: {high}px"></iframe>', "utf-8"
    )
    line = [browser, *FLAGS, *more, f"--user-data-dir={folder / 'profile'}", "--window-size=1400,1000", "--dump-dom"]
    done = subprocess.run([*line, file.as_uri()], capture_output=True, text=True, timeout=120, check=True)
    title = re.search(r"<title>(\{.*?\})</title>", done.stdout, re.DOTALL)
    assert title is not None, done.stdout[:500]
    return json.loads(entities.unescape(title[1]))


@pytest.mark.parametrize("size", ["390,800", "1280,900"])
def test_the_page_fits_and_draws_its_pictures(html: str, tmp_path: Path, size: str) -> None:
    found = browse(html, tmp_path, size)

    assert found["window"] == int(size.split(",")[0])
    assert found["wide"] <= found["window"]
    assert len(found["pictures"]) == 2
    assert all(wide > 250 and high > 100 for wide, high in found["pictures"])
    assert len(found["bars"]) > 10
    assert all(wide > 0 and high > 0 for wide, high in found["bars"])
    assert {"agreed", "unexplained", "failed", "legacy", "candidate"} <= set(found["kinds"])
    assert found["outside"] == []
    assert found["small"] >= 11


def test_what_a_server_says_is_text(html: str, tmp_path: Path) -> None:
    found = browse(html, tmp_path, "1280,900")

    assert "<script>alert(1)</script>" in found["text"]
    assert "<script" not in html
    assert EVIL.replace("\x1b", "\ufffd").split("&")[0] in found["text"]
    assert "\x1b" not in html


def test_dark_and_light(html: str, tmp_path: Path) -> None:
    light = browse(html, tmp_path, "390,800")
    dark = browse(html, tmp_path, "390,800", "--blink-settings=preferredColorScheme=0")

    assert light["ink"] != dark["ink"]


class Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))


def test_it_needs_nothing_else_and_can_be_read_aloud(html: str) -> None:
    reader = Reader()
    reader.feed(html)
    names = [tag for tag, _ in reader.tags]

    assert not {"script", "link", "img", "iframe", "object"} & set(names)
    assert not [value for _, attrs in reader.tags for name, value in attrs.items() if name in ("src", "href")]
    assert not re.search(r"url\(|@import", html)
    assert names.count("caption") == names.count("table") > 4
    assert all(attrs.get("scope") for tag, attrs in reader.tags if tag == "th")
    pictures = [attrs for tag, attrs in reader.tags if tag == "svg"]
    assert all(attrs["role"] == "img" for attrs in pictures)
    assert "Calls over time: 840 agreed, 3 unexplained, 4 failed, 0 dropped" in html


def test_an_empty_run_has_a_page_too(tmp_path: Path) -> None:
    store = Store(tmp_path / "run.sqlite", "ABC12")
    store.prepare()
    empty = page(standing(store, Plan(), NINE), [], [])
    store.close()

    assert browse(empty, tmp_path, "390,800")["wide"] <= 390
    assert "Not yet safe to remove ks_api_client." in empty


@pytest.mark.parametrize("length", [0, 1, 50, 3000, 90_000, 10**6, 10**8, 10**10])
def test_any_length_of_time_has_few_bars_and_loses_no_call(length: float) -> None:
    seen = [(NINE + n / 99 * length, "quote", "matched") for n in range(100)]

    stretches = over_time(seen)

    assert len(stretches) <= 45
    assert sum(sums.total() for _, sums in stretches) == 100
    assert stretches[0][0] <= NINE
