"""Saved views, product cards, the person's history, and replies kept as snippets."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from carecli.desk.conversations.rows import ContactNoteView, Tie
from carecli.domain.commands import NoteContact
from carecli.domain.model import DAY, HOUR, DraftKind, MessageId, ThreadId
from carecli.tui.inbox.bars import WAITING
from carecli.tui.settings import Settings
from carecli.tui.style.clock import local
from tests.desk.conftest import Shop, open_shop
from tests.tui.memory_desk import NOW, MemoryDesk, busy_desk
from tests.tui.memory_plans import SAVED
from tests.tui.pilot import NARROW, WIDE, driven

pytestmark = pytest.mark.anyio


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


async def test_saved_views_stand_beside_with_counts_and_numbers() -> None:
    desk = busy_desk()
    desk.saved = SAVED
    async with driven(desk) as one:
        await one.sees("VIEWS", "1 Red and yellow    4", "2 Late ones    1,000+")
        await one.press("g", "2")
        await one.sees("Late ones · ", "is:overdue")
        await one.press("H")
        await one.sees("Red and yellow · nearest deadline first")
        await one.press("g", "3")
        await one.sees("Unassigned · ")


async def test_views_of_one_filter_in_two_orders_are_walked_through() -> None:
    desk = busy_desk()
    hot = SAVED[0]
    desk.saved = (hot, replace(hot, key="newest", title="Newest hot", sort="newest"), SAVED[1])
    async with driven(desk) as one:
        await one.sees("3 Late ones")
        await one.press("g", "1")
        await one.sees("Red and yellow · nearest deadline first")
        await one.press("L")
        await one.sees("Newest hot · newest first")
        await one.press("L")
        await one.sees("Late ones · ")
        await one.press("H")
        await one.sees("Newest hot · newest first")
        await one.press("H")
        await one.sees("Red and yellow · nearest deadline first")


async def test_a_saved_view_names_its_list_also_where_another_view_has_its_filter() -> None:
    desk = busy_desk()
    same = replace(SAVED[0], title="Everybody", filter=WAITING.filter)
    none = replace(SAVED[0], title="Nobody's", filter="is:waiting at:email")
    desk.saved = (same, none)
    async with driven(desk) as one:
        await one.press("g", "1")
        await one.sees("Everybody · nearest deadline first")
        lit = {
            text.strip().strip("1234567890 ")
            for line in one.inbox.side.board.lines
            for text, role in line
            if role == "chosen"
        }
        assert lit == {"Everybody"}
        await one.press("o", "o")
        await one.sees("Everybody · oldest first")
        await one.press("g", "2")
        await one.sees("Nobody's · ", "Nobody's · Nothing is waiting here.")
        await one.press("F", "ctrl+u", *"is:waiting", "space", *"-is:snoozed", "enter")
        await one.sees("Waiting · ")


async def test_rows_show_when_their_message_was_written_once_asked_and_it_stays() -> None:
    kept: dict[str, str] = {}
    settings = Settings(zone="America/Mexico_City", keep=kept.__setitem__)
    desk = busy_desk()
    late = replace(desk.table[ThreadId(2)], message_at=desk.clock - 3 * DAY)
    old = replace(desk.table[ThreadId(3)], message_at=desk.clock - 40 * DAY)
    desk.table |= {ThreadId(2): late, ThreadId(3): old}
    async with driven(desk, settings=settings, size=NARROW) as one:
        await one.sees("María González")
        assert "06:51" not in one.text
        await one.press("o", "t")
        await one.sees("06:51", "Mon 07:51", "22 Nov 2025")
        assert kept == {"times": "on"}
        await one.press("C")
        await one.sees("Mon 07:51")
        await one.press("o", "t")
        await one.until(lambda: "Mon 07:51" not in one.text)
        assert kept == {"times": ""}
    async with driven(desk, settings=replace(settings, times=True)) as one:
        await one.sees("Mon 07:51")


async def test_a_campaign_goes_first_by_one_key_until_an_end() -> None:
    desk = busy_desk()
    async with driven(desk, size=NARROW) as one:
        await one.press("O")
        await one.sees("Give priority to Christmas contest until when?")
        await one.press("t")
        await one.until(lambda: desk.asked[-1:] == ["switch_campaign contest on"])
        end = local(desk.contest[0].until or 0, one.inbox.preferences.settings.zone)
        assert (end.hour, end.minute) == (0, 0)
        await one.until(lambda: "Christmas contest has priority until" in one.toasts)
        await one.press("O")
        await one.sees("Remove the priority of Christmas contest?", "This applies to everyone.")
        await one.press("n")
        assert desk.asked[-1:] == ["switch_campaign contest on"]
        await one.press("O", "y")
        await one.until(lambda: desk.asked[-1:] == ["switch_campaign contest off"])
        desk.contest = [replace(desk.contest[0], over_at=desk.clock + HOUR)]
        await one.press("O", "y")
        await one.until(lambda: desk.contest[0].until == desk.clock + HOUR)


async def test_of_several_campaigns_one_is_chosen_and_without_any_it_is_told() -> None:
    desk = busy_desk()
    [contest] = desk.contest
    summer = replace(contest, key="summer", title="Summer", is_on=True, until=desk.clock + HOUR)
    desk.contest = [contest, summer]
    async with driven(desk) as one:
        await one.press("O")
        await one.sees("Which campaign?", "Christmas contest", "has priority until", "3 wait")
        await one.press(*"summer", "enter")
        await one.sees("Remove the priority of Summer?")
        await one.press("y")
        await one.until(lambda: desk.asked[-1:] == ["switch_campaign summer off"])
        desk.contest = []
        await one.press("O")
        await one.sees("There are no campaigns.", "Campaigns are defined in the configuration.")


async def test_a_filter_is_kept_as_a_view_and_forgotten() -> None:
    desk = busy_desk()
    async with driven(desk) as one:
        await one.press("g", "2", "o", "n", "g", "s")
        await one.sees("Save as a view: is:waiting assignee:me")
        await one.press(*"hot", "enter")
        await one.sees("1 hot")
        assert [(row.filter, row.sort) for row in desk.saved] == [
            ("is:waiting assignee:me", "newest")
        ]
        await one.sees("hot · newest first")
        await one.press("colon", *"forget", "enter", "enter")
        await one.until(lambda: not desk.saved and "VIEWS" not in one.text)


async def test_a_card_is_quoted_into_the_reply() -> None:
    async with driven(busy_desk(), size=NARROW) as one:
        await one.press("r", "ctrl+l")
        await one.sees("Product cards", "Demo gel · Advertencias", "• 50 ml.")
        await one.press(*"gel", "down")
        await one.sees("• Uso externo.")
        await one.press("enter")
        await one.until(lambda: one.inbox.composer.text.text == "• Uso externo.")
        await one.press("escape", "escape", "j", "K")
        await one.sees("Product cards")
        await one.press("up", "enter")
        await one.until(lambda: one.inbox.composer.text.text == "• 50 ml.")


async def test_the_history_tells_outcomes_and_takes_a_note() -> None:
    desk = busy_desk()
    async with driven(desk) as one:
        await one.press("p")
        await one.sees("All conversations with María González", "✓ replied 2", "prefers a call")
        await one.press("i", *"calls", "enter")
        await one.until(lambda: desk.submitted == [NoteContact(ThreadId(1), "calls")])


async def test_a_thread_of_the_history_is_opened() -> None:
    desk = busy_desk()
    async with driven(desk, size=NARROW) as one:
        await one.press("j", "p")
        await one.sees("All conversations with Karla Ruiz", "Enter open the thread")
        await one.press("enter")
        await one.until(lambda: one.inbox.layout.context == "thread")
        assert one.inbox.conversation.opened is not None
        assert one.inbox.conversation.opened.row.author == "Karla Ruiz"


def tied_desk() -> MemoryDesk:
    """Karla's comment was answered privately; the private thread is María's line."""
    desk = busy_desk()
    comment, private = ThreadId(2), ThreadId(1)
    desk.ties = {
        comment: (Tie(private, MessageId(200), "Messenger · Vichy México", "Te leo", True),),
        private: (Tie(comment, MessageId(200), "post · Vichy México", "Son un fraude", False),),
    }
    desk.noted = (ContactNoteView(99, NOW, "Kasia", "wants a call, " * 5 + "not a mail"),)
    return desk


@pytest.mark.parametrize("size", [NARROW, WIDE])
async def test_a_comment_and_its_private_thread_lead_to_each_other(size: tuple[int, int]) -> None:
    async with driven(tied_desk(), size=size) as one:
        await one.press("j", "enter")
        await one.sees("⇄ answered privately, Messenger", "g o", "about the person, Kasia: wants")
        assert "not a mail" in " ".join(one.text.split())
        await one.press("g", "o")
        await one.sees("⇄ began with the comment, post · Vichy")
        await one.press("g", "o")
        await one.sees("⇄ answered privately")
        await one.press("escape", "j", "g", "o")
        await one.until(lambda: "is not linked to another one" in one.toasts)


async def test_a_long_note_about_a_person_is_shown_whole() -> None:
    desk = busy_desk()
    desk.noted = (ContactNoteView(7, NOW, "Kasia", "prefers a call " * 12 + "at six"),)
    async with driven(desk, size=NARROW) as one:
        await one.press("p")
        await one.sees("NOTES", "at six")


async def test_a_reply_is_kept_as_a_snippet() -> None:
    desk = busy_desk()
    async with driven(desk) as one:
        await one.press("ctrl+k", *"Hola", "space", *"amiga", "enter")
        await one.until(lambda: "make_snippet hola-amiga" in desk.asked)
        await one.until(lambda: "Saved as ;;hola-amiga" in one.toasts)


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[Shop]:
    shop = open_shop(tmp_path / "care.sqlite")
    shop.says("Zofia", "Gdzie kupię katalog?", ago=2 * HOUR)
    shop.says("Zofia", "Dziękuję", ago=HOUR)
    yield shop
    for desk in shop.desks:
        desk.close()
    shop.database.close()


async def test_views_and_notes_on_the_real_desk(shop: Shop) -> None:
    async with driven(shop.desk()) as one:
        await one.press("slash", *"katalog", "enter")
        await one.sees("1 thread ")
        await one.press("g", "s", *"catalogue", "enter")
        await one.sees("VIEWS", "1 catalogue")
        await one.press("g", "g", "g", "1")
        await one.sees("catalogue · ")
        await one.press("p", "i", *"asks", "enter")
        await one.until(lambda: shop.all("SELECT 1 FROM contact_notes"))
        await one.sees("All conversations with Zofia", "(this thread)", "asks", "Dziękuję")


async def test_a_reply_just_sent_is_kept_from_the_list_too(shop: Shop, tmp_path: Path) -> None:
    shop.says("Iga", "Kiedy wyniki?", ago=HOUR // 2)
    folder = tmp_path / "snippets"
    async with driven(shop.desk(snippets=(folder,))) as one:
        await one.press("slash", *"katalog", "enter")
        await one.sees("1 thread ")
        await one.press("r", *"W aptekach, Zofia", "ctrl+s")
        await one.until(lambda: shop.all("SELECT 1 FROM outbox"))
        await one.press("escape", "escape")
        await one.sees("Waiting · ")
        await one.press("G", "ctrl+k", *"gdzie", "enter")
        await one.until((folder / "gdzie.md").exists)
    assert "W aptekach, {contact.first_name}" in (folder / "gdzie.md").read_text("utf-8")


async def test_a_note_about_a_person_is_kept_when_its_window_is_left() -> None:
    desk = busy_desk()
    async with driven(desk) as one:
        await one.press("p", "i", *"calls")
        await one.sees("Note about María González")
        await one.press("escape")
        await one.until(lambda: "María González: the note is kept" in one.toasts)
        kept = DraftKind.CONTACT
        await one.until(lambda: desk.texts[ThreadId(1), kept].text == "calls")
        await one.press("i", *" me")
        await one.sees("calls me")
        await one.press("enter")
        await one.until(lambda: desk.submitted == [NoteContact(ThreadId(1), "calls me")])
