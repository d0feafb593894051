"""What a rule does about a message, what stops it, and what a person can take back."""

from __future__ import annotations

import pytest

from carecli.desk.rules.rulebook import Rulebook
from carecli.desk.rules.runner import Moderation
from carecli.domain.commands import Done, Recolour
from carecli.domain.errors import Refusal
from carecli.domain.model import DAY, HOUR, MINUTE, Colour, ContactPoint
from carecli.domain.rule import TrustStage
from tests.desk.rules.conftest import Ruled

INSULTS = """
rule: insults
when: {at: [comment, ad]}
if: {words: [kurwa, "debil*"]}
then: {label: [insult], hide: true}
tests:
  hit: ["co za kurwa", "debilne to"]
  miss: ["dzień dobry"]
"""

CONTEST = """
rule: contest
when: {posts: [contest-1]}
then: {private: ["Hi {contact.first_name}, what is your shade?"]}
answers: true
unattended: true
caps: {private: 1000}
expect: 1
"""

ALLERGY = """
rule: allergy
if: {words: [alergia, wysypka]}
then: {colour: red, safety: true, team: specialists, note: "adverse reaction?"}
"""


def test_a_live_rule_hides_what_it_looks_for_and_says_why(ruled: Ruled) -> None:
    ruled.live(INSULTS, "insults")
    kind = ruled.says("Jan", "Dzień dobry")
    insult = ruled.says("Ola", "co za k.u.r.w.a")
    assert ruled.orders() == [("rule:insults", "hide", "")]
    assert ruled.rules.why(kind).deeds == []
    label, hide = ruled.rules.why(insult).deeds
    assert (label.kind, label.state, hide.kind, hide.state) == ("label", "done", "hide", "done")
    (sign,) = hide.evidence
    assert (sign.term, sign.words, hide.text[sign.start : sign.end]) == (
        "kurwa",
        "kurwa",
        "k.u.r.w.a",
    )
    assert [row.id for row in ruled.found("label:insult")] == [insult]


def test_a_rule_acts_once_however_often_a_message_is_read(ruled: Ruled) -> None:
    ruled.live(INSULTS, "insults")
    ruled.says("Ola", "debil", times=3)
    assert len(ruled.orders()) == 1
    assert ruled.deeds("insults") == [("label", "done", ""), ("hide", "done", "")]


@pytest.mark.parametrize("stage", [TrustStage.DRAFT, TrustStage.OFF])
def test_a_draft_does_not_look(ruled: Ruled, stage: TrustStage) -> None:
    ruled.live(INSULTS, "insults", stage=stage)
    ruled.says("Ola", "debil")
    assert ruled.deeds("insults") == []


def test_a_rule_in_shadow_only_notes_what_it_would_do(ruled: Ruled) -> None:
    ruled.live(INSULTS, "insults", stage=TrustStage.SHADOW)
    thread = ruled.says("Ola", "debil")
    assert ruled.orders() == []
    assert ruled.deeds("insults") == [("label", "shadow", ""), ("hide", "shadow", "")]
    noted = ruled.rules.why(thread).deeds[0]
    ruled.rules.judge(noted.id, is_right=False)
    assert ruled.rules.why(thread).deeds[0].verdict == "wrong"


def test_an_edited_rule_goes_back_to_shadow(ruled: Ruled) -> None:
    ruled.live(INSULTS, "insults")
    ruled.write(INSULTS.replace("kurwa,", "kurwa, idiota,"))
    ruled.says("Ola", "idiota")
    assert ruled.orders() == []
    (row,) = ruled.rules.rules()
    assert (row.stage, row.reason) == ("shadow", "it has been edited")


def test_a_title_or_a_test_may_change_without_losing_trust(ruled: Ruled) -> None:
    ruled.live(INSULTS, "insults")
    ruled.write(INSULTS + "title: Insults vanish\n")
    assert ruled.rules.rules()[0].stage == "live"


def test_broken_files_leave_the_last_good_rules_at_work(ruled: Ruled) -> None:
    ruled.live(INSULTS, "insults")
    ruled.says("Ela", "debil")
    ruled.write("rule: insults\nif: {wrods: [x]}\nthen: {hide: true}\n")
    ruled.says("Ola", "debil")
    assert len(ruled.orders()) == 2
    ruled.rules.rules()
    assert "did you mean 'words'?" in ruled.rules.problem


def test_the_last_good_rules_outlive_the_engine_though_their_files_are_broken(
    ruled: Ruled,
) -> None:
    gone = INSULTS.replace("rule: insults", "rule: gone")
    ruled.live(gone, "gone")
    ruled.live(INSULTS, "insults")
    ruled.write("rule: insults\nif: {wrods: [x]}\n")
    book, context = ruled.moderation.book, ruled.shop.context()
    ruled.moderation = Moderation(
        Rulebook(book.folder, book.lists_folder, book.zone, book.known), context
    )
    ruled.says("Ola", "debil")
    assert ruled.orders() == [("rule:insults", "hide", "")]


