"""A person's choices in the inbox (theme, language, times), kept between starts.

They are in a file of the system's user, by moderator. They take precedence over the configuration,
and the command line over them. The file is outside the demo's folder, which is recreated each time.
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


def saved_choice(me: str, name: str) -> str:
    """What a moderator chose: a palette for THEME, a language code for LANGUAGE, `on` for TIMES.

    Empty if nothing was chosen, or if the file cannot be read.
    """
    value = _choices_of(_read(choices_file()), me).get(name, "")
    return value if name != LANGUAGE or value in LANGUAGES else ""


def save_choice(me: str, name: str, value: str) -> None:
    """Save a choice, or drop it with an empty value; raises CareError if it cannot be written."""
    file = choices_file()
    all_choices = _read(file)
    choices = {**_choices_of(all_choices, me), name: value}
    all_choices[me] = {key: choice for key, choice in choices.items() if choice}
    temporary = file.with_name(f".{file.name}.{os.getpid()}")
    try:
        make_folder(file.parent)
        try:
            temporary.write_text(json.dumps(all_choices, indent=1) + "\n", encoding="utf-8")
            temporary.replace(file)
        finally:
            with suppress(FileNotFoundError):
                temporary.unlink()
    except OSError as error:
        raise CareError(
            _("Your choice lasts only until you quit. {file} cannot be written: {why}.").format(
                file=file, why=error.strerror or error
            ),
            hint=_("Give yourself write access to its folder, then choose again."),
        ) from error


def _read(file: Path) -> dict[str, object]:
    try:
        parsed = json.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return parsed if isinstance(parsed, dict) else {}


def _choices_of(all_choices: dict[str, object], me: str) -> dict[str, str]:
    choices = all_choices.get(me)
    if not isinstance(choices, dict):
        return {}
    return {key: value for key, value in choices.items() if isinstance(value, str)}
