"""What rules give way to: people, red, the order of things, and each other's excess."""

from __future__ import annotations

from dataclasses import replace

from carecli.domain.commands import Flag, Recolour, Reply
from carecli.domain.events import Author, MessageSeen
from carecli.domain.model import DAY, HOUR, MINUTE, Colour, ContactPoint
from carecli.store.intake import take_in
from carecli.store.policies import Policies
from tests.desk.rules.conftest import Ruled
from tests.desk.rules.test_acting import ALLERGY, CONTEST, INSULTS, listed

HEARTS = """
rule: hearts
if: {has: [emoji_only]}
then: {done: thanks}
expect: 1
"""

RUDE = """
rule: rude
if: {words: [cham]}
then: {hide: true}
"""


def waits(ruled: Ruled) -> list[tuple[object, ...]]:
    return ruled.shop.all(
        "SELECT c.name, w.outcome FROM waits w JOIN contacts c ON c.id = w.contact_id ORDER BY 1"
    )


def edits(ruled: Ruled, id_: str, name: str, text: str, written: int) -> None:
    """Somebody changes what they wrote."""
    shop = ruled.shop
    author = Author(name, name)
    event = MessageSeen(id_, id_, ContactPoint.COMMENT, written, author, text=text, post="post-1")
    with shop.database.write() as db:
        taken = take_in(
            db,
            shop.channels["avon-fb"],
            [event],
            observed_at=shop.now,
            now=shop.now,
            policies=Policies(db),
        )
        ruled.moderation.run(db, taken.messages, shop.now)


def test_a_heart_ends_nobody_elses_wait(ruled: Ruled) -> None:
    ruled.live(HEARTS, "hearts")
    ruled.says("Ana", "Where is my parcel?", thread="t")
    ruled.shop.now += MINUTE
    ruled.says("Luz", "❤️❤️", thread="t")
    assert waits(ruled) == [("Ana", ""), ("Luz", "no_reply_needed")]


def test_a_heart_answers_nobodys_own_question(ruled: Ruled) -> None:
    ruled.live(HEARTS, "hearts")
    thread = ruled.says("Ana", "Where is my parcel?", thread="t")
    ruled.shop.now += MINUTE
    ruled.says("Ana", "❤️❤️", thread="t")
    assert waits(ruled) == [("Ana", "")]
    assert [row.id for row in ruled.found("is:waiting")] == [thread]


def test_safety_stands_before_hiding_wherever_its_rule_stands(ruled: Ruled) -> None:
    ruled.live(listed(INSULTS, ALLERGY), "insults", "allergy")
    ruled.says("Ola", "kurwa, mam alergię po tym kremie")
    assert ("hide", "refused", "the thread has the safety flag") in ruled.deeds("insults")
    assert ruled.orders() == []


def test_what_turned_red_while_it_waited_is_not_sent(ruled: Ruled) -> None:
    ruled.live(CONTEST.replace("unattended: true", "unattended: false"), "contest")
    thread = ruled.says("Ana Paz", "quiero ganar", post="contest-1")
    ruled.desk.commands.submit(Recolour(thread, Colour.RED))
    [waiting] = ruled.rules.waiting()
    [done] = ruled.rules.approve([waiting.id])
    assert (done.state, done.reason) == ("refused", "the thread is red")
    assert ruled.orders() == []


def test_what_people_answered_while_it_waited_is_not_answered_again(ruled: Ruled) -> None:
    ruled.live(CONTEST.replace("unattended: true", "unattended: false"), "contest")
    thread = ruled.says("Ana Paz", "quiero ganar", post="contest-1")
    receipt = ruled.desk.commands.submit(Reply(thread, "¡Suerte!"))
    ruled.shop.pass_(MINUTE)
    ruled.shop.sent(receipt.outbox, "reply-1")
    [(place,)] = ruled.shop.all("SELECT platform_id FROM threads WHERE id = ?", thread)
    said = MessageSeen(
        *("reply-1", str(place), ContactPoint.COMMENT, ruled.shop.now),
        author=None,
        text="¡Suerte!",
        is_ours=True,
    )
    ruled.shop.take("avon-fb", said)
    [waiting] = ruled.rules.waiting()
    [done] = ruled.rules.approve([waiting.id])
    assert (done.state, done.reason) == ("refused", "it was answered meanwhile")


def test_what_a_person_showed_again_no_other_rule_hides(ruled: Ruled) -> None:
    ruled.live(listed(INSULTS, RUDE), "insults", "rude")
    written = ruled.shop.now
    thread = ruled.says("Ola", "debil")
    hide = ruled.rules.why(thread).deeds[1]
    assert hide.decision is not None
    ruled.desk.commands.undo_decision(hide.decision)
    ruled.shop.now += MINUTE
    edits(ruled, f"avon-fb:Ola:debil:{written}", "Ola", "cham", written)
    assert ruled.deeds("rude") == [("hide", "refused", "a person decided about this message")]
    assert ruled.orders() == []


def test_an_old_message_that_is_changed_is_looked_at_anew(ruled: Ruled) -> None:
    written = ruled.shop.now
    ruled.says("Ola", "Ładny krem")
    ruled.live(INSULTS, "insults")
    ruled.shop.now += 10 * DAY
    edits(ruled, f"avon-fb:Ola:Ładny krem:{written}", "Ola", "debil", written)
    assert [order[1] for order in ruled.orders()] == ["hide"]


def test_our_other_accounts_are_no_customers(ruled: Ruled) -> None:
    ruled.live(INSULTS, "insults")
    ruled.moderation.context = replace(ruled.moderation.context, accounts=frozenset({"Vichy"}))
    ruled.says("Vichy", "debil")
    assert ruled.deeds("insults") == []


