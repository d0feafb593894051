"""What the desk knows from the configuration and the system; made by `boot`."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from carecli.domain.capabilities import Capabilities
from carecli.domain.errors import CareError, Refusal
from carecli.domain.model import SECOND, Colour, Millis
from carecli.domain.queue import DEFAULT_ORDER, QueueOrder
from carecli.domain.teamwork import Role
from carecli.domain.text import one_line
from carecli.i18n import N_, _
from carecli.store.filter_sql import Asking
from carecli.store.scope import Scope
from carecli.store.views import SavedView

if TYPE_CHECKING:
    from carecli.desk.rules.rulebook import Rulebook
    from carecli.domain.competition import Profile

UNKNOWN_CHANNEL = Capabilities(
    can_reply=False, note=N_("This channel is no longer in the configuration.")
)
"""What can be done on a channel that left the configuration: nothing."""


@dataclass(frozen=True, slots=True)
class CaseMailbox:
    """Where questions to a team go: a mailbox by its channel, and how soon it answers (ms).

    `language` is the one the team is written to in; `to` are its addresses, where they are not
    those of the mailbox itself.
    """

    channel: str
    within: Millis
    language: str = "en"
    to: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Guidance:
    """The kind of response a colour asks for.

    `text` is a sentence for whoever writes, `snippets` the names of saved replies that are offered
    first, `is_private` whether a reply begins as a private one where that is possible.
    """

    text: str = ""
    snippets: tuple[str, ...] = ()
    is_private: bool = False


@dataclass(frozen=True, slots=True)
class ThreadDefaults:
    """What a channel decides about each new thread."""

    colour: Colour | None
    raises_safety: bool


@dataclass(frozen=True, slots=True)
class DeskContext:
    """Who works here, by which rules.

    `capabilities` tells what a channel (by key) can do; it may raise KeyError or CareError for
    one it does not know, and is asked once a channel. `people`, `brands`, `teams` and `themes` map
    keys to shown names; `languages` maps channels to the language mostly written there, `spoken` to
    it and all others that are written there, if these are known. `snippets` are
    folders of saved replies; the first that has a name wins, and new ones are written into the
    first. `cards` are folders of product cards. `views` are those of the configuration. `roles`
    are what people may do, `own_teams` the teams of `me`, and `team_people` who belongs to each
    team, where anybody is configured to. `grace` is
    how long a reply waits before it leaves, `public_gap` how far apart the public replies of one
    batch leave on a channel, both in ms. `handovers` is the folder
    handovers are written into, `reports` the one for reports that are exported on the screen,
    `report_notes` the one with our own words about a month.
    `pictures` is the folder fetched pictures are kept in, `fetch` what
    fetches one by its address; without them none are shown. `rulebook` reads the rules once they
    are asked for. `case_desks` are by team, `openings` by channel, `guidance` by colour. `profiles`
    are the public ones that are followed: competitors', and ours beside them. `is_outdated` tells
    whether the configuration was changed since this was made, `engine_failure` why the engine that
    was started here has ended ('' while it runs).
    """

    me: str
    clock: Callable[[], Millis]
    capabilities: Callable[[str], Capabilities]
    zone: str = "UTC"
    grace: Millis = 5 * SECOND
    public_gap: Millis = 10 * SECOND
    order: QueueOrder = DEFAULT_ORDER
    people: Mapping[str, str] = field(default_factory=dict)
    brands: Mapping[str, str] = field(default_factory=dict)
    teams: Mapping[str, str] = field(default_factory=dict)
    languages: Mapping[str, str] = field(default_factory=dict)
    spoken: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    snippets: Sequence[Path] = ()
    cards: Sequence[Path] = ()
    views: Sequence[SavedView] = ()
    roles: Mapping[str, Role] = field(default_factory=dict)
    own_teams: Sequence[str] = ()
    team_people: Mapping[str, Sequence[str]] = field(default_factory=dict)
    pictures: Path | None = None
    fetch: Callable[[str], bytes] | None = None
    handovers: Path | None = None
    reports: Path | None = None
    report_notes: Path | None = None
    case_desks: Mapping[str, CaseMailbox] = field(default_factory=dict)
    openings: Mapping[str, ThreadDefaults] = field(default_factory=dict)
    guidance: Mapping[Colour, Guidance] = field(default_factory=dict)
    rulebook: Callable[[], Rulebook] | None = None
    profiles: Sequence[Profile] = ()
    themes: Mapping[str, str] = field(default_factory=dict)
    accounts: frozenset[str] = frozenset()
    is_outdated: Callable[[], bool] = bool
    engine_failure: Callable[[], str] = str

    def name_of(self, moderator: str) -> str:
        """How colleagues know a moderator."""
        return self.people.get(moderator) or moderator

    @property
    def role(self) -> Role:
        """What `me` may do."""
        return self.roles.get(self.me, Role.MODERATOR)

    @property
    def visible_teams(self) -> Sequence[str] | None:
        """The teams whose threads are shown, beside one's own threads; None: all of them."""
        return self.own_teams if self.role.sees_own_only else None

    def asking(self, brand: str = "") -> Asking:
        """What a filter means when `me` asks now."""
        return Asking(self.me, self.clock(), self.zone, brand, self.visible_teams)

    def scope(self, channels: Sequence[int] | None = None) -> Scope:
        """What is counted for `me`, on some channels or all."""
        return Scope(channels, self.visible_teams, self.me)

    def check_may_decide(self) -> None:
        """Whether `me` may change anything; raises Refusal.

        Where moderators are configured, nobody else may: what they did would be nobody's.
        """
        if self.people and self.me not in self.people:
            raise Refusal(
                _("You are not one of the moderators: {name!r}.").format(
                    name=one_line(self.me, 80)
                ),
                hint=_("Moderators: {names}. Set who you are with `me` or CARECLI_ME.").format(
                    names=", ".join(self.people)
                ),
            )
        if not self.role.may_decide:
            raise Refusal(_("You have read-only access."), hint=_("A lead can change that."))

    def check_may_lead(self) -> None:
        """Whether `me` may do what is a lead's, where the configuration has leads; or Refusal."""
        self.check_may_decide()
        if Role.LEAD in self.roles.values() and not self.role.may_lead:
            leads = [self.name_of(one) for one, role in self.roles.items() if role.may_lead]
            raise Refusal(
                _("Only a lead can do that."),
                hint=_("Ask {people}.").format(people=", ".join(leads)),
            )

    def check_person(self, name: str) -> None:
        """Whether work can be given to somebody of this name; raises Refusal.

        Where moderators are configured it is one of them, since a misspelt name would hide its
        threads, and nobody who may only look.
        """
        _check_known(_("There is no moderator {name!r}."), name, self.people)
        if not self.roles.get(name, Role.MODERATOR).may_decide:
            raise Refusal(
                _("{name} has read-only access, so nothing can be assigned to them.").format(
                    name=one_line(self.name_of(name), 80)
                ),
                hint=_("Available: {names}.").format(names=", ".join(self.workers) or "-"),
            )

    def check_team(self, name: str) -> None:
        """Likewise for a team: it is there, and not everybody in it may only look."""
        _check_known(_("There is no team {name!r}."), name, self.teams)
        people = self.team_people.get(name, ())
        if people and not any(self.can_work(one) for one in people):
            raise Refusal(
                _("Everyone in the team {name} has read-only access.").format(
                    name=one_line(self.teams.get(name) or name, 80)
                ),
                hint=_("Choose another team."),
            )

    def can_work(self, name: str) -> bool:
        """Whether work can be given to somebody: what `check_person` refuses is False."""
        try:
            self.check_person(name)
        except Refusal:
            return False
        return True

    def can_take(self, team: str) -> bool:
        """Whether work can be given to a team: what `check_team` refuses is False."""
        try:
            self.check_team(team)
        except Refusal:
            return False
        return True

    @property
    def workers(self) -> Sequence[str]:
        """The configured moderators who may do more than look, in the configuration's order."""
        return [one for one in self.people if self.roles.get(one, Role.MODERATOR).may_decide]


def _check_known(said: str, name: str, known: Mapping[str, str]) -> None:
    if not known or name in known:
        return
    from difflib import get_close_matches

    near = get_close_matches(name, known, 1)
    raise Refusal(
        said.format(name=one_line(name, 80)),
        hint=_("Did you mean {name}?").format(name=near[0])
        if near
        else _("Available: {names}.").format(names=", ".join(known)),
    )


class Abilities:
    """Each channel's capabilities, asked for once."""

    def __init__(self, context: DeskContext) -> None:
        self._ask = context.capabilities
        self._known: dict[str, Capabilities] = {}

    def of(self, channel: str) -> Capabilities:
        """What a channel can do."""
        found = self._known.get(channel)
        if found is None:
            try:
                found = self._ask(channel)
            except (KeyError, CareError):
                found = UNKNOWN_CHANNEL
            self._known[channel] = found
        return found
