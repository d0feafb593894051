"""Roles and their rights, distribution of threads, escalation, and absences."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType

from carecli.domain.model import Colour, Millis


class Role(StrEnum):
    """A moderator's role, which determines their rights."""

    MODERATOR = "moderator"
    LEAD = "lead"
    SPECIALIST = "specialist"
    READ_ONLY = "read_only"

    @property
    def may_decide(self) -> bool:
        """Whether they may take decisions and answer."""
        return self is not Role.READ_ONLY

    @property
    def may_lead(self) -> bool:
        """Whether they may split a backlog, change how far rules are trusted, and approve."""
        return self is Role.LEAD

    @property
    def sees_own_only(self) -> bool:
        """Whether they see only their own threads and those of their teams."""
        return self is Role.SPECIALIST


class Strategy(StrEnum):
    """How threads without an assignee are distributed."""

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
    """Assign threads to people; returns (thread, person) in the threads' order.

    `loads` are the people who may get threads, with how many waiting threads they have; `cap` is
    how many they may have, 0: any number; `last` is who got one last, for the round robin. `but`
    is who must not get a thread, by thread.
    """
    load_of = dict(sorted(loads.items()))
    assignments: list[tuple[int, str]] = []
    for thread in () if strategy is Strategy.MANUAL else threads:
        free = [name for name, n in load_of.items() if not cap or n < cap]
        if not free:
            break
        free = [name for name in free if name != but.get(thread)]
        if not free:
            continue
        if strategy is Strategy.ROUND_ROBIN:
            person = next((name for name in free if name > last), free[0])
        else:
            person = min(free, key=lambda name: (load_of[name], name))
        load_of[person] += 1
        last = person
        assignments.append((thread, person))
    return assignments


@dataclass(frozen=True, slots=True)
class EscalationStep:
    """What to do when so many percent of the time from a wait's start to its deadline passed."""

    percent: int
    colours: frozenset[Colour] = frozenset()
    up: bool = False
    assignee: str = ""
    team: str = ""
    flag: bool = False
    notify: tuple[str, ...] = ()

    def moment(self, started_at: Millis, deadline: Millis) -> Millis:
        """The moment at which the step is due."""
        return started_at + (deadline - started_at) * self.percent // 100


def next_higher_colour(colour: Colour) -> Colour:
    """The next higher colour; red stays red."""
    return Colour.YELLOW if colour is Colour.GREEN else Colour.RED


@dataclass(frozen=True, slots=True)
class Absence:
    """A time in which a person is away, and their substitute ('' for nobody)."""

    person: str
    since: Millis
    until: Millis
    substitute: str = ""


def current_absences(absences: Iterable[Absence], now: Millis) -> dict[str, Absence]:
    """The people who are away now, with their absences."""
    return {absence.person: absence for absence in absences if absence.since <= now < absence.until}


def substitute_for(person: str, absent: Mapping[str, Absence]) -> str:
    """Who substitutes for a person now, following substitutes who are absent too; '': nobody."""
    seen: set[str] = set()
    while person in absent and person not in seen:
        seen.add(person)
        person = absent[person].substitute
    return "" if person in absent else person
