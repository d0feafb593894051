"""Auto-moderation rules: when a rule applies, what it looks for, what it does.

`matching` finds the words in a text and the desk checks whether an action is allowed. Rules give
way to, in this order: a person's decision, the allow list, the safety flag, the colour red; then
rules apply from top to bottom.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from hashlib import sha256
from zoneinfo import ZoneInfo

from carecli.domain.model import Colour, ContactPoint, Millis
from carecli.i18n import N_


class Tier(StrEnum):
    """How far an action reaches, and so how freely a rule may do it."""

    LOCAL = "local"
    """Nobody outside sees it: done at once."""
    REVERSIBLE = "reversible"
    """Visible on the platform but reversible: done within the rule's hourly cap."""
    IRREVERSIBLE = "irreversible"
    """Final or serious: waits for a person's approval unless the rule is `unattended`."""


class DeedKind(StrEnum):
    """The actions of a rule; the values are the keys under `then`."""

    COLOUR = "colour"
    LABEL = "label"
    TEAM = "team"
    ASSIGN = "assign"
    FLAG = "flag"
    SAFETY = "safety"
    SENTIMENT = "sentiment"
    STAGE = "stage"
    THEME = "theme"
    NOTE = "note"
    DONE = "done"
    LIKE = "like"
    HIDE = "hide"
    DELETE = "delete"
    BLOCK = "block"
    """Blocks the author of the message."""
    CASE = "case"
    REPLY = "reply"
    PRIVATE = "private"

    @property
    def tier(self) -> Tier:
        """The tier of this action."""
        if self in (DeedKind.LIKE, DeedKind.HIDE):
            return Tier.REVERSIBLE
        if self in (DeedKind.DELETE, DeedKind.BLOCK, DeedKind.CASE) or self.is_answer:
            return Tier.IRREVERSIBLE
        return Tier.LOCAL

    @property
    def is_answer(self) -> bool:
        """Whether it sends a text to the contact."""
        return self in (DeedKind.REPLY, DeedKind.PRIVATE)

    @property
    def is_code(self) -> bool:
        """Whether it codes the message (sentiment, stage or theme)."""
        return self in (DeedKind.SENTIMENT, DeedKind.STAGE, DeedKind.THEME)

    @property
    def takes_all(self) -> bool:
        """Whether all of its values apply; of other actions one value is picked at random."""
        return self in (DeedKind.LABEL, DeedKind.THEME)

    @property
    def spares_red(self) -> bool:
        """Whether it is never done on a red or safety-flagged thread."""
        spared = (DeedKind.HIDE, DeedKind.DELETE, DeedKind.BLOCK, DeedKind.DONE)
        return self.is_answer or self in spared


CAPS: Mapping[DeedKind, int] = {
    DeedKind.HIDE: 30,
    DeedKind.LIKE: 60,
    DeedKind.DELETE: 30,
    DeedKind.BLOCK: 10,
    DeedKind.CASE: 30,
    DeedKind.REPLY: 30,
    DeedKind.PRIVATE: 60,
}
"""Default number of actions a rule may do in an hour; more wait for a person's approval."""


@dataclass(frozen=True, slots=True)
class RuleAction:
    """One action. `values` are its arguments (text variants, labels, a colour); may be empty."""

    kind: DeedKind
    values: tuple[str, ...] = ()

    def value(self, chance: int) -> str:
        """One of the variants, picked by a random number; '' if there are none."""
        return self.values[chance % len(self.values)] if self.values else ""


@dataclass(frozen=True, slots=True)
class Hours:
    """Part of a day in minutes since midnight, end excluded; may pass midnight: `22:00-06:00`."""

    start: int
    end: int

    def hold(self, minute: int) -> bool:
        """Whether a minute of the day lies within these hours."""
        if self.start < self.end:
            return self.start <= minute < self.end
        return minute >= self.start or minute < self.end


@dataclass(frozen=True, slots=True)
class When:
    """Where and when a rule applies; empty fields do not limit it."""

    points: frozenset[ContactPoint] = frozenset()
    channels: frozenset[str] = frozenset()
    brands: frozenset[str] = frozenset()
    posts: frozenset[str] = frozenset()
    campaigns: frozenset[str] = frozenset()
    days: frozenset[int] = frozenset()
    """Weekdays, Monday 0."""
    hours: tuple[Hours, ...] = ()
    since: Millis | None = None
    until: Millis | None = None


