"""Rules code what messages express, and what people coded is suggested for the next ones."""

from __future__ import annotations

from itertools import cycle

import pytest

from carecli.desk.conversations.rows import CodeView
from carecli.desk.rules.colour_suggestions import Triage
from carecli.domain.commands import Code, Label
from carecli.domain.errors import ConfigError
from carecli.domain.model import Actor, ThreadId
from tests.desk.rules.conftest import Ruled

RULE = """
rule: parcels
if: {words: [paczka]}
then: {sentiment: negative, stage: purchase, theme: [delivery, packaging]}
"""


def codes(ruled: Ruled, thread: ThreadId) -> list[CodeView]:
    talk = ruled.desk.conversations.conversation(thread)
    assert talk is not None
    return [code for message in talk.messages for code in message.codes]


def said(ruled: Ruled, thread: ThreadId) -> set[tuple[str, str, str]]:
    return {(code.kind, code.value, code.by) for code in codes(ruled, thread)}


def test_a_live_rule_codes_at_once_and_can_be_taken_back(ruled: Ruled) -> None:
    ruled.live(RULE, "parcels")
    thread = ruled.says("Ola", "Gdzie paczka?", times=2)
    assert said(ruled, thread) == {
        ("sentiment", "negative", "rule parcels"),
        ("stage", "purchase", "rule parcels"),
        ("theme", "delivery", "rule parcels"),
        ("theme", "packaging", "rule parcels"),
    }
    assert ruled.deeds("parcels") == [
        (kind, "done", "") for kind in ("sentiment", "stage", "theme")
    ]
    ruled.desk.commands.submit(Code(thread, sentiment="positive", without=("packaging",)))
    assert ("sentiment", "positive", "Ana") in said(ruled, thread)
    assert ("theme", "packaging", "rule parcels") not in said(ruled, thread)
    decision = ruled.rules.why(thread).deeds[1].decision
    assert decision is not None
    ruled.desk.commands.undo_decision(decision)
    assert not [one for one in said(ruled, thread) if one[0] == "stage"]


def test_a_rule_codes_nothing_a_person_coded(ruled: Ruled) -> None:
    """The message is read again, as after an edit: the person's sentiment stays."""
    ruled.live(RULE, "parcels")
    thread = ruled.says("Ola", "Gdzie krem?")
    ruled.desk.commands.submit(Code(thread, sentiment="neutral"))
    with ruled.shop.database.write() as db:
        db.execute("UPDATE messages SET text = 'Gdzie paczka?' WHERE thread_id = ?", (thread,))
        (message,) = db.execute("SELECT id FROM messages WHERE thread_id = ?", (thread,)).fetchone()
        ruled.moderation.run(db, [message], ruled.shop.now)
    assert ("sentiment", "neutral", "Ana") in said(ruled, thread)
    assert ("stage", "purchase", "rule parcels") in said(ruled, thread)
    assert ruled.deeds("parcels")[0] == ("sentiment", "refused", "a person coded the message")


def test_a_rule_may_name_only_known_themes_where_there_are_any(ruled: Ruled) -> None:
    ruled.moderation.book.known = {"themes": ("price",)}
    ruled.write(RULE)
    ruled.moderation.book.read_files()
    problem = ruled.moderation.book.problem
    assert isinstance(problem, ConfigError)
    assert "no such theme: 'delivery'" in str(problem)


TEXTS = {
    "negative": "paczka uszkodzona, jestem zła numer",
    "neutral": "jaka jest cena kremu numer",
    "positive": "dziękuję, cudowny krem numer",
}


def taught(ruled: Ruled, times: int, **but: int) -> Triage:
    """Suggesters that saw a person code messages, each value so many times."""
    triage = ruled.moderation.triage = Triage()
    stages = cycle(("purchase", "loyalty"))
    for value, text in TEXTS.items():
        for n in range(but.get(value, times)):
            thread = ruled.says(f"{value}{n}", f"{text} {n}")
            stage = next(stages) if value == "positive" else "purchase"
            ruled.desk.commands.submit(Code(thread, sentiment=value, stage=stage))
    ruled.shop.now += 1
    triage.learn(ruled.shop.database, ruled.shop.now)
    return triage


def test_nothing_is_suggested_before_fifty_examples(ruled: Ruled) -> None:
    taught(ruled, 16)
    assert codes(ruled, ruled.says("Ola", "paczka uszkodzona")) == []


def test_what_people_coded_is_suggested_with_a_probability_and_is_nobodys(ruled: Ruled) -> None:
    taught(ruled, 20)
    thread = ruled.says("Ola", "paczka uszkodzona, jestem zła")
    [code] = [one for one in codes(ruled, thread) if one.kind == "sentiment"]
    assert (code.value, code.by) == ("negative", "")
    assert code.probability is not None
    assert 0.5 < code.probability <= 1
    assert [row.id for row in ruled.found("sentiment:negative")].count(thread) == 0
    assert ruled.shop.all("SELECT count(*) FROM decisions WHERE actor LIKE 'suggestion%'") == [(0,)]


def test_rare_values_are_not_waited_for_and_never_suggested(ruled: Ruled) -> None:
    """Of the stages two are known well enough; the other three were never given."""
    taught(ruled, 24, neutral=5)
    found = [ruled.says(f"Ola {n}", f"{text} {n}") for n, text in enumerate(TEXTS.values())]
    views = [code for thread in found for code in codes(ruled, thread)]
    assert {code.value for code in views if code.kind == "stage"} <= {"purchase", "loyalty"}
    assert {code.value for code in views if code.kind == "stage"}
    assert {code.value for code in views if code.kind == "sentiment"} <= {"negative", "positive"}


def test_only_what_people_coded_and_did_not_take_back_teaches(ruled: Ruled) -> None:
    triage = ruled.moderation.triage = Triage()
    thread = ruled.says("Ola", "paczka")
    ruled.desk.commands.submit(Code(thread, sentiment="negative"), Actor("rule", "parcels"))
    ruled.desk.commands.submit(Code(thread, themes=("price",)))
    ruled.desk.commands.submit(Code(thread, sentiment="none"))
    ruled.desk.commands.submit(Label(thread, add=("x",)))
    ruled.desk.commands.submit(Code(thread, stage="loyalty"))
    ruled.desk.commands.undo()
    assert triage.learn(ruled.shop.database, ruled.shop.now) == 0


def test_what_was_learned_of_codes_outlives_the_engine(ruled: Ruled) -> None:
    taught(ruled, 20)
    ruled.moderation.triage = again = Triage()
    assert again.learn(ruled.shop.database, ruled.shop.now) == 0
    assert codes(ruled, ruled.says("Ola", "dziękuję, cudowny krem"))


@pytest.mark.parametrize("then", ["{sentiment: angry}", "{stage: negative}", "{theme: 7}"])
def test_what_is_no_code_is_told_with_its_line(ruled: Ruled, then: str) -> None:
    ruled.write(f"rule: odd\nthen: {then}\n")
    ruled.moderation.book.read_files()
    problem = ruled.moderation.book.problem
    assert isinstance(problem, ConfigError)
    assert problem.line == 2
