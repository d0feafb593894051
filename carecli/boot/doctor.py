"""Doctor checks of files, database, engine and each channel's own answer."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

from carecli import log, paths
from carecli.boot.channels import META, NEEDS_NO_TOKEN, connector
from carecli.boot.doctor_attention import (
    access,
    clock_finding,
    competitors_told,
    machine,
    outbox_told,
    problems_of,
    rules_stumbled,
    secrets,
)
from carecli.boot.doctor_checks import Check
from carecli.boot.doctor_readability import readability
from carecli.boot.doctor_runtime import running
from carecli.boot.monthly_report import reports_told
from carecli.boot.setup import Setup, now, protocol_of
from carecli.boot.store import open_store
from carecli.boot.token_renewal import keep_access
from carecli.boot.webhook_subscription import pushed
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


def examine(setup: Setup, *, offline: bool) -> Iterator[Check]:
    """Look at everything; with `offline`, ask no platform."""
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
            yield from access(database, key, platform, is_asked_now=not offline)
            yield from _channel(setup, database, key, hide, offline=offline)
    finally:
        database.close()


def _files(setup: Setup) -> Iterator[Check]:
    yield Check("configuration", True, f"{setup.file}: {len(setup.config.channels)} channels")
    for path in _token_files(setup):
        try:
            is_open = not is_private(path)
        except OSError:  # it is not there, or not for me: what wants the token tells
            continue
        if is_open:
            hint = f"Run: chmod 600 {path}"
            yield Check("files", False, f"Others on this computer can read {path}.", hint)
    yield from _shared(setup)
    if any(one == setup.database and is_open_to_all(one) for one in _of_database(setup)):
        hint = f"Run: chmod o= {setup.database}"
        yield Check("files", False, f"Anybody on this computer can read {setup.database}.", hint)
    yield from _written("snippets", Path(setup.config.snippets), read_snippet, SNIPPET_ENDINGS)
    yield from _written("cards", Path(setup.config.cards), read_card, CARD_ENDINGS)


def _shared(setup: Setup) -> Iterator[Check]:
    """Whether everybody who shares the database can use all its files."""
    folder = setup.database.absolute().parent
    if hands_on_no_group(folder):
        if any(not is_private(one) for one in _of_database(setup)):
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
    for one in _of_database(setup):
        known = one.stat()
        if known.st_gid != group or known.st_mode & 0o660 != 0o660:
            text = f"Not everybody who shares {folder} has access to {one.name}."
            name = folder.group()
            yield Check("files", False, text, f"Run: chgrp {name} {one}; chmod 660 {one}")


def _of_database(setup: Setup) -> list[Path]:
    """The database and what SQLite and the engine keep beside it."""
    endings = ("", "-wal", "-shm", ".engine")
    places = [setup.database.with_name(setup.database.name + ending) for ending in endings]
    try:
        return [one for one in places if one.is_file()]
    except OSError:  # the folder is not for me: opening the database tells
        return []


def _written(
    about: str, folder: Path, read: Callable[[Path], object], endings: tuple[str, ...]
) -> Iterator[Check]:
    """Files a person wrote, each of which must be readable."""
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
    yield from machine(setup, database)
    yield from running(setup, database)
    yield from rules_stumbled(database)
    yield from competitors_told(setup, database)
    if is_mine(setup.database):
        yield from secrets(setup)
    yield from outbox_told(setup, database)
    yield from reports_told(setup, database)


def _stored(database: Database, key: str) -> Iterator[Check]:
    """What earlier pulls left in the store about a channel."""
    with database.read() as db:
        [one] = [found for found in channels.channels(db) if found.key == key]
        unread = channels.unrecognised(db).get(one.id, 0)
        kinds = checkup.unread(db, one.id)
        away = outsiders.turned_away(db, one.id)
    yield from readability(database, one, now())
    if unread:
        told = one_line("; ".join(f"{count} x {what}" for what, count in kinds))
        text = f"{unread} payloads contain data that carecli could not read: {told}"
        yield Check(key, False, text, "They are kept. Please report them.")
    for turned in away:
        text = (
            f"{turned.n} messages were turned away: {turned.reason}. The last one was from "
            f"{turned.sender}"
        )
        if turned.unseen:
            text = f"{text}. Nobody has checked {turned.unseen} of them"
            hint = "Run: carecli turned-away. `let_in` in docs/mail.md lets such mails in."
            yield Check(key, False, text, hint)
        else:
            yield Check(key, True, text, "They are still in the mailbox; see docs/mail.md.")
    if one.possible_loss:
        hint = f"Run: carecli verify --channel {key}"
        yield Check(key, False, f"Something may have been missed: {one.possible_loss}", hint)
    if one.frozen:
        text = f"Sending is stopped: {one.frozen}"
        yield Check(key, False, text, "Correct this, then run: carecli resume")


def _endings(database: Database, key: str) -> Iterator[Check]:
    """When its token and its access to data end, as the platform told the engine last."""
    with database.read() as db:
        near = renewal.endings(db, now())
    for one in near:
        if one.channel == key:
            what = "The access to data" if one.is_data else "The token"
            verb = "ended" if one.at <= now() else "ends"
            day = f"{datetime.fromtimestamp(one.at / 1000, UTC):%Y-%m-%d}"
            yield Check(key, False, f"{what} {verb} on {day}.", f"Run: carecli token {key}")


def _channel(
    setup: Setup, database: Database, key: str, hide: Callable[[Secret], None], *, offline: bool
) -> Iterator[Check]:
    try:
        made = connector(setup, key, hide=hide)
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
            probe = await made.probe()
        except CareError as error:
            return [Check(key, False, error.what, error.hint or _AGAIN)]
        finally:
            await made.aclose()
        problems = problems_of(probe, platform)
        if not (setup.config.engine.listen and platform in META):
            with database.write() as db:
                keep_access(db, key, probe, problems)
        whose = [Check(key, True, f"The platform knows it as {probe.account}.")]
        found = [Check(key, True, text) for text in probe.findings]
        wrong = [Check(key, False, one.text, one.hint) for one in problems]
        gap = made.unreadable.clock_gap
        if gap is not None and is_off(gap):
            wrong.append(clock_finding(key, gap))
        return [*(whose if probe.account else []), *found, *wrong]

    yield from asyncio.run(ask())
    if setup.config.engine.listen and platform in META:
        yield pushed(setup, key, hide)


_AGAIN = "Is the network up? Try again: carecli doctor"


def _owner(setup: Setup) -> str:
    """The user that the database belongs to."""
    try:
        return setup.database.owner()
    except (KeyError, OSError):
        return "its owner"


PLACES = {"keyring": "keyring", "env": "environment", "file": "file that only you can read"}
