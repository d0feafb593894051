"""The code of each wait in a period: its newest message's, a person's before a machine's."""

from __future__ import annotations

from collections import defaultdict
from sqlite3 import Connection

from carecli.domain.codes import CodeKind, code_rank
from carecli.store.kpis import Span

SUGGESTION = "suggestion:"
"""Who gave a code that nobody gave: what was learned suggests it."""

_WAITS = (
    "FROM waits w CROSS JOIN {table} k ON k.thread_id = w.thread_id "
    "CROSS JOIN messages m ON m.id = k.message_id AND m.contact_id = w.contact_id "
    "AND m.created_at >= w.started_at CROSS JOIN messages l ON l.id = w.last_message_id "
    "AND m.created_at <= l.created_at CROSS JOIN channels c ON c.id = m.channel_id "
    "WHERE w.started_at >= ? AND w.started_at < ? AND w.started_at <= ? AND k.at <= ? "
    "AND ? IN ('', c.brand)"
)
"""Waits that began in a period, each with its messages that are coded.

One pass over the waits, by ids from there on: left to choose, SQLite may begin with all messages.
"""

CodedWaits = dict[str, dict[int, dict[str, str]]]
"""By kind and wait: each value with who gave it; one value but for themes."""


def coded_waits(db: Connection, span: Span) -> CodedWaits:
    """What the waits that began in a period express, as far as it was coded until the moment."""
    edge = (span.since, span.until, span.moment, span.moment, span.brand)
    best: dict[tuple[str, int, str], tuple[int, int, int, str, str]] = {}
    theme = CodeKind.THEME.value
    for wait, kind, value, who, at, message in db.execute(
        f"SELECT w.id, k.kind, k.value, k.by, m.created_at, m.id {_WAITS.format(table='codes')}",
        edge,
    ):
        slot = (kind, wait, value if kind == theme else "")
        rank = (-code_rank(who), at, message, value, who)
        if slot not in best or best[slot] < rank:
            best[slot] = rank
    guesses: dict[tuple[str, int, str], tuple[int, int, int, str, str]] = {}
    for wait, kind, value, at, message in db.execute(
        "SELECT w.id, k.kind, k.value, m.created_at, m.id "
        f"{_WAITS.format(table='code_suggestions')}",
        edge,
    ):
        slot = (kind, wait, "")
        if slot not in best:
            rank = (0, at, message, value, SUGGESTION)
            if slot not in guesses or guesses[slot] < rank:
                guesses[slot] = rank
    found: CodedWaits = defaultdict(lambda: defaultdict(dict))
    for (kind, wait, _slot), (_rank, _at, _message, value, who) in (best | guesses).items():
        found[kind][wait][value] = who
    return found
