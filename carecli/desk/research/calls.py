"""Calls to the contact centre: entered per day or imported from a CSV file."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from sqlite3 import Connection
from typing import TYPE_CHECKING

from carecli.desk.conversations.rows import Receipt
from carecli.desk.wording import decided
from carecli.domain.errors import Refusal
from carecli.domain.text import one_line
from carecli.i18n import _
from carecli.store import calls as stored
from carecli.store import channels, journal
from carecli.store.feed import ELSEWHERE, announce

if TYPE_CHECKING:
    from carecli.desk.commands.unit_of_work import UnitOfWork

MOST = 10_000_000
"""Calls a day that are no slip of the finger."""

DELIMITERS = ",;\t"


@dataclass(frozen=True, slots=True)
class CallsOfDay:
    """How many people called on a day; `brand` '' where brands are not told apart."""

    day: date
    n: int
    brand: str = ""


@dataclass(frozen=True, slots=True)
class CallsLine:
    """A line of a file of calls, counted from 1, as it would be entered.

    `before` is what stands for the day and the brand by now, None: nothing. `problem` tells why
    the line cannot be taken, '' where it can.
    """

    line: int
    day: str
    brand: str
    n: int | None
    before: int | None
    problem: str


def enter(unit: UnitOfWork, days: Sequence[CallsOfDay]) -> Receipt:
    """Enter calls, in place of what stood for these days and brands: one undo. Raises Refusal."""
    if not days:
        raise Refusal(_("Enter a number of calls."))
    known = brands(unit.db)
    for one in days:
        problem = objection(one, known)
        if problem:
            raise Refusal(problem)
    told = [[one.day.isoformat(), one.brand, one.n] for one in days]
    decision = journal.record_whole(unit.db, "enter_calls", {"days": told}, unit.by, unit.now)
    stored.settle_calls(unit.db)
    announce(unit.db, (ELSEWHERE,))
    taken = journal.entry(unit.db, decision)
    assert taken is not None
    return Receipt(decision, None, decided(taken, unit.context))


def brands(db: Connection) -> set[str]:
    """The brands there are, by key."""
    return {row.brand for row in channels.channels(db)}


def objection(one: CallsOfDay, known: set[str]) -> str:
    """Why calls cannot be entered so; empty: they can."""
    if not 0 <= one.n <= MOST:
        return _("{n} is not a number of calls.").format(n=one.n)
    if one.brand and one.brand not in known:
        return _("There is no brand {name!r}.").format(name=one_line(one.brand, 60))
    return ""


def read_lines(db: Connection, text: str) -> list[CallsLine]:
    """A file's lines as they would be entered; a first line of headings is passed over.

    Columns are day (2026-10-31), calls, and brand or nothing, in that order or as headings say,
    between commas, semicolons or tabs.
    """
    rows = list(csv.reader(text.lstrip("\ufeff").splitlines(), delimiter=_delimiter(text)))
    columns = ["day", "calls", "brand"]
    known = brands(db)
    found: list[CallsLine] = []
    seen: set[tuple[str, str]] = set()
    for line, row in enumerate(rows, 1):
        cells = [one_line(cell, 60) for cell in row]
        if not any(cells):
            continue
        if line == 1 and any(cell.lower() in columns for cell in cells):
            columns = [cell.lower() for cell in cells]
            continue
        one = _line(db, line, dict(zip(columns, cells, strict=False)), known)
        if not one.problem and (one.day, one.brand) in seen:
            problem = _("This day is already in an earlier line.")
            one = CallsLine(line, one.day, one.brand, one.n, one.before, problem)
        if not one.problem:
            seen.add((one.day, one.brand))
        found.append(one)
    return found


def _delimiter(text: str) -> str:
    first = text.lstrip("\ufeff").partition("\n")[0]
    return max(DELIMITERS, key=first.count)


def _line(db: Connection, line: int, cells: dict[str, str], known: set[str]) -> CallsLine:
    day, brand, said = cells.get("day", ""), cells.get("brand", ""), cells.get("calls", "")
    when, n, problem = None, None, ""
    try:
        when = date.fromisoformat(day)
    except ValueError:
        problem = _("{value!r} is not a date; use the form 2026-10-31.").format(value=day)
    if said.isascii() and said.isdigit():
        n = int(said[:20])
    elif not problem:
        problem = _("{value!r} is not a number of calls.").format(value=said)
    if when is None or n is None:
        return CallsLine(line, day, brand, n, None, problem)
    problem = objection(CallsOfDay(when, n, brand), known)
    return CallsLine(
        line, when.isoformat(), brand, n, stored.entered(db, when.isoformat(), brand), problem
    )


def days_of(lines: Iterable[CallsLine]) -> list[CallsOfDay]:
    """What lines without a problem enter."""
    return [
        CallsOfDay(date.fromisoformat(one.day), one.n, one.brand)
        for one in lines
        if one.n is not None and not one.problem
    ]
