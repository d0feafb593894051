"""Loads a configuration file and checks that it makes sense as a whole."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

import msgspec

from carecli.config.document import Node, read_file, read_text
from carecli.config.model import Config
from carecli.config.reader import DocumentReader, expected_one_of
from carecli.config.values import SecretPlace
from carecli.domain.errors import ConfigError, FilterError
from carecli.domain.filter import parse_filter
from carecli.domain.model import SECOND
from carecli.domain.queue import TIMES, is_order


def load(path: Path) -> Config:
    """Load a configuration, with absolute paths; raises ConfigError with all its problems."""
    return _config(read_file(path), str(path), path.absolute().parent)


def parse(text: str, *, file: str = "configuration", folder: Path | None = None) -> Config:
    """Parse a configuration; paths are relative to `folder`, or to the current folder."""
    return _config(read_text(text, file), file, folder or Path.cwd())


def problem_at(path: Path, key: str, what: str, hint: str = "") -> ConfigError:
    """An error for a problem with a key found by a later layer, with the key's line."""
    return problems_at(path, [ConfigError(what, key=key, hint=hint)])


def problems_at(path: Path, problems: Iterable[ConfigError]) -> ConfigError:
    """An error for problems found by a later layer, with their lines in the file."""
    reader = DocumentReader(str(path))
    reader.settings(read_file(path), Config)
    placed = [
        ConfigError(
            problem.what,
            file=str(path),
            line=reader.lines.get(problem.key, 0),
            key=problem.key,
            hint=problem.hint,
        )
        for problem in problems
    ]
    first, *also = sorted(placed, key=lambda problem: problem.line)
    first.also = tuple(also)
    return first


def brand_of(config: Config, channel: str) -> str:
    """The key of the brand a channel belongs to."""
    named = config.channels[channel].brand
    if named:
        return named
    return next(iter(config.brands)) if config.brands else channel


def _config(node: Node, file: str, folder: Path) -> Config:
    reader = DocumentReader(file)
    config = reader.settings(node, Config)
    _check(config, reader)
    reader.done()
    return _with_absolute_paths(config, folder)


