"""Builds the list's rows from stored rows; every text is safe to print."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from sqlite3 import Connection

from carecli.desk.context import Abilities, DeskContext
from carecli.desk.threads.rows import ThreadRow
from carecli.desk.threads.visibility import visible_threads
from carecli.desk.wording import all_attached, place
from carecli.domain.capabilities import Capabilities
from carecli.domain.hits import Phrase, find_hits
from carecli.domain.model import Colour, ContactPoint, OutboxState, Outcome, ThreadId
from carecli.domain.text import one_line
from carecli.i18n import N_, _
from carecli.store.threads import StoredRow, messages_of, rows_of

LOT = 500
EXCERPT = 400
"""Characters of a message that a line can show."""

WHOLE = 100_000
BEFORE = 20
"""Characters shown before what was found in a long message."""

NAMELESS = N_("somebody")


def rows(
    db: Connection,
    ids: Sequence[ThreadId],
    context: DeskContext,
    abilities: Abilities,
    wanted: Sequence[Phrase] = (),
) -> dict[ThreadId, ThreadRow]:
    """The lines of these threads, as far as they are shown.

    Where words are `wanted`, a line shows the newest message that has them.
    """
    now = context.clock()
    found: dict[ThreadId, ThreadRow] = {}
    ids = visible_threads(db, ids, context)
    for start in range(0, len(ids), LOT):
        for id_, row in rows_of(db, ids[start : start + LOT], context.me, now).items():
            found[id_] = _row(row, abilities.of(row.channel), context)
    if wanted:
        _show_found(db, found, wanted)
    return found


def _show_found(db: Connection, found: dict[ThreadId, ThreadRow], wanted: Sequence[Phrase]) -> None:
    """Show what was found instead of the newest message, where that is another one."""
    left = {id_ for id_, row in found.items() if not find_hits(row.excerpt, wanted)}
    ids = sorted(left)
    for start in range(0, len(ids), LOT):
        for id_, text, written_at in messages_of(db, ids[start : start + LOT]):
            if not left:
                break
            if id_ not in left:
                continue
            shown_text = one_line(text, WHOLE)
            places = find_hits(shown_text, wanted)
            if places:
                begin = max(0, places[0][0] - BEFORE)
                excerpt = ("…" if begin else "") + shown_text[begin : begin + EXCERPT]
                found[id_] = replace(found[id_], excerpt=excerpt, message_at=written_at)
                left.discard(id_)


def _excerpt(row: StoredRow, point: ContactPoint) -> str:
    """What the message says, without what a mail quotes above its answer; or what is attached."""
    if row.attachments:
        return one_line(all_attached(json.loads(row.attachments)))
    text = row.excerpt or ""
    if point is ContactPoint.EMAIL and ">" in text:
        own = [line for line in text.split("\n") if not line.lstrip().startswith(">")]
        text = "\n".join(own) if any(map(str.strip, own)) else text
    return one_line(text)


def _row(row: StoredRow, can: Capabilities, context: DeskContext) -> ThreadRow:
    point = ContactPoint(row.point)
    window = can.human_window or can.window
    is_private = point.is_private
    until = None
    if is_private and window is not None and row.last_inbound_at is not None:
        until = row.last_inbound_at + window
    return ThreadRow(
        id=row.id,
        colour=Colour(row.colour),
        colour_by=row.colour_by,
        point=point,
        channel=row.channel,
        brand=row.brand,
        place=place(row.platform, point, row.channel_title),
        author=one_line(row.author or "", 120) or _(NAMELESS),
        excerpt=_excerpt(row, point),
        message_count=row.message_count,
        is_waiting=bool(row.waiting),
        wait_started_at=row.wait_started_at,
        deadline=row.deadline,
        window_until=until,
        last_inbound_at=row.last_inbound_at,
        assignee=one_line(row.assignee, 80),
        team=one_line(row.team, 80),
        is_flagged=bool(row.flagged),
        is_boosted=bool(row.boosted),
        snoozed_until=row.snoozed_until,
        claimed_by=one_line(row.claimed_by or "", 80),
        sending=OutboxState(row.sending) if row.sending else None,
        outcome=Outcome(row.outcome) if row.outcome else None,
        labels=tuple(sorted(map(one_line, row.labels.split("\n")))) if row.labels else (),
        has_draft=bool(row.has_draft),
        safety=row.safety,
        suggested=Colour(row.suggested) if row.suggested else None,
        is_unclear=bool(row.unclear),
        message_at=row.last_inbound_at,
        assignee_name=one_line(context.name_of(row.assignee), 80),
        team_title=one_line(context.teams.get(row.team, row.team), 80),
        claimed_by_name=one_line(context.name_of(row.claimed_by or ""), 80),
    )
