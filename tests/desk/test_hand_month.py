"""A month that was worked out by hand (hand_month.md) comes to the same in a report."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, time
from fractions import Fraction
from itertools import count
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from carecli.desk.reports.kpi_report import FigureRow, ReportAsked
from carecli.desk.services import InboxServices
from carecli.domain.commands import (
    Assign,
    CloseWindow,
    Done,
    Moderate,
    Recolour,
    Reopen,
    Reply,
    Snooze,
)
from carecli.domain.events import (
    Author,
    MessageEdited,
    MessageSeen,
    MessageWithdrawn,
    PostSeen,
    VisibilityChanged,
)
from carecli.domain.kpis import KPIS
from carecli.domain.model import (
    HOUR,
    MINUTE,
    SECOND,
    Actor,
    Colour,
    ContactPoint,
    MessageId,
    NoReplyReason,
    OutboxVerb,
    ThreadId,
)
from carecli.domain.protocol import Calendar, ColourRule, Protocol
from carecli.store.policies import enact
from tests.desk.conftest import Shop, open_shop

PAGE = (Path(__file__).parent / "hand_month.md").read_text(encoding="utf-8")
ZONE = "Europe/Warsaw"
OCTOBER = ReportAsked(month="2026-10")


def tables() -> Iterator[list[dict[str, str]]]:
    """Every table of the page, a dictionary a line."""
    for block in re.findall(r"(?:^\|.*\n)+", PAGE, re.MULTILINE):
        head, _rule, *lines = (
            [cell.strip() for cell in line.strip().strip("|").split("|")]
            for line in block.splitlines()
        )
        yield [dict(zip(head, line, strict=True)) for line in lines]


TABLES = [*tables()]
WAITS = next(table for table in TABLES if "wait" in table[0])
FIGURES = [row for table in TABLES if "KPI" in table[0] and "by" not in table[0] for row in table]
GROUPS = next(table for table in TABLES if "group" in table[0])


def span(text: str) -> int:
    """`24h30m`, `2h1s` in ms."""
    units = {"h": HOUR, "m": MINUTE, "s": SECOND}
    return sum(int(n) * units[unit] for n, unit in re.findall(r"(\d+)([hms])", text))


def number(text: str) -> Fraction | None:
    """A measure: a span, a share, or a sum of them divided by how many; None where it is empty."""
    if not text:
        return None
    whole, _, by = text.partition("/")
    value = span(whole) if re.search("[hms]", whole) else Fraction(whole)
    return Fraction(value) / int(by or 1)


def moment(text: str) -> int:
    """`5 10:00` of October, or `9-30 20:00`, in Warsaw."""
    day, clock = text.split(" ")
    month, _, of = day.rpartition("-")
    at = time.fromisoformat(clock.zfill(5))
    when = datetime.combine(datetime(2026, int(month or 10), int(of)), at, ZoneInfo(ZONE))  # noqa: DTZ001  # the zone follows
    return int(when.timestamp() * 1000)


def protocol(opens: int, closes: int) -> Protocol:
    hours = {day: ((time(opens), time(closes)),) for day in range(5)}
    return Protocol(
        {
            Colour.GREEN: ColourRule(24 * HOUR, "care"),
            Colour.YELLOW: ColourRule(6 * HOUR, "specialists", Calendar(ZONE, hours)),
            Colour.RED: ColourRule(2 * HOUR, "communication"),
        }
    )


@dataclass
class Thread:
    """A thread of the page as it goes on: its id, its messages, what is not sent yet."""

    key: str
    channel: str
    point: ContactPoint
    id: ThreadId = field(default=ThreadId(0))
    messages: list[str] = field(default_factory=list)
    unsent: int | None = None


@dataclass
class Month:
    """Makes the steps of the page happen."""

    shop: Shop
    numbers: Iterator[int] = field(default_factory=lambda: count(1))

    def desk(self, me: str) -> InboxServices:
        for desk in self.shop.desks:
            if desk.me == me:
                return desk
        return self.shop.desk(me, zone=ZONE)

    def says(self, thread: Thread, who: str, created: int, post: str | None = None) -> None:
        name = f"{thread.key}-{next(self.numbers)}" if thread.messages else thread.key
        thread.messages.append(name)
        author = Author(who, who)
        seen = MessageSeen(name, thread.key, thread.point, created, author, text="Hm?", post=post)
        self.shop.take(thread.channel, seen)
        [(id_,)] = self.shop.all("SELECT id FROM threads WHERE platform_id = ?", thread.key)
        assert isinstance(id_, int)
        thread.id = ThreadId(id_)

    def ours(self, thread: Thread, name: str, created: int) -> None:
        self.shop.take(
            thread.channel,
            MessageSeen(name, thread.key, thread.point, created, is_ours=True, text="Dzień dobry"),
        )
        self.shop.derive(thread.id)

    def sent(self, thread: Thread, outbox: int | None, *, private: bool = False) -> None:
        name = "" if private else f"ours-{next(self.numbers)}"
        self.shop.sent(outbox, name)
        if name:
            self.ours(thread, name, self.shop.now)
        self.shop.derive(thread.id)

    def first(self, thread: Thread) -> MessageId:
        [(id_,)] = self.shop.all(
            "SELECT id FROM messages WHERE platform_id = ?", thread.messages[0]
        )
        assert isinstance(id_, int)
        return MessageId(id_)

    def step(self, thread: Thread, began: int, what: str, me: str = "", *more: str) -> None:
        """One step, now."""
        desk = self.desk(me if me in ("ana", "ola") else "ana")
        text, id_ = f"Dziękujemy {next(self.numbers)}", thread.id
        match what:
            case "reply":
                target = self.first(thread) if more else None
                self.sent(thread, desk.commands.submit(Reply(id_, text, target=target)).outbox)
            case "private":
                outbox = desk.commands.submit(Reply(id_, text, private=True)).outbox
                self.sent(thread, outbox, private=True)
            case "rule":
                by = Actor("rule", "contest")
                reply = Reply(id_, text, answers=me == "answers")
                self.sent(thread, desk.commands.submit(reply, by).outbox)
            case "fail":
                thread.unsent = desk.commands.submit(Reply(id_, text)).outbox
                with self.shop.database.write() as db:
                    db.execute("UPDATE outbox SET state = 'failed' WHERE id = ?", (thread.unsent,))
                self.shop.derive(id_)
            case "sent":
                assert thread.unsent is not None
                desk.commands.retry(thread.unsent)
                self.sent(thread, thread.unsent)
            case "elsewhere":
                seen = began + span(me)
                created, self.shop.now = self.shop.now, seen
                self.ours(thread, f"app-{next(self.numbers)}", created)
            case "ask":
                self.says(thread, f"k{thread.key}", self.shop.now)
            case "other":
                self.says(thread, f"another-{thread.key}", self.shop.now)
            case "withdraw":
                withdrawn = MessageWithdrawn(thread.messages[0], self.shop.now)
                self.shop.take(thread.channel, withdrawn)
            case "edit":
                edited = MessageEdited(thread.messages[0], "A jednak nie")
                self.shop.take(thread.channel, edited)
            case "hidden":
                change = VisibilityChanged(thread.messages[0], hidden=True, at=self.shop.now)
                self.shop.take(thread.channel, change)
            case "hide" | "unhide":
                deed = Moderate(id_, self.first(thread), OutboxVerb(what))
                self.shop.sent(desk.commands.submit(deed).outbox)
                is_hidden = what == "hide"
                change = VisibilityChanged(thread.messages[0], is_hidden, at=self.shop.now)
                self.shop.take(thread.channel, change)
            case "done":
                desk.commands.submit(Done(id_, NoReplyReason(more[0])))
            case "undo":
                desk.commands.undo()
            case "reopen":
                desk.commands.submit(Reopen(id_))
            case "window":
                desk.commands.submit(CloseWindow(id_))
            case "assign":
                desk.commands.submit(Assign(id_, more[0]))
            case "snooze":
                desk.commands.submit(Snooze(id_, self.shop.now + span(more[0])))
            case _:
                desk.commands.submit(Recolour(id_, Colour(what)))


def make(shop: Shop) -> None:
    """Let October happen, step by step in the order of time."""
    month = Month(shop)
    shop.now = moment("9-1 0:00")
    with shop.database.write() as db:
        enact(db, protocol(9, 17), shop.now)
        enact(db, protocol(8, 20), moment("20 0:00"))
        db.execute("INSERT INTO campaign_posts VALUES ('autumn', 'post')")
    shop.take("avon-fb", PostSeen("post"))
    steps: list[tuple[int, int, Thread, int, list[str]]] = []
    for row in WAITS:
        if not row["arrives"]:
            continue
        began = moment(row["arrives"])
        point = {"dm": ContactPoint.PRIVATE_MESSAGE, "ad": ContactPoint.AD_COMMENT}
        where = row["where"]
        thread = Thread(
            f"t{row['wait']}",
            "lrp-fb" if where == "lrp" else "avon-fb",
            point.get(where, ContactPoint.COMMENT),
        )
        written = [one.strip().split(" ") for one in row["what happens"].split(";")]
        seen = next((span(one[1]) for one in written if one[0] == "seen"), 0)
        steps.append((began + seen, len(steps), thread, began, ["arrives", where]))
        steps += [
            (began + span(at), len(steps) + place, thread, began, words)
            for place, (at, *words) in enumerate(written)
            if at.startswith("+")
        ]
    late: list[tuple[int, int, Thread, int, list[str]]] = []
    for at, _place, thread, began, words in sorted(steps, key=lambda one: one[:2]):
        shop.now = at
        if words[0] == "arrives":
            post = "post" if words[1] == "ad" else None
            month.says(thread, f"k{thread.key}", began, post)
        elif words[0] == "elsewhere" and span(words[1]) > at - began:
            late.append((at, 0, thread, began, words))
        else:
            month.step(thread, began, *words)
    for at, _place, thread, began, words in late:
        shop.now = at
        month.step(thread, began, *words)
    with shop.database.write() as db:
        for key, similarity in (("t1", 1.0), ("t2", 0.5)):
            db.execute(
                "INSERT INTO snippet_uses SELECT o.decision_id, 'thanks', o.message_id, ?, "
                "o.sent_at FROM outbox o JOIN threads t ON t.id = o.thread_id "
                "WHERE t.platform_id = ?",
                (similarity, key),
            )
    shop.now = moment("11-1 0:00")


@pytest.fixture(scope="module")
def october(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shop]:
    shop = open_shop(tmp_path_factory.mktemp("october") / "care.sqlite")
    make(shop)
    yield shop
    for desk in shop.desks:
        desk.close()
    shop.database.close()


def figures(shop: Shop, by: str = "") -> dict[tuple[str, str], FigureRow]:
    asked = ReportAsked(month="2026-10", by=by)
    return {(row.kpi, row.group): row for row in shop.desks[0].reports.report(asked).figures}


def test_each_wait_ended_as_the_page_says(october: Shop) -> None:
    shop = october
    found = {}
    for thread, nth, contact, *rest in shop.all(
        "SELECT t.platform_id, w.ordinal, c.name, w.outcome, w.ended_by, w.colour, "
        "w.ended_at - w.started_at FROM waits w JOIN threads t ON t.id = w.thread_id "
        "JOIN contacts c ON c.id = w.contact_id"
    ):
        key = str(thread)[1:]
        if nth == 2 or str(contact).startswith("another"):
            key = str(int(key) + 1)
        found[key] = rest
    told = {
        row["wait"]: [
            row["outcome"],
            "" if row["outcome"] in ("", "moderated", "replied_elsewhere") else row["by"],
            row["colour"],
            span(row["took"]) if row["took"] else None,
        ]
        for row in WAITS
    }
    names = {
        key: [
            outcome,
            "" if outcome == "moderated" else str(by).replace("moderator:", "").split(":")[-1],
            colour,
            took,
        ]
        for key, (outcome, by, colour, took) in found.items()
    }
    names["24"][1] = ""  # a rule's
    told["33"][1] = names["33"][1] = ""
    assert names == told
    assert len(found) == 60


@pytest.mark.parametrize("row", FIGURES, ids=lambda row: row["KPI"])
def test_each_figure_is_what_was_worked_out_by_hand(october: Shop, row: dict[str, str]) -> None:
    found = figures(october)[row["KPI"], ""]
    assert found.n == int(row["n"])
    assert found.of == (int(row["of"]) if row["of"] else None)
    for name in ("median", "p90", "mean", "most"):
        value, wanted = getattr(found, name), number(row[name])
        assert value == (None if wanted is None else pytest.approx(float(wanted))), name


def test_no_figure_was_forgotten() -> None:
    assert sorted(row["KPI"] for row in FIGURES) == sorted(KPIS)


@pytest.mark.parametrize("row", GROUPS, ids=lambda row: f"{row['group']}-{row['KPI']}")
def test_groups_are_what_was_worked_out_by_hand(october: Shop, row: dict[str, str]) -> None:
    found = figures(october, row["by"]).get((row["KPI"], row["group"]))
    assert (found.n if found else 0) == int(row["n"])
    if row["of"]:
        assert found is not None
        assert found.of == int(row["of"])


def test_what_if_red_were_one_hour(october: Shop) -> None:
    usual = protocol(9, 17)
    rules = {**usual.rules, Colour.RED: ColourRule(HOUR, "communication")}
    asked = ReportAsked(month="2026-10", by="colour", protocol=Protocol(rules))
    [red] = [
        row
        for row in october.desks[0].reports.report(asked).figures
        if (row.kpi, row.group) == ("in_time", "red")
    ]
    assert (red.n, red.of) == (1, 5)


def test_as_of_the_tenth_nothing_later_had_happened(october: Shop) -> None:
    asked = ReportAsked(month="2026-10", as_of="2026-10-10")
    found = {row.kpi: row.n for row in october.desks[0].reports.report(asked).figures}
    wanted = {
        "arrived": 27, "answered": 17, "answered_elsewhere": 2, "answered_by_rule": 1,
        "no_reply_needed": 6, "moderated": 0, "open": 1, "backlog": 1, "backlog_overdue": 0,
    }  # fmt: skip
    assert {key: found[key] for key in wanted} == wanted


def test_the_rows_of_a_figure_are_the_waits_the_page_names(october: Shop) -> None:
    """Those behind what is in time or missed, and the working time of each."""
    desk = october.desks[0]
    key_of = {id_: str(key)[1:] for id_, key in october.all("SELECT id, platform_id FROM threads")}
    kept = {"yes": set[str](), "no": set[str]()}
    for row in WAITS:
        if row["kept"] and row["wait"] != "10":
            kept[row["kept"]].add(row["wait"])
    alike = {"13": "12", "15": "14", "39": "38"}  # in one thread with another
    for kpi, which in (("in_time", "yes"), ("missed", "no")):
        rows = [row for row in desk.reports.report(OCTOBER, kpi).rows if row.is_counted]
        assert len(rows) == len(kept[which])
        assert {key_of[row.thread] for row in rows} == {alike.get(one, one) for one in kept[which]}
    worked = sorted(row.value or 0 for row in desk.reports.report(OCTOBER, "reaction_working").rows)
    answers = [row for row in WAITS if row["outcome"] == "replied" and row["by"]]
    assert worked == sorted(span(row["worked"]) for row in answers)
