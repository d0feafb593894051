"""A report's figures are the rows behind them, in any group, whenever the sync saw what."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable
from operator import itemgetter
from pathlib import Path

import pytest

from carecli.desk.reports.kpi_report import GROUPS, FigureRow, KpiReport, ReportAsked
from carecli.domain.commands import Assign, CloseWindow, Done, Recolour, Reopen, Reply
from carecli.domain.errors import QueryCancelled, Refusal
from carecli.domain.events import Author, Event, MessageEdited, MessageSeen, MessageWithdrawn
from carecli.domain.events import VisibilityChanged as Shown
from carecli.domain.kpis import KPIS, OUTCOMES
from carecli.domain.model import DAY, HOUR, MINUTE, Colour, ContactPoint, NoReplyReason, ThreadId
from carecli.domain.protocol import ColourRule, Protocol
from tests.desk.conftest import NOW, Shop, open_shop

MONTH = ReportAsked(since="60d")


def whole(found: KpiReport) -> dict[str, FigureRow]:
    return {row.kpi: row for row in found.figures if row.group == ""}


def answer(shop: Shop, thread: ThreadId, me: str = "ana", *, private: bool = False) -> None:
    """A moderator's reply that the platform acknowledges at once."""
    receipt = shop.desk(me).commands.submit(Reply(thread, f"Dziękujemy {thread}", private=private))
    name = f"reply-{receipt.outbox}"
    shop.sent(receipt.outbox, "" if private else name)
    if not private:
        [(key, channel)] = shop.all(
            "SELECT t.platform_id, c.key FROM threads t JOIN channels c ON c.id = t.channel_id "
            "WHERE t.id = ?",
            thread,
        )
        point = ContactPoint.COMMENT
        event = MessageSeen(name, str(key), point, shop.now, is_ours=True, text="Dziękujemy")
        shop.take(str(channel), event)
    shop.derive(thread)


