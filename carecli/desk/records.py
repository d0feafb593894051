"""Past data: staffing of a past day, rejected messages, erasing people; loaded on demand."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from sqlite3 import Connection

from carecli.desk.context import DeskContext
from carecli.desk.planning.staffing import Staffing, StaffingAsked, staff
from carecli.desk.threads.rejected import Outsiders
from carecli.domain.days import is_day, parse_moment
from carecli.domain.errors import Refusal
from carecli.domain.model import ThreadId, moderator
from carecli.i18n import _
from carecli.store import contacts, erasure
from carecli.store.db import Database


@dataclass(frozen=True, slots=True)
class Forgotten:
    """What was erased of people, or would be: how many people (ids of theirs) and messages.

    `messages` are theirs and ours to them, `threads` those they wrote in, `unsent` replies that
    are still on their way. `named_in` are threads in which somebody else's message holds a name of
    theirs: a person has to look at those (not looked for where many are forgotten). `is_done` is
    false for a dry run; `is_emptied` is false while another program reads what was, which is gone
    once it is done.
    """

    people: int
    messages: int
    threads: int
    unsent: int
    named_in: tuple[ThreadId, ...]
    is_done: bool
    is_emptied: bool


class Records:
    """The past of one database, for a lead. Everything here may take seconds."""

    def __init__(self, finder: Database, writer: Database, context: DeskContext) -> None:
        self._finder = finder
        self._writer = writer
        self._context = context

    @property
    def outsiders(self) -> Outsiders:
        """What reached a channel and is no message of a thread."""
        return Outsiders(self._finder, self._writer, self._context)

    def staffing(self, asked: StaffingAsked) -> Staffing:
        """A day that is over, worked again by other teams; see `desk.staffing`."""
        with self._finder.read() as db:
            return staff(db, self._context, asked)

    def forget(self, threads: Sequence[ThreadId], *, dry_run: bool = False) -> Forgotten:
        """Erase the people of these threads, under every id known to be theirs; no undo.

        Their waits stay, and with them every count; those that are open end as withdrawn. Raises
        Refusal for a thread without anybody, and while a reply to them is on its way.
        """
        self._context.check_may_lead()
        if dry_run:
            with self._finder.read() as db:
                people = _people(db, threads)
                return _told(people, erasure.traces(db, people), erasure.named_in(db, people))
        by, now = moderator(self._context.me), self._context.clock()

        def deed(db: Connection) -> tuple[erasure.Erased, list[int]]:
            people = _people(db, threads)
            named_in = erasure.named_in(db, people)
            return erasure.forget(db, people, by, now), named_in

        try:
            (done, named_in), is_emptied = erasure.thoroughly(self._writer, deed)
        except erasure.StillOnItsWay:
            raise Refusal(
                _("A reply to them is still being sent."),
                hint=_("Wait until it is sent, or cancel it: `carecli outbox`."),
            ) from None
        return _done(done, named_in, is_emptied=is_emptied)

    def forget_silent(self, since: str, *, dry_run: bool = False) -> Forgotten:
        """Erase everybody who wrote nothing since a day and waits for nothing."""
        if not is_day(since):
            raise Refusal(
                _("{day!r} is not a date.").format(day=since),
                hint=_("Use the form 2024-01-01 or 730d."),
            )
        moment = parse_moment(since, self._context.clock(), self._context.zone)
        self._context.check_may_lead()
        if dry_run:
            with self._finder.read() as db:
                people = erasure.silent_since(db, moment)
                return _told(people, erasure.traces(db, people), ())
        by, now = moderator(self._context.me), self._context.clock()
        done, is_emptied = erasure.erase_silent(self._writer, moment, by, now)
        return _done(done, (), is_emptied=is_emptied)


def _people(db: Connection, threads: Sequence[ThreadId]) -> list[int]:
    """Whoever these threads are with, under every id known to be theirs; raises Refusal."""
    people: set[int] = set()
    for thread in threads:
        contact = contacts.contact_of(db, thread)
        if contact is None:
            raise Refusal(_("Thread {thread} has no contact.").format(thread=thread))
        people.update(contacts.same_person(db, contact))
    return sorted(people)


def _told(people: Sequence[int], found: erasure.Traces, named_in: Sequence[int]) -> Forgotten:
    """What would be erased."""
    named = tuple(map(ThreadId, named_in))
    return Forgotten(
        len(people),
        found.messages,
        found.threads,
        found.unsent,
        named,
        is_done=False,
        is_emptied=True,
    )


def _done(done: erasure.Erased, named_in: Sequence[int], *, is_emptied: bool) -> Forgotten:
    """What was erased."""
    named = tuple(map(ThreadId, named_in))
    return Forgotten(
        done.people,
        done.messages,
        len(done.threads),
        0,
        named,
        is_done=True,
        is_emptied=is_emptied,
    )
