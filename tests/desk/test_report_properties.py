"""Whatever happens in a shop: rows sum to figures, parts to the whole, and no order matters."""

from __future__ import annotations

import tempfile
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from pathlib import Path
from random import Random

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from carecli.desk.reports.kpi_report import GROUPS, KpiReport, ReportAsked
from carecli.domain.canonical import canonical_json
from carecli.domain.commands import (
    Assign,
    CloseWindow,
    Done,
    Moderate,
    Note,
    Recolour,
    Reopen,
    Reply,
)
from carecli.domain.errors import Refusal
from carecli.domain.events import (
    Author,
    Event,
    MessageEdited,
    MessageSeen,
    MessageWithdrawn,
    VisibilityChanged,
)
from carecli.domain.kpis import KPIS, OUTCOMES
from carecli.domain.model import (
    DAY,
    HOUR,
    MINUTE,
    Actor,
    Colour,
    ContactPoint,
    MessageId,
    NoReplyReason,
    OutboxVerb,
    ThreadId,
)
from carecli.store.policies import Policies
from carecli.store.rebuild import rebuild
from tests.desk.conftest import NOW, Shop, open_shop

PERIOD = ReportAsked(since="40d")
SLOW = settings(
    max_examples=8,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
    derandomize=True,
    phases=(Phase.explicit, Phase.generate),  # a seed says no more when it is smaller
)
POINTS = (ContactPoint.COMMENT, ContactPoint.PRIVATE_MESSAGE, ContactPoint.AD_COMMENT)
CHANNELS = ("avon-fb", "lrp-fb")

Step = tuple[str, int, int]
"""What happens, to which thread, and which of several ways it goes."""

DEEDS = {
    "say": 16, "reply": 14, "elsewhere": 2, "done": 4, "colour": 3, "assign": 3, "hide": 2,
    "withdraw": 1, "edit": 2, "undo": 2, "reopen": 2, "rule": 2, "note": 1, "close": 1,
}  # fmt: skip
"""What may happen, and how often beside the others."""

DELAYS = (3 * MINUTE, 40 * MINUTE, 2 * HOUR, 3 * HOUR, 7 * HOUR, 20 * HOUR)


@st.composite
def happenings(draw: st.DrawFn) -> list[Step]:
    """Seventy steps: by a seed, since hypothesis by itself seldom lets anybody be answered."""
    chance = Random(draw(st.integers(0, 2**32)))
    deeds = chance.choices([*DEEDS], [*DEEDS.values()], k=70)
    return [(deed, chance.randrange(5), chance.randrange(6)) for deed in deeds]


steps = happenings()


@contextmanager
def a_shop() -> Iterator[Shop]:
    with tempfile.TemporaryDirectory() as folder:
        shop = open_shop(Path(folder) / "care.sqlite")
        yield shop
        for desk in shop.desks:
            desk.close()
        shop.database.close()


