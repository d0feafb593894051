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


class WhenSettings(msgspec.Struct, frozen=True, kw_only=True):
    """Where and when a rule applies."""

    at: tuple[ContactPoint, ...] = ()
    """Contact points, e.g. `[comment, ad]`. The default is all."""

    channels: tuple[str, ...] = ()
    """The keys of channels. The default is all."""

    brands: tuple[str, ...] = ()
    """The keys of brands. The default is all."""

    posts: tuple[str, ...] = ()
    """The ids of posts on the platform. The default is any post."""

    campaigns: tuple[str, ...] = ()
    """The keys of campaigns, whose posts count. The default is any post."""

    days: tuple[Weekday, ...] = ()
    """The weekdays on which the message was written, in the time zone `inbox.zone`. The default is
    any."""

    hours: tuple[Interval, ...] = ()
    """The hours in which it was written, e.g. `[20:00-08:00]`. The default is any."""

    since: Moment | None = msgspec.field(default=None, name="from")
    """The first day or minute. Without it, the rule has always applied."""

    until: Moment | None = None
    """The day or minute at which it ends. Without it, the rule never ends."""


class ConditionSettings(msgspec.Struct, frozen=True, kw_only=True):
    """Conditions that a message must meet; all of them must be true."""

    words: tuple[str, ...] = ()
    """One of these words or phrases in any grammatical form; case, accents and disguised spellings
    make no difference. `*` at the beginning or end matches the rest of a word. `=` in front matches
    this form only."""

    lists: tuple[str, ...] = ()
    """One of the words in these word lists, given by the names of their files."""

    patterns: tuple[str, ...] = ()
    """RE2 regular expressions, matched against the text in lower case without accents."""

    has: tuple[Trait, ...] = ()
    """One of these: a link, a mention, an attachment, an email address, a phone number, a question,
    only emoji, only tagged people."""

    language: tuple[str, ...] = ()
    """The message is written in one of these languages, e.g. `[es]`."""

    colour: tuple[Colour, ...] = ()
    """The thread has one of these colours at that moment."""

    label: tuple[str, ...] = ()
    """The thread has one of these labels."""

    author: tuple[Author, ...] = ()
    """Who wrote it: `new` (never before), `known`, `answered` (was answered before),
    `hidden_before`, `allowed` (on the allow list)."""

    filter: str = ""
    """The thread matches this filter, e.g. `is:flagged -label:vip`, as it was when the message came
    in."""

    every: tuple[ConditionSettings, ...] = msgspec.field(default=(), name="all")
    """All of these conditions are true."""

    any: tuple[ConditionSettings, ...] = ()
    """At least one of these conditions is true."""

    none: tuple[ConditionSettings, ...] = ()
    """None of these conditions is true."""


class AskSettings(msgspec.Struct, frozen=True, kw_only=True):
    """A question to another team, by mail."""

    to: str = ""
    """The key of the team; it needs an address in the configuration."""

    ask: str = ""
    """What the team should do or answer."""


class ThenSettings(msgspec.Struct, frozen=True, kw_only=True):
    """What the rule does, in this order: `colour` to `note` first, what the platform sees last."""

    colour: Colour | None = None
    """Set the thread's colour, unless a person has chosen one."""

    label: tuple[str, ...] = ()
    """Add these labels; a minus in front removes a label."""

    team: str = ""
    """Assign the thread to a team, by key."""

    assign: str = ""
    """Assign the thread to a moderator, by key."""

    flag: bool = False
    """Flag the thread."""

    safety: bool = False
    """Set the safety flag, which a person then confirms or removes."""

    sentiment: Sentiment | None = None
    """Set the message's sentiment, unless a person has coded it."""

    stage: FunnelStage | None = None
    """Set the author's stage in the funnel, unless a person has coded it."""

    theme: tuple[str, ...] = ()
    """Add themes of the message, by key, unless a person has coded it."""

    note: str = ""
    """Add an internal note."""

    done: NoReplyReason | None = None
    """Mark the thread as done without a reply, for this reason."""

    like: bool = False
    """Like the message."""

    hide: bool = False
    """Hide the message."""

    delete: bool = False
    """Delete the message on the platform."""

    block: bool = False
    """Block the author, who will no longer be able to write to the brand, where the platform
    supports it."""

    case: AskSettings = AskSettings()
    """Ask another team about the thread, by mail."""

    reply: tuple[str, ...] = ()
    """Reply in the thread with one of these texts, chosen at random. Placeholders work as in
    snippets."""

    private: tuple[str, ...] = ()
    """Reply privately with one of these texts, chosen at random."""


class TestSettings(msgspec.Struct, frozen=True, kw_only=True):
    """Sentences that test the rule."""

    hit: tuple[str, ...] = ()
    """Sentences that the rule must match."""

    miss: tuple[str, ...] = ()
    """Sentences that the rule must not match."""


class RuleSettings(msgspec.Struct, frozen=True, kw_only=True):
    """One rule."""

    rule: str
    """Its name: lower-case letters, digits, `-` and `_`."""

    title: str = ""
    """The title shown on screen. The default is the name."""

    when: WhenSettings = WhenSettings()
    """Where and when it applies."""

    condition: ConditionSettings = msgspec.field(default=ConditionSettings(), name="if")
    """Conditions that a message must meet. Without any, every message there matches."""

    then: ThenSettings
    """What it does."""

    answers: bool = False
    """Whether its reply counts as the answer, e.g. in a contest. Otherwise the contact is still
    waiting after it."""

    unattended: bool = False
    """Whether it deletes, blocks and writes (to other teams as well) without approval by a
    person."""

    quiet: tuple[Interval, ...] = ()
    """Hours in which it does not write; its messages are sent afterwards."""

    caps: dict[str, int] = {}
    """The most actions of each kind per hour, e.g. `{hide: 30, private: 60}`. Anything above that
    needs approval; with 0, every such action does."""

    expect: float | None = None
    """The share of messages it is expected to match, 0 to 1. The rule stops if it matches three
    times as many. The default is the share its dry run found."""

    tests: TestSettings = TestSettings()
    """Sentences that test it; run them with `carecli rules test`."""
