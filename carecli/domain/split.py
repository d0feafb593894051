"""Splits a backlog between people: who gets which part of a period.

A share is a range of time, so that threads that arrive late have an owner too. Shares follow each
other without gaps from the period's start; threads after the last border stay unassigned.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from itertools import accumulate

from carecli.domain.backlog import Backlog, DayCount
from carecli.domain.model import DAY, HOUR, Millis
from carecli.domain.protocol import next_midnight

STRETCH = 1.25
"""With `load`, nobody works longer than this many times an even share to save deadlines."""

STRIDES = (8, 16, 32, 64)
"""With `load`, borders move in steps of 1/8 of a share, then 1/16, and so on."""

ROUNDS = 6
"""How often each step size is tried."""


class Method(StrEnum):
    """How the first plan is made; borders can be moved afterwards."""

    DAY = "day"
    """One day with waiting threads for each person, in order; further days stay unassigned."""
    EQUAL = "equal"
    """The same number of threads for each person, in order of time."""
    LOAD = "load"
    """All are done at the same time, unless other borders miss fewer deadlines."""


@dataclass(frozen=True, slots=True)
class ShiftPerson:
    """A person on shift.

    `pace` multiplies handling times: 2.0 takes twice as long as most; 0: measured from their past
    decisions. `until` is the end of the shift, None: no end.
    """

    name: str
    pace: float = 0
    until: Millis | None = None


@dataclass(frozen=True, slots=True)
class Share:
    """One person's part: the waits that started from `start` to `end` (excluded).

    `days` counts them by day and colour, days without any left out. `done_at` is when all are
    done at the present pace, `late` how many deadlines pass before, `left` how many threads are
    not done when the shift ends.
    """

    person: ShiftPerson
    start: Millis
    end: Millis
    days: tuple[DayCount, ...]
    total: int
    done_at: Millis
    late: int
    left: int


@dataclass(frozen=True, slots=True)
class Plan:
    """Who gets which threads. Nothing is assigned until the desk carries it out.

    `doomed` are deadlines that these people cannot keep. `filter` and `brand` tell the desk what
    was split. `outside` counts threads of the filter whose wait started outside the period.
    """

    backlog: Backlog
    method: Method
    shares: tuple[Share, ...]
    doomed: tuple[DayCount, ...]
    filter: str = ""
    brand: str = ""
    outside: int = 0

    @property
    def borders(self) -> tuple[Millis, ...]:
        """The end of each share; border 0 is between the first and the second share."""
        return tuple(share.end for share in self.shares)

    @property
    def late(self) -> int:
        """Number of deadlines missed in all shares."""
        return sum(share.late for share in self.shares)

    @property
    def unassigned(self) -> tuple[DayCount, ...]:
        """The threads after the last border, by day."""
        return self.backlog.counts(self.borders[-1], self.backlog.end)

    @property
    def unassigned_total(self) -> int:
        """Number of threads of the period that nobody gets."""
        return sum(day.total for day in self.unassigned)

    def between(self, people: Sequence[ShiftPerson], method: Method) -> Plan:
        """A plan of the same threads for other people or by another method; 10 ms per 100,000."""
        planned = make_plan(self.backlog, people, method, filter_text=self.filter, brand=self.brand)
        return replace(planned, outside=self.outside)

    def move(self, border: int, by: int, step: Millis = HOUR) -> Plan:
        """Move a border by `by` steps later (negative: earlier), rounded to full steps of its day.

        A step of a day leads to the next midnight. A border cannot pass its neighbours or the
        period's ends; the last one decides how much stays unassigned. Costs O(days + slots).
        """
        moment = self.borders[border]
        for _ in range(abs(by)):
            moved = self._later(moment, step) if by > 0 else self._earlier(moment, step)
            if moved == moment:
                break
            moment = moved
        return self.move_to(border, moment)

    def _later(self, moment: Millis, step: Millis) -> Millis:
        days = (*self.backlog.days, self.backlog.end)
        place = bisect_right(days, moment)
        if place == len(days):
            return moment
        if step >= DAY:
            return days[place]  # a day has 25 hours when clocks go back
        day = days[place - 1]
        return min(day + ((moment - day) // step + 1) * step, days[place])

    def _earlier(self, moment: Millis, step: Millis) -> Millis:
        place = bisect_left(self.backlog.days, moment)
        if place == 0:
            return moment
        day = self.backlog.days[place - 1]
        if step >= DAY:
            return day
        return day + (moment - day - 1) // step * step

    def move_to(self, border: int, moment: Millis) -> Plan:
        """Put a border at a moment, or as near to it as its neighbours allow."""
        ends = [self.backlog.start, *self.borders, self.backlog.end]
        moved = max(ends[border], min(moment, ends[border + 2]))
        shares = list(self.shares)
        shares[border] = _share(self.backlog, shares[border].person, ends[border], moved)
        if border + 1 < len(shares):
            after = shares[border + 1]
            shares[border + 1] = _share(self.backlog, after.person, moved, after.end)
        return replace(self, shares=tuple(shares))


@dataclass(frozen=True, slots=True)
class SplitResult:
    """A plan that was carried out: its decision, threads by person, and a summary in words."""

    decision: int
    counts: Mapping[str, int]
    said: str = ""


def make_plan(
    backlog: Backlog,
    people: Sequence[ShiftPerson],
    method: Method,
    *,
    filter_text: str = "",
    brand: str = "",
) -> Plan:
    """The first plan for one or more people, in the given order."""
    paces = backlog.handling.pace
    people = [replace(person, pace=person.pace or paces(person.name)) for person in people]
    ends = {Method.DAY: _by_day, Method.EQUAL: _equal, Method.LOAD: _by_load}[method](
        backlog, people
    )
    doomed = backlog.doomed([person.pace for person in people])
    return Plan(backlog, method, _shares(backlog, people, ends), doomed, filter_text, brand)


def days_between(start: Millis, end: Millis, zone: str) -> tuple[Millis, ...]:
    """The start of each day of a period in a time zone; the first is the period's start."""
    days: list[Millis] = []
    while start < end:
        days.append(start)
        start = next_midnight(start, zone)
    return tuple(days)


