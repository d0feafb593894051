"""The monthly report on paper: the same bytes from the same value, and text that stays text."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from io import BytesIO
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from carecli.desk.competitors.comparison import BestPost
from carecli.desk.context import UNKNOWN_CHANNEL, DeskContext
from carecli.desk.report_page.charts import steps
from carecli.desk.report_page.html import element
from carecli.desk.report_page.page import page
from carecli.desk.report_page.tables import tables
from carecli.desk.report_page.title import file_name
from carecli.desk.report_page.workbook import workbook
from carecli.desk.reports.kpi_report import ReportAsked
from carecli.desk.reports.monthly import Monthly, monthly
from carecli.desk.research.insights import Quote
from carecli.domain.canonical import canonical_json, from_canonical_json
from carecli.domain.competition import Profile
from carecli.domain.errors import Refusal
from carecli.domain.text import printable
from carecli.i18n import speaking
from carecli.store.db import Database
from tests.support.months import BEGUN, PEOPLE, ZONE, Months

HOSTILE = Path(__file__).parents[1] / "payloads" / "hostile-text.json"
FORMULAS = ("=1+1", "+1", "-1+1", "@SUM(A1)", "\t=1", '=HYPERLINK("http://evil.example","x")')
MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"


def hostile() -> list[str]:
    """What customers write to do harm, and what a spreadsheet would take for a formula."""
    told = [one["payload"] for one in json.loads(HOSTILE.read_text(encoding="utf-8"))["cases"]]
    return [*FORMULAS, *(text for text in told if isinstance(text, str))]


@pytest.fixture(scope="module")
def database(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Database]:
    file = tmp_path_factory.mktemp("months") / "care.sqlite"
    Months(file)
    found = Database(file)
    yield found
    found.close()


OFFICE = DeskContext(
    "ana",
    lambda: BEGUN,
    lambda _: UNKNOWN_CHANNEL,
    zone=ZONE,
    people=PEOPLE,
    brands={"lrp": "La Roche-Posay", "vichy": "Vichy"},
    themes={"anthelios": "Anthelios", "delivery": "Entrega"},
    profiles=(
        Profile("lumira", "Lumira México", "facebook", brand="lrp"),
        Profile("dermia", "Dermia", "instagram", brand="lrp"),
        Profile("solenne", "Solenne MX", "instagram", brand="lrp"),
    ),
)


@pytest.fixture(scope="module")
def october(database: Database) -> Monthly:
    with database.read() as db:
        return monthly(db, OFFICE, ReportAsked(month="2026-10", brand="lrp"))


def told_by(found: Monthly, texts: list[str]) -> Monthly:
    """The month with these texts wherever a stranger's words stand."""
    assert found.insights is not None
    assert found.competition is not None
    [quote, *_] = found.insights.quotes
    [post, *_] = found.competition.best
    quotes: tuple[Quote, ...] = tuple(replace(quote, text=text) for text in texts)
    best: tuple[BestPost, ...] = tuple(
        replace(post, text=text, title=text, link=text) for text in texts
    )
    [profile, *_] = found.competition.profiles
    profiles = tuple(replace(profile, title=text) for text in texts)
    return replace(
        found,
        insights=replace(found.insights, quotes=quotes),
        competition=replace(found.competition, best=best, profiles=profiles),
    )


def test_every_way_out_is_the_same_to_the_byte(october: Monthly) -> None:
    again = from_canonical_json(Monthly, canonical_json(october))
    assert again == october
    for language in ("en", "pl", "es"):
        assert page(again, language) == page(october, language)
        assert workbook(again, language) == workbook(october, language)
    assert page(october, "pl") != page(october, "es")


def test_the_parts_of_the_month_add_up(october: Monthly) -> None:
    arrived = october.whole("arrived").n
    for group in ("day", "hour", "channel", "point", "colour"):
        assert sum(row.n for row in october.by(group, "arrived").values()) == arrived
    rate = october.whole("response_rate")
    left = ("excluded_no_reply", "excluded_not_due", "moderated", "withdrawn")
    assert rate.of is not None
    assert rate.of + sum(october.whole(kpi).n for kpi in left) == arrived


def test_a_brand_nobody_has_is_refused(database: Database) -> None:
    with database.read() as db, pytest.raises(Refusal, match="lpr"):
        monthly(db, OFFICE, ReportAsked(month="2026-10", brand="lpr"))


def test_a_part_with_nothing_in_it_is_left_out(database: Database) -> None:
    with database.read() as db:
        found = monthly(db, OFFICE, ReportAsked(month="2026-10", brand="vichy"))
    assert "In their own words" not in page(replace(found, insights=None), "en")
    assert "Campaigns" not in page(found, "en")
    unread = replace(OFFICE, profiles=(Profile("new", "Nobody told", "facebook", brand="vichy"),))
    with database.read() as db:
        found = monthly(db, unread, ReportAsked(month="2026-10", brand="vichy"))
    assert "Nobody told" not in page(found, "en")


def test_the_page_speaks_as_its_readers_do(october: Monthly) -> None:
    n = october.whole("arrived").n
    assert n > 999
    texts = {one: page(october, one) for one in ("en", "pl", "es")}
    assert f"{n:,} messages waited" in texts["en"]
    assert f"{n:,} wiadomo".replace(",", "\u00a0") in texts["pl"]
    assert "Październik 2026" in texts["pl"]
    assert "Octubre de 2026" in texts["es"]
    assert all(f'lang="{one}"' in text for one, text in texts.items())


