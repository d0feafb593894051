"""Each command: what it writes, and when it is refused with nothing changed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from carecli.desk.conversations.rows import Draft
from carecli.desk.services import InboxServices
from carecli.domain.commands import (
    AnsweredByHand,
    Assign,
    CloseWindow,
    Command,
    Done,
    Flag,
    Label,
    Moderate,
    Note,
    Recolour,
    Reopen,
    Reply,
    Snooze,
)
from carecli.domain.days import parse_moment
from carecli.domain.entry import ManualEntry
from carecli.domain.errors import Refusal
from carecli.domain.events import AnsweredPrivately, MessageWithdrawn
from carecli.domain.model import (
    Actor,
    Colour,
    ContactPoint,
    MessageId,
    NoReplyReason,
    OutboxState,
    OutboxVerb,
    Outcome,
    ThreadId,
)

from .conftest import DAY, GRACE, HOUR, MINUTE, NOW, Shop, opened

DM = ContactPoint.PRIVATE_MESSAGE


def test_decisions_show_on_the_row(shop: Shop, desk: InboxServices) -> None:
    thread = shop.says("Zoła", "Gdzie paczka?")
    for command in (
        Recolour(thread, Colour.RED),
        Assign(thread, "ola"),
        Flag(thread),
        Label(thread, add=("paczka", "pilne")),
        Label(thread, remove=("pilne",)),
        Snooze(thread, NOW + HOUR),
    ):
        desk.commands.submit(command)
    row = desk.threads.rows([thread])[thread]
    assert (row.colour, row.colour_by, row.team) == (Colour.RED, "moderator:ana", "communication")
    assert row.deadline == NOW - HOUR + 2 * HOUR
    assert (row.assignee, row.is_flagged, row.labels) == ("ola", True, ("paczka",))
    assert row.snoozed_until == NOW + HOUR
    said = [decision.text for decision in opened(desk, thread).decisions]
    assert said == [
        "set the colour to red",
        "assigned to Ola",
        "flagged",
        "added the labels paczka, pilne",
        "removed the labels pilne",
        "snoozed",
    ]


@pytest.mark.parametrize(
    ("command", "outcome", "reason"),
    [
        (Done(ThreadId(1), NoReplyReason.THANKS), Outcome.NO_REPLY_NEEDED, "thanks"),
        (CloseWindow(ThreadId(1)), Outcome.WINDOW_CLOSED, ""),
    ],
)
def test_a_wait_ends_and_goes_on(
    shop: Shop, desk: InboxServices, command: Command, outcome: Outcome, reason: str
) -> None:
    thread = shop.says("Zoła", "Dziękuję!")
    before = desk.threads.rows([thread])[thread]
    desk.commands.submit(command)
    row = desk.threads.rows([thread])[thread]
    assert (row.is_waiting, row.outcome) == (False, outcome)
    assert shop.all("SELECT reason, ended_by FROM waits") == [(reason, "moderator:ana")]
    desk.commands.submit(Reopen(thread))
    assert desk.threads.rows([thread])[thread] == before


def test_a_reply_waits_for_its_grace_and_is_shown(shop: Shop, desk: InboxServices) -> None:
    thread = shop.says("Zoła", "Gdzie paczka?")
    desk.conversations.save_draft(Draft(thread, "Już sp"))
    assert desk.threads.rows([thread])[thread].has_draft
    receipt = desk.commands.submit(Reply(thread, "  Już sprawdzam\n"))
    [item] = desk.commands.outbox(thread)
    assert (item.id, item.state, item.text) == (
        receipt.outbox,
        OutboxState.QUEUED,
        "Już sprawdzam",
    )
    assert (item.not_before, item.by, item.verb) == (NOW + GRACE, "Ana", OutboxVerb.REPLY)
    row = desk.threads.rows([thread])[thread]
    assert (row.sending, row.has_draft, row.is_waiting) == (OutboxState.QUEUED, False, True)
    [(target, head)] = shop.all("SELECT message_id, head_id FROM outbox")
    assert (target, head) == (1, 1)


def test_a_reply_that_was_sent_ends_the_wait_for_its_author(
    shop: Shop, desk: InboxServices
) -> None:
    thread = shop.says("Zoła", "Gdzie paczka?")
    receipt = desk.commands.submit(Reply(thread, "Już sprawdzam"))
    shop.sent(receipt.outbox, "avon-fb:us:Już sprawdzam:0")
    shop.says(
        "us", "Już sprawdzam", thread="avon-fb:Zoła:Gdzie paczka?:3600000", ago=0, is_ours=True
    )
    row = desk.threads.rows([thread])[thread]
    assert (row.is_waiting, row.outcome, row.sending) == (False, Outcome.REPLIED, None)
    found = opened(desk, thread)
    assert [(m.author, m.is_native) for m in found.messages] == [("Zoła", False), ("Ana", False)]
    assert found.outbox == ()


def test_answered_by_hand_where_no_api_reaches(shop: Shop, desk: InboxServices) -> None:
    thread = desk.commands.add_entry(
        "groups", ManualEntry("Czy to działa?", "https://example.org/g/1", "Ewa")
    )
    row = desk.threads.rows([thread])[thread]
    assert (row.place, row.author, row.is_waiting) == ("group · Grupy", "Ewa", True)
    assert thread in (desk.threads.changes() or ())
    refused(shop, desk, Reply(thread, "Tak"), "cannot write here")
    shop.pass_(MINUTE)
    desk.commands.submit(AnsweredByHand(thread, "Tak, działa."))
    assert desk.threads.rows([thread])[thread].outcome is Outcome.REPLIED
    other = shop.says("Zoła", "Gdzie paczka?")
    refused(shop, desk, AnsweredByHand(other), "can write here itself")


@pytest.mark.parametrize(
    ("written", "ago"),
    [("", 0), ("3h", 3 * HOUR), ("yesterday", None), ("2026-01-05 18:20", None)],
)
def test_an_entry_waits_since_it_was_written(
    shop: Shop, desk: InboxServices, written: str, ago: int | None
) -> None:
    entry = ManualEntry("Oddzwońcie", author="Ewa", written=written, point=ContactPoint.CALL)
    row = desk.threads.rows([thread := desk.commands.add_entry("groups", entry)])[thread]
    since = shop.now - ago if ago is not None else parse_moment(written, shop.now, "UTC")
    assert row.wait_started_at == since
    assert row.deadline == since + 24 * HOUR
    assert row.point is ContactPoint.CALL


def test_without_a_link_a_person_at_a_place_is_one_thread(shop: Shop, desk: InboxServices) -> None:
    dm = ManualEntry("Hej", author="Ewa", point=ContactPoint.PRIVATE_MESSAGE, place="WhatsApp")
    first = desk.commands.add_entry("groups", dm)
    assert desk.commands.add_entry("groups", replace(dm, text="Halo?")) == first
    assert desk.commands.add_entry("groups", replace(dm, author="Ola")) != first
    assert desk.commands.add_entry("groups", replace(dm, place="TikTok")) != first
    assert [message.text for message in opened(desk, first).messages] == ["Hej", "Halo?"]


@pytest.mark.parametrize(
    ("entry", "why"),
    [
        (ManualEntry("tekst"), "1 to 2000 characters"),
        (ManualEntry("", author="Ewa"), "needs a text"),
        (ManualEntry("tekst", author="Ewa", written="soon"), "not a valid time"),
        (ManualEntry("tekst", author="Ewa", written="2199-01-01"), "is in the future"),
    ],
)
def test_an_entry_that_is_incomplete_is_refused(
    shop: Shop, desk: InboxServices, entry: ManualEntry, why: str
) -> None:
    before = shop.dump()
    with pytest.raises(Refusal, match=why):
        desk.commands.add_entry("groups", entry)
    assert shop.dump() == before


def test_entries_go_to_manual_channels_only(shop: Shop, desk: InboxServices) -> None:
    before = shop.dump()
    for channel, link, why in (
        ("nowhere", "https://example.org", "no channel"),
        ("avon-fb", "https://example.org", "read automatically"),
        ("groups", "javascript:alert(1)", "not a web address"),
    ):
        with pytest.raises(Refusal, match=why):
            desk.commands.add_entry(channel, ManualEntry("tekst", link, "Ewa"))
    assert shop.dump() == before


def refused(shop: Shop, desk: InboxServices, command: Command, why: str, by: str = "") -> None:
    before = shop.dump()
    with pytest.raises(Refusal, match=why) as told:
        desk.commands.submit(command, Actor.parse(by) if by else None)
    assert told.value.what
    assert shop.dump() == before


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", "nothing to send"),
        (" \n\u200b ", "nothing to send"),
        ("Hola {contact.first_name}", "contact.first_name} is not filled in"),
        ("Weź {product?}", "product\\?} is not filled in"),
        ("x" * 101, "1 character too long"),
    ],
)
def test_texts_that_cannot_be_sent(shop: Shop, desk: InboxServices, text: str, why: str) -> None:
    refused(shop, desk, Reply(shop.says("Zoła", "Gdzie paczka?"), text), why)


def test_braces_that_are_no_placeholder_are_text(shop: Shop, desk: InboxServices) -> None:
    thread = shop.says("Zoła", "?")
    assert desk.commands.submit(Reply(thread, "{} { 1 } {:-} ok")).outbox is not None


def test_limits_are_of_the_channel_and_the_kind(shop: Shop, desk: InboxServices) -> None:
    direct = shop.says("Zoła", "?", point=DM)
    refused(shop, desk, Reply(direct, "x" * 61), "1 character too long")
    public = shop.says("Ewa", "?")
    refused(shop, desk, Reply(public, "x" * 61, private=True), "1 character too long")
    room = shop.says("Jan", "?", channel="rooms", point=ContactPoint.GROUP_POST)
    refused(shop, desk, Reply(room, "żółwiejeż"), "3 bytes too long")
    assert desk.commands.submit(Reply(room, "zolwiejez")).outbox is not None


def test_nothing_to_answer(shop: Shop, desk: InboxServices) -> None:
    refused(shop, desk, Flag(ThreadId(99)), "no thread 99")
    ours = shop.says("us", "Promocja!", is_ours=True)
    refused(shop, desk, Reply(ours, "Hej"), "nobody to answer")
    thread, other = shop.says("Zoła", "a"), shop.says("Ewa", "b")
    theirs = shop.all("SELECT id FROM messages WHERE thread_id = ?", other)[0][0]
    refused(shop, desk, Reply(thread, "Hej", target=MessageId(int(str(theirs)))), "no message")
    shop.take("avon-fb", MessageWithdrawn("avon-fb:Zoła:a:3600000"))
    refused(shop, desk, Reply(thread, "Hej"), "author deleted that message")


def test_the_messaging_window(shop: Shop, desk: InboxServices) -> None:
    thread = shop.says("Zoła", "Gdzie paczka?", point=DM, ago=0)
    row = desk.threads.rows([thread])[thread]
    assert (row.place, row.window_until) == ("Messenger · Avon Polska", NOW + 7 * DAY)
    shop.pass_(DAY)
    refused(shop, desk, Reply(thread, "Hej"), "window closed", by="rule:thanks")
    assert desk.commands.submit(Reply(thread, "Hej")).outbox is not None
    shop.pass_(6 * DAY)
    refused(shop, desk, Reply(thread, "Hej, hej"), "window closed")
    found = opened(desk, thread)
    assert not found.can_reply
    assert "window closed" in found.why_not["reply"]


def test_a_private_reply_goes_out_once_and_soon(shop: Shop, desk: InboxServices) -> None:
    thread = shop.says("Zoła", "Gdzie paczka?")
    assert opened(desk, thread).can_reply_privately
    first = desk.commands.submit(Reply(thread, "Hej", private=True))
    assert desk.commands.outbox(thread)[0].verb is OutboxVerb.PRIVATE_REPLY
    refused(shop, desk, Reply(thread, "Co innego", private=True), "is waiting to be sent")
    shop.sent(first.outbox)
    refused(shop, desk, Reply(thread, "Co innego", private=True), "has already been sent")
    late = shop.says("Ewa", "Stare", ago=7 * DAY)
    refused(shop, desk, Reply(late, "Hej", private=True), "7 days only")
    native = shop.says("Jan", "Już odpisaliście")
    shop.take("avon-fb", AnsweredPrivately("avon-fb:Jan:Już odpisaliście:3600000", at=NOW))
    refused(shop, desk, Reply(native, "Hej", private=True), "already been answered privately")
    closed = shop.says("Ola", "Nie wolno", can_reply_privately=False)
    refused(shop, desk, Reply(closed, "Hej", private=True), "does not accept a private reply")
    room = shop.says("Iga", "?", channel="rooms", point=ContactPoint.GROUP_POST)
    refused(shop, desk, Reply(room, "Hej", private=True), "does not support private replies")


def test_the_same_text_is_not_said_twice_by_accident(shop: Shop, desk: InboxServices) -> None:
    thread = shop.says("Zoła", "Gdzie paczka?")
    first = desk.commands.submit(Reply(thread, "Już sprawdzam"))
    refused(shop, desk, Reply(thread, "już  sprawdzam "), "is waiting to be sent")
    refused(shop, shop.desk("ola"), Reply(thread, "Już sprawdzam"), "is waiting to be sent")
    shop.sent(first.outbox)
    refused(shop, desk, Reply(thread, "Już sprawdzam"), "has already been sent")
    assert (
        desk.commands.submit(Reply(thread, "Już sprawdzam", draft="on purpose")).outbox is not None
    )


def test_a_colleagues_claim_stops_a_reply(shop: Shop, desk: InboxServices) -> None:
    ola = shop.desk("ola")
    thread = shop.says("Zoła", "Gdzie paczka?")
    assert ola.conversations.claim(thread) == "ola"
    refused(shop, desk, Reply(thread, "Hej"), "Ola is writing here")
    assert desk.threads.rows([thread])[thread].claimed_by == "ola"
    with pytest.raises(Refusal, match="Ola is writing here"):
        desk.conversations.claim(thread)
    shop.pass_(3 * MINUTE)
    assert desk.conversations.claim(thread) == "ana"
    with pytest.raises(Refusal, match="Ana is writing here"):
        ola.commands.submit(Reply(thread, "Hej"))
    desk.commands.submit(Reply(thread, "Hej"))
    assert desk.threads.rows([thread])[thread].claimed_by == ""
    ola.commands.submit(Reply(thread, "Hej od Oli"))


def test_moderation(shop: Shop, desk: InboxServices) -> None:
    thread = shop.says("Zoła", "Kup tanio!")
    message = MessageId(1)
    hidden = desk.commands.submit(Moderate(thread, message, OutboxVerb.HIDE))
    assert opened(desk, thread).messages[0].deed is OutboxState.QUEUED
    refused(shop, desk, Moderate(thread, message, OutboxVerb.HIDE), "already has a pending")
    shown = desk.commands.submit(Moderate(thread, message, OutboxVerb.UNHIDE))
    assert (shop.state(hidden.outbox), shown.outbox) == ("cancelled", None)
    refused(shop, desk, Moderate(thread, message, OutboxVerb.UNHIDE), "already visible")
    refused(shop, desk, Moderate(thread, message, OutboxVerb.REPLY), "Use a reply")
    refused(shop, desk, Moderate(thread, MessageId(77), OutboxVerb.HIDE), "no message 77")
    liked = desk.commands.submit(Moderate(thread, message, OutboxVerb.LIKE))
    assert shop.state(liked.outbox) == "queued"
    deleted = desk.commands.submit(Moderate(thread, message, OutboxVerb.DELETE))
    assert shop.state(deleted.outbox) == "queued"


def test_what_cannot_be_moderated(shop: Shop, desk: InboxServices) -> None:
    room = shop.says("Jan", "?", channel="rooms", point=ContactPoint.GROUP_POST)
    refused(shop, desk, Moderate(room, MessageId(1), OutboxVerb.HIDE), "it is not possible to hide")
    ours = shop.says("us", "Promocja!", is_ours=True)
    refused(shop, desk, Moderate(ours, MessageId(2), OutboxVerb.HIDE), "from the brand")
    direct = shop.says("Ewa", "?", point=DM)
    for deed in (OutboxVerb.HIDE, OutboxVerb.DELETE, OutboxVerb.LIKE):
        why = f"it is not possible to {deed} a private message"
        refused(shop, desk, Moderate(direct, MessageId(3), deed), why)
        assert why in opened(desk, direct).why_not[deed]
    chat = shop.says("Iga", "?", channel="rooms", point=DM)
    refused(shop, desk, Moderate(chat, MessageId(4), OutboxVerb.LIKE), "it is not possible to like")
    desk.commands.submit(Moderate(chat, MessageId(4), OutboxVerb.DELETE))


@pytest.mark.parametrize(
    ("command", "why"),
    [
        (lambda thread: Snooze(thread, NOW), "in the future"),
        (lambda thread: Label(thread, add=(" ",)), "No label"),
        (lambda thread: Assign(thread, assignee="olla"), "no moderator 'olla'. Did you mean ola"),
        (lambda thread: Assign(thread, assignee="zzz"), "no moderator 'zzz'. Available: ana, ola"),
        (lambda thread: Note(thread, "  "), "Write a note first"),
        (Reopen, "ended here"),
    ],
)
def test_other_refusals(
    shop: Shop, desk: InboxServices, command: Callable[[ThreadId], Command], why: str
) -> None:
    refused(shop, desk, command(shop.says("Zoła", "Gdzie paczka?")), why)


def test_a_batch_is_all_or_nothing_and_one_undo(shop: Shop, desk: InboxServices) -> None:
    threads = [shop.says(f"Osoba {n}", "Gdzie paczka?") for n in range(3)]
    before = shop.dump()
    with pytest.raises(Refusal):
        desk.commands.submit_all([*(Flag(thread) for thread in threads), Flag(ThreadId(99))])
    assert shop.dump() == before
    derived = shop.derived()
    desk.commands.submit_all([Done(thread) for thread in threads])
    assert all(not row.is_waiting for row in desk.threads.rows(threads).values())
    assert desk.commands.undo() == "no reply needed: other and 2 more"
    assert shop.derived() == derived
    assert desk.commands.redo() == "no reply needed: other and 2 more"
    assert all(not row.is_waiting for row in desk.threads.rows(threads).values())


def test_nothing_a_moderator_pastes_reaches_a_terminal_raw(shop: Shop, desk: InboxServices) -> None:
    thread = shop.says("Zoła\x1b[2J", "a\x9b31mb\u202e")
    desk.commands.submit(Note(thread, "pasted \x1b]0;title\x07"))
    desk.commands.submit(Label(thread, add=("la\x1bbel",)))
    desk.commands.submit(Reply(thread, "Hej \x1b[31m"))
    found = opened(desk, thread)
    for text in (
        repr(found),
        repr(desk.commands.outbox(thread)),
        repr(desk.threads.rows([thread])),
    ):
        assert "\\x1b" not in text
        assert "\\x9b" not in text
        assert "\\u202e" not in text