@dataclass(frozen=True, slots=True)
class Condition:
    """What a message must match: all the fields given, `every` condition, one of `any`, no `none`.

    One term of `words` or `lists` is enough; of `patterns`, `has`, `languages`, `colours`,
    `labels` and `authors` one value each.
    """

    words: tuple[str, ...] = ()
    lists: tuple[str, ...] = ()
    patterns: tuple[str, ...] = ()
    has: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    colours: tuple[str, ...] = ()
    labels: tuple[str, ...] = ()
    authors: tuple[str, ...] = ()
    filter: str = ""
    """A filter that the thread must match; empty: any thread."""
    every: tuple[Condition, ...] = ()
    any: tuple[Condition, ...] = ()
    none: tuple[Condition, ...] = ()

    @property
    def is_words_only(self) -> bool:
        """Whether it has no fields but `words` and `lists`."""
        return self == Condition(words=self.words, lists=self.lists)

    def parts(self) -> Iterable[Condition]:
        """This condition and all nested ones."""
        yield self
        for condition in (*self.every, *self.any, *self.none):
            yield from condition.parts()

    def used_lists(self) -> Iterable[str]:
        """Names of the word lists used here and in nested conditions."""
        for part in self.parts():
            yield from part.lists


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule of a rule file. `expected` is the share of messages it should match."""

    name: str
    title: str
    when: When
    condition: Condition
    deeds: tuple[RuleAction, ...]
    answers: bool = False
    unattended: bool = False
    quiet: tuple[Hours, ...] = ()
    caps: Mapping[DeedKind, int] = field(default_factory=dict)
    expected: float | None = None
    hits: tuple[str, ...] = ()
    misses: tuple[str, ...] = ()
    file: str = ""
    line: int = 0

    def cap(self, kind: DeedKind) -> int | None:
        """How many actions of this kind it may do in an hour; None: any number."""
        return self.caps.get(kind, CAPS.get(kind))

    def version(self, lists: Mapping[str, str]) -> str:
        """A hash of everything that determines what it does; `lists` are versions of word lists."""
        used = sorted(set(self.condition.used_lists()))
        content = repr(
            (
                *(
                    _stable_scope(self.when),
                    self.condition,
                    self.deeds,
                    self.answers,
                    self.unattended,
                ),
                *(self.quiet, sorted(self.caps.items()), self.expected),
                *((name, lists.get(name, "")) for name in used),
            )
        )
        return sha256(content.encode()).hexdigest()[:12]


def _stable_scope(when: When) -> tuple[object, ...]:
    """The fields of `when` in an order that is the same in every process."""
    names = (when.points, when.channels, when.brands, when.posts, when.campaigns)
    sets = [sorted(map(str, name)) for name in names]
    return (*sets, sorted(when.days), when.hours, when.since, when.until)


@dataclass(frozen=True, slots=True)
class RuleHit:
    """Why a rule matched: the term, the words that matched it, and their place in the text.

    For matches without a place in the text (a trait, a colour, a label) only `term` is set.
    """

    term: str
    words: str = ""
    start: int = 0
    end: int = 0


class TrustStage(StrEnum):
    """How far a rule is trusted to act."""

    DRAFT = "draft"
    """Written, but not evaluated."""
    SHADOW = "shadow"
    """Records what it would do without doing it; people mark its decisions right or wrong."""
    LIVE = "live"
    """It acts."""
    OFF = "off"
    """A person switched it off."""


class DeedState(StrEnum):
    """The state of an action that a rule wants to take."""

    SHADOW = "shadow"
    """Recorded only."""
    WAITING = "waiting"
    """Waits for a person's approval."""
    DONE = "done"
    DECLINED = "declined"
    """A person refused it."""
    REFUSED = "refused"
    """It was not possible, or the allow list, safety flag or colour forbade it."""


def in_scope(
    when: When,
    *,
    point: str,
    channel: str,
    brand: str,
    post: str,
    campaigns: frozenset[str],
    at: Millis,
    zone: str,
) -> bool:
    """Whether a rule applies to a message of this place and moment."""
    if when.points and point not in when.points:
        return False
    if (when.channels and channel not in when.channels) or (
        when.brands and brand not in when.brands
    ):
        return False
    if (when.posts and post not in when.posts) or (
        when.campaigns and not when.campaigns & campaigns
    ):
        return False
    if (when.since is not None and at < when.since) or (
        when.until is not None and at >= when.until
    ):
        return False
    if not when.days and not when.hours:
        return True
    local = datetime.fromtimestamp(at / 1000, ZoneInfo(zone))
    if when.days and local.weekday() not in when.days:
        return False
    minute = local.hour * 60 + local.minute
    return not when.hours or any(span.hold(minute) for span in when.hours)


def end_of_quiet_hours(quiet: tuple[Hours, ...], now: Millis, zone: str) -> Millis:
    """The first moment from `now` on that is outside the quiet hours, in ms."""
    moment = datetime.fromtimestamp(now / 1000, ZoneInfo(zone))
    for _turn in quiet:
        minute = moment.hour * 60 + moment.minute
        span = next((hours for hours in quiet if hours.hold(minute)), None)
        if span is None:
            break
        end = moment.replace(hour=span.end // 60 % 24, minute=span.end % 60, second=0)
        moment = end if end > moment else end + timedelta(days=1)
    return max(now, int(moment.timestamp() * 1000))


def reason_against(kind: DeedKind, *, colour: str, has_safety: bool, is_allowed: bool) -> str:
    """Why a rule may not do this, in words; empty if it may."""
    if kind.tier is not Tier.LOCAL and kind is not DeedKind.CASE and is_allowed:
        return N_("the contact is on the allow list")
    if kind.spares_red and has_safety:
        return N_("the thread has the safety flag")
    if kind.spares_red and colour == Colour.RED:
        return N_("the thread is red")
    return ""


MIN_HITS = 20
"""Fewer hits than this never stop a rule."""

USUAL_SHARE = 0.05
"""The share of messages a rule may hit if no share is expected."""

TIMES_EXPECTED = 3.0
"""A rule may hit at most this many times the expected share."""

HALF_LIFE = 200
"""After this many messages, earlier counts weigh half."""


def exceeds_expectation(hits: float, seen: float, expected: float | None) -> bool:
    """Whether a rule hits a far larger share of messages than expected."""
    allowed = min(1.0, TIMES_EXPECTED * expected) if expected else 0.0
    return hits >= MIN_HITS and hits > max(USUAL_SHARE, allowed) * seen