def _check(config: Config, reader: DocumentReader) -> None:
    """Check across keys: names must be configured, and times must make sense."""

    def known(word: str, words: object, key: str, what: str) -> None:
        names = list(words) if isinstance(words, dict | list) else []
        if word not in names:
            reader.wrong(key, f"no such {what}: {word!r}", hint=expected_one_of(names, word))

    for name, channel in config.channels.items():
        key = f"channels.{name}"
        if channel.brand:
            known(channel.brand, config.brands, f"{key}.brand", "brand")
        elif len(config.brands) > 1:
            reader.wrong(f"{key}.brand", "this key is missing", hint=expected_one_of(config.brands))
        if not channel.account and channel.platform in ("facebook", "instagram", "matrix"):
            reader.wrong(
                f"{key}.account", "this key is missing", hint="the platform's id of the account"
            )
        if channel.base_url and not channel.base_url.startswith(("https://", "http://")):
            reader.wrong(f"{key}.base_url", "expected an address such as https://example.org")
    users: dict[str, str] = {}
    for name, person in config.moderators.items():
        other = users.setdefault(person.user or name, name)
        if other != name:
            key = "user" if person.user else ""
            reader.wrong(f"moderators.{name}.{key}".rstrip("."), f"{other!r} is this user already")
        if config.teams:
            for place, team in enumerate(person.teams):
                known(team, config.teams, f"moderators.{name}.teams[{place}]", "team")
        for place, absence in enumerate(person.absent):
            at = f"moderators.{name}.absent[{place}]"
            if absence.until <= absence.since:
                reader.wrong(f"{at}.until", "expected a moment after `from`")
            if absence.substitute:
                known(absence.substitute, config.moderators, f"{at}.substitute", "moderator")
    boxes = [box for box in config.channels.values() if box.options.get("role") == "cases"]
    for name, settings in config.teams.items():
        for place, address in enumerate(settings.address):
            if _MAIL.fullmatch(address) is None:
                at = f"teams.{name}.address[{place}]"
                reader.wrong(at, "expected an address: who@example.org")
        if settings.address and not boxes:
            what = "no mailbox has the role `cases`, which sends mails to this team"
            reader.wrong(f"teams.{name}.address", what, hint="see docs/mail.md")
        if settings.cap < 0:
            reader.wrong(f"teams.{name}.cap", "expected 0 or more")
    _check_workers(config, reader)
    _check_escalation(config, reader, known)
    if config.me and config.moderators:
        known(config.me, config.moderators, "me", "moderator")
    for colour in ("green", "yellow", "red"):
        rule = getattr(config.protocol, colour)
        key = f"protocol.{colour}"
        if config.teams:
            known(rule.team, config.teams, f"{key}.team", "team")
        known(rule.clock, ["always", *config.calendars], f"{key}.clock", "clock")
        if rule.within <= 0:
            reader.wrong(f"{key}.within", "expected more than 0")
    for name, calendar in config.calendars.items():
        if not any(getattr(calendar, day) for day in WEEKDAYS):
            reader.wrong(f"calendars.{name}", "no working hours on any weekday")
    for name, steps in config.macros.items():
        _check_macro(steps, f"macros.{name}", reader)
    for name, view in config.views.items():
        _check_filter(view.filter, f"views.{name}.filter", config, reader)
        if view.order:
            _check_order(view.order, f"views.{name}.order", reader)
    for name, campaign in config.campaigns.items():
        if campaign.since and campaign.until and campaign.until <= campaign.since:
            reader.wrong(f"campaigns.{name}.until", "expected a moment after `from`")
    _check_competitors(config, reader, known)
    _check_reports(config, reader, known)
    _check_order(config.queue.order, "queue.order", reader)
    if config.queue.pressing_time < 0:
        reader.wrong("queue.pressing_time", "expected 0 or more")
    if config.queue.pressing_part < 1:
        reader.wrong("queue.pressing_part", "expected 1 or more", hint="3 means a third")
    fastest, slowest = config.engine.fastest, config.engine.slowest
    if fastest is not None and fastest < SECOND:
        reader.wrong("engine.fastest", "expected at least 1s")
    if slowest is not None and slowest < (fastest or SECOND):
        reader.wrong("engine.slowest", "expected no less than `fastest`")


def _check_order(words: Sequence[str], key: str, reader: DocumentReader) -> None:
    """Check that an order has each word at most once and ends with a time."""
    if is_order(words):
        return
    if words and words[-1] in TIMES and words[-1] != "deadline":
        what = f"expected `deadline` at the end, or `{words[-1]}` alone"
    else:
        what = "expected each word once, and `deadline` at the end"
    reader.wrong(key, what, hint="e.g. [pressing, red, campaign, point, colour, deadline]")


def _check_competitors(
    config: Config, reader: DocumentReader, known: Callable[[str, object, str, str], None]
) -> None:
    """Check that competitors have an address and a channel of their platform."""
    for name, competitor in config.competitors.items():
        key = f"competitors.{name}"
        wanted, wrong = (
            ("page", "username") if competitor.platform == "facebook" else ("username", "page")
        )
        if name in config.channels:
            reader.wrong(
                key, "a channel already has this key", hint="their figures would be mixed up"
            )
        if getattr(competitor, wrong):
            what = f"a profile on {competitor.platform.title()} has a `{wanted}`"
            reader.wrong(f"{key}.{wrong}", what)
        address = getattr(competitor, wanted)
        if address and _ADDRESS.fullmatch(address) is None:
            hint = "use only its id or name, not the whole address"
            reader.wrong(f"{key}.{wanted}", f"expected a name, not {address!r}", hint=hint)
        if competitor.brand:
            known(
                competitor.brand,
                [brand_of(config, key) for key in config.channels] + list(config.brands),
                f"{key}.brand",
                "brand",
            )
        if not competitor.channel:
            continue
        known(competitor.channel, config.channels, f"{key}.channel", "channel")
        channel = config.channels.get(competitor.channel)
        if channel is not None and channel.platform != competitor.platform:
            what = f"a channel on {channel.platform} cannot see {competitor.platform}"
            reader.wrong(f"{key}.channel", what)
        if not address:
            reader.wrong(f"{key}.{wanted}", "this key is missing")


