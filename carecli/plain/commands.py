"""The table of plain commands, and the loop that reads and runs them."""

from __future__ import annotations

import difflib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, TextIO

from carecli.desk.wording import attached
from carecli.domain.errors import Refusal
from carecli.domain.model import Colour
from carecli.i18n import N_, _, ngettext
from carecli.plain import decisions, lookup, reply
from carecli.plain.session import InputEnded, Session

if TYPE_CHECKING:
    from carecli.desk.services import InboxServices


@dataclass(frozen=True, slots=True)
class Spoken:
    """One command: its word, the screen's letters for it, what follows, and what it does."""

    word: str
    letters: tuple[str, ...]
    takes: str
    help: str
    act: Callable[[Session, str], None]


def _list(session: Session, typed: str) -> None:
    if typed:
        _filter(session, typed)
    else:
        session.show(session.shown.title, session.shown.filter, session.shown.sort)


def _waiting(session: Session, _typed: str) -> None:
    session.show(N_("Waiting"), "is:waiting -is:snoozed")


def _filter(session: Session, typed: str) -> None:
    typed = typed or session.ask(_("Filter, e.g. is:waiting colour:red at:dm:"))
    session.show(N_("Filter"), typed)


def _search(session: Session, typed: str) -> None:
    typed = typed or session.ask(_("Words to find:"))
    quoted = " ".join(f'"{word}"' for word in typed.replace('"', " ").split())
    if quoted:
        session.show(N_("Found"), quoted, "newest")


def _times(session: Session, _typed: str) -> None:
    session.shows_times = not session.shows_times
    _list(session, "")


def _views(session: Session, typed: str) -> None:
    rows = list(session.desk.threads.views(counted=False))
    queues = [(one.title, one.key, "queue") for one in session.desk.threads.overview().queues]
    choices = [*queues, *((row.title, row.filter, row.sort) for row in rows)]
    if not typed:
        for number, (title, _filter_text, _sort) in enumerate(choices, 1):
            session.say(f"{number}. {_(title)}")
        typed = session.ask(_("Number of the view (empty to cancel):"))
    if typed.isdecimal() and 1 <= int(typed) <= len(choices):
        session.show(*choices[int(typed) - 1])


def _open(session: Session, typed: str) -> None:
    typed = typed or session.ask(_("Number in the list:"))
    if not typed.isdecimal():
        raise Refusal(_("Expected a number."), hint=_("Type list to see the numbers."))
    session.open_number(int(typed))


def _read(session: Session, _typed: str) -> None:
    session.read_out(session.talk(), 10_000)


def _link(session: Session, _typed: str) -> None:
    talk = session.talk()
    message = session.newest_inbound(talk)
    link = message.permalink if message is not None else ""
    session.say(link or _("It has no link."))
    for one in message.attachments if message is not None else ():
        session.say(f"{attached(one.kind, one.name)}: {one.url}")


def _status(session: Session, _typed: str) -> None:
    now = session.desk.threads.overview()
    for colour, count in now.colours.items():
        from carecli.domain.names import colour_name

        session.say(f"{colour_name(colour)}: {count}.")
    session.say(ngettext("{n} overdue.", "{n} overdue.", now.overdue).format(n=now.overdue))
    for queue in now.queues:
        session.say(f"{_(queue.title)}: {queue.count}.")
    if now.is_paused:
        session.say(_("Paused: nothing is sent to any platform."))
    if now.engine_failure:
        words = _("The engine has stopped: {why}").format(why=now.engine_failure)
        session.say(f"{words} carecli doctor")
    for channel in now.channels:
        if channel.error:
            session.say(f"{channel.title}: {_(channel.error)} {_(channel.hint)}")
        elif channel.is_late(session.desk.now()):
            words = _("It has not been read completely for three intervals. See: carecli doctor")
            session.say(f"{channel.title}: {words}")
        elif channel.failing:
            words = ngettext("{n} place unreadable", "{n} places unreadable", channel.failing)
            session.say(f"{channel.title}: {words.format(n=channel.failing)}. carecli doctor")
        elif channel.late_at is not None and channel.synced_at is None:
            session.say(f"{channel.title}: {_('first sync')}.")
    for said in now.notices:
        session.say(f"{said}. carecli doctor")


