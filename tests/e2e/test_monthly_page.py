"""The monthly page in a real browser: silent, asking nobody, whole at any width, and true."""

from __future__ import annotations

import re
import struct
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import pairwise
from pathlib import Path
from threading import Thread
from typing import Any, ClassVar

import pytest

from carecli.desk.report_page.page import page
from carecli.desk.reports.monthly import Monthly
from carecli.desk.research.insights import Quote
from carecli.domain.canonical import from_canonical_json
from carecli.domain.text import printable
from tests.e2e.hostile import cases
from tests.support.browser import Browser, browser
from tests.support.care import Care, care_of
from tests.support.months import CONFIGURATION, Months

pytestmark = pytest.mark.timeout(240)

LANGUAGES = ("en", "pl", "es")
DESK, PHONE, NARROW = 1280, 390, 360

SCRIPT = "<script>alert(1)</script><img src=x onerror=alert(2)>=1+1"
"""What every contact of these months wrote."""

OVERFLOWING = """
const wide = document.documentElement.clientWidth, found = [];
for (const one of document.querySelectorAll('main *')) {
  if (one.closest('.scroll, .unseen, thead, details:not([open]) > :not(summary)')) continue;
  const box = one.getBoundingClientRect();
  if (box.width && (box.right > wide + 1 || box.left < -1)) found.push(one.outerHTML.slice(0, 120));
}
if (document.documentElement.scrollWidth > wide) found.push('the page scrolls sideways');
return found;
"""

FAINT = """
const linear = (v) => (v <= .03928 ? v / 12.92 : ((v + .055) / 1.055) ** 2.4);
const parts = [.2126, .7152, .0722];
const light = (c) => c.reduce((sum, v, i) => sum + linear(v / 255) * parts[i], 0);
const rgb = (text) => (text.match(/[\\d.]+/g) || []).map(Number);
const ground = (one) => {
  for (; one; one = one.parentElement) {
    const c = rgb(getComputedStyle(one).backgroundColor);
    if (c.length && (c.length < 4 || c[3] > 0)) return c.slice(0, 3);
  }
  return [255, 255, 255];
};
const found = [], walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
while (walk.nextNode()) {
  const one = walk.currentNode.parentElement;
  if (!walk.currentNode.data.trim() || one.closest('title, desc, .unseen')) continue;
  const style = getComputedStyle(one);
  const ink = rgb(one.closest('svg') ? style.fill : style.color).slice(0, 3);
  const [a, b] = [light(ink), light(ground(one))].sort((x, y) => y - x);
  if ((a + .05) / (b + .05) < 4.5) found.push(walk.currentNode.data.trim().slice(0, 40));
}
return found;
"""

FIGURES = """
return [...document.querySelectorAll('data[data-kpi]')].map((one) => [
  one.dataset.kpi, one.dataset.group || '', one.dataset.figure, one.value]);
"""


@pytest.fixture(scope="module")
def care(tmp_path_factory: pytest.TempPathFactory) -> Care:
    folder = tmp_path_factory.mktemp("page")
    Months(folder / "care.sqlite", said=SCRIPT)
    return care_of(folder, CONFIGURATION)


