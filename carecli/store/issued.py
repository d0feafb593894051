"""Issued months: what a report said at the time, kept unchanged."""

from __future__ import annotations

import zlib
from collections.abc import Mapping
from sqlite3 import Connection
from typing import NamedTuple

from carecli.domain.model import Millis


class IssuedPart(NamedTuple):
    """A part of an issued month: when and by whom it was issued, and its bytes."""

    at: Millis
    by: str
    body: bytes


def keep(
    db: Connection, month: str, brand: str, parts: Mapping[str, bytes], at: Millis, by: str
) -> None:
    """Keep the parts of a month of a brand ('': all); none of them may be kept already."""
    db.executemany(
        "INSERT INTO issued (month, brand, part, at, by, body) VALUES (?, ?, ?, ?, ?, ?)",
        [(month, brand, part, at, by, zlib.compress(body)) for part, body in parts.items()],
    )


def part(db: Connection, month: str, brand: str, name: str) -> IssuedPart | None:
    """A part as it was kept, to the byte; None where the month was not issued."""
    row = db.execute(
        "SELECT at, by, body FROM issued WHERE month = ? AND brand = ? AND part = ?",
        (month, brand, name),
    ).fetchone()
    return None if row is None else IssuedPart(row[0], row[1], zlib.decompress(row[2]))


def months(db: Connection) -> list[tuple[str, str, Millis, str]]:
    """Month, brand, when and by whom of all that was issued, the newest month first."""
    return db.execute(
        "SELECT month, brand, max(at), by FROM issued GROUP BY month, brand "
        "ORDER BY month DESC, brand"
    ).fetchall()


def keep_quotes(db: Connection, month: str, brand: str, texts: Mapping[int, str]) -> None:
    """Keep what contacts said in an issued month, by their messages."""
    db.executemany(
        "INSERT INTO issued_quotes (month, brand, message_id, text) VALUES (?, ?, ?, ?)",
        [(month, brand, message, text) for message, text in texts.items()],
    )


def quotes(db: Connection, month: str, brand: str) -> dict[int, str]:
    """What they said, but for those who were forgotten since."""
    rows = db.execute(
        "SELECT message_id, text FROM issued_quotes WHERE month = ? AND brand = ?", (month, brand)
    )
    return dict(rows.fetchall())