def _sync(session: Session, _typed: str) -> None:
    session.desk.commands.ask_sync()
    session.say(_("Sync started."))


def _pause(session: Session, _typed: str) -> None:
    on = not session.desk.threads.overview().is_paused
    session.desk.commands.pause(on)
    session.say(_("Paused: nothing is sent to any platform.") if on else _("Sending resumed."))


def _news(session: Session, _typed: str) -> None:
    session.say(_("News appears before each prompt. There is none now."))


def _help(session: Session, typed: str) -> None:
    chosen = [one for one in TABLE if typed in ("", one.word, *one.letters)]
    for one in chosen:
        letters = f", {_('or')} {' '.join(one.letters)}" if one.letters else ""
        takes = f" {_(one.takes)}" if one.takes else ""
        session.say(f"{one.word}{takes}{letters}: {_(one.help)}")


def _quit(_session: Session, _typed: str) -> None:
    raise InputEnded


TABLE: Sequence[Spoken] = (
    Spoken("list", (), "", N_("Read the list from its beginning."), _list),
    Spoken("more", (), "", N_("Continue reading the list."),
           lambda session, _typed: session.more()),
    Spoken("open", ("o",), N_("NUMBER"), N_("Open a thread from the list."), _open),
    Spoken("next", ("n", "j"), "", N_("Open the next thread of the list."),
           lambda session, _typed: session.step(1)),
    Spoken("previous", ("N", "k"), "", N_("Open the previous thread."),
           lambda session, _typed: session.step(-1)),
    Spoken("all", (), "", N_("Read the whole open thread."), _read),
    Spoken("reply", ("r",), "", N_("Write a draft reply and claim the thread."),
           reply.reply),
    Spoken("private", ("R",), "", N_("Write a private reply."), reply.reply_privately),
    Spoken("everybody", (), "", N_("Include or exclude the other recipients of a mail."),
           reply.everybody),
    Spoken("snippet", ("s",), N_("WORDS"), N_("Insert a saved reply into the draft."),
           reply.snippet),
    Spoken("card", ("K",), N_("WORDS"), N_("Read a product card and insert it into the draft."),
           lookup.card),
    Spoken("send", (), "", N_("Send the draft."), reply.send),
    Spoken("clear", (), "", N_("Delete the draft."), reply.clear),
    Spoken("undo", ("u",), "", N_("Undo your last action, including a send."), decisions.undo),
    Spoken("redo", ("U",), "", N_("Redo what you undid."), decisions.redo),
    Spoken("done", ("d",), N_("REASON"), N_("Close the thread: no reply is needed."),
           decisions.done),
    Spoken("reopen", ("D",), "", N_("Reopen; the wait counts from its original start."),
           decisions.reopen),
    Spoken("mine", ("a",), "", N_("Assign it to yourself."), decisions.mine),
    Spoken("assign", ("A",), N_("NAME"), N_("Assign it to a person or a team."), decisions.assign),
    Spoken("ask", ("E",), N_("TEXT"), N_("Ask another team by mail."), decisions.ask),
    Spoken("flag", ("f",), "", N_("Set or remove the flag."), decisions.flag),
    Spoken("green", ("1",), "", N_("Questions, thanks, chat."), decisions.recolour(Colour.GREEN)),
    Spoken("yellow", ("2",), "", N_("Complaints."), decisions.recolour(Colour.YELLOW)),
    Spoken("red", ("3",), "", N_("Crisis, adverse reaction."), decisions.recolour(Colour.RED)),
    Spoken("colour", ("0",), "", N_("Return the colour to the rules."), decisions.recolour(None)),
    Spoken("claim", ("c",), "", N_("Show or stop showing that you are working on it."),
           decisions.claim),
    Spoken("note", ("i",), N_("TEXT"), N_("Write a note for colleagues."), reply.note),
    Spoken("labels", ("l",), N_("LABELS"), N_("Add labels, remove them with a minus."),
           decisions.labels),
    Spoken("snooze", ("z",), N_("SPAN"), N_("Snooze; the deadline stays the same."),
           decisions.snooze),
    Spoken("wake", ("Z",), "", N_("End the snooze."), decisions.wake),
    Spoken("hide", ("x",), "", N_("Hide the message from the public, or show it."), decisions.hide),
    Spoken("like", ("+",), "", N_("Like the message, or remove the like."), decisions.like),
    Spoken("delete", ("X",), "", N_("Delete the message for everyone; asks first."),
           decisions.delete),
    Spoken("block", (), "", N_("Block the author of the message; asks first."), decisions.block),
    Spoken("unblock", (), "", N_("Unblock the author of the message."), decisions.unblock),
    Spoken("link", ("w", "Y"), "", N_("Show the message's link."), _link),
    Spoken("history", ("p",), N_("NOTE"), N_("All conversations with this contact, or a note "
                                             "about them."),
           lookup.history),
    Spoken("other", (), "", N_("Open the thread that is linked to this one by a private answer."),
           lookup.other),
    Spoken("seen", ("@",), "", N_("Remove the thread from your mentions."), lookup.seen),
    Spoken("today", (), "", N_("The start of the day: what is waiting, due soon, promised."),
           lookup.day),
    Spoken("filter", ("F",), N_("FILTER"), N_("List threads that match a filter."), _filter),
    Spoken("search", ("/",), N_("WORDS"), N_("List threads by their words."), _search),
    Spoken("times", (), "", N_("Show or hide the time of each message in the list."), _times),
    Spoken("waiting", (), "", N_("List waiting threads."), _waiting),
    Spoken("views", ("g",), N_("NUMBER"), N_("Choose a queue or a saved view."), _views),
    Spoken("status", ("S",), "", N_("Counts, and problems with channels."), _status),
    Spoken("news", (), "", N_("What became urgent."), _news),
    Spoken("sync", (), "", N_("Sync all channels now."), _sync),
    Spoken("pause", ("P",), "", N_("Pause or resume all sending."), _pause),
    Spoken("help", ("?",), N_("COMMAND"), N_("All commands, or one of them."), _help),
    Spoken("quit", ("q",), "", N_("Quit; drafts are saved."), _quit),
)  # fmt: skip