def test_what_a_rule_says_must_be_there_before_it_is_trusted(ruled: Ruled) -> None:
    ruled.write(CONTEST.replace('"Hi {contact.first_name}, what', '"snippet: nope", "what'))
    ruled.rules.dry_run("contest")
    with pytest.raises(Refusal, match="There is no snippet 'nope'"):
        ruled.rules.set_stage("contest", TrustStage.SHADOW)


def test_what_is_history_is_left_alone(ruled: Ruled) -> None:
    ruled.live(INSULTS, "insults")
    ruled.says("Ola", "debil", ago=HOUR)
    ruled.shop.now += 10 * DAY
    ruled.says("Ela", "debil", ago=4 * DAY)
    assert ruled.orders() == []


def test_a_persons_decisions_stand_before_rules(ruled: Ruled) -> None:
    ruled.live(ALLERGY, "allergy")
    thread = ruled.says("Ola", "Dzień dobry", thread="t")
    ruled.desk.commands.submit(Recolour(thread, Colour.YELLOW))
    ruled.says("Ola", "mam wysypkę", thread="t")
    reasons = {kind: reason for kind, _, reason in ruled.deeds("allergy")}
    assert reasons["colour"] == "a person set the colour"
    assert [row.colour for row in ruled.found("")] == [Colour.YELLOW]


def test_red_and_safety_are_never_hidden(ruled: Ruled) -> None:
    ruled.live(listed(ALLERGY, INSULTS), "allergy", "insults")
    ruled.says("Ola", "kurwa, mam alergię po tym kremie")
    assert ("hide", "refused", "the thread has the safety flag") in ruled.deeds("insults")
    assert ruled.orders() == []
    assert [row.colour for row in ruled.found("is:safety")] == [Colour.RED]


def listed(*rules: str) -> str:
    """Rules as a file lists them."""
    return "\n".join("- " + rule.strip().replace("\n", "\n  ") for rule in rules)


def test_a_contest_is_answered_once_a_person_and_that_ends_the_wait(ruled: Ruled) -> None:
    ruled.live(CONTEST, "contest")
    first = ruled.says("Ana Paz", "quiero ganar", post="contest-1")
    again = ruled.says("Ana Paz", "yo otra vez", post="contest-1")
    ruled.says("Luz Sol", "hola", post="another")
    assert ruled.orders() == [("rule:contest", "private_reply", "Hi Ana, what is your shade?")]
    assert ruled.rules.why(again).deeds[0].reason == "it already wrote to this person here"
    ruled.shop.now += HOUR
    [(order,)] = ruled.shop.all("SELECT id FROM outbox")
    assert isinstance(order, int)
    ruled.shop.sent(order)
    ruled.shop.derive(first)
    assert first not in [row.id for row in ruled.found("is:waiting")]


def test_an_automatic_reply_ends_no_wait_unless_it_says_so(ruled: Ruled) -> None:
    ruled.live(CONTEST.replace("answers: true", "answers: false"), "contest")
    thread = ruled.says("Ana Paz", "quiero ganar", post="contest-1")
    [(order,)] = ruled.shop.all("SELECT id FROM outbox")
    assert isinstance(order, int)
    ruled.shop.sent(order)
    ruled.shop.derive(thread)
    assert [row.id for row in ruled.found("is:waiting")] == [thread]


def test_what_cannot_be_taken_back_waits_for_a_person(ruled: Ruled) -> None:
    ruled.live(CONTEST.replace("unattended: true", "unattended: false"), "contest")
    ruled.says("Ana Paz", "quiero ganar", post="contest-1")
    ruled.says("Luz Sol", "yo", post="contest-1")
    assert ruled.orders() == []
    ana, luz = ruled.rules.waiting()
    assert (ana.kind, ana.value, ana.reason) == (
        "private",
        "Hi {contact.first_name}, what is your shade?",
        "it cannot be undone",
    )
    ruled.rules.approve([ana.id])
    assert ruled.rules.decline([luz.id]) == 1
    assert ruled.orders() == [("rule:contest", "private_reply", "Hi Ana, what is your shade?")]
    assert ruled.rules.waiting() == []


def test_above_its_cap_a_rule_asks(ruled: Ruled) -> None:
    ruled.live(INSULTS + "caps: {hide: 2}\n", "insults")
    for name in ("Ola", "Ela", "Iza"):
        ruled.says(name, "debil")
    assert len(ruled.orders()) == 2
    (waits,) = ruled.rules.waiting()
    assert waits.reason == "more than 2 within an hour"


def test_a_rule_that_goes_too_far_falls_back_to_shadow(ruled: Ruled) -> None:
    ruled.live(INSULTS.replace('debil*"', 'debil*", cena') + "caps: {hide: 1000}\n", "insults")
    for n in range(40):
        ruled.says(f"Ola {n}", "jaka cena?")
    (row,) = ruled.rules.rules()
    assert row.stage == "shadow"
    assert row.reason.startswith("it hit 100% of the last messages")
    assert len(ruled.orders()) == 20


