"""The durable steps of a delivery, the same for every table that holds some.

Such a table has the columns `COLUMNS`, in which only this module writes once a row is there. What
a delivery is about, and who has to hear of a step, is its own module's. The call to the outside
happens between two transactions: `start` commits the attempt before it, another step records its
outcome after it. Steps belong into a write transaction, and return False when the row was no
longer in a state that allows them, because a person cancelled it meanwhile.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from sqlite3 import Connection

from carecli.domain import delivery
from carecli.domain.delivery import (
    BY_PERSON,
    CANCELLED,
    FAILED,
    QUEUED,
    SENDING,
    SENT,
    UNKNOWN,
    sources,
)
from carecli.domain.model import DeliveryState, Millis

COLUMNS = (
    *("state", "not_before", "attempts", "attempted_at", "looked", "sent_at"),
    *("error", "error_label", "hint"),
)
"""`not_before`, `attempted_at` (the first attempt) and `sent_at` are moments (ms UTC); `looked`
counts how often the other side was asked since its fate got unknown; `error` is empty or says what
is wrong, in a word (`error_label`) too, and `hint` what a person may do."""

INTERRUPTED = "carecli stopped while this was being sent."


class Deliveries:
    """The deliveries in one table, each known by the value of its column `key`."""

    def __init__(self, table: str, key: str) -> None:
        self.table = table
        self.key = key

    def start(self, db: Connection, row: int | str, now: Millis) -> bool:
        """Count an attempt, just before it is made."""
        changes = {"looked": 0, "attempts": _Sql("attempts + 1")}
        first = _Sql("coalesce(attempted_at, ?)", now)
        return self._move(db, row, SENDING, {**changes, "attempted_at": first})

    def sent(
        self, db: Connection, row: int | str, at: Millis, also: Mapping[str, object] | None = None
    ) -> bool:
        """It happened, at this attempt or an earlier one; `also` are further columns."""
        changes = {"sent_at": at, "error": "", "error_label": "", "hint": "", **(also or {})}
        return self._move(db, row, SENT, changes, "AND (state <> 'queued' OR attempts > 0)")

    def failed(self, db: Connection, row: int | str, error: str, label: str, hint: str) -> bool:
        """It will not be sent unless a person says so."""
        return self._move(db, row, FAILED, {"error": error, "error_label": label, "hint": hint})

    def again(
        self,
        db: Connection,
        row: int | str,
        not_before: Millis,
        *,
        error: str = "",
        label: str = "",
        hint: str = "",
    ) -> bool:
        """It did not happen, or may happen twice without harm: try again from a moment on."""
        changes = {"error": error, "error_label": label, "hint": hint}
        return self._move(db, row, QUEUED, {"not_before": not_before, "looked": 0, **changes})

    def unknown(self, db: Connection, row: int | str, error: str, hint: str, now: Millis) -> bool:
        """Nobody knows whether it happened; the other side will be asked."""
        changes = self._unknown(error, hint, now)
        return self._move(db, row, UNKNOWN, changes, "AND state = 'sending'")

    def looked(self, db: Connection, row: int | str, times: int, hint: str, now: Millis) -> bool:
        """The other side was asked so many times and does not show it; later it is asked again."""
        wait = delivery.LOOKS[min(times, len(delivery.LOOKS) - 1)]
        changes = {"looked": times, "not_before": now + wait, "hint": hint}
        return self._move(db, row, UNKNOWN, changes, "AND state = 'unknown'")

    def unsure(self, db: Connection, row: int | str, seen: str, hint: str) -> bool:
        """Nobody can find out whether it happened: a person has to, who is told both sides.

        What is known here stays as it was told; `seen` is what the other side says.
        """
        found = db.execute(f"SELECT error FROM {self.table} WHERE {self.key} = ?", (row,))
        known = next((str(error) for (error,) in found), "")
        return self.failed(db, row, f"{known} {seen}".strip(), "unsure", hint)

    def cancel(self, db: Connection, row: int | str, hint: str = "") -> bool:
        """Nobody wants it any more."""
        return self._move(db, row, CANCELLED, {"error": "", "error_label": "", "hint": hint})

    def ask_later(self, db: Connection, row: int | str, not_before: Millis) -> None:
        """The other side could not be asked about it; that was no look."""
        db.execute(
            f"UPDATE {self.table} SET not_before = ? "
            f"WHERE {self.key} = ? AND state IN ('queued', 'unknown')",
            (not_before, row),
        )

    def is_sending(self, db: Connection, scope: Mapping[str, object]) -> bool:
        """Whether any delivery with these values in its columns is under way."""
        where = "".join(f" AND {name} = ?" for name in scope)
        found = db.execute(
            f"SELECT 1 FROM {self.table} WHERE state = 'sending'{where} LIMIT 1", (*scope.values(),)
        )
        return found.fetchone() is not None

    def interrupted(
        self, db: Connection, scope: Mapping[str, object], hint: str, now: Millis
    ) -> list[int | str]:
        """What is under way though nobody sends it is of unknown fate; which rows that were."""
        where = "".join(f" AND {name} = ?" for name in scope)
        rows = db.execute(
            f"SELECT {self.key} FROM {self.table} WHERE state = 'sending'{where}",
            (*scope.values(),),
        ).fetchall()
        for (row,) in rows:
            self.unknown(db, row, INTERRUPTED, hint, now)
        return [row for (row,) in rows]

    @staticmethod
    def _unknown(error: str, hint: str, now: Millis) -> dict[str, object]:
        changes = {"error": error, "error_label": "unknown", "hint": hint}
        return {"looked": 0, "not_before": now + delivery.LOOKS[0], **changes}

    def _move(
        self,
        db: Connection,
        row: int | str,
        to: DeliveryState,
        changes: Mapping[str, object],
        condition: str = "",
    ) -> bool:
        """Put a row into a state, from one of those that allow it."""
        written = ["state = ?"]
        values: list[object] = [str(to)]
        for name, value in changes.items():
            if isinstance(value, _Sql):
                written.append(f"{name} = {value.text}")
                values += value.values
            else:
                written.append(f"{name} = ?")
                values.append(value)
        before = sources(to)
        done = db.execute(
            f"UPDATE {self.table} SET {', '.join(written)} WHERE {self.key} = ? "
            f"AND state IN ({marks(before)}) {condition}",
            (*values, row, *before),
        )
        return done.rowcount == 1


def allowed(to: DeliveryState, states: Collection[str]) -> tuple[str, ...]:
    """These states, if a person may put a delivery from each of them into `to`; else ValueError."""
    if wrong := set(states) - set(sources(to, BY_PERSON)):
        raise ValueError(f"nobody puts a delivery from {', '.join(sorted(wrong))} into {to}")
    return tuple(states)


class _Sql:
    """A value that the database computes."""

    def __init__(self, text: str, *values: object) -> None:
        self.text = text
        self.values = values


def marks(values: Collection[object]) -> str:
    """As many parameters of a statement."""
    return ",".join("?" * len(values))
