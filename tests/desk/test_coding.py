"""Codes and quotes at the desk: of which message, by whom, undone, erased with their message."""

from __future__ import annotations

import pytest

from carecli.desk.conversations.rows import CodeView, MessageView
from carecli.desk.services import InboxServices
from carecli.domain.commands import Code, DropQuote, Label, PickQuote, Reply
from carecli.domain.errors import Refusal
from carecli.domain.events import MessageWithdrawn
from carecli.domain.model import MINUTE, Actor, MessageId, ThreadId
from carecli.store.policies import Policies
from carecli.store.rebuild import rebuild

from .conftest import Shop, opened


def codes(desk: InboxServices, thread: ThreadId) -> list[tuple[int, str, str, str]]:
    """What the messages of a thread are shown to express: (message, kind, value, by)."""
    return [
        (message.id, code.kind, code.value, code.by)
        for message in opened(desk, thread).messages
        for code in message.codes
    ]


def message(desk: InboxServices, thread: ThreadId, place: int = -1) -> MessageView:
    return opened(desk, thread).messages[place]


def test_the_newest_message_is_coded_unless_another_is_named(
    shop: Shop, desk: InboxServices
) -> None:
    thread = shop.says("Zoła", "Gdzie paczka?")
    shop.says("Zoła", "Wreszcie!", thread="avon-fb:Zoła:Gdzie paczka?:3600000", ago=MINUTE)
    receipt = desk.commands.submit(Code(thread, sentiment="positive", themes=("delivery",)))
    assert receipt.said == "coded as positive, #delivery"
    desk.commands.submit(Code(thread, MessageId(1), sentiment="negative", stage="purchase"))
    assert codes(desk, thread) == [
        (1, "sentiment", "negative", "Ana"),
        (1, "stage", "purchase", "Ana"),
        (2, "sentiment", "positive", "Ana"),
        (2, "theme", "delivery", "Ana"),
    ]
    assert list(
        desk.threads.ids("sentiment:negative stage:purchase theme:delivery", "newest").ids
    ) == [thread]


def test_an_undo_gives_back_what_stood_before(shop: Shop, desk: InboxServices) -> None:
    thread = shop.says("Zoła", "Gdzie paczka?")
    rule = Actor("rule", "anger")
    desk.commands.submit(Code(thread, sentiment="negative"), rule)
    desk.commands.submit(Code(thread, sentiment="neutral"))
    assert [one[3] for one in codes(desk, thread)] == ["Ana"]
    assert desk.commands.undo() == "coded as neutral (Zoła)"
    assert codes(desk, thread) == [(1, "sentiment", "negative", "rule anger")]
    desk.commands.redo()
    desk.commands.submit(Code(thread, sentiment="none", without=("none",)))
    assert codes(desk, thread) == [(1, "sentiment", "negative", "rule anger")]


def test_many_are_coded_at_once_with_one_undo(shop: Shop, desk: InboxServices) -> None:
    threads = [shop.says(f"Ola {n}", f"Paczka {n}") for n in range(30)]
    desk.commands.submit_all([Code(one, themes=("delivery",)) for one in threads])
    assert set(desk.threads.ids("theme:delivery", "newest").ids) == set(threads)
    assert desk.commands.undo() == "coded as #delivery and 29 more"
    assert not desk.threads.ids("theme:delivery", "newest").ids


@pytest.mark.parametrize(
    ("command", "why"),
    [
        (Code(ThreadId(1)), "Choose a code"),
        (Code(ThreadId(1), sentiment="angry"), "no sentiment 'angry'"),
        (Code(ThreadId(1), stage="negative"), "no funnel stage"),
        (Code(ThreadId(1), themes=("none",)), "cannot be a theme"),
        (Code(ThreadId(1), MessageId(2), sentiment="neutral"), "from the brand"),
        (Code(ThreadId(1), MessageId(3), sentiment="neutral"), "has no message 3"),
        (Code(ThreadId(2), sentiment="neutral"), "Only the brand"),
        (Code(ThreadId(9), sentiment="neutral"), "no thread 9"),
        (PickQuote(ThreadId(2)), "Only the brand"),
        (PickQuote(ThreadId(1), MessageId(2)), "from the brand"),
        (PickQuote(ThreadId(1), text="Gdzie jest krem?"), "only contain words"),
        (PickQuote(ThreadId(1), text="[…] ?"), "Nothing is left"),
        (DropQuote(ThreadId(1)), "not a quote"),
    ],
)
def test_what_cannot_be_coded_or_quoted_is_refused(
    shop: Shop, desk: InboxServices, command: Code | PickQuote | DropQuote, why: str
) -> None:
    thread = shop.says("Zoła", "Gdzie paczka?")
    own = {"thread": "avon-fb:Zoła:Gdzie paczka?:3600000", "is_ours": True}
    shop.says("brand", "Sprawdzamy", ago=MINUTE, **own)  # type: ignore[arg-type]  # fields of says
    shop.says("brand", "Nowość!", is_ours=True)
    assert thread == 1
    before = shop.dump()
    with pytest.raises(Refusal, match=why):
        desk.commands.submit(command)
    assert desk.commands.refusals([command])[command.thread].what
    assert shop.dump() == before


