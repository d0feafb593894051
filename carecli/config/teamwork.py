"""Configuration of teams, roles, absences, assignment and escalation.

Like `config.model`: the paragraph under a field is the documentation of its key.
"""

from __future__ import annotations

from typing import Literal

import msgspec

from carecli.config.values import Duration, Moment, SecretPlace
from carecli.domain.model import SECOND, Colour
from carecli.domain.teamwork import Role, Strategy

Event = Literal[
    "message", "recolour", "assign", "reply", "done", "safety", "moderate", "flag", "label",
    "escalate", "note", "case",
]  # fmt: skip
"""What a hook can listen to: a new message of a contact, or a decision by its verb."""


class TeamSettings(msgspec.Struct, frozen=True, kw_only=True):
    """Who is responsible for a colour or a topic."""

    title: str = ""
    """The name shown on screen. Left out, the team's key is shown."""

    assign: Strategy = Strategy.MANUAL
    """Who gets what nobody has: `manual` leaves it to people, `round_robin` gives to each in turn,
    `least_load` to who has the least waiting. Only people of the team who are on now get any."""

    address: tuple[str, ...] = ()
    """The mail addresses at which the team is asked about cases. They are sent from the mailbox
    with the role `cases`, whose `senders` must name who may answer."""

    language: Literal["", "en", "pl", "es"] = ""
    """The language that cases are written to the team in. Left out, English."""

    cap: int = 0
    """How many waiting threads one person is given at most. 0: any number."""


class ModeratorSettings(msgspec.Struct, frozen=True, kw_only=True):
    """One of the people who answer."""

    name: str = ""
    """The name shown to colleagues and put in place of `{moderator}` in a snippet. Left out, the
    key is."""

    user: str = ""
    """The name of their user on the computer. Left out, it is the same as the key. Where several
    users share a database, this tells who somebody is."""

    role: Role = Role.MODERATOR
    """What they may do: `moderator` answers and decides; `lead` also splits, changes rules and
    approves what they want to do; `specialist` does what a moderator does, with threads of their
    teams only; `read_only` looks."""

    teams: tuple[str, ...] = ()
    """The teams this moderator belongs to, by key. What is assigned to a team waits for all of its
    people."""

    languages: tuple[str, ...] = ()
    """The languages this moderator writes, e.g. `[es, pl]`."""

    absent: tuple[AbsenceSettings, ...] = ()
    """When they are away."""


class AbsenceSettings(msgspec.Struct, frozen=True, kw_only=True):
    """A time in which somebody is away."""

    since: Moment = msgspec.field(name="from")
    """The first day or minute, e.g. `2026-12-24`."""

    until: Moment
    """The day or minute they are back."""

    substitute: str = ""
    """Who gets what they have, by key. Left out, it goes back to the pool."""


class EscalationSettings(msgspec.Struct, frozen=True, kw_only=True):
    """What is done when so much of the time to a deadline has passed."""

    at: int
    """How many percent of the time, e.g. 80; 100 is the deadline itself."""

    colours: tuple[Colour, ...] = ()
    """For which colours. Left out: all."""

    up: bool = False
    """Whether the colour is raised by one: green to yellow, yellow to red."""

    assign: str = ""
    """Who gets the thread, by key."""

    team: str = ""
    """Which team gets it, by key."""

    flag: bool = False
    """Whether it is flagged."""

    notify: tuple[str, ...] = ()
    """Who is asked to look, by key: it is in their queue of mentions, and their inbox alerts."""


class HookSettings(msgspec.Struct, frozen=True, kw_only=True):
    """A program or an address that is told when something happens; docs/hooks.md tells the JSON."""

    events: tuple[Event, ...]
    """What it is told of, e.g. `[recolour, escalate]`."""

    filter: str = ""
    """Only of threads that this filter holds for by then, e.g. `colour:red`."""

    run: tuple[str, ...] = ()
    """The program and its arguments; it gets the JSON on standard input. No shell is asked."""

    url: str = ""
    """The address that the JSON is posted to."""

    secret: SecretPlace | None = None
    """Where the word is that signs what is posted, e.g. `env:HOOK_SECRET`. Left out: unsigned."""

    timeout: Duration = Duration(10 * SECOND)
    """How long it may take; then it is ended, and told again later."""
