"""The report on the screen: its keys, what is behind its figures, and a long computation."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from pathlib import Path
from threading import Event
from typing import Any

import pytest

from carecli.desk.reports.kpi_report import ReportAsked
from carecli.desk.reports.sheet import ReportSheet
from carecli.domain.commands import Done, Recolour
from carecli.domain.errors import QueryCancelled, Refusal
from carecli.domain.kpi import Basis
from carecli.domain.kpis import KPIS
from carecli.domain.model import DAY, HOUR, Colour, NoReplyReason, ThreadId
from carecli.domain.teamwork import Role
from carecli.store.kpis import Progress
from carecli.tui.reports.words import title_of
from carecli.tui.settings import Settings
from tests.desk.conftest import NOW, Shop, open_shop
from tests.tui.memory_desk import MemoryDesk, busy_desk
from tests.tui.memory_report import rows_behind, sheet
from tests.tui.pilot import NARROW, Driven, driven

pytestmark = pytest.mark.anyio

UTC = Settings(theme="dark", zone="UTC")


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


async def to_line(one: Driven, *words: str) -> None:
    """Move down to the line that holds these words, in the cursor's own column."""
    for _ in range(200):
        line = next((line for line in one.lines if "▌" in line), "")
        line = line.partition("▌")[2].partition("│")[0]
        if all(word in line for word in words):
            return
        await one.press("j")
    raise AssertionError("no such line:\n" + one.text)


async def test_a_figure_shows_its_threads_and_esc_comes_back_to_it() -> None:
    async with driven(busy_desk(), size=NARROW) as one:
        await one.press("g", "r")
        await one.sees("KEY FIGURES", "Came in", "400")
        await to_line(one, "Missed")
        await one.press("enter")
        await one.until(lambda: one.inbox.views.current.threads is not None)
        rows = [row for row in rows_behind("missed", "", None) if row.is_counted]
        assert one.inbox.views.current.threads is not None
        assert {*one.inbox.views.current.threads} == {ThreadId(row.thread) for row in rows}
        await one.sees("Missed")
        await one.until(
            lambda: len(one.inbox.threads) == len(one.inbox.views.current.threads or ())
        )
        await one.press("escape")
        await one.sees("KEY FIGURES")
        await one.until(lambda: any("▌" in line and "Missed" in line for line in one.lines))
        await one.press("escape")
        await one.sees("Waiting")
        await one.until(lambda: one.inbox.views.current.threads is None)


async def test_a_line_of_several_figures_asks_which() -> None:
    async with driven(busy_desk(), size=NARROW) as one:
        await one.press("g", "r")
        await one.sees("KEY FIGURES")
        await to_line(one, "Karla")
        await one.press("enter")
        await one.sees("Replies", "No reply needed", "From a snippet")
        await one.press("enter")
        await one.until(lambda: one.inbox.views.current.threads is not None)
        assert one.inbox.views.current.title.startswith("Replies, Karla")


async def test_keys_choose_the_period_the_brand_and_the_grouping() -> None:
    desk = busy_desk()
    async with driven(desk, size=NARROW) as one:
        await one.press("g", "r")
        await one.sees("KEY FIGURES")
        await one.press("<")
        await one.until(lambda: desk.asked[-1] == "report 2025-11  channel")
        await one.sees("Nov 2025")
        await one.press("o")
        await one.until(lambda: desk.asked[-1] == "report 2025-11  point")
        await one.press("b")
        brand = desk.overview().brands[0].key
        await one.until(lambda: desk.asked[-1] == f"report 2025-11 {brand} point")
        await one.press("p", *["backspace"] * 7, *"30d", "enter")
        await one.until(lambda: desk.asked[-1] == f"report 30d {brand} point")