@pytest.fixture
def month(shop: Shop) -> Shop:
    """Seventeen waits, one a case.

    | wait | colour | what happens | reaction |
    | --- | --- | --- | --- |
    | a | green | answered exactly after 2 h | 2 h |
    | b | green | answered after 2 h and 1 ms | 2 h 1 ms |
    | c | green | asked twice, answered 30 h after the first | 30 h, late |
    | d | red | answered after 1 h | 1 h |
    | d2 | red | the same contact again; answered after 3 h | 3 h, late, second wait |
    | e | green | answered in the platform's app after 1 h, seen 5 h later | 1 h of the brand |
    | f | green | no reply needed: thanks | |
    | g | green | no reply needed: other | |
    | h | green | hidden after 10 min | |
    | i | green | withdrawn | |
    | j | green | window closed | |
    | k | green | open for 30 h: overdue | |
    | l | green | open for 1 h: not yet due | |
    | m | green | a rule that answers | |
    | n | green | a rule that only acknowledges; open for 2 h | |
    | o | green | answered privately after 1 h, having gone from Ana to Ola | 1 h |
    | p | red | seen 90 min late, answered after 3 h | 3 h, late, excusable |

    Of ours answered: a b c d d2 o p, 7. Elsewhere: e. By a rule: m. Open: k l n.
    In time: a b d e o, of those and c d2 j k p: 5 of 10.
    Response rate: 9 answers of those and g j k: 9 of 12; left out f h i l n.
    Reactions: 1 1 2 2+ 3 3 30 h: median 2 h 1 ms, mean 42 h / 7.
    """
    start = NOW - 50 * DAY
    asks = {name: start + 60 * MINUTE * i for i, name in enumerate("abcdefghijmo")}
    ids: dict[str, ThreadId] = {}
    for name, began in asks.items():
        shop.now = began
        ids[name] = shop.says(name, "Pytanie?", ago=0)
    todo: list[tuple[int, Callable[[], object]]] = [
        (asks["a"] + 2 * HOUR, lambda: answer(shop, ids["a"])),
        (asks["b"] + 2 * HOUR + 1, lambda: answer(shop, ids["b"])),
        (
            asks["c"] + HOUR,
            lambda: shop.says("c", "I?", ago=0, thread="avon-fb:c:Pytanie?:0"),
        ),
        (asks["c"] + 30 * HOUR, lambda: answer(shop, ids["c"])),
        (asks["d"], lambda: shop.desk().commands.submit(Recolour(ids["d"], Colour.RED))),
        (asks["d"] + HOUR, lambda: answer(shop, ids["d"])),
        (
            asks["d"] + 2 * HOUR,
            lambda: shop.says("d", "I?", ago=0, thread="avon-fb:d:Pytanie?:0"),
        ),
        (asks["d"] + 5 * HOUR, lambda: answer(shop, ids["d"], "ola")),
        (
            asks["e"] + 6 * HOUR,
            lambda: shop.says(
                "brand", "Już", ago=5 * HOUR, thread="avon-fb:e:Pytanie?:0", is_ours=True
            ),
        ),
        (
            asks["f"] + HOUR,
            lambda: shop.desk().commands.submit(Done(ids["f"], NoReplyReason.THANKS)),
        ),
        (asks["g"] + HOUR, lambda: shop.desk().commands.submit(Done(ids["g"]))),
        (
            asks["h"] + 10 * MINUTE,
            lambda: shop.take("avon-fb", Shown("avon-fb:h:Pytanie?:0", hidden=True, at=shop.now)),
        ),
        (
            asks["i"] + HOUR,
            lambda: shop.take("avon-fb", MessageWithdrawn("avon-fb:i:Pytanie?:0", shop.now)),
        ),
        (asks["j"] + HOUR, lambda: shop.desk().commands.submit(CloseWindow(ids["j"]))),
        (asks["m"] + HOUR, lambda: answer(shop, ids["m"])),
        (asks["o"], lambda: shop.desk().commands.submit(Assign(ids["o"], "ana"))),
        (asks["o"] + MINUTE, lambda: shop.desk().commands.submit(Assign(ids["o"], "ola"))),
        (asks["o"] + HOUR, lambda: answer(shop, ids["o"], "ola", private=True)),
    ]
    for at, deed in sorted(todo, key=itemgetter(0)):
        shop.now = at
        deed()
    with shop.database.write() as db:  # as a rule would have sent it
        db.execute("UPDATE outbox SET actor = 'rule:contest' WHERE thread_id = ?", (ids["m"],))
    shop.derive(ids["m"])
    shop.now = NOW - 40 * DAY
    ids["p"] = shop.says("p", "Alergia!", ago=90 * MINUTE)
    shop.desk().commands.submit(Recolour(ids["p"], Colour.RED))
    shop.now += 90 * MINUTE
    answer(shop, ids["p"])
    for name, ago in (("k", 30 * HOUR), ("n", 2 * HOUR), ("l", HOUR)):
        shop.now = NOW - ago
        ids[name] = shop.says(name, "Halo?", ago=0)
    answer(shop, ids["n"])
    with shop.database.write() as db:
        db.execute(
            "UPDATE outbox SET actor = 'rule:ack', answers = 0 WHERE thread_id = ?", (ids["n"],)
        )
    shop.now = NOW
    shop.derive(ids["n"])
    return shop


BY_HAND = {
    "arrived": 17,
    "answered": 7,
    "answered_elsewhere": 1,
    "answered_by_rule": 1,
    "moderated": 1,
    "withdrawn": 1,
    "no_reply_needed": 2,
    "no_reply_thanks": 1,
    "no_reply_other": 1,
    "window_closed": 1,
    "open": 3,
    "excluded_no_reply": 1,
    "excluded_not_due": 2,
    "excusable_miss": 1,
    "replies": 7,
    "ended": 14,
    "time_to_hide": 1,
    "automatic_replies": 2,
    "automatic_acknowledgements": 1,
    "automatic_answers": 1,
    "reopened": 0,
    "undone": 0,
    "backlog": 3,
}
SHARES_BY_HAND = {
    "response_rate": (9, 12),
    "in_time": (5, 10),
    "replies_in_time": (4, 7),
    "within_2h": (3, 7),
    "over_2h": (4, 7),
    "from_2h_to_6h": (3, 7),
    "from_6h_to_24h": (0, 7),
    "over_24h": (1, 7),
    "private_answers": (1, 8),
    "public_answers": (7, 8),
    "handovers": (1, 8),
    "no_reply_share": (2, 9),
    "backlog_overdue": (1, 3),
}


