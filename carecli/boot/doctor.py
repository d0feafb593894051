"""Doctor checks of files, database, engine and each channel's own answer."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

from carecli import log, paths
from carecli.boot.channels import META, NEEDS_NO_TOKEN, open_connector
from carecli.boot.doctor_attention import (
    access_checks,
    clock_finding,
    competitor_checks,
    machine_checks,
    outbox_checks,
    problems_of,
    rule_checks,
    secret_checks,
)
from carecli.boot.doctor_checks import Check
from carecli.boot.doctor_readability import readability_checks
from carecli.boot.doctor_runtime import runtime_checks
from carecli.boot.monthly_report import report_checks
from carecli.boot.setup import Setup, now, protocol_of
from carecli.boot.store import open_store
from carecli.boot.token_renewal import keep_access
from carecli.boot.webhook_subscription import webhook_check
from carecli.desk.replies.front_matter import files
from carecli.desk.replies.product_cards import ENDINGS as CARD_ENDINGS
from carecli.desk.replies.product_cards import read_card
from carecli.desk.replies.snippet_files import ENDINGS as SNIPPET_ENDINGS
from carecli.desk.replies.snippet_files import read_snippet
from carecli.domain.errors import CareError, ConfigError
from carecli.domain.text import one_line
from carecli.file_rights import hands_on_no_group, is_mine, is_shared
from carecli.secrets import Secret, is_open_to_all, is_private
from carecli.store import channels, checkup, outsiders, renewal, settings
from carecli.store.attention import is_off
from carecli.store.db import Database


def run_checks(setup: Setup, *, offline: bool) -> Iterator[Check]:
    """Run all checks; with `offline`, no platform is asked."""
    hide = log.start(paths.log_file()).add
    yield from _files(setup)
    try:
        protocol_of(setup)
        database = open_store(setup)
    except CareError as error:
        yield Check("database", False, error.what, error.hint)
        return
    try:
        yield from _database(setup, database)
        for key in setup.config.channels:
            yield from _stored(database, key)
            if offline:
                yield from _endings(database, key)
            platform = setup.config.channels[key].platform
            yield from access_checks(database, key, platform, is_asked_now=not offline)
            yield from _channel(setup, database, key, hide, offline=offline)
    finally:
        database.close()


def _files(setup: Setup) -> Iterator[Check]:
    yield Check("configuration", True, f"{setup.file}: {len(setup.config.channels)} channels")
    for path in _token_files(setup):
        try:
            is_open = not is_private(path)
        except OSError:  # it is missing or unreadable: the check of the token reports that
            continue
        if is_open:
            hint = f"Run: chmod 600 {path}"
            yield Check("files", False, f"Others on this computer can read {path}.", hint)
    yield from _shared(setup)
    if any(file == setup.database and is_open_to_all(file) for file in _of_database(setup)):
        hint = f"Run: chmod o= {setup.database}"
        yield Check("files", False, f"Anybody on this computer can read {setup.database}.", hint)
    yield from _written("snippets", Path(setup.config.snippets), read_snippet, SNIPPET_ENDINGS)
    yield from _written("cards", Path(setup.config.cards), read_card, CARD_ENDINGS)


def _shared(setup: Setup) -> Iterator[Check]:
    """Whether everybody who shares the database can use all its files."""
    folder = setup.database.absolute().parent
    if hands_on_no_group(folder):
        if any(not is_private(file) for file in _of_database(setup)):
            text = f"{folder} is shared by a group, but new files there do not belong to the group."
            yield Check("files", False, text, f"Run: chmod 2770 {folder}")
        return
    if not is_shared(folder):
        return
    yield Check("files", True, f"{folder} is shared; you are {setup.me}.")
    if setup.config.moderators and setup.me not in setup.config.moderators:
        text = f"{setup.me} is not one of the moderators, so you can look, but change nothing."
        yield Check("files", is_mine(setup.database), text, "Add them under `moderators`.")
    group = folder.stat().st_gid
    for file in _of_database(setup):
        stat = file.stat()
        if stat.st_gid != group or stat.st_mode & 0o660 != 0o660:
            text = f"Not everybody who shares {folder} has access to {file.name}."
            name = folder.group()
            yield Check("files", False, text, f"Run: chgrp {name} {file}; chmod 660 {file}")


def _of_database(setup: Setup) -> list[Path]:
    """The files of the database: its own, SQLite's and the engine's."""
    suffixes = ("", "-wal", "-shm", ".engine")
    paths = [setup.database.with_name(setup.database.name + ending) for ending in suffixes]
    try:
        return [path for path in paths if path.is_file()]
    except OSError:  # the folder is unreadable: opening the database reports that
        return []


def _written(
    about: str, folder: Path, read: Callable[[Path], object], endings: tuple[str, ...]
) -> Iterator[Check]:
    """Checks of the files that people write: each must be readable."""
    try:
        os.listdir(folder)  # noqa: PTH208  # only whether it can be listed
    except (FileNotFoundError, NotADirectoryError):
        hint = f"Create it, with one file for each of the {about}, or configure another folder."
        yield Check(about, True, f"There is no folder {folder}.", hint)
    except OSError as error:
        text = f"The folder {folder} cannot be read: {error.strerror}."
        yield Check(
            about, False, text, "Give your user permission to read it, or configure another folder."
        )
    for file, _ in files([folder], endings):
        try:
            read(Path(file))
        except ConfigError as error:
            yield Check(about, False, str(error), "It is not used until it can be read.")


def _token_files(setup: Setup) -> Iterator[Path]:
    for channel in setup.config.channels.values():
        for place in (channel.token, channel.secret):
            if place is not None and place.kind == "file":
                yield Path(place.name)


def _database(setup: Setup, database: Database) -> Iterator[Check]:
    with database.read() as db:
        damage, size = checkup.damage(db), checkup.size(db)
        is_outdated = bool(settings.get(db, settings.REBUILD_WANTED))
    if damage:
        hint = "Stop the engine, then restore a backup, or move the file away and sync again."
        yield Check("database", False, f"{setup.database} is damaged: {damage}", hint)
    else:
        text = f"{setup.database}: {size.threads} threads, {size.messages} messages"
        yield Check("database", True, text)
    if is_outdated:
        text = (
            "An older version of carecli stored this and counted some people as answered who "
            "were not."
        )
        yield Check("database", False, text, "Run: carecli rebuild --fix")
    yield from machine_checks(setup, database)
    yield from runtime_checks(setup, database)
    yield from rule_checks(database)
    yield from competitor_checks(setup, database)
    if is_mine(setup.database):
        yield from secret_checks(setup)
    yield from outbox_checks(setup, database)
    yield from report_checks(setup, database)


def _stored(database: Database, key: str) -> Iterator[Check]:
    """Checks of what the store knows about a channel from earlier pulls."""
    with database.read() as db:
        [channel] = [channel for channel in channels.channels(db) if channel.key == key]
        unread = channels.unrecognised(db).get(channel.id, 0)
        kinds = checkup.unread(db, channel.id)
        rejections = outsiders.turned_away(db, channel.id)
    yield from readability_checks(database, channel, now())
    if unread:
        kinds_text = one_line("; ".join(f"{count} x {what}" for what, count in kinds))
        text = f"{unread} payloads contain data that carecli could not read: {kinds_text}"
        yield Check(key, False, text, "They are kept. Please report them.")
    for rejected in rejections:
        text = (
            f"{rejected.n} messages were turned away: {rejected.reason}. The last one was from "
            f"{rejected.sender}"
        )
        if rejected.unseen:
            text = f"{text}. Nobody has checked {rejected.unseen} of them"
            hint = "Run: carecli turned-away. `let_in` in docs/mail.md lets such mails in."
            yield Check(key, False, text, hint)
        else:
            yield Check(key, True, text, "They are still in the mailbox; see docs/mail.md.")
    if channel.possible_loss:
        hint = f"Run: carecli verify --channel {key}"
        yield Check(key, False, f"Something may have been missed: {channel.possible_loss}", hint)
    if channel.frozen:
        text = f"Sending is stopped: {channel.frozen}"
        yield Check(key, False, text, "Correct this, then run: carecli resume")


def _endings(database: Database, key: str) -> Iterator[Check]:
    """Checks of when a token and the access to data end, as the engine last learned."""
    with database.read() as db:
        endings = renewal.endings(db, now())
    for ending in endings:
        if ending.channel == key:
            what = "The access to data" if ending.is_data else "The token"
            verb = "expired" if ending.at <= now() else "expires"
            day = f"{datetime.fromtimestamp(ending.at / 1000, UTC):%Y-%m-%d}"
            yield Check(key, False, f"{what} {verb} on {day}.", f"Run: carecli token {key}")


def _channel(
    setup: Setup, database: Database, key: str, hide: Callable[[Secret], None], *, offline: bool
) -> Iterator[Check]:
    try:
        connection = open_connector(setup, key, hide=hide)
    except CareError as error:
        if is_shared(setup.database.absolute().parent) and not is_mine(setup.database):
            text = "Only the engine's user can read its token, so the platform was not checked."
            yield Check(key, True, text, f"Run `carecli doctor` as {_owner(setup)}.")
        else:
            yield Check(key, False, error.what, error.hint or "Put the token there.")
        return
    platform = setup.config.channels[key].platform
    if platform not in NEEDS_NO_TOKEN:
        place = setup.config.channels[key].token.kind
        yield Check(key, True, f"The token is in the {PLACES[place]}.")
    if offline:
        return

    async def ask() -> list[Check]:
        try:
            probe = await connection.probe()
        except CareError as error:
            return [Check(key, False, error.what, error.hint or _AGAIN)]
        finally:
            await connection.aclose()
        problems = problems_of(probe, platform)
        if not (setup.config.engine.listen and platform in META):
            with database.write() as db:
                keep_access(db, key, probe, problems)
        account_check = [Check(key, True, f"The platform knows it as {probe.account}.")]
        findings = [Check(key, True, text) for text in probe.findings]
        failures = [Check(key, False, problem.text, problem.hint) for problem in problems]
        gap = connection.unreadable.clock_gap
        if gap is not None and is_off(gap):
            failures.append(clock_finding(key, gap))
        return [*(account_check if probe.account else []), *findings, *failures]

    yield from asyncio.run(ask())
    if setup.config.engine.listen and platform in META:
        yield webhook_check(setup, key, hide)


_AGAIN = "Is the network up? Try again: carecli doctor"


def _owner(setup: Setup) -> str:
    """The user that the database belongs to."""
    try:
        return setup.database.owner()
    except (KeyError, OSError):
        return "its owner"


PLACES = {"keyring": "keyring", "env": "environment", "file": "file that only you can read"}
