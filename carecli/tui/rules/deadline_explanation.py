"""How a deadline was computed and who set the colour, as lines. Pure."""

from __future__ import annotations

from itertools import groupby

from carecli.desk.rules.rows import ColourReason, DeadlineSum, WorkingDay
from carecli.domain.figures import exact_span, number
from carecli.domain.model import Colour, Millis, Outcome
from carecli.domain.names import colour_name
from carecli.i18n import _, ngettext
from carecli.tui.inbox.list_rows import OUTCOMES, SHAPES
from carecli.tui.reports.words import weekday_of
from carecli.tui.style.cells import Line, fill, fit, wrap
from carecli.tui.style.clock import countdown

LABEL = 22
"""Cells before what is told."""

STEPS = 8
"""Changes of the colour that are shown; the newest ones."""


def moment(at: Millis, now: Millis, zone: str) -> str:
    """`15:40`, `Tue 10:20`, `Tue 24 Nov 10:20`."""
    from carecli.desk.planning.split import words_of_moment

    return words_of_moment(at, now, zone)


def sum_lines(found: DeadlineSum, now: Millis, zone: str, width: int) -> list[Line]:
    """The wait's start, the time its colour allows, the clock it runs by, and the deadline."""
    colour = Colour(found.colour)
    rows = [
        (_("waiting since"), moment(found.started_at, now, zone), "text"),
        (
            _("time allowed"),
            "+ "
            + _("{span}, for {colour}").format(
                span=exact_span(found.within), colour=colour_name(colour)
            ),
            "text",
        ),
        (_("working hours"), working_words(found), "text"),
        (_("answer due by"), "= " + moment(found.deadline, now, zone), "strong"),
    ]
    if found.ended_at is not None:
        late = found.ended_at - found.deadline
        how = _(OUTCOMES[Outcome(found.outcome)]) if found.outcome else ""
        in_time = _("in time") if late <= 0 else _("late by {span}").format(span=exact_span(late))
        said = f"{moment(found.ended_at, now, zone)} {how}, {in_time}"
        rows.append((_("the wait ended"), said, "ok" if late <= 0 else "bad"))
    else:
        left = found.deadline - now
        said = _("overdue {time}") if left < 0 else _("answer within {time}")
        said = said.format(time=countdown(abs(left)))
        rows.append((_("now"), said, "red.strong" if left < 0 else "text"))
    lines: list[Line] = [[], [(" " + _("THE DEADLINE"), "title")]]
    for label, told, role in rows:
        first, *more = wrap(told, max(10, width - LABEL - 4)) or [""]
        lines.append([("   " + fit(label, LABEL), "dim"), (first, role)])
        lines += [[(" " * (LABEL + 3), "dim"), (rest, role)] for rest in more]
    return lines


def working_words(found: DeadlineSum) -> str:
    """`always, day and night`, or `Mon–Fri 09:00–17:00, Europe/Warsaw, without 1 day off`."""
    if not found.working:
        return _("all day, every day")
    parts: list[str] = []
    for hours, days in groupby(found.working, lambda one: one.hours):
        parts.append(f"{_days([*days])} {', '.join(hours)}")
    said = _("{hours} ({zone})").format(hours="; ".join(parts), zone=found.zone)
    if found.days_off:
        off = ngettext("except {n} day off", "except {n} days off", found.days_off)
        said = f"{said}, {off.format(n=number(found.days_off))}"
    return said


def _days(days: list[WorkingDay]) -> str:
    """Weekdays with the same hours: those one after another as from and to."""
    runs: list[list[int]] = []
    for one in days:
        if runs and one.day == runs[-1][-1] + 1:
            runs[-1].append(one.day)
        else:
            runs.append([one.day])
    return ", ".join(
        weekday_of(run[0]) if len(run) == 1 else f"{weekday_of(run[0])}–{weekday_of(run[-1])}"
        for run in runs
    )


def step_lines(found: ColourReason, now: Millis, zone: str, width: int) -> list[Line]:
    """Who set the colour, newest first, and what was undone."""
    if not found.steps:
        return []
    lines: list[Line] = [[], [(" " + _("WHO SET THE COLOUR"), "title")]]
    for one in found.steps[: -STEPS - 1 : -1]:
        said, role = _("returned to the rules"), "text"
        if one.colour:
            colour = Colour(one.colour)
            said, role = f"{SHAPES[colour]} {colour_name(colour)}", colour.value
        told: Line = [(f"   {fit(said, LABEL)}", "gone" if one.is_undone else role)]
        told.append((one.by, "text"))
        if one.is_undone:
            told.append((" " + _("(undone)"), "dim"))
        lines.append(fill(told, [(" " + moment(one.at, now, zone) + " ", "dim")], width))
    more = len(found.steps) - STEPS
    if more > 0:
        older = ngettext("… {n} older", "… {n} older", more).format(n=number(more))
        lines.append([("   " + older, "dim")])
    return lines
