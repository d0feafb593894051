"""Nobody is forgotten because somebody else was answered, whoever asks where, however answered."""

from __future__ import annotations

import tempfile
from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from carecli.domain.commands import AnsweredOutside
from carecli.domain.model import Actor, ContactPoint, MessageId, OutboxVerb, ThreadId
from carecli.store import journal
from carecli.store.derive import refresh
from carecli.store.policies import Policies
from tests.sync.shop import ANA, RULE
from tests.sync.town import PEOPLE, Town

COMMENT, AD, MENTION = ContactPoint.COMMENT, ContactPoint.AD_COMMENT, ContactPoint.MENTION
REVIEW = ContactPoint.REVIEW
DM, GROUP = ContactPoint.PRIVATE_MESSAGE, ContactPoint.GROUP_POST
PUBLIC = (COMMENT, AD, MENTION)

WAYS = (
    *("ask under", "ask under", "ask under", "native", "native", "native by name"),
    *("native private", "public", "private", "rule", "look"),
)
steps = st.lists(
    st.one_of(
        st.tuples(
            st.just("ask"),
            st.sampled_from(sorted(PEOPLE)),
            st.sampled_from([*PUBLIC, REVIEW, DM, GROUP]),
        ),
        *[
            st.tuples(st.just(way), st.sampled_from(sorted(PEOPLE)), st.integers(0, 9))
            for way in WAYS
        ],
    ),
    min_size=5,
    max_size=12,
)


def take(town: Town, what: str, who: str, which: object) -> None:
    """One step; one that is not possible now is left out."""
    if what == "ask":
        assert isinstance(which, ContactPoint)
        town.ask(who, which)
        return
    assert isinstance(which, int)
    asked = [one for one in town.items.values() if one.author is not None]
    if what == "ask under":
        asked = [one for one in town.items.values() if one.point is not DM]
    if what in ("private", "native private"):
        asked = [one for one in asked if one.point in PUBLIC]
    if not asked:
        return
    about = asked[which % len(asked)]
    match what:
        case "ask under":
            town.ask(who, about.point, about.id)
        case "public" | "rule":
            town.answer_here(about.id, OutboxVerb.REPLY, RULE if what == "rule" else ANA)
        case "private":
            town.answer_here(about.id, OutboxVerb.PRIVATE_REPLY, ANA)
        case "native private":
            town.answer_privately(about.id)
        case "look":
            look(town, about.thread)
        case _:
            town.answer_natively(about.id, by_name=what == "native by name")


def look(town: Town, thread: str, by: Actor = ANA) -> None:
    """A person looks at the thread on the platform, and says who was answered there."""
    for message, id_, person in town.shop.all(
        "SELECT w.last_message_id, t.id, c.platform_id FROM waits w "
        "JOIN threads t ON t.id = w.thread_id JOIN contacts c ON c.id = w.contact_id "
        "WHERE t.platform_id = ? AND w.ended_at IS NULL AND t.unclear",
        thread,
    ):
        if (thread, person) not in town.unanswered:
            said = AnsweredOutside(ThreadId(id_), MessageId(message))
            with town.shop.database.write() as db:
                journal.record(db, said, by, town.platform.now)
                refresh(db, [id_], town.platform.now, Policies(db))


def judge(town: Town) -> None:
    waiting = town.waiting()
    assert town.unanswered <= waiting, "somebody was forgotten"
    doubtful = {thread for thread, _ in waiting - town.unanswered}
    assert doubtful <= town.untold, "somebody waits who was answered, and it was told whom"
    assert doubtful <= town.to_check() <= town.untold
    assert town.differences() == []


@settings(max_examples=10, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(steps)
def test_whoever_is_unanswered_waits(taken: list[tuple[str, str, object]]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        town = Town(Path(folder) / "care.sqlite")
        try:
            for step in taken:
                take(town, *step)
                town.pull()
                judge(town)
        finally:
            town.close()


def test_an_answer_to_the_second_person_leaves_the_first_one_waiting(tmp_path: Path) -> None:
    for number, way in enumerate(("private", "native private", "native by name", "native")):
        town = Town(tmp_path / f"{number}.sqlite")
        town.ask("p1", COMMENT)
        town.ask("p2", COMMENT, "m1")
        town.pull()
        take(town, way, "", 1)
        town.pull()
        both = {("m1", "p1"), ("m1", "p2")}
        assert town.waiting() == (both if way == "native" else {("m1", "p1")}), way
        assert town.to_check() == ({"m1"} if way == "native" else set())
        look(town, "m1")
        assert town.waiting() == {("m1", "p1")}
        assert town.differences() == []
        town.close()