def test_names_of_themes_are_inert(shop: Shop, desk: InboxServices) -> None:
    thread = shop.says("Zoła", "Gdzie paczka?")
    desk.commands.submit(Code(thread, themes=("\x1b[31m[@click=app.quit]x", "=1+1", "a\nb")))
    said = [value for _id, _kind, value, _by in codes(desk, thread)]
    assert said == ["=1+1", "a b", "␛[31m[@click=app.quit]x"]
    assert list(desk.research.themes()) == said


def test_the_themes_are_those_configured_and_those_in_use(shop: Shop) -> None:
    desk = shop.desk(themes={"packaging": "Packaging", "price": ""})
    desk.commands.submit(Code(shop.says("Zoła", "Droga paczka"), themes=("odd one", "price")))
    themes = {"packaging": "Packaging", "price": "price", "odd one": "odd one"}
    assert desk.research.themes() == themes
    assert desk.threads.complete("theme:p", 7).items == ("packaging", "price")


def test_a_quote_is_picked_without_names_and_dropped_again(shop: Shop, desk: InboxServices) -> None:
    thread = shop.says("Zoła Kowalska", "Krem jest super! Zoła K., tel. 600 700 800")
    draft = desk.research.quotable(thread)
    assert (draft.text, draft.is_kept) == ("Krem jest super! […] K., tel. […]", False)
    said = desk.commands.submit(PickQuote(thread, text="Krem jest super!")).said
    assert said == "saved a quote: Krem jest super!"
    assert message(desk, thread).is_quoted
    assert desk.research.quotable(thread).text == "Krem jest super!"
    assert list(desk.threads.ids("is:quoted", "newest").ids) == [thread]
    desk.commands.undo()
    assert not message(desk, thread).is_quoted
    desk.commands.redo()
    desk.commands.submit(DropQuote(thread))
    assert not message(desk, thread).is_quoted
    desk.commands.undo()
    assert message(desk, thread).is_quoted


def test_names_are_removed_from_what_a_moderator_kept_too(shop: Shop, desk: InboxServices) -> None:
    thread = shop.says("Zoła Kowalska", "Ja, Zoła, kocham ten krem. @avon")
    here = "avon-fb:Zoła Kowalska:Ja, Zoła, kocham ten krem. @avon:3600000"
    shop.says("Ewa Lis", "Ja też, Zoła!", thread=here, ago=MINUTE)
    desk.commands.submit(PickQuote(thread, MessageId(1), "Ja, Zoła, kocham ten krem."))
    assert shop.all("SELECT text FROM quotes") == [("Ja, […], kocham ten krem.",)]
    desk.commands.submit(PickQuote(thread, MessageId(2)))
    assert shop.all("SELECT text FROM quotes WHERE message_id = 2") == [("Ja też, […]!",)]


def test_a_quote_of_a_withdrawn_message_is_erased_everywhere(
    shop: Shop, desk: InboxServices
) -> None:
    thread = shop.says("Zoła", "Sekretny krem pomógł")
    desk.commands.submit(PickQuote(thread))
    desk.commands.submit(Label(thread, add=("x",)))
    shop.take("avon-fb", MessageWithdrawn("avon-fb:Zoła:Sekretny krem pomógł:3600000", shop.now))
    told = "\n".join(shop.dump()).replace("avon-fb:Zoła:Sekretny krem pomógł:3600000", "")
    assert "pomógł" not in told
    assert rebuild(shop.database, Policies(shop.database.connection), shop.now) == []
    desk.commands.undo()
    desk.commands.undo()
    desk.commands.redo()
    assert shop.all("SELECT * FROM quotes") == []


def test_codes_survive_answers_and_rebuild(shop: Shop, desk: InboxServices) -> None:
    thread = shop.says("Zoła", "Gdzie paczka?")
    desk.commands.submit_all([Code(thread, stage="purchase"), Reply(thread, "Sprawdzamy")])
    assert codes(desk, thread) == [(1, "stage", "purchase", "Ana")]
    assert rebuild(shop.database, Policies(shop.database.connection), shop.now) == []


def test_a_suggestion_is_shown_until_somebody_codes(shop: Shop, desk: InboxServices) -> None:
    thread = shop.says("Zoła", "Gdzie paczka?")
    with shop.database.write() as db:
        row = (thread,)
        db.execute("INSERT INTO code_suggestions VALUES (1,'stage',?,'purchase',0.8,60,0)", row)
    assert message(desk, thread).codes == (CodeView("stage", "purchase", "", 0.8),)
    assert not desk.threads.ids("stage:purchase", "newest").ids, "nobody's code"
    desk.commands.submit(Code(thread, stage="loyalty"))
    assert message(desk, thread).codes == (CodeView("stage", "loyalty", "Ana"),)
