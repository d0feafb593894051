"""Lists of threads: ids in display order, and the rows of a page.

Nothing here is O(threads) while a `limit` is given. The queue is a merge of index ranges: for
each group of the order (pressing or not, colour, boosted or not, contact point) the ranges that
hold its threads, merged by deadline. What is pressing at a moment is a range too: of each colour
the deadlines up to so much later. A filter with a selective term is driven by that term's index
instead and sorts the few it finds.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterator, Mapping, Sequence
from heapq import merge
from itertools import islice
from sqlite3 import Connection
from typing import NamedTuple, cast

from carecli.domain.filter import Query
from carecli.domain.model import Colour, Millis, ThreadId
from carecli.domain.queue import COLOURS, DEFAULT_ORDER, SORTS, Group, QueueOrder
from carecli.store.columns import columns_of
from carecli.store.filter_sql import (
    COUNTED,
    Asking,
    CompiledFilter,
    Params,
    SqlCondition,
    compile_filter,
)
from carecli.store.message_words import WORDS

FEW = 5_000
"""A driving index range of at most so many threads is sorted as a whole: a few milliseconds."""


SURE = 0.6
"""How sure a suggestion must be to be shown. There are none before enough was learned."""

PIECE = 100_000
"""Characters of ids read at once: two milliseconds."""


class FoundThreads(NamedTuple):
    """Ids in display order, as an array; `is_whole` tells that there are no more."""

    ids: Sequence[ThreadId]
    is_whole: bool


def find(
    db: Connection,
    query: Query,
    asking: Asking,
    order: QueueOrder = DEFAULT_ORDER,
    limit: int | None = None,
) -> FoundThreads:
    """Threads of a filter in an order; without `limit` all of them, which may take long."""
    compiled = compile_filter(query, asking)
    wanted = -1 if limit is None else limit + 1
    driver, size = _best_driver(db, compiled)
    if driver is not None and size <= FEW:
        ids = array("q", _driven(db, compiled, driver, asking.now, order, wanted))
    elif not compiled.is_waiting or order.time != "deadline":
        ids = array("q", _walked(db, compiled, order, wanted))
    elif limit is None:
        ids = _whole_queue(db, compiled, asking.now, order)
    else:
        ids = array("q", islice(_queue(db, compiled, asking.now, order), wanted))
    is_whole = limit is None or len(ids) <= limit
    return FoundThreads(cast("Sequence[ThreadId]", ids if is_whole else ids[:limit]), is_whole)


def _best_driver(db: Connection, compiled: CompiledFilter) -> tuple[SqlCondition | None, int]:
    """The condition whose index yields fewest threads, and how many (at most FEW + 1)."""
    best: SqlCondition | None = None
    fewest = FEW + 1
    for condition in compiled.conditions:
        if condition.driver is not None:
            sql, params = condition.driver
            (n,) = db.execute(
                f"SELECT count(*) FROM (SELECT id FROM ({sql}) LIMIT {fewest})", params
            ).fetchone()
            if n < fewest:
                best, fewest = condition, n
    return best, fewest


def _driven(
    db: Connection,
    compiled: CompiledFilter,
    driver: SqlCondition,
    now: Millis,
    order: QueueOrder,
    wanted: int,
) -> list[ThreadId]:
    assert driver.driver is not None
    sql, params = driver.driver
    where, where_params = compiled.where(but=driver)
    by, by_params = _order_by(order, now)
    rows = db.execute(
        f"SELECT t.id FROM (SELECT DISTINCT id FROM ({sql})) d CROSS JOIN threads t ON t.id = d.id "
        f"WHERE {where} ORDER BY {by} LIMIT ?",
        (*params, *where_params, *by_params, wanted),
    )
    return [id_ for (id_,) in rows]


def _order_by(order: QueueOrder, now: Millis) -> tuple[str, Params]:
    """The order as an ORDER BY for a small set; those who wait before those who don't.

    Later words say nothing about those whom a band took in.
    """
    keys = ["t.waiting DESC"]
    params: list[object] = []
    bands: list[tuple[str, Params]] = []

    def add(key: str, values: Params = ()) -> None:
        for band, of_band in reversed(bands):
            key, values = f"CASE WHEN {band} THEN 0 ELSE {key} END", (*of_band, *values)
        keys.append(key)
        params.extend(values)

    for word in order.classes:
        match word:
            case "pressing":
                moments = tuple(now + order.pressing[colour] for colour in COLOURS)
                ranks = " ".join(f"WHEN '{colour}' THEN ?" for colour in COLOURS)
                pressing = f"coalesce(t.deadline <= CASE t.colour {ranks} END, 0)"
                add(f"NOT {pressing}", moments)
                add(f"CASE WHEN {pressing} THEN {_COLOUR_RANK} ELSE 0 END", moments)
                bands.append((pressing, moments))
            case "red":
                add("t.colour <> 'red'")
                bands.append(("t.colour = 'red'", ()))
            case "campaign":
                add("NOT t.boosted")
            case "point":
                add(f"CASE t.point {_ranks(order.all_points)} END")
            case _:
                add(_COLOUR_RANK)
    keys.append(_TIMES[order.time])
    if order.time == "deadline":
        keys.append("CASE WHEN t.waiting THEN 0 ELSE -t.last_message_at END")
    return ", ".join([*keys, "t.id"]), tuple(params)


def _ranks(values: Sequence[str]) -> str:
    """The branches of a CASE that number these values."""
    return " ".join(f"WHEN '{value}' THEN {n}" for n, value in enumerate(values))


_COLOUR_RANK = f"CASE t.colour {_ranks(COLOURS)} END"


_TIMES = {
    "deadline": "t.deadline",
    "oldest": "t.last_message_at",
    "newest": "t.last_message_at DESC",
    "waiting": "t.wait_started_at IS NULL, t.wait_started_at",
}


class QueueRange(NamedTuple):
    """A range of the queue's index."""

    snoozed: int
    colour: str
    boosted: int
    point: str


