"""Copies to the clipboard of the person at the terminal, local or remote.

tmux keeps a buffer of its own and passes it on to the terminal it runs in (`load-buffer -w`,
tmux 3.2). Elsewhere the terminal is asked by its control sequence OSC 52; it never answers, so it
can only be said that it was asked.
"""

from __future__ import annotations

import os
import subprocess
from collections.abc import Callable

from carecli.domain.errors import CareError
from carecli.domain.text import one_line
from carecli.i18n import _

PATIENCE = 5.0
"""Seconds tmux may take."""


def is_in_tmux() -> bool:
    """Whether tmux stands between the program and the terminal."""
    return bool(os.environ.get("TMUX"))


def copy_in_tmux(text: str) -> str:
    """Give a text to tmux; what to say about it. CareError when tmux did not take it."""
    why = ""
    for words, said in (
        (["-w"], _("Copied to tmux's buffer and sent to the terminal's clipboard.")),
        ([], _("Copied to tmux's buffer only: this tmux is too old to use the clipboard.")),
    ):
        try:
            done = subprocess.run(  # noqa: S603  the text is its input, no word of the command
                ["tmux", "load-buffer", *words, "-"],  # noqa: S607  the tmux of the user's path
                input=text.encode(),
                capture_output=True,
                timeout=PATIENCE,
                check=False,
            )
        except (OSError, subprocess.TimeoutExpired) as error:
            why = str(error)
            break
        if done.returncode == 0:
            return said
        why = done.stderr.decode(errors="replace")
    raise CareError(
        _("Not copied: tmux did not accept it."),
        hint=one_line(why) or _("Select it with the mouse instead."),
    )


def copy_by_terminal(text: str, send: Callable[[str], None]) -> str:
    """Ask the terminal to copy a text, by `send`; what to say about it."""
    send(text)
    return _("Sent to the terminal. Not every terminal copies it to the clipboard.")
