"""Writing in the moderator's own editor."""

from __future__ import annotations

import os
import shlex
import shutil
import subprocess
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from textual.app import App, SuspendNotSupported

from carecli.domain.errors import CareError
from carecli.domain.text import printable
from carecli.i18n import _

if TYPE_CHECKING:
    from collections.abc import Sequence


def editor_command() -> Sequence[str]:
    """`$VISUAL` or `$EDITOR`, else the first editor found; raises CareError without one."""
    wanted = os.environ.get("VISUAL") or os.environ.get("EDITOR") or ""
    if wanted:
        return shlex.split(wanted)
    for name in ("nano", "vi"):
        if shutil.which(name):
            return [name]
    raise CareError(_("No editor was found."), hint=_("Set the variable EDITOR."))


def lend(app: App[object], command: Sequence[str]) -> None:
    """Let a program of our own have the terminal until it ends; CareError if that cannot be."""
    if not command:
        raise CareError("There are no lessons here.", hint="`carecli learn` opens them.")
    try:
        with app.suspend():
            subprocess.run(command, check=False)  # noqa: S603  this same program
    except SuspendNotSupported as error:
        raise CareError(
            "This terminal cannot be lent.", hint="`carecli learn` opens the lessons."
        ) from error


AT_LINE = ("vi", "vim", "nvim", "nano", "emacs", "emacsclient", "micro", "joe", "kak", "mg", "ne")
"""Editors that take `+12` before a file for its line."""


def edit_file(app: App[object], file: str, line: int) -> None:
    """Open a file of a person's own at a line; raises CareError when that does not work."""
    command = list(editor_command())
    if line and Path(command[0]).name in AT_LINE:
        command.append(f"+{line}")
    try:
        with app.suspend():
            subprocess.run([*command, file], check=False)  # noqa: S603  the moderator's own editor
    except SuspendNotSupported as error:
        raise CareError(_("An editor cannot be started in this terminal.")) from error
    except OSError as error:
        raise CareError(
            _("The editor did not start: {command}.").format(command=command[0])
        ) from error


def edit(app: App[object], text: str) -> str:
    """The text after it was edited outside; raises CareError when that does not work."""
    command = editor_command()
    with tempfile.TemporaryDirectory(prefix="carecli-") as folder:
        path = Path(folder) / "reply.txt"
        path.write_text(text, encoding="utf-8")
        path.chmod(0o600)
        try:
            with app.suspend():
                ended = subprocess.run([*command, str(path)], check=False)  # noqa: S603  the moderator's own editor
        except SuspendNotSupported as error:
            raise CareError(_("An editor cannot be started in this terminal.")) from error
        except OSError as error:
            raise CareError(
                _("The editor did not start: {command}.").format(command=command[0])
            ) from error
        if ended.returncode != 0:
            raise CareError(
                _("The editor exited with an error."), hint=_("The text was not changed.")
            )
        return printable(path.read_text(encoding="utf-8", errors="replace")).rstrip("\n")
