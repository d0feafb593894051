"""Colours suggested from what moderators chose, and judged by what they choose next."""

from __future__ import annotations

from carecli.desk.rules.colour_suggestions import Triage
from carecli.domain.commands import Recolour
from carecli.domain.model import Actor, Colour, ThreadId
from tests.desk.rules.conftest import Ruled

SAID = {
    Colour.RED: "mój prawnik złoży pozew numer",
    Colour.YELLOW: "paczka uszkodzona, reklamacja numer",
    Colour.GREEN: "jaka jest cena kremu numer",
}


def taught(ruled: Ruled, times: int) -> Triage:
    """A suggester that saw every colour chosen a number of times."""
    triage = ruled.moderation.triage = Triage()
    for n in range(times):
        for colour, text in SAID.items():
            thread = ruled.says(f"{colour}{n}", f"{text} {n}")
            ruled.desk.commands.submit(Recolour(thread, colour))
    ruled.shop.now += 1
    triage.learn(ruled.shop.database, ruled.shop.now)
    return triage


def suggested(ruled: Ruled, text: str) -> tuple[ThreadId, str]:
    thread = ruled.says("Ola", text)
    return thread, ruled.rules.why(thread).suggested


def test_nothing_is_suggested_before_there_are_enough_examples(ruled: Ruled) -> None:
    taught(ruled, 5)
    assert suggested(ruled, "prawnik")[1] == ""


def test_what_moderators_chose_is_suggested_with_a_probability(ruled: Ruled) -> None:
    taught(ruled, 20)
    thread, colour = suggested(ruled, "mój prawnik złoży pozew")
    assert colour == "red"
    why = ruled.rules.why(thread)
    assert 0.5 < why.probability <= 1
    assert (why.by, why.colour) == ("", "green")
    assert why.examples == 60


def test_suggestions_are_judged_by_the_next_choices(ruled: Ruled) -> None:
    taught(ruled, 20)
    right, _ = suggested(ruled, "mój prawnik złoży pozew")
    wrong, _ = suggested(ruled, "jaka jest cena")
    ruled.desk.commands.submit(Recolour(right, Colour.RED))
    ruled.desk.commands.submit(Recolour(wrong, Colour.YELLOW))
    why = ruled.rules.why(right)
    assert (why.judged, why.right) == (2, 1)


def test_machines_and_what_was_taken_back_teach_nothing(ruled: Ruled) -> None:
    triage = ruled.moderation.triage = Triage()
    thread = ruled.says("Ola", "prawnik")
    ruled.desk.commands.submit(Recolour(thread, Colour.RED), Actor("rule", "crisis"))
    ruled.desk.commands.submit(Recolour(thread, Colour.RED))
    ruled.desk.commands.undo()
    assert triage.learn(ruled.shop.database, ruled.shop.now) == 0


def test_what_was_learned_outlives_the_engine(ruled: Ruled) -> None:
    taught(ruled, 20)
    ruled.moderation.triage = again = Triage()
    assert again.learn(ruled.shop.database, ruled.shop.now) == 0
    assert suggested(ruled, "mój prawnik złoży pozew")[1] == "red"
