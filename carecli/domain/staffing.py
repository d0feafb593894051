"""How many people are needed to keep the response protocol: simulates a day with any team size.

A person takes the most urgent waiting thread (red first, then the earliest deadline), finishes it,
and takes the next one. Nobody starts a thread after closing time. This is a queue with several
servers and non-preemptive priorities, simulated event by event. Random numbers come from a seed,
so the same input has the same result.

For the case that queueing theory solves (one colour, random arrivals, exponential handling times)
a test compares the simulation with `erlang_wait`.
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
"""A colour and a contact point, which determine the handling time of a thread."""


class Arrival(NamedTuple):
    """A wait to be answered: it starts at `began` and is due at `deadline`.

    `counts` is False for waits that began before the period: they cost work but are not counted.
    """

    began: Millis
    deadline: Millis
    kind: Kind
    counts: bool = True


@dataclass(frozen=True, slots=True)
class HandlingTimes:
    """Handling times (ms): those measured by kind, else the usual one of the colour."""

    measured: Mapping[Kind, Sequence[Millis]]
    usual: Mapping[str, Millis]

    def draw(self, chance: Random) -> Callable[[Kind], Millis]:
        """A function that draws a handling time of a kind at random from the measured ones."""
        measured, usual = self.measured, self.usual

        def span(kind: Kind) -> Millis:
            times = measured.get(kind)
            return times[int(chance.random() * len(times))] if times else usual[kind[0]]

        return span


@dataclass(frozen=True, slots=True)
class WorkingHours:
    """When people work: intervals `begins[i]` to `ends[i]`, in order and without overlaps.

    Threads not started by the end of the last interval count as answered then, and late.
    """

    begins: Sequence[Millis]
    ends: Sequence[Millis]

    def at(self, moment: Millis) -> Millis | None:
        """The first working moment at or after this one; None after the last interval."""
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
    """The result of one simulation: when each wait was answered, and the total work in ms.

    `answered` are moments in the order of the arrivals, None for those that do not count.
    """

    answered: Sequence[Millis | None]
    worked: Millis

    def share(self, arrivals: Sequence[Arrival], colour: Colour | None = None) -> float | None:
        """The share answered in time, of one colour or of all; None if there are none."""
        judged = [
            done <= arrival.deadline
            for arrival, done in zip(arrivals, self.answered, strict=True)
            if done is not None and colour in (None, arrival.kind[0])
        ]
        return sum(judged) / len(judged) if judged else None


def simulate(
    arrivals: Sequence[Arrival],
    people: int | None,
    opening: WorkingHours,
    span: Callable[[Kind], Millis],
) -> Simulation:
    """Simulate so many people working on arrivals (sorted by `began`); None: unlimited people."""
    closing = opening.ends[-1]
    answered: list[Millis | None] = [
        max(closing, arrival.deadline + 1) if arrival.counts else None for arrival in arrivals
    ]
    spans = [span(arrival.kind) for arrival in arrivals]
    if people is None:
        for place, arrival in enumerate(arrivals):
            begin = opening.at(arrival.began)
            if arrival.counts and begin is not None:
                answered[place] = begin + spans[place]
        return Simulation(answered, sum(spans))
    free: list[Millis] = [arrivals[0].began if arrivals else 0] * people
    heapify(free)
    waiting: list[tuple[bool, Millis, int]] = []
    next_arrival, total = 0, len(arrivals)
    clock: Millis = 0
    while next_arrival < total or waiting:
        idle = max(clock, free[0]) if waiting else max(free[0], arrivals[next_arrival].began)
        now = opening.at(idle)
        if now is None:
            break
        clock = now
        while next_arrival < total and arrivals[next_arrival].began <= now:
            arrival = arrivals[next_arrival]
            heappush(waiting, (arrival.kind[0] != Colour.RED, arrival.deadline, next_arrival))
            next_arrival += 1
        _, _, place = heappop(waiting)
        done = now + spans[place]
        heapreplace(free, done)
        if arrivals[place].counts:
            answered[place] = done
    return Simulation(answered, sum(spans))


class Outlook(NamedTuple):
    """The results of a team of some size over several simulations.

    Shares are of the waits that count: their mean by colour, and of all; `least` is the share of
    all in the worst simulation. None if there were no waits. `busy` is the share of the period's
    working time spent on work (more than 1: work continued after it), `longest` the mean over
    simulations of the longest wait, in ms.
    """

    people: int | None
    shares: Mapping[Colour, float | None]
    share: float | None
    least: float | None
    busy: float | None
    longest: Millis


@dataclass(frozen=True, slots=True)
class StaffingPeriod:
    """A period to simulate: its arrivals, working hours and handling times.

    `start` and `end` bound the period whose working time `busy` refers to. The simulations use
    the seeds from `seed` on.
    """

    arrivals: Sequence[Arrival]
    opening: WorkingHours
    spans: HandlingTimes
    start: Millis
    end: Millis
    seed: int = 1
    playings: int = 10

    def outlook(self, people: int | None) -> Outlook:
        """The outlook of a team of this size; None: unlimited, which shows what is possible."""
        simulations = [
            simulate(self.arrivals, people, self.opening, self.spans.draw(Random(self.seed + n)))
            for n in range(self.playings)
        ]
        shares = [simulation.share(self.arrivals) for simulation in simulations]
        known_shares = [share for share in shares if share is not None]
        room = self.opening.between(self.start, self.end) * (people or 0)
        longest = [
            max(
                (done - arrival.began
                 for arrival, done in zip(self.arrivals, simulation.answered, strict=True)
                 if done is not None),
                default=0,
            )
            for simulation in simulations
        ]  # fmt: skip
        return Outlook(
            people,
            {
                colour: _mean(
                    [simulation.share(self.arrivals, colour) for simulation in simulations]
                )
                for colour in Colour
            },
            _mean(shares),
            min(known_shares) if known_shares else None,
            sum(simulation.worked for simulation in simulations) / len(simulations) / room
            if room
            else None,
            round(sum(longest) / len(longest)),
        )

    def smallest(self, wanted: float, most: int) -> Outlook | None:
        """The smallest team, of at most `most` people, that reaches the share in every colour.

        None if no such team does. Larger teams are not worse, apart from chance, so a binary
        search is used.
        """
        ceiling = self.outlook(None)
        if not _reaches(ceiling, wanted):
            return None
        low, high, best = 1, 1, None
        while best is None:
            outlook = self.outlook(high)
            if _reaches(outlook, wanted):
                best = outlook
            elif high >= most:
                return None
            else:
                low, high = high + 1, min(most, high * 2)
        while low < high:
            middle = (low + high) // 2
            outlook = self.outlook(middle)
            if _reaches(outlook, wanted):
                best, high = outlook, middle
            else:
                low = middle + 1
        return best


def _reaches(outlook: Outlook, wanted: float) -> bool:
    return all(share is None or share >= wanted for share in outlook.shares.values())


def _mean(shares: Sequence[float | None]) -> float | None:
    known = [share for share in shares if share is not None]
    return sum(known) / len(known) if known else None


def erlang_wait(arriving: float, span: float, people: int) -> tuple[float, float]:
    """The probability of having to wait, and the mean waiting time.

    For Poisson arrivals (`arriving` per unit of time), exponential handling times of this mean and
    so many people: Erlang's C formula by the recursion of B (A. K. Erlang, 1917; as in
    L. Kleinrock, Queueing Systems I, 3.5). Infinite if the work exceeds what the people can do.
    """
    load = arriving * span
    if load >= people:
        return 1.0, inf
    lost = 1.0
    for n in range(1, people + 1):
        lost = load * lost / (n + load * lost)
    waits = people * lost / (people - load * (1 - lost))
    return waits, waits * span / (people - load)
