"""Every key of a rule file; docs/rules.md is generated from it."""

from __future__ import annotations

from typing import Literal

import msgspec

from carecli.config.values import Interval, Moment
from carecli.domain.codes import FunnelStage, Sentiment
from carecli.domain.model import Colour, ContactPoint, NoReplyReason

Weekday = Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
Trait = Literal[
    "link", "mention", "attachment", "email", "phone", "question", "emoji_only", "tag_only"
]
Author = Literal["new", "known", "answered", "hidden_before", "allowed"]
Capped = Literal["hide", "like", "delete", "block", "case", "reply", "private"]
Proportion = Literal["few", "some", "most"]


class WhenSettings(msgspec.Struct, frozen=True, kw_only=True):
    """Where and at what time a rule looks."""

    at: tuple[ContactPoint, ...] = ()
    """Contact points, e.g. `[comment, ad]`. Left out: all."""

    channels: tuple[str, ...] = ()
    """Channels by key. Left out: all."""

    brands: tuple[str, ...] = ()
    """Brands by key. Left out: all."""

    posts: tuple[str, ...] = ()
    """The platform's ids of posts. Left out: under any."""

    campaigns: tuple[str, ...] = ()
    """Campaigns by key, whose posts are meant. Left out: under any post."""

    days: tuple[Weekday, ...] = ()
    """Weekdays the message was written on, in `inbox.zone`. Left out: any."""

    hours: tuple[Interval, ...] = ()
    """Hours it was written in, e.g. `[20:00-08:00]`. Left out: any."""

    since: Moment | None = msgspec.field(default=None, name="from")
    """The first day or minute. Left out: always."""

    until: Moment | None = None
    """The day or minute it is over. Left out: never."""


class ConditionSettings(msgspec.Struct, frozen=True, kw_only=True):
    """What a message must be like; every key given must hold."""

    words: tuple[str, ...] = ()
    """Any of these words or phrases, inflected, whatever their case, accents and disguise. `*` at
    the end or the beginning stands for more of the word; `=` before it: not inflected."""

    lists: tuple[str, ...] = ()
    """Any word of these word lists, by the name of their files."""

    patterns: tuple[str, ...] = ()
    """Regular expressions of RE2, matched against the folded text: no accents, small letters."""

    has: tuple[Trait, ...] = ()
    """Any of these: a link, a mention, an attachment, an e-mail address, a phone number, a
    question, nothing but emoji, nothing but tagged people."""

    language: tuple[str, ...] = ()
    """Written in one of these languages, e.g. `[es]`."""

    colour: tuple[Colour, ...] = ()
    """The thread has one of these colours by now."""

    label: tuple[str, ...] = ()
    """The thread wears one of these labels."""

    author: tuple[Author, ...] = ()
    """Who wrote it: `new` (never before), `known`, `answered` (was answered before),
    `hidden_before`, `allowed` (on the allow list)."""

    filter: str = ""
    """The thread is one of those that this filter shows, as on the screen, e.g.
    `is:flagged -label:vip`. It stands as it was when the message had come in."""

    every: tuple[ConditionSettings, ...] = msgspec.field(default=(), name="all")
    """All of these hold."""

    any: tuple[ConditionSettings, ...] = ()
    """At least one of these holds."""

    none: tuple[ConditionSettings, ...] = ()
    """None of these holds."""


class AskSettings(msgspec.Struct, frozen=True, kw_only=True):
    """What another team is asked by mail."""

    to: str = ""
    """The team, by key: that of a mailbox with the role `cases`."""

    ask: str = ""
    """What the team should do or answer."""


class ThenSettings(msgspec.Struct, frozen=True, kw_only=True):
    """What is done, in this order: colour to note first, what the platform sees last."""

    colour: Colour | None = None
    """Set the thread's colour; a person's choice stands before it."""

    label: tuple[str, ...] = ()
    """Put these labels on; one with a minus before it is taken off."""

    team: str = ""
    """Give the thread to a team, by key."""

    assign: str = ""
    """Give the thread to a moderator, by key."""

    flag: bool = False
    """Raise the flag."""

    safety: bool = False
    """Raise the safety flag, which a person confirms or lowers."""

    sentiment: Sentiment | None = None
    """What the message feels like; a person's code stands before it."""

    stage: FunnelStage | None = None
    """Where in the funnel whoever wrote it stands; likewise."""

    theme: tuple[str, ...] = ()
    """Themes the message is about, by key; likewise."""

    note: str = ""
    """An internal note."""

    done: NoReplyReason | None = None
    """No reply is needed, for this reason."""

    like: bool = False
    """Like the message."""

    hide: bool = False
    """Hide the message."""

    delete: bool = False
    """Delete the message on the platform."""

    block: bool = False
    """Block who wrote it: they can no longer write to the brand. Where the platform can."""

    case: AskSettings = AskSettings()
    """Ask another team about the thread, by mail."""

    reply: tuple[str, ...] = ()
    """Reply in the thread with one of these texts, by chance; placeholders as in snippets."""

    private: tuple[str, ...] = ()
    """Reply privately with one of these texts, by chance."""


class TestSettings(msgspec.Struct, frozen=True, kw_only=True):
    """Sentences that prove the rule."""

    hit: tuple[str, ...] = ()
    """Sentences it must hit."""

    miss: tuple[str, ...] = ()
    """Sentences it must not hit."""


class RuleSettings(msgspec.Struct, frozen=True, kw_only=True):
    """One rule."""

    rule: str
    """Its name: small letters, digits, `-` and `_`."""

    title: str = ""
    """The name shown on screen. Left out, the name is."""

    when: WhenSettings = WhenSettings()
    """Where and at what time it looks."""

    condition: ConditionSettings = msgspec.field(default=ConditionSettings(), name="if")
    """What a message must be like. Left out: every message there."""

    then: ThenSettings
    """What it does."""

    answers: bool = False
    """Whether its reply ends the wait, as a contest's question does. It never does otherwise."""

    unattended: bool = False
    """Whether it deletes, blocks and writes, also to other teams, without anybody's approval."""

    quiet: tuple[Interval, ...] = ()
    """Hours in which it does not write; what it has to say goes out after them."""

    caps: dict[str, int] = {}
    """How many deeds of a kind it does in an hour: `{hide: 30, private: 60}`. What is above waits
    for approval; with 0 all of it does."""

    expect: float | None = None
    """The share of messages it should hit, 0 to 1; three times as many stop it. Left out, what its
    dry run found."""

    tests: TestSettings = TestSettings()
    """Sentences that prove it, run by `carecli rules test`."""
