"""Files of rules: strict YAML, every mistake named with file, line and key."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Literal

import msgspec

from carecli.config.document import Listing, Node, read_file
from carecli.config.document import Mapping as Keys
from carecli.config.reader import Reader, one_of
from carecli.config.values import Interval, Moment, millis
from carecli.domain.coding import FunnelStage, Sentiment
from carecli.domain.errors import ConfigError, FilterError
from carecli.domain.filter import parse_filter
from carecli.domain.language import SMALL_WORDS
from carecli.domain.model import Colour, ContactPoint, NoReplyReason
from carecli.domain.rule import Condition, Deed, DeedKind, Hours, Rule, When
from carecli.domain.snippet import KNOWN, placeholders

Weekday = Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
Trait = Literal[
    "link", "mention", "attachment", "email", "phone", "question", "emoji_only", "tag_only"
]
Author = Literal["new", "known", "answered", "hidden_before", "allowed"]
Capped = Literal["hide", "like", "delete", "case", "reply", "private"]
Proportion = Literal["few", "some", "most"]

SAYABLE = tuple(name for name in KNOWN if name != "moderator")
"""What is filled in a rule's texts: it is no moderator."""

_DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_NAME = re.compile(r"[a-z0-9][a-z0-9_-]{0,40}")


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
    """What it shall do or tell."""


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
    """Whether it deletes and writes, also to other teams, without anybody's approval."""

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


def read_rules(folder: Path, zone: str, known: Mapping[str, Iterable[str]]) -> list[Rule]:
    """Every rule of a folder, by file name and then as written; raises ConfigError.

    `known` are the keys that a rule may name: `channels`, `brands`, `campaigns`, `teams`,
    `moderators`, `themes`, `lists` and `cases`, the teams that can be asked.
    """
    rules: list[Rule] = []
    for file in sorted((*folder.glob("*.yaml"), *folder.glob("*.yml"))):
        rules += read_rule_file(file, zone, known)
    named: dict[str, Rule] = {}
    for rule in rules:
        first = named.setdefault(rule.name, rule)
        if first is not rule:
            raise ConfigError(
                f"there are two rules {rule.name!r}",
                file=rule.file,
                line=rule.line,
                key="rule",
                hint=f"the other one is in {first.file}, line {first.line}",
            )
    return rules


def read_rule_file(file: Path, zone: str, known: Mapping[str, Iterable[str]]) -> list[Rule]:
    """The rules of one file: one, or a list of them; raises ConfigError with all its problems."""
    node = read_file(file)
    items = node.items if isinstance(node, Listing) else (node,)
    rules: list[Rule] = []
    for item in items:
        if isinstance(item, Keys) and not item.entries:
            continue
        reader = Reader(str(file))
        _refuse_nothing(item, reader)
        settings = reader.settings(item, RuleSettings)
        _check(settings, reader, known, zone)
        reader.done()
        rules.append(_rule(settings, zone, str(file), item.line))
    return rules


def _refuse_nothing(node: Node, reader: Reader, path: str = "") -> None:
    """An empty list of words would ask for nothing, and so hit every message."""
    match node:
        case Listing(items=inside) | Keys(entries=inside) if path and not inside:
            hint = "name something, or leave the key out"
            reader.wrong(path, "nothing is given", line=node.line, hint=hint)
        case Listing(items=items):
            for place, item in enumerate(items):
                _refuse_nothing(item, reader, f"{path}[{place}]")
        case Keys(entries=entries):
            for name, (_, value) in entries.items():
                if path or name != "tests":
                    _refuse_nothing(value, reader, f"{path}.{name}" if path else name)
        case _:
            pass