def test_one_word_holds_all_rules_back(ruled: Ruled) -> None:
    ruled.live(INSULTS, "insults")
    ruled.rules.stop_all(on=True)
    ruled.says("Ola", "debil")
    assert ruled.orders() == []
    assert ruled.deeds("insults")[0][1] == "shadow"
    ruled.rules.stop_all(on=False)
    ruled.says("Ela", "debil")
    assert len(ruled.orders()) == 1


def test_rules_do_not_answer_what_answers_them(ruled: Ruled) -> None:
    ruled.live(
        """
rule: hello
when: {at: [dm]}
if: {words: [hola]}
then: {reply: ["Hola, te leemos pronto."]}
unattended: true
""",
        "hello",
    )
    private = ContactPoint.PRIVATE_MESSAGE
    ruled.says("Ana", "hola", thread="t", point=private, post="")
    ruled.says("Ana", "hola hola", thread="t", point=private, post="")
    assert len(ruled.orders()) == 1
    assert ruled.deeds("hello")[1][2] == "a rule wrote here within the last day"
    ruled.shop.now += 2 * DAY
    ruled.says("Ana", "hola otra vez", thread="t", point=private, post="")
    assert len(ruled.orders()) == 2


def test_a_person_takes_back_what_a_rule_did(ruled: Ruled) -> None:
    ruled.live(INSULTS, "insults")
    thread = ruled.says("Ola", "debil")
    hide = ruled.rules.why(thread).deeds[1]
    assert hide.decision is not None
    ruled.desk.commands.undo_decision(hide.decision)
    assert ruled.orders() == []


def test_live_wants_a_dry_run_and_right_sentences(ruled: Ruled) -> None:
    ruled.write(INSULTS)
    with pytest.raises(Refusal, match="had no dry run"):
        ruled.rules.set_stage("insults", TrustStage.LIVE)
    ruled.write(INSULTS.replace('"dzień dobry"', '"kurwa, dzień dobry"'))
    with pytest.raises(Refusal, match="must not hit: kurwa, dzień dobry"):
        ruled.rules.set_stage("insults", TrustStage.SHADOW)


def test_a_dry_run_tells_what_people_did_with_what_it_would_hit(ruled: Ruled) -> None:
    ruled.shop.says("Ola", "debil")
    kind = ruled.shop.says("Ela", "debil, ale żartuję")
    ruled.shop.says("Iza", "Dzień dobry")
    ruled.desk.commands.submit(Done(kind))
    ruled.write(INSULTS)
    trial = ruled.rules.dry_run("insults")
    assert (trial.read, trial.seen, trial.hits) == (3, 3, 2)
    assert trial.outcomes == {"": 1, "no_reply_needed": 1}
    assert ruled.orders() == []
    assert ruled.rules.rules()[0].expected == pytest.approx(2 / 3)


def test_nothing_is_done_on_a_platform_to_who_is_allowed(ruled: Ruled) -> None:
    ruled.live(INSULTS, "insults")
    thread = ruled.says("Ola", "Dzień dobry")
    assert ruled.rules.allow(thread, on=True) == "Ola"
    ruled.says("Ola", "debil")
    assert ruled.deeds("insults") == [
        ("label", "done", ""),
        ("hide", "refused", "the contact is on the allow list"),
    ]
    ruled.rules.allow(thread, on=False)
    ruled.says("Ola", "debil, debil")
    assert len(ruled.orders()) == 1


def test_short_words_are_inflected_in_the_language_of_the_channel(ruled: Ruled) -> None:
    ruled.moderation.book.languages = {"avon-fb": ("pl",)}
    ruled.live(INSULTS.replace("kurwa, ", "kurwa, dupa, "), "insults")
    ruled.says("Ola", "pocałuj mnie w dupę")
    assert len(ruled.orders()) == 1


def test_two_versions_of_a_rule_are_compared(ruled: Ruled) -> None:
    ruled.shop.says("Ola", "debil")
    ruled.shop.says("Ela", "kurwa")
    ruled.shop.says("Iza", "idiota")
    ruled.write(INSULTS)
    ruled.rules.dry_run("insults")
    ruled.shop.now += 1
    ruled.write(INSULTS.replace('[kurwa, "debil*"]', '[idiota, "debil*"]'))
    trial = ruled.rules.dry_run("insults", against="before")
    assert (trial.hits, trial.fresh, trial.lost_count) == (2, 1, 1)
    assert [one.text for one in trial.lost] == ["kurwa"]
    with pytest.raises(Refusal, match="no such version"):
        ruled.rules.dry_run("insults", against="ffff")


def test_what_is_on_its_way_says_when_it_will_be_done(ruled: Ruled) -> None:
    ruled.live(CONTEST, "contest")
    for n in range(120):
        ruled.says(f"Ana {n}", "yo", post="contest-1")
    (row,) = ruled.rules.rules()
    assert (row.done, row.queued) == (120, 120)
    assert row.done_by == ruled.shop.now + 2 * MINUTE
