"""A person: their threads under every id, how they ended, notes, and ties between threads."""

from __future__ import annotations

import pytest

from carecli.domain.commands import Done, NoteContact, Reply
from carecli.domain.errors import Refusal
from carecli.domain.events import AnsweredPrivately, Author, MessageSeen
from carecli.domain.model import DAY, ContactPoint, MessageId, Outcome, ThreadId

from .conftest import NOW, Shop, opened

DM = ContactPoint.PRIVATE_MESSAGE


def commented(shop: Shop, who: str = "Ela") -> tuple[ThreadId, MessageId, str]:
    """Somebody's comment: its thread, its id, and the platform's."""
    thread = shop.says(who, "uszkodzona paczka", ago=DAY)
    [(id_, platform_id)] = shop.all(
        "SELECT id, platform_id FROM messages WHERE thread_id = ?", thread
    )
    assert isinstance(id_, int)
    return thread, MessageId(id_), str(platform_id)


def answered_privately(shop: Shop, comment: str, conversation: str = "dm:77") -> ThreadId:
    """What the sender stores once the platform took a private answer; the private thread."""
    ours = MessageSeen("mid1", conversation, DM, shop.now, is_ours=True, text="Piszemy do Ciebie")
    shop.take("avon-fb", AnsweredPrivately(comment, conversation, shop.now), ours)
    [(thread,)] = shop.all("SELECT id FROM threads WHERE platform_id = ?", conversation)
    assert isinstance(thread, int)
    return ThreadId(thread)


def writes_back(shop: Shop, conversation: str = "dm:77") -> None:
    """The person writes in the private thread, under the id they have there."""
    shop.pass_(1_000)
    person = Author("77", "Ela Priv", "psid")
    shop.take("avon-fb", MessageSeen("mid2", conversation, DM, shop.now, person, text="Dziękuję"))


def test_a_private_answer_ties_both_threads(shop: Shop) -> None:
    desk = shop.desk()
    thread, comment, platform_id = commented(shop)
    desk.threads.changes()
    private = answered_privately(shop, platform_id)
    assert {thread, private} <= (desk.threads.changes() or set())
    [tie] = opened(desk, thread).ties
    assert (tie.thread, tie.message, tie.is_private) == (private, comment, True)
    assert "Messenger" in tie.place
    [back] = opened(desk, private).ties
    assert (back.thread, back.message, back.is_private) == (thread, comment, False)
    assert back.text == "uszkodzona paczka"
    assert opened(desk, private).contact.name == "Ela"


def test_a_conversation_told_before_it_is_seen(shop: Shop) -> None:
    desk = shop.desk()
    thread, _, platform_id = commented(shop)
    shop.take("avon-fb", AnsweredPrivately(platform_id, "dm:77", shop.now))
    assert opened(desk, thread).ties == ()
    writes_back(shop)
    assert len(opened(desk, thread).ties) == 1


def test_a_private_answer_told_before_its_comment(shop: Shop) -> None:
    shop.take("avon-fb", AnsweredPrivately("avon-fb:Ela:?:5", "dm:77", shop.now))
    thread = shop.says("Ela", "?", ago=5)
    writes_back(shop)
    assert len(opened(shop.desk(), thread).ties) == 1


def test_the_same_conversation_on_another_channel_is_another(shop: Shop) -> None:
    desk = shop.desk()
    _, _, platform_id = commented(shop)
    answered_privately(shop, platform_id)
    other = shop.says("Luz", "?", channel="lrp-fb", point=DM, thread="dm:77")
    assert opened(desk, other).ties == ()
    found = desk.conversations.history(other)
    assert found is not None
    assert [row.id for row in found.threads] == [other]


def test_history_holds_every_thread_of_the_person(shop: Shop) -> None:
    desk = shop.desk()
    thread, _, platform_id = commented(shop)
    private = answered_privately(shop, platform_id)
    for one in (thread, private):
        found = desk.conversations.history(one)
        assert found is not None
        assert {row.id for row in found.threads} == {thread, private}
    writes_back(shop)
    again = shop.says("77", "i jeszcze", thread="dm:78", point=DM, ago=0)
    stranger = shop.says("Ola", "?")
    under = shop.says("Ola", "ja też", thread="t2", ago=2 * DAY)
    shop.says("Ela", "i ja", thread="t2", ago=DAY)
    desk.commands.submit(Done(under))
    for one in (thread, private):
        found = desk.conversations.history(one)
        assert found is not None
        assert {row.id for row in found.threads} == {thread, private, under}
        assert found.threads[0].id == private
        assert [(one.name, one.channel) for one in found.identities] == [
            ("Ela", "Avon Polska"),
            ("Ela Priv", "Avon Polska"),
        ]
        assert found.outcomes[Outcome.NO_REPLY_NEEDED] == 1
        assert again not in {row.id for row in found.threads}, "another id space"
        assert found.older == 0
    alone = desk.conversations.history(stranger)
    assert alone is not None
    assert [one.name for one in alone.identities] == ["Ola"]


def test_a_thread_without_anybody_has_no_history(shop: Shop) -> None:
    thread = shop.says("", "Nowość!", is_ours=True)
    desk = shop.desk()
    assert desk.conversations.history(thread) is None
    assert desk.conversations.history(ThreadId(99)) is None
    with pytest.raises(Refusal, match="Only the brand"):
        desk.commands.submit(NoteContact(thread, "x"))


def test_notes_follow_the_person_and_can_be_taken_back(shop: Shop) -> None:
    ana, ola = shop.desk(), shop.desk("ola")
    thread, _, platform_id = commented(shop)
    private = answered_privately(shop, platform_id)
    writes_back(shop)
    before = shop.derived()
    ola.threads.changes()
    receipt = ana.commands.submit(NoteContact(thread, " dzwonić po \x1b[31m16 "))
    assert {thread, private} <= (ola.threads.changes() or set())
    [note] = opened(ola, private).contact_notes
    assert (note.id, note.actor, note.at) == (receipt.decision, "Ana", shop.now)
    assert note.text == "dzwonić po ␛[31m16"
    found = ola.conversations.history(thread)
    assert found is not None
    assert found.notes == (note,)
    assert opened(ana, thread).decisions[-1].is_note
    assert shop.derived() == before
    assert ana.commands.undo() == "noted (Ela)"
    assert {thread, private} <= (ola.threads.changes() or set())
    assert opened(ola, private).contact_notes == ()
    ana.commands.redo()
    assert opened(ola, private).contact_notes == (note,)
    with pytest.raises(Refusal, match="Write a note first"):
        ana.commands.submit(NoteContact(thread, "  "))
    assert opened(ola, shop.says("Ola", "?")).contact_notes == ()


def test_a_reply_within_the_private_thread_changes_no_tie(shop: Shop) -> None:
    desk = shop.desk()
    _, _, platform_id = commented(shop)
    private = answered_privately(shop, platform_id)
    writes_back(shop)
    desk.commands.submit(Reply(private, "Proszę"))
    assert len(opened(desk, private).ties) == 1
    assert shop.now > NOW