def test_a_month_is_what_was_worked_out_by_hand(month: Shop) -> None:
    found = whole(month.desk().reports.report(MONTH))
    assert {key: found[key].n for key in BY_HAND} == BY_HAND
    assert {key: (found[key].n, found[key].of) for key in SHARES_BY_HAND} == SHARES_BY_HAND
    reaction = found["reaction"]
    assert (reaction.median, reaction.mean) == (2 * HOUR + 1, (42 * HOUR + 1) / 7)
    assert reaction.p90 is None, "seven are too few"
    assert reaction.is_small
    assert found["reaction_first"].n + found["reaction_later"].n == 7
    assert found["reaction_later"].median == 3 * HOUR
    assert found["time_to_hide"].median == 10 * MINUTE
    assert found["backlog"].median == 2 * HOUR


def check(found: KpiReport, rows: KpiReport, key: str) -> None:
    """Rows sum to figures, and groups to the whole."""
    kpi = KPIS[key]
    total = whole(found)[key]
    counted = Counter(row.group for row in rows.rows if row.is_counted)
    every = Counter(row.group for row in rows.rows)
    groups = [row for row in found.figures if row.kpi == key and row.group]
    assert sum(counted.values()) == total.n == sum(row.n for row in groups)
    assert {row.group: row.n for row in groups if row.n} == dict(counted)
    if kpi.among is not None:
        assert sum(every.values()) == total.of == sum(row.of or 0 for row in groups)
    assert len({row.id for row in rows.rows}) == len(rows.rows)


@pytest.mark.parametrize("by", GROUPS)
def test_rows_sum_to_figures_and_groups_to_the_whole(month: Shop, by: str) -> None:
    desk = month.desk()
    asked = ReportAsked(since="60d", by=by)
    found = desk.reports.report(asked)
    for key in KPIS:
        check(found, desk.reports.report(asked, key), key)


def test_each_wait_that_arrived_has_one_outcome(month: Shop) -> None:
    found = whole(month.desk().reports.report(MONTH))
    assert sum(found[key].n for key in OUTCOMES) == found["arrived"].n
    reasons = [key for key in KPIS if key.startswith("no_reply_") and KPIS[key].basis == "arrival"]
    assert sum(found[key].n for key in reasons) == 2 * found["no_reply_needed"].n
    left_out = ("excluded_no_reply", "excluded_not_due", "moderated", "withdrawn")
    due = found["response_rate"].of
    assert due is not None
    assert due + sum(found[key].n for key in left_out) == found["arrived"].n
    parts = ("within_2h", "from_2h_to_6h", "from_6h_to_24h", "over_24h")
    assert sum(found[key].n for key in parts) == found["replies"].n


def test_another_protocol_judges_anew(month: Shop) -> None:
    calm = Protocol({colour: ColourRule(48 * HOUR, "care") for colour in Colour})
    found = whole(month.desk().reports.report(ReportAsked(since="60d", protocol=calm)))
    assert (found["in_time"].n, found["in_time"].of) == (8, 9), "only the closed window is a miss"
    assert found["answered"].n == 7


def test_a_report_as_of_a_day_knows_nothing_later(month: Shop) -> None:
    found = whole(month.desk().reports.report(ReportAsked(since="60d", as_of="45d")))
    assert found["arrived"].n == 13
    assert found["open"].n == 0
    early = whole(month.desk().reports.report(ReportAsked(since="60d", as_of="55d")))
    assert all(row.n == 0 for row in early.values())


def test_it_tells_how_far_it_is_and_ends_when_nobody_wants_it(month: Shop) -> None:
    told: list[tuple[int, int]] = []

    def progress(read: int, of: int) -> bool:
        told.append((read, of))
        return True

    desk = month.desk()
    figures = desk.reports.report(MONTH, progress=progress).figures
    assert told[0] == (17, 17)
    assert all(0 < read <= of for read, of in told)
    with pytest.raises(QueryCancelled):
        desk.reports.report(MONTH, progress=lambda _read, _of: False)
    assert desk.reports.report(MONTH).figures == figures


def test_many_groupings_at_once_are_each_what_it_is_alone(month: Shop) -> None:
    desk = month.desk()
    found = desk.reports.reports(MONTH, ("", *GROUPS))
    for by in ("", *GROUPS):
        assert found[by] == desk.reports.report(ReportAsked(since="60d", by=by))


