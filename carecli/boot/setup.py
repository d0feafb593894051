"""What every program starts from: the configuration and the paths of this user's files."""

from __future__ import annotations

import os
import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from carecli import i18n, paths
from carecli.boot.saved_choices import LANGUAGE, saved_choice
from carecli.config import Config, load, problem_at, protocol
from carecli.domain.errors import ConfigError
from carecli.domain.model import Millis
from carecli.domain.protocol import Protocol
from carecli.file_rights import is_mine, is_shared


def now() -> Millis:
    """The current time (ms): the only place where the program reads the clock."""
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
    """Read the configuration; raises ConfigError, or NoConfiguration if there is no file."""
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
        me=_find_moderator(config, file, database, environ),
        zone=config.inbox.zone or system_zone(environ),
    )


def use_language(
    configured: str, requested: str = "", environ: Mapping[str, str] = os.environ
) -> None:
    """Use the requested language, else the configured one; `auto` means the environment's."""
    i18n.use(language_of(configured, requested, environ))


def language_of(
    configured: str, requested: str = "", environ: Mapping[str, str] = os.environ
) -> str:
    """The requested language, else the configured one; `auto` means the environment's."""
    language = requested or configured
    return i18n.of_environment(environ) if language == "auto" else language


def use_screen_language(setup: Setup, requested: str = "") -> str:
    """Use the requested language, else the one chosen inside the inbox, else the configured one.

    Returns the language to use once the choice is dropped.
    """
    configured = language_of(setup.config.language, requested)
    i18n.use(configured if requested else saved_choice(setup.me, LANGUAGE) or configured)
    return configured


def protocol_of(setup: Setup) -> Protocol:
    """The response protocol in force; raises ConfigError if a calendar has no holidays."""
    year = datetime.fromtimestamp(now() / 1000, UTC).year
    try:
        return protocol(setup.config, year)
    except ConfigError as error:
        raise problem_at(setup.file, error.key, error.what, error.hint) from error


def _require_platforms(config: Config, file: Path) -> None:
    """Raise ConfigError for a platform without connector; plug-ins are searched only if needed."""
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


def _find_moderator(config: Config, file: Path, database: Path, environ: Mapping[str, str]) -> str:
    """The key of the moderator at work; raises ConfigError if they claim to be another.

    If several users share a database, the system's user decides who somebody is; only the owner of
    the database, and root, may choose.
    """
    claimed = config.me or environ.get("CARECLI_ME", "")
    if not is_shared(database.absolute().parent) or is_mine(database):
        return claimed or _moderator(config, _user(environ))
    user = system_user()
    me = _moderator(config, user)
    if claimed and claimed != me:
        where = "`me` is" if config.me else "CARECLI_ME is"
        raise ConfigError(
            f"several users share {database}, so you are recognised by your system user: "
            f"{where} {claimed!r}, but the user {user!r} is {me!r}",
            file=str(file) if config.me else "",
            key="me" if config.me else "",
            hint="remove `me` and CARECLI_ME, or set `user` for the moderator",
        )
    return me


def _moderator(config: Config, user: str) -> str:
    """The moderator whose `user` is this user of the system, else the user's own name."""
    keys = (key for key, moderator in config.moderators.items() if moderator.user == user)
    return next(keys, user)


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
    """The system's time zone by its IANA name; UTC if it is unknown."""
    name = environ.get("TZ", "").removeprefix(":")
    if not name:
        try:
            link = str(Path("/etc/localtime").readlink())
        except OSError:
            return "UTC"
        name = link.partition("zoneinfo/")[2]
    from zoneinfo import ZoneInfo

    try:
        ZoneInfo(name)
    except (OSError, ValueError, KeyError):
        return "UTC"
    return name