BY_NAME = {name: one for one in TABLE for name in (one.word, *one.letters)}


def do(session: Session, typed: str) -> None:
    """Do one line; Refusal names the nearest command when there is none such."""
    word, _space, rest = typed.partition(" ")
    found = BY_NAME.get(word) or BY_NAME.get(word.lower())
    if found is None and word[:1] in ("/", "?"):
        found, rest = BY_NAME[word[0]], typed[1:]
    if found is None:
        near = difflib.get_close_matches(word.lower(), [one.word for one in TABLE], 1)
        hint = _("Did you mean {word}?").format(word=near[0]) if near else _("Type help.")
        raise Refusal(_("There is no command {word!r}.").format(word=word), hint=hint)
    found.act(session, rest.strip())


def run_plain(
    desk: InboxServices, zone: str, due: int, source: TextIO, out: TextIO, *, times: bool = False
) -> None:
    """The plain inbox, until `quit` or the end of what is typed. Drafts are kept.

    `times`: lists say when each message was written.
    """
    session = Session(desk, zone, due, source, out)
    session.shows_times = times
    session.say(_("carecli in plain mode. Type help for the commands, quit to exit."))
    session.begin()
    session.attempt(lambda: _waiting(session, ""))
    while True:
        try:
            session.attempt(session.news)
            typed = session.ask(_("Command:"))
            if typed:
                session.attempt(lambda: do(session, typed))  # noqa: B023  # done at once
        except KeyboardInterrupt:
            session.say("")
            session.say(_("Cancelled; your text is saved. Type quit to exit carecli."))
        except InputEnded:
            session.say(_("Drafts are saved. Goodbye."))
            return
