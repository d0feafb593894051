"""A first month says that it is one, what rules hid, and which waits each figure of it counts."""

from __future__ import annotations

from dataclasses import replace
from io import BytesIO
from zipfile import ZipFile

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from carecli.desk.report_page.page import page
from carecli.desk.report_page.tables import tables
from carecli.desk.report_page.workbook import workbook
from carecli.desk.reports.kpi_report import ReportAsked
from carecli.desk.reports.monthly import Monthly, monthly
from carecli.desk.reports.period_notes import Circumstances, NewChannel, told
from carecli.desk.services import InboxServices
from carecli.domain.commands import Moderate, Reply
from carecli.domain.events import VisibilityChanged
from carecli.domain.model import DAY, Actor, MessageId, OutboxVerb
from tests.desk.conftest import NOW, Shop

RULE = Actor("rule", "insults")


def of_month(shop: Shop, desk: InboxServices, month: str) -> Monthly:
    with shop.database.read() as db:
        return monthly(db, shop.session(desk).context, ReportAsked(month=month))


def month_of(ago: int = 0) -> str:
    from datetime import UTC, datetime

    return f"{datetime.fromtimestamp((NOW - ago) / 1000, UTC):%Y-%m}"


def test_a_channel_first_read_within_the_month_is_told_with_the_day(shop: Shop) -> None:
    shop.says("Ada", "Gdzie kupię?", ago=3 * DAY)
    found = of_month(shop, shop.desk(people={}), month_of())
    assert found.about.is_first
    assert found.about.is_without_people
    [one] = found.about.connected
    assert one.channel == "avon-fb"
    for said in told(found.about):
        assert said in page(found, "en").replace("&#x27;", "'")
    assert "These are the first figures" in page(found, "en")
    assert "No moderators are configured" in page(found, "en")


def test_a_later_month_says_nothing_of_the_kind(shop: Shop) -> None:
    shop.now = NOW - 60 * DAY
    shop.says("Ada", "Gdzie kupię?", ago=0)
    shop.now = NOW
    desk = shop.desk(people={"ana": "Ana"})
    found = of_month(shop, desk, month_of())
    assert found.about == Circumstances()
    assert told(found.about) == []
    shop.says("Ewa", "A ile?", ago=DAY, channel="lrp-fb")
    found = of_month(shop, desk, month_of())
    assert [one.channel for one in found.about.connected] == ["lrp-fb"]
    assert not found.about.is_first
    [said] = told(found.about)
    assert "is new" in said


def test_the_screen_tells_the_same(shop: Shop) -> None:
    shop.says("Ada", "Gdzie kupię?", ago=DAY)
    sheet = shop.desk(people={}).reports.report_sheet(ReportAsked(month=month_of()), "channel")
    assert sheet.about.is_first
    assert sheet.about.is_without_people


def test_what_rules_hid_is_counted_by_rule(shop: Shop) -> None:
    desk = shop.desk()
    thread = shop.says("Ada", "!@#$", ago=DAY)
    message, name = shop.all("SELECT id, platform_id FROM messages WHERE thread_id = ?", thread)[0]
    receipt = desk.commands.submit(
        Moderate(thread, MessageId(int(str(message))), OutboxVerb.HIDE), RULE
    )
    shop.sent(receipt.outbox)
    shop.take("avon-fb", VisibilityChanged(str(name), hidden=True, at=shop.now))
    shop.pass_(1)
    found = of_month(shop, desk, month_of())
    assert found.whole("hidden_by_rule").n == 1
    assert {key: row.n for key, row in found.by("rule", "hidden_by_rule").items()} == {"insults": 1}
    assert "Rules hid or deleted 1 message." in page(found, "en")
    [table] = [one for one in tables(found) if one.title == "What rules did"]
    assert table.rows == (("insults", 1, 0),)


def test_our_own_words_and_what_must_be_known_are_in_the_workbook(shop: Shop) -> None:
    shop.says("Ada", "Gdzie kupię?", ago=DAY)
    found = of_month(shop, shop.desk(people={}), month_of())
    found = replace(found, notes="# A good month\n\n- nobody waited")
    with ZipFile(BytesIO(workbook(found, "en"))) as book:
        words = book.read("xl/sharedStrings.xml").decode()
    assert "# A good month" in words
    assert "- nobody waited" in words
    assert "These are the first figures" in words


@settings(
    max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    st.lists(st.tuples(st.integers(1, 80), st.one_of(st.none(), st.integers(0, 79))), max_size=8)
)
def test_what_is_open_adds_up(
    tmp_path_factory: pytest.TempPathFactory, waits: list[tuple[int, int | None]]
) -> None:
    """What was open at the end: from before, ended since, and what is still open of the period."""
    from tests.desk.conftest import open_shop

    shop = open_shop(tmp_path_factory.mktemp("adds") / "care.sqlite")
    desk = shop.desk()
    deeds: list[tuple[int, int, str]] = []
    for n, (asked, answered) in enumerate(waits):
        deeds.append((-asked, n, "asks"))
        if answered is not None and answered < asked:
            deeds.append((-answered, n, "answers"))
    threads = {}
    for at, n, what in sorted(deeds):
        shop.now = NOW + at * DAY
        if what == "asks":
            threads[n] = shop.says(f"Ada {n}", "?", ago=0)
        else:
            shop.sent(desk.commands.submit(Reply(threads[n], f"Tak {n}")).outbox, f"r{n}")
            shop.derive(threads[n])
    shop.now = NOW
    for month in (month_of(), month_of(32 * DAY)):
        found = of_month(shop, desk, month)
        whole = {row.kpi: row for row in found.figures}
        left = whole["backlog"].n - whole["backlog_earlier"].n - whole["backlog_ended"].n
        assert left == whole["open"].n
        assert whole["backlog_overdue"].n - whole["overdue_earlier"].n <= whole["missed"].n
    shop.database.close()


def test_a_channel_is_called_by_its_title() -> None:
    about = Circumstances((NewChannel("lrp-fb", "La Roche-Posay", "2026-10-12"),))
    assert told(about) == [
        "La Roche-Posay is new: carecli has read messages there since Mon 12 Oct 2026."
    ]
