"""What waits gone over again by its meaning, and the safety flag that is raised by it."""

from __future__ import annotations

import pytest

from carecli.desk.rules import semantic_suggestions
from carecli.desk.rules.semantic_suggestions import MeaningTriage
from carecli.domain.commands import Recolour, Safety, SafetyStep
from carecli.domain.model import Actor, Colour, ThreadId
from tests.desk.rules.conftest import Ruled
from tests.desk.rules.test_triage import taught

SAID = {
    Colour.RED: "My lawyer will sue you",
    Colour.YELLOW: "The parcel arrived broken, I complain",
    Colour.GREEN: "How much is this cream?",
}
RASH = "Since I used your cream my face burns and itches"
THANKS = "Thank you, it arrived quickly"


@pytest.fixture
def triage(ruled: Ruled) -> MeaningTriage:
    return MeaningTriage(ruled.shop.context())


def look(ruled: Ruled, triage: MeaningTriage) -> int:
    """Go over what waits until there is nothing left."""
    ruled.shop.now += 1
    seen = 0
    while found := triage.look(ruled.shop.database, ruled.shop.now):
        seen += found
    return seen


def coloured(ruled: Ruled) -> None:
    """Each colour was chosen twenty times."""
    for n in range(20):
        for colour, text in SAID.items():
            ruled.desk.commands.submit(Recolour(ruled.says(f"{colour}{n}", text), colour))


def judged(ruled: Ruled) -> None:
    """The flag was confirmed and lowered 25 times each."""
    for n in range(25):
        for step, text in ((SafetyStep.CONFIRM, RASH), (SafetyStep.LOWER, THANKS)):
            ruled.desk.commands.submit(Safety(ruled.says(f"{step}{n}", text), step))


def safety(ruled: Ruled, thread: ThreadId) -> str:
    return ruled.rules.why(thread).safety


def test_what_waits_is_suggested_for_by_its_meaning(ruled: Ruled, triage: MeaningTriage) -> None:
    coloured(ruled)
    thread = ruled.says("Ola", "Mój prawnik złoży pozew")
    assert ruled.rules.why(thread).suggested == ""
    look(ruled, triage)
    why = ruled.rules.why(thread)
    assert (why.suggested, why.suggested_by) == ("red", "semantic")
    assert 0.5 < why.probability <= 1
    assert look(ruled, triage) == 0


def test_it_takes_the_place_of_what_words_suggested(ruled: Ruled, triage: MeaningTriage) -> None:
    taught(ruled, 20)
    thread = ruled.says("Ola", "My lawyer will sue you")
    assert ruled.rules.why(thread).suggested_by == "words"
    look(ruled, triage)
    assert ruled.rules.why(thread).suggested_by == "semantic"
    assert ruled.rules.why(thread).suggested == "red"


def test_what_a_person_coloured_is_let_be(ruled: Ruled, triage: MeaningTriage) -> None:
    coloured(ruled)
    thread = ruled.says("Ola", "My lawyer will sue you")
    ruled.desk.commands.submit(Recolour(thread, Colour.GREEN))
    look(ruled, triage)
    assert ruled.rules.why(thread).suggested == ""


def test_what_was_learned_outlives_the_engine(ruled: Ruled, triage: MeaningTriage) -> None:
    coloured(ruled)
    look(ruled, triage)
    thread = ruled.says("Ola", "Mi abogado va a demandarles")
    look(ruled, MeaningTriage(ruled.shop.context()))
    assert ruled.rules.why(thread).suggested == "red"


def test_corrections_are_encoded_some_at_a_time(
    ruled: Ruled, triage: MeaningTriage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(semantic_suggestions, "PORTION", 2)
    coloured(ruled)
    thread = ruled.says("Ola", "My lawyer will sue you")
    assert triage.look(ruled.shop.database, ruled.shop.now) == 0
    look(ruled, triage)
    assert ruled.rules.why(thread).suggested == "red"


def test_the_safety_flag_is_raised_for_a_person_to_look_at(
    ruled: Ruled, triage: MeaningTriage
) -> None:
    judged(ruled)
    rash = ruled.says("Ola", "Desde que uso su crema me arde y me pica la cara")
    thanks = ruled.says("Eva", "Gracias, llegó muy rápido")
    look(ruled, triage)
    assert (safety(ruled, rash), safety(ruled, thanks)) == ("raised", "")
    [(actor, decision)] = ruled.shop.all(
        "SELECT actor, id FROM decisions WHERE thread_id = ? AND verb = 'safety'", rash
    )
    assert actor == str(Actor("suggestion", "safety"))
    assert isinstance(decision, int)
    ruled.desk.commands.undo_decision(decision)
    assert safety(ruled, rash) == ""
    look(ruled, MeaningTriage(ruled.shop.context()))
    assert safety(ruled, rash) == "", "what a person took back is not raised again"


def test_a_flag_that_a_person_lowered_stays_lowered(ruled: Ruled, triage: MeaningTriage) -> None:
    judged(ruled)
    thread = ruled.says("Ola", RASH)
    ruled.desk.commands.submit(Safety(thread, SafetyStep.LOWER))
    look(ruled, triage)
    assert safety(ruled, thread) == ""


def test_no_flag_is_raised_before_there_are_enough_examples(
    ruled: Ruled, triage: MeaningTriage
) -> None:
    for n in range(5):
        ruled.desk.commands.submit(Safety(ruled.says(f"Ola{n}", RASH), SafetyStep.CONFIRM))
    thread = ruled.says("Eva", RASH)
    assert look(ruled, triage) == 0
    assert safety(ruled, thread) == ""