@pytest.mark.parametrize(
    ("n", "said"), [(1, "1 wiadomość czekała"), (3, "3 wiadomości czekały"), (5, "5 wiadomości")]
)
def test_polish_counts_as_polish_does(october: Monthly, n: int, said: str) -> None:
    figures = tuple(replace(row, n=n) if row.kpi == "arrived" else row for row in october.figures)
    assert said in page(replace(october, figures=figures), "pl")


def test_few_are_told_to_be_few(october: Monthly) -> None:
    few = tuple(replace(row, is_small=True) for row in october.figures)
    assert page(replace(october, figures=few), "en").count('class="few"') > page(
        october, "en"
    ).count('class="few"')


def test_markup_is_only_what_the_page_made_itself(october: Monthly) -> None:
    said = page(told_by(october, hostile()), "en")
    assert "<script" not in said.lower()
    assert not re.search(r"<[a-z][^>]* (?:on\w+|src|style)=", said, re.IGNORECASE)
    assert set(re.findall(r'href="([^"]*)"', said)) == {
        one for one in re.findall(r'href="([^"]*)"', said) if one.startswith("#note-")
    }


def test_an_element_says_what_it_was_given() -> None:
    assert element("p", 'a < "b"', class_="x", hidden=True, id=None) == (
        '<p class="x" hidden>a &lt; &quot;b&quot;</p>'
    )
    assert element("a", title='"><script>') == '<a title="&quot;&gt;&lt;script&gt;"></a>'
    assert element("br") == "<br>"


@pytest.mark.parametrize("most", [0, 0.5, 1, 3, 74, 100, 999, 12_345])
def test_an_axis_reaches_over_its_highest_bar(most: float) -> None:
    found = steps(most)
    assert found[0] == 0
    assert found[-1] >= most
    assert 2 <= len(found) <= 7


def sheets(book: bytes) -> dict[str, ET.Element]:
    """Each sheet of a workbook by its name, as the file has it."""
    with zipfile.ZipFile(BytesIO(book)) as opened:
        names = [
            one.attrib["name"]
            for one in ET.fromstring(opened.read("xl/workbook.xml")).iter(f"{MAIN}sheet")
        ]
        return {
            name: ET.fromstring(opened.read(f"xl/worksheets/sheet{number}.xml"))
            for number, name in enumerate(names, 1)
        }


def texts(book: bytes) -> list[str]:
    """Every text of a workbook."""
    with zipfile.ZipFile(BytesIO(book)) as opened:
        shared = ET.fromstring(opened.read("xl/sharedStrings.xml"))
    return ["".join(one.itertext()) for one in shared.iter(f"{MAIN}si")]


def test_a_workbook_holds_numbers_days_shares_and_spans(october: Monthly) -> None:
    book = workbook(october, "en")
    found = sheets(book)
    with speaking("en"):
        assert list(found) == [table.title[:31] for table in tables(october)]
    channels = found["Channels"]
    assert channels.find(f"{MAIN}sheetViews/{MAIN}sheetView/{MAIN}pane") is not None
    [head, first, *_] = channels.iter(f"{MAIN}row")
    assert {cell.get("t") for cell in head} == {"s"}
    kinds = [cell.get("t") for cell in first]
    assert kinds == ["s", None, None, None, None, None], "a name, then numbers"
    values = [float(cell.findtext(f"{MAIN}v", "")) for cell in first][1:]
    row = october.by("channel", "response_rate")["lrp-fb"]
    median = october.by("channel", "reaction")["lrp-fb"].median
    assert median is not None
    assert values[2] == pytest.approx(row.share)
    assert values[4] == pytest.approx(median / 86_400_000), "a span is a part of a day"
    styles = zipfile.ZipFile(BytesIO(book)).read("xl/styles.xml").decode()
    for shown in ("[h]:mm:ss", "0.0%", "yyyy-mm-dd", "#,##0"):
        assert shown in styles or {"#,##0": 'numFmtId="3"'}.get(shown, "?") in styles


def test_no_text_becomes_a_formula_or_a_link(october: Monthly) -> None:
    wanted = hostile()
    book = workbook(told_by(october, wanted), "en")
    for sheet in sheets(book).values():
        assert not list(sheet.iter(f"{MAIN}f"))
        assert not list(sheet.iter(f"{MAIN}hyperlink"))
    kept = set(texts(book))
    assert {printable(text)[:32_000] for text in wanted if "_x" not in text} - kept == set()


def test_what_is_not_known_is_an_empty_cell(october: Monthly) -> None:
    [calls] = [sheet for name, sheet in sheets(workbook(october, "en")).items() if "Calls" in name]
    empty = [
        row
        for row in calls.iter(f"{MAIN}row")
        if not any(c.get("r", "").startswith("B") for c in row)
    ]
    assert len(empty) == 9, "weekends of October"


def test_a_workbook_is_written_by_a_library_that_nothing_else_loads() -> None:
    script = (
        "import sys, carecli.desk.report_page.workbook, carecli.desk.report_page.page\n"
        "import carecli.boot.background_jobs\n"
        "sys.exit('xlsxwriter' in sys.modules or 'textual' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", script], check=False, timeout=60).returncode == 0


def test_a_file_is_called_by_what_is_in_it(october: Monthly) -> None:
    assert file_name(october, "pl", "html") == "care-2026-10-lrp-pl.html"
    part = replace(october, brand="", is_month=False, last_day="2026-10-15")
    assert file_name(part, "en", "xlsx") == "care-2026-10-01-2026-10-15-en.xlsx"
