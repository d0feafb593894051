"""Answering, drafts, claims and snippets, by keys on a desk in memory."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import pytest

from carecli.desk.conversations.rows import Conversation, Draft
from carecli.domain.commands import (
    AnsweredByHand,
    Note,
    Reply,
    Snooze,
)
from carecli.domain.model import (
    HOUR,
    OutboxState,
    Outcome,
    ThreadId,
)
from carecli.tui.reply.snippet_picker import ask_for
from tests.tui.memory_desk import NOW, busy_desk, message, outbox
from tests.tui.pilot import NARROW, driven

pytestmark = pytest.mark.anyio


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


async def test_open_reply_and_send() -> None:
    desk = busy_desk()
    async with driven(desk) as one:
        await one.press("enter")
        await one.sees("55 1234 5678", "Ana took the thread", "ayer usé el Anthelios")
        await one.press("r", "H", "o", "l", "a")
        await one.sees("REPLY", "496 left")
        await one.until(lambda: desk.table[ThreadId(1)].claimed_by == "Ana")
        await one.press("ctrl+s")
        await one.until(lambda: desk.submitted)
        reply = desk.submitted[0]
        assert isinstance(reply, Reply)
        assert (reply.text, reply.target, reply.head, reply.private) == ("Hola", 104, 104, False)
        await one.sees("María González: replied. u undoes it.")
        await one.until(lambda: desk.table[ThreadId(1)].claimed_by == "")
        assert not desk.texts


async def test_letters_typed_at_once_after_r_are_text_and_decide_nothing() -> None:
    desk = busy_desk()
    async with driven(desk) as one:
        await one.press("r", "d", "x", "1", "q")
        assert one.inbox.composer.text.text == "dx1q"
        assert not desk.submitted


async def test_a_draft_is_kept_on_a_pause_and_on_leaving_and_comes_back() -> None:
    desk = busy_desk()
    async with driven(desk) as one:
        await one.press("r", "H", "o", "l", "a")
        await one.until(lambda: desk.texts)
        await one.press("!", "escape")
        await one.until(lambda: [one.text for one in desk.drafts(ThreadId(1))] == ["Hola!"])
        await one.until(lambda: desk.table[ThreadId(1)].claimed_by == "")
        await one.press("escape", "j", "k", "r")
        assert one.inbox.composer.text.text == "Hola!"


@pytest.mark.parametrize(("typed", "said"), [("{phone}", "{phone}"), ("x" * 501, "Too long by 1")])
async def test_what_cannot_be_sent_is_refused_and_kept(typed: str, said: str) -> None:
    desk = busy_desk()
    async with driven(desk) as one:
        await one.press("r")
        one.inbox.composer.text.put(typed)
        await one.until(
            lambda: one.inbox.composer.writing and one.inbox.composer.writing.text == typed
        )
        await one.press("ctrl+s")
        await one.sees(said)
        assert not desk.submitted
        assert one.inbox.composer.text.text == typed


async def test_a_refusal_of_the_desk_is_told_and_the_text_kept() -> None:
    desk = busy_desk()
    desk.refuse = "The comment is gone."
    async with driven(desk) as one:
        await one.press("r", "H", "i", "ctrl+s")
        await one.sees("The comment is gone.", "Try something else.", "The text is saved")
        assert one.inbox.composer.text.text == "Hi"
        desk.refuse = ""
        await one.press("ctrl+s")
        await one.until(lambda: desk.submitted)


async def test_something_new_stops_the_send_until_it_was_seen() -> None:
    desk = busy_desk()
    async with driven(desk) as one:
        await one.press("r", "H", "i")
        desk.talks[ThreadId(1)] += (message(105, "¿hola?", NOW),)
        desk.touch(ThreadId(1))
        await one.sees("¿hola?")
        await one.press("ctrl+s")
        await one.sees("read it, then send again")
        assert not desk.submitted
        await one.press("ctrl+s")
        await one.until(lambda: desk.submitted)
        assert getattr(desk.submitted[0], "head", None) == 105


async def test_a_colleagues_claim_blocks_the_reply_and_not_the_note() -> None:
    desk = busy_desk()
    async with driven(desk) as one:
        await one.press("j", "j", "j")
        await one.sees("Kasia typing")
        await one.press("r")
        await one.sees("Kasia is answering this thread.")
        assert one.inbox.composer.writing is None
        await one.press("i", "h", "m", "ctrl+s")
        await one.until(lambda: desk.submitted == [Note(ThreadId(3), "hm")])


async def test_a_claim_lost_while_writing_is_told() -> None:
    desk = busy_desk()
    async with driven(desk) as one:
        await one.press("r", "H", "i")
        await one.until(lambda: desk.table[ThreadId(1)].claimed_by == "Ana")
        desk.table[ThreadId(1)] = replace(desk.table[ThreadId(1)], claimed_by="Kasia")
        desk.touch(ThreadId(1))
        await one.sees("Kasia is answering")
        await one.press("ctrl+s")
        assert not desk.submitted
        assert one.inbox.composer.text.text == "Hi"


async def test_snippets_are_picked_called_and_their_placeholders_shown() -> None:
    desk = busy_desk()
    async with driven(desk) as one:
        await one.press("s")
        await one.sees("Saved replies", "Reacción adversa", "¡Gracias, María!")
        await one.press("down")
        await one.sees("Lo sentimos. ¿Teléfono? {phone}")
        await one.press("g", "r", "a", "enter")
        await one.until(lambda: one.inbox.composer.text.text == "¡Gracias, María!")
        await one.press("space", *";;alergia", "space")
        await one.until(lambda: "Teléfono? {phone}" in one.inbox.composer.text.text)
        await one.sees("fill in {phone}")
        assert one.inbox.composer.text.selected_text == "{phone}"
        await one.press(*"here")
        await one.sees("left · from alergia · Spanish")


async def test_a_snippet_is_read_before_it_is_taken_and_asks_for_what_it_wants() -> None:
    async with driven(busy_desk(), size=NARROW) as one:
        await one.press("s")
        await one.sees("¡Gracias, María!")
        await one.press("down")
        await one.sees("Lo sentimos. ¿Teléfono? {phone}")
        await one.press(*"fecha")
        await one.sees("Llega el {day?|viernes}, María.")
        await one.press("enter")
        await one.sees("Fill in the saved reply: entrega", "left empty: viernes")
        await one.press(*"lunes", "enter")
        await one.until(lambda: one.inbox.composer.text.text == "Llega el lunes, María.")
        await one.press("ctrl+u", *";;entrega", "space")
        await one.sees("left empty: viernes")
        await one.press("enter")
        await one.until(lambda: one.inbox.composer.text.text == "Llega el viernes, María.")


async def test_all_that_a_saved_reply_asks_for_is_asked_in_one_form() -> None:
    desk = busy_desk()
    found: list[Mapping[str, str] | None] = []
    async with driven(desk, size=NARROW) as one:
        text = "{what?} llega el {day?|viernes} a las {hour?}, {what?}."
        show, painter = one.app.push_screen, one.inbox.preferences.painter
        ask_for(show, painter, text, found.append, title="Fill in", hint="Esc leaves")
        await one.sees("what", "day  left empty: viernes", "hour")
        await one.press(*"el gel", "enter", "tab", *"9", "up", *"lunes", "down", "enter")
        await one.until(lambda: found)
        assert found == [{"what": "el gel", "day": "lunes", "hour": "9"}]
        ask_for(show, painter, text, found.append, title="Fill in", hint="Esc leaves")
        await one.press("escape")
        await one.until(lambda: found[1:] == [None])


async def test_done_where_nobody_waits_says_so_and_decides_nothing() -> None:
    desk = busy_desk()
    async with driven(desk) as one:
        desk.table[ThreadId(1)] = replace(
            desk.table[ThreadId(1)], is_waiting=False, deadline=None, outcome=Outcome.REPLIED
        )
        await one.press("enter")
        desk.touch(ThreadId(1))
        await one.until(lambda: (row := one.inbox.selection.row) and not row.is_waiting)
        await one.sees("closed: ✓ replied")
        await one.press("d")
        await one.until(lambda: "María González: Nobody is waiting for an answer" in one.toasts)
        assert one.app.screen is one.inbox_screen
        assert not desk.submitted


async def test_a_thread_is_put_aside_until_any_moment() -> None:
    desk = busy_desk()
    async with driven(desk) as one:
        await one.press("z", "a", *"soon", "enter")
        await one.sees("'soon' is not a time in the future.", "Snooze until when?")
        await one.press(*"3h", "enter")
        await one.until(lambda: desk.submitted == [Snooze(ThreadId(1), NOW + 3 * HOUR)])


async def test_what_is_not_told_yet_stays_in_the_text() -> None:
    async with driven(busy_desk()) as one:
        await one.press("r", *";;entrega", "space")
        await one.sees("Esc: fill in later in the text")
        await one.press("escape")
        await one.sees("fill in {day?|viernes}")
        assert one.inbox.composer.text.selected_text == "{day?|viernes}"
        await one.press(*"lunes")
        await one.until(lambda: one.inbox.composer.text.text == "Llega el lunes, María.")


async def test_a_failed_reply_is_red_with_what_to_do_and_is_tried_again() -> None:
    desk = busy_desk()
    desk.stuck = [
        outbox(5, state=OutboxState.FAILED, error="The token expired.", hint="Run carecli init.")
    ]
    async with driven(desk) as one:
        await one.sees("✗ not sent")
        await one.press("j", "j", "j", "j", "enter")
        await one.sees("reply failed: The token expired.", "carecli init.", "t try again")
        await one.press("t")
        await one.until(lambda: "retry 5" in desk.asked)
        await one.press("T")
        await one.until(lambda: not desk.stuck)


async def test_a_manual_entry_is_pasted_and_answered_by_hand(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    desk = busy_desk()
    async with driven(desk) as one:
        opened: list[str] = []
        monkeypatch.setattr(one.app, "open_url", opened.append)
        await one.press("M", *"Hej", "enter", *"Zosia", "enter", *"https", *["enter"] * 4)
        await one.until(lambda: ThreadId(61) in desk.table)
        desk.can_reply, desk.why_not = False, {"reply": "This place has no API."}
        await one.press("r")
        await one.sees("Did you answer it there yourself?")
        assert opened == ["https://example.org/m/104"]
        await one.press("y")
        await one.until(lambda: desk.submitted == [AnsweredByHand(ThreadId(1))])


async def test_where_no_answer_is_taken_it_says_why() -> None:
    desk = busy_desk()
    desk.can_reply = False
    desk.why_not["reply"] = "The window closed yesterday."
    async with driven(desk) as one:
        await one.press("r")
        await one.sees("The window closed yesterday.")
        assert one.inbox.composer.writing is None


async def test_private_and_public_and_note_are_switched_while_writing() -> None:
    desk = busy_desk()
    async with driven(desk) as one:
        await one.press("j", "r", "ctrl+r")
        await one.sees("PRIVATE REPLY", "only they see it")
        await one.press("ctrl+r")
        await one.sees("everyone sees it")
        await one.press("ctrl+n")
        await one.sees("NOTE", "only colleagues see it")


async def test_a_colour_says_how_a_reply_begins_and_what_to_keep_in_mind(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    desk = busy_desk()
    plain = desk.conversation

    def guided(thread: ThreadId) -> Conversation | None:
        talk = plain(thread)
        said = "Say sorry, and promise nothing."
        return talk and replace(talk, guidance=said, begins_privately=talk.can_reply_privately)

    monkeypatch.setattr(desk, "conversation", guided)
    async with driven(desk) as one:
        await one.press("j", "r")
        await one.sees("Say sorry, and promise nothing.", "PRIVATE REPLY")
        await one.press("ctrl+r")
        await one.sees("Say sorry, and promise nothing.", "everyone sees it")
        await one.press("ctrl+n")
        await one.until(lambda: "Say sorry" not in one.text)


async def test_a_draft_from_before_is_taken_up(monkeypatch: pytest.MonkeyPatch) -> None:
    desk = busy_desk()
    desk.save_draft(Draft(ThreadId(1), "half a sen"))
    async with driven(desk) as one:
        await one.press("r")
        assert one.inbox.composer.text.text == "half a sen"


async def test_the_editor_is_lent_the_text(monkeypatch: pytest.MonkeyPatch) -> None:
    desk = busy_desk()
    monkeypatch.setenv("VISUAL", "no-such-editor-anywhere")
    async with driven(desk) as one:
        await one.press("e")
        await one.sees("cannot be started in this terminal")
        assert one.inbox.composer.writing is not None


@pytest.mark.parametrize("key", ["r", "R", "i", "s"])
async def test_who_may_only_look_is_told_before_anything_is_typed(key: str) -> None:
    desk = busy_desk()
    desk.can_reply = False
    looks = "You have read-only access."
    desk.why_not = dict.fromkeys(("reply", "private_reply", "note", "answered_by_hand"), looks)
    async with driven(desk) as one:
        await one.press("enter", key)
        await one.sees(looks)
        assert one.inbox.composer.writing is None
        assert "is possible" not in one.text
