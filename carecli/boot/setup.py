"""What every program starts from: the configuration and the paths of this user's files."""

from __future__ import annotations

import os
import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from carecli import i18n, paths
from carecli.boot.saved_choices import LANGUAGE, chosen
from carecli.config import Config, load, problem_at, protocol
from carecli.domain.errors import ConfigError
from carecli.domain.model import Millis
from carecli.domain.protocol import Protocol
from carecli.file_rights import is_mine, is_shared


def now() -> Millis:
    """The wall clock: the one place the program reads it."""
    return time.time_ns() // 1_000_000


class NoConfiguration(ConfigError):
    """There is no configuration yet."""


@dataclass(frozen=True, slots=True)
class Setup:
    """A configuration and what follows from it. `zone` is an IANA name."""

    file: Path
    config: Config
    database: Path
    me: str
    zone: str


def set_up(
    config_given: str = "", database_given: str = "", environ: Mapping[str, str] = os.environ
) -> Setup:
    """Read the configuration; raises ConfigError, NoConfiguration where there is no file."""
    file = paths.config_file(config_given, environ)
    try:
        is_there = file.exists()
    except OSError as error:
        hint = "ask the administrator of this computer for permission to read it"
        raise ConfigError(
            f"it cannot be read: {error.strerror}", file=str(file), hint=hint
        ) from error
    if not is_there:
        raise NoConfiguration(
            "there is no configuration",
            file=str(file),
            hint="`carecli demo` shows the inbox on a practice platform, `carecli init` writes one",
        )
    config = load(file)
    _require_platforms(config, file)
    database = paths.database_file(database_given, config.database, environ)
    return Setup(
        file=file,
        config=config,
        database=database,
        me=_who(config, file, database, environ),
        zone=config.inbox.zone or system_zone(environ),
    )


def speak(configured: str, asked: str = "", environ: Mapping[str, str] = os.environ) -> None:
    """Use the language asked for, else the configured one; `auto` is what the environment says."""
    i18n.use(spoken(configured, asked, environ))


def spoken(configured: str, asked: str = "", environ: Mapping[str, str] = os.environ) -> str:
    """Which language that is."""
    wanted = asked or configured
    return i18n.of_environment(environ) if wanted == "auto" else wanted


def speak_on_screen(setup: Setup, asked: str = "") -> str:
    """Use the language asked for, else the one chosen inside the inbox, else the configured one.

    Returns the configured one, which is gone back to when the choice is dropped.
    """
    configured = spoken(setup.config.language, asked)
    i18n.use(configured if asked else chosen(setup.me, LANGUAGE) or configured)
    return configured


def protocol_of(setup: Setup) -> Protocol:
    """The response protocol in force; raises ConfigError where a calendar knows no holidays."""
    year = datetime.fromtimestamp(now() / 1000, UTC).year
    try:
        return protocol(setup.config, year)
    except ConfigError as error:
        raise problem_at(setup.file, error.key, error.what, error.hint) from error


def _require_platforms(config: Config, file: Path) -> None:
    """Every channel's platform has a connector; looks for plug-ins only if one is not built in."""
    from carecli.platforms.registry import CONNECTORS, platform_names

    for key, channel in config.channels.items():
        if channel.platform not in CONNECTORS and channel.platform not in platform_names():
            from carecli.config.reader import expected_one_of

            raise problem_at(
                file,
                f"channels.{key}.platform",
                f"no connector for {channel.platform!r}",
                expected_one_of(platform_names(), channel.platform),
            )


def _who(config: Config, file: Path, database: Path, environ: Mapping[str, str]) -> str:
    """The moderator at work, by key; raises ConfigError for somebody who says to be another.

    Where several users share a database, the system tells who somebody is, and only the user that
    it belongs to, and root, may say something else.
    """
    named = config.me or environ.get("CARECLI_ME", "")
    if not is_shared(database.absolute().parent) or is_mine(database):
        return named or _moderator(config, _user(environ))
    user = system_user()
    me = _moderator(config, user)
    if named and named != me:
        where = "`me` is" if config.me else "CARECLI_ME is"
        raise ConfigError(
            f"several users share {database}, so you are recognised by your system user: "
            f"{where} {named!r}, but the user {user!r} is {me!r}",
            file=str(file) if config.me else "",
            key="me" if config.me else "",
            hint="remove `me` and CARECLI_ME, or set `user` for the moderator",
        )
    return me


def _moderator(config: Config, user: str) -> str:
    """The moderator whose `user` is this one of the system's, else the one of the same key."""
    named = (key for key, one in config.moderators.items() if one.user == user)
    return next(named, user)


def system_user() -> str:
    """The name of the user that this program runs as, whatever the environment says."""
    import pwd

    try:
        return pwd.getpwuid(os.geteuid()).pw_name
    except KeyError:
        return str(os.geteuid())


def _user(environ: Mapping[str, str]) -> str:
    for variable in ("LOGNAME", "USER", "USERNAME"):
        if name := environ.get(variable):
            return name
    return "moderator"


def system_zone(environ: Mapping[str, str] = os.environ) -> str:
    """The system's time zone by its IANA name; UTC where it does not tell."""
    named = environ.get("TZ", "").removeprefix(":")
    if not named:
        try:
            link = str(Path("/etc/localtime").readlink())
        except OSError:
            return "UTC"
        named = link.partition("zoneinfo/")[2]
    from zoneinfo import ZoneInfo

    try:
        ZoneInfo(named)
    except (OSError, ValueError, KeyError):
        return "UTC"
    return named
