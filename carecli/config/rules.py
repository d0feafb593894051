"""Reads rule files; errors name file, line and key."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import get_args

from carecli.config.document import DocumentList, Node, read_file
from carecli.config.document import Mapping as Keys
from carecli.config.reader import DocumentReader, expected_one_of
from carecli.config.rule_settings import (
    AskSettings,
    Capped,
    ConditionSettings,
    RuleSettings,
    ThenSettings,
)
from carecli.config.values import Interval, millis
from carecli.domain.errors import ConfigError, FilterError
from carecli.domain.filter import parse_filter
from carecli.domain.language import SMALL_WORDS
from carecli.domain.rule import Condition, DeedKind, Hours, Rule, RuleAction, When
from carecli.domain.snippet import KNOWN, placeholders

FILLABLE = tuple(name for name in KNOWN if name != "moderator")
"""The placeholders available in a rule's texts: all but the moderator."""

_DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_NAME = re.compile(r"[a-z0-9][a-z0-9_-]{0,40}")


def read_rules(folder: Path, zone: str, known: Mapping[str, Iterable[str]]) -> list[Rule]:
    """Read all rules of a folder, ordered by file name; raises ConfigError.

    `known` are the keys that a rule may name: `channels`, `brands`, `campaigns`, `teams`,
    `moderators`, `themes`, `lists` and `cases`, the teams that can be asked.
    """
    rules: list[Rule] = []
    for file in sorted((*folder.glob("*.yaml"), *folder.glob("*.yml"))):
        rules += read_rule_file(file, zone, known)
    by_name: dict[str, Rule] = {}
    for rule in rules:
        first = by_name.setdefault(rule.name, rule)
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
    """Read a file with one rule or a list of rules; raises ConfigError with all problems."""
    node = read_file(file)
    items = node.items if isinstance(node, DocumentList) else (node,)
    rules: list[Rule] = []
    for item in items:
        if isinstance(item, Keys) and not item.entries:
            continue
        reader = DocumentReader(str(file))
        _refuse_empty(item, reader)
        settings = reader.settings(item, RuleSettings)
        _check(settings, reader, known, zone)
        reader.done()
        rules.append(_rule(settings, zone, str(file), item.line))
    return rules


def _refuse_empty(node: Node, reader: DocumentReader, path: str = "") -> None:
    """Report empty lists and mappings: an empty condition would match every message."""
    match node:
        case DocumentList(items=content) | Keys(entries=content) if path and not content:
            hint = "name something, or leave the key out"
            reader.wrong(path, "this is empty", line=node.line, hint=hint)
        case DocumentList(items=items):
            for place, item in enumerate(items):
                _refuse_empty(item, reader, f"{path}[{place}]")
        case Keys(entries=entries):
            for name, (_, value) in entries.items():
                if path or name != "tests":
                    _refuse_empty(value, reader, f"{path}.{name}" if path else name)
        case _:
            pass


