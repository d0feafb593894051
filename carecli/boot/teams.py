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


def sharing(setup: Setup) -> TeamAutomation | None:
    """What happens by itself among people; None when the configuration wants nothing of it."""
    config = setup.config
    steps = [
        EscalationStep(
            one.at, frozenset(one.colours), one.up, one.assign, one.team, one.flag, one.notify
        )
        for one in config.escalation
    ]
    turns = turns_of(
        {key: (team.assign, team.cap) for key, team in config.teams.items()},
        {key: one.teams for key, one in config.moderators.items() if one.role.may_decide},
    )
    absences = [
        Absence(key, millis(one.since, setup.zone), millis(one.until, setup.zone), one.substitute)
        for key, person in config.moderators.items()
        for one in person.absent
    ]
    turns = [one for one in turns if one.strategy != "manual"]
    here = context(setup)
    lookers = len(here.people) > len(here.workers)
    if not (steps or turns or absences or lookers or here.case_desks):
        return None
    return TeamAutomation(here, steps, turns, absences)


def tell_hook(hook: HookTarget, database: Database) -> None:
    """Tell a hook what is new."""
    look(database, hook, now())


def hooks_of(setup: Setup) -> list[HookTarget]:
    """The hooks of the configuration; raises SecretMissing."""
    return [_hook(setup, name, one) for name, one in setup.config.hooks.items()]


def _hook(setup: Setup, name: str, one: HookSettings) -> HookTarget:
    seconds = one.timeout / 1000
    secret = fetch(one.secret, f"hook {name}").reveal() if one.secret is not None else ""
    hidden = frozenset(_secret_variables(setup.config))

    def tell(told: Mapping[str, object]) -> None:
        if one.run:
            run_program(one.run, seconds, told, hidden)
        if one.url:
            from carecli.platforms.hook_calls import post_json

            try:
                post_json(one.url, told, timeout=seconds, secret=secret)
            except CareError as error:
                raise HookFailed(error.what) from error

    matches = partial(_matches, setup, one.filter) if one.filter else lambda _thread: True
    return HookTarget(name, one.events, tell, matches)


def _secret_variables(part: object) -> Iterator[str]:
    """The variables in which the configuration, or a part of it, says that secrets are."""
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
    """Whether a filter holds for a thread now, whoever the engine runs as."""
    with closing(Database(setup.database)) as database:
        asking = Asking(setup.me, now(), setup.zone)
        return bool(keep(database.connection, parse_filter(filter_text), asking, [thread]))
