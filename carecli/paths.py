"""Where carecli's files are on each operating system: configuration, database, log, practice data.

`--config` and `--db` come first, then the variables CARECLI_CONFIG and CARECLI_DB, then what the
configuration says, then the user's own folders.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

from platformdirs import PlatformDirs

CONFIG_VARIABLE = "CARECLI_CONFIG"
DATABASE_VARIABLE = "CARECLI_DB"

_DIRS = PlatformDirs("carecli", appauthor=False)


def config_file(given: str = "", environ: Mapping[str, str] = os.environ) -> Path:
    """The configuration's file, whether or not it exists."""
    named = given or environ.get(CONFIG_VARIABLE, "")
    return Path(named).expanduser() if named else _DIRS.user_config_path / "config.yaml"


def database_file(
    given: str = "", configured: str = "", environ: Mapping[str, str] = os.environ
) -> Path:
    """The database's file, whether or not it exists."""
    named = given or environ.get(DATABASE_VARIABLE, "") or configured
    return Path(named).expanduser() if named else _DIRS.user_data_path / "carecli.sqlite"


def log_file(program: str = "carecli") -> Path:
    """The log of a program: `carecli`, or `engine`, which writes its own."""
    return _DIRS.user_log_path / f"{program}.log"


def choices_file() -> Path:
    """What the system's user chose inside the inbox, by moderator."""
    return _DIRS.user_state_path / "choices.json"


def practice_folder() -> Path:
    """Everything of the practice world: its configuration, its database, its snippets."""
    return _DIRS.user_data_path / "practice"


def pictures_folder() -> Path:
    """Pictures that were fetched to be shown; may be deleted at any time."""
    return _DIRS.user_cache_path / "pictures"
