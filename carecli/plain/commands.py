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
class Action:
    """One command: its word, its letters (the screen's keys), its argument, help and function."""

    word: str
    letters: tuple[str, ...]
    argument: str
    help: str
    run: Callable[[Session, str], None]


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
    queues = [(queue.title, queue.key, "queue") for queue in session.desk.threads.overview().queues]
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
    for file in message.attachments if message is not None else ():
        session.say(f"{attached(file.kind, file.name)}: {file.url}")


def _status(session: Session, _typed: str) -> None:
    overview = session.desk.threads.overview()
    for colour, count in overview.colours.items():
        from carecli.domain.names import colour_name

        session.say(f"{colour_name(colour)}: {count}.")
    session.say(
        ngettext("{n} overdue.", "{n} overdue.", overview.overdue).format(n=overview.overdue)
    )
    for queue in overview.queues:
        session.say(f"{_(queue.title)}: {queue.count}.")
    if overview.is_paused:
        session.say(_("Paused: nothing is sent to any platform."))
    if overview.engine_failure:
        sentence = _("The engine has stopped: {why}").format(why=overview.engine_failure)
        session.say(f"{sentence} carecli doctor")
    for channel in overview.channels:
        if channel.error:
            session.say(f"{channel.title}: {_(channel.error)} {_(channel.hint)}")
        elif channel.is_late(session.desk.now()):
            sentence = _("It has not been read completely for three intervals. See: carecli doctor")
            session.say(f"{channel.title}: {sentence}")
        elif channel.failing:
            sentence = ngettext("{n} place unreadable", "{n} places unreadable", channel.failing)
            session.say(f"{channel.title}: {sentence.format(n=channel.failing)}. carecli doctor")
        elif channel.late_at is not None and channel.synced_at is None:
            session.say(f"{channel.title}: {_('first sync')}.")
    for notice in overview.notices:
        session.say(f"{notice}. carecli doctor")


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
    commands = [command for command in TABLE if typed in ("", command.word, *command.letters)]
    for command in commands:
        letters = f", {_('or')} {' '.join(command.letters)}" if command.letters else ""
        argument = f" {_(command.argument)}" if command.argument else ""
        session.say(f"{command.word}{argument}{letters}: {_(command.help)}")


def _quit(_session: Session, _typed: str) -> None:
    raise InputEnded


