"""What a person pastes passes the rules; nothing is sent where nothing can be."""

from __future__ import annotations

import pytest

from carecli.desk.rules.colour_suggestions import LABELS, NAME, Words
from carecli.desk.rules.learner import Learner
from carecli.desk.rules.rulebook import Rulebook
from carecli.domain.entry import ManualEntry
from carecli.domain.model import DAY, ThreadId
from carecli.matching.suggester import Example
from carecli.store import attention, suggestions
from carecli.store.suggestions import Learned
from tests.desk.rules.conftest import LATER, Ruled

COMPLAINT = """
rule: allergy
if: {words: [swollen]}
then: {colour: red, team: specialists, safety: true}
"""

ANSWER = """
rule: thanks
if: {words: [swollen, parcel]}
then: {reply: ["Thank you for telling us."]}
"""

UNATTENDED = ANSWER.replace("rule: thanks", "rule: thanks\nunattended: true")


def paste(ruled: Ruled, text: str, *, written: str = "", author: str = "Ewa") -> ThreadId:
    known = {"channels": ("avon-fb", "lrp-fb"), "teams": ("care", "specialists")}
    desk = ruled.shop.desk(
        rulebook=lambda: Rulebook(
            ruled.folder / "rules", ruled.folder / "words", "Europe/Warsaw", known
        )
    )
    return desk.commands.add_entry("groups", ManualEntry(text, author=author, written=written))


@pytest.mark.parametrize("written", ["", "3h", "2020-01-05 18:20"])
def test_a_pasted_complaint_is_coloured_and_given_to_a_team(ruled: Ruled, written: str) -> None:
    ruled.live(COMPLAINT, "allergy")
    thread = paste(ruled, "My eyes are swollen.", written=written)
    [row] = ruled.found("colour:red is:safety team:specialists")
    assert row.id == thread


def test_it_is_looked_at_once(ruled: Ruled) -> None:
    ruled.live(COMPLAINT, "allergy")
    paste(ruled, "My eyes are swollen.")
    paste(ruled, "My eyes are swollen.")
    assert len(ruled.deeds("allergy")) == 3


@pytest.mark.parametrize("rule", [ANSWER, UNATTENDED], ids=["asks", "unattended"])
def test_no_answer_is_ordered_or_asked_for_where_none_can_be_written(
    ruled: Ruled, rule: str
) -> None:
    ruled.live(rule, "thanks")
    thread = paste(ruled, "Where is my parcel?")
    assert ruled.orders() == []
    assert ruled.rules.waiting() == []
    [deed] = ruled.rules.why(thread).deeds
    assert (deed.kind, deed.state, deed.reason) == (
        "reply",
        "refused",
        "carecli cannot write here",
    )
    assert deed.value == "Thank you for telling us."
    assert ruled.found("is:waiting")[0].id == thread


def test_what_a_person_takes_in_days_later_is_not_answered_by_itself(ruled: Ruled) -> None:
    ruled.live(UNATTENDED, "thanks")
    shop = ruled.shop
    thread = ruled.says("Ewa", "Where is my parcel?", ago=5 * DAY)
    assert ruled.deeds("thanks") == []  # history, as far as the engine is concerned
    [(message,)] = shop.all("SELECT id FROM messages WHERE thread_id = ?", thread)
    assert isinstance(message, int)
    with shop.database.write() as db:
        ruled.moderation.run(db, [message], shop.now, is_by_hand=True)
    assert ruled.deeds("thanks") == [("reply", "waiting", "it was written days ago")]


def test_a_colour_is_suggested_as_for_any_message(ruled: Ruled) -> None:
    shop = ruled.shop
    said = {"red": "swollen eyes", "yellow": "late parcel", "green": "lovely cream"}
    examples = [Example(f"{text} {n}", colour) for n in range(30) for colour, text in said.items()]
    learner = Learner(NAME, LABELS, Words(), suggestions.corrections)
    learner.suggester = Words().learned(examples, LABELS)
    kept = Learned(learner.suggester.to_bytes(), len(examples), 0, shop.now)
    with shop.database.write() as db:
        suggestions.keep(db, NAME, kept)
    thread = paste(ruled, "My eyes are swollen.")
    assert ruled.rules.why(thread).suggested == "red"


def test_an_entry_is_taken_in_though_rules_stumble_and_it_is_told(
    ruled: Ruled, monkeypatch: pytest.MonkeyPatch
) -> None:
    ruled.live(COMPLAINT, "allergy")
    monkeypatch.setattr("carecli.desk.rules.runner.rule_facts.told", lambda *_: 1 / 0)
    thread = paste(ruled, "My eyes are swollen.")
    assert ruled.found("is:waiting")[0].id == thread
    ruled.shop.pass_(LATER)
    told = attention.stumbled(ruled.shop.database.connection, ruled.shop.now)
    assert told is not None
    assert (told.messages, "ZeroDivisionError" in told.error) == (1, True)
