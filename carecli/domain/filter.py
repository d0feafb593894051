"""Parses the filter language of screen, views, rules and command line.

    is:waiting colour:red,yellow channel:avon-fb at:dm,ad due<30m since:2026-11-01 -label:spam
    "uszkodzona paczka"

All terms must match; commas inside a term mean *or*; `-` before a term means *not*. Other words
and quoted text are searched in messages and contacts' names, ignoring case and diacritics;
`"broken","torn"` finds either. `since:` (included) and `until:` (excluded) mean the start of a
day in the moderator's zone; `on:` takes whole days and ranges of them. Errors name the column and
what was expected. `domain.days` parses times.
"""

from __future__ import annotations

from dataclasses import dataclass
from difflib import get_close_matches

from carecli.domain.codes import NONE, FunnelStage, Sentiment
from carecli.domain.days import RANGE, is_day, is_range, parse_span
from carecli.domain.errors import FilterError
from carecli.domain.model import Colour, ContactPoint
from carecli.i18n import _

STATES = (
    "waiting",
    "overdue",
    "flagged",
    "safety",
    "check",
    "snoozed",
    "sending",
    "failed",
    "done",
    "untriaged",
    "claimed",
    "boosted",
    "draft",
    "mentioned",
    "reopened",
    "case",
    "coding",
    "quoted",
    "blocked",
)
"""The values of `is:`."""

CHOICES: dict[str, tuple[str, ...]] = {
    "is": STATES,
    "colour": tuple(Colour),
    "at": tuple(ContactPoint),
    "sentiment": (*Sentiment, NONE),
    "stage": (*FunnelStage, NONE),
}
"""Fields with fixed values."""

NAMES = (
    *("channel", "brand", "assignee", "mentioned", "team", "label", "theme"),
    *("from", "campaign", "post"),
)
"""Fields whose values are names; `assignee` also takes `me` and `none`, `mentioned` `me`,
`label` and `theme` `none`."""

DATES = ("since", "until")
"""Fields that take a moment: 2026-11-01, today, tomorrow, monday, 3d (three days ago), 6h."""

PERIODS = ("on", "done")
"""Fields that take whole days, or ranges of them: saturday, fri..mon, 2026-11-01..2026-11-04."""

FIELDS = (*CHOICES, *NAMES, *DATES, *PERIODS, "due")

OTHER_NAMES = {"color": "colour", "point": "at"}
"""Alternative names of fields."""


