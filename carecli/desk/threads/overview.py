"""The top bar and the side bar, built from counters."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from sqlite3 import Connection
from typing import TypeVar

from carecli.desk.context import DeskContext
from carecli.desk.threads.notices import notices
from carecli.desk.threads.rows import ChannelStatus, Colleague, Overview, Tally
from carecli.domain.filter import quoted
from carecli.domain.model import SECOND, Colour, ContactPoint, Millis
from carecli.domain.protocol import midnight
from carecli.domain.queue import POINTS
from carecli.domain.text import one_line
from carecli.i18n import N_, _
from carecli.store import channels as stored
from carecli.store import presence, settings, tallies, unreadable

T = TypeVar("T")

STARTING = 20 * SECOND
"""So long after the inbox was opened its engine may still be starting."""

POINT_TITLES = {
    ContactPoint.PRIVATE_MESSAGE: N_("Private messages"),
    ContactPoint.COMMENT: N_("Comments"),
    ContactPoint.AD_COMMENT: N_("Ad comments"),
    ContactPoint.GROUP_POST: N_("Groups and rooms"),
    ContactPoint.MENTION: N_("Mentions"),
    ContactPoint.REVIEW: N_("Reviews"),
    ContactPoint.EMAIL: N_("E-mails"),
    ContactPoint.CALL: N_("Calls"),
}


def overview(db: Connection, brand: str, context: DeskContext, opened_at: Millis = 0) -> Overview:
    """Counts, colleagues and channels, for one brand or all ('')."""
    now, failure = context.clock(), one_line(context.engine_failure())
    rows = stored.channels(db)
    brand_of = {row.id: row.brand for row in rows}
    ours = [row.id for row in rows if row.brand == brand] if brand else None
    scope, anywhere = context.scope(ours), context.scope()
    waiting = tallies.waiting(db)
    everywhere = [one for one in waiting if anywhere.holds(one.channel_id, one.team, one.assignee)]
    here = [one for one in everywhere if scope.holds(one.channel_id, one.team, one.assignee)]
    awake = [cell for cell in here if not cell.snoozed]
    answered, in_time, done = tallies.ended(db, midnight(now, context.zone), scope)
    flagged, snoozed, sending, safety, check = tallies.set_apart(db, scope)
    deadlines = tallies.deadlines(db, now, scope, context.order.pressing)
    colours = _sums((Colour(cell.colour), cell.n) for cell in awake)
    points = _sums((ContactPoint(cell.point), cell.n) for cell in awake)
    assigned = _sums((cell.assignee, cell.n) for cell in here)
    teams = _sums((cell.team, cell.n) for cell in awake if cell.team)
    brands = _sums((brand_of[cell.channel_id], cell.n) for cell in everywhere if not cell.snoozed)
    return Overview(
        colours={colour: colours[colour] for colour in Colour},
        overdue=deadlines.overdue,
        next_breach=deadlines.next_breach,
        next_thread=deadlines.next_thread,
        next_pressing=deadlines.next_pressing,
        answered_today=answered,
        in_time_today=in_time,
        queues=(
            Tally("is:waiting -is:snoozed", _("Waiting"), sum(cell.n for cell in awake)),
            Tally("is:waiting assignee:me", _("Mine"), assigned[context.me]),
            Tally("is:waiting assignee:none", _("Unassigned"), assigned[""]),
            Tally("is:mentioned", _("Mentioned"), tallies.mentioned(db, context.me, scope)),
            *([Tally("is:safety", _("Safety"), safety)] if safety else []),
            *([Tally("is:check", _("To check"), check)] if check else []),
            Tally("is:flagged", _("Flagged"), flagged),
            Tally("is:snoozed", _("Snoozed"), snoozed),
            Tally("is:sending", _("Sending"), sending),
            Tally("done:today", _("Done today"), done),
        ),
        points=tuple(
            Tally(f"at:{point}", _(POINT_TITLES[point]), points[point])
            for point in POINTS
            if points[point]
        ),
        teams=tuple(
            Tally(f"team:{quoted(team)}", one_line(context.teams.get(team) or team, 80), n)
            for team, n in sorted(teams.items())
        ),
        brands=tuple(
            Tally(name, one_line(context.brands.get(name) or name, 80), brands[name])
            for name in dict.fromkeys(row.brand for row in rows)
        ),
        colleagues=tuple(
            Colleague(
                one_line(context.name_of(one.moderator), 80), one.seen_at, one_line(one.doing)
            )
            for one in presence.present(db, now)
            if one.moderator != context.me
        ),
        channels=tuple(channel_statuses(db, rows, brand)),
        engine_seen_at=settings.engine_seen_at(db),
        is_paused=settings.is_paused(db),
        is_starting=bool(rows) and now - opened_at < STARTING and not failure,
        engine_failure=failure,
        rules_waiting=tallies.rules_waiting(db),
        are_rules_held=settings.are_rules_held(db),
        notices=tuple(notices(db, context)),
    )


def _sums(pairs: Iterable[tuple[T, int]]) -> Counter[T]:
    total: Counter[T] = Counter()
    for what, n in pairs:
        total[what] += n
    return total


def channel_statuses(
    db: Connection, rows: Iterable[stored.StoredChannel], brand: str
) -> list[ChannelStatus]:
    """How the sync of these channels is doing, those of one brand or all ('')."""
    unknown = stored.unrecognised(db)
    unread = unreadable.summaries(db)
    return [
        ChannelStatus(
            channel=row.key,
            title=one_line(row.title, 80),
            brand=row.brand,
            platform=row.platform,
            synced_at=row.synced_at,
            error=one_line(row.frozen or row.error),
            hint=one_line(row.hint),
            parked_until=row.parked_until,
            is_frozen=bool(row.frozen),
            usage=row.usage,
            possible_loss=one_line(row.possible_loss),
            unrecognised=unknown.get(row.id, 0),
            failing=unread.get(row.id, unreadable.Summary()).failing,
            first_failing=one_line(unread.get(row.id, unreadable.Summary()).first),
            late_at=unread.get(row.id, unreadable.Summary()).late_at,
        )
        for row in rows
        if not brand or row.brand == brand
    ]
