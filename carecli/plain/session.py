"""A moderator's session in plain mode: the list, the open thread, questions."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, TextIO

from carecli.desk.threads.alerts import AlertTracker
from carecli.domain.errors import CareError, Refusal
from carecli.domain.model import Direction, DraftKind, ThreadId
from carecli.domain.text import printable
from carecli.i18n import N_, _, ngettext
from carecli.plain import words

if TYPE_CHECKING:
    from carecli.desk.conversations.rows import Conversation, MessageView
    from carecli.desk.services import InboxServices

PAGE = 10
"""Threads read out at once."""

RECENT = 12
"""Entries of a conversation read out when it is opened."""

FIRST = 200
"""Threads read from the desk at first; further ones are read on demand."""


class InputEnded(Exception):
    """The input has ended."""


@dataclass(slots=True)
class ShownList:
    """The current list: its filter, order and threads, and how many were read out."""

    title: str = N_("Waiting")
    filter: str = "is:waiting -is:snoozed"
    sort: str = "queue"
    ids: tuple[ThreadId, ...] = ()
    is_whole: bool = True
    read: int = 0


class Session:
    """The state of the plain inbox, and its input and output.

    `due` (ms): how long before a deadline of mine it counts as news.
    """

    def __init__(
        self, desk: InboxServices, zone: str, due: int, source: TextIO, out: TextIO
    ) -> None:
        self.desk = desk
        self.zone = zone
        self.shown = ShownList()
        self.thread: ThreadId | None = None
        self.head: int | None = None
        self.kind = DraftKind.REPLY
        self.to_all = False
        self.shows_times = False
        self._source = source
        self._out = out
        self._watch = AlertTracker(desk.threads, desk.me, desk.now, due)
        self._changed: set[ThreadId] | None = set()

    # saying and asking

    def say(self, text: str) -> None:
        """Write one or more lines, made printable."""
        for line in printable(text).split("\n"):
            self._out.write(f"{line}\n")
        self._out.flush()

    def say_all(self, lines: Iterable[str]) -> None:
        """Write several texts, one after another."""
        for line in lines:
            self.say(line)

    def complain(self, error: CareError) -> None:
        """Say what was not done, and what to do."""
        self.say(_("Not done. {what}").format(what=_(error.what)))
        if error.hint:
            self.say(_(error.hint))

    def ask(self, prompt: str) -> str:
        """Write a prompt and read one line; raises InputEnded at the end of input."""
        self._out.write(printable(prompt) + " ")
        self._out.flush()
        try:
            line = self._source.readline()
        except OSError:  # the terminal went away
            raise InputEnded from None
        if not line:
            self._out.write("\n")
            raise InputEnded
        return printable(line).strip()

    # the list

    def show(self, title: str, filter_text: str, sort: str = "queue") -> None:
        """Say another list from its beginning; FilterError leaves the old one."""
        matches = self.desk.threads.ids(filter_text, sort, limit=FIRST)
        self.shown = ShownList(title, filter_text, sort, tuple(matches.ids), matches.is_whole)
        count = len(matches.ids)
        count_text = ngettext("{n} thread", "{n} threads", count).format(n=count)
        if not matches.is_whole:
            count_text = _("more than {n} threads").format(n=count)
        self.say(_("{title}: {count}.").format(title=_(title), count=count_text))
        self.more()

    def more(self) -> None:
        """Say the next page of the list."""
        shown = self.shown
        if shown.read >= len(shown.ids) and not shown.is_whole:
            matches = self.desk.threads.ids(shown.filter, shown.sort, limit=len(shown.ids) + FIRST)
            listed = set(shown.ids)
            shown.ids += tuple(id_ for id_ in matches.ids if id_ not in listed)
            shown.is_whole = matches.is_whole
        page = shown.ids[shown.read : shown.read + PAGE]
        rows = self.desk.threads.rows(page, shown.filter)
        now = self.desk.now()
        for number, thread in enumerate(page, shown.read + 1):
            if thread in rows:
                zone = self.zone if self.shows_times else ""
                line = words.thread_line(rows[thread], now, self.desk.me, zone)
                self.say(f"{number}. {line}")
        shown.read += len(page)
        remaining = len(shown.ids) - shown.read
        if not page:
            self.say(_("That was the last one.") if shown.ids else _("The list is empty."))
        elif remaining or not shown.is_whole:
            self.say(_("Type open and a number, or more."))
        else:
            self.say(_("Type open and a number."))

    def open_number(self, number: int) -> None:
        """Open a thread by its number in the list."""
        if not 1 <= number <= len(self.shown.ids):
            what = _("The list has no number {n}.").format(n=number)
            raise Refusal(what, hint=_("Type list to see it."))
        self.open(self.shown.ids[number - 1])

    def step(self, by: int) -> None:
        """Open the next or previous thread of the list."""
        ids = self.shown.ids
        at = ids.index(self.thread) + by if self.thread in ids else 0 if by > 0 else -1
        if not 0 <= at < len(ids):
            self.say(_("That was the last one.") if by > 0 else _("That was the first one."))
            return
        self.open(ids[at])

    # the open thread

    def open(self, thread: ThreadId) -> None:
        """Open a thread and say it."""
        talk = self.desk.conversations.conversation(thread)
        if talk is None:
            raise Refusal(_("There is no such thread."))
        self.thread = thread
        self.kind = DraftKind.REPLY
        self.to_all = False
        self.shows_times = False
        self.read_out(talk, RECENT)
        self.desk.threads.seen(talk.contact.name)

    def read_out(self, talk: Conversation, most: int) -> None:
        """Say the open thread: its head, at most `most` of its newest entries, and its drafts."""
        now = self.desk.now()
        self.head = talk.head
        self.say_all(words.head(talk, now, self.desk.me))
        is_whole = most > RECENT
        self.say_all(words.conversation(talk, self.zone, now, most, is_whole=is_whole))
        for draft in talk.drafts:
            self.say(words.draft(draft))

    def talk(self) -> Conversation:
        """The open thread as it is now; raises Refusal if none is open."""
        talk = (
            self.desk.conversations.conversation(self.thread) if self.thread is not None else None
        )
        if talk is None:
            what = _("No thread is open.")
            raise Refusal(what, hint=_("Type open and a number from the list, or next."))
        return talk

    def newest_inbound(self, talk: Conversation) -> MessageView | None:
        """The message that answers and actions are about: the contact's newest unanswered one."""
        inbound = [message for message in talk.messages if message.direction is Direction.INBOUND]
        waiting = [message for message in inbound if message.is_unanswered]
        candidates = waiting or inbound
        return candidates[-1] if candidates else None

    # news

    def begin(self) -> None:
        """Treat everything that is there now as known."""
        self.desk.threads.changes()
        self._watch.begin()

    def news(self) -> None:
        """Say what became urgent since the last time, and what is new in the open thread."""
        self.desk.threads.wake_snoozed()
        changed = self.desk.threads.changes()
        for alert in self._watch.look(changed):
            line = words.thread_line(alert.row, self.desk.now(), self.desk.me)
            self.say(_("News: {thread}").format(thread=line))
            if alert.row.id not in self.shown.ids:
                self.shown.ids = (*self.shown.ids[: self.shown.read], alert.row.id,
                                  *self.shown.ids[self.shown.read :])  # fmt: skip
                self.shown.read += 1
            number = self.shown.ids.index(alert.row.id) + 1
            self.say(_("Type open {n} to read it.").format(n=number))
        if self.thread is None or (changed is not None and self.thread not in changed):
            return
        talk = self.desk.conversations.conversation(self.thread)
        if talk is not None and talk.head != self.head:
            self.head = talk.head
            newest = talk.messages[-1:]
            for message in newest:
                line = words.message(message, talk, self.zone)
                self.say(_("New in the open thread: {message}").format(message=line))

    def attempt(self, action: Callable[[], None]) -> None:
        """Run an action, and say its error if it is refused."""
        try:
            action()
        except CareError as error:
            self.complain(error)
