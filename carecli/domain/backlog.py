"""The waiting threads of a period, stored in arrays so that any time range is evaluated quickly.

Rows are sorted by the start of their wait. Prefix sums give the work of a range by two look-ups.
Threads are grouped in cells (one colour, one slot of time), so that a day's work is simulated in
a few hundred steps, however many threads there are.
"""

from __future__ import annotations

from array import array
from bisect import bisect_left, bisect_right
from collections import Counter, defaultdict, deque
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import accumulate, compress, pairwise
from math import ceil
from operator import sub
from typing import NamedTuple

from carecli.domain.model import MINUTE, SECOND, Colour, Millis

COLOURS = tuple(Colour)
"""The order of the numbers in a DayCount."""

SLOTS = 240
"""Number of time slots a backlog is divided into, in addition to its days."""

USUAL_SPANS: Mapping[str, Millis] = {
    Colour.GREEN: 90 * SECOND,
    Colour.YELLOW: 3 * MINUTE,
    Colour.RED: 6 * MINUTE,
}
"""Assumed handling time of a thread by colour, until enough have been measured."""


class Row(NamedTuple):
    """What is needed of a waiting thread to plan its work."""

    started_at: Millis
    deadline: Millis
    kind: str
    """Its colour and its contact point: `green dm`."""


class DayCount(NamedTuple):
    """Number of threads of each colour (in the order of COLOURS); `day` is the day's start."""

    day: Millis
    colours: tuple[int, ...]

    @property
    def total(self) -> int:
        """All colours together."""
        return sum(self.colours)


class Prospect(NamedTuple):
    """How one person gets through a range, working in the order of deadlines.

    `late` deadlines pass before their threads are done; `left` threads are not done when the
    shift ends.
    """

    done_at: Millis
    late: int
    left: int


@dataclass(frozen=True, slots=True)
class Handling:
    """Median handling times (ms) by colour and contact point, and people's paces.

    A pace multiplies the handling times: 2.0 takes twice as long as most people.
    """

    spans: Mapping[tuple[str, str], Millis] = field(default_factory=dict)
    paces: Mapping[str, float] = field(default_factory=dict)

    def span(self, colour: str, point: str) -> Millis:
        """The usual handling time of such a thread in ms, at least a second."""
        return max(SECOND, self.spans.get((colour, point)) or USUAL_SPANS[colour])

    def pace(self, name: str) -> float:
        """A person's pace; 1.0 if it is not known."""
        return self.paces.get(name, 1.0)


class Lane(NamedTuple):
    """All threads of a colour by time. `work` holds prefix sums: one more than threads."""

    starts: array[int]
    deadlines: array[int]
    work: array[int]
    days: tuple[int, ...]
    """Index at which each day begins, and at which the last one ends."""


class SlotRange(NamedTuple):
    """Threads of one colour and one time slot: indices `begin` to `end` (excluded) of its lane."""

    first: Millis
    """The earliest deadline."""
    last: Millis
    lane: int
    begin: int
    end: int


Cuts = tuple[int, ...]
"""The index that belongs to a moment, for each lane."""


