"""Starts the inbox: first page, screen and engine, in the order that shows the list soonest."""

from __future__ import annotations

import gc
import os
import shutil
import subprocess
import sys
import threading
from dataclasses import replace
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

from carecli.boot import child_processes, saved_choices
from carecli.boot.change_watch import file_fingerprint
from carecli.boot.engine_watch import EngineWatch
from carecli.boot.screen import screen_settings
from carecli.boot.setup import Setup, now, set_up, use_screen_language
from carecli.boot.store import open_store
from carecli.config import brand_of, brand_titles, profiles, queue_order, team_keys
from carecli.desk.context import CaseMailbox, DeskContext, Guidance, ThreadDefaults
from carecli.desk.services import InboxServices, open_services
from carecli.domain.errors import CareError, ConfigError
from carecli.domain.model import Colour, Millis
from carecli.file_rights import is_mine, is_shared
from carecli.paths import pictures_folder
from carecli.store.views import SavedView

if TYPE_CHECKING:
    from collections.abc import Callable

    from carecli.desk.rules.rulebook import Rulebook
    from carecli.domain.capabilities import Capabilities

PRELOADED_MODULES = (
    "conversations.conversation_builder",
    "commands.unit_of_work",
    "commands.undo",
    "replies.snippet_library",
    "replies.rows",
)
"""Modules of the desk that are needed to open a thread and decide about it."""


def inbox(
    config_given: str = "",
    database_given: str = "",
    *,
    language: str = "",
    plain: bool = False,
    engine_stays: bool = True,
    greeting: str = "",
) -> int:
    """Run the inbox until the user quits; returns the exit code.

    An engine is started if none runs; with `engine_stays` it goes on after the inbox. `language`
    takes precedence over the one chosen inside the inbox, and that over the configured one.
    `greeting` is shown once. `plain`: as lines, also without a terminal. Raises NoConfiguration.
    """
    setup = set_up(config_given, database_given)
    configured = use_screen_language(setup, language)
    if plain or setup.config.inbox.plain:
        return _plain(setup, engine_stays=engine_stays)
    settings = replace(
        screen_settings(setup),
        greeting=greeting,
        lessons=_lessons(setup, language),
        language=configured,
    )
    require_terminal()
    child_processes.end_with_terminal()
    watch = EngineWatch(setup.database)
    desk = open_desk(setup, watch=watch)
    from carecli.tui.terminal.first_page import splash

    size = shutil.get_terminal_size()
    first = splash(desk, settings, size=(size.columns, size.lines))
    has_taken_over = False
    engine: subprocess.Popen[str] | None = None
    ready = threading.Thread(target=_make_ready, name="ready")

    def settle() -> None:
        """Start the engine and load modules, after the first page is on screen."""
        nonlocal engine
        engine = ensure_engine(setup, stays=engine_stays, watch=watch)
        ready.start()

    try:
        from carecli import log, paths

        log.start(paths.log_file())
        from carecli.tui.app import run_inbox

        has_taken_over = True
        return run_inbox(desk, settings, first, settle)
    finally:
        first.put_back(not has_taken_over)
        if ready.ident is not None:
            ready.join()
        desk.close()
        watch.close()
        if engine is not None and not engine_stays:
            child_processes.end_child(engine)


def _plain(setup: Setup, *, engine_stays: bool) -> int:
    """The inbox as plain lines, over a terminal of any kind or a pipe."""
    from carecli import log, paths
    from carecli.plain.commands import run_plain

    watch = EngineWatch(setup.database)
    desk = open_desk(setup, watch=watch)
    engine: subprocess.Popen[str] | None = None
    try:
        engine = ensure_engine(setup, stays=engine_stays, watch=watch)
        log.start(paths.log_file())
        run_plain(
            desk,
            setup.zone,
            setup.config.alerts.due,
            sys.stdin,
            sys.stdout,
            times=bool(saved_choices.saved_choice(setup.me, saved_choices.TIMES)),
        )
    finally:
        desk.close()
        watch.close()
        if engine is not None and not engine_stays:
            child_processes.end_child(engine)
    return 0


def _make_ready() -> None:
    """Load what the next keys need, and exclude existing objects from garbage collection.

    A collection over all objects of the screen takes 25 to 35 ms, which would delay a key.
    """
    try:
        for name in PRELOADED_MODULES:
            import_module(f"carecli.desk.{name}")
    finally:
        gc.freeze()
        gc.enable()


def require_terminal() -> None:
    """Raise CareError if no screen can be shown."""
    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        raise CareError(
            "The inbox needs a terminal.",
            hint="`carecli --plain`, `carecli list` and the others work without one.",
        )
    if os.environ.get("TERM", "") in ("", "dumb", "unknown"):
        raise CareError(
            "This terminal cannot show the inbox: according to TERM, it cannot move the cursor.",
            hint="Set TERM to the right value, e.g. xterm-256color, or use `carecli --plain`.",
        )


def _lessons(setup: Setup, language: str) -> tuple[str, ...]:
    """The command line of the lessons for this configuration."""
    spoken = ("--language", language) if language else ()
    return (sys.executable, "-m", "carecli", "--config", str(setup.file), *spoken, "learn")


def open_desk(
    setup: Setup, *, grace: Millis | None = None, watch: EngineWatch | None = None
) -> InboxServices:
    """The services on this configuration's database; `grace` (ms) other than the configured one.

    `watch` tells why the engine that was started for it has ended. Threads whose snooze has passed
    wait again from here on, whether an engine runs or not.
    """
    open_store(setup).close()
    desk_context = context(setup, grace=grace)
    if watch is not None:
        desk_context = replace(desk_context, engine_failure=watch.failure)
    services = open_services(setup.database, desk_context)
    services.threads.wake_snoozed()
    return services