class Patient(MemoryDesk):
    """A desk whose report takes until it is let go, or given up."""

    def __init__(self) -> None:
        super().__init__()
        self.go_on = threading.Event()

    def report_sheet(
        self, asked: ReportAsked, by: str, progress: Progress | None = None
    ) -> ReportSheet:
        assert progress is not None
        while not self.go_on.is_set():
            if not progress(42, 100):
                self.asked.append("given up")
                raise QueryCancelled("given up", hint="")
            time.sleep(0.01)
        return sheet(asked, by)


async def test_a_long_report_tells_how_far_it_is_blocks_no_key_and_can_be_ended() -> None:
    desk = Patient()
    async with driven(desk, size=NARROW) as one:
        await one.press("g", "r")
        await one.sees("Calculating the report: 42%", "Esc to cancel")
        await one.press("escape")
        await one.until(lambda: desk.asked[-1] == "given up")
        await one.sees("Cancelled.")
        desk.go_on.set()
        await one.press("p", "enter")
        await one.sees("KEY FIGURES")
        desk.go_on.clear()
        await one.press("<")
        await one.sees("Calculating the report: 42%", "KEY FIGURES")
        await one.press("j", "j")
        assert any("▌" in line and "Response rate" in line for line in one.lines)
        await one.press("escape")
        await one.until(lambda: "Calculating" not in one.text)
        await one.press("escape")
        await one.sees("Waiting")


class Refusing(MemoryDesk):
    """A desk that has no report."""

    def report_sheet(
        self, asked: ReportAsked, by: str, progress: Progress | None = None
    ) -> ReportSheet:
        raise Refusal("'soon' is not a date.", hint="Write it as 30d.")


async def test_what_cannot_be_read_is_told() -> None:
    async with driven(Refusing(), size=NARROW) as one:
        await one.press("g", "r")
        await one.sees("'soon' is not a date.")


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[Shop]:
    shop = open_shop(tmp_path / "care.sqlite")
    shop.now = NOW - 40 * DAY
    asked = [shop.says(f"c{n}", "Pytanie?", ago=n * HOUR) for n in range(5)]
    desk = shop.desk()
    desk.commands.submit(Recolour(asked[0], Colour.RED))
    for thread in asked[1:3]:
        desk.commands.submit(Done(thread, NoReplyReason.THANKS))
    shop.now = NOW
    yield shop
    for one in shop.desks:
        one.close()
    shop.database.close()


async def test_the_real_desk_s_threads_are_listed_and_a_month_is_issued(shop: Shop) -> None:
    desk = shop.desk()
    async with driven(desk, settings=UTC) as one:
        await one.press("g", "r")
        await one.sees("KEY FIGURES", "Nothing was received.")
        await one.press("<")
        await one.sees("Aug 2026", "Came in")
        await to_line(one, "No reply needed")
        await one.press("enter")
        await one.until(lambda: len(one.inbox.views.current.threads or ()) == 2)
        rows = desk.reports.report(ReportAsked(month="2026-08"), "no_reply_needed").rows
        assert {*(one.inbox.views.current.threads or ())} == {row.thread for row in rows}
        await one.press("V")
        await one.sees("2 marked")
        await one.press("escape", "escape")
        await one.sees("KEY FIGURES", "Aug 2026")
        await one.press("!")
        await one.sees("Issue Aug 2026 (all brands) permanently?")
        await one.press("y")
        await one.sees("issued", "by ana")
        [issued] = desk.reports.issued()
        assert (issued.month, issued.brand) == ("2026-08", "")
        desk.commands.undo()
        await one.press("v")
        await one.sees("figures differ")
        await one.press("v")
        await one.until(lambda: "differ" not in one.text)
        await one.press("!")
        await one.until(lambda: "only once" in one.toasts)


async def test_this_month_cannot_be_issued(shop: Shop) -> None:
    desk = shop.desk()
    async with driven(desk, settings=UTC) as one:
        await one.press("g", "r")
        await one.sees("KEY FIGURES")
        await one.press("!")
        await one.until(lambda: "can be issued only after it ends" in one.toasts)
        assert [*desk.reports.issued()] == []


