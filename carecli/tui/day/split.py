"""The split screen as lines: a histogram by day, and who gets what. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from carecli.domain.backlog import COLOURS, DayCount
from carecli.domain.figures import number, weekday_and_day
from carecli.domain.model import Millis
from carecli.domain.split import Method, Plan, Share
from carecli.i18n import N_, _, ngettext
from carecli.tui.inbox.bars import threads
from carecli.tui.inbox.list_rows import SHAPES
from carecli.tui.style.cells import Line, cut, fill, fit, line_cells, steady, wrap
from carecli.tui.style.clock import day, local

SIDE_BY_SIDE = 110
"""From this width on the people stand beside the days, else below them."""

METHODS = {
    Method.DAY: ("d", N_("by day")),
    Method.EQUAL: ("e", N_("equal")),
    Method.LOAD: ("l", N_("by load")),
}


@dataclass(slots=True)
class SplitDraft:
    """What is planned. `people` maps keys to names, `on` are those on shift, in their order."""

    people: Mapping[str, str]
    on: list[str]
    zone: str
    method: Method = Method.DAY
    cursor: int = 0
    plan: Plan | None = None
    since: str = ""
    until: str = ""
    problem: str = ""
    note: str = ""
    """Why the last key did nothing."""

    @property
    def chosen(self) -> str:
        """The person under the cursor."""
        names = list(self.people)
        return names[min(self.cursor, len(names) - 1)]

    def share_of(self, person: str) -> int | None:
        """Which share of the plan is somebody's; None while they are not on shift."""
        shares = self.plan.shares if self.plan is not None else ()
        return next((n for n, one in enumerate(shares) if one.person.name == person), None)

    def turn(self) -> bool:
        """Put the person under the cursor on shift, or off; False for the last one."""
        if self.chosen in self.on and len(self.on) == 1:
            return False
        wanted = {*self.on} ^ {self.chosen}
        self.on = [one for one in self.people if one in wanted]
        return True


def split_lines(split: SplitDraft, width: int) -> list[Line]:
    """The screen's lines below its title."""
    plan = split.plan
    if plan is None:
        words = split.problem or _("Counting waiting threads …")
        role = "warn" if split.problem else "dim"
        return [[], *([(f"  {row}", role)] for row in wrap(words, width - 4))]
    people = _people(split, plan, width if width < SIDE_BY_SIDE else width - DAYS)
    days = _days(plan, split.zone)
    doomed = _doomed(plan, width)
    lines: list[Line] = [_heading(split, plan, width), []]
    if width < SIDE_BY_SIDE:
        lines += [*days, [], *people]
    else:
        for n in range(max(len(days), len(people))):
            left = days[n] if n < len(days) else []
            right = people[n] if n < len(people) else []
            lines.append([*left, (" " * (DAYS - line_cells(left)), "text"), *right])
    noted: list[Line] = [[(f"  {row}", "warn")] for row in wrap(split.note, width - 4) if row]
    rest = _unassigned(plan, split.zone, width)
    return [*lines, [], *rest, *doomed, *_left(plan), [], _methods(split), *noted]


def _heading(split: SplitDraft, plan: Plan, width: int) -> Line:
    backlog = plan.backlog
    period = f"{day(backlog.start, split.zone)} .. {day(backlog.end - 1, split.zone)}"
    left: Line = [("  " + period, "strong"), (f" · {cut(plan.filter, 40)}", "dim")]
    return fill(left, [(f"{threads(backlog.total)} ", "accent")], width)


BAR = 22
DAYS = 48
"""Cells of a day's line: its name, its bar, its number, and how many can't be in time."""

LOST = "✗"
"""Stands before deadlines that pass whatever one does."""


def _days(plan: Plan, zone: str) -> list[Line]:
    counts = plan.backlog.histogram()
    most = max((one.total for one in counts), default=0)
    doomed = {one.day: one.total for one in plan.doomed}
    lines: list[Line] = []
    for one in counts:
        when = local(one.day, zone)
        line: Line = [(fit(f"  {weekday_and_day(when)}", 9), "text"), *bar(one, most)]
        lost = f"{LOST}{number(doomed[one.day])}" if one.day in doomed else ""
        lines.append([*line, (f"{number(one.total):>8}", "text"), (f"{lost:>7}", "bad")])
    return lines


