"""Codes and quotes of messages as rows derived from the decisions."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from sqlite3 import Connection
from typing import NamedTuple

from carecli.domain.codes import CodeKind
from carecli.domain.model import Millis
from carecli.store.batch import chunks
from carecli.store.columns import columns_of, insert_into
from carecli.store.subjects import DerivedThread

Row = tuple[object, ...]


class MessageCode(NamedTuple):
    """A code in force of a message."""

    message: int
    kind: str
    value: str
    by: str


class SuggestedCode(NamedTuple):
    """What was suggested that a message expresses."""

    message: int
    kind: str
    value: str
    probability: float


class _Table(NamedTuple):
    """A table with a thread's rows; the first `keys` of its columns tell a row from all others."""

    name: str
    columns: Sequence[str]
    keys: int


_CODES = _Table("codes", ("kind", "value", "message_id", "thread_id", "by", "at"), 3)
_QUOTES = _Table("quotes", ("message_id", "thread_id", "decision_id", "text", "by", "at"), 1)


def settle_codes(db: Connection, subjects: Iterable[DerivedThread]) -> set[int]:
    """Store codes, quotes and blind codes of these threads, at most 500; those that differed."""
    standings = {one.id: one.standing for one in subjects}
    codes: dict[int, set[Row]] = {
        id_: {
            (one.kind, one.value, one.message, id_, one.by, one.at)
            for one in standing.codes.in_force()
        }
        for id_, standing in standings.items()
        if standing.codes.people or standing.codes.machines
    }
    quotes: dict[int, set[Row]] = {
        id_: {
            (message, id_, one.decision, one.text, one.by, one.at)
            for message, one in standing.quotes.items()
        }
        for id_, standing in standings.items()
        if standing.quotes
    }
    changed = _settle(db, _CODES, [*standings], codes)
    changed |= _settle(db, _QUOTES, [*standings], quotes)
    blind = {id_: one.blind for id_, one in standings.items()}
    return changed | _settle_blind(db, blind)


def _settle(
    db: Connection,
    table: _Table,
    threads: Sequence[int],
    wanted: Mapping[int, set[Row]],
) -> set[int]:
    """Make a table hold exactly these rows of these threads."""
    marks = ",".join("?" * len(threads))
    stored: dict[int, set[Row]] = defaultdict(set)
    for thread, *row in db.execute(
        f"SELECT thread_id, {', '.join(table.columns)} FROM {table.name} "
        f"WHERE thread_id IN ({marks})",
        threads,
    ):
        stored[thread].add(tuple(row))
    nothing: set[Row] = set()
    gone = [(id_, row) for id_, rows in stored.items() for row in rows - wanted.get(id_, nothing)]
    new = [(id_, row) for id_, rows in wanted.items() for row in rows - stored.get(id_, nothing)]
    if not gone and not new:
        return set()
    keys = table.columns[: table.keys]
    where = " AND ".join(f"{key} = ?" for key in keys)
    db.executemany(f"DELETE FROM {table.name} WHERE {where}", [row[: len(keys)] for _, row in gone])
    db.executemany(insert_into(table.name, table.columns), [row for _, row in new])
    return {id_ for id_, _ in gone + new}


def _settle_blind(
    db: Connection, wanted: Mapping[int, Mapping[tuple[int, int, str], str]]
) -> set[int]:
    """Fill in what coders said; which messages they are asked about stands already."""
    marks = ",".join("?" * len(wanted))
    rows = db.execute(
        f"SELECT sample_id, message_id, coder, thread_id, value FROM blind_codes "
        f"WHERE thread_id IN ({marks})",
        [*wanted],
    ).fetchall()
    changed: list[Row] = []
    threads: set[int] = set()
    for sample, message, coder, thread, value in rows:
        said = wanted[thread].get((sample, message, coder), "")
        if said != value:
            changed.append((said, sample, message, coder))
            threads.add(thread)
    db.executemany(
        "UPDATE blind_codes SET value = ? WHERE sample_id = ? AND message_id = ? AND coder = ?",
        changed,
    )
    return threads


def of_thread(db: Connection, thread: int) -> list[MessageCode]:
    """The codes of a thread's messages, by kind and value."""
    rows = db.execute(
        f"SELECT {columns_of(MessageCode, message='message_id')} FROM codes "
        "WHERE thread_id = ? ORDER BY 1, 2, 3",
        (thread,),
    )
    return [MessageCode._make(row) for row in rows]


def of_messages(db: Connection, messages: Iterable[int]) -> dict[int, list[MessageCode]]:
    """The codes of messages of any threads."""
    found: dict[int, list[MessageCode]] = defaultdict(list)
    for marks, some in chunks(map(str, messages)):
        rows = db.execute(
            f"SELECT {columns_of(MessageCode, 'k', message='k.message_id')} "
            "FROM messages m JOIN codes k "
            "ON k.thread_id = m.thread_id AND k.message_id = m.id "
            f"WHERE m.id IN ({marks}) ORDER BY 1, 2, 3",
            [int(id_) for id_ in some],
        )
        for row in rows:
            found[row[0]].append(MessageCode._make(row))
    return found


def is_by_person(db: Connection, thread: int, message: int, kind: str) -> bool:
    """Whether the code of a message that stands for a kind is a person's."""
    row = db.execute(
        "SELECT 1 FROM codes WHERE thread_id = ? AND message_id = ? AND kind = ? "
        "AND by >= 'moderator:' AND by < 'moderator;' LIMIT 1",
        (thread, message, kind),
    ).fetchone()
    return row is not None


def newest_inbound(db: Connection, threads: Iterable[int]) -> dict[int, int]:
    """The message of a contact that each of these threads shows, where there is one."""
    found: dict[int, int] = {}
    for marks, some in chunks(map(str, threads)):
        rows = db.execute(
            f"SELECT id, last_inbound_id FROM threads WHERE id IN ({marks}) "
            "AND last_inbound_id IS NOT NULL",
            [int(id_) for id_ in some],
        )
        found.update(rows.fetchall())
    return found


def suggested(db: Connection, thread: int) -> list[SuggestedCode]:
    """What was suggested of a thread's messages."""
    rows = db.execute(
        f"SELECT {columns_of(SuggestedCode, message='message_id')} FROM code_suggestions "
        "WHERE thread_id = ? ORDER BY 1, 2",
        (thread,),
    )
    return [SuggestedCode._make(row) for row in rows]


def suggest(
    db: Connection, rows: Sequence[tuple[int, str, int, str, float, int]], now: Millis
) -> None:
    """Keep suggestions: (message, kind, thread, value, probability, examples learned)."""
    db.executemany(
        "INSERT OR REPLACE INTO code_suggestions (message_id, kind, thread_id, "
        "value, probability, examples, at) "
        "VALUES (?,?,?,?,?,?,?)",
        [(*row, now) for row in rows],
    )


def themes(db: Connection, limit: int = 500) -> list[str]:
    """Themes in use, in order; steps from one to the next in the index, O(themes)."""
    rows = db.execute(
        "WITH RECURSIVE one(value) AS ("
        "SELECT (SELECT min(value) FROM codes WHERE kind = :kind) UNION ALL "
        "SELECT (SELECT min(value) FROM codes WHERE kind = :kind AND value > one.value) FROM one "
        "WHERE one.value IS NOT NULL) SELECT value FROM one WHERE value IS NOT NULL LIMIT :most",
        {"kind": CodeKind.THEME.value, "most": limit},
    )
    return [value for (value,) in rows]
