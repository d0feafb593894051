"""Imports figures of public profiles from CSV files or single entries.

An empty cell is untold; only a written 0 is zero. Everything wrong is told at once, by line and
column, and then nothing is kept.
"""

from __future__ import annotations

import csv
import hashlib
import io
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from difflib import get_close_matches
from sqlite3 import Connection
from zoneinfo import ZoneInfo

from carecli.domain.competition import (
    AUDIENCE,
    COMMENTS,
    CSV,
    FIGURES,
    HAND,
    POSTED,
    REACTIONS,
    SHARES,
    DayFigure,
    Profile,
    PublicPost,
)
from carecli.domain.errors import Refusal
from carecli.domain.model import Millis
from carecli.domain.text import one_line, printable
from carecli.i18n import _
from carecli.store import profiles

COLUMNS = ("profile", "day", "days", *FIGURES, "link", "text")
"""Columns of a file, in any order; the first two must be there."""

MOST_DAYS = 366
MOST = 10**12
"""More than there are people on any platform."""

FIRST_YEAR = 2004
"""No platform is older."""

TEXT_KEPT = 1_000

_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


@dataclass(frozen=True, slots=True)
class Mistake:
    """What is wrong where in a file; lines count from 1, `column` is the heading's word."""

    line: int
    column: str
    what: str


@dataclass(frozen=True, slots=True)
class FiguresRead:
    """What a file told: rows, figures of days and posts in it, and every mistake.

    `is_kept`: it was stored. With a mistake nothing is.
    """

    rows: int
    figures: int
    posts: int
    mistakes: tuple[Mistake, ...] = ()
    is_kept: bool = False


@dataclass(frozen=True, slots=True)
class FigureFileRow:
    """A row of a file: a profile's figures of days, or one post of its."""

    profile: str
    figures: tuple[DayFigure, ...] = ()
    post: PublicPost | None = None


def read_file(
    text: str, known: Sequence[Profile], today: date, zone: str
) -> tuple[list[FigureFileRow], list[Mistake]]:
    """The rows of a CSV file, and its mistakes."""
    text = text.removeprefix("\ufeff")
    heading = text.partition("\n")[0]
    lines = csv.DictReader(
        io.StringIO(text, newline=""),
        delimiter=";" if heading.count(";") > heading.count(",") else ",",
        strict=True,
    )
    entries: list[FigureFileRow] = []
    reader = _Rows([one.key for one in known], today, zone)
    try:
        reader.mistakes += _headings(lines.fieldnames or ())
        for cells in () if reader.mistakes else lines:
            entry = reader.read(lines.line_num, cells)
            if entry is not None:
                entries.append(entry)
    except csv.Error as error:
        # the row that cannot be read begins after the last one that could
        reader.wrong(lines.line_num + 1, "", _("this is not a CSV file: {why}").format(why=error))
    return entries, reader.mistakes


def keep(db: Connection, entries: Sequence[FigureFileRow], now: Millis) -> None:
    """Store what a file or a person told."""
    for entry in entries:
        profiles.keep_figures(db, entry.profile, entry.figures, now)
        if entry.post is not None:
            profiles.keep_posts(db, entry.profile, (entry.post,), now)


def by_hand(
    profile: str,
    day: str,
    days: int,
    told: Mapping[str, int],
    known: Sequence[Profile],
    today: date,
) -> FigureFileRow:
    """Figures that somebody entered; raises Refusal for what cannot be."""
    cells: dict[str | None, str | None] = {"profile": profile, "day": day, "days": str(days)}
    cells |= {figure: str(value) for figure, value in told.items()}
    reader = _Rows([one.key for one in known], today, "UTC", HAND)
    entry = reader.read(0, cells)
    if reader.mistakes or entry is None:
        first = reader.mistakes[0]
        raise Refusal(f"{first.column}: {first.what}.")
    return entry


def _headings(found: Sequence[str]) -> Iterator[Mistake]:
    for name in found:
        if name not in COLUMNS:
            near = get_close_matches(name, COLUMNS, 1)
            hint = _("did you mean {name}?").format(name=near[0]) if near else ", ".join(COLUMNS)
            what = _("no such column; {hint}").format(hint=hint)
            yield Mistake(1, one_line(name, 40), what)
    for name in COLUMNS[:2]:
        if name not in found:
            yield Mistake(1, name, _("this column is missing"))
    if len(set(found)) != len(found):
        yield Mistake(1, "", _("a column appears twice"))