@dataclass(frozen=True, slots=True)
class FilterTerm:
    """One term of a filter. `field` is `text` for words to search; `values` are alternatives.

    `is_phrase`: the text was quoted. `sign` is `<` or `>` for `due`, else `:`.
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
            words = (f'"{value}"' if self.is_phrase else value for value in self.values)
            return minus + ",".join(words)
        return f"{minus}{self.field}{self.sign}{','.join(map(quoted, self.values))}"


@dataclass(frozen=True, slots=True)
class Query:
    """A parsed filter: all terms must match."""

    terms: tuple[FilterTerm, ...] = ()

    def __str__(self) -> str:
        return " ".join(str(term) for term in self.terms)

    def asks(self, field: str, *values: str) -> bool:
        """Whether the filter requires one of these values (any if none are given) of a field."""
        return any(
            term.field == field
            and not term.is_negated
            and (not values or set(term.values) <= set(values))
            for term in self.terms
        )


def quoted(value: str) -> str:
    """A value as typed into a filter, in quotes if it needs them."""
    needs_quotes = "," in value or any(char.isspace() for char in value)
    return f'"{value}"' if needs_quotes else value


def parse_filter(text: str) -> Query:
    """Parse a filter; raises FilterError with the column and what was expected."""
    terms: list[FilterTerm] = []
    place = 0
    while place < len(text):
        if text[place].isspace():
            place += 1
            continue
        term, place = _term(text, place)
        terms.append(term)
    return Query(tuple(terms))


def _term(text: str, start: int) -> tuple[FilterTerm, int]:
    place = start
    negated = text[place] == "-" and place + 1 < len(text) and not text[place + 1].isspace()
    place += negated
    if text[place] == '"':
        return _phrases(text, start, place, negated)
    end = place
    while end < len(text) and not text[end].isspace() and text[end] not in ':<>"':
        end += 1
    word, sign = text[place:end], text[end : end + 1]
    if sign not in (":", "<", ">") or not word.isalpha() or text[end + 1 : end + 3] == "//":
        return _words(text, start, place, negated)
    field = word.lower()
    field = OTHER_NAMES.get(field, field)
    if field not in FIELDS:
        near = get_close_matches(field, FIELDS, 1)
        raise FilterError(
            _("unknown field {word!r}").format(word=word),
            column=place,
            hint=_("did you mean {name}:?").format(name=near[0])
            if near
            else _("expected one of {names}").format(names=", ".join(FIELDS)),
        )
    values, place = _values(text, end + 1)
    if not values:
        raise FilterError(
            _("{field}: value missing").format(field=field), column=end + 1, hint=_expected(field)
        )
    term = FilterTerm(field, tuple(value for value, _ in values), negated, sign, column=start)
    _check(term, values, end)
    return term, place


def _words(text: str, start: int, place: int, negated: bool) -> tuple[FilterTerm, int]:
    end = place
    while end < len(text) and not text[end].isspace():
        end += 1
    return FilterTerm("text", (text[place:end],), negated, column=start), end


def _phrases(text: str, start: int, place: int, negated: bool) -> tuple[FilterTerm, int]:
    """Quoted texts, separated by commas, as one term."""
    phrases: list[str] = []
    while True:
        column = place
        phrase, place = _quoted(text, place)
        if not phrase.strip():
            raise FilterError(_("empty quotes"), column=column, hint=_("expected words to search"))
        phrases.append(phrase)
        if text[place : place + 2] != ',"':
            return FilterTerm("text", tuple(phrases), negated, is_phrase=True, column=start), place
        place += 1


def _quoted(text: str, start: int) -> tuple[str, int]:
    end = text.find('"', start + 1)
    if end < 0:
        raise FilterError(_("closing quote missing"), column=start, hint=_('expected a closing "'))
    return text[start + 1 : end], end + 1


def _values(text: str, place: int) -> tuple[list[tuple[str, int]], int]:
    """Values separated by commas, each with its column."""
    values: list[tuple[str, int]] = []
    while place < len(text) and not text[place].isspace():
        column = place
        if text[place] == '"':
            value, place = _quoted(text, place)
        else:
            while place < len(text) and not text[place].isspace() and text[place] != ",":
                place += 1
            value = text[column:place]
        if value:
            values.append((value, column))
        if place < len(text) and text[place] == ",":
            place += 1
    return values, place


def _check(term: FilterTerm, values: list[tuple[str, int]], sign_column: int) -> None:
    field = term.field
    if (term.sign in "<>") != (field == "due"):
        expected = _("< or >") if field == "due" else ":"
        raise FilterError(
            _("{sign} after {field}").format(sign=term.sign, field=field),
            column=sign_column,
            hint=_("expected {expected}").format(expected=expected),
        )
    for value, column in values:
        if field in CHOICES and value not in CHOICES[field]:
            near = get_close_matches(value, CHOICES[field], 1)
            hint = _("did you mean {name}?").format(name=near[0]) if near else _expected(field)
            raise FilterError(
                _("{field}: unknown value {value!r}").format(field=field, value=value),
                column=column,
                hint=hint,
            )
        if field == "due" and parse_span(value) is None:
            raise FilterError(
                _("{value!r} is not a time span").format(value=value),
                column=column,
                hint=_expected(field),
            )
        if field in DATES and not is_day(value):
            raise FilterError(
                _("{value!r} is not a date").format(value=value),
                column=column,
                hint=_expected(field),
            )
        if field in PERIODS and not is_range(value):
            _point_into_range(field, value, column)
    if field in (*DATES, "due") and len(values) > 1:
        raise FilterError(
            _("{field} takes one value").format(field=field),
            column=values[1][1],
            hint=_expected(field),
        )


def _point_into_range(field: str, value: str, column: int) -> None:
    first, dots, last = value.partition(RANGE)
    second = column + len(first) + len(RANGE)
    for day, place in ((first, column), (last, second))[: 2 if dots else 1]:
        if not is_day(day):
            raise FilterError(
                _("{day!r} is not a date").format(day=day), column=place, hint=_expected(field)
            )
    raise FilterError(
        _("{value!r} is not a range of dates").format(value=value),
        column=column,
        hint=_expected(field),
    )


def _expected(field: str) -> str:
    if field in CHOICES:
        return _("expected one of {names}").format(names=", ".join(CHOICES[field]))
    if field == "due":
        return _("expected a span such as 30m, 2h or 1d")
    if field in DATES:
        return _("expected a day such as 2026-11-01, today, monday or 3d")
    if field in PERIODS:
        return _("expected a day such as 2026-11-01, today or sat, or a range such as fri..mon")
    return _("expected a name")
