"""Insights over a period, each figure worked out by hand."""

from __future__ import annotations

from datetime import date

import pytest

from carecli.desk.reports.kpi_report import ReportAsked
from carecli.desk.research.calls import CallsOfDay
from carecli.desk.research.insights import Coded, Insights
from carecli.desk.research.samples import SampleAsked
from carecli.desk.services import InboxServices
from carecli.domain.codes import CodeKind
from carecli.domain.commands import Code, CodeBlind, Done, PickQuote, Reply
from carecli.domain.days import parse_moment
from carecli.domain.errors import Refusal
from carecli.domain.model import DAY, HOUR, Actor, MessageId, ThreadId
from carecli.store.coded_waits import coded_waits
from carecli.store.kpis import Span

from .conftest import Shop, opened

RULE = Actor("rule", "themes")
AUGUST = ReportAsked(month="2026-08")


def asks(shop: Shop, day: str, name: str, text: str = "Ile kosztuje?") -> ThreadId:
    """Somebody writes at noon of a day; the thread."""
    when = parse_moment(day, shop.now, "UTC") + 12 * HOUR
    now, shop.now = shop.now, when
    thread = shop.says(name, text, ago=0)
    shop.now = now
    return thread


def suggests(shop: Shop, thread: ThreadId, kind: str, value: str) -> None:
    """What was learned suggests something of the thread's newest message."""
    with shop.database.write() as db:
        db.execute(
            "INSERT INTO code_suggestions SELECT last_inbound_id, ?, id, ?, 0.8, 60, 0 "
            "FROM threads WHERE id = ?",
            (kind, value, thread),
        )


@pytest.fixture
def august(shop: Shop) -> Insights:
    """What was said in August 2026, in July, and in August 2025.

    | wait | sentiment | by | stage | themes |
    | --- | --- | --- | --- | --- |
    | a | negative | Ana | purchase (suggested) | price |
    | b | negative | a rule | | price (a rule), packaging |
    | c | positive | Ola, though a rule says negative of a later message | loyalty | |
    | d | negative | suggested | loyalty (suggested; coded nothing) | |
    | e | | | | |
    | July, f | negative | Ana | | |
    | July, g | positive | Ana | | |
    | August 2025, h | | | | price |

    Sentiment of August: 4 coded (a b c d), 1 not. Negative 3: Ana's, a rule's, a suggestion's;
    before 1 of 2; a year ago nothing was coded. Stage: a c d, loyalty 2 of 3. Themes: a b, price 2
    of 2; a year ago 1 of 1.
    """
    desk, ola = shop.desk(), shop.desk("ola")
    a, b, c, d, _e = (
        asks(shop, f"2026-08-0{n}", f"Osoba {n}", f"Pytanie {n}") for n in range(1, 6)
    )
    f, g = asks(shop, "2026-07-03", "Osoba 6"), asks(shop, "2026-07-04", "Osoba 7")
    h = asks(shop, "2025-08-31", "Osoba 8")
    desk.commands.submit(Code(a, sentiment="negative", themes=("price",)))
    suggests(shop, a, "sentiment", "positive")
    suggests(shop, a, "stage", "purchase")
    desk.commands.submit(Code(b, sentiment="negative", themes=("price",)), RULE)
    desk.commands.submit(Code(b, themes=("packaging",)))
    later = parse_moment("2026-08-03", shop.now, "UTC") + 13 * HOUR
    shop.says("Osoba 3", "Dalej czekam", thread="avon-fb:Osoba 3:Pytanie 3:0", ago=shop.now - later)
    ola.commands.submit(Code(c, MessageId(3), sentiment="positive", stage="loyalty"))
    desk.commands.submit(Code(c, sentiment="negative"), RULE)
    suggests(shop, d, "sentiment", "negative")
    suggests(shop, d, "stage", "loyalty")
    desk.commands.submit(Code(f, sentiment="negative"))
    desk.commands.submit(Code(g, sentiment="positive"))
    desk.commands.submit(Code(h, themes=("price",)))
    return desk.research.insights(AUGUST)