def test_a_backlog_is_cleared_at_the_pace_of_the_last_day(shop: Shop) -> None:
    """Two done in the last 24 hours: 12 hours each, the nearest deadline first; none: no pace."""
    waiting = [shop.says(f"w{n}", "?", ago=n * HOUR) for n in range(1, 4)]
    assert whole(shop.desk().reports.report(MONTH))["burn_down"].n == 0
    for n in range(2):
        shop.desk().commands.submit(Done(shop.says(f"d{n}", "?", ago=HOUR), NoReplyReason.THANKS))
    shop.pass_(MINUTE)
    rows = shop.desk().reports.report(MONTH, "burn_down").rows
    assert [(row.thread, row.value) for row in rows] == [
        (waiting[0], 36 * HOUR),
        (waiting[1], 24 * HOUR),
        (waiting[2], 12 * HOUR),
    ]
    assert whole(shop.desk().reports.report(MONTH))["burn_down"].most == 36 * HOUR
    shop.pass_(2 * DAY)
    assert whole(shop.desk().reports.report(MONTH))["burn_down"].n == 0


def test_reopening_and_an_edit_after_the_answer_are_told(shop: Shop) -> None:
    thread = shop.says("Ewa", "Dzięki")
    desk = shop.desk()
    desk.commands.submit(Done(thread, NoReplyReason.THANKS))
    shop.pass_(MINUTE)
    desk.commands.submit(Reopen(thread))
    shop.pass_(MINUTE)
    answer(shop, thread)
    shop.pass_(HOUR)
    shop.take("avon-fb", MessageEdited(f"avon-fb:Ewa:Dzięki:{HOUR}", "A jednak nie działa"))
    shop.pass_(HOUR)
    found = whole(desk.reports.report(MONTH))
    assert (found["reopened"].n, found["edited_after_answer"].n) == (1, 1)
    assert (found["arrived"].n, found["answered"].n, found["open"].n) == (2, 1, 1)


def events(seed: int) -> list[Event]:
    chance = random.Random(seed)
    told: list[Event] = []
    for n in range(60):
        thread, at = f"t{chance.randrange(15)}", NOW - chance.randrange(40 * DAY)
        is_ours = chance.random() < 0.4
        who = None if is_ours else Author(f"k{thread}", "Kasia")
        point = ContactPoint.PRIVATE_MESSAGE
        told.append(MessageSeen(f"m{n}", thread, point, at, who, is_ours=is_ours, text="?"))
    return told


@pytest.mark.parametrize("seed", range(5))
def test_the_order_of_the_sync_changes_no_figure(tmp_path: Path, seed: int) -> None:
    figures = []
    for turn in range(2):
        shop = open_shop(tmp_path / f"{turn}.sqlite")
        told = events(seed)
        random.Random(seed + turn).shuffle(told)
        for start in range(0, len(told), 7):
            shop.take("avon-fb", *told[start : start + 7])
        desk = shop.desk()
        figures.append(desk.reports.report(ReportAsked(since="60d", by="day")).figures)
        for key in KPIS:
            asked = ReportAsked(since="60d", by="week")
            check(desk.reports.report(asked), desk.reports.report(asked, key), key)
        desk.close()
        shop.database.close()
    assert figures[0] == figures[1]


@pytest.mark.parametrize(
    ("asked", "rows", "why"),
    [
        (ReportAsked(since="soon"), "", "is not a date"),
        (ReportAsked(month="October"), "", "is not a month"),
        (ReportAsked(since="1d", until="2d"), "", "ends before it begins"),
        (ReportAsked(by="mood"), "", "no group"),
        (ReportAsked(), "joy", "no KPI"),
    ],
)
def test_what_cannot_be_read_is_refused(
    shop: Shop, asked: ReportAsked, rows: str, why: str
) -> None:
    with pytest.raises(Refusal, match=why):
        shop.desk().reports.report(asked, rows)


def test_what_was_hidden_before_it_was_read_says_nothing_of_the_time_to_hide(shop: Shop) -> None:
    shop.says("Iga", "spam", ago=3 * DAY, hidden=True)
    shop.says("Ewa", "spam", ago=10 * MINUTE)
    late = shop.all("SELECT platform_id FROM messages WHERE visibility = 'visible'")[0][0]
    shop.take("avon-fb", Shown(str(late), True, shop.now))
    shop.pass_(MINUTE)
    found = whole(shop.desk().reports.report(MONTH))["time_to_hide"]
    assert (found.n, found.median) == (1, 10 * MINUTE)