def _check_reports(
    config: Config, reader: DocumentReader, known: Callable[[str, object, str, str], None]
) -> None:
    """Check that reports have a day that every month has, and a recipient or a folder."""
    brands = [*dict.fromkeys([*config.brands, *(brand_of(config, key) for key in config.channels)])]
    for name, report in config.reports.items():
        key = f"reports.{name}"
        if not 1 <= report.day <= 28:
            reader.wrong(f"{key}.day", "expected a day that every month has: 1 to 28")
        for place, brand in enumerate(report.brands):
            known(brand, brands, f"{key}.brands[{place}]", "brand")
        for place, address in enumerate(report.to):
            if _MAIL.fullmatch(address) is None:
                reader.wrong(f"{key}.to[{place}]", "expected an address: who@example.org")
        if not (report.to or report.folder):
            reader.wrong(key, "expected `to` or `folder`", hint="to: [who@example.org]")
        if not report.files:
            reader.wrong(f"{key}.files", "expected html, xlsx, or both")
        boxes = [box for box, channel in config.channels.items() if channel.platform == "mail"]
        if report.mailbox:
            known(report.mailbox, boxes, f"{key}.mailbox", "mailbox")
        elif report.to:
            reader.wrong(f"{key}.mailbox", "this key is missing", hint=expected_one_of(boxes))


_MAIL = re.compile(r"[^\s<>@,;\"\\]{1,64}@[A-Za-z0-9.-]{1,190}")

_ADDRESS = re.compile(r"[A-Za-z0-9._-]{1,100}")
"""The id or name of a page, or a user name."""


def _check_workers(config: Config, reader: DocumentReader) -> None:
    """Check that nothing is assigned to people with read-only access or to teams of such people."""
    people = config.moderators
    idle = {name for name, person in people.items() if not person.role.may_decide}
    able = {team for key, person in people.items() if key not in idle for team in person.teams}
    empty = {team for name in idle for team in people[name].teams} - able

    def person(name: str, key: str) -> None:
        if name in idle:
            others = [moderator for moderator in config.moderators if moderator not in idle]
            problem = f"{name!r} has read-only access, so nothing can be assigned to them"
            reader.wrong(key, problem, hint=expected_one_of(others))

    def team(name: str, key: str) -> None:
        if name in empty:
            problem = f"everyone in the team {name!r} has read-only access"
            reader.wrong(key, problem, hint="give the team a moderator or a specialist")

    for name, moderator in people.items():
        for place, absence in enumerate(moderator.absent):
            person(absence.substitute, f"moderators.{name}.absent[{place}].substitute")
    for place, step in enumerate(config.escalation):
        person(step.assign, f"escalation[{place}].assign")
        team(step.team, f"escalation[{place}].team")
    for colour in ("green", "yellow", "red"):
        team(getattr(config.protocol, colour).team, f"protocol.{colour}.team")
    for name, steps in config.macros.items():
        for place, text in enumerate(steps):
            action, _, to = text.strip().partition(" ")
            if action == "thread.assign":
                person(to.strip(), f"macros.{name}[{place}]")
                team(to.strip().removeprefix("team:"), f"macros.{name}[{place}]")


