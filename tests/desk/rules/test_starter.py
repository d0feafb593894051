"""The rules that carecli brings along say what they mean."""

from __future__ import annotations

from carecli.desk.rules import SHIPPED
from carecli.desk.rules.rulebook import Rulebook
from carecli.desk.rules.trial import failures
from carecli.matching.words import STARTERS
from tests.desk.conftest import Shop
from tests.desk.rules.conftest import Ruled


def test_every_sentence_of_the_starter_rules_comes_out_right(shop: Shop) -> None:
    book = Rulebook(SHIPPED, STARTERS, "UTC")
    with shop.database.write() as db:
        entries = book.load(db, shop.now)
    assert book.problem is None
    assert len(entries) == 5
    assert [failure.what for one in entries for failure in failures(one)] == []
    assert {one.stage for one in entries} == {"draft"}


def test_what_the_word_lists_hit_is_held_for_review(ruled: Ruled) -> None:
    for file in STARTERS.glob("*.txt"):
        (ruled.folder / "words" / file.name).write_bytes(file.read_bytes())
    ruled.live((SHIPPED / "9-words.yaml").read_text("utf-8"), "listed-words")
    thread = ruled.says("Ola", "co za k.u.r.w.a")
    assert ruled.orders() == []
    [waiting] = ruled.rules.waiting()
    assert (waiting.kind, waiting.reason) == ("hide", "its rule requires a person's approval")
    assert [row.id for row in ruled.found("label:review")] == [thread]
    ruled.rules.approve([waiting.id])
    assert ruled.orders() == [("rule:listed-words", "hide", "")]


def test_what_is_hidden_already_needs_no_review(ruled: Ruled) -> None:
    both = """
- rule: insults
  if: {words: [kurwa]}
  then: {hide: true}
- rule: held
  if: {words: [kurwa]}
  then: {hide: true}
  caps: {hide: 0}
"""
    ruled.live(both, "insults", "held")
    ruled.says("Ola", "kurwa")
    assert ruled.rules.waiting() == []
    [(kind, state, reason)] = ruled.deeds("held")
    assert (kind, state) == ("hide", "refused")
    assert "already has a pending" in reason
