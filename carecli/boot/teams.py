"""Sets up team automation from the configuration: turns, absences, escalation, hooks."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import closing
from functools import partial

from msgspec import Struct

from carecli.boot.inbox import context
from carecli.boot.setup import Setup, now
from carecli.config import HookSettings
from carecli.config.values import SecretPlace, millis
from carecli.domain.errors import CareError
from carecli.domain.filter import parse_filter
from carecli.domain.model import ThreadId
from carecli.domain.teamwork import Absence, EscalationStep
from carecli.jobs.hooks import HookFailed, HookTarget, look, run_program
from carecli.jobs.team_automation import TeamAutomation, turns_of
from carecli.secrets import fetch
from carecli.store.db import Database
from carecli.store.filter_sql import Asking
from carecli.store.threads import keep


def team_automation(setup: Setup) -> TeamAutomation | None:
    """Automatic assignment and escalation; None if the configuration has none."""
    config = setup.config
    steps = [
        EscalationStep(
            step.at,
            frozenset(step.colours),
            step.up,
            step.assign,
            step.team,
            step.flag,
            step.notify,
        )
        for step in config.escalation
    ]
    turns = turns_of(
        {key: (team.assign, team.cap) for key, team in config.teams.items()},
        {key: person.teams for key, person in config.moderators.items() if person.role.may_decide},
    )
    absences = [
        Absence(
            key,
            millis(absence.since, setup.zone),
            millis(absence.until, setup.zone),
            absence.substitute,
        )
        for key, person in config.moderators.items()
        for absence in person.absent
    ]
    turns = [turn for turn in turns if turn.strategy != "manual"]
    desk_context = context(setup)
    has_observers = len(desk_context.people) > len(desk_context.workers)
    if not (steps or turns or absences or has_observers or desk_context.case_desks):
        return None
    return TeamAutomation(desk_context, steps, turns, absences)


def call_hook(hook: HookTarget, database: Database) -> None:
    """Call a hook with what is new."""
    look(database, hook, now())


def hooks_of(setup: Setup) -> list[HookTarget]:
    """The hooks of the configuration; raises SecretMissing."""
    return [_hook(setup, name, settings) for name, settings in setup.config.hooks.items()]


def _hook(setup: Setup, name: str, settings: HookSettings) -> HookTarget:
    seconds = settings.timeout / 1000
    secret = fetch(settings.secret, f"hook {name}").reveal() if settings.secret is not None else ""
    hidden = frozenset(_secret_variables(setup.config))

    def tell(payload: Mapping[str, object]) -> None:
        if settings.run:
            run_program(settings.run, seconds, payload, hidden)
        if settings.url:
            from carecli.platforms.hook_calls import post_json

            try:
                post_json(settings.url, payload, timeout=seconds, secret=secret)
            except CareError as error:
                raise HookFailed(error.what) from error

    matches = partial(_matches, setup, settings.filter) if settings.filter else lambda _thread: True
    return HookTarget(name, settings.events, tell, matches)


def _secret_variables(part: object) -> Iterator[str]:
    """The environment variables that the configuration, or a part of it, names for secrets."""
    if isinstance(part, SecretPlace):
        if part.kind == "env":
            yield part.name
    elif isinstance(part, Struct):
        for name in part.__struct_fields__:
            yield from _secret_variables(getattr(part, name))
    elif isinstance(part, Mapping):
        for inner in part.values():
            yield from _secret_variables(inner)
    elif isinstance(part, tuple | list):
        for inner in part:
            yield from _secret_variables(inner)


def _matches(setup: Setup, filter_text: str, thread: ThreadId) -> bool:
    """Whether a thread matches a filter now."""
    with closing(Database(setup.database)) as database:
        asking = Asking(setup.me, now(), setup.zone)
        return bool(keep(database.connection, parse_filter(filter_text), asking, [thread]))
