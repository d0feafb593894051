"""Splitting a backlog: who gets which part of a period.

A share is a range of time, so that what arrives late has an owner too. Shares follow each other
without a gap from the period's start; what lies behind the last border belongs to nobody yet.
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
"""By load, nobody works longer than this many times an even share to save others' deadlines."""

STRIDES = (8, 16, 32, 64)
"""By load, borders are tried in steps of such parts of a share, from coarse to fine."""

ROUNDS = 6
"""Tries at each step before it is left."""


class Method(StrEnum):
    """How a first plan is made; borders can be moved afterwards."""

    DAY = "day"
    """A day each, in order, over days on which somebody waits; further days stay unassigned."""
    EQUAL = "equal"
    """As many threads each, in order of time."""
    LOAD = "load"
    """Done at the same time, unless another border lets fewer deadlines pass."""


@dataclass(frozen=True, slots=True)
class ShiftPerson:
    """Somebody on shift.

    `pace` multiplies handling times: 2.0 takes twice as long as most; 0 stands for what their past
    decisions tell. `until` ends the shift, None: never.
    """

    name: str
    pace: float = 0
    until: Millis | None = None


@dataclass(frozen=True, slots=True)
class Share:
    """Waits that started from `start` until before `end`, and how its person gets on with them.

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
    """Who gets what. Nothing is decided until the desk assigns it.

    `doomed` are deadlines that pass whatever these people do. `filter` and `brand` say what was
    split, for the desk. `outside` counts threads of the filter that wait since before or after the
    period.
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
        """Where each share ends; border 0 lies between the first share and the second."""
        return tuple(share.end for share in self.shares)

    @property
    def late(self) -> int:
        """Deadlines that pass, of all shares."""
        return sum(share.late for share in self.shares)

    @property
    def unassigned(self) -> tuple[DayCount, ...]:
        """What lies behind the last border."""
        return self.backlog.counts(self.borders[-1], self.backlog.end)

    @property
    def unassigned_total(self) -> int:
        """How many threads of the period nobody gets."""
        return sum(day.total for day in self.unassigned)

    def between(self, people: Sequence[ShiftPerson], method: Method) -> Plan:
        """The same threads between other people, or by another method; about 10 ms at 100,000."""
        planned = make_plan(self.backlog, people, method, filter_text=self.filter, brand=self.brand)
        return replace(planned, outside=self.outside)

    def move(self, border: int, by: int, step: Millis = HOUR) -> Plan:
        """Move a border `by` steps to later (or earlier, negative), onto full steps of its day.

        A step of a day leads to the next midnight. A border stops at its neighbours and at the
        period's ends; the last one decides how much stays unassigned. Costs O(days + slots),
        whatever the number of threads.
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
        """Put a border at a moment, or as near as its neighbours let it."""
        ends = [self.backlog.start, *self.borders, self.backlog.end]
        here = max(ends[border], min(moment, ends[border + 2]))
        shares = list(self.shares)
        shares[border] = _share(self.backlog, shares[border].person, ends[border], here)
        if border + 1 < len(shares):
            after = shares[border + 1]
            shares[border + 1] = _share(self.backlog, after.person, here, after.end)
        return replace(self, shares=tuple(shares))


@dataclass(frozen=True, slots=True)
class SplitResult:
    """A plan carried out: its decision, how many threads each person has of it, and in words."""

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
    """A first plan for at least one person, in the order they are named."""
    paces = backlog.handling.pace
    people = [replace(one, pace=one.pace or paces(one.name)) for one in people]
    ends = {Method.DAY: _by_day, Method.EQUAL: _equal, Method.LOAD: _by_load}[method](
        backlog, people
    )
    doomed = backlog.doomed([person.pace for person in people])
    return Plan(backlog, method, _shares(backlog, people, ends), doomed, filter_text, brand)


def days_between(start: Millis, end: Millis, zone: str) -> tuple[Millis, ...]:
    """The start of each day of a period in a time zone; the first one begins with the period."""
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
    """The border before the n-th thread."""
    return backlog.starts[place] if place < backlog.total else backlog.end


def _by_load(backlog: Backlog, people: Sequence[ShiftPerson]) -> list[Millis]:
    """Even out the work, then move borders as long as that spares deadlines."""
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
    """Move a border by `step` threads, either way, if that is better; whether it was."""
    before, after = shares[border], shares[border + 1]
    here = bisect_left(backlog.starts, before.end)
    for place in (here - step, here + step):
        end = _moment(backlog, max(0, place))
        if before.start <= end <= after.end:
            one = _share(backlog, before.person, before.start, end)
            two = _share(backlog, after.person, end, after.end)
            longest = max(one.done_at, two.done_at)
            if longest <= limit and _cost(one, two) < _cost(before, after):
                shares[border : border + 2] = one, two
                return True
    return False


def _cost(share: Share, two: Share) -> tuple[int, int, Millis]:
    return share.left + two.left, share.late + two.late, max(share.done_at, two.done_at)


def _capacities(people: Sequence[ShiftPerson], whole: Millis, now: Millis) -> list[float]:
    """How much of the work each can take so that all are done at once, or at their shift's end."""
    spans = [None if person.until is None else max(0, person.until - now) for person in people]
    speeds = [1 / person.pace for person in people]
    if None not in spans:
        most = [speed * (span or 0) for speed, span in zip(speeds, spans, strict=True)]
        if sum(most) <= whole:
            return most if any(most) else speeds
    left, working = float(whole), set(range(len(people)))
    found = [0.0] * len(people)
    while working:
        together = left / sum(speeds[n] for n in working)
        short = {n for n in working if (span := spans[n]) is not None and span < together}
        for n in short or working:
            found[n] = speeds[n] * min(together, together if (s := spans[n]) is None else s)
            left -= found[n]
        working -= short or working
    return found if any(found) else speeds