def _check(
    found: RuleSettings, reader: Reader, known: Mapping[str, Iterable[str]], zone: str
) -> None:
    def one_known(word: str, kind: str, key: str) -> None:
        names = list(known.get(kind, ()))
        if names and word not in names:
            what = kind.removesuffix("s")
            reader.wrong(key, f"no such {what}: {word!r}", hint=one_of(names, word))

    if not _NAME.fullmatch(found.rule):
        reader.wrong("rule", "expected a short name of small letters, digits, `-` and `_`")
    for kind in ("channels", "brands", "campaigns"):
        for place, word in enumerate(getattr(found.when, kind)):
            one_known(word, kind, f"when.{kind}[{place}]")
    if found.then.team:
        one_known(found.then.team, "teams", "then.team")
    if found.then.assign:
        one_known(found.then.assign, "moderators", "then.assign")
    for place, theme in enumerate(found.then.theme):
        one_known(theme, "themes", f"then.theme[{place}]")
    case = found.then.case
    if case.to:
        one_known(case.to, "cases", "then.case.to")
    if bool(case.to) != bool(case.ask.strip()):
        reader.wrong("then.case", "expected `to` and `ask`", hint="{to: contact_centre, ask: …}")
    for kind, most in found.caps.items():
        if most < 0:
            hint = "0: each of them waits for approval"
            reader.wrong(f"caps.{kind}", "expected 0 or more", hint=hint)
        if kind not in Capped.__args__:  # type: ignore[attr-defined]  # a Literal has them
            reader.wrong(f"caps.{kind}", "no such deed", hint=one_of(Capped.__args__, kind))  # type: ignore[attr-defined]  # likewise
    if found.expect is not None and not 0 <= found.expect <= 1:
        reader.wrong("expect", "expected a share between 0 and 1, e.g. 0.05")
    if not _deeds(found.then):
        reader.wrong("then", "it does nothing", hint="e.g. `then: {hide: true}`")
    since, until = found.when.since, found.when.until
    if since and until and millis(since, zone) >= millis(until, zone):
        reader.wrong("when.until", "expected a moment after `from`")
    condition = _condition(found.condition)
    lists = list(known.get("lists", ()))
    for word in condition.used_lists():
        if word not in lists:
            reader.wrong("if.lists", f"no such word list: {word!r}", hint=one_of(lists, word))
    for language in (one for part in condition.parts() for one in part.languages):
        if language not in SMALL_WORDS:
            hint = one_of(SMALL_WORDS, language)
            reader.wrong("if.language", f"no language that is told apart: {language!r}", hint=hint)
    for part in condition.parts():
        _check_filter(part.filter, reader)
    for kind in ("reply", "private"):
        for place, text in enumerate(getattr(found.then, kind)):
            _check_text(text, f"then.{kind}[{place}]", reader)
    if found.then.hide and found.then.delete:
        reader.wrong("then.delete", "hide or delete, not both")


def _check_filter(text: str, reader: Reader) -> None:
    try:
        query = parse_filter(text)
    except FilterError as error:
        reader.wrong("if.filter", f"{error.what} (column {error.column + 1})", hint=error.hint)
        return
    if any("me" in term.values for term in query.terms if term.field == "assignee"):
        reader.wrong("if.filter", "`assignee:me` means nobody to a rule", hint="name the moderator")


def _check_text(text: str, key: str, reader: Reader) -> None:
    """What a rule says must be filled by itself: nobody is there to be asked."""
    if not text.strip():
        reader.wrong(key, "nothing is said")
    for one in placeholders(text):
        if one.is_asked:
            what = f"{{{one.name}?}} is asked for, and a rule asks nobody"
            reader.wrong(key, what, hint=one_of(SAYABLE, one.name))
        elif one.name not in SAYABLE and not one.fallback:
            what = f"{{{one.name}}} is known to no rule"
            reader.wrong(key, what, hint=one_of(SAYABLE, one.name))


def _rule(found: RuleSettings, zone: str, file: str, line: int) -> Rule:
    when = found.when
    return Rule(
        found.rule,
        found.title or found.rule,
        When(
            frozenset(when.at),
            frozenset(when.channels),
            frozenset(when.brands),
            frozenset(when.posts),
            frozenset(when.campaigns),
            frozenset(map(_DAYS.index, when.days)),
            _hours(when.hours),
            None if when.since is None else millis(when.since, zone),
            None if when.until is None else millis(when.until, zone),
        ),
        _condition(found.condition),
        _deeds(found.then),
        found.answers,
        found.unattended,
        _hours(found.quiet),
        {DeedKind(kind): n for kind, n in found.caps.items()},
        found.expect,
        found.tests.hit,
        found.tests.miss,
        file,
        line,
    )


def _hours(spans: Iterable[Interval]) -> tuple[Hours, ...]:
    return tuple(Hours(span.start, span.end) for span in spans)


def _condition(found: ConditionSettings) -> Condition:
    return Condition(
        found.words,
        found.lists,
        found.patterns,
        tuple(found.has),
        found.language,
        tuple(found.colour),
        found.label,
        tuple(found.author),
        found.filter,
        tuple(map(_condition, found.every)),
        tuple(map(_condition, found.any)),
        tuple(map(_condition, found.none)),
    )


def _deeds(then: ThenSettings) -> tuple[Deed, ...]:
    deeds: list[Deed] = []
    for kind in DeedKind:
        value = getattr(then, kind.value)
        if isinstance(value, AskSettings):
            if value.to:
                deeds.append(Deed(kind, (f"{value.to}\n{value.ask.strip()}",)))
        elif isinstance(value, tuple):
            if value:
                deeds.append(Deed(kind, value))
        elif value is True:
            deeds.append(Deed(kind))
        elif value:
            deeds.append(Deed(kind, (str(value),)))
    return tuple(deeds)
