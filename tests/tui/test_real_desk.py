"""The inbox on the real desk over a real database file."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from carecli.domain.commands import Flag, Reply, Snooze
from carecli.domain.events import Author, MessageSeen
from carecli.domain.model import DAY, HOUR, MINUTE, SECOND, ContactPoint
from carecli.store.feed import announce
from tests.desk.conftest import Shop, open_shop
from tests.tui.pilot import driven

pytestmark = pytest.mark.anyio


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[Shop]:
    shop = open_shop(tmp_path / "care.sqlite")
    shop.says("María", "Me salió una alergia", ago=30 * MINUTE, channel="lrp-fb")
    shop.says("Zofia", "Gdzie kupię katalog?", ago=25 * HOUR)
    dm = ContactPoint.PRIVATE_MESSAGE
    shop.says("Paweł", "Dzień dobry", ago=HOUR, point=dm)
    shop.says("Iwona", "Hej, kiedy start?", channel="groups", point=ContactPoint.GROUP_POST)
    yield shop
    for desk in shop.desks:
        desk.close()
    shop.database.close()


async def test_a_day_of_work(shop: Shop) -> None:
    desk = shop.desk()
    async with driven(desk) as one:
        await one.sees("4 threads", "Zofia", "Gdzie kupię katalog?", "-1h 00m", "Messenger")
        assert one.inbox.threads.cursor == 0
        await one.press("3")
        await one.sees("● 1 red")
        await one.press("a")
        await one.until(lambda: "ana" in one.text)
        await one.press("r", *"Dziękujemy", "ctrl+s")
        await one.sees("Zofia: replied. u undoes it.")
        await one.until(lambda: one.inbox.layout.context == "list")
        await one.press("u")
        await one.sees("Undone: replied (Zofia)")
        await one.until(lambda: "u undoes it" not in one.text)
        await one.press("g", "g", "f", "x")
        await one.sees("⚑", "queued")
        assert shop.all("SELECT verb FROM outbox WHERE state = 'queued'") == [("hide",)]


async def test_an_answer_that_stands_is_told_with_its_time_and_by_whom(shop: Shop) -> None:
    async with driven(shop.desk()) as one:
        await one.press("r", *"W aptekach", "ctrl+s")
        await one.sees("Zofia: replied. u undoes it.")
        [(order, thread)] = shop.all("SELECT id, thread_id FROM outbox")
        assert isinstance(order, int)
        assert isinstance(thread, int)
        shop.sent(order, "answer-1")
        shop.derive(thread)
        with shop.database.write() as db:
            announce(db, (thread,))
        await one.until(lambda: "Zofia: answered: sent " in one.toasts)
        assert " by ana" in one.toasts


async def test_an_undo_is_offered_only_for_what_the_next_one_takes_back(shop: Shop) -> None:
    desk, other = shop.desk(), shop.desk("ola")
    thread = shop.says("Ida", "Halo?", ago=26 * HOUR)
    desk.commands.submit(Reply(thread, "Dzień dobry"))
    for each, offered in ((desk, True), (other, False)):
        talk = each.conversations.conversation(thread)
        assert talk is not None
        assert [item.is_undone_next for item in talk.outbox] == [offered]
    async with driven(desk) as one:
        await one.press("enter")
        await one.sees("reply in 5 s · u undoes it")
        desk.commands.submit(Flag(thread))
        await one.until(lambda: "reply in" in one.text and "u undoes it" not in one.text)


async def test_colleagues_see_each_other(shop: Shop) -> None:
    mine, theirs = shop.desk(), shop.desk("ola")
    async with driven(mine) as one:
        thread = one.inbox.threads.thread
        assert thread is not None
        theirs.conversations.claim(thread)
        await one.sees("✎ Ola typing")
        await one.press("r")
        await one.until(lambda: one.toasts)
        assert one.inbox.composer.writing is None
        theirs.conversations.release(thread)
        await one.until(lambda: "typing" not in one.text)
        await one.press("r")
        await one.until(lambda: one.inbox.composer.writing is not None)


async def test_what_comes_in_appears_and_what_is_done_leaves(shop: Shop) -> None:
    async with driven(shop.desk()) as one:
        await one.sees("4 threads")
        shop.says("Jorge", "precio?", ago=MINUTE)
        await one.sees("5 threads", "precio?")
        await one.press("d", "s")
        await one.sees("4 threads")
        await one.press("D")
        await one.press("u")
        await one.until(lambda: "Undone" in one.toasts)


async def test_drafts_survive_the_program(shop: Shop) -> None:
    async with driven(shop.desk()) as one:
        await one.press("r")
        one.inbox.composer.text.put("half a sentence")
        await one.press("escape")
        await one.until(lambda: shop.all("SELECT text FROM drafts") == [("half a sentence",)])
    async with driven(shop.desk()) as one:
        await one.press("r")
        assert one.inbox.composer.text.text == "half a sentence"


async def test_a_closed_window_and_a_limit_are_refused(shop: Shop) -> None:
    shop.says("Stara", "dawno", ago=8 * DAY, point=ContactPoint.PRIVATE_MESSAGE)
    async with driven(shop.desk()) as one:
        await one.sees("Stara")
        await one.press("r")
        await one.until(lambda: one.toasts)
        assert one.inbox.composer.writing is None


async def test_filters_of_the_left_pane_are_all_readable(shop: Shop) -> None:
    async with driven(shop.desk()) as one:
        from carecli.tui.inbox.bars import views

        for view in views(one.inbox.views.overview):
            one.inbox.loader.show_view(view)
            await one.until(lambda view=view: one.inbox.views.current == view)  # type: ignore[misc]  # bound now
        for keys, words in (
            ("oo", "oldest"),
            ("on", "newest"),
            ("od", "nearest"),
            ("ow", "longest"),
        ):
            await one.press(*keys)
            await one.sees(f"{words} ")
        assert not one.toasts


async def test_history_and_search_on_the_real_filter(shop: Shop) -> None:
    async with driven(shop.desk()) as one:
        await one.press("p")
        await one.sees("All conversations with Zofia", "(this thread)")
        await one.press("escape")
        await one.press("slash", *"alergia", "enter")
        await one.sees("1 thread ", "María")


async def test_the_history_is_the_persons_not_the_names(shop: Shop) -> None:
    for id_, person, text in (
        ("z1", "z", "pierwsza sprawa"),
        ("z2", "z", "druga sprawa"),
        ("n1", "namesake", "cudza sprawa"),
    ):
        author, at = Author(person, "Zofia Nowak"), shop.now - MINUTE
        shop.take("avon-fb", MessageSeen(id_, id_, ContactPoint.COMMENT, at, author, text=text))
    async with driven(shop.desk()) as one:
        await one.press("slash", *"pierwsza", "enter")
        await one.sees("1 thread ")
        await one.press("p")
        await one.sees("All conversations with Zofia Nowak", "pierwsza sprawa", "druga sprawa")
        assert "cudza sprawa" not in one.text


async def test_a_manual_entry_on_the_real_desk(shop: Shop) -> None:
    async with driven(shop.desk()) as one:
        one.app.open_url = lambda url, *, new_tab=True: None  # type: ignore[method-assign]  # no browser
        await one.press("M")
        await one.press(*"Hej", "enter", *"Zosia", "enter", *"https://example.org/1", "enter")
        await one.press(*"3h", "enter", "enter", *"WhatsApp", "enter")
        await one.sees("5 threads")
        await one.press("slash", *"Zosia", "enter")
        await one.sees("1 thread ")
        await one.press("r")
        await one.sees("Did you answer it there yourself?")
        await one.press("y")
        await one.until(
            lambda: shop.all("SELECT verb FROM decisions WHERE verb = 'answered_by_hand'")
        )


async def test_a_thread_moves_up_once_it_is_pressing_while_the_screen_stands(shop: Shop) -> None:
    """Nothing is written meanwhile: only the clock goes on."""
    last = shop.says(
        "Ewa", "Kto ma nowy katalog?", ago=3 * HOUR, channel="groups", point=ContactPoint.GROUP_POST
    )
    async with driven(shop.desk()) as one:
        await one.sees("5 threads")
        before = [*one.inbox.threads.ids]
        shop.now += 24 * HOUR - 3 * HOUR - 30 * MINUTE - SECOND
        await one.press("j")
        assert one.inbox.views.overview.next_pressing == shop.now + SECOND
        assert [*one.inbox.threads.ids] == before
        assert before.index(last) > 1
        shop.now += SECOND
        await one.until(lambda: one.inbox.threads.ids.index(last) == 1)
        await one.until(lambda: one.inbox.views.overview.next_pressing != shop.now)


async def test_a_snoozed_thread_comes_back_in_time_without_an_engine(shop: Shop) -> None:
    thread = shop.says("Ewa", "Kto ma nowy katalog?", ago=MINUTE)
    desk = shop.desk()
    desk.commands.submit(Snooze(thread, shop.now + HOUR))
    async with driven(desk) as one:
        await one.sees("4 threads")
        shop.now += HOUR
        await one.sees("5 threads", "Kto ma nowy katalog?")


async def test_the_choice_of_recipients_is_kept_with_the_draft_and_with_the_answer(
    shop: Shop,
) -> None:
    others = ("Piotr <piotr@contact.test>", "centre@contact.test")
    shop.says("Ala", "Joint order", ago=3 * DAY, point=ContactPoint.EMAIL, also_to=others)
    desk = shop.desk()
    async with driven(desk) as one:
        await one.press("enter")
        await one.sees("Joint order", "also to: Piotr <piotr@contact.test>")
        await one.press("r", *"Yes")
        await one.sees("only to Ala, not to Piotr")
        await one.press("ctrl+r")
        await one.sees("to Ala, and to Piotr", "all recipients see it")
        await one.press("escape")
        await one.until(lambda: shop.all("SELECT to_all FROM drafts") == [(1,)])
        await one.press("r")
        await one.sees("to Ala, and to Piotr")
        await one.press("ctrl+n")
        await one.press("ctrl+n")
        await one.sees("to Ala, and to Piotr")
        await one.press("ctrl+s")
        await one.sees("replied to all recipients")
        assert shop.all("SELECT to_all, state FROM outbox") == [(1, "queued")]
        await one.press("u")
        await one.until(lambda: shop.all("SELECT to_all FROM drafts") == [(1,)])
        await one.press("U")
        await one.until(lambda: shop.all("SELECT to_all, state FROM outbox") == [(1, "queued")])
        await one.until(lambda: not shop.all("SELECT 1 FROM drafts"))


async def test_an_answer_to_one_recipient_is_the_usual_one(shop: Shop) -> None:
    others = ("Piotr <piotr@contact.test>",)
    shop.says("Ala", "Joint order", ago=3 * DAY, point=ContactPoint.EMAIL, also_to=others)
    async with driven(shop.desk()) as one:
        await one.press("r", *"Yes", "ctrl+s")
        await one.until(lambda: shop.all("SELECT to_all FROM outbox") == [(0,)])
