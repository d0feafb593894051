"""What must be known to read a period's figures: what is new, who is unknown."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from sqlite3 import Connection
from zoneinfo import ZoneInfo

from carecli.desk.context import DeskContext
from carecli.domain.figures import whole_day
from carecli.i18n import _
from carecli.store import channels
from carecli.store.kpis import Span


@dataclass(frozen=True, slots=True)
class NewChannel:
    """A channel, by key and title, and the day (2026-10-31) carecli first saw a message of it."""

    channel: str
    title: str
    day: str


@dataclass(frozen=True, slots=True)
class Circumstances:
    """What is new and what is unknown in a period.

    `connected` are the channels whose first message carecli saw within the period, the first first.
    `is_first` tells that no channel was read before. `is_without_people` tells that no moderators
    are configured.
    """

    connected: tuple[NewChannel, ...] = ()
    is_first: bool = False
    is_without_people: bool = False


EVERYTHING_KNOWN = Circumstances()
"""Nothing is new and nobody is unknown."""


def circumstances(db: Connection, context: DeskContext, span: Span) -> Circumstances:
    """What is new and unknown in a period."""
    zone = ZoneInfo(context.zone)
    new: list[tuple[int, str, str]] = []
    is_first = True
    for one in channels.channels(db):
        if span.brand not in ("", one.brand):
            continue
        at = channels.first_seen_at(db, one.id)
        if at is None:
            continue
        if span.since <= at < span.until and at <= span.moment:
            new.append((at, one.key, one.title))
        elif at < span.since:
            is_first = False
    return Circumstances(
        tuple(
            NewChannel(key, title, f"{datetime.fromtimestamp(at / 1000, zone):%Y-%m-%d}")
            for at, key, title in sorted(new)
        ),
        is_first and bool(new),
        not context.people,
    )


def told(about: Circumstances) -> list[str]:
    """The same in sentences, in the language in use; none where nothing is to be said."""
    said = []
    if about.is_first:
        text = _(
            "These are the first figures: carecli has read messages since {day}. Older "
            "messages count only if the platform still showed them."
        )
        said.append(text.format(day=_day(about.connected[0].day)))
    first = about.connected[0].day if about.is_first else ""
    for one in about.connected:
        if one.day != first:
            text = _("{channel} is new: carecli has read messages there since {day}.")
            said.append(text.format(channel=one.title or one.channel, day=_day(one.day)))
    if about.is_without_people:
        said.append(nobody_known())
    return said


def nobody_known() -> str:
    """Why no figures stand by a person's name."""
    return _(
        "No moderators are configured, so figures by person may be missing. Add them under "
        "`moderators` in the configuration."
    )


def _day(day: str) -> str:
    return whole_day(date.fromisoformat(day))