class World:
    """Five threads on two channels, in which steps happen."""

    def __init__(self, shop: Shop) -> None:
        self.shop, self.n = shop, 0
        self.desks = [shop.desk("ana"), shop.desk("ola")]
        shop.now = NOW - 30 * DAY

    def run(self, all_: list[Step]) -> None:
        for what, thread, way in all_:
            self.n += 1
            self.shop.now += DELAYS[way]
            with suppress(Refusal):
                self.step(what, thread, way)
        self.shop.now += 5 * MINUTE

    def step(self, what: str, thread: int, way: int) -> None:
        shop, channel, key = self.shop, CHANNELS[thread % 2], f"t{thread}"
        if what in ("say", "elsewhere"):
            who = None if what == "elsewhere" else Author(f"k{thread}-{way % 2}", "Kasia")
            created = shop.now - way * 20 * MINUTE
            shop.take(
                channel,
                MessageSeen(
                    f"m{self.n}", key, POINTS[thread % 3], created, who,
                    is_ours=who is None, text=f"?{self.n}",
                ),
            )  # fmt: skip
            return
        found = shop.all("SELECT id, last_inbound_id FROM threads WHERE platform_id = ?", key)
        if not found or found[0][1] is None:
            return
        id_, message = ThreadId(int(str(found[0][0]))), MessageId(int(str(found[0][1])))
        name = str(shop.all("SELECT platform_id FROM messages WHERE id = ?", message)[0][0])
        desk = self.desks[way % 2]
        deeds: dict[str, Callable[[], object]] = {
            "done": lambda: desk.commands.submit(Done(id_, [*NoReplyReason][way])),
            "colour": lambda: desk.commands.submit(Recolour(id_, [*Colour][way % 3])),
            "assign": lambda: desk.commands.submit(Assign(id_, ("ana", "ola")[way % 2])),
            "note": lambda: desk.commands.submit(Note(id_, "Uwaga")),
            "reopen": lambda: desk.commands.submit(Reopen(id_)),
            "undo": desk.commands.undo,
            "reply": lambda: self.reply(id_, way, None),
            "rule": lambda: self.reply(id_, way, Actor("rule", "contest")),
            "hide": lambda: self.hide(id_, message, name, channel),
            "withdraw": lambda: shop.take(channel, MessageWithdrawn(name, shop.now)),
            "edit": lambda: shop.take(channel, MessageEdited(name, f"inaczej {self.n}")),
            "close": lambda: desk.commands.submit(CloseWindow(id_)),
        }
        deeds[what]()

    def reply(self, thread: ThreadId, way: int, by: Actor | None) -> None:
        desk, text = self.desks[way % 2], f"Dziękujemy {self.n}"
        reply = Reply(thread, text, answers=by is None or way % 2 == 0)
        outbox = desk.commands.submit(reply, by).outbox
        self.shop.sent(outbox, f"r{self.n}")
        [(channel, key, point)] = self.shop.all(
            "SELECT c.key, t.platform_id, t.point FROM threads t "
            "JOIN channels c ON c.id = t.channel_id WHERE t.id = ?",
            thread,
        )
        seen = MessageSeen(
            f"r{self.n}", str(key), ContactPoint(str(point)), self.shop.now, is_ours=True, text=text
        )
        self.shop.take(str(channel), seen)
        self.shop.derive(thread)

    def hide(self, thread: ThreadId, message: MessageId, name: str, channel: str) -> None:
        receipt = self.desks[0].commands.submit(Moderate(thread, message, OutboxVerb.HIDE))
        self.shop.sent(receipt.outbox)
        self.shop.take(channel, VisibilityChanged(name, hidden=True, at=self.shop.now))


def told(found: KpiReport) -> dict[tuple[str, str], tuple[int, int | None]]:
    return {(row.kpi, row.group): (row.n, row.of) for row in found.figures}


@SLOW
@given(steps, st.sampled_from(GROUPS))
def test_rows_sum_to_figures_in_any_group(all_: list[Step], by: str) -> None:
    with a_shop() as shop:
        World(shop).run(all_)
        desk = shop.desk()
        asked = replace(PERIOD, by=by)
        found = told(desk.reports.report(asked))
        for key, kpi in KPIS.items():
            rows = desk.reports.report(asked, key).rows
            assert len({row.id for row in rows}) == len(rows)
            counted = Counter(row.group for row in rows if row.is_counted)
            every = Counter(row.group for row in rows)
            groups = {group: value for (one, group), value in found.items() if one == key and group}
            n, of = found[key, ""]
            assert sum(counted.values()) == n
            assert {group: value[0] for group, value in groups.items() if value[0]} == dict(counted)
            if kpi.among is not None:
                assert sum(every.values()) == of
                assert {group: value[1] for group, value in groups.items()} == dict(every)
            for group in {*groups}:
                some = desk.reports.report(asked, key, group).rows
                assert some == tuple(row for row in rows if row.group == group)