def _check(
    settings: RuleSettings,
    reader: DocumentReader,
    known: Mapping[str, Iterable[str]],
    zone: str,
) -> None:
    def check_known(word: str, kind: str, key: str) -> None:
        names = list(known.get(kind, ()))
        if names and word not in names:
            what = kind.removesuffix("s")
            reader.wrong(key, f"no such {what}: {word!r}", hint=expected_one_of(names, word))

    def check_able(word: str, kind: str, key: str, problem: str) -> None:
        if word in known.get(f"idle {kind}", ()):
            others = [name for name in known.get(kind, ()) if name not in known[f"idle {kind}"]]
            reader.wrong(key, problem, hint=expected_one_of(others))

    if not _NAME.fullmatch(settings.rule):
        reader.wrong("rule", "expected a short name of lower-case letters, digits, `-` and `_`")
    for kind in ("channels", "brands", "campaigns"):
        for place, word in enumerate(getattr(settings.when, kind)):
            check_known(word, kind, f"when.{kind}[{place}]")
    if settings.then.team:
        check_known(settings.then.team, "teams", "then.team")
        problem = f"everyone in the team {settings.then.team!r} has read-only access"
        check_able(settings.then.team, "teams", "then.team", problem)
    if settings.then.assign:
        check_known(settings.then.assign, "moderators", "then.assign")
        problem = (
            f"{settings.then.assign!r} has read-only access, so nothing can be assigned to them"
        )
        check_able(settings.then.assign, "moderators", "then.assign", problem)
    for place, theme in enumerate(settings.then.theme):
        check_known(theme, "themes", f"then.theme[{place}]")
    case = settings.then.case
    if case.to:
        check_known(case.to, "cases", "then.case.to")
    if bool(case.to) != bool(case.ask.strip()):
        reader.wrong("then.case", "expected `to` and `ask`", hint="{to: contact_centre, ask: …}")
    for kind, most in settings.caps.items():
        if most < 0:
            hint = "with 0, each action needs approval"
            reader.wrong(f"caps.{kind}", "expected 0 or more", hint=hint)
        if kind not in get_args(Capped):
            hint = expected_one_of(get_args(Capped), kind)
            reader.wrong(f"caps.{kind}", "no such action", hint=hint)
    if settings.expect is not None and not 0 <= settings.expect <= 1:
        reader.wrong("expect", "expected a share between 0 and 1, e.g. 0.05")
    if not _actions(settings.then):
        reader.wrong("then", "this rule does nothing", hint="e.g. `then: {hide: true}`")
    since, until = settings.when.since, settings.when.until
    if since and until and millis(since, zone) >= millis(until, zone):
        reader.wrong("when.until", "expected a moment after `from`")
    condition = _condition(settings.condition)
    lists = list(known.get("lists", ()))
    for word in condition.used_lists():
        if word not in lists:
            reader.wrong(
                "if.lists", f"no such word list: {word!r}", hint=expected_one_of(lists, word)
            )
    for language in (language for part in condition.parts() for language in part.languages):
        if language not in SMALL_WORDS:
            hint = expected_one_of(SMALL_WORDS, language)
            reader.wrong(
                "if.language", f"no language that carecli recognises: {language!r}", hint=hint
            )
    for part in condition.parts():
        _check_filter(part.filter, reader)
    for kind in ("reply", "private"):
        for place, text in enumerate(getattr(settings.then, kind)):
            _check_text(text, f"then.{kind}[{place}]", reader)
    if settings.then.hide and settings.then.delete:
        reader.wrong("then.delete", "hide or delete, not both")


def _check_filter(text: str, reader: DocumentReader) -> None:
    try:
        query = parse_filter(text)
    except FilterError as error:
        reader.wrong("if.filter", f"{error.what} (column {error.column + 1})", hint=error.hint)
        return
    if any("me" in term.values for term in query.terms if term.field == "assignee"):
        reader.wrong("if.filter", "a rule cannot use `assignee:me`", hint="name the moderator")


def _check_text(text: str, key: str, reader: DocumentReader) -> None:
    """Report placeholders that cannot be filled without asking a person."""
    if not text.strip():
        reader.wrong(key, "this text is empty")
    for placeholder in placeholders(text):
        if placeholder.is_asked:
            what = f"{{{placeholder.name}?}} is asked for, and a rule asks nobody"
            reader.wrong(key, what, hint=expected_one_of(FILLABLE, placeholder.name))
        elif placeholder.name not in FILLABLE and not placeholder.fallback:
            what = f"{{{placeholder.name}}} is known to no rule"
            reader.wrong(key, what, hint=expected_one_of(FILLABLE, placeholder.name))


def _rule(settings: RuleSettings, zone: str, file: str, line: int) -> Rule:
    when = settings.when
    return Rule(
        settings.rule,
        settings.title or settings.rule,
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
        _condition(settings.condition),
        _actions(settings.then),
        settings.answers,
        settings.unattended,
        _hours(settings.quiet),
        {DeedKind(kind): n for kind, n in settings.caps.items()},
        settings.expect,
        settings.tests.hit,
        settings.tests.miss,
        file,
        line,
    )


def _hours(spans: Iterable[Interval]) -> tuple[Hours, ...]:
    return tuple(Hours(span.start, span.end) for span in spans)


def _condition(settings: ConditionSettings) -> Condition:
    return Condition(
        settings.words,
        settings.lists,
        settings.patterns,
        tuple(settings.has),
        settings.language,
        tuple(settings.colour),
        settings.label,
        tuple(settings.author),
        settings.filter,
        tuple(map(_condition, settings.every)),
        tuple(map(_condition, settings.any)),
        tuple(map(_condition, settings.none)),
    )


def _actions(then: ThenSettings) -> tuple[RuleAction, ...]:
    deeds: list[RuleAction] = []
    for kind in DeedKind:
        value = getattr(then, kind.value)
        if isinstance(value, AskSettings):
            if value.to:
                deeds.append(RuleAction(kind, (f"{value.to}\n{value.ask.strip()}",)))
        elif isinstance(value, tuple):
            if value:
                deeds.append(RuleAction(kind, value))
        elif value is True:
            deeds.append(RuleAction(kind))
        elif value:
            deeds.append(RuleAction(kind, (str(value),)))
    return tuple(deeds)
