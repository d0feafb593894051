"""Team automation: escalation, late cases, assignment in turn, absences.

Each is a decision like a person's, under a name of its own, and can be undone. The engine does
this again and again, beside.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from sqlite3 import Connection

from carecli.desk.commands.unit_of_work import UnitOfWork
from carecli.desk.context import Abilities, DeskContext
from carecli.desk.replies.snippet_library import Library
from carecli.domain.commands import Assign, Command, Escalate, Flag, Recolour
from carecli.domain.model import HOUR, Actor, Colour, Millis, ThreadId
from carecli.domain.teamwork import (
    Absence,
    EscalationStep,
    Strategy,
    current_absences,
    distribute,
    next_higher_colour,
    substitute_for,
)
from carecli.jobs.case_reminders import remind
from carecli.store import cases as stored_cases
from carecli.store import feed, presence, settings, teamwork
from carecli.store.db import Database
from carecli.store.derive import refresh
from carecli.store.policies import Policies
from carecli.store.teamwork import Late

ESCALATING = "escalating_since"
"""The setting that tells when escalation was switched on."""

TURN = "turn:"
"""The setting that tells who of a team got something last, followed by the team."""

AT_ONCE = 200
"""Threads taken in one transaction."""

GIVEN_BACK = 12 * HOUR
"""For so long nobody is given again what they gave back, or what was undone from them."""


@dataclass(frozen=True, slots=True)
class TurnOrder:
    """How a team's threads are shared out, and who belongs to it."""

    team: str
    strategy: Strategy
    people: Sequence[str]
    cap: int = 0


@dataclass(slots=True)
class TeamAutomation:
    """Escalates, shares out and lets people stand in; one for a database."""

    context: DeskContext
    steps: Sequence[EscalationStep] = ()
    turns: Sequence[TurnOrder] = ()
    absences: Sequence[Absence] = ()

    def look(self, database: Database) -> int:
        """Do what is due now, each thread by itself; how many threads that was."""
        now = self.context.clock()
        done = self._escalate(database, now) + self._remind(database, now)
        return done + self._stand_in(database, now) + self._share(database, now)

    def _escalate(self, database: Database, now: Millis) -> int:
        if not self.steps:
            return 0
        since = self._since(database, now)
        done = 0
        for step in sorted(self.steps, key=lambda one: one.percent):
            with database.read() as db:
                late = teamwork.due(db, step, since, now, AT_ONCE)
            if late:
                with database.write() as db:
                    done += self._take(db, step, late, now)
        return done

    def _remind(self, database: Database, now: Millis) -> int:
        """Tell of cases whose answer is late, each once."""
        with database.read() as db:
            late = stored_cases.late(db, now, AT_ONCE)
        absent = current_absences(self.absences, now)
        for case in late:
            with database.write() as db:
                unit = self._unit(db, Actor("case", case.team), now)
                remind(unit, case, lambda name: substitute_for(name, absent))
                self._finish(unit)
        return len(late)

    def _since(self, database: Database, now: Millis) -> Millis:
        told = settings.get(database.connection, ESCALATING)
        if told:
            return int(told)
        with database.write() as db:
            settings.put(db, ESCALATING, str(now))
        return now

    def _take(self, db: Connection, step: EscalationStep, late: Sequence[Late], now: Millis) -> int:
        by = Actor("escalation", f"{step.percent}%")
        absent = current_absences(self.absences, now)
        asked = tuple(who for one in step.notify if (who := substitute_for(one, absent)))
        for one in late:
            here = ThreadId(one.thread)
            commands: list[Command] = [Escalate(here, step.percent, asked)]
            colour = Colour(one.colour)
            if step.up and next_higher_colour(colour) is not colour:
                commands.append(Recolour(here, next_higher_colour(colour)))
            assignee = step.assignee if self.context.can_work(step.assignee) else ""
            if assignee or step.team:
                team = step.team or teamwork.team_given(db, here)
                commands.append(Assign(here, assignee, team))
            if step.flag or assignee != step.assignee:
                commands.append(Flag(here))
            teamwork.taken(db, one, step.percent, now)
            self._do(db, commands, by, now)
        return len(late)

    def _stand_in(self, database: Database, now: Millis) -> int:
        absent = current_absences(self.absences, now)
        unable = [name for name in self.context.people if not self.context.can_work(name)]
        done = 0
        for person in dict.fromkeys([*absent, *unable]):
            with database.read() as db:
                threads = teamwork.waiting_of(db, person, AT_ONCE)
            if threads:
                to = substitute_for(person, absent)
                to = to if self.context.can_work(to) else ""
                with database.write() as db:
                    for thread in threads:
                        given = Assign(ThreadId(thread), to, teamwork.team_given(db, thread))
                        self._do(db, [given], Actor("absence", person), now)
                done += len(threads)
        return done

    def _share(self, database: Database, now: Millis) -> int:
        absent = current_absences(self.absences, now)
        done = 0
        for turn in self.turns:
            if turn.strategy is Strategy.MANUAL:
                continue
            with database.read() as db:
                if not teamwork.has_nobodys(db, turn.team):
                    continue
                here = {one.moderator for one in presence.present(db, now)}
                people = [
                    name
                    for name in turn.people
                    if name in here and name not in absent and self.context.can_work(name)
                ]
                if not people:
                    continue
                threads = teamwork.nobodys(db, turn.team, now - GIVEN_BACK, AT_ONCE)
                loads = teamwork.loads(db, people)
                last = settings.get(db, TURN + turn.team)
            given = distribute(
                [*threads], loads, turn.strategy, cap=turn.cap, last=last, but=threads
            )
            if given:
                by = Actor("turns", turn.team)
                with database.write() as db:
                    settings.put(db, TURN + turn.team, given[-1][1])
                    for thread, to in given:
                        gets = Assign(ThreadId(thread), to, teamwork.team_given(db, thread))
                        self._do(db, [gets], by, now)
                done += len(given)
        return done

    def _do(self, db: Connection, commands: Sequence[Command], by: Actor, now: Millis) -> None:
        unit = self._unit(db, by, now)
        unit.do_all(commands)
        self._finish(unit)

    def _unit(self, db: Connection, by: Actor, now: Millis) -> UnitOfWork:
        return UnitOfWork(db, self.context, Abilities(self.context), Library(self.context), by, now)

    def _finish(self, unit: UnitOfWork) -> None:
        if unit.touched:
            refresh(unit.db, unit.touched, unit.now, Policies(unit.db))
            feed.announce(unit.db, unit.touched)


def turns_of(
    teams: Mapping[str, tuple[Strategy, int]], people: Mapping[str, Sequence[str]]
) -> list[TurnOrder]:
    """Turns from what teams say and which teams people belong to."""
    return [
        TurnOrder(team, strategy, [name for name, own in people.items() if team in own], cap)
        for team, (strategy, cap) in teams.items()
    ]