TABLE: Sequence[Action] = (
    Action("list", (), "", N_("Read the list from its beginning."), _list),
    Action("more", (), "", N_("Continue reading the list."),
           lambda session, _typed: session.more()),
    Action("open", ("o",), N_("NUMBER"), N_("Open a thread from the list."), _open),
    Action("next", ("n", "j"), "", N_("Open the next thread of the list."),
           lambda session, _typed: session.step(1)),
    Action("previous", ("N", "k"), "", N_("Open the previous thread."),
           lambda session, _typed: session.step(-1)),
    Action("all", (), "", N_("Read the whole open thread."), _read),
    Action("reply", ("r",), "", N_("Write a draft reply and claim the thread."),
           reply.reply),
    Action("private", ("R",), "", N_("Write a private reply."), reply.reply_privately),
    Action("everybody", (), "", N_("Include or exclude the other recipients of a mail."),
           reply.everybody),
    Action("snippet", ("s",), N_("WORDS"), N_("Insert a saved reply into the draft."),
           reply.snippet),
    Action("card", ("K",), N_("WORDS"), N_("Read a product card and insert it into the draft."),
           lookup.card),
    Action("send", (), "", N_("Send the draft."), reply.send),
    Action("clear", (), "", N_("Delete the draft."), reply.clear),
    Action("undo", ("u",), "", N_("Undo your last action, including a send."), decisions.undo),
    Action("redo", ("U",), "", N_("Redo what you undid."), decisions.redo),
    Action("done", ("d",), N_("REASON"), N_("Close the thread: no reply is needed."),
           decisions.done),
    Action("reopen", ("D",), "", N_("Reopen; the wait counts from its original start."),
           decisions.reopen),
    Action("mine", ("a",), "", N_("Assign it to yourself."), decisions.mine),
    Action("assign", ("A",), N_("NAME"), N_("Assign it to a person or a team."), decisions.assign),
    Action("ask", ("E",), N_("TEXT"), N_("Ask another team by mail."), decisions.ask),
    Action("flag", ("f",), "", N_("Set or remove the flag."), decisions.flag),
    Action("green", ("1",), "", N_("Questions, thanks, chat."), decisions.recolour(Colour.GREEN)),
    Action("yellow", ("2",), "", N_("Complaints."), decisions.recolour(Colour.YELLOW)),
    Action("red", ("3",), "", N_("Crisis, adverse reaction."), decisions.recolour(Colour.RED)),
    Action("colour", ("0",), "", N_("Return the colour to the rules."), decisions.recolour(None)),
    Action("claim", ("c",), "", N_("Show or stop showing that you are working on it."),
           decisions.claim),
    Action("note", ("i",), N_("TEXT"), N_("Write a note for colleagues."), reply.note),
    Action("labels", ("l",), N_("LABELS"), N_("Add labels, remove them with a minus."),
           decisions.labels),
    Action("snooze", ("z",), N_("SPAN"), N_("Snooze; the deadline stays the same."),
           decisions.snooze),
    Action("wake", ("Z",), "", N_("End the snooze."), decisions.wake),
    Action("hide", ("x",), "", N_("Hide the message from the public, or show it."), decisions.hide),
    Action("like", ("+",), "", N_("Like the message, or remove the like."), decisions.like),
    Action("delete", ("X",), "", N_("Delete the message for everyone; asks first."),
           decisions.delete),
    Action("block", (), "", N_("Block the author of the message; asks first."), decisions.block),
    Action("unblock", (), "", N_("Unblock the author of the message."), decisions.unblock),
    Action("link", ("w", "Y"), "", N_("Show the message's link."), _link),
    Action("history", ("p",), N_("NOTE"), N_("All conversations with this contact, or a note "
                                             "about them."),
           lookup.history),
    Action("other", (), "", N_("Open the thread that is linked to this one by a private answer."),
           lookup.other),
    Action("seen", ("@",), "", N_("Remove the thread from your mentions."), lookup.seen),
    Action("today", (), "", N_("The start of the day: what is waiting, due soon, promised."),
           lookup.day),
    Action("filter", ("F",), N_("FILTER"), N_("List threads that match a filter."), _filter),
    Action("search", ("/",), N_("WORDS"), N_("List threads by their words."), _search),
    Action("times", (), "", N_("Show or hide the time of each message in the list."), _times),
    Action("waiting", (), "", N_("List waiting threads."), _waiting),
    Action("views", ("g",), N_("NUMBER"), N_("Choose a queue or a saved view."), _views),
    Action("status", ("S",), "", N_("Counts, and problems with channels."), _status),
    Action("news", (), "", N_("What became urgent."), _news),
    Action("sync", (), "", N_("Sync all channels now."), _sync),
    Action("pause", ("P",), "", N_("Pause or resume all sending."), _pause),
    Action("help", ("?",), N_("COMMAND"), N_("All commands, or one of them."), _help),
    Action("quit", ("q",), "", N_("Quit; drafts are saved."), _quit),
)  # fmt: skip

BY_NAME = {name: command for command in TABLE for name in (command.word, *command.letters)}


def run_command(session: Session, typed: str) -> None:
    """Run one typed line; raises Refusal that suggests the nearest command for an unknown one."""
    word, _space, rest = typed.partition(" ")
    command = BY_NAME.get(word) or BY_NAME.get(word.lower())
    if command is None and word[:1] in ("/", "?"):
        command, rest = BY_NAME[word[0]], typed[1:]
    if command is None:
        matches = difflib.get_close_matches(word.lower(), [command.word for command in TABLE], 1)
        hint = _("Did you mean {word}?").format(word=matches[0]) if matches else _("Type help.")
        raise Refusal(_("There is no command {word!r}.").format(word=word), hint=hint)
    command.run(session, rest.strip())


def run_plain(
    desk: InboxServices, zone: str, due: int, source: TextIO, out: TextIO, *, times: bool = False
) -> None:
    """Run the plain inbox until `quit` or the end of input. Drafts are kept.

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
                session.attempt(lambda: run_command(session, typed))  # noqa: B023  # done at once
        except KeyboardInterrupt:
            session.say("")
            session.say(_("Cancelled; your text is saved. Type quit to exit carecli."))
        except InputEnded:
            session.say(_("Drafts are saved. Goodbye."))
            return
