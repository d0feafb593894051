"""How many people keep the response protocol: replays a day's arrivals with any team.

A person takes the most urgent thread that waits (red first, then the earliest deadline), works on
it without a break, and takes the next one; nobody begins after closing time, but who has begun
finishes. That is a queue with several servers and priorities without preemption, played through
event by event. What chance there is comes from a seed, so the same question has the same answer.

Where queueing theory has an answer (one colour, arrivals by chance, exponential spans) it is
`erlang_wait`, and a test holds the two together.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from heapq import heapify, heappop, heappush, heapreplace
from math import inf
from random import Random
from typing import NamedTuple

from carecli.domain.model import Colour, Millis

Kind = tuple[str, str]
"""A colour and a contact point, which threads take alike long of."""


class Arrival(NamedTuple):
    """A wait that asks for work: from `began`, to be answered by `deadline`.

    `counts` is False for what waited already when the day began: it is work, but not the day's.
    """

    began: Millis
    deadline: Millis
    kind: Kind
    counts: bool = True


@dataclass(frozen=True, slots=True)
class HandlingTimes:
    """How long threads take: measured spans (ms) by kind, else the usual one of the colour."""

    measured: Mapping[Kind, Sequence[Millis]]
    usual: Mapping[str, Millis]

    def draw(self, chance: Random) -> Callable[[Kind], Millis]:
        """Spans one after another, each one that was measured, by chance."""
        measured, usual = self.measured, self.usual

        def span(kind: Kind) -> Millis:
            some = measured.get(kind)
            return some[int(chance.random() * len(some))] if some else usual[kind[0]]

        return span


@dataclass(frozen=True, slots=True)
class WorkingHours:
    """When people work: intervals `begins[i]` to `ends[i]` in order, without overlap.

    What is not begun when the last one is over counts as answered then, and late.
    """

    begins: Sequence[Millis]
    ends: Sequence[Millis]

    def at(self, moment: Millis) -> Millis | None:
        """The first working moment from this one on; None after the last interval."""
        place = bisect_right(self.begins, moment) - 1
        if place >= 0 and moment < self.ends[place]:
            return moment
        return self.begins[place + 1] if place + 1 < len(self.begins) else None

    def between(self, start: Millis, end: Millis) -> Millis:
        """Working time between two moments, in ms."""
        return sum(
            max(0, min(end, closes) - max(start, opens))
            for opens, closes in zip(self.begins, self.ends, strict=True)
        )


class Simulation(NamedTuple):
    """One playing of a day: of the waits that count, when each was answered, and the work in all.

    `answered` are moments in the order of the arrivals, None for those that do not count.
    """

    answered: Sequence[Millis | None]
    worked: Millis

    def share(self, arrivals: Sequence[Arrival], colour: Colour | None = None) -> float | None:
        """The share answered in time, of one colour or all; None where there are none."""
        judged = [
            done <= one.deadline
            for one, done in zip(arrivals, self.answered, strict=True)
            if done is not None and colour in (None, one.kind[0])
        ]
        return sum(judged) / len(judged) if judged else None


def simulate(
    arrivals: Sequence[Arrival],
    people: int | None,
    opening: WorkingHours,
    span: Callable[[Kind], Millis],
) -> Simulation:
    """Work arrivals (sorted by `began`) off by so many people; None: as many as there is work."""
    over = opening.ends[-1]
    answered: list[Millis | None] = [
        max(over, arrival.deadline + 1) if arrival.counts else None for arrival in arrivals
    ]
    spans = [span(arrival.kind) for arrival in arrivals]
    if people is None:
        for place, one in enumerate(arrivals):
            begun = opening.at(one.began)
            if one.counts and begun is not None:
                answered[place] = begun + spans[place]
        return Simulation(answered, sum(spans))
    free: list[Millis] = [arrivals[0].began if arrivals else 0] * people
    heapify(free)
    waiting: list[tuple[bool, Millis, int]] = []
    coming, n = 0, len(arrivals)
    clock: Millis = 0
    while coming < n or waiting:
        idle = max(clock, free[0]) if waiting else max(free[0], arrivals[coming].began)
        now = opening.at(idle)
        if now is None:
            break
        clock = now
        while coming < n and arrivals[coming].began <= now:
            one = arrivals[coming]
            heappush(waiting, (one.kind[0] != Colour.RED, one.deadline, coming))
            coming += 1
        _, _, place = heappop(waiting)
        done = now + spans[place]
        heapreplace(free, done)
        if arrivals[place].counts:
            answered[place] = done
    return Simulation(answered, sum(spans))


class Outlook(NamedTuple):
    """What a team of a size comes to, over several playings.

    Shares are of the waits that count: their mean by colour, and of all; `least` is the worst
    playing's share of all. None where a colour had no waits. `busy` is the share of the working
    time of the period that was worked (more than 1: the work ran on after it), `longest` the mean
    over playings of the longest wait, in ms.
    """

    people: int | None
    shares: Mapping[Colour, float | None]
    share: float | None
    least: float | None
    busy: float | None
    longest: Millis


@dataclass(frozen=True, slots=True)
class StaffingPeriod:
    """A period to be played again: what came, when people work, how long threads take.

    `start` and `end` bound the period whose working time `busy` is of. `playings` use seeds from
    `seed` on.
    """

    arrivals: Sequence[Arrival]
    opening: WorkingHours
    spans: HandlingTimes
    start: Millis
    end: Millis
    seed: int = 1
    playings: int = 10

    def outlook(self, people: int | None) -> Outlook:
        """How a team of this size gets on; None: one without end, which shows what can't be."""
        found = [
            simulate(self.arrivals, people, self.opening, self.spans.draw(Random(self.seed + n)))
            for n in range(self.playings)
        ]
        shares = [one.share(self.arrivals) for one in found]
        told = [share for share in shares if share is not None]
        room = self.opening.between(self.start, self.end) * (people or 0)
        longest = [
            max(
                (done - one.began for one, done in zip(self.arrivals, some.answered, strict=True)
                 if done is not None),
                default=0,
            )
            for some in found
        ]  # fmt: skip
        return Outlook(
            people,
            {
                colour: _mean([one.share(self.arrivals, colour) for one in found])
                for colour in Colour
            },
            _mean(shares),
            min(told) if told else None,
            sum(one.worked for one in found) / len(found) / room if room else None,
            round(sum(longest) / len(longest)),
        )

    def smallest(self, wanted: float, most: int) -> Outlook | None:
        """The smallest team of at most `most` of which every colour's share is the wanted one.

        None where none of them comes to it. More people are never worse but for chance, so sizes
        are halved, not tried one by one.
        """
        ceiling = self.outlook(None)
        if not _keeps(ceiling, wanted):
            return None
        low, high, best = 1, 1, None
        while best is None:
            found = self.outlook(high)
            if _keeps(found, wanted):
                best = found
            elif high >= most:
                return None
            else:
                low, high = high + 1, min(most, high * 2)
        while low < high:
            middle = (low + high) // 2
            found = self.outlook(middle)
            if _keeps(found, wanted):
                best, high = found, middle
            else:
                low = middle + 1
        return best


def _keeps(outlook: Outlook, wanted: float) -> bool:
    return all(share is None or share >= wanted for share in outlook.shares.values())


def _mean(shares: Sequence[float | None]) -> float | None:
    told = [share for share in shares if share is not None]
    return sum(told) / len(told) if told else None


def erlang_wait(arriving: float, span: float, people: int) -> tuple[float, float]:
    """The chance that somebody must wait, and the mean time until work on it begins.

    For arrivals by chance (`arriving` a unit of time), exponential spans of this mean and so many
    people: Erlang's C formula, by the recursion of his B (A. K. Erlang, 1917; as in L. Kleinrock,
    Queueing Systems I, 3.5). Infinite where the work is more than the people can do.
    """
    load = arriving * span
    if load >= people:
        return 1.0, inf
    lost = 1.0
    for n in range(1, people + 1):
        lost = load * lost / (n + load * lost)
    waits = people * lost / (people - load * (1 - lost))
    return waits, waits * span / (people - load)