def test_shares_are_of_the_waits_that_are_coded(august: Insights) -> None:
    assert august.coded == (
        Coded("sentiment", "positive", 1, 4, 1, 0, 0, 0.5, None),
        Coded("sentiment", "neutral", 0, 4, 0, 0, 0, 0.0, None),
        Coded("sentiment", "negative", 3, 4, 1, 1, 1, 0.5, None),
        Coded("stage", "awareness", 0, 3, 0, 0, 0, None, None),
        Coded("stage", "consideration", 0, 3, 0, 0, 0, None, None),
        Coded("stage", "purchase", 1, 3, 0, 0, 1, None, None),
        Coded("stage", "recommendation", 0, 3, 0, 0, 0, None, None),
        Coded("stage", "loyalty", 2, 3, 1, 0, 1, None, None),
        Coded("theme", "price", 2, 2, 1, 1, 0, None, 1.0),
        Coded("theme", "packaging", 1, 2, 1, 0, 0, None, 0.0),
    )
    assert august.uncoded == {"sentiment": 1, "stage": 2, "theme": 3}


def test_who_coded_adds_up_and_values_of_one_kind_add_up_to_what_is_coded(
    august: Insights,
) -> None:
    for one in august.coded:
        assert one.by_people + one.by_rules + one.by_suggestion == one.n
        assert one.share == one.n / one.of
    for kind in ("sentiment", "stage"):
        rows = [one for one in august.coded if one.kind == kind]
        assert {sum(one.n for one in rows)} == {one.of for one in rows}


def test_trends_stand_beside_the_period_before_and_the_same_a_year_ago(
    shop: Shop, august: Insights
) -> None:
    told = {one.key: (one.now, one.before, one.year_ago) for one in august.trends}
    assert told == {
        "arrived": (5, 2, 1),
        "answered": (0, 0, 0),
        "response_rate": (0.0, 0.0, 0.0),
        "in_time": (0.0, 0.0, 0.0),
        "reaction": (None, None, None),
    }
    empty = shop.desk().research.insights(ReportAsked(month="2024-08"))
    assert {(one.now, one.before, one.year_ago) for one in empty.trends} == {(None, None, None)}
    assert empty.coded == ()


def test_a_wait_ends_where_the_next_begins(shop: Shop, desk: InboxServices) -> None:
    """What is said after an answer is another wait, with codes of its own."""
    thread = shop.says("Ola", "Źle!", ago=3 * HOUR)
    desk.commands.submit(Code(thread, sentiment="negative"))
    desk.commands.submit(Done(thread))
    shop.pass_(HOUR)
    shop.says("Ola", "Już dobrze", thread=f"avon-fb:Ola:Źle!:{3 * HOUR}", ago=0)
    desk.commands.submit(Code(thread, sentiment="positive"))
    shop.pass_(1)
    found = desk.research.insights(ReportAsked(since="30d"))
    counts = {one.value: one.n for one in found.coded if one.kind == "sentiment"}
    assert counts == {"positive": 1, "neutral": 0, "negative": 1}


def test_as_it_was_before_anything_was_coded(shop: Shop, august: Insights) -> None:
    earlier = ReportAsked(month="2026-08", as_of="2026-09-01")
    assert all(one.by_suggestion == one.n for one in shop.desk().research.insights(earlier).coded)


def test_quotes_come_with_the_codes_of_their_messages(shop: Shop, desk: InboxServices) -> None:
    thread = asks(shop, "2026-08-09", "Zoła", "Krem jak marzenie, Zoła")
    desk.commands.submit_all(
        [Code(thread, sentiment="positive", stage="loyalty"), PickQuote(thread)]
    )
    [quote] = desk.research.insights(AUGUST).quotes
    assert (quote.text, quote.thread, quote.brand, quote.channel) == (
        *("Krem jak marzenie, […]", thread),
        *("Avon", "avon-fb"),
    )
    assert (quote.sentiment, quote.stage, quote.point, quote.picked_by) == (
        *("positive", "loyalty"),
        *("comment", "ana"),
    )
    assert list(desk.research.quotes(AUGUST)) == [quote]
    assert list(desk.research.quotes(ReportAsked(month="2026-08", brand="La Roche-Posay"))) == []
    assert list(desk.research.quotes(ReportAsked(month="2026-07"))) == []


