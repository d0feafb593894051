"""How long threads took, from the times of a person's successive decisions."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from sqlite3 import Connection

from carecli.domain.backlog import Handling
from carecli.domain.model import MINUTE, SECOND, Actor, ContactPoint, Millis

ENDING = ("reply", "done", "answered_by_hand", "answered_outside")
"""Decisions that somebody was done with a thread by."""

LOOKED_AT = 500
"""So many decisions of each person, the newest ones."""

SHORTEST = 2 * SECOND
"""Anything quicker was not read: a key pressed twice, a macro."""

LONGEST = 15 * MINUTE
"""A longer pause was not spent on the thread."""

ENOUGH = 5
"""Threads of a kind from which its median tells more than the usual span."""

ENOUGH_FOR_A_PACE = 20
SLOWEST = 3.0
"""Paces stay between this and its inverse: beyond, it is the work that was another."""

Took = tuple[str, str, str, Millis]
"""Who, the thread's colour and contact point, and how long it took."""


def measured(db: Connection) -> dict[tuple[str, str], list[Millis]]:
    """Spans (ms) that were measured of each colour and contact point, as many as there are.

    Where a contact point was handled too seldom all of its colour's stand in; a colour that was
    too is left out.
    """
    kinds: defaultdict[tuple[str, str], list[Millis]] = defaultdict(list)
    colours: defaultdict[str, list[Millis]] = defaultdict(list)
    for _, colour, point, span in _took(db):
        kinds[colour, point].append(span)
        colours[colour].append(span)
    found: dict[tuple[str, str], list[Millis]] = {}
    for colour, some in colours.items():
        if len(some) >= ENOUGH:
            for point in ContactPoint:
                of_kind = kinds.get((colour, point), [])
                found[colour, point] = of_kind if len(of_kind) >= ENOUGH else some
    return found


def handling(db: Connection) -> Handling:
    """How long threads of each colour and contact point took, and how quick people are.

    Reads a fixed number of decisions of each person. Where a colour's contact point was handled
    too seldom, the colour's median stands in; where that was too, the usual span.
    """
    from statistics import median

    took = list(_took(db))
    kinds: defaultdict[tuple[str, str], list[Millis]] = defaultdict(list)
    colours: defaultdict[str, list[Millis]] = defaultdict(list)
    for _, colour, point, span in took:
        kinds[colour, point].append(span)
        colours[colour].append(span)
    spans = {
        (colour, point): round(median(some if len(some) >= ENOUGH else colours[colour]))
        for (colour, point), some in kinds.items()
        if len(colours[colour]) >= ENOUGH
    }
    told = Handling(spans)
    shares: defaultdict[str, list[float]] = defaultdict(list)
    for who, colour, point, span in took:
        shares[who].append(span / told.span(colour, point))
    paces = {
        who: min(SLOWEST, max(1 / SLOWEST, median(some)))
        for who, some in shares.items()
        if len(some) >= ENOUGH_FOR_A_PACE
    }
    return Handling(spans, paces)


def _took(db: Connection) -> Iterator[Took]:
    for actor in _people(db):
        rows = db.execute(
            "SELECT d.at, d.verb, d.thread_id, d.batch, d.undone, t.colour, t.point FROM "
            "(SELECT id, at, verb, thread_id, batch, undone FROM decisions "
            "WHERE actor = ? AND batch = 0 ORDER BY id DESC LIMIT ?) d "
            "LEFT JOIN threads t ON t.id = d.thread_id ORDER BY d.id",
            (actor, LOOKED_AT),
        )
        who = Actor.parse(actor).name
        here: int | None = None
        came: Millis | None = None
        last: Millis = 0
        for at, verb, thread, _, undone, colour, point in rows:
            if thread != here:
                here, came = thread, last or None
            last = at
            if verb in ENDING and not undone and came is not None and colour is not None:
                if SHORTEST <= at - came <= LONGEST:
                    yield who, colour, point, at - came
                came = None


def _people(db: Connection) -> Iterator[str]:
    """Moderators who decided anything, each found by one look into the index."""
    last = "moderator:"
    while True:
        (found,) = db.execute(
            "SELECT min(actor) FROM decisions WHERE actor > ? AND actor < 'moderator;'", (last,)
        ).fetchone()
        if found is None:
            return
        yield found
        last = found
