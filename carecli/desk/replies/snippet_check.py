"""Finds mistakes in saved replies before a customer sees them."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from carecli.desk.context import Abilities, DeskContext
from carecli.desk.replies.rows import SnippetFinding
from carecli.desk.replies.snippet_files import Shelf
from carecli.desk.replies.snippet_library import day
from carecli.domain.errors import ConfigError
from carecli.domain.snippet import KNOWN, PLACEHOLDER, Snippet, placeholders, shortest_text

BRACES = re.compile(r"\{[^{}\n]{0,200}\}")
"""Whatever stands in braces; what is not a placeholder would be sent as it is."""

ISO_DATE = re.compile(r"\b(\d{4})-(\d{2})-(\d{2})\b")
DAY_FIRST = re.compile(r"\b(\d{1,2})[./](\d{1,2})[./](\d{4})\b")
"""How dates are written in the languages of customers: 31.12.2026, 31/12/2026."""


@dataclass(frozen=True, slots=True)
class SnippetChannel:
    """A channel a snippet may be sent on. Limits count characters, or bytes `in_bytes`."""

    channel: str
    language: str
    reply_limit: int
    private_limit: int
    in_bytes: bool = False


def check_all(
    shelf: Shelf, channels: Sequence[str], context: DeskContext, abilities: Abilities
) -> list[SnippetFinding]:
    """Everything wrong with the snippets of an office that has these channels."""
    places = [
        SnippetChannel(
            channel,
            context.languages.get(channel, ""),
            can.reply_limit,
            can.private_limit,
            can.limit_in_bytes,
        )
        for channel in channels
        for can in (abilities.of(channel),)
    ]
    today = day(context.clock(), context.zone)
    return findings(shelf.all, shelf.problems, places, list(context.teams), today)


def findings(
    snippets: Sequence[Snippet],
    problems: Sequence[ConfigError],
    places: Sequence[SnippetChannel],
    teams: Sequence[str],
    today: date,
) -> list[SnippetFinding]:
    """Everything wrong with these snippets, file by file. No `teams`: any name will do."""
    found = [
        SnippetFinding(one.file, one.line, "", "unreadable", _told(one), one.hint)
        for one in problems
    ]
    for one in snippets:
        found += _placeholders(one)
        found += _names(one, places, teams)
        found += _dates(one, today)
        found += _lengths(one, places)
    found += _twice(snippets)
    found += _untranslated([one for one in snippets if one.group], places)
    return sorted(found, key=lambda one: (one.file, one.line, one.kind, one.what))


def _told(error: ConfigError) -> str:
    return f"{error.key}: {error.what}" if error.key else error.what


def _about(
    one: Snippet, kind: str, what: str, hint: str = "", at: int | None = None
) -> SnippetFinding:
    """A finding; `at` is the place in the text it is about."""
    line = one.line if at is None else one.line + one.text.count("\n", 0, at)
    return SnippetFinding(one.file, line, one.name, kind, what, hint)


def _placeholders(one: Snippet) -> Iterator[SnippetFinding]:
    for found in BRACES.finditer(one.text):
        whole = PLACEHOLDER.fullmatch(found.group())
        if whole is None:
            hint = "Write {name}, {name|fallback} or {name?}."
            what = f"{found.group()} is no placeholder: it would be sent as it is"
            yield _about(one, "unknown_placeholder", what, hint, found.start())
        elif whole["asked"] is None and whole["name"].strip() not in KNOWN:
            what = f"{found.group()} is known nowhere"
            hint = f"Known: {', '.join(KNOWN)}. {{{whole['name'].strip()}?}} asks for it."
            yield _about(one, "unknown_placeholder", what, hint, found.start())
    used = {placeholder.name for placeholder in placeholders(one.text)}
    for name in one.fallbacks:
        if name not in used:
            yield _about(one, "unused_placeholder", f"the text has no {{{name}}}")


def _names(
    one: Snippet, places: Sequence[SnippetChannel], teams: Sequence[str]
) -> Iterator[SnippetFinding]:
    known = [place.channel for place in places]
    for channel in one.channels:
        if channel not in known:
            hint = f"Known: {', '.join(known)}."
            yield _about(one, "unknown_channel", f"there is no channel {channel!r}", hint)
    for team in one.teams:
        if teams and team not in teams:
            hint = f"Known: {', '.join(teams)}."
            yield _about(one, "unknown_team", f"there is no team {team!r}", hint)


def _dates(one: Snippet, today: date) -> Iterator[SnippetFinding]:
    if one.until is not None and one.until <= today:
        hint = "Take the file away, or set another day."
        yield _about(one, "expired", f"no longer offered since {one.until}", hint)
    for pattern, order in ((ISO_DATE, (1, 2, 3)), (DAY_FIRST, (3, 2, 1))):
        for found in pattern.finditer(one.text):
            try:
                named = date(*(int(found[part]) for part in order))
            except ValueError:
                continue  # 2026-13-45 is no date
            if named < today:
                yield _about(one, "dead_date", f"{found.group()} is over", at=found.start())


def _lengths(one: Snippet, places: Sequence[SnippetChannel]) -> Iterator[SnippetFinding]:
    text = shortest_text(one)
    for place in places:
        if one.channels and place.channel not in one.channels:
            continue
        length = len(text.encode()) if place.in_bytes else len(text)
        unit = "bytes" if place.in_bytes else "characters"
        # one limit, or the larger one, is told once
        limits = {place.private_limit: "private messages", place.reply_limit: "replies"}
        if one.points:
            is_private = {point.is_private for point in one.points}
            wanted = {place.private_limit} if True in is_private else set()
            wanted |= {place.reply_limit} if False in is_private else set()
            limits = {limit: what for limit, what in limits.items() if limit in wanted}
        for limit, where in limits.items():
            if length > limit:
                what = f"{length - limit} {unit} too long for {where} on {place.channel}"
                yield _about(one, "too_long", what, f"{limit} fit, with nothing filled in.")


def _twice(snippets: Sequence[Snippet]) -> Iterator[SnippetFinding]:
    first: dict[str, Snippet] = {}
    for one in snippets:
        if one.name in first:
            what = f"the name {one.name!r} is taken"
            hint = f"{first[one.name].file} has it and is offered instead."
            yield _about(one, "duplicate_name", what, hint)
        first.setdefault(one.name, one)


def _untranslated(
    snippets: Sequence[Snippet], places: Sequence[SnippetChannel]
) -> Iterator[SnippetFinding]:
    """Groups that lack a language mostly written on a channel which their snippets are for."""
    groups: dict[str, list[Snippet]] = defaultdict(list)
    for one in snippets:
        groups[one.group].append(one)
    for group, members in groups.items():
        if any(not one.languages for one in members):
            continue  # meant for every language
        has = {language for one in members for language in one.languages}
        wanted = {
            place.language
            for place in places
            if place.language
            and any(not one.channels or place.channel in one.channels for one in members)
        }
        for language in sorted(wanted - has):
            what = f"{group!r} is not there in {language!r}"
            hint = f"It is there in {', '.join(sorted(has))}."
            yield _about(members[0], "missing_translation", what, hint)