def bar(count: DayCount, most: int) -> Line:
    """A bar of BAR cells in eighths, its colours in their shares, red nearest to the day's name.

    >>> bar(DayCount(0, (3, 1, 0)), 8)
    [('███', 'yellow'), ('████████', 'green'), ('           ', 'text')]
    """
    line: Line = []
    used = so_far = 0
    parts = [
        pair for pair in sorted(zip(COLOURS, count.colours, strict=True), key=_rank) if pair[1]
    ]
    for place, (colour, n) in enumerate(parts, 1):
        so_far += n
        eighths = BAR * 8 * so_far / most
        if place < len(parts):
            text = "█" * (round(eighths / 8) - used)
        else:
            text = "█" * (round(eighths) // 8 - used) + " ▏▎▍▌▋▊▉"[round(eighths) % 8].strip()
        line.append((text or "▏" if used + 1 < BAR else text, colour.value))
        used += len(line[-1][0])
    return [*line, (" " * (BAR - used), "text")]


def _rank(pair: tuple[str, int]) -> int:
    return ("red", "yellow", "green").index(pair[0])


def _people(split: SplitDraft, plan: Plan, width: int) -> list[Line]:
    lines: list[Line] = []
    for n, (key, name) in enumerate(split.people.items()):
        share = split.share_of(key)
        edge = ("▌ " if n == split.cursor else "  ", "accent")
        box = ("[x] " if share is not None else "[ ] ", "key" if n == split.cursor else "text")
        line: Line = [edge, box, (fit(steady(name), 11) + " ", "strong")]
        if share is not None:
            line += _share(plan.shares[share], plan, split, width - 18)
        lines.append(line)
    return lines


def _unassigned(plan: Plan, zone: str, width: int) -> list[Line]:
    """How many threads nobody gets, and why; or that everybody's wait has somebody."""
    from carecli.desk.planning.split import unassigned_reasons

    reasons = unassigned_reasons(plan, zone)
    if not reasons:
        return [[("  " + _("Nothing stays unassigned."), "ok")]] if plan.backlog.total else []
    return [[(f"  {row}", "warn")] for reason in reasons for row in wrap(reason, width - 4)]


def _share(share: Share, plan: Plan, split: SplitDraft, room: int) -> Line:
    from carecli.desk.planning.split import words_of_moment

    done = words_of_moment(share.done_at, plan.backlog.now, split.zone) if share.total else "–"
    line: Line = [(fit(_range(split, share.start, share.end), max(8, room - 31)), "text")]
    ended = _("done {time}").format(time=done)
    line += [(f"{number(share.total):>6}", "strong"), (f" {fit(ended, 14)}", "text")]
    late = ngettext("{n} late", "{n} late", share.late).format(n=number(share.late))
    return [*line, (f"{late:>9}", "bad" if share.late else "dim")]


def _range(split: SplitDraft, start: Millis, end: Millis) -> str:
    from carecli.desk.planning.split import words_of_range

    return words_of_range(start, end, split.zone)


def _doomed(plan: Plan, width: int) -> list[Line]:
    """How many deadlines pass whatever one does, and of which colours; the days tell the rest."""
    doomed = sum(one.total for one in plan.doomed)
    if not doomed:
        return []
    said = ngettext(
        "{n} deadline cannot be met by anyone.",
        "{n} deadlines cannot be met by anyone.",
        doomed,
    )
    line: Line = [(f"  {LOST} {said.format(n=number(doomed))}", "bad")]
    counts = [sum(one.colours[place] for one in plan.doomed) for place in range(len(COLOURS))]
    parts: Line = [
        (f"  {SHAPES[colour]} {number(n)}", colour.value)
        for colour, n in reversed([*zip(COLOURS, counts, strict=True)])
        if n
    ]
    fits = line_cells([*line, *parts]) <= width
    return [[*line, *parts]] if fits else [line, [("  ", "text"), *parts]]


def _left(plan: Plan) -> list[Line]:
    left = sum(share.left for share in plan.shares)
    said = ngettext(
        "{n} thread will not be done by the end of the shift.",
        "{n} threads will not be done by the end of the shift.",
        left,
    )
    return [[(f"  {said.format(n=number(left))}", "warn")]] if left else []


def _methods(split: SplitDraft) -> Line:
    line: Line = [("  ", "text")]
    for method, (letter, name) in METHODS.items():
        role = "chosen" if method is split.method else "text"
        line += [(f"{letter} ", "key"), (" " + _(name) + " ", role), ("  ", "text")]
    return line
