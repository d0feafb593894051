"""A note that calls a colleague puts the thread into their queue until they answer."""

from __future__ import annotations

import pytest

from carecli.desk.service import StoreInboxService
from carecli.domain.commands import Command, Done, Flag, Note, Reply, Seen
from carecli.domain.errors import Refusal
from carecli.domain.model import ThreadId
from carecli.store.policies import Policies
from carecli.store.rebuild import rebuild

from .conftest import Shop, opened


def queue(desk: StoreInboxService) -> list[ThreadId]:
    return list(desk.ids("is:mentioned", "queue").ids)


def counted(desk: StoreInboxService) -> int:
    return next(one.count for one in desk.overview().queues if one.key == "is:mentioned")


def test_the_one_called_finds_the_thread_in_their_queue(
    shop: Shop, desk: StoreInboxService
) -> None:
    thread, ola = shop.says("Zoła", "Gdzie paczka?"), shop.desk("ola")
    ola.changes()
    desk.submit(Note(thread, "@Ola, can you call her?"))
    assert ola.changes() == {thread}
    assert (queue(ola), counted(ola), queue(desk), counted(desk)) == ([thread], 1, [], 0)
    assert list(desk.ids("mentioned:ola", "queue").ids) == [thread]
    [note] = opened(ola, thread).decisions
    assert (note.text, note.mentions) == ("@Ola, can you call her?", ("ola",))
    desk.undo()
    assert queue(ola) == []
    desk.redo()
    assert queue(ola) == [thread]
    assert counted(ola) == 1
    assert rebuild(shop.database, Policies(shop.database.connection), shop.now) == []


@pytest.mark.parametrize(
    "answer",
    [Note(ThreadId(1), "called"), Reply(ThreadId(1), "Hej"), Done(ThreadId(1)), Seen(ThreadId(1))],
)
def test_an_answer_ends_it_and_taking_it_back_brings_it_back(
    shop: Shop, desk: StoreInboxService, answer: Command
) -> None:
    thread, ola = shop.says("Zoła", "Gdzie paczka?"), shop.desk("ola")
    desk.submit(Note(thread, "@ola?"))
    desk.submit(Flag(thread))
    ola.submit(Flag(thread, on=False))
    assert queue(ola) == [thread], "a flag is no answer, and neither is what others do"
    ola.submit(answer)
    assert queue(ola) == []
    ola.undo()
    assert queue(ola) == [thread]


def test_a_new_mention_asks_again_and_calling_oneself_asks_nobody(
    shop: Shop, desk: StoreInboxService
) -> None:
    thread, ola = shop.says("Zoła", "Gdzie paczka?"), shop.desk("ola")
    desk.submit(Note(thread, "@ana @ola"))
    ola.submit(Note(thread, "@ana: done"))
    assert (queue(ola), queue(desk)) == ([], [thread])
    desk.submit(Seen(thread))
    desk.submit(Note(thread, "@ola once more"))
    assert (queue(ola), queue(desk)) == ([thread], [])
    with pytest.raises(Refusal, match="No note here mentions you"):
        desk.submit(Seen(thread))
