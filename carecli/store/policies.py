"""Which response protocol was in force when: closed waits are judged by the rules of their day."""

from __future__ import annotations

import json
from bisect import bisect_right
from collections.abc import Mapping
from datetime import date, time
from sqlite3 import Connection
from typing import Any

from carecli.domain.model import Colour, Millis
from carecli.domain.protocol import Calendar, ColourRule, Protocol


class Policies:
    """All protocols ever in force, oldest first; the last one is the present one."""

    def __init__(self, db: Connection) -> None:
        rows = db.execute("SELECT since, protocol FROM policies ORDER BY since, id").fetchall()
        self._since: list[Millis] = [since for since, _ in rows]
        self._protocols = [_decode(json.loads(text)) for _, text in rows]

    @property
    def present(self) -> Protocol:
        """The protocol in force; the default one in a new database."""
        return self._protocols[-1] if self._protocols else Protocol()

    @property
    def is_single(self) -> bool:
        """Whether there was never another one than the present."""
        return len(self._protocols) < 2

    def at(self, moment: Millis | None) -> Protocol:
        """The protocol that was in force at a moment; None: now. The first reaches back."""
        if moment is None or self.is_single:
            return self.present
        return self._protocols[max(0, bisect_right(self._since, moment) - 1)]


def enact(db: Connection, protocol: Protocol, now: Millis) -> bool:
    """Put a protocol in force from now on; False when it already is."""
    text = json.dumps(_encode(protocol), sort_keys=True)
    last = db.execute("SELECT protocol FROM policies ORDER BY since DESC, id DESC").fetchone()
    if last is not None and last[0] == text:
        return False
    db.execute("INSERT INTO policies (since, protocol) VALUES (?, ?)", (now, text))
    return True


def _encode(protocol: Protocol) -> dict[str, Any]:
    return {
        colour.value: {"within": rule.within, "team": rule.team, "calendar": _hours(rule.calendar)}
        for colour, rule in protocol.rules.items()
    }


def _hours(calendar: Calendar | None) -> dict[str, Any] | None:
    if calendar is None:
        return None
    return {
        "zone": calendar.zone,
        "hours": {
            str(day): [[opens.isoformat(), closes.isoformat()] for opens, closes in spans]
            for day, spans in calendar.hours.items()
        },
        "days_off": sorted(day.isoformat() for day in calendar.days_off),
    }


def _decode(stored: Mapping[str, Any]) -> Protocol:
    return Protocol(
        {
            Colour(name): ColourRule(rule["within"], rule["team"], _calendar(rule["calendar"]))
            for name, rule in stored.items()
        }
    )


def _calendar(stored: Mapping[str, Any] | None) -> Calendar | None:
    if stored is None:
        return None
    return Calendar(
        stored["zone"],
        {
            int(day): tuple((time.fromisoformat(a), time.fromisoformat(b)) for a, b in spans)
            for day, spans in stored["hours"].items()
        },
        frozenset(date.fromisoformat(day) for day in stored["days_off"]),
    )