def _check_escalation(
    config: Config, reader: DocumentReader, known: Callable[[str, object, str, str], None]
) -> None:
    """Check the targets of escalation steps, and the hooks."""
    for place, step in enumerate(config.escalation):
        key = f"escalation[{place}]"
        if not 1 <= step.at <= 1_000:
            reader.wrong(f"{key}.at", "expected percent of the time, e.g. 80")
        if step.assign and config.moderators:
            known(step.assign, config.moderators, f"{key}.assign", "moderator")
        if step.team and config.teams:
            known(step.team, config.teams, f"{key}.team", "team")
        for number, person in enumerate(step.notify):
            if config.moderators:
                known(person, config.moderators, f"{key}.notify[{number}]", "moderator")
    for name, hook in config.hooks.items():
        if not (hook.run or hook.url):
            reader.wrong(f"hooks.{name}", "expected `run` or `url`", hint="run: [/usr/bin/notify]")
        if not hook.events:
            reader.wrong(f"hooks.{name}.events", "expected at least one event")
        if hook.timeout <= 0:
            reader.wrong(f"hooks.{name}.timeout", "expected more than 0")
        if hook.url and not hook.url.startswith(("https://", "http://")):
            reader.wrong(f"hooks.{name}.url", "expected an address such as https://example.org")
        if hook.filter:
            _check_filter(hook.filter, f"hooks.{name}.filter", config, reader)


def _check_macro(steps: Sequence[str], key: str, reader: DocumentReader) -> None:
    """Every step is an action with what it takes, and there is one at least."""
    from carecli.domain.macro import ACTIONS, parse_step, snippet_to_open

    if not steps:
        reader.wrong(key, "expected at least one step", hint="e.g. [thread.yellow, thread.flag]")
    for place, text in enumerate(steps):
        try:
            parse_step(text)
        except ValueError as error:
            action = text.strip().partition(" ")[0]
            hint = "" if action in ACTIONS else expected_one_of(ACTIONS, action)
            reader.wrong(f"{key}[{place}]", str(error), hint=hint)
        if snippet_to_open(text) and place < len(steps) - 1:
            what = "a reply that is only started must be the last step"
            reader.wrong(f"{key}[{place}]", what, hint="add `send` to send it")


def _check_filter(text: str, key: str, config: Config, reader: DocumentReader) -> None:
    """A filter must be readable, and what it names must be in the configuration."""
    known: dict[str, Iterable[str]] = {"channel": config.channels, "campaign": config.campaigns}

    def wrong(what: str, column: int, hint: str) -> None:
        reader.wrong(key, f"{what}, at column {column + 1}", hint=hint)

    try:
        query = parse_filter(text)
    except FilterError as error:
        wrong(error.what, error.column, error.hint)
        return
    for term in query.terms:
        names = known.get(term.field, term.values)
        for value in term.values:
            if value not in names:
                column = text.find(value, term.column)
                wrong(f"no such {term.field}: {value!r}", column, expected_one_of(names, value))


WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")


def _with_absolute_paths(config: Config, folder: Path) -> Config:
    def absolute(text: str) -> str:
        return os.path.normpath(folder / Path(text).expanduser()) if text else ""

    def place(secret_place: SecretPlace | None) -> SecretPlace | None:
        if secret_place is None or secret_place.kind != "file":
            return secret_place
        return SecretPlace("file", absolute(secret_place.name))

    replace = msgspec.structs.replace
    channels = {
        name: replace(channel, token=place(channel.token), secret=place(channel.secret))
        for name, channel in config.channels.items()
    }
    reports = {
        name: replace(report, folder=absolute(report.folder))
        for name, report in config.reports.items()
    }
    return replace(
        config,
        reports=reports,
        database=absolute(config.database),
        report_notes=absolute(config.report_notes),
        snippets=absolute(config.snippets),
        cards=absolute(config.cards),
        rules=absolute(config.rules),
        words=absolute(config.words),
        channels=channels,
    )