def _share(backlog: Backlog, person: ShiftPerson, start: Millis, end: Millis) -> Share:
    days = backlog.counts(start, end)
    prospect = backlog.prospect(start, end, person.pace, person.until)
    return Share(person, start, end, days, sum(day.total for day in days), *prospect)


def _shares(
    backlog: Backlog, people: Sequence[ShiftPerson], ends: Sequence[Millis]
) -> tuple[Share, ...]:
    starts = (backlog.start, *ends)
    return tuple(map(_share, [backlog] * len(people), people, starts, ends))


def _by_day(backlog: Backlog, people: Sequence[ShiftPerson]) -> list[Millis]:
    edges = (*backlog.days[1:], backlog.end)
    ends = [end for day, end in zip(backlog.histogram(), edges, strict=True) if day.total] or [
        backlog.end
    ]
    if len(ends) <= len(people):
        ends[-1:] = [backlog.end] * (len(people) - len(ends) + 1)
    return ends[: len(people)]


def _equal(backlog: Backlog, people: Sequence[ShiftPerson]) -> list[Millis]:
    shares = range(1, len(people) + 1)
    return [_moment(backlog, backlog.total * n // len(people)) for n in shares]


def _moment(backlog: Backlog, place: int) -> Millis:
    """The moment at which the thread at this index began to wait."""
    return backlog.starts[place] if place < backlog.total else backlog.end


def _by_load(backlog: Backlog, people: Sequence[ShiftPerson]) -> list[Millis]:
    """Divide the work evenly, then move borders as long as fewer deadlines are missed."""
    whole = backlog.work[-1]
    parts = list(accumulate(_capacities(people, whole, backlog.now)))
    ends = [
        _moment(backlog, bisect_left(backlog.work, whole * part / parts[-1])) for part in parts[:-1]
    ]
    ends.append(backlog.end)
    shares = list(_shares(backlog, people, ends))
    latest = max(share.done_at for share in shares)
    limit = backlog.now + (latest - backlog.now) * STRETCH
    for stride in STRIDES:
        step = backlog.total // len(people) // stride
        for _ in range(ROUNDS if step else 0):
            moved = [_improve(backlog, shares, n, step, limit) for n in range(len(shares) - 1)]
            if not any(moved):
                break
    return [share.end for share in shares]


def _improve(backlog: Backlog, shares: list[Share], border: int, step: int, limit: float) -> bool:
    """Move a border by `step` threads either way if that is better; return whether it was."""
    before, after = shares[border], shares[border + 1]
    index = bisect_left(backlog.starts, before.end)
    for place in (index - step, index + step):
        end = _moment(backlog, max(0, place))
        if before.start <= end <= after.end:
            first = _share(backlog, before.person, before.start, end)
            second = _share(backlog, after.person, end, after.end)
            longest = max(first.done_at, second.done_at)
            if longest <= limit and _cost(first, second) < _cost(before, after):
                shares[border : border + 2] = first, second
                return True
    return False


def _cost(first: Share, second: Share) -> tuple[int, int, Millis]:
    return first.left + second.left, first.late + second.late, max(first.done_at, second.done_at)


def _capacities(people: Sequence[ShiftPerson], whole: Millis, now: Millis) -> list[float]:
    """The work of each person so that all are done at once, or at the end of their shift."""
    spans = [None if person.until is None else max(0, person.until - now) for person in people]
    speeds = [1 / person.pace for person in people]
    if None not in spans:
        capacity = [speed * (span or 0) for speed, span in zip(speeds, spans, strict=True)]
        if sum(capacity) <= whole:
            return capacity if any(capacity) else speeds
    left, working = float(whole), set(range(len(people)))
    capacities = [0.0] * len(people)
    while working:
        duration = left / sum(speeds[n] for n in working)
        limited = {n for n in working if (span := spans[n]) is not None and span < duration}
        for n in limited or working:
            capacities[n] = speeds[n] * min(duration, duration if (s := spans[n]) is None else s)
            left -= capacities[n]
        working -= limited or working
    return capacities if any(capacities) else speeds
