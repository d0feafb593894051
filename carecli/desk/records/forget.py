"""Erasing people: their names, ids and texts go, every count stays. It cannot be undone."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from sqlite3 import Connection

from carecli.desk.session import DeskSession
from carecli.domain.days import is_day, parse_moment
from carecli.domain.errors import Refusal
from carecli.domain.model import ThreadId, moderator
from carecli.i18n import _
from carecli.store import contacts, erasure


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


def forget(
    session: DeskSession, threads: Sequence[ThreadId], *, dry_run: bool = False
) -> Forgotten:
    """Erase the people of these threads, under every id known to be theirs; no undo.

    Their waits stay, and with them every count; those that are open end as withdrawn. Raises
    Refusal for a thread without anybody, and while a reply to them is on its way.
    """
    session.context.check_may_lead()
    if dry_run:
        with session.finder.read() as db:
            people = _people(db, threads)
            return _told(people, erasure.traces(db, people), erasure.named_in(db, people))
    by, now = moderator(session.me), session.now()

    def deed(db: Connection) -> tuple[erasure.Erased, list[int]]:
        people = _people(db, threads)
        named_in = erasure.named_in(db, people)
        return erasure.forget(db, people, by, now), named_in

    try:
        (done, named_in), is_emptied = erasure.thoroughly(session.writer, deed)
    except erasure.StillOnItsWay:
        raise Refusal(
            _("A reply to them is still being sent."),
            hint=_("Wait until it is sent, or cancel it: `carecli outbox`."),
        ) from None
    return _done(done, named_in, is_emptied=is_emptied)


def forget_silent(session: DeskSession, since: str, *, dry_run: bool = False) -> Forgotten:
    """Erase everybody who wrote nothing since a day and waits for nothing."""
    if not is_day(since):
        raise Refusal(
            _("{day!r} is not a date.").format(day=since),
            hint=_("Use the form 2024-01-01 or 730d."),
        )
    moment = parse_moment(since, session.now(), session.context.zone)
    session.context.check_may_lead()
    if dry_run:
        with session.finder.read() as db:
            people = erasure.silent_since(db, moment)
            return _told(people, erasure.traces(db, people), ())
    by, now = moderator(session.me), session.now()
    done, is_emptied = erasure.erase_silent(session.writer, moment, by, now)
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
