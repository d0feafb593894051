"""A person's choices in the inbox (theme, language, times), kept between starts.

A file of the system's user, by moderator; it goes before the configuration and after the command
line. It is outside the demo's folder, which is made anew at each start.
"""

from __future__ import annotations

import json
import os
from contextlib import suppress
from pathlib import Path

from carecli.domain.errors import CareError
from carecli.file_rights import make_folder
from carecli.i18n import LANGUAGES, _
from carecli.paths import choices_file

THEME, LANGUAGE, TIMES = "theme", "language", "times"


def chosen(me: str, name: str) -> str:
    """What a moderator chose: a palette for THEME, a language's code for LANGUAGE, `on` for TIMES.

    Empty for nothing chosen, which whatever cannot be read counts as.
    """
    value = _of(_read(choices_file()), me).get(name, "")
    return value if name != LANGUAGE or value in LANGUAGES else ""


def keep(me: str, name: str, value: str) -> None:
    """Keep a choice, or with an empty value drop it; CareError where it cannot be written."""
    file = choices_file()
    everybody = _read(file)
    mine = {**_of(everybody, me), name: value}
    everybody[me] = {key: one for key, one in mine.items() if one}
    beside = file.with_name(f".{file.name}.{os.getpid()}")
    try:
        make_folder(file.parent)
        try:
            beside.write_text(json.dumps(everybody, indent=1) + "\n", encoding="utf-8")
            beside.replace(file)
        finally:
            with suppress(FileNotFoundError):
                beside.unlink()
    except OSError as error:
        raise CareError(
            _("Your choice lasts only until you quit. {file} cannot be written: {why}.").format(
                file=file, why=error.strerror or error
            ),
            hint=_("Give yourself write access to its folder, then choose again."),
        ) from error


def _read(file: Path) -> dict[str, object]:
    try:
        found = json.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}


def _of(everybody: dict[str, object], me: str) -> dict[str, str]:
    found = everybody.get(me)
    if not isinstance(found, dict):
        return {}
    return {key: value for key, value in found.items() if isinstance(value, str)}
