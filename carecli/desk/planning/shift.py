"""The start of a day and the end of a shift."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import datetime
from sqlite3 import Connection
from zoneinfo import ZoneInfo

from carecli.desk.commands.unit_of_work import UnitOfWork
from carecli.desk.context import Abilities, DeskContext
from carecli.desk.conversations import conversation_builder
from carecli.desk.conversations.rows import Receipt
from carecli.desk.planning.campaigns import campaigns
from carecli.desk.planning.rows import Handover, PromiseRow, RuleDeeds, Today, Word
from carecli.desk.threads import row_builder
from carecli.desk.threads.overview import POINT_TITLES, channel_statuses
from carecli.desk.threads.rows import Tally, ThreadRow
from carecli.desk.threads.visibility import visible_threads
from carecli.desk.wording import actor_name, kind_of_deed, told
from carecli.domain.commands import Assign
from carecli.domain.days import format_moment, parse_moment
from carecli.domain.errors import FilterError, Refusal
from carecli.domain.figures import number
from carecli.domain.filter import parse_filter, quoted
from carecli.domain.model import DAY, HOUR, Colour, ContactPoint, Millis, ThreadId, moderator
from carecli.domain.names import colour_name
from carecli.domain.promise import mentions_time
from carecli.domain.protocol import midnight
from carecli.domain.queue import POINTS, SORTS
from carecli.domain.text import one_line, printable
from carecli.file_rights import make_folder
from carecli.i18n import _, ngettext
from carecli.store import channels, claims, orders, shift, tallies
from carecli.store.feed import ELSEWHERE, announce
from carecli.store.filter_sql import Asking
from carecli.store.orders import StoredOrder
from carecli.store.threads import count_waiting, find

SOON = 2 * HOUR
"""Deadlines so near are told at the start of a day."""

EVENING = 6 * HOUR
"""Before midnight: since when what came in is told to who decided nothing before."""

MOST_COUNTED = 1_000
MOST_SHOWN = 20
"""Rows of a start of day."""

MOST_HANDED = 200
"""Rows of each list of a handover."""

PROMISED = 7 * DAY
"""How far back notes are read for promises."""

SHIFT = 12 * HOUR
"""A word to whoever comes next that was left so long ago is of another shift."""

EXPIRING = DAY
"""Messaging windows that close so soon are told."""

MINE = "is:waiting assignee:me"


def today(
    db: Connection, context: DeskContext, abilities: Abilities, since: str, brand: str
) -> Today:
    """The start of a day, since a day as filters take it or my last decision before today."""
    now = context.clock()
    began = _began(db, context, since, now)
    rows = channels.channels(db)
    brand_of = {row.id: row.brand for row in rows}
    ours = [row.id for row in rows if row.brand == brand] if brand else None
    scope = context.scope(ours)
    waiting = tallies.waiting(db)
    cells = [one for one in waiting if scope.holds(one.channel_id, one.team, one.assignee)]
    assigned = _sums((cell.assignee, cell.n) for cell in cells)
    points = _sums((cell.point, cell.n) for cell in cells)
    brands = _sums((brand_of[cell.channel_id], cell.n) for cell in cells)
    asking = context.asking(brand)
    soon = parse_filter("is:waiting due<2h -is:overdue")
    breaching = find(db, soon, asking, SORTS["deadline"], MOST_COUNTED).ids
    came = shift.waiting_since(db, began, scope)
    return Today(
        now=now,
        since=began,
        waiting=sum(cell.n for cell in cells),
        overdue=tallies.deadlines(db, now, scope, context.order.pressing).overdue,
        mine=assigned[context.me],
        unassigned=assigned[""],
        colours=_colours(_sums((cell.colour, cell.n) for cell in cells)),
        points=tuple(
            Tally(f"is:waiting at:{point}", _(POINT_TITLES[ContactPoint(point)]), points[point])
            for point in POINTS
            if points[point]
        ),
        brands=tuple(
            Tally(
                f"is:waiting brand:{quoted(name)}",
                one_line(context.brands.get(name) or name, 80),
                brands[name],
            )
            for name in dict.fromkeys(brand_of.values())
            if brands[name]
        ),
        breach_until=now + SOON,
        breaching=len(breaching),
        breaches=_rows(db, breaching[:MOST_SHOWN], context, abilities),
        came_in=shift.came_in(db, began, scope),
        came_in_waiting=sum(came.values()),
        came_in_colours=_colours(Counter(came), f" since:{format_moment(began, context.zone)}"),
        rules=tuple(
            RuleDeeds(one_line(one.rule, 80), one.did, kind_of_deed(one.did), one.n)
            for one in shift.rules_did(db, began)
        ),
        promises=tuple(
            one
            for one in _promises(_shown(db, shift.notes(db, now - PROMISED), context), context)
            if one.is_waiting
        )[:MOST_SHOWN],
        failed=tuple(
            conversation_builder.view(one, context) for one in _troubled(db, MOST_SHOWN, context)
        ),
        troubled=tuple(
            one
            for one in channel_statuses(db, rows, brand)
            if one.error or one.is_frozen or one.possible_loss or one.failing or one.is_late(now)
        ),
        campaigns=tuple(one for one in campaigns(db, context) if one.is_on),
        words=tuple(
            Word(one.at, actor_name(one.author, context), printable(one.text))
            for one in shift.words(db, min(began, now - DAY))
        ),
    )


def _began(db: Connection, context: DeskContext, since: str, now: Millis) -> Millis:
    if since:
        if '"' in since:
            raise FilterError(
                _("{value} is not a date").format(value=repr(one_line(since, 40))), column=0
            )
        parse_filter(f'since:"{since}"')
        return parse_moment(since, now, context.zone)
    today_began = midnight(now, context.zone)
    before = shift.last_decision_before(db, moderator(context.me), today_began)
    return today_began - EVENING if before is None else before


def _sums(pairs: Iterable[tuple[str, int]]) -> Counter[str]:
    total: Counter[str] = Counter()
    for what, n in pairs:
        total[what] += n
    return total


def _colours(counts: Counter[str], more: str = "") -> tuple[Tally, ...]:
    return tuple(
        Tally(f"is:waiting colour:{colour}{more}", colour_name(colour), counts[colour])
        for colour in reversed(Colour)
    )


def _rows(
    db: Connection, ids: Iterable[int], context: DeskContext, abilities: Abilities
) -> tuple[ThreadRow, ...]:
    wanted = [ThreadId(id_) for id_ in ids]
    found = row_builder.rows(db, wanted, context, abilities)
    return tuple(found[id_] for id_ in wanted if id_ in found)


def _shown(
    db: Connection, notes: Sequence[shift.ThreadNote], context: DeskContext
) -> list[shift.ThreadNote]:
    here = {*visible_threads(db, {one.thread for one in notes}, context)}
    return [one for one in notes if one.thread in here]


def _troubled(db: Connection, limit: int, context: DeskContext) -> list[StoredOrder]:
    found = orders.troubled(db, limit)
    here = {*visible_threads(db, {one.thread for one in found}, context)}
    return [one for one in found if one.thread in here]


def _promises(notes: Iterable[shift.ThreadNote], context: DeskContext) -> tuple[PromiseRow, ...]:
    return tuple(
        PromiseRow(
            ThreadId(one.thread),
            one.at,
            one_line(one.text),
            actor_name(one.author, context),
            one.is_waiting,
        )
        for one in notes
        if mentions_time(one.text)
    )


def handover(db: Connection, context: DeskContext, abilities: Abilities) -> Handover:
    """What I leave behind."""
    now, me = context.clock(), moderator(context.me)
    asking = context.asking()
    mine = parse_filter(MINE)
    waiting = count_waiting(db, mine, asking)
    assert waiting is not None
    colours = {
        colour: count_waiting(db, parse_filter(f"{MINE} colour:{colour}"), asking) or 0
        for colour in Colour
    }
    drafts = find(db, parse_filter("is:draft"), asking, SORTS["newest"], MOST_HANDED).ids
    old = parse_filter("is:waiting at:dm assignee:me,none")
    longest = find(db, old, asking, SORTS["waiting"], MOST_COUNTED).ids
    closing = [
        (row.window_until, row)
        for row in _rows(db, longest, context, abilities)
        if row.window_until is not None and now < row.window_until <= now + EXPIRING
    ]
    closing.sort(key=lambda pair: pair[0])
    return Handover(
        now=now,
        moderator=one_line(context.name_of(context.me), 80),
        waiting=waiting,
        colours=colours,
        mine=_rows(db, find(db, mine, asking, context.order, MOST_HANDED).ids, context, abilities),
        drafts=_rows(db, drafts, context, abilities),
        snoozed=_rows(db, shift.snoozed_by(db, context.me, me)[:MOST_HANDED], context, abilities),
        promises=_promises(shift.notes(db, now - PROMISED, me), context),
        expires_until=now + EXPIRING,
        expiring=tuple(row for _, row in closing[:MOST_HANDED]),
        failed=tuple(
            conversation_builder.view(one, context) for one in _troubled(db, MOST_HANDED, context)
        ),
        note=next(
            (printable(one.text) for one in shift.words(db, now - SHIFT) if one.author == str(me)),
            "",
        ),
    )


def hand_back(unit: UnitOfWork) -> Receipt:
    """Give everything of mine that waits back to the pool, in one batch; raises Refusal."""
    asking = Asking(unit.by.name, unit.now, unit.context.zone)
    threads = find(unit.db, parse_filter(MINE), asking).ids
    if not threads:
        raise Refusal(_("You have no waiting threads."))
    receipts = unit.do_all([Assign(thread) for thread in threads])
    for thread in threads:
        claims.release(unit.db, thread, unit.by.name)
    announce(unit.db, (ELSEWHERE,))
    said = ngettext("unassigned {n} thread", "unassigned {n} threads", len(threads))
    return Receipt(receipts[0].decision, None, said.format(n=number(len(threads))))


def leave_word(unit: UnitOfWork, text: str) -> Receipt:
    """Leave a word to whoever comes next, in place of the one before: one undo."""
    decision = shift.leave_word(unit.db, text.strip(), unit.by, unit.now)
    return Receipt(decision, None, told("leave_word", {"text": text}, unit.context))


def keep_handover(context: DeskContext, text: str, at: Millis) -> str:
    """Write a handover into a file of its own that only its owner can change; its path."""
    folder = context.handovers
    if folder is None:
        raise Refusal(_("No folder for handovers is configured."))
    when = datetime.fromtimestamp(at / 1000, ZoneInfo(context.zone))
    name = "".join(char if char.isalnum() else "-" for char in context.me)
    file = folder / f"{when:%Y-%m-%d-%H%M}-{name}.txt"
    try:
        make_folder(folder)
        file.write_text(text, encoding="utf-8")
    except OSError as error:
        what = _("The handover could not be written: {why}.").format(why=error.strerror)
        raise Refusal(what, hint=str(file)) from error
    return str(file)
