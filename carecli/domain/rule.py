"""A rule as it is written: when it looks, what it looks for, what it does.

Whether a text holds a word is for `matching` to say; whether a deed is legal, for the desk. Here
is what both are told, and the order in which rules give way: a person's decision, the allow list,
the safety flag and red, then rules from top to bottom.
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
    """How far a deed reaches, and so how freely a rule may do it."""

    LOCAL = "local"
    """Nobody outside sees it: at once."""
    REVERSIBLE = "reversible"
    """On the platform, and can be undone: within the rule's cap."""
    IRREVERSIBLE = "irreversible"
    """On the platform for good, or grave: waits for a person unless the rule is `unattended`."""


class DeedKind(StrEnum):
    """What a rule can do; the values are the keys under `then`."""

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
    """Whoever wrote the message."""
    CASE = "case"
    REPLY = "reply"
    PRIVATE = "private"

    @property
    def tier(self) -> Tier:
        """How far it reaches."""
        if self in (DeedKind.LIKE, DeedKind.HIDE):
            return Tier.REVERSIBLE
        if self in (DeedKind.DELETE, DeedKind.BLOCK, DeedKind.CASE) or self.is_answer:
            return Tier.IRREVERSIBLE
        return Tier.LOCAL

    @property
    def is_answer(self) -> bool:
        """Whether it speaks to the contact."""
        return self in (DeedKind.REPLY, DeedKind.PRIVATE)

    @property
    def is_code(self) -> bool:
        """Whether it says what a message expresses."""
        return self in (DeedKind.SENTIMENT, DeedKind.STAGE, DeedKind.THEME)

    @property
    def takes_all(self) -> bool:
        """Whether all of its values are meant; of the others one by chance."""
        return self in (DeedKind.LABEL, DeedKind.THEME)

    @property
    def spares_red(self) -> bool:
        """Whether it is never done to a red or safety-flagged thread."""
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
"""Deeds a rule does in an hour unless it says otherwise; what is above waits for a person."""


@dataclass(frozen=True, slots=True)
class RuleAction:
    """One thing to do: variants of a text, labels, a colour, a team, or nothing more to say."""

    kind: DeedKind
    values: tuple[str, ...] = ()

    def value(self, chance: int) -> str:
        """One of its variants, by a number that decides."""
        return self.values[chance % len(self.values)] if self.values else ""


@dataclass(frozen=True, slots=True)
class Hours:
    """Part of the day in minutes since midnight, half open; `22:00-06:00` passes midnight."""

    start: int
    end: int

    def hold(self, minute: int) -> bool:
        """Whether a minute of the day lies within."""
        if self.start < self.end:
            return self.start <= minute < self.end
        return minute >= self.start or minute < self.end


@dataclass(frozen=True, slots=True)
class When:
    """Where and at what time a rule looks; what is empty is no limit."""

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
    """What a message must be like: everything given here holds, `any` one, `none` not one.

    `words` and `lists` are met by any one term; `patterns`, `has`, `languages`,
    `colours`, `labels` and `authors` by any one of theirs.
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
    """In the filter language; it is about the thread. Empty: no limit."""
    every: tuple[Condition, ...] = ()
    any: tuple[Condition, ...] = ()
    none: tuple[Condition, ...] = ()

    @property
    def is_words_only(self) -> bool:
        """Whether nothing but words and lists is asked for."""
        return self == Condition(words=self.words, lists=self.lists)

    def parts(self) -> Iterable[Condition]:
        """Itself, and every condition below."""
        yield self
        for one in (*self.every, *self.any, *self.none):
            yield from one.parts()

    def used_lists(self) -> Iterable[str]:
        """The word lists it names, here and below."""
        for part in self.parts():
            yield from part.lists


TRAITS = ("link", "mention", "attachment", "email", "phone", "question", "emoji_only", "tag_only")
"""What `has` can ask of a message."""

AUTHORS = ("new", "known", "answered", "hidden_before", "allowed")
"""What `author` can ask: a first message ever, or not; answered before; hidden before; allowed."""


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule. `place` is its file and line; `expected` the share of messages it should hit."""

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
        """How many of these it may do in an hour; None: any number."""
        return self.caps.get(kind, CAPS.get(kind))

    def version(self, lists: Mapping[str, str]) -> str:
        """The same as long as it does the same; `lists` are the word lists' own versions."""
        used = sorted(set(self.condition.used_lists()))
        told = repr(
            (
                *(_settled(self.when), self.condition, self.deeds, self.answers, self.unattended),
                *(self.quiet, sorted(self.caps.items()), self.expected),
                *((name, lists.get(name, "")) for name in used),
            )
        )
        return sha256(told.encode()).hexdigest()[:12]


def _settled(when: When) -> tuple[object, ...]:
    """A period and places as a value that reads the same in every process."""
    names = (when.points, when.channels, when.brands, when.posts, when.campaigns)
    sets = [sorted(map(str, name)) for name in names]
    return (*sets, sorted(when.days), when.hours, when.since, when.until)


@dataclass(frozen=True, slots=True)
class RuleHit:
    """Why a rule hit: a term, the words it was read in, and where in the text they stand.

    What has no place in the text (a trait, a colour, a label) is the term alone.
    """

    term: str
    words: str = ""
    start: int = 0
    end: int = 0


class TrustStage(StrEnum):
    """How far a rule is trusted."""

    DRAFT = "draft"
    """Written, and not looked at."""
    SHADOW = "shadow"
    """It says what it would do, and does nothing; people mark it right or wrong."""
    LIVE = "live"
    """It acts."""
    OFF = "off"
    """Switched off by a person."""


class DeedState(StrEnum):
    """What became of a deed a rule wanted."""

    SHADOW = "shadow"
    """Only noted."""
    WAITING = "waiting"
    """For a person's approval."""
    DONE = "done"
    DECLINED = "declined"
    """A person said no."""
    REFUSED = "refused"
    """It was not possible, or something stronger stood against it."""


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
    """Whether a rule looks at a message of this place and moment at all."""
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
    """The first moment from `now` on at which a rule may speak."""
    moment = datetime.fromtimestamp(now / 1000, ZoneInfo(zone))
    for _turn in quiet:
        minute = moment.hour * 60 + moment.minute
        span = next((one for one in quiet if one.hold(minute)), None)
        if span is None:
            break
        end = moment.replace(hour=span.end // 60 % 24, minute=span.end % 60, second=0)
        moment = end if end > moment else end + timedelta(days=1)
    return max(now, int(moment.timestamp() * 1000))


def reason_against(kind: DeedKind, *, colour: str, has_safety: bool, is_allowed: bool) -> str:
    """What is stronger than a rule here, in words; empty: nothing."""
    if kind.tier is not Tier.LOCAL and kind is not DeedKind.CASE and is_allowed:
        return N_("the contact is on the allow list")
    if kind.spares_red and has_safety:
        return N_("the thread has the safety flag")
    if kind.spares_red and colour == Colour.RED:
        return N_("the thread is red")
    return ""


MIN_HITS = 20
"""Hits below which no breaker judges."""

USUAL_SHARE = 0.05
"""Share of messages a rule may hit when nothing is expected of it."""

TIMES_EXPECTED = 3.0
"""How many times more than expected is too much."""

HALF_LIFE = 200
"""Messages after which what was counted weighs half."""


def exceeds_expectation(hits: float, seen: float, expected: float | None) -> bool:
    """Whether a rule touches far more than its dry run did."""
    allowed = min(1.0, TIMES_EXPECTED * expected) if expected else 0.0
    return hits >= MIN_HITS and hits > max(USUAL_SHARE, allowed) * seen
