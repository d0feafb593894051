"""A channel of pasted entries: nothing is pulled, and a person answers behind the link."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Sequence
from datetime import datetime

from carecli.domain.capabilities import Capabilities
from carecli.domain.entry import ManualEntry, entry_events
from carecli.domain.errors import Refused
from carecli.domain.events import Event, Unrecognised
from carecli.domain.model import ContactPoint, Millis
from carecli.platforms.base import Account, Known, Order, Page, Probe, Sent, Stream, Target
from carecli.platforms.manual.capabilities import CAPABILITIES
from carecli.platforms.unreadable import Unreadable


class ManualEntries:
    """A place without an API. No network; entries come from `entry` or from imported files."""

    def __init__(self, account: Account) -> None:
        self._account = account
        self.unreadable = Unreadable(account.clock)

    @property
    def capabilities(self) -> Capabilities:
        return CAPABILITIES

    def streams(self) -> Sequence[Stream]:
        return ()

    def pull(self, stream: str, cursor: str | None, known: Known) -> AsyncIterator[Page]:  # noqa: ARG002 - nothing is ever pulled
        return _nothing()

    def census(self, since: Millis) -> AsyncIterator[Page]:  # noqa: ARG002 - there is nobody to ask
        return _nothing()

    async def head(self, target: Target) -> Page:  # noqa: ARG002 - there is nobody to ask
        return Page(observed_at=self._account.clock())

    async def send(self, order: Order) -> Sent:  # noqa: ARG002 - whatever it is
        raise Refused(
            "carecli cannot write here, since this place has no API",
            hint="Open the link, answer there, then confirm the answer here.",
        )

    async def find_sent(self, order: Order) -> Sent | None:  # noqa: ARG002 - nothing is ever sent
        return None

    def read(self, raw: bytes, now: Millis) -> Page:
        """Entries of a file: a JSON object or list of objects.

        Keys: `text`, `link` or `author`, and as wanted `place`, `at` (milliseconds since 1970 in
        UTC, or ISO 8601 with a zone) and `point` (as `at:` takes it).
        """
        try:
            parsed: object = json.loads(raw)
        except (ValueError, RecursionError):
            parsed = None
        events: list[Event] = []
        for item in parsed if isinstance(parsed, list) else [parsed]:
            events += _events_of(item, now)
        return Page(tuple(events), raw=raw, observed_at=now)

    async def probe(self) -> Probe:
        return Probe(
            is_ok=True,
            account=self._account.account,
            findings=("entries are pasted by hand",),
            capabilities=CAPABILITIES,
        )

    async def aclose(self) -> None:
        """Nothing is held."""


async def _nothing() -> AsyncIterator[Page]:
    no_pages: tuple[Page, ...] = ()
    for page in no_pages:
        yield page


def _events_of(item: object, now: Millis) -> tuple[Event, ...]:
    if not isinstance(item, dict):
        return (Unrecognised("an entry that is not a JSON object"),)
    words = {name: item.get(name, "") for name in ("link", "author", "text", "place", "point")}
    if not all(isinstance(word, str) for word in words.values()):
        return (Unrecognised("an entry with a field that is not a text"),)
    try:
        point = ContactPoint(words["point"] or ContactPoint.GROUP_POST)
    except ValueError:
        return (Unrecognised("an entry at an unknown contact point"),)
    at = _moment(item.get("at", now))
    if at is None:
        return (
            Unrecognised("an entry whose time is neither milliseconds nor ISO 8601 with a zone"),
        )
    written = ManualEntry(
        words["text"], words["link"], words["author"], point=point, place=words["place"]
    )
    try:
        return entry_events(written, at)
    except Refused as error:
        return (Unrecognised(f"an entry refused: {error.what}"),)


def _moment(told: object) -> Millis | None:
    """Milliseconds since 1970 in UTC, from such a number or `2026-11-30T18:20:00+01:00`."""
    if isinstance(told, int) and not isinstance(told, bool):
        return told
    try:
        moment = datetime.fromisoformat(told) if isinstance(told, str) else None
    except ValueError:
        return None
    return round(moment.timestamp() * 1000) if moment is not None and moment.tzinfo else None