@dataclass(frozen=True, slots=True)
class Backlog:
    """The waiting threads of a period from `start` to `end` (excluded) and their work.

    `days` are the starts of its days in the moderator's zone, the first one the period's.
    `starts` are the threads' moments, `work` the sums of their spans (one more), in order of time.
    `handling` is the present pace.
    """

    now: Millis
    start: Millis
    end: Millis
    days: tuple[Millis, ...]
    starts: array[int]
    work: array[int]
    lanes: tuple[Lane, ...]
    cells: tuple[SlotRange, ...]
    """Sorted by earliest deadline."""
    handling: Handling

    @property
    def total(self) -> int:
        """Number of threads."""
        return len(self.starts)

    def histogram(self) -> tuple[DayCount, ...]:
        """For every day, how many waits started on it, by colour; includes days without any."""
        return self.counts(self.start, self.end, empty_too=True)

    def counts(
        self, start: Millis, end: Millis, *, empty_too: bool = False
    ) -> tuple[DayCount, ...]:
        """For each day of a range, the number of its threads; O(days)."""
        low, high = self._cuts(start), self._cuts(end)
        day_counts: list[DayCount] = []
        for place, day in enumerate(self.days):
            colours = tuple(
                max(0, min(b, lane.days[place + 1]) - max(a, lane.days[place]))
                for lane, a, b in zip(self.lanes, low, high, strict=True)
            )
            if empty_too or any(colours):
                day_counts.append(DayCount(day, colours))
        return tuple(day_counts)

    def _cuts(self, moment: Millis) -> Cuts:
        return tuple(bisect_left(lane.starts, moment) for lane in self.lanes)

    def prospect(
        self, start: Millis, end: Millis, pace: float = 1.0, until: Millis | None = None
    ) -> Prospect:
        """The result of one person working through a range from now on; O(slots).

        Only cells in which some deadlines pass and others don't are evaluated thread by thread.
        """
        low, high = self._cuts(start), self._cuts(end)
        at: float = self.now
        late = left = 0
        for first, last, which, begin, end_ in self.cells:
            a, b = max(begin, low[which]), min(end_, high[which])
            if a >= b:
                continue
            _, deadlines, work, _ = self.lanes[which]
            done = at + pace * (work[b] - work[a])
            if done > first:
                if at + pace * (work[a + 1] - work[a]) > last:
                    late += b - a
                else:
                    late += sum(
                        at + pace * (sum_ - work[a]) > deadline
                        for sum_, deadline in zip(work[a + 1 : b + 1], deadlines[a:b], strict=True)
                    )
            if until is not None and done > until:
                finished = bisect_right(work, work[a] + (until - at) / pace, a, b + 1) - 1 - a
                left += b - a - max(0, finished)
            at = done
        return Prospect(round(at), late, left)

    def doomed(self, paces: Sequence[float]) -> tuple[DayCount, ...]:
        """Deadlines that these people cannot keep, by day and colour; days with none are left out.

        A lower bound for any borders: it assumes that everybody works on all threads together,
        regardless of shifts. By Moore and Hodgson's algorithm, threads are taken by earliest
        deadline, and whenever time runs out the longest one is dropped. A cell is due with its
        last thread. Of equally long threads, those due first are dropped.
        """
        speed = sum(1 / pace for pace in paces)
        dropped: Counter[tuple[int, int]] = Counter()
        taken: defaultdict[int, deque[tuple[int, int, int]]] = defaultdict(deque)
        load = 0
        for cell in sorted(self.cells, key=lambda cell: cell.last):
            day = bisect_right(self.days, self.lanes[cell.lane].starts[cell.begin]) - 1
            spans = self._spans(cell)
            dropped[day, cell.lane] += cell.end - cell.begin - spans.total()
            for span, n in spans.items():
                taken[span].append((day, cell.lane, n))
                load += span * n
            room = (cell.last - self.now + 1) * speed
            while spans and load > room:
                longest = max(span for span, cells_ in taken.items() if cells_)
                first_day, lane, n = taken[longest].popleft()
                n_dropped = min(n, ceil((load - room) / longest))
                if n_dropped < n:
                    taken[longest].appendleft((first_day, lane, n - n_dropped))
                dropped[first_day, lane] += n_dropped
                load -= n_dropped * longest
        day_counts = [
            DayCount(day, tuple(dropped[place, lane] for lane in range(len(self.lanes))))
            for place, day in enumerate(self.days)
        ]
        return tuple(count for count in day_counts if count.total)

    def _spans(self, cell: SlotRange) -> Counter[int]:
        """How often each handling time occurs in a cell, without threads past their deadline."""
        _, deadlines, work, _ = self.lanes[cell.lane]
        begin, end = cell.begin, cell.end
        spans = [*map(sub, work[begin + 1 : end + 1], work[begin:end])]
        if cell.first <= self.now:
            spans = [*compress(spans, [at > self.now for at in deadlines[begin:end]])]
        return Counter(spans)


def build_backlog(
    rows: Sequence[tuple[Millis, Millis, str]],
    start: Millis,
    end: Millis,
    days: Sequence[Millis],
    now: Millis,
    handling: Handling,
) -> Backlog:
    """Prepares the rows (see Row) of a period, sorted by `started_at`, for splitting."""
    starts = array("q", [row[0] for row in rows])
    deadlines = [row[1] for row in rows]
    kinds = [row[2] for row in rows]
    span_of = {kind: handling.span(*kind.split(" ")) for kind in set(kinds)}
    spans = [span_of[kind] for kind in kinds]
    edges = (*days, end)
    lanes: list[Lane] = []
    for colour in COLOURS:
        kinds_of_colour = {kind for kind in span_of if kind.startswith(colour)}
        mask = [kind in kinds_of_colour for kind in kinds]
        lane = array("q", compress(starts, mask))
        lanes.append(
            Lane(
                lane,
                array("q", compress(deadlines, mask)),
                array("q", accumulate(compress(spans, mask), initial=0)),
                tuple(bisect_left(lane, edge) for edge in edges),
            )
        )
    width = max(MINUTE, (starts[-1] - starts[0]) // SLOTS + 1) if rows else MINUTE
    slots = range(starts[0], starts[-1] + 1, width) if rows else ()
    cells = [
        SlotRange(min(lane.deadlines[a:b]), max(lane.deadlines[a:b]), which, a, b)
        for which, lane in enumerate(lanes)
        for a, b in pairwise(
            sorted({*lane.days, *(bisect_left(lane.starts, slot) for slot in slots)})
        )
    ]
    return Backlog(
        now,
        start,
        end,
        tuple(days),
        starts,
        array("q", accumulate(spans, initial=0)),
        tuple(lanes),
        tuple(sorted(cells)),
        handling,
    )
