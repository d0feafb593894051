"""The table of plain commands, and the loop that reads and does them."""

from __future__ import annotations

import difflib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, TextIO

from carecli.desk.words import attached
from carecli.domain.errors import Refusal
from carecli.domain.model import Colour
from carecli.i18n import N_, _, ngettext
from carecli.plain import deciding, knowing, writing
from carecli.plain.session import Ended, Session

if TYPE_CHECKING:
    from carecli.desk.face import Desk


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
    rows = list(session.desk.views(counted=False))
    queues = [(one.title, one.key, "queue") for one in session.desk.overview().queues]
    choices = [*queues, *((row.title, row.filter, row.sort) for row in rows)]
    if not typed:
        for number, (title, _filter_text, _sort) in enumerate(choices, 1):
            session.say(f"{number}. {_(title)}")
        typed = session.ask(_("Number of the view, or nothing:"))
    if typed.isdecimal() and 1 <= int(typed) <= len(choices):
        session.show(*choices[int(typed) - 1])


def _open(session: Session, typed: str) -> None:
    typed = typed or session.ask(_("Number in the list:"))
    if not typed.isdecimal():
        raise Refusal(_("Expected a number."), hint=_("Type list to hear the numbers."))
    session.open_number(int(typed))


def _read(session: Session, _typed: str) -> None:
    session.read_out(session.talk(), 10_000)


def _link(session: Session, _typed: str) -> None:
    talk = session.talk()
    message = session.newest_inbound(talk)
    link = message.permalink if message is not None else ""
    session.say(link or _("There is no link to it."))
    for one in message.attachments if message is not None else ():
        session.say(f"{attached(one.kind, one.name)}: {one.url}")


def _status(session: Session, _typed: str) -> None:
    now = session.desk.overview()
    for colour, count in now.colours.items():
        from carecli.domain.naming import colour_name

        session.say(f"{colour_name(colour)}: {count}.")
    session.say(ngettext("{n} overdue.", "{n} overdue.", now.overdue).format(n=now.overdue))
    for queue in now.queues:
        session.say(f"{_(queue.title)}: {queue.count}.")
    if now.is_paused:
        session.say(_("Paused: nothing is sent to any platform."))
    for channel in now.channels:
        if channel.error:
            session.say(f"{channel.title}: {_(channel.error)} {_(channel.hint)}")
        elif channel.is_late(session.desk.now()):
            words = _("It has not been read to its end for three intervals. See: carecli doctor")
            session.say(f"{channel.title}: {words}")
        elif channel.failing:
            words = ngettext("{n} place unreadable", "{n} places unreadable", channel.failing)
            session.say(f"{channel.title}: {words.format(n=channel.failing)}. carecli doctor")
        elif channel.late_at is not None and channel.synced_at is None:
            session.say(f"{channel.title}: {_('first sync')}.")
    for said in now.notices:
        session.say(f"{said}. carecli doctor")


def _sync(session: Session, _typed: str) -> None:
    session.desk.ask_sync()
    session.say(_("The engine was asked to pull now."))


def _pause(session: Session, _typed: str) -> None:
    on = not session.desk.overview().is_paused
    session.desk.pause(on)
    session.say(_("Paused: nothing is sent to any platform.") if on else _("Sending goes on."))


def _news(session: Session, _typed: str) -> None:
    session.say(_("News is said before each prompt; there is none now."))


def _help(session: Session, typed: str) -> None:
    chosen = [one for one in TABLE if typed in ("", one.word, *one.letters)]
    for one in chosen:
        letters = f", {_('or')} {' '.join(one.letters)}" if one.letters else ""
        takes = f" {_(one.takes)}" if one.takes else ""
        session.say(f"{one.word}{takes}{letters}: {_(one.help)}")


def _quit(_session: Session, _typed: str) -> None:
    raise Ended


