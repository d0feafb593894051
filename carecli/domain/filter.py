"""The filter language: one parser for the screen, views, rules and the command line.

    is:waiting colour:red,yellow channel:avon-fb at:dm,ad due<30m since:2026-11-01 -label:spam
    "uszkodzona paczka"

Terms are joined by *and*; commas inside a term mean *or*; `-` before a term means *not*. Bare
words and quoted text are searched in messages and contacts' names, with case and diacritics
folded. `since:` and `until:` are half-open and count from the start of a day in the
moderator's zone. A mistake is pointed at by column, with what was expected.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from difflib import get_close_matches
from zoneinfo import ZoneInfo

from carecli.domain.errors import FilterError
from carecli.domain.model import DAY, HOUR, MINUTE, Colour, ContactPoint, Millis

STATES = (
    "waiting",
    "overdue",
    "flagged",
    "snoozed",
    "sending",
    "failed",
    "done",
    "untriaged",
    "claimed",
    "boosted",
    "draft",
)
"""What `is:` takes."""

CHOICES: dict[str, tuple[str, ...]] = {
    "is": STATES,
    "colour": tuple(Colour),
    "at": tuple(ContactPoint),
}
"""Fields whose values are fixed."""

NAMES = ("channel", "brand", "assignee", "team", "label", "from")
"""Fields whose values are names; `assignee` also takes `me` and `none`, `label` `none`."""

DATES = ("since", "until", "done")
"""Fields that take a day: 2026-11-01, today, yesterday, monday, 3d (three days ago), 6h."""

FIELDS = (*CHOICES, *NAMES, *DATES, "due")

_WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_UNITS = {"m": MINUTE, "h": HOUR, "d": DAY, "w": 7 * DAY}


@dataclass(frozen=True, slots=True)
class Term:
    """One condition. `field` is `text` for words to search; `values` are alternatives.

    `is_phrase` tells that the text was quoted. `sign` is `<` or `>` for `due`.
    """

    field: str
    values: tuple[str, ...]
    is_negated: bool = False
    sign: str = ":"
    is_phrase: bool = False
    column: int = 0

    def __str__(self) -> str:
        minus = "-" if self.is_negated else ""
        if self.field == "text":
            word = self.values[0]
            return f'{minus}"{word}"' if self.is_phrase else minus + word
        values = ",".join(f'"{v}"' if " " in v or "," in v else v for v in self.values)
        return f"{minus}{self.field}{self.sign}{values}"


@dataclass(frozen=True, slots=True)
class Query:
    """A filter read: all of its terms must hold."""

    terms: tuple[Term, ...] = ()

    def __str__(self) -> str:
        return " ".join(str(term) for term in self.terms)

    def asks(self, field: str, value: str) -> bool:
        """Whether the filter demands exactly this, e.g. `is` `waiting`."""
        return any(
            term.field == field and term.values == (value,) and not term.is_negated
            for term in self.terms
        )


def parse_filter(text: str) -> Query:
    """Read a filter; raises FilterError with the column and what was expected."""
    terms: list[Term] = []
    place = 0
    while place < len(text):
        if text[place].isspace():
            place += 1
            continue
        term, place = _term(text, place)
        terms.append(term)
    return Query(tuple(terms))


def _term(text: str, start: int) -> tuple[Term, int]:
    place = start
    negated = text[place] == "-" and place + 1 < len(text) and not text[place + 1].isspace()
    place += negated
    if text[place] == '"':
        phrase, place = _quoted(text, place)
        if not phrase.strip():
            raise FilterError("empty quotes", column=start, hint="expected words to search")
        return Term("text", (phrase,), negated, is_phrase=True, column=start), place
    end = place
    while end < len(text) and not text[end].isspace() and text[end] not in ':<>"':
        end += 1
    word, sign = text[place:end], text[end : end + 1]
    if sign not in (":", "<", ">") or not word.isalpha() or text[end + 1 : end + 3] == "//":
        return _words(text, start, place, negated)
    field = word.lower()
    field = {"color": "colour", "point": "at"}.get(field, field)
    if field not in FIELDS:
        near = get_close_matches(field, FIELDS, 1)
        raise FilterError(
            f"unknown field {word!r}",
            column=place,
            hint=f"did you mean {near[0]}:?" if near else f"expected one of {', '.join(FIELDS)}",
        )
    values, place = _values(text, end + 1)
    if not values:
        raise FilterError(f"{field}: without a value", column=end + 1, hint=_expected(field))
    term = Term(field, tuple(value for value, _ in values), negated, sign, column=start)
    _check(term, values, end)
    return term, place


def _words(text: str, start: int, place: int, negated: bool) -> tuple[Term, int]:
    end = place
    while end < len(text) and not text[end].isspace():
        end += 1
    return Term("text", (text[place:end],), negated, column=start), end


def _quoted(text: str, start: int) -> tuple[str, int]:
    end = text.find('"', start + 1)
    if end < 0:
        raise FilterError("quote without an end", column=start, hint='expected a closing "')
    return text[start + 1 : end], end + 1


def _values(text: str, place: int) -> tuple[list[tuple[str, int]], int]:
    """Values separated by commas, each with its column."""
    found: list[tuple[str, int]] = []
    while place < len(text) and not text[place].isspace():
        column = place
        if text[place] == '"':
            value, place = _quoted(text, place)
        else:
            while place < len(text) and not text[place].isspace() and text[place] != ",":
                place += 1
            value = text[column:place]
        if value:
            found.append((value, column))
        if place < len(text) and text[place] == ",":
            place += 1
    return found, place


def _check(term: Term, values: list[tuple[str, int]], sign_column: int) -> None:
    field = term.field
    if (term.sign in "<>") != (field == "due"):
        expected = "< or >" if field == "due" else ":"
        raise FilterError(
            f"{term.sign} after {field}", column=sign_column, hint=f"expected {expected}"
        )
    for value, column in values:
        if field in CHOICES and value not in CHOICES[field]:
            near = get_close_matches(value, CHOICES[field], 1)
            hint = f"did you mean {near[0]}?" if near else _expected(field)
            raise FilterError(f"{field}: knows no {value!r}", column=column, hint=hint)
        if field == "due" and _span(value) is None:
            raise FilterError(f"{value!r} is no span", column=column, hint=_expected(field))
        if field in DATES and not _is_day(value):
            raise FilterError(f"{value!r} is no day", column=column, hint=_expected(field))
    if field in (*DATES, "due") and len(values) > 1:
        raise FilterError(f"{field} takes one value", column=values[1][1], hint=_expected(field))


def _expected(field: str) -> str:
    if field in CHOICES:
        return f"expected one of {', '.join(CHOICES[field])}"
    if field == "due":
        return "expected a span such as 30m, 2h or 1d"
    if field in DATES:
        return "expected a day such as 2026-11-01, today, monday or 3d"
    return "expected a name"


def _span(value: str) -> Millis | None:
    number, unit = value[:-1], value[-1:]
    if unit in _UNITS and number.isascii() and number.isdigit():
        return int(number) * _UNITS[unit]
    return None


def _is_day(value: str) -> bool:
    if value.lower() in ("today", "yesterday", "now", *_WEEKDAYS) or _span(value) is not None:
        return True
    try:
        datetime.fromisoformat(value)
    except ValueError:
        return False
    return True


def span_of(value: str) -> Millis:
    """`30m`, `2h`, `1d`, `1w` in milliseconds; the value was checked by the parser."""
    span = _span(value)
    assert span is not None
    return span


def moment_of(value: str, now: Millis, zone: str) -> Millis:
    """The start of a day, or the moment, that a date value means in a time zone.

    A weekday is the last one before now, today included. `3d` is three times 24 hours ago.
    """
    span = _span(value)
    if span is not None:
        return now - span
    here = ZoneInfo(zone)
    local = datetime.fromtimestamp(now / 1000, here)
    word = value.lower()
    if word == "now":
        return now
    if word in _WEEKDAYS:
        back = (local.weekday() - _WEEKDAYS.index(word)) % 7
        return _start(local.date() - timedelta(days=back), here)
    if word in ("today", "yesterday"):
        return _start(local.date() - timedelta(days=int(word == "yesterday")), here)
    told = datetime.fromisoformat(value)
    if told.tzinfo is None:
        told = told.replace(tzinfo=here)
    return int(told.timestamp() * 1000)


def day_after(value: str, now: Millis, zone: str) -> Millis:
    """The end of the day that a date value means, exclusive."""
    here = ZoneInfo(zone)
    start = datetime.fromtimestamp(moment_of(value, now, zone) / 1000, here)
    return _start(start.date() + timedelta(days=1), here)


def _start(day: date, zone: ZoneInfo) -> Millis:
    return int(datetime(day.year, day.month, day.day, tzinfo=zone).timestamp() * 1000)