@SLOW
@given(steps)
def test_parts_sum_to_the_whole(all_: list[Step]) -> None:
    """By brand asked for alone, by group, by outcome, by what a rate leaves out, by time taken."""
    with a_shop() as shop:
        World(shop).run(all_)
        desk = shop.desk()
        whole = told(desk.reports.report(PERIOD))
        brands = [
            told(desk.reports.report(replace(PERIOD, brand=one)))
            for one in ("Avon", "La Roche-Posay")
        ]
        for key in KPIS:
            if key == "burn_down":  # a brand nobody works on has no pace of its own
                continue
            n, of = whole[key, ""]
            assert sum(one[key, ""][0] for one in brands) == n
            assert of is None or sum(one[key, ""][1] or 0 for one in brands) == of
        for by in GROUPS:
            parts = told(desk.reports.report(replace(PERIOD, by=by)))
            for key in KPIS:
                some = [value for (one, group), value in parts.items() if one == key and group]
                assert sum(n for n, _of in some) == whole[key, ""][0]
                assert sum(of or 0 for _n, of in some) == (whole[key, ""][1] or 0)

        def count(*keys: str) -> int:
            return sum(whole[key, ""][0] for key in keys)

        assert count(*OUTCOMES) == count("arrived")
        assert count("within_2h", "over_2h") == count("replies")
        assert count("from_2h_to_6h", "from_6h_to_24h", "over_24h") == count("over_2h")
        assert count("in_time", "missed") == whole["in_time", ""][1]
        assert count("reaction_first", "reaction_later") == count("reaction")
        assert count("private_answers", "public_answers") == whole["private_answers", ""][1]
        assert count("automatic_acknowledgements", "automatic_answers") == count(
            "automatic_replies"
        )
        assert count("waiting_within_2h", "waiting_over_2h") == count("backlog") == count("open")
        left_out = ("excluded_no_reply", "excluded_not_due", "moderated", "withdrawn")
        assert count(*left_out) + (whole["response_rate", ""][1] or 0) == count("arrived")


@SLOW
@given(steps)
def test_what_was_kept_up_to_date_equals_what_is_computed_anew(all_: list[Step]) -> None:
    with a_shop() as shop:
        World(shop).run(all_)
        desk = shop.desk()
        groupings = ("", *GROUPS)
        before = {
            by: canonical_json(one) for by, one in desk.reports.reports(PERIOD, groupings).items()
        }
        policies = Policies(shop.database.connection)
        assert rebuild(shop.database, policies, shop.now) == []
        with shop.database.write() as db:
            db.execute("DELETE FROM waits")
        assert desk.reports.report(PERIOD).figures[0].n == 0
        rebuild(shop.database, policies, shop.now, fix=True)
        after = {
            by: canonical_json(one) for by, one in desk.reports.reports(PERIOD, groupings).items()
        }
        assert after == before


@st.composite
def syncs(draw: st.DrawFn) -> tuple[list[Event], list[Event], int]:
    """What the platform has to tell, in two orders, and how much comes at once."""
    told_: list[Event] = []
    for n in range(draw(st.integers(1, 25))):
        thread, way = draw(st.integers(0, 4)), draw(st.integers(0, 4))
        at = NOW - draw(st.integers(0, 30 * 24)) * HOUR
        who = None if way == 0 else Author(f"k{thread}-{way % 2}", "Kasia")
        point = POINTS[thread % 3]
        told_.append(
            MessageSeen(f"m{n}", f"t{thread}", point, at, who, is_ours=who is None, text="?")
        )
        if way == 1:
            told_.append(MessageWithdrawn(f"m{n}", at + HOUR))
        elif way == 2:
            told_.append(VisibilityChanged(f"m{n}", hidden=True, at=at + HOUR))
    return told_, draw(st.permutations(told_)), draw(st.integers(1, 9))


@SLOW
@given(syncs())
def test_any_order_of_the_sync_gives_the_same_report(
    sync: tuple[list[Event], list[Event], int],
) -> None:
    first, other, lot = sync
    figures = []
    for order, size in ((first, len(first)), (other, lot), (other[::-1] + first, lot)):
        with a_shop() as shop:
            for start in range(0, len(order), size):
                shop.take("avon-fb", *order[start : start + size])
            found = shop.desk().reports.reports(PERIOD, ("", *GROUPS))
            figures.append({by: one.figures for by, one in found.items()})
    assert figures[0] == figures[1]
    assert figures[0] == figures[2]
