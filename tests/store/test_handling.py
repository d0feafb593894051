"""How long threads took, told from decisions one after the other."""

from __future__ import annotations

from itertools import count

import pytest

from carecli.domain.backlog import USUAL_SPANS, Handling
from carecli.domain.events import Author, MessageSeen
from carecli.domain.model import DAY, HOUR, MINUTE, SECOND, Actor, Colour, ContactPoint, Millis
from carecli.store.handling_times import ENOUGH_FOR_A_PACE, handling

from .conftest import NOW, Shop

ANA, OLA, RULE = Actor("moderator", "ana"), Actor("moderator", "ola"), Actor("rule", "x")


class History:
    """Decisions written one after the other, each about a thread of its own."""

    def __init__(self, shop: Shop) -> None:
        self.shop = shop
        self.number = count(1)

    def thread(self, point: ContactPoint = ContactPoint.COMMENT) -> int:
        name = f"m{next(self.number)}"
        self.shop.take(MessageSeen(name, name, point, NOW - DAY, Author(name, name), text="Hej"))
        (id_,) = self.shop.one("SELECT id FROM threads WHERE platform_id = ?", name)
        return int(str(id_))

    def decided(
        self,
        at: Millis,
        verb: str,
        thread: int,
        by: Actor = ANA,
        *,
        batch: int = 0,
        undone: bool = False,
    ) -> None:
        with self.shop.database.write() as db:
            db.execute(
                "INSERT INTO decisions (at, actor, verb, thread_id, args, batch, undone) "
                "VALUES (?,?,?,?,'{}',?,?)",
                (at, str(by), verb, thread, batch, int(undone)),
            )

    def shift(
        self, spans: list[Millis], by: Actor, point: ContactPoint = ContactPoint.COMMENT
    ) -> None:
        """One reply after the other."""
        at = NOW
        self.decided(at, "reply", self.thread(), by)
        for span in spans:
            at += span
            self.decided(at, "reply", self.thread(point), by)

    def told(self) -> Handling:
        with self.shop.database.read() as db:
            return handling(db)


@pytest.fixture
def history(shop: Shop) -> History:
    return History(shop)


def test_without_history_the_usual_spans_hold(history: History) -> None:
    told = history.told()
    assert told == Handling({}, {})
    assert [told.span(colour, "dm") for colour in Colour] == list(USUAL_SPANS.values())
    assert told.pace("ana") == 1.0


def test_the_median_of_gaps_between_replies(history: History) -> None:
    history.shift([30_000, 50_000, 40_000, 90_000, 45_000], ANA)
    assert history.told().spans == {("green", "comment"): 45_000}


def test_pauses_and_slips_of_the_finger_are_no_work(history: History) -> None:
    history.shift([40_000, 50_000, 60_000, 70_000, 80_000], ANA)
    history.shift([HOUR, *[16 * MINUTE] * 5], OLA)
    assert history.told().spans == {("green", "comment"): 60_000}
    history.shift([500] * 6, OLA)
    assert history.told().spans == {("green", "comment"): 60_000}


def test_few_threads_of_a_place_borrow_their_colours_median(history: History) -> None:
    history.shift([40_000] * 9, ANA)
    history.shift([600_000] * 2, OLA, ContactPoint.PRIVATE_MESSAGE)
    told = history.told()
    assert told.span("green", "dm") == told.span("green", "comment") == 40_000
    assert told.span("red", "dm") == USUAL_SPANS[Colour.RED]


def test_everything_done_about_a_thread_belongs_to_its_time(history: History) -> None:
    at = NOW
    history.decided(at, "reply", history.thread())
    for _ in range(5):
        thread = history.thread()
        for verb in ("recolour", "label", "reply", "reply"):
            at += 20 * SECOND
            history.decided(at, verb, thread)
    assert history.told().spans == {("green", "comment"): 60 * SECOND}


def test_batches_rules_and_what_was_taken_back_tell_nothing(history: History) -> None:
    for number in range(8):
        at = NOW + number * MINUTE
        history.decided(at, "done", history.thread(), batch=1)
        history.decided(at, "done", history.thread(), RULE)
        history.decided(at, "reply", history.thread(), OLA, undone=True)
    assert history.told() == Handling({}, {})


def test_paces_compare_people(history: History) -> None:
    history.shift([60_000] * (2 * ENOUGH_FOR_A_PACE), ANA)
    history.shift([120_000] * ENOUGH_FOR_A_PACE, OLA)
    told = history.told()
    assert told.spans == {("green", "comment"): 60_000}
    assert told.paces == {"ana": 1.0, "ola": 2.0}