def _queue(
    db: Connection, compiled: CompiledFilter, now: Millis, order: QueueOrder
) -> Iterator[ThreadId]:
    """The queue, group by group; stops as soon as the counts say that no more can come."""
    cells, left = _cells(db, compiled)
    for group in order.groups():
        if left == 0:
            return
        streams = [
            db.execute(f"{sql} ORDER BY t.deadline, t.id", params)
            for sql, params in _ranges(compiled, now, order.pressing, group, cells)
        ]
        for _, id_ in merge(*streams):
            left = left - 1 if left is not None else None
            yield ThreadId(id_)


def _whole_queue(
    db: Connection, compiled: CompiledFilter, now: Millis, order: QueueOrder
) -> array[int]:
    """All of the queue.

    SQLite merges the ranges of a group and writes the ids as one text, all in one step, in which
    other threads of this process go on.
    """
    cells, _ = _cells(db, compiled)
    ids = array("q")
    for group in order.groups():
        ranges = _ranges(compiled, now, order.pressing, group, cells)
        if ranges:
            among = " UNION ALL ".join(sql for sql, _ in ranges)
            (text,) = db.execute(
                f"SELECT group_concat(id) FROM ({among} ORDER BY 1, 2)",
                [param for _, params in ranges for param in params],
            ).fetchone()
            for some in _pieces(text or ""):
                ids.extend(map(int, some.split(",")))
    return ids


def _pieces(text: str) -> Iterator[str]:
    """A long text of numbers in pieces, so that nobody waits long for the interpreter."""
    start = 0
    while start < len(text):
        end = text.find(",", start + PIECE)
        end = end if end >= 0 else len(text)
        yield text[start:end]
        start = end + 1


def _cells(db: Connection, compiled: CompiledFilter) -> tuple[list[QueueRange], int | None]:
    """Ranges of the queue's index that hold anything, and how many threads, if the counts tell."""
    counted = [condition for condition in compiled.conditions if condition.is_counted]
    left = 0
    cells: list[QueueRange] = []
    for *cell, n in db.execute(
        f"SELECT t.snoozed, t.colour, t.boosted, t.point, sum(t.n) FROM {COUNTED} "
        f"WHERE {_and(counted)} GROUP BY 1, 2, 3, 4 HAVING sum(t.n) > 0",
        [param for condition in counted for param in condition.params],
    ):
        cells.append(QueueRange(*cell))
        left += n
    return cells, left if len(counted) == len(compiled.conditions) else None


def _and(conditions: Sequence[SqlCondition]) -> str:
    return " AND ".join(condition.sql for condition in conditions) or "1"


def _ranges(
    compiled: CompiledFilter,
    now: Millis,
    pressing: Mapping[Colour, Millis],
    group: Group,
    cells: Sequence[QueueRange],
) -> list[tuple[str, Params]]:
    """One group of the queue as ranges of its index, each in the order of the deadline."""
    where, where_params = compiled.where()
    bounds: str = ""
    bound_params: Params = ()
    if compiled.earliest is not None:
        bounds, bound_params = " AND t.deadline >= ?", (compiled.earliest,)
    if compiled.latest is not None:
        bounds, bound_params = f"{bounds} AND t.deadline <= ?", (*bound_params, compiled.latest)
    found: list[tuple[str, Params]] = []
    for cell in cells:
        colour = Colour(cell.colour)
        span = _span(now + pressing[colour], group.pressing)
        if (
            colour not in group.colours
            or (group.point is not None and cell.point != group.point)
            or (group.boosted is not None and cell.boosted != group.boosted)
        ):
            continue
        sql = (
            "SELECT t.deadline, t.id FROM threads t INDEXED BY threads_queue "
            "WHERE t.waiting = 1 AND t.snoozed = ? AND t.colour = ? AND t.boosted = ? "
            f"AND t.point = ?{span[0]}{bounds} AND {where}"
        )
        found.append((sql, (*cell, *span[1], *bound_params, *where_params)))
    return found


def _span(last: Millis, pressing: bool | None) -> tuple[str, Params]:
    """Deadlines that are pressing, up to the `last` that is, or those that are not."""
    if pressing is None:
        return "", ()
    return (" AND t.deadline <= ?" if pressing else " AND t.deadline > ?"), (last,)