@pytest.fixture(scope="module")
def window(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    with browser(tmp_path_factory.mktemp("profile")) as found:
        yield found


def written(care: Care, language: str, *words: str) -> Path:
    file = care.folder / f"{language}-{len(words)}.html"
    asked = ("report", "--month", "2026-10", *words, "-o", file, "--force")
    done = care.run("--language", language, *asked)
    assert done.code == 0, done.err
    return file


@pytest.mark.parametrize("language", LANGUAGES)
def test_it_is_silent_asks_nobody_and_fits(care: Care, window: Browser, language: str) -> None:
    file = written(care, language, "--brand", "lrp")
    for wide in (DESK, PHONE, NARROW):
        window.width(wide, phone=wide < DESK)
        window.open(file)
        assert window.complaints() == []
        assert window.requests() == [file.as_uri()]
        assert window.says(OVERFLOWING) == []
        wide_seen, high_seen = struct.unpack(">II", window.picture()[16:24])
        assert (wide_seen, high_seen) == (wide, 900)
    assert window.says("return document.documentElement.lang") == language
    assert window.says(FAINT) == [], "text that does not stand out (4.5:1)"
    assert window.says("return document.scripts.length + document.images.length") == 0


class _Heard(BaseHTTPRequestHandler):
    """Writes down who asks for what."""

    asked: ClassVar[list[str]] = []

    def do_GET(self) -> None:
        self.asked.append(self.path)
        self.send_error(404)

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@contextmanager
def listening() -> Iterator[int]:
    """A server that hears every request: its port."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Heard)
    thread = Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield server.server_port
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def test_the_policy_of_the_page_stops_what_would_get_into_it(
    care: Care, window: Browser, tmp_path: Path
) -> None:
    """Even if something got past the escaping; and a page without the policy is caught at it."""
    text = written(care, "en", "--brand", "lrp").read_text(encoding="utf-8")
    worse, bad = tmp_path / "worse.html", tmp_path / "bad.html"
    with listening() as port:
        evil = f"<img src='http://127.0.0.1:{port}/x.png'><script>document.title = 'taken'</script>"
        text = text.replace("<main>", f"<main>{evil}")
        worse.write_text(text, encoding="utf-8")
        window.open(worse)
        assert _Heard.asked == []
        assert window.says("return document.title") != "taken"
        assert all("Content Security Policy" in one for one in window.complaints())

        bad.write_text(re.sub("<meta http-equiv[^>]*>", "", text), encoding="utf-8")
        window.open(bad)
        assert _Heard.asked == ["/x.png"]
        assert f"http://127.0.0.1:{port}/x.png" in window.requests()
        assert window.says("return document.title") == "taken"


def test_its_figures_are_those_of_the_json(care: Care, window: Browser) -> None:
    window.open(written(care, "pl", "--brand", "lrp"))
    shown: list[list[str]] = window.says(FIGURES)
    told: dict[tuple[str, str], dict[str, Any]] = {}
    for by in ("", "day", "hour", "colour", "channel", "point", "moderator"):
        words = ("--by", by) if by else ()
        done = care.run("report", "--month", "2026-10", "--brand", "lrp", *words, "--json")
        told |= {(row["kpi"], row["group"]): row for row in done.json()["figures"]}
    assert len(shown) > 200
    for kpi, group, which, value in shown:
        assert float(value) == told[kpi, group][which], (kpi, group, which)
    kpis = {kpi for kpi, group, _which, _value in shown if not group}
    assert kpis >= {"arrived", "response_rate", "in_time", "reaction", "within_2h", "moderated"}


def test_its_insights_and_competitors_are_those_of_the_json(care: Care, window: Browser) -> None:
    window.open(written(care, "es", "--brand", "lrp"))
    asked = ("report", "--month", "2026-10", "--brand", "lrp", "--whole", "--json")
    whole = care.run(*asked).json()
    coded = {(one["kind"], one["value"]): one for one in whole["insights"]["coded"]}
    shown = window.says(
        "return [...document.querySelectorAll('data[data-coded][data-figure=n]')]"
        ".map((one) => [one.dataset.coded, one.dataset.value, one.value])"
    )
    assert {(kind, value): int(n) for kind, value, n in shown} == {
        key: one["n"] for key, one in coded.items()
    }
    profiles = {one["key"]: one for one in whole["competition"]["profiles"]}
    shown = window.says(
        "return [...document.querySelectorAll('data[data-profile]')]"
        ".map((one) => [one.dataset.profile, one.dataset.figure, one.value])"
    )
    assert shown
    for profile, figure, value in shown:
        assert float(value) == profiles[profile][figure]["value"]
    [calls] = window.says(
        "return [...document.querySelectorAll('[data-calls]')].map((o) => o.value)"
    )
    entered = [one["calls"] for one in whole["insights"]["calls"]]
    assert None in entered
    assert int(calls) == sum(filter(None, entered))


def test_nothing_a_customer_wrote_is_more_than_text(
    care: Care, window: Browser, tmp_path: Path
) -> None:
    file = tmp_path / "month.json"
    asked = ("report", "--month", "2026-10", "--brand", "lrp", "-o", file)
    assert care.run(*asked).code == 0
    found = from_canonical_json(Monthly, file.read_bytes())
    assert found.insights is not None
    [first, *_] = found.insights.quotes
    for some in range(0, len(cases()), 12):
        texts = [one.text for one in cases()[some : some + 12]]
        quotes: tuple[Quote, ...] = tuple(replace(first, text=text) for text in texts)
        hostile = replace(found, insights=replace(found.insights, quotes=quotes))
        bad = tmp_path / f"hostile-{some}.html"
        bad.write_bytes(page(hostile, "en").encode())
        window.width(PHONE, phone=True)
        window.open(bad)
        assert window.complaints() == []
        assert window.requests() == [bad.as_uri()]
        shown = window.says(
            "return [...document.querySelectorAll('blockquote')].map((one) => one.textContent)"
        )
        assert shown == [printable(text) for text in texts]
        assert window.says("return document.querySelectorAll('blockquote *').length") == 0
        assert window.says(OVERFLOWING) == []


def test_who_cannot_see_it_is_told(care: Care, window: Browser) -> None:
    window.open(written(care, "en", "--brand", "lrp"))
    levels = window.says(
        "return [...document.querySelectorAll('h1,h2,h3')].map((one) => one.tagName[1])"
    )
    assert levels[0] == "1"
    assert levels.count("1") == 1
    assert all(int(b) - int(a) <= 1 for a, b in pairwise(levels))
    assert window.says("return [...document.querySelectorAll('table')].every((t) => t.caption)")
    drawn = "[...document.querySelectorAll('svg:not([aria-hidden])')]"
    assert window.says(f"return {drawn}.length") > 5
    assert window.says(
        f"return {drawn}.every((one) => one.getAttribute('role') === 'img'"
        " && one.querySelector(':scope > title').textContent"
        " && one.querySelector(':scope > desc').textContent)"
    )
    ids = window.says("return [...document.querySelectorAll('[id]')].map((one) => one.id)")
    assert len(ids) == len(set(ids))
    links = window.says(
        "return [...document.links].map((one) => one.getAttribute('href').slice(1))"
    )
    assert set(links) <= set(ids), "every mark leads to its definition"
    badges = window.says(
        "return [...document.querySelectorAll('.badge')].map((one) => one.textContent)"
    )
    assert badges == ["G", "Y", "R"], "never colour alone"


def test_it_prints_on_a_few_pages(care: Care, window: Browser) -> None:
    window.open(written(care, "pl", "--brand", "lrp"))
    printed = window.printed()
    assert printed.startswith(b"%PDF-")
    assert 3 <= printed.count(b"/Type /Page\n") <= 9


def test_a_month_of_nothing_has_a_page_too(care: Care, window: Browser) -> None:
    file = care.folder / "nothing.html"
    assert care.run("report", "--month", "2026-02", "-o", file).code == 0
    window.open(file)
    assert window.complaints() == []
    assert "NaN" not in window.says("return document.body.textContent")
    assert window.says("return document.querySelector('h1').textContent") == (
        "All brandsFebruary 2026"
    )