def test_a_day_nobody_entered_is_not_zero(shop: Shop, desk: InboxServices) -> None:
    day = parse_moment("2026-08-10", shop.now, "UTC")
    shop.now = day + 10 * HOUR
    thread = shop.says("Ola", "Gdzie?", ago=HOUR)
    receipt = desk.commands.submit(Reply(thread, "Tu"))
    shop.sent(receipt.outbox, "answer")
    shop.says("brand", "Tu", thread=f"avon-fb:Ola:Gdzie?:{HOUR}", ago=0, is_ours=True)
    shop.now = day + DAY
    days = [CallsOfDay(day_, n) for day_, n in zip(_days(10, 11), (40, 0), strict=True)]
    desk.research.enter_calls([*days, CallsOfDay(days[0].day, 2, "Avon")])
    found = desk.research.insights(ReportAsked(since="2026-08-09", until="2026-08-13"))
    assert [(one.day, one.calls, one.answered) for one in found.calls] == [
        ("2026-08-09", None, 0),
        ("2026-08-10", 42, 1),
    ], "days to come are none"
    shop.now += 2 * DAY
    wanted = ReportAsked(since="2026-08-09", until="2026-08-13", brand="Avon")
    assert [one.calls for one in desk.research.insights(wanted).calls] == [None, 2, None, None]


def _days(*numbers: int) -> list[date]:
    return [date(2026, 8, n) for n in numbers]


def test_samples_of_the_period_tell_how_far_their_coders_agree(shop: Shop) -> None:
    for n in range(1, 5):
        asks(shop, f"2026-08-0{n}", f"Osoba {n}")
    ana, ola = shop.desk(), shop.desk("ola")
    wanted = SampleAsked(CodeKind.SENTIMENT, 4, ("ana", "ola"), AUGUST)
    sample = ana.research.draw_sample(wanted).decision
    for desk, codes in ((ana, "pppn"), (ola, "ppnn")):
        for thread, code in zip(
            sorted(desk.threads.ids("is:coding", "newest").ids), codes, strict=True
        ):
            value = {"p": "positive", "n": "negative"}[code]
            [message] = opened(desk, thread).messages
            desk.commands.submit(CodeBlind(thread, sample, message.id, value))
    [found] = ana.research.insights(AUGUST).agreements
    assert (found.kind, found.sample, found.n, found.agreed) == ("sentiment", sample, 4, 3)
    assert found.kappa == pytest.approx((3 / 4 - 1 / 2) / (1 / 2))
    assert ana.research.insights(ReportAsked(month="2026-07")).agreements == ()
    assert ana.research.insights(AUGUST).coded == (), "blind codes are no codes"


def test_periods_that_cannot_be_are_refused(desk: InboxServices) -> None:
    with pytest.raises(Refusal, match="not a month"):
        desk.research.insights(ReportAsked(month="2026-13"))


def test_codes_of_waits_are_read_in_one_pass_over_the_waits(shop: Shop) -> None:
    """Everything else is found by an id or an index, however many messages there are."""
    ran: list[str] = []
    with shop.database.read() as db:
        db.set_trace_callback(ran.append)
        coded_waits(db, Span(0, 1, 2))
        db.set_trace_callback(None)
        assert len(ran) == 2
        steps = [row[3] for sql in ran for row in db.execute(f"EXPLAIN QUERY PLAN {sql}")]
    assert [step for step in steps if step.startswith("SCAN")] == ["SCAN w", "SCAN w"]