def _walked(
    db: Connection, compiled: CompiledFilter, order: QueueOrder, wanted: int
) -> list[ThreadId]:
    """Threads along a time index, those that pass the filter."""
    if compiled.is_waiting and order.time == "waiting":
        index, by = "threads_waiting", "t.wait_started_at, t.id"
    elif order.time in ("oldest", "waiting"):
        index, by = "threads_newest", "t.last_message_at, t.id"
    else:
        index, by = "threads_newest", "t.last_message_at DESC, t.id DESC"
    waiting = "t.waiting = 1 AND " if compiled.is_waiting else ""
    where, params = compiled.where()
    rows = db.execute(
        f"SELECT t.id FROM threads t INDEXED BY {index} WHERE {waiting}{where} "
        f"ORDER BY {by} LIMIT ?",
        (*params, wanted),
    )
    return [id_ for (id_,) in rows]


def count_waiting(db: Connection, query: Query, asking: Asking) -> int | None:
    """How many a filter takes in, exactly and at once; None where the counts can't tell."""
    compiled = compile_filter(query, asking)
    if not (compiled.is_waiting and all(one.is_counted for one in compiled.conditions)):
        return None
    where, params = compiled.where()
    (n,) = db.execute(
        f"SELECT coalesce(sum(t.n), 0) FROM {COUNTED} WHERE {where}", params
    ).fetchone()
    return int(n)


def keep(db: Connection, query: Query, asking: Asking, ids: Sequence[ThreadId]) -> set[ThreadId]:
    """Those of `ids` (at most 500) that the filter takes in."""
    where, params = compile_filter(query, asking).where()
    marks = ",".join("?" * len(ids))
    rows = db.execute(
        f"SELECT t.id FROM threads t WHERE t.id IN ({marks}) AND {where}",
        (*ids, *params),
    )
    return {id_ for (id_,) in rows}


class StoredRow(NamedTuple):
    """What the list shows of a thread, as it is stored."""

    id: ThreadId
    colour: str
    colour_by: str
    point: str
    channel: str
    brand: str
    channel_title: str
    platform: str
    author: str | None
    excerpt: str | None
    message_count: int
    waiting: int
    wait_started_at: Millis | None
    deadline: Millis | None
    last_inbound_at: Millis | None
    assignee: str
    team: str
    flagged: int
    boosted: int
    snoozed_until: Millis | None
    claimed_by: str | None
    sending: str
    outcome: str
    labels: str | None
    has_draft: int
    safety: str
    suggested: str | None
    unclear: int
    attachments: str | None
    """Of a message without text: what it consists of, as stored."""


_ROW = columns_of(
    StoredRow,
    "t",
    channel="c.key",
    brand="c.brand",
    channel_title="c.title",
    platform="c.platform",
    author="k.name",
    excerpt="substr(m.text, 1, 400)",
    claimed_by="cl.moderator",
    labels="(SELECT group_concat(label, char(10)) FROM thread_labels l WHERE l.thread_id = t.id)",
    has_draft="EXISTS (SELECT 1 FROM drafts d WHERE d.thread_id = t.id AND d.moderator = ?)",
    suggested="CASE WHEN t.colour_by = '' THEN "
    "(SELECT CASE WHEN s.probability >= ? THEN s.colour END FROM suggestions s "
    "WHERE s.thread_id = t.id ORDER BY s.message_id DESC LIMIT 1) END",
    attachments="CASE WHEN m.text = '' THEN m.attachments ELSE '' END",
)
"""Its parameters: whose drafts are meant, and how sure a suggestion has to be."""


def messages_of(db: Connection, ids: Sequence[ThreadId]) -> Iterator[tuple[ThreadId, str, Millis]]:
    """What messages of these threads (at most 500) are found by and when they were written.

    The newest message comes first.
    """
    marks = ",".join("?" * len(ids))
    yield from db.execute(
        f"SELECT thread_id, {WORDS}, created_at FROM messages WHERE thread_id IN ({marks}) "
        "AND (text <> '' OR attachments <> '') ORDER BY id DESC",
        tuple(ids),
    )


def rows_of(
    db: Connection, ids: Sequence[ThreadId], me: str, now: Millis
) -> dict[ThreadId, StoredRow]:
    """The rows of these threads, at most 500; labels are separated by line feeds."""
    marks = ",".join("?" * len(ids))
    found = db.execute(
        f"SELECT {_ROW} FROM threads t JOIN channels c ON c.id = t.channel_id "
        "LEFT JOIN messages m ON m.id = t.last_inbound_id "
        "LEFT JOIN contacts k ON k.id = coalesce(m.contact_id, t.contact_id) "
        "LEFT JOIN claims cl ON cl.thread_id = t.id AND cl.expires_at > ? "
        f"WHERE t.id IN ({marks})",
        (me, SURE, now, *ids),
    )
    return {row[0]: StoredRow._make(row) for row in found}


__all__ = ["SORTS", "FoundThreads", "StoredRow", "find", "keep", "rows_of"]
