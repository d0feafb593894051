"""Proves that nobody is missing: asks the platform for everything and compares the open waits."""

from __future__ import annotations

import tempfile
from dataclasses import dataclass, replace
from pathlib import Path

from carecli.domain.errors import Gone, PlatformError
from carecli.domain.events import CaseAnswered, MessageGone
from carecli.domain.model import ContactPoint, Millis
from carecli.platforms.base import Connector, Page, Target
from carecli.store import cases, comparison, sync_state
from carecli.store.db import Database
from carecli.store.mail_identities import with_stored_ids
from carecli.store.outbox import Aim
from carecli.sync.ingest import ingest


@dataclass(frozen=True, slots=True)
class WaitDifference:
    """Somebody who waits on one side only. `thread` and `contact` are the platform's ids.

    `is_unpulled`: what makes the difference is newer than the channel's last sync, so that the
    next pull settles it.
    """

    channel: str
    thread: str
    contact: str
    name: str
    what: str
    is_unpulled: bool = False


async def verify(
    connector: Connector, database: Database, channel: str, since: Millis, *, now: Millis
) -> list[WaitDifference]:
    """Who waits on the platform and not here, or here and not there, among what stirred `since`.

    Everything is read anew into a database of its own, where nothing was decided; what was
    decided here explains most differences, and only the others are returned. Raises
    PlatformError when the platform cannot be read, KeyError for a channel that is not enrolled.
    Where nothing is ever pulled, as with entries made by hand, there is nobody to compare with.
    """
    if not connector.streams():
        return []
    with database.read() as db:
        id_ = comparison.channel_id(db, channel)
    with tempfile.TemporaryDirectory(prefix="carecli-verify-") as folder:
        census = Database(Path(folder) / "census.sqlite")
        try:
            connector.unreadable.load((), ())
            async for page in connector.census(since):
                ingest(census, id_, _as_known_here(database, id_, page), now=now)
            _all_read(connector)
            is_cut = bool(connector.unreadable.take().losses)
            with census.read() as there, database.read() as here:
                found = comparison.differences(here, there, id_, since)
                doubted = comparison.doubted(here, there, id_, found)
            if await _look_again(connector, database, id_, doubted, now):
                with census.read() as there, database.read() as here:
                    found = comparison.differences(here, there, id_, since)
        finally:
            census.close()
    if not is_cut and all(one.is_unpulled for one in found):
        with database.write() as db:
            sync_state.lost_nothing(db, id_)
    return [WaitDifference(channel, *each) for each in found]


def _as_known_here(database: Database, channel: int, page: Page) -> Page:
    """The page with the ids that mails have here, and without other teams' known answers.

    An answer to a case is no thread of its own.
    """
    with database.read() as db:
        events = [
            event
            for event in page.events
            if not (isinstance(event, CaseAnswered) and cases.is_answered_by(db, event))
        ]
        return replace(page, events=with_stored_ids(db, channel, events))


async def _look_again(
    connector: Connector,
    database: Database,
    channel: int,
    doubted: list[Aim],
    now: Millis,
) -> bool:
    """Ask for each message that the platform no longer lists, and take in what became of it.

    Nothing else tells of a message that its author took back unless the platform pushes it.
    """
    for aim in doubted[:MOST_DOUBTED]:
        target = Target(
            aim.thread,
            ContactPoint(aim.point),
            aim.message,
            aim.address,
            aim.root_address,
            aim.post,
            aim.contact,
            aim.contact_name,
            aim.last_inbound_at,
        )
        try:
            page = await connector.head(target)
        except Gone:
            page = Page((MessageGone(target.message, now),), observed_at=now)
        ingest(database, channel, page, now=now)
    return bool(doubted)


MOST_DOUBTED = 200
"""Messages asked for one by one."""


def _all_read(connector: Connector) -> None:
    """Raises PlatformError where a place could not be read: nobody can tell who waits there."""
    failing = list(connector.unreadable.failing.values())
    if failing:
        first = failing[0]
        what = f"{len(failing)} places cannot be read. The first one, {first.place}: {first.error}"
        raise PlatformError(what, hint=first.hint or "Run: carecli doctor")
