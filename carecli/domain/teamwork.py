"""Roles and what they allow, turns, and when a wait is escalated."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType

from carecli.domain.model import Colour, Millis


class Role(StrEnum):
    """What somebody may do."""

    MODERATOR = "moderator"
    LEAD = "lead"
    SPECIALIST = "specialist"
    READ_ONLY = "read_only"

    @property
    def may_decide(self) -> bool:
        """Whether they may decide and answer at all."""
        return self is not Role.READ_ONLY

    @property
    def may_lead(self) -> bool:
        """Whether they may split a backlog, change how far rules are trusted, and approve."""
        return self is Role.LEAD

    @property
    def sees_own_only(self) -> bool:
        """Whether they see the threads of their teams, and their own, only."""
        return self is Role.SPECIALIST


class Strategy(StrEnum):
    """Who gets what nobody has."""

    MANUAL = "manual"
    ROUND_ROBIN = "round_robin"
    LEAST_LOAD = "least_load"


def distribute(
    threads: Sequence[int],
    loads: Mapping[str, int],
    strategy: Strategy,
    *,
    cap: int = 0,
    last: str = "",
    but: Mapping[int, str] = MappingProxyType({}),
) -> list[tuple[int, str]]:
    """Who gets which thread, in the threads' order.

    `loads` are the people who may get any, with how many waiting threads they have; `cap` how
    many they may have, 0 for any number; `last` who got one last, so that turns go on from there.
    `but` tells who shall not get a thread.
    """
    held = dict(sorted(loads.items()))
    given: list[tuple[int, str]] = []
    for thread in () if strategy is Strategy.MANUAL else threads:
        free = [name for name, n in held.items() if not cap or n < cap]
        if not free:
            break
        free = [name for name in free if name != but.get(thread)]
        if not free:
            continue
        if strategy is Strategy.ROUND_ROBIN:
            person = next((name for name in free if name > last), free[0])
        else:
            person = min(free, key=lambda name: (held[name], name))
        held[person] += 1
        last = person
        given.append((thread, person))
    return given


@dataclass(frozen=True, slots=True)
class EscalationStep:
    """What is done once so many percent of the time from a wait's start to its deadline passed."""

    percent: int
    colours: frozenset[Colour] = frozenset()
    up: bool = False
    assignee: str = ""
    team: str = ""
    flag: bool = False
    notify: tuple[str, ...] = ()

    def moment(self, started_at: Millis, deadline: Millis) -> Millis:
        """When it is due."""
        return started_at + (deadline - started_at) * self.percent // 100


def next_higher_colour(colour: Colour) -> Colour:
    """The colour one higher; red stays red."""
    return Colour.YELLOW if colour is Colour.GREEN else Colour.RED


@dataclass(frozen=True, slots=True)
class Absence:
    """A time in which somebody is away, and who stands in; empty: nobody."""

    person: str
    since: Millis
    until: Millis
    substitute: str = ""


def current_absences(absences: Iterable[Absence], now: Millis) -> dict[str, Absence]:
    """Who is away now."""
    return {absence.person: absence for absence in absences if absence.since <= now < absence.until}


def substitute_for(person: str, absent: Mapping[str, Absence]) -> str:
    """Who does somebody's work now, through substitutes of substitutes; empty: nobody."""
    seen: set[str] = set()
    while person in absent and person not in seen:
        seen.add(person)
        person = absent[person].substitute
    return "" if person in absent else person
