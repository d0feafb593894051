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
"""Threads read from the desk at first: what comes after is asked for when it is wanted."""


class InputEnded(Exception):
    """Nothing more will be typed."""


@dataclass(slots=True)
class ShownList:
    """The list as it was read out: its filter and order, its threads, and how far it was read."""

    title: str = N_("Waiting")
    filter: str = "is:waiting -is:snoozed"
    sort: str = "queue"
    ids: tuple[ThreadId, ...] = ()
    is_whole: bool = True
    read: int = 0


class Session:
    """State and voice of the plain inbox. `due` (ms): how near a deadline of mine is news."""

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
        """One or more lines; nothing in them is obeyed by the terminal."""
        for line in printable(text).split("\n"):
            self._out.write(f"{line}\n")
        self._out.flush()

    def say_all(self, lines: Iterable[str]) -> None:
        """Several texts, one after another."""
        for line in lines:
            self.say(line)

    def complain(self, error: CareError) -> None:
        """What could not be, and what to do."""
        self.say(_("Not done. {what}").format(what=_(error.what)))
        if error.hint:
            self.say(_(error.hint))

    def ask(self, prompt: str) -> str:
        """One line typed after a prompt that says what is expected; Ended when there is none."""
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
        """Read out another list from its beginning; FilterError leaves the old one."""
        found = self.desk.threads.ids(filter_text, sort, limit=FIRST)
        self.shown = ShownList(title, filter_text, sort, tuple(found.ids), found.is_whole)
        count = len(found.ids)
        said = ngettext("{n} thread", "{n} threads", count).format(n=count)
        if not found.is_whole:
            said = _("more than {n} threads").format(n=count)
        self.say(_("{title}: {count}.").format(title=_(title), count=said))
        self.more()

    def more(self) -> None:
        """Read out the next page."""
        shown = self.shown
        if shown.read >= len(shown.ids) and not shown.is_whole:
            found = self.desk.threads.ids(shown.filter, shown.sort, limit=len(shown.ids) + FIRST)
            known = set(shown.ids)
            shown.ids += tuple(one for one in found.ids if one not in known)
            shown.is_whole = found.is_whole
        page = shown.ids[shown.read : shown.read + PAGE]
        rows = self.desk.threads.rows(page, shown.filter)
        now = self.desk.now()
        for number, thread in enumerate(page, shown.read + 1):
            if thread in rows:
                zone = self.zone if self.shows_times else ""
                said = words.thread_line(rows[thread], now, self.desk.me, zone)
                self.say(f"{number}. {said}")
        shown.read += len(page)
        left = len(shown.ids) - shown.read
        if not page:
            self.say(_("That was the last one.") if shown.ids else _("The list is empty."))
        elif left or not shown.is_whole:
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
        """Open a thread and read it out."""
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
        """Say all there is to say about the open thread."""
        now = self.desk.now()
        self.head = talk.head
        self.say_all(words.head(talk, now, self.desk.me))
        is_whole = most > RECENT
        self.say_all(words.conversation(talk, self.zone, now, most, is_whole=is_whole))
        for draft in talk.drafts:
            self.say(words.draft(draft))

    def talk(self) -> Conversation:
        """The open thread as it is now; Refusal when none is open."""
        talk = (
            self.desk.conversations.conversation(self.thread) if self.thread is not None else None
        )
        if talk is None:
            what = _("No thread is open.")
            raise Refusal(what, hint=_("Type open and a number from the list, or next."))
        return talk

    def newest_inbound(self, talk: Conversation) -> MessageView | None:
        """The contact's newest message, which answers and deeds are about."""
        inbound = [one for one in talk.messages if one.direction is Direction.INBOUND]
        waiting = [one for one in inbound if one.is_unanswered]
        chosen = waiting or inbound
        return chosen[-1] if chosen else None

    # news

    def begin(self) -> None:
        """What is there now is no news."""
        self.desk.threads.changes()
        self._watch.begin()

    def news(self) -> None:
        """Say what became urgent since the last time, and what is new in the open thread."""
        self.desk.threads.wake_snoozed()
        changed = self.desk.threads.changes()
        for alert in self._watch.look(changed):
            said = words.thread_line(alert.row, self.desk.now(), self.desk.me)
            self.say(_("News: {thread}").format(thread=said))
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
            fresh = talk.messages[-1:]
            for one in fresh:
                said = words.message(one, talk, self.zone)
                self.say(_("New in the open thread: {message}").format(message=said))

    def attempt(self, deed: Callable[[], None]) -> None:
        """Do something; what the desk refuses is said."""
        try:
            deed()
        except CareError as error:
            self.complain(error)
