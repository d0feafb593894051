"""The waiting threads of a period in arrays that answer for any time range at once.

Rows are sorted by when their wait started. Sums run ahead of them, so that a range is counted by
two look-ups, and what is alike lies together in cells (a colour, a slot of time), so that a day's
work can be thought through in a few hundred steps, however many threads there are.
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
"""Slots of time a backlog is cut into, beside its days."""

USUAL_SPANS: Mapping[str, Millis] = {
    Colour.GREEN: 90 * SECOND,
    Colour.YELLOW: 3 * MINUTE,
    Colour.RED: 6 * MINUTE,
}
"""How long a thread of a colour takes while too few have been handled to tell: an assumption."""


class Row(NamedTuple):
    """A waiting thread, as far as its share of the work goes."""

    started_at: Millis
    deadline: Millis
    kind: str
    """Its colour and its contact point: `green dm`."""


class DayCount(NamedTuple):
    """How many threads of each colour (in the order of COLOURS); `day` is the day's start."""

    day: Millis
    colours: tuple[int, ...]

    @property
    def total(self) -> int:
        """All colours together."""
        return sum(self.colours)


class Prospect(NamedTuple):
    """How somebody gets on with a range, working it in the order of deadlines.

    `late` deadlines pass before their threads are done; `left` threads are not done when the
    shift ends.
    """

    done_at: Millis
    late: int
    left: int


@dataclass(frozen=True, slots=True)
class Handling:
    """How long threads take: median spans (ms) by colour and contact point, and people's paces.

    A pace multiplies the spans: who has 2.0 takes twice as long as most.
    """

    spans: Mapping[tuple[str, str], Millis] = field(default_factory=dict)
    paces: Mapping[str, float] = field(default_factory=dict)

    def span(self, colour: str, point: str) -> Millis:
        """How long such a thread takes, at least a second."""
        return max(SECOND, self.spans.get((colour, point)) or USUAL_SPANS[colour])

    def pace(self, name: str) -> float:
        """Somebody's pace; 1.0 for who is not known."""
        return self.paces.get(name, 1.0)


class Lane(NamedTuple):
    """All threads of a colour by time; `work` holds one sum more than there are threads."""

    starts: array[int]
    deadlines: array[int]
    work: array[int]
    days: tuple[int, ...]
    """Where each day begins, and where the last one ends."""


class SlotRange(NamedTuple):
    """Threads of one colour whose waits started in one slot: `begin` to `end` of its lane."""

    first: Millis
    """The earliest deadline."""
    last: Millis
    lane: int
    begin: int
    end: int


Cuts = tuple[int, ...]
"""A moment as a place in each lane."""


@dataclass(frozen=True, slots=True)
class Backlog:
    """What waits in a period `start` to `end` (exclusive) and how long it will take.

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
    """By earliest deadline."""
    handling: Handling

    @property
    def total(self) -> int:
        """Threads in it."""
        return len(self.starts)

    def histogram(self) -> tuple[DayCount, ...]:
        """Every day with how many wait since then, by colour; also days without any."""
        return self.counts(self.start, self.end, empty_too=True)

    def counts(
        self, start: Millis, end: Millis, *, empty_too: bool = False
    ) -> tuple[DayCount, ...]:
        """The days of a range with how many of its threads they hold; O(days)."""
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
        """How a range is worked by one person from now on; O(slots).

        Only a cell in which some deadlines pass and others don't is looked at thread by thread.
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
        """Deadlines that pass whatever these people do, by day and colour; days with none left out.

        At least so many, also with other borders: as if everybody worked on everything together,
        shift or not, on as many threads as can be done in time (Moore and Hodgson: earliest
        deadline first, and whenever time runs out the longest one is given up), a cell being due
        with its last one. Of equally long ones those due first are told.
        """
        speed = sum(1 / pace for pace in paces)
        given_up: Counter[tuple[int, int]] = Counter()
        taken: defaultdict[int, deque[tuple[int, int, int]]] = defaultdict(deque)
        load = 0
        for cell in sorted(self.cells, key=lambda cell: cell.last):
            day = bisect_right(self.days, self.lanes[cell.lane].starts[cell.begin]) - 1
            spans = self._spans(cell)
            given_up[day, cell.lane] += cell.end - cell.begin - spans.total()
            for span, n in spans.items():
                taken[span].append((day, cell.lane, n))
                load += span * n
            room = (cell.last - self.now + 1) * speed
            while spans and load > room:
                longest = max(span for span, some in taken.items() if some)
                of_day, lane, n = taken[longest].popleft()
                gone = min(n, ceil((load - room) / longest))
                if gone < n:
                    taken[longest].appendleft((of_day, lane, n - gone))
                given_up[of_day, lane] += gone
                load -= gone * longest
        found = [
            DayCount(day, tuple(given_up[place, lane] for lane in range(len(self.lanes))))
            for place, day in enumerate(self.days)
        ]
        return tuple(one for one in found if one.total)

    def _spans(self, cell: SlotRange) -> Counter[int]:
        """How often each span occurs in a cell, without threads whose deadline has passed."""
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
    """The rows (see Row) of a period, sorted by `started_at`, made ready for splitting."""
    starts = array("q", [row[0] for row in rows])
    deadlines = [row[1] for row in rows]
    kinds = [row[2] for row in rows]
    span_of = {kind: handling.span(*kind.split(" ")) for kind in set(kinds)}
    spans = [span_of[kind] for kind in kinds]
    edges = (*days, end)
    lanes: list[Lane] = []
    for colour in COLOURS:
        ours = {kind for kind in span_of if kind.startswith(colour)}
        here = [kind in ours for kind in kinds]
        lane = array("q", compress(starts, here))
        lanes.append(
            Lane(
                lane,
                array("q", compress(deadlines, here)),
                array("q", accumulate(compress(spans, here), initial=0)),
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