def test_a_month_that_is_not_over_is_beside_as_many_days_of_the_one_before(shop: Shop) -> None:
    desk = shop.desk()
    now = desk.reports.report_sheet(ReportAsked(month="2026-09"), "channel")
    assert (now.earlier.since, now.earlier.until) == ("2026-08-01", "2026-08-22")
    over = desk.reports.report_sheet(ReportAsked(month="2026-08"), "channel")
    assert over.earlier.month == "2026-07"
    week = desk.reports.report_sheet(ReportAsked(since="2026-09-08", until="2026-09-15"), "channel")
    assert (week.earlier.since, week.earlier.until) == ("2026-09-01", "2026-09-08")


async def test_behind_a_figure_are_only_threads_one_may_see(shop: Shop) -> None:
    roles, teams = {"ana": Role.SPECIALIST}, ("communication",)
    desk = shop.desk(roles=roles, own_teams=teams)
    async with driven(desk, settings=UTC) as one:
        await one.press("g", "r", "<")
        await one.sees("Aug 2026")
        await to_line(one, "Came in")
        await one.press("enter")
        await one.until(lambda: one.inbox.views.current.threads is not None)
        assert [*(one.inbox.views.current.threads or ())] == [*desk.threads.ids("", "queue").ids]
        assert len(one.inbox.views.current.threads or ()) == 1


async def test_the_report_is_exported_and_said_where(shop: Shop, tmp_path: Path) -> None:
    desk = shop.desk(reports=tmp_path / "reports")
    made = {"h": ("care-2026-08-en.html", b"<!doctype"), "x": ("care-2026-08-en.xlsx", b"PK")}
    made["c"] = ("care-2026-08.csv", b"kpi,basis")
    async with driven(desk, settings=UTC) as one:
        await one.press("g", "r", "<")
        await one.sees("Aug 2026")
        for letter, (name, begins) in made.items():
            await one.press("e")
            await one.sees("Which format?")
            await one.press(letter)
            file = tmp_path / "reports" / name
            await one.until(lambda file=file: f"The report was saved to {file}." in one.toasts)  # type: ignore[misc]  # bound now
            assert file.read_bytes().lower().startswith(begins.lower())


async def test_without_a_folder_nothing_is_exported_and_that_is_told(shop: Shop) -> None:
    async with driven(shop.desk(), settings=UTC) as one:
        await one.press("g", "r", "<")
        await one.sees("Aug 2026")
        await one.press("e", "c")
        await one.until(lambda: "No folder for reports is configured." in one.toasts)


def test_every_figure_has_a_name_of_its_own_among_those_of_its_basis() -> None:
    for basis in Basis:
        keys = [one.key for one in KPIS.values() if one.basis is basis]
        names = [title_of(key) for key in keys]
        assert not {*keys} & {*names}
        assert sorted(names) == sorted({*names})


async def test_each_moderators_share_within_two_hours_is_a_column() -> None:
    async with driven(busy_desk(), size=NARROW) as one:
        await one.press("g", "r")
        await one.sees("KEY FIGURES")
        await to_line(one, "Karla")
        [heads] = [line for line in one.lines if "median" in line and "replies" in line]
        assert "≤ 2 h" in heads
        [line] = [line for line in one.lines if "Karla" in line]
        assert line.count("%") >= 3


async def test_keys_pressed_while_the_report_is_read_are_done_after() -> None:
    desk, may_read = busy_desk(), Event()
    read = desk.report_sheet

    def slow(*asked: Any) -> Any:
        assert may_read.wait(10)
        return read(*asked)

    desk.report_sheet = slow  # type: ignore[assignment,method-assign]  # as a large database is
    async with driven(desk, size=NARROW) as one:
        await one.press("g", "r")
        await one.sees("Calculating the report")
        await one.press("j", "j", "tab")
        may_read.set()
        await one.until(lambda: any("▌   Replies" in line for line in one.lines))
