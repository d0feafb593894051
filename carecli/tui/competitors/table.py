"""Profiles as a table that fits any width. Pure.

PROFILE                 AUDIENCE▾ GROWTH POSTS/WK  REACT. ENGAGED ANSWERS
● Avon Polska         f  910,000ᵃ      –     2.2ᵃ  1,207ᵃ  0.16%ᵃ    3 hᵃ?
  Lumira              f 2,310,000ᵃ +1.7%ᶜ    8.5ᵃ  4,783ᵃ  0.18%ᶜ  56 minᵃ
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from carecli.desk.competitors.comparison import ProfileRow, SourcedFigure
from carecli.domain.figures import decimal, number, percent, span
from carecli.i18n import N_, _, pgettext
from carecli.tui.style.cells import Line, cells, cut, fit, steady

MARKS = {"api": "ᵃ", "csv": "ᶜ", "hand": "ʰ"}
"""A letter beside each figure for its origin."""

SMALL = "?"
ABSENT = "–"
OURS = "●"
LETTERS = {"facebook": "f", "instagram": "i"}

NAME_LEAST, NAME_MOST = 18, 34
"""Cells of the name: columns fold before it gets narrower."""


@dataclass(frozen=True, slots=True)
class Column:
    """One figure of every profile. `folds`: the higher, the sooner it gives way to a narrow screen.

    `heading` is a word for its head, `title` what it is called where there is room.
    """

    key: str
    heading: str
    title: str
    told: Callable[[ProfileRow], SourcedFigure]
    write: Callable[[float], str]
    folds: int = 0


def whole(value: float) -> str:
    """A whole number, with its sign where it is below zero."""
    return number(round(value))


def signed(value: float) -> str:
    """A whole number with its sign."""
    sign = "+" if value > 0 else "−" if value < 0 else ""
    return f"{sign}{number(abs(round(value)))}"


def hundredths(value: float) -> str:
    """A small share in hundredths, with two places."""
    return _("{n}%").format(n=decimal(100 * value, 2))


def gained(value: float) -> str:
    """A share in hundredths with its sign and one place."""
    return f"{'+' if value > 0 else ''}{_('{n}%').format(n=decimal(100 * value, 1))}"


def _span(value: float) -> str:
    return span(round(value))


COLUMNS = (
    Column("audience", N_("audience"), N_("Followers"), lambda row: row.audience, whole),
    Column("growth_share", N_("growth"), N_("Growth"), lambda row: row.growth_share, gained, 1),
    Column("growth", N_("new"), N_("New followers"), lambda row: row.growth, signed, 8),
    Column(
        "posts_per_week",
        N_("posts/wk"),
        N_("Posts a week"),
        lambda row: row.posts_per_week,
        decimal,
        3,
    ),
    Column(
        "reactions_per_post",
        N_("react."),
        N_("Reactions a post"),
        lambda row: row.reactions_per_post,
        whole,
        4,
    ),
    Column(
        "comments_per_post",
        N_("comm."),
        N_("Comments a post"),
        lambda row: row.comments_per_post,
        decimal,
        5,
    ),
    Column(
        "engagement",
        N_("engaged"),
        N_("Engagement rate"),
        lambda row: row.engagement,
        hundredths,
        2,
    ),
    Column(
        "answers_within",
        N_("answers"),
        N_("Public answer within"),
        lambda row: row.answers_within,
        _span,
        2,
    ),
    Column(
        "answered_in_time",
        N_("in 2 h"),
        N_("Answered within 2 hours"),
        lambda row: row.answered_in_time,
        percent,
        6,
    ),
    Column(
        "answered",
        N_("answered"),
        N_("Comments answered"),
        lambda row: row.answered,
        percent,
        7,
    ),
)
"""Every figure, in the order of the table."""


@dataclass(frozen=True, slots=True)
class Sorting:
    """By which column (`` : by name), and whether the highest comes first."""

    key: str = "audience"
    is_falling: bool = True


def ordered(rows: Sequence[ProfileRow], by: Sorting) -> list[ProfileRow]:
    """The rows by a column; what is absent comes last either way."""
    column = next((one for one in COLUMNS if one.key == by.key), None)
    if column is None:
        return sorted(
            rows,
            key=lambda row: (row.title.casefold(), row.platform, row.key),
            reverse=by.is_falling,
        )
    known = [row for row in rows if column.told(row).value is not None]
    rest = [row for row in rows if column.told(row).value is None]
    known.sort(key=lambda row: column.told(row).value or 0.0, reverse=by.is_falling)
    return [*known, *rest]


def figure(told: SourcedFigure, write: Callable[[float], str]) -> Line:
    """A figure with the letter of its origin; a dash where nobody told it."""
    if told.value is None:
        return [(ABSENT, "dim")]
    line: Line = [(write(told.value), "text"), (MARKS[told.origin], "accent")]
    return [*line, (SMALL, "warn")] if told.is_small else line


def _aligned(found: list[Line]) -> list[Line]:
    """Figures of a column under each other, though some warn of a small sample."""
    if not any(line[-1] == (SMALL, "warn") for line in found):
        return found
    return [line if line[-1] == (SMALL, "warn") else [*line, (" ", "text")] for line in found]


class CompetitorTable:
    """The rows laid out for a width; the column sorted by never folds."""

    def __init__(self, rows: Sequence[ProfileRow], by: Sorting, width: int) -> None:
        self.rows = ordered(rows, by)
        self._by = by
        self._width = width
        self._cells = {
            one.key: _aligned([figure(one.told(row), one.write) for row in self.rows])
            for one in COLUMNS
        }
        self.columns = self._that_fit()
        left = width - sum(self._room(one) + 1 for one in self.columns)
        self.name = min(left - 6, max(NAME_MOST, self._longest()))

    def head(self) -> Line:
        """The headings; the one sorted by is lit, with an arrow."""
        line = self._heading(_("profile"), "", self.name + 5, right=False)
        for one in self.columns:
            line += [(" ", "dim"), *self._heading(_(one.heading), one.key, self._room(one))]
        return line

    def line(self, place: int) -> Line:
        """A profile: whether it is ours, its name, where it is, its figures."""
        row = self.rows[place]
        name = fit(f" {steady(row.title)}", self.name + 1)
        line: Line = [
            (f" {OURS if row.is_ours else ' '}", "accent"),
            (name, "strong" if row.is_ours else "text"),
            (f" {LETTERS.get(row.platform, '?')}", "dim"),
        ]
        for one in self.columns:
            found = self._cells[one.key][place]
            wide = sum(cells(text) for text, _role in found)
            line += [(" " * (self._room(one) + 1 - wide), "text"), *found]
        return line

    def headings(self) -> list[tuple[str, int]]:
        """The columns by key with their cells, the name's first."""
        return [("", self.name + 5), *((one.key, self._room(one) + 1) for one in self.columns)]

    def _heading(self, word: str, key: str, room: int, *, right: bool = True) -> Line:
        is_chosen = key == self._by.key
        arrow = ("▾" if self._by.is_falling else "▴") if is_chosen else ""
        text = f"{'' if right else '   '}{word.upper()}{arrow}"
        return [(fit(text, room, right=right), "chosen" if is_chosen else "title")]

    def _room(self, column: Column) -> int:
        widest = max(
            (sum(cells(text) for text, _role in one) for one in self._cells[column.key]), default=0
        )
        return max(cells(_(column.heading)) + 1, widest)

    def _longest(self) -> int:
        return max((cells(row.title) for row in self.rows), default=0)

    def _that_fit(self) -> list[Column]:
        shown = list(COLUMNS)
        least = max(NAME_LEAST, min(self._longest(), 22))
        while len(shown) > 1:
            if sum(self._room(one) + 1 for one in shown) + least + 6 <= self._width:
                break
            spare = [one for one in shown if one.key != self._by.key]
            shown.remove(max(spare, key=lambda one: one.folds))
        return shown


def legend(rows: Sequence[ProfileRow], width: int) -> Line:
    """What the letters beside the figures mean; of those that are there."""
    found = {one.told(row).origin for row in rows for one in COLUMNS}
    origins = {
        "api": pgettext("origin", "API"),
        "csv": pgettext("origin", "CSV"),
        "hand": pgettext("origin", "by hand"),
    }
    parts: list[tuple[str, str, str]] = [
        (mark, "accent", origins[key]) for key, mark in MARKS.items() if key in found
    ]
    parts += [(ABSENT, "dim", _("no data"))]
    if any(one.told(row).is_small for row in rows for one in COLUMNS):
        parts.append((SMALL, "warn", _("small sample")))
    if any(row.is_ours for row in rows):
        parts.append((OURS, "accent", _("ours")))
    line: Line = [(" ", "dim")]
    used = 1
    for mark, role, said in parts:
        if used + cells(said) + 4 > width:
            break
        line += [(mark, role), (f" {said}  ", "dim")]
        used += cells(said) + 4
    return line


def steady_cut(text: str, width: int) -> str:
    """A text on one line, cut."""
    return cut(steady(text), max(1, width))