class _Rows:
    """Reads row after row, and remembers what was wrong."""

    def __init__(self, known: Sequence[str], today: date, zone: str, origin: str = CSV) -> None:
        self.mistakes: list[Mistake] = []
        self._known = known
        self._today = today
        self._zone = ZoneInfo(zone)
        self._origin = origin
        self._told: dict[tuple[str, str, date, int], int] = {}

    def wrong(self, line: int, column: str, what: str) -> None:
        """Remember a mistake."""
        self.mistakes.append(Mistake(line, column, what))

    def read(self, line: int, cells: Mapping[str | None, str | None]) -> FigureFileRow | None:
        """One row; None for an empty one, and for one with a mistake."""
        before = len(self.mistakes)
        if None in cells:
            self.wrong(line, "", _("the row has more cells than the heading"))
        row = {name: (value or "").strip() for name, value in cells.items() if name is not None}
        if not any(row.values()):
            return None
        profile = self._profile(line, row["profile"])
        day = self._day(line, row["day"])
        numbers = {name: self._number(line, name, row.get(name, "")) for name in FIGURES}
        told = {name: value for name, value in numbers.items() if value is not None}
        if row.get("link"):
            post = self._post(line, row, told, day)
            return FigureFileRow(profile, (), post) if len(self.mistakes) == before else None
        days = self._days(line, row.get("days", ""))
        if row.get("text"):
            self.wrong(line, "text", _("a text needs the link of one post"))
        if not told and not any(row.get(name) for name in FIGURES):
            self.wrong(line, AUDIENCE, _("the row contains no figures"))
        if POSTED not in told and {REACTIONS, COMMENTS, SHARES} & told.keys():
            self.wrong(line, POSTED, _("enter the number of posts, or the link of one post"))
        if AUDIENCE in told and days > 1 and len(told) == 1:
            self.wrong(line, "days", _("an audience is for a single day"))
        figures = tuple(
            DayFigure(name, day, value, self._origin, 1 if name == AUDIENCE else days)
            for name, value in told.items()
        )
        for one in figures:
            at = (profile, one.figure, one.day, one.days)
            if self._told.setdefault(at, one.value) != one.value:
                self.wrong(line, one.figure, _("the file contains two different values for this"))
        return FigureFileRow(profile, figures) if len(self.mistakes) == before else None

    def _post(
        self, line: int, row: Mapping[str, str], told: Mapping[str, int], day: date
    ) -> PublicPost:
        """One post, known again by its link."""
        for name in (AUDIENCE, POSTED):
            if name in told:
                self.wrong(line, name, _("a row with a link is about that post only"))
        if row.get("days"):
            self.wrong(line, "days", _("a row with a link is about that post only"))
        link = row["link"]
        if not link.startswith("https://") or not link.isprintable() or " " in link:
            self.wrong(line, "link", _("expected an address such as https://example.org"))
        noon = datetime.combine(day, time(12), self._zone)
        return PublicPost(
            id="link:" + hashlib.sha256(link.encode("utf-8", "replace")).hexdigest()[:32],
            at=round(noon.timestamp() * 1000),
            text=printable(row.get("text", ""))[:TEXT_KEPT],
            link=link[:TEXT_KEPT],
            reactions=told.get(REACTIONS),
            comments=told.get(COMMENTS),
            shares=told.get(SHARES),
            origin=self._origin,
        )

    def _profile(self, line: int, key: str) -> str:
        if key not in self._known:
            near = get_close_matches(key, self._known, 1)
            named = one_line(key, 40)
            if near:
                what = _("no profile {name!r}; did you mean {near}?")
                self.wrong(line, "profile", what.format(name=named, near=near[0]))
            else:
                what = _("no profile {name!r} in the configuration")
                self.wrong(line, "profile", what.format(name=named))
        return key

    def _day(self, line: int, text: str) -> date:
        try:
            day = date.fromisoformat(text) if _DAY.fullmatch(text) else date.min
        except ValueError:
            day = date.min
        if day.year < FIRST_YEAR:
            what = _("expected a day such as {day}, not {text!r}")
            self.wrong(line, "day", what.format(day=self._today, text=one_line(text, 20)))
            return self._today
        if day > self._today:
            self.wrong(line, "day", _("this day is in the future"))
        return day

    def _days(self, line: int, text: str) -> int:
        if not text:
            return 1
        if text.isascii() and text.isdigit() and 1 <= int(text[:4]) <= MOST_DAYS:
            return int(text[:4])
        what = _("expected the number of days in the row, 1 to {n}").format(n=MOST_DAYS)
        self.wrong(line, "days", what)
        return 1

    def _number(self, line: int, name: str, text: str) -> int | None:
        if not text:
            return None
        if text.isascii() and text.isdigit() and len(text) <= len(str(MOST)) and int(text) <= MOST:
            return int(text)
        what = _("expected a whole number such as 12400, or an empty cell, not {text!r}")
        self.wrong(line, name, what.format(text=one_line(text, 20)))
        return None
