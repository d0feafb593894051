"""What the top bar warns of although every channel is read and sent."""

from __future__ import annotations

from collections.abc import Iterator
from sqlite3 import Connection

from carecli.desk.context import DeskContext
from carecli.domain.figures import number
from carecli.domain.model import DAY, MINUTE, Millis
from carecli.domain.text import one_line
from carecli.i18n import _, ngettext
from carecli.store import attention, hooks, profiles, renewal, settings

NAMED = 20
"""Characters of a channel's key: a narrow bar cuts the end."""


def notices(db: Connection, context: DeskContext) -> Iterator[str]:
    """Each of them in a few words, the most urgent first."""
    now = context.clock()
    yield from _machine(db, context, now)
    orders = attention.waiting(db, now)
    if orders.failed:
        said = ngettext("{n} not sent", "{n} not sent", orders.failed)
        yield said.format(n=number(orders.failed))
    if orders.unknown:
        said = ngettext("{n} not confirmed", "{n} not confirmed", orders.unknown)
        yield said.format(n=number(orders.unknown))
    if orders.stuck:
        said = ngettext("{n} stuck in the outbox", "{n} stuck in the outbox", orders.stuck)
        yield said.format(n=number(orders.stuck))
    for channel, _why in attention.losses(db):
        yield _of(_("may have missed messages"), channel)
    yield from _unseen(db)
    yield from _platforms(db, now)
    yield from _beside(db)
    unread = len(profiles.unreadable(db, context.profiles, now))
    if unread:
        said = ngettext("{n} profile is not read", "{n} profiles are not read", unread)
        yield said.format(n=number(unread))


def _machine(db: Connection, context: DeskContext, now: Millis) -> Iterator[str]:
    """This computer: its disk, its clock, the files that people write."""
    if attention.room(db) < attention.LITTLE_ROOM:
        yield _("the disk is full")
    sign = settings.sign_of_life(db)
    gaps = attention.clock_gaps(db)
    if gaps or (sign is not None and sign.at - now > attention.CLOCK_OFF):
        minutes = max((abs(gap) for gap in gaps.values()), default=0) // MINUTE
        said = ngettext("the clock is off by {n} min", "the clock is off by {n} min", minutes)
        yield said.format(n=number(minutes)) if gaps else _("the clock was set back")
    if renewal.stale(db):
        yield _("the new configuration has an error")
    elif context.is_outdated():
        yield _("restart: the configuration changed")
    if attention.rules_problem(db):
        yield _("rules cannot be read")
    if attention.stumbled(db, now) is not None:
        yield _("rules failed")


def _unseen(db: Connection) -> Iterator[str]:
    """What customers wrote that stands in no queue."""
    away = attention.turned_away(db)
    if away:
        yield ngettext("{n} turned away", "{n} turned away", away).format(n=number(away))
    unread = attention.unread(db)
    if unread:
        said = ngettext("{n} payload unreadable", "{n} payloads unreadable", unread)
        yield said.format(n=number(unread))


def _platforms(db: Connection, now: Millis) -> Iterator[str]:
    """What platforms refuse, and what ends."""
    ending: set[str] = set()
    for one in renewal.endings(db, now):
        if one.channel not in ending:
            yield _ending(one, now)
        ending.add(one.channel)
    for channel, found in attention.problems(db).items():
        if found and channel not in ending:
            yield _of(_("check its access"), channel)
    for some in attention.nameless(db):
        if some.is_permission:
            yield _of(_("authors are missing"), some.channel)
    for channel in dict.fromkeys(channel for channel, _field in attention.refused_fields(db)):
        yield _of(_("fields are refused"), channel)


def _beside(db: Connection) -> Iterator[str]:
    """What the engine does beside: pushes, hooks, reports, chores."""
    sign = settings.sign_of_life(db)
    heard = sign.heard if sign is not None else None
    refused_at = heard.refused_at if heard is not None else None
    if heard is not None and refused_at is not None and (heard.taken_at or 0) < refused_at:
        yield _("pushes are refused")
    for hook in hooks.troubled(db):
        yield _("hook {name} fails").format(name=one_line(hook.name, NAMED))
    if attention.is_report_late(db):
        yield _("a report could not be mailed")
    for name in sign.failing if sign is not None else ():
        yield _("{name} fails").format(name=one_line(name, NAMED))


def _ending(one: renewal.Ending, now: Millis) -> str:
    left = one.at - now
    days = max(0, -(-left // DAY))
    if left <= 0:
        words = _("data access expired") if one.is_data else _("the token expired")
    elif one.is_data:
        words = ngettext("data access expires in {n} day", "data access expires in {n} days", days)
    else:
        words = ngettext("token expires in {n} day", "token expires in {n} days", days)
    return _of(words.format(n=days), one.channel)


def _of(words: str, channel: str) -> str:
    return f"{words} ({one_line(channel, NAMED)})"