TABLE: Sequence[Spoken] = (
    Spoken("list", (), "", N_("Read the list from its beginning."), _list),
    Spoken("more", (), "", N_("Read on in the list."), lambda session, _typed: session.more()),
    Spoken("open", ("o",), N_("NUMBER"), N_("Open a thread of the list."), _open),
    Spoken("next", ("n", "j"), "", N_("Open the next thread of the list."),
           lambda session, _typed: session.step(1)),
    Spoken("previous", ("N", "k"), "", N_("Open the one before."),
           lambda session, _typed: session.step(-1)),
    Spoken("all", (), "", N_("Read all of the open thread."), _read),
    Spoken("reply", ("r",), "", N_("Write a reply into the draft; claims the thread."),
           writing.reply),
    Spoken("private", ("R",), "", N_("Write a private reply."), writing.reply_privately),
    Spoken("everybody", (), "", N_("Answer the other recipients of a mail too, or not."),
           writing.everybody),
    Spoken("snippet", ("s",), N_("WORDS"), N_("Put a saved reply into the draft."),
           writing.snippet),
    Spoken("card", ("K",), N_("WORDS"), N_("Read a product card, and put it into the draft."),
           knowing.card),
    Spoken("send", (), "", N_("Send the draft."), writing.send),
    Spoken("clear", (), "", N_("Forget the draft."), writing.clear),
    Spoken("undo", ("u",), "", N_("Take back what you did last, also a send."), deciding.undo),
    Spoken("redo", ("U",), "", N_("Do again what you took back."), deciding.redo),
    Spoken("done", ("d",), N_("REASON"), N_("No reply is needed."), deciding.done),
    Spoken("reopen", ("D",), "", N_("The wait goes on from its start."), deciding.reopen),
    Spoken("mine", ("a",), "", N_("Assign it to you."), deciding.mine),
    Spoken("assign", ("A",), N_("NAME"), N_("Give it to a person or a team."), deciding.assign),
    Spoken("ask", ("E",), N_("TEXT"), N_("Ask another team by mail."), deciding.ask),
    Spoken("flag", ("f",), "", N_("Raise or lower the flag."), deciding.flag),
    Spoken("green", ("1",), "", N_("Questions, thanks, chat."), deciding.recolour(Colour.GREEN)),
    Spoken("yellow", ("2",), "", N_("Complaints."), deciding.recolour(Colour.YELLOW)),
    Spoken("red", ("3",), "", N_("Crisis, adverse reaction."), deciding.recolour(Colour.RED)),
    Spoken("colour", ("0",), "", N_("Give the colour back to the rules."), deciding.recolour(None)),
    Spoken("claim", ("c",), "", N_("Tell colleagues you are on it, or not."), deciding.claim),
    Spoken("note", ("i",), N_("TEXT"), N_("Write a note for colleagues."), writing.note),
    Spoken("labels", ("l",), N_("LABELS"), N_("Put labels on, with a minus off."), deciding.labels),
    Spoken("snooze", ("z",), N_("SPAN"), N_("Put aside; the clock goes on."), deciding.snooze),
    Spoken("wake", ("Z",), "", N_("End the snooze."), deciding.wake),
    Spoken("hide", ("x",), "", N_("Hide the message in public, or show it."), deciding.hide),
    Spoken("like", ("+",), "", N_("Like the message, or take it back."), deciding.like),
    Spoken("delete", ("X",), "", N_("Delete the message for everybody; asks."), deciding.delete),
    Spoken("block", (), "", N_("Block who wrote the message; asks."), deciding.block),
    Spoken("unblock", (), "", N_("Let who wrote the message write again."), deciding.unblock),
    Spoken("link", ("w", "Y"), "", N_("Say the message's link."), _link),
    Spoken("history", ("p",), N_("NOTE"), N_("Everything with this contact, or a note on them."),
           knowing.history),
    Spoken("other", (), "", N_("Open the thread that a private answer ties to this one."),
           knowing.other),
    Spoken("seen", ("@",), "", N_("Take the thread out of your mentions."), knowing.seen),
    Spoken("today", (), "", N_("The start of a day: what waits, is due soon, was promised."),
           knowing.day),
    Spoken("filter", ("F",), N_("FILTER"), N_("List what a filter takes in."), _filter),
    Spoken("search", ("/",), N_("WORDS"), N_("List threads by their words."), _search),
    Spoken("times", (), "", N_("Say when each message of the list was written, or not."), _times),
    Spoken("waiting", (), "", N_("List who waits."), _waiting),
    Spoken("views", ("g",), N_("NUMBER"), N_("Choose a queue or a saved view."), _views),
    Spoken("status", ("S",), "", N_("Counts, and what is wrong with channels."), _status),
    Spoken("news", (), "", N_("What became urgent."), _news),
    Spoken("sync", (), "", N_("Ask the engine to pull now."), _sync),
    Spoken("pause", ("P",), "", N_("Stop all sending, or let it go on."), _pause),
    Spoken("help", ("?",), N_("COMMAND"), N_("Every command, or one of them."), _help),
    Spoken("quit", ("q",), "", N_("Leave; drafts are kept."), _quit),
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
    desk: Desk, zone: str, due: int, source: TextIO, out: TextIO, *, times: bool = False
) -> None:
    """The plain inbox, until `quit` or the end of what is typed. Drafts are kept.

    `times`: lists say when each message was written.
    """
    session = Session(desk, zone, due, source, out)
    session.shows_times = times
    session.say(_("carecli, plain lines. Type help for the commands, quit to leave."))
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
            session.say(_("Left; what was written is kept. Type quit to leave carecli."))
        except Ended:
            session.say(_("Drafts are kept. Goodbye."))
            return
