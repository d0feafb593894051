"""The types of values in a configuration, and their parsers."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from typing import NewType, NoReturn

from carecli.domain.model import DAY, HOUR, MINUTE, SECOND

Duration = NewType("Duration", int)
"""A duration in milliseconds, typed `45s`, `30m`, `6h`, `2d` or `1d12h`."""

Zone = NewType("Zone", str)
"""A time zone of the IANA database, e.g. `Europe/Warsaw`."""

Moment = NewType("Moment", str)
"""A day or a minute in the moderator's zone: `2026-12-01` or `2026-12-01 09:30`."""


TimeOfDay = NewType("TimeOfDay", int)
"""Minutes since midnight, typed `07:00`."""


@dataclass(frozen=True, slots=True)
class Interval:
    """Part of a day in minutes since midnight, typed `08:00-16:00`; the end is excluded.

    `22:00-06:00` ends on the day after.
    """

    start: int
    end: int

    def __str__(self) -> str:
        return "-".join(f"{minute // 60:02}:{minute % 60:02}" for minute in (self.start, self.end))


@dataclass(frozen=True, slots=True)
class SecretPlace:
    """The place of a secret, never the secret itself: kind is `keyring`, `env` or `file`.

    `name` is the keyring entry (empty: the channel's key), the variable, or the file's path.
    """

    kind: str
    name: str = ""

    def __str__(self) -> str:
        return f"{self.kind}:{self.name}" if self.name else self.kind


_UNITS = {"s": SECOND, "m": MINUTE, "h": HOUR, "d": DAY, "w": 7 * DAY}
_DURATION = re.compile(r"(?:\d{1,6}[smhdw])+")
_INTERVAL = re.compile(r"(\d{1,2}):(\d{2})\s*-\s*(\d{1,2}):(\d{2})")
_VARIABLE = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")

_KNOWN_TOKENS = re.compile(
    r"EAA[A-Za-z0-9]{20,}"  # Meta, user and page tokens
    r"|IG(?:QV|AA)[A-Za-z0-9_-]{20,}"  # Instagram Login
    r"|sy[tlr]_[A-Za-z0-9_]{10,}"  # Synapse
    r"|mct_[A-Za-z0-9_]{10,}|mat_[A-Za-z0-9_]{10,}"  # Matrix authentication service
    r"|xox[abprs]-[A-Za-z0-9-]{10,}"
    r"|gh[pousr]_[A-Za-z0-9]{20,}"
    r"|(?i:access_token=|bearer\s+\S{8,})"
    r"|eyJ[A-Za-z0-9_-]{10,}\.[A-Za-z0-9_-]{10,}"  # JSON web token
    r"|\d{8,}\|[A-Za-z0-9_-]{20,}"  # Meta app token
)
_LONG_WORD = re.compile(r"[A-Za-z0-9_+/=-]{40,}")
_HEX_SECRET = re.compile(r"\b[0-9a-f]{32}\b|\b[0-9a-f]{64}\b")  # Meta app secrets are 32 digits


def looks_like_a_token(text: str) -> bool:
    """Whether a text probably contains a secret, which is not allowed in a configuration."""
    if _KNOWN_TOKENS.search(text) or _HEX_SECRET.search(text):
        return True
    return any(
        re.search(r"\d", word) and re.search(r"[a-z]", word) and re.search(r"[A-Z]", word)
        for word in _LONG_WORD.findall(text)
    )


def _expected(what: str) -> NoReturn:
    raise ValueError(what)


def duration(text: str) -> Duration:
    """Parse a duration: `6h` -> 21600000; raises ValueError that says what was expected."""
    if not _DURATION.fullmatch(text):
        _expected("expected a duration such as 45s, 30m, 6h or 2d")
    parts = re.findall(r"(\d+)([smhdw])", text)
    return Duration(sum(int(number) * _UNITS[unit] for number, unit in parts))


def duration_text(span: int) -> str:
    """The shortest form of a duration: 5400000 -> `1h30m`."""
    text = ""
    for unit in ("d", "h", "m", "s"):
        number, span = divmod(span, _UNITS[unit])
        text += f"{number}{unit}" if number else ""
    return text or "0s"


def interval(text: str) -> Interval:
    """Parse an interval: `08:00-16:30` -> minutes 480 to 990."""
    wanted = "expected hours such as 08:00-16:00"
    match = _INTERVAL.fullmatch(text.strip())
    if not match:
        _expected(wanted)
    h1, m1, h2, m2 = map(int, match.groups())
    span = Interval(h1 * 60 + m1, h2 * 60 + m2)
    if m1 > 59 or m2 > 59 or span.start >= 24 * 60 or span.end > 24 * 60 or span.start == span.end:
        _expected(wanted)
    return span


def time_of_day(text: str) -> TimeOfDay:
    """Parse a time of day: `07:30` -> 450."""
    match = re.fullmatch(r"(\d{1,2}):(\d{2})", text.strip())
    if not match or int(match[1]) > 23 or int(match[2]) > 59:
        _expected("expected a time of day such as 07:00")
    return TimeOfDay(int(match[1]) * 60 + int(match[2]))


def day(text: str) -> date:
    """Parse a day: `2026-12-24`."""
    try:
        return date.fromisoformat(text) if len(text) == 10 else _expected("")
    except ValueError:
        _expected("expected a day such as 2026-12-24")


def moment(text: str) -> Moment:
    """Check a day, or a day and a time; kept as text, as the zone is set by another key."""
    try:
        parsed = datetime.fromisoformat(text)
        if parsed.tzinfo is None and len(text) in (10, 16):
            return Moment(text)
    except ValueError:
        pass
    _expected("expected a day or a minute such as 2026-12-01 or 2026-12-01 09:30, without a zone")


def millis(when: Moment, in_zone: str) -> int:
    """A moment in a time zone as milliseconds since 1970 UTC."""
    from zoneinfo import ZoneInfo

    return int(datetime.fromisoformat(when).replace(tzinfo=ZoneInfo(in_zone)).timestamp() * 1000)


def zone(text: str) -> Zone:
    """Parse a time zone such as `Europe/Warsaw`; it must be known to the system."""
    from zoneinfo import ZoneInfo

    try:
        ZoneInfo(text)
    except (OSError, ValueError):  # ZoneInfoNotFoundError is a KeyError, see below
        _expected("expected a time zone such as Europe/Warsaw")
    except KeyError:
        from difflib import get_close_matches
        from zoneinfo import available_timezones

        near = get_close_matches(text, available_timezones(), 1)
        hint = f"; nearest: {near[0]}" if near else ""
        _expected(f"expected a time zone such as Europe/Warsaw{hint}")
    return Zone(text)


def secret_place(text: str) -> SecretPlace:
    """Parse `keyring`, `keyring:NAME`, `env:NAME` or `file:PATH`. Errors never show the text."""
    kind, colon, name = text.partition(":")
    if kind == "keyring" and (name or not colon) and not looks_like_a_token(name):
        return SecretPlace(kind, name)
    if kind == "env" and _VARIABLE.fullmatch(name) and not looks_like_a_token(name):
        return SecretPlace(kind, name)
    if kind == "file" and name:
        return SecretPlace(kind, name)
    _expected(
        "expected where the secret is (keyring, env:NAME or file:PATH), not the secret itself"
    )


PARSERS: dict[object, Callable[[str], object]] = {
    Duration: duration,
    Zone: zone,
    Moment: moment,
    Interval: interval,
    TimeOfDay: time_of_day,
    SecretPlace: secret_place,
    date: day,
}
"""The parser of each type; a ValueError says what was expected."""