def _whether_changed(setup: Setup) -> Callable[[], bool]:
    """A function that tells whether the configuration has changed since now."""
    at_start = file_fingerprint(setup.file)
    return lambda: file_fingerprint(setup.file) != at_start


def context(setup: Setup, *, grace: Millis | None = None) -> DeskContext:
    """The desk's context: the moderator at work and the configuration."""
    config = setup.config
    languages = {
        key: channel.language or config.brands[brand].language
        for key, channel in config.channels.items()
        if (brand := brand_of(config, key)) in config.brands or channel.language
    }
    return DeskContext(
        me=setup.me,
        clock=now,
        capabilities=lambda key: _capabilities(setup, key),
        zone=setup.zone,
        grace=config.sending.grace if grace is None else grace,
        public_gap=config.sending.public_gap,
        order=queue_order(config),
        people={key: person.name or key for key, person in config.moderators.items()},
        brands=brand_titles(config),
        teams={
            key: config.teams[key].title or key if key in config.teams else key
            for key in team_keys(config)
        },
        languages=languages,
        spoken={key: (usual, *config.channels[key].also) for key, usual in languages.items()},
        accounts=frozenset(
            channel.account for channel in config.channels.values() if channel.account
        ),
        snippets=(Path(config.snippets),),
        cards=(Path(config.cards),),
        roles={key: person.role for key, person in config.moderators.items()},
        team_people=_team_people(setup),
        own_teams=config.moderators[setup.me].teams if setup.me in config.moderators else (),
        views=tuple(
            SavedView(key, view.title or key, view.filter, ",".join(view.order) or view.sort)
            for key, view in config.views.items()
        ),
        pictures=pictures_folder(),
        fetch=lambda url: _picture(setup, url),
        case_desks=_case_desks(setup),
        openings={
            key: ThreadDefaults(channel.colour, channel.safety)
            for key, channel in config.channels.items()
            if channel.colour is not None or channel.safety
        },
        guidance={
            colour: Guidance(channel.guidance, channel.snippets, channel.answer == "private")
            for colour in Colour
            if (channel := getattr(config.protocol, colour.value))
        },
        report_notes=Path(config.report_notes),
        handovers=setup.database.parent / "handovers",
        reports=setup.database.parent / "reports",
        rulebook=lambda: _rulebook(setup),
        is_outdated=_whether_changed(setup),
        themes={key: theme.title or key for key, theme in config.themes.items()},
        profiles=profiles(config),
    )


def _team_people(setup: Setup) -> dict[str, list[str]]:
    """The members of each team that has any."""
    people: dict[str, list[str]] = {}
    for key, person in setup.config.moderators.items():
        for team in person.teams:
            people.setdefault(team, []).append(key)
    return people


def _rulebook(setup: Setup) -> Rulebook:
    from carecli.boot.rulebook import rulebook

    return rulebook(setup, context(setup))


def _case_desks(setup: Setup) -> dict[str, CaseMailbox]:
    """How each team is asked by mail: through a mailbox with the role `cases`.

    A team with addresses of its own is asked from its own mailbox, or from the first there is.
    """
    from carecli.config import values

    mailboxes: dict[str, CaseMailbox] = {}
    for key, channel in setup.config.channels.items():
        options = channel.options
        if channel.platform != "mail" or options.get("role") != "cases":
            continue
        try:
            within = values.duration(options.get("within", "4h"))
        except ValueError as error:
            raise ConfigError(str(error), key=f"channels.{key}.options.within") from None
        team = options.get("team", key)
        mailboxes[team] = CaseMailbox(key, within, _language_of(setup, team))
    boxes = list(mailboxes.values())
    for team, settings in setup.config.teams.items():
        if settings.address and boxes:
            box = mailboxes.get(team, boxes[0])
            language = _language_of(setup, team)
            mailboxes[team] = CaseMailbox(box.channel, box.within, language, settings.address)
    return mailboxes


def _language_of(setup: Setup, team: str) -> str:
    """The language in which a team is written to."""
    team_settings = setup.config.teams.get(team)
    return (team_settings.language if team_settings is not None else "") or "en"


def _picture(setup: Setup, url: str) -> bytes:
    from carecli.platforms.pictures import fetch_picture

    trusted = [channel.base_url for channel in setup.config.channels.values() if channel.base_url]
    return fetch_picture(url, trusted)


def _capabilities(setup: Setup, key: str) -> Capabilities:
    """What a channel can do; a plugged-in connector is loaded for that."""
    from carecli.platforms.registry import capabilities_of

    channel = setup.config.channels[key]
    capabilities = capabilities_of(channel.platform, channel.options)
    if capabilities is not None:
        return capabilities
    from carecli.boot.channels import open_connector

    return open_connector(setup, key, with_token=False).capabilities


def ensure_engine(
    setup: Setup, *, stays: bool, watch: EngineWatch | None = None
) -> subprocess.Popen[str] | None:
    """Start an engine where none runs and there is something to serve; `watch` sees it end.

    If several users share the database, only its owner, who can read the tokens, starts one.
    """
    from carecli.sync.lock import is_engine_running

    if not setup.config.channels or is_engine_running(setup.database):
        return None
    if is_shared(setup.database.absolute().parent) and not is_mine(setup.database):
        return None
    words = ["daemon", "--config", str(setup.file), "--db", str(setup.database), "--step-back"]
    if watch is None:
        return child_processes.start_child(words, stays=stays)
    return watch.start(words, stays=stays)
