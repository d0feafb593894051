"""A note that calls a colleague puts the thread into their queue until they answer."""

from __future__ import annotations

import pytest

from carecli.desk.services import InboxServices
from carecli.domain.commands import Command, Done, Flag, Note, Reply, Seen
from carecli.domain.errors import Refusal
from carecli.domain.model import ThreadId
from carecli.store.policies import Policies
from carecli.store.rebuild import rebuild

from .conftest import Shop, opened


def queue(desk: InboxServices) -> list[ThreadId]:
    return list(desk.threads.ids("is:mentioned", "queue").ids)


def counted(desk: InboxServices) -> int:
    return next(one.count for one in desk.threads.overview().queues if one.key == "is:mentioned")


def test_the_one_called_finds_the_thread_in_their_queue(shop: Shop, desk: InboxServices) -> None:
    thread, ola = shop.says("Zoła", "Gdzie paczka?"), shop.desk("ola")
    ola.threads.changes()
    desk.commands.submit(Note(thread, "@Ola, can you call her?"))
    assert ola.threads.changes() == {thread}
    assert (queue(ola), counted(ola), queue(desk), counted(desk)) == ([thread], 1, [], 0)
    assert list(desk.threads.ids("mentioned:ola", "queue").ids) == [thread]
    [note] = opened(ola, thread).decisions
    assert (note.text, note.mentions) == ("@Ola, can you call her?", ("ola",))
    desk.commands.undo()
    assert queue(ola) == []
    desk.commands.redo()
    assert queue(ola) == [thread]
    assert counted(ola) == 1
    assert rebuild(shop.database, Policies(shop.database.connection), shop.now) == []


@pytest.mark.parametrize(
    "answer",
    [Note(ThreadId(1), "called"), Reply(ThreadId(1), "Hej"), Done(ThreadId(1)), Seen(ThreadId(1))],
)
def test_an_answer_ends_it_and_taking_it_back_brings_it_back(
    shop: Shop, desk: InboxServices, answer: Command
) -> None:
    thread, ola = shop.says("Zoła", "Gdzie paczka?"), shop.desk("ola")
    desk.commands.submit(Note(thread, "@ola?"))
    desk.commands.submit(Flag(thread))
    ola.commands.submit(Flag(thread, on=False))
    assert queue(ola) == [thread], "a flag is no answer, and neither is what others do"
    ola.commands.submit(answer)
    assert queue(ola) == []
    ola.commands.undo()
    assert queue(ola) == [thread]


def test_a_new_mention_asks_again_and_calling_oneself_asks_nobody(
    shop: Shop, desk: InboxServices
) -> None:
    thread, ola = shop.says("Zoła", "Gdzie paczka?"), shop.desk("ola")
    desk.commands.submit(Note(thread, "@ana @ola"))
    ola.commands.submit(Note(thread, "@ana: done"))
    assert (queue(ola), queue(desk)) == ([], [thread])
    desk.commands.submit(Seen(thread))
    desk.commands.submit(Note(thread, "@ola once more"))
    assert (queue(ola), queue(desk)) == ([thread], [])
    with pytest.raises(Refusal, match="No note here mentions you"):
        desk.commands.submit(Seen(thread))
