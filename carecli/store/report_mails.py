"""How far each monthly report of the configuration got, and its mails, which are deliveries."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from sqlite3 import Connection
from typing import NamedTuple

from carecli.domain.model import Millis
from carecli.store.columns import columns_of
from carecli.store.deliveries import Deliveries, marks

DELIVERIES = Deliveries("report_mails", "key")


class ReportMail(NamedTuple):
    """One mail of a month's report to one address; `attempts` as in `carecli/sync/delivery.py`."""

    key: str
    name: str
    month: str
    address: str
    state: str
    attempts: int
    attempted_at: Millis | None
    looked: int
    error: str
    hint: str


_COLUMNS = columns_of(ReportMail)


def made_until(db: Connection, name: str) -> str | None:
    """The last month that was made of a report; None for one that is new."""
    row = db.execute("SELECT month FROM scheduled WHERE name = ?", (name,)).fetchone()
    return str(row[0]) if row is not None else None


def begin(db: Connection, name: str, month: str) -> None:
    """A new report, which begins after a month."""
    db.execute("INSERT OR IGNORE INTO scheduled (name, month) VALUES (?, ?)", (name, month))


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


def mail(db: Connection, key: str) -> ReportMail | None:
    """One mail as it stands."""
    return _first(db, "key = ?", key)


def next_due(db: Connection, now: Millis) -> ReportMail | None:
    """The mail to send now."""
    return _first(db, "state = 'queued' AND not_before <= ?", now)


def next_unknown(db: Connection, now: Millis) -> ReportMail | None:
    """A mail of unknown fate that is to be looked for now."""
    return _first(db, "state = 'unknown' AND not_before <= ?", now)


def _first(db: Connection, where: str, value: object) -> ReportMail | None:
    row = db.execute(
        f"SELECT {_COLUMNS} FROM report_mails WHERE {where} ORDER BY not_before, key LIMIT 1",
        (value,),
    ).fetchone()
    return ReportMail._make(row) if row is not None else None


def strays(db: Connection, names: Collection[str]) -> list[str]:
    """Keys of mails that wait though there are no reports but these."""
    rows = db.execute(
        "SELECT key FROM report_mails WHERE state IN ('queued', 'unknown') "
        f"AND name NOT IN ({marks(names)})",
        (*names,),
    )
    return [str(key) for (key,) in rows]


def troubled(db: Connection) -> list[ReportMail]:
    """Mails that were not sent, and why."""
    rows = db.execute(
        f"SELECT {_COLUMNS} FROM report_mails WHERE state <> 'sent' AND error <> '' "
        "ORDER BY month, name, address"
    )
    return [ReportMail._make(row) for row in rows]
