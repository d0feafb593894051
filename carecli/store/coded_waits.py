"""Which code each wait of a period has: its newest message's, a person's before a machine's."""

from __future__ import annotations

from collections import defaultdict
from sqlite3 import Connection

from carecli.domain.coding import CodeKind, ranks
from carecli.store.kpis import Span

SUGGESTION = "suggestion:"
"""Who gave a code that nobody gave: what was learned suggests it."""

_WAITS = (
    "FROM waits w CROSS JOIN {table} k ON k.thread_id = w.thread_id "
    "JOIN messages m ON m.id = k.message_id AND m.contact_id = w.contact_id "
    "AND m.created_at >= w.started_at JOIN messages l ON l.id = w.last_message_id "
    "AND m.created_at <= l.created_at JOIN channels c ON c.id = m.channel_id "
    "WHERE w.started_at >= ? AND w.started_at < ? AND w.started_at <= ? AND k.at <= ? "
    "AND ? IN ('', c.brand)"
)
"""Waits that began in a period, each with its messages that are coded."""

CodedWaits = dict[str, dict[int, dict[str, str]]]
"""By kind and wait: each value with who gave it; one value but for themes."""


def coded_waits(db: Connection, span: Span) -> CodedWaits:
    """What the waits that began in a period express, as far as it was coded until the moment."""
    best: dict[tuple[str, int, str], tuple[tuple[int, int, int], str, str]] = {}
    edge = (span.since, span.until, span.moment, span.moment, span.brand)
    for table, by in (("codes", "k.by"), ("code_suggestions", f"'{SUGGESTION}'")):
        waits = _WAITS.format(table=table)
        for wait, kind, value, who, at, message in db.execute(
            f"SELECT w.id, k.kind, k.value, {by}, m.created_at, m.id {waits}", edge
        ):
            slot = value if kind == CodeKind.THEME else ""
            rank = (-ranks(who), at, message)
            before = best.get((kind, wait, slot))
            if before is None or before[0] < rank:
                best[kind, wait, slot] = (rank, value, who)
    found: CodedWaits = defaultdict(lambda: defaultdict(dict))
    for (kind, wait, _slot), (_rank, value, who) in best.items():
        found[kind][wait][value] = who
    return found
