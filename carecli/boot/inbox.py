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
from carecli.boot.change_watch import print_of_file
from carecli.boot.engine_watch import EngineWatch
from carecli.boot.screen import screen_settings
from carecli.boot.setup import Setup, now, set_up, speak_on_screen
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

NEXT = (
    "conversations.conversation_builder",
    "commands.unit_of_work",
    "commands.undo",
    "replies.snippet_library",
    "replies.rows",
)
"""Modules of the desk that opening a thread and deciding about it need."""


def inbox(
    config_given: str = "",
    database_given: str = "",
    *,
    language: str = "",
    plain: bool = False,
    engine_stays: bool = True,
    greeting: str = "",
) -> int:
    """Open the inbox and stay until it is left; the exit code.

    An engine is started where none runs; it goes on after the inbox if it `stays`. `language` goes
    before the one chosen inside the inbox, which goes before the configured one. `greeting` is
    said once. `plain`: as lines, also where there is no terminal. Raises
    NoConfiguration where there is none.
    """
    setup = set_up(config_given, database_given)
    configured = speak_on_screen(setup, language)
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
        """What would only have delayed the first keys."""
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
            child_processes.end(engine)


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
            times=bool(saved_choices.chosen(setup.me, saved_choices.TIMES)),
        )
    finally:
        desk.close()
        watch.close()
        if engine is not None and not engine_stays:
            child_processes.end(engine)
    return 0


def _make_ready() -> None:
    """Load what the next keys need, and let the garbage collector pass over all that stays.

    A look through everything a screen is made of takes 25 to 35 ms, which a key would wait for.
    """
    try:
        for name in NEXT:
            import_module(f"carecli.desk.{name}")
    finally:
        gc.freeze()
        gc.enable()


def require_terminal() -> None:
    """Raise CareError where no screen can be shown."""
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
    """The program that teaches the keys of this configuration."""
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
    known = context(setup, grace=grace)
    if watch is not None:
        known = replace(known, engine_failure=watch.failure)
    services = open_services(setup.database, known)
    services.threads.wake_snoozed()
    return services


def _whether_changed(setup: Setup) -> Callable[[], bool]:
    """Whether the configuration was changed since, asked again each time."""
    at_start = print_of_file(setup.file)
    return lambda: print_of_file(setup.file) != at_start


def context(setup: Setup, *, grace: Millis | None = None) -> DeskContext:
    """Who works here, by which rules."""
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
        accounts=frozenset(one.account for one in config.channels.values() if one.account),
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
            colour: Guidance(one.guidance, one.snippets, one.answer == "private")
            for colour in Colour
            if (one := getattr(config.protocol, colour.value))
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
    """Who belongs to each team that anybody belongs to."""
    found: dict[str, list[str]] = {}
    for key, person in setup.config.moderators.items():
        for team in person.teams:
            found.setdefault(team, []).append(key)
    return found


def _rulebook(setup: Setup) -> Rulebook:
    from carecli.boot.rulebook import rulebook

    return rulebook(setup, context(setup))


def _case_desks(setup: Setup) -> dict[str, CaseMailbox]:
    """How each team is asked: by a mailbox whose role is `cases`, at its own address or that one's.

    A team with addresses of its own is asked from its own mailbox, or from the first there is.
    """
    from carecli.config import values

    found: dict[str, CaseMailbox] = {}
    for key, channel in setup.config.channels.items():
        options = channel.options
        if channel.platform != "mail" or options.get("role") != "cases":
            continue
        try:
            within = values.duration(options.get("within", "4h"))
        except ValueError as error:
            raise ConfigError(str(error), key=f"channels.{key}.options.within") from None
        team = options.get("team", key)
        found[team] = CaseMailbox(key, within, _language_of(setup, team))
    boxes = list(found.values())
    for team, settings in setup.config.teams.items():
        if settings.address and boxes:
            box = found.get(team, boxes[0])
            language = _language_of(setup, team)
            found[team] = CaseMailbox(box.channel, box.within, language, settings.address)
    return found


def _language_of(setup: Setup, team: str) -> str:
    """The language a team is written to in."""
    known = setup.config.teams.get(team)
    return (known.language if known is not None else "") or "en"


def _picture(setup: Setup, url: str) -> bytes:
    from carecli.platforms.pictures import fetch_picture

    own = [one.base_url for one in setup.config.channels.values() if one.base_url]
    return fetch_picture(url, own)


def _capabilities(setup: Setup, key: str) -> Capabilities:
    """What a channel can do; a connector that is plugged in is loaded and asked."""
    from carecli.platforms.registry import capabilities_of

    channel = setup.config.channels[key]
    known = capabilities_of(channel.platform, channel.options)
    if known is not None:
        return known
    from carecli.boot.channels import connector

    return connector(setup, key, with_token=False).capabilities


def ensure_engine(
    setup: Setup, *, stays: bool, watch: EngineWatch | None = None
) -> subprocess.Popen[str] | None:
    """Start an engine where none runs and there is something to serve; `watch` sees it end.

    In a database that several users share, the engine is a matter of the user it belongs to, who
    can read the tokens.
    """
    from carecli.sync.lock import is_engine_running

    if not setup.config.channels or is_engine_running(setup.database):
        return None
    if is_shared(setup.database.absolute().parent) and not is_mine(setup.database):
        return None
    words = ["daemon", "--config", str(setup.file), "--db", str(setup.database), "--step-back"]
    if watch is None:
        return child_processes.start(words, stays=stays)
    return watch.start(words, stays=stays)
