"""The waiting threads of a period as rows for a split."""

from __future__ import annotations

from sqlite3 import Connection

from carecli.domain.filter import Query
from carecli.domain.model import Millis
from carecli.store.filter_sql import Asking, Params, compile_filter

BY_START = "FROM threads t INDEXED BY threads_waiting"
"""Where a period's threads are read from: along the starts of waits."""


def waiting_in(query: Query, asking: Asking, start: Millis, end: Millis) -> tuple[str, Params]:
    """The WHERE of the waiting threads `t` of a filter whose wait started in a period."""
    where, params = compile_filter(query, asking).where()
    sql = f"t.waiting = 1 AND t.wait_started_at >= ? AND t.wait_started_at < ? AND {where}"
    return sql, (start, end, *params)


def rows(
    db: Connection, query: Query, asking: Asking, start: Millis, end: Millis
) -> list[tuple[Millis, Millis, str]]:
    """The period's waiting threads by the start of their wait, as `domain.backlog.Row` names them.

    Plain tuples: naming them would take as long as reading them. 100,000 in about 80 ms.
    """
    where, params = waiting_in(query, asking, start, end)
    return db.execute(
        f"SELECT t.wait_started_at, t.deadline, t.colour || ' ' || t.point {BY_START} "
        f"WHERE {where} ORDER BY t.wait_started_at",
        params,
    ).fetchall()


def count_outside(db: Connection, query: Query, asking: Asking, start: Millis, end: Millis) -> int:
    """How many waiting threads of a filter wait since before a period, or after it."""
    where, params = compile_filter(query, asking).where()
    row = db.execute(
        f"SELECT count(*) {BY_START} WHERE t.waiting = 1 "
        f"AND (t.wait_started_at < ? OR t.wait_started_at >= ?) AND {where}",
        (start, end, *params),
    ).fetchone()
    return int(row[0])


def oldest(db: Connection, query: Query, asking: Asking, end: Millis) -> Millis | None:
    """When the longest wait of a filter started, of those before `end`; None: nobody waits."""
    where, params = waiting_in(query, asking, 0, end)
    row = db.execute(
        f"SELECT t.wait_started_at {BY_START} WHERE {where} ORDER BY t.wait_started_at LIMIT 1",
        params,
    ).fetchone()
    return None if row is None else int(row[0])