def test_a_rule_that_goes_too_far_is_stopped_within_a_page(ruled: Ruled) -> None:
    wide = INSULTS.replace('debil*"', 'debil*", cena') + "caps: {hide: 1000}\n"
    ruled.live(wide, "insults")
    shop = ruled.shop
    page = [
        MessageSeen(
            *(f"m{n}", f"m{n}", ContactPoint.COMMENT, shop.now),
            author=Author(f"Ola {n}", f"Ola {n}"),
            text="jaka cena?",
        )
        for n in range(60)
    ]
    with shop.database.write() as db:
        taken = take_in(
            db,
            shop.channels["avon-fb"],
            page,
            observed_at=shop.now,
            now=shop.now,
            policies=Policies(db),
        )
        ruled.moderation.run(db, taken.messages, shop.now)
    assert len(ruled.orders()) == 20
    assert ruled.rules.rules()[0].stage == "shadow"


def test_the_answer_to_a_rules_private_reply_is_not_answered_by_a_rule(ruled: Ruled) -> None:
    hello = """
rule: hello
when: {at: [dm]}
then: {reply: ["Hola, te leemos pronto."]}
unattended: true
expect: 1
"""
    ruled.live(listed(CONTEST, hello), "contest", "hello")
    ruled.says("Ana Paz", "quiero ganar", post="contest-1")
    [(order,)] = ruled.shop.all("SELECT id FROM outbox")
    assert isinstance(order, int)
    ruled.shop.sent(order, "private-1")
    ruled.shop.now += HOUR
    ours = MessageSeen(
        *("private-1", "talk", ContactPoint.PRIVATE_MESSAGE, ruled.shop.now - MINUTE),
        author=None,
        is_ours=True,
        text="Hi Ana, what is your shade?",
    )
    ruled.shop.take("avon-fb", ours)
    ruled.says("Ana Paz", "Rosa", thread="talk", point=ContactPoint.PRIVATE_MESSAGE)
    assert ruled.deeds("hello") == [("reply", "refused", "it answers a rule's message")]
    assert len(ruled.orders()) == 1


def test_texts_vary_from_person_to_person_and_stay_the_same_for_one(ruled: Ruled) -> None:
    varied = CONTEST.replace("what is your shade?", "your shade?").replace(
        'shade?"', 'shade?", "Your shade, {contact.first_name}?", "Which shade?"'
    )
    ruled.live(varied, "contest")
    for n in range(30):
        ruled.says(f"Ana Paz{chr(97 + n % 26)}{chr(97 + n // 26)}", "yo", post="contest-1", times=2)
    texts = [str(text) for _, _, text in ruled.orders()]
    assert len(texts) == 30
    kinds = [text.startswith("Hi ") + 2 * text.startswith("Which") for text in texts]
    assert min(map(kinds.count, (0, 1, 2))) >= 3


def test_in_quiet_hours_a_rule_writes_nothing_and_hides_at_once(ruled: Ruled) -> None:
    """The shop's clock stands at 14:13."""
    quiet = 'quiet: ["14:00-15:30", "15:30-16:00"]\n'
    ruled.live(listed(CONTEST + quiet, INSULTS + quiet), "contest", "insults")
    ruled.says("Ana Paz", "yo", post="contest-1")
    ruled.says("Ola", "debil")
    queued = ruled.shop.all("SELECT verb, not_before FROM outbox")
    moments = {str(verb): at for verb, at in queued}
    [(moment,)] = ruled.shop.all(
        "SELECT strftime('%H:%M', not_before / 1000, 'unixepoch') FROM outbox "
        "WHERE verb = 'private_reply'"
    )
    assert moment == "16:00"
    assert moments["hide"] == ruled.shop.now


def test_a_message_is_in_one_of_the_languages_of_its_channel(ruled: Ruled) -> None:
    rule = "rule: spanish\nif: {language: [es]}\nthen: {label: [es]}\n"
    ruled.live(rule, "spanish")
    usual = ruled.moderation.context
    ruled.moderation.context = replace(usual, spoken={"avon-fb": ("pl", "en")})
    ruled.says("Ana", "hola me interesa")
    assert ruled.deeds("spanish") == []
    ruled.moderation.context = replace(usual, spoken={"avon-fb": ("pl", "es")})
    ruled.says("Luz", "hola me interesa")
    assert ruled.deeds("spanish") == [("label", "done", "")]


def test_a_rule_asks_by_a_filter_what_the_screen_shows(ruled: Ruled) -> None:
    """A rule about what is flagged already: more of it goes to the specialists."""
    rule = """
rule: flagged
if: {words: [pozew], filter: "is:flagged -label:vip at:comment"}
then: {team: specialists}
tests: {hit: ["pozew"], miss: ["paczka"]}
"""
    ruled.live(rule, "flagged")
    ruled.says("Ela", "pozew", thread="calm")
    thread = ruled.says("Ola", "Dzień dobry", thread="t")
    ruled.desk.commands.submit(Flag(thread))
    ruled.says("Ola", "będzie pozew", thread="t")
    assert ruled.deeds("flagged") == [("team", "done", "")]
    assert [row.id for row in ruled.found("team:specialists")] == [thread]
    assert [one.thread for one in ruled.rules.dry_run("flagged").samples] == [thread]


def test_everybody_in_one_thread_of_a_contest_gets_their_private_reply(ruled: Ruled) -> None:
    ruled.live(CONTEST, "contest")
    for name in ("Ana", "Luz", "Ana"):
        ruled.shop.now += MINUTE
        ruled.says(f"{name} Paz", f"yo, {ruled.shop.now}", post="contest-1", thread="all")
    assert [text for _, _, text in ruled.orders()] == [
        "Hi Ana, what is your shade?",
        "Hi Luz, what is your shade?",
    ]
