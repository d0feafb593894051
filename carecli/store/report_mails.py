"""How far each scheduled monthly report got, and the state of its mails."""

from __future__ import annotations

from collections.abc import Iterable
from sqlite3 import Connection
from typing import NamedTuple

from carecli.domain.model import Millis


class ReportMail(NamedTuple):
    """One mail of a month's report to one address."""

    key: str
    name: str
    month: str
    address: str
    state: str
    attempts: int
    attempted_at: Millis | None
    looked: int
    sent_at: Millis | None
    error: str


_COLUMNS = "key, name, month, address, state, attempts, attempted_at, looked, sent_at, error"


def made_until(db: Connection, name: str) -> str | None:
    """The last month that was made of a report; None for one that is new."""
    row = db.execute("SELECT month FROM scheduled WHERE name = ?", (name,)).fetchone()
    return str(row[0]) if row is not None else None


def begin(db: Connection, name: str, month: str) -> None:
    """A new report, which begins after a month."""
    db.execute("INSERT OR IGNORE INTO scheduled VALUES (?, ?)", (name, month))


def made(
    db: Connection, name: str, month: str, mails: Iterable[tuple[str, str]], now: Millis
) -> None:
    """A month was made; its mails wait, each by its key and address, and none of them twice."""
    db.execute("UPDATE scheduled SET month = ? WHERE name = ? AND month < ?", (month, name, month))
    db.executemany(
        "INSERT OR IGNORE INTO report_mails (key, name, month, address, state, not_before) "
        "VALUES (?, ?, ?, ?, 'queued', ?)",
        [(key, name, month, address, now) for key, address in mails],
    )


def due(db: Connection, now: Millis) -> list[ReportMail]:
    """Mails something is to be done about now."""
    rows = db.execute(
        f"SELECT {_COLUMNS} FROM report_mails WHERE state IN ('queued', 'unknown') "
        "AND not_before <= ? ORDER BY not_before, key",
        (now,),
    )
    return [ReportMail._make(row) for row in rows]


def interrupted(db: Connection, now: Millis) -> None:
    """Nobody is sending now: what was being sent when the engine ended is of unknown fate."""
    db.execute(
        "UPDATE report_mails SET state = 'unknown', not_before = ? WHERE state = 'sending'",
        (now,),
    )


def sending(db: Connection, key: str, now: Millis) -> Millis:
    """The attempt begins; when the first one did."""
    db.execute(
        "UPDATE report_mails SET state = 'sending', looked = 0, attempts = attempts + 1, "
        "attempted_at = coalesce(attempted_at, ?) WHERE key = ?",
        (now, key),
    )
    row = db.execute("SELECT attempted_at FROM report_mails WHERE key = ?", (key,)).fetchone()
    return int(row[0])


def sent(db: Connection, key: str, now: Millis) -> None:
    """The server took it."""
    db.execute(
        "UPDATE report_mails SET state = 'sent', sent_at = ?, error = '' WHERE key = ?", (now, key)
    )


def wait(db: Connection, key: str, state: str, error: str, until: Millis) -> None:
    """It is `queued` again, `unknown`, or for good `failed` or `cancelled`."""
    db.execute(
        "UPDATE report_mails SET state = ?, error = ?, not_before = ? WHERE key = ?",
        (state, error, until, key),
    )


def looked(db: Connection, key: str, until: Millis) -> None:
    """The mailbox does not have it; it is asked again later."""
    db.execute(
        "UPDATE report_mails SET looked = looked + 1, not_before = ? WHERE key = ?", (until, key)
    )


def troubled(db: Connection) -> list[ReportMail]:
    """Mails that were not sent, and why."""
    rows = db.execute(
        f"SELECT {_COLUMNS} FROM report_mails WHERE state <> 'sent' AND error <> '' "
        "ORDER BY month, name, address"
    )
    return [ReportMail._make(row) for row in rows]
