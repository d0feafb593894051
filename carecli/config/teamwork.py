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
    """A team, responsible for a colour or a topic."""

    title: str = ""
    """The name shown on screen. The default is the team's key."""

    assign: Strategy = Strategy.MANUAL
    """How unassigned threads are assigned: `manual` leaves it to people, `round_robin` assigns to
    each person in turn, `least_load` to the person with the fewest waiting threads. Only people of
    the team who are on shift get threads."""

    address: tuple[str, ...] = ()
    """The mail addresses to which cases for this team are sent. The mails come from the mailbox
    with the role `cases`; its `senders` must list everybody who may answer."""

    language: Literal["", "en", "pl", "es"] = ""
    """The language of the mails to this team. The default is English."""

    cap: int = 0
    """The most waiting threads that one person is assigned. 0 means no limit."""


class ModeratorSettings(msgspec.Struct, frozen=True, kw_only=True):
    """One of the people who answer."""

    name: str = ""
    """The name that colleagues see, and that replaces `{moderator}` in a snippet. The default is
    the key."""

    user: str = ""
    """Their user name on the computer. The default is the key. If several users share a database,
    carecli recognises people by it."""

    role: Role = Role.MODERATOR
    """What they may do: `moderator` answers and decides; `lead` also splits work, changes rules and
    approves what rules propose; `specialist` does the same as a moderator, but only with threads of
    their teams; `read_only` can only look."""

    teams: tuple[str, ...] = ()
    """The keys of this moderator's teams. Threads assigned to a team are shown to all its
    people."""

    languages: tuple[str, ...] = ()
    """The languages this moderator writes, e.g. `[es, pl]`."""

    absent: tuple[AbsenceSettings, ...] = ()
    """When they are away."""


class AbsenceSettings(msgspec.Struct, frozen=True, kw_only=True):
    """A time when somebody is away."""

    since: Moment = msgspec.field(name="from")
    """The first day or minute, e.g. `2026-12-24`."""

    until: Moment
    """The day or minute they are back."""

    substitute: str = ""
    """The key of the moderator who gets their threads. Without one, the threads become
    unassigned."""


class EscalationSettings(msgspec.Struct, frozen=True, kw_only=True):
    """What happens when a given part of the time to a deadline has passed."""

    at: int
    """The part of the time in percent, e.g. 80; 100 is the deadline itself."""

    colours: tuple[Colour, ...] = ()
    """The colours it applies to. The default is all."""

    up: bool = False
    """Whether the colour is raised by one step: green to yellow, or yellow to red."""

    assign: str = ""
    """The key of the moderator to whom the thread is assigned."""

    team: str = ""
    """The key of the team to which it is assigned."""

    flag: bool = False
    """Whether the thread is flagged."""

    notify: tuple[str, ...] = ()
    """The keys of the moderators who are notified: the thread is added to their mentions, and they
    get an alert."""


class HookSettings(msgspec.Struct, frozen=True, kw_only=True):
    """A program or a web address that is notified of events; docs/hooks.md describes the JSON."""

    events: tuple[Event, ...]
    """The events it is notified of, e.g. `[recolour, escalate]`."""

    filter: str = ""
    """Only events of threads that match this filter at that time, e.g. `colour:red`."""

    run: tuple[str, ...] = ()
    """The program and its arguments. It gets the JSON on standard input. It is started without a
    shell."""

    url: str = ""
    """The web address to which the JSON is posted."""

    secret: SecretPlace | None = None
    """Where the secret is that signs the posted JSON, e.g. `env:HOOK_SECRET`. Without it, the JSON
    is not signed."""

    timeout: Duration = Duration(10 * SECOND)
    """How long it may take. After that it is stopped, and notified again later."""
