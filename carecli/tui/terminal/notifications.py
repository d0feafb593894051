"""Alerts as notifications: the terminal's sequences or the desktop's program.

What a contact wrote is cleaned and cut here once more: it goes to a terminal and to other
programs. Sequences: OSC 9 (iTerm2, https://iterm2.com/documentation-escape-codes.html), OSC 777
(rxvt-unicode, foot, VTE), OSC 99 (https://sw.kovidgoyal.net/kitty/desktop-notifications/).
"""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from carecli.desk.threads.rows import Alert
from carecli.domain.text import one_line
from carecli.i18n import ngettext

BELL = "\a"
NAMES = 3
"""People named in one notification; the others are counted."""


@dataclass(frozen=True, slots=True)
class Notice:
    """A title and a line below it, safe to hand to a terminal."""

    title: str
    body: str


def notice(alerts: Sequence[Alert], *, with_text: bool) -> Notice:
    """All alerts as one notification."""
    reds = [one for one in alerts if one.kind == "red"]
    near = [one for one in alerts if one.kind == "due"]
    asked = [one for one in alerts if one.kind == "asked"]
    again = [one for one in alerts if one.kind == "reopened"]
    parts = []
    if reds:
        count = len(reds)
        parts.append(ngettext("{n} new red thread", "{n} new red threads", count).format(n=count))
    if near:
        count = len(near)
        parts.append(
            ngettext("{n} of yours is due soon", "{n} of yours are due soon", count).format(n=count)
        )
    if asked:
        count = len(asked)
        parts.append(ngettext("{n} mentions you", "{n} mention you", count).format(n=count))
    if again:
        count = len(again)
        parts.append(
            ngettext(
                "{n} closed thread is waiting again", "{n} closed threads are waiting again", count
            ).format(n=count)
        )
    rows = list({one.row.id: one.row for one in (*reds, *near, *asked, *again)}.values())
    if not with_text:
        body = ""
    elif len(rows) == 1:
        [row] = rows
        body = f"{row.author}, {row.place}: {row.excerpt}"
    else:
        body = ", ".join(row.author for row in rows[:NAMES])
        more = len(rows) - NAMES
        if more > 0:
            body = ngettext("{names} and {n} more", "{names} and {n} more", more).format(
                names=body, n=more
            )
    return Notice(_clean("carecli: " + ", ".join(parts), 80), _clean(body, 160))


def _clean(text: str, limit: int) -> str:
    return one_line(text, limit).replace(";", ",")


def sequence(said: Notice, environ: Mapping[str, str]) -> str:
    """What tells a terminal to notify; empty for one that is not known to.

    Inside tmux and screen nothing gets through to the terminal as it stands: see `wrapped`.
    """
    term, program = environ.get("TERM", ""), environ.get("TERM_PROGRAM", "")
    outer = environ.get("LC_TERMINAL", "")  # iTerm2 hands this one on, also over SSH
    if environ.get("KITTY_WINDOW_ID") or "kitty" in term:
        head = f"\x1b]99;i=carecli:d=0;{said.title}\x1b\\"
        return f"{head}\x1b]99;i=carecli:d=1:p=body;{said.body}\x1b\\"
    if program in ("iTerm.app", "WezTerm", "ghostty") or outer == "iTerm2" or "ghostty" in term:
        text = f"{said.title}: {said.body}" if said.body else said.title
        return f"\x1b]9;{text}\x1b\\"
    if term.startswith(("rxvt-unicode", "foot")) or environ.get("VTE_VERSION"):
        return f"\x1b]777;notify;{said.title};{said.body}\x1b\\"
    return ""


def wrapped(sent: str, environ: Mapping[str, str]) -> str:
    """The same for whoever stands between: tmux hands on what is wrapped, where it is allowed to.

    Empty where it would not get through; the bell does, and marks the window.
    """
    if environ.get("TMUX"):
        if not _passes_through():
            return ""
        return "\x1bPtmux;" + sent.replace("\x1b", "\x1b\x1b") + "\x1b\\"
    return "" if environ.get("STY") else sent


def _passes_through() -> bool:
    """Whether this tmux hands sequences on (`allow-passthrough`, off unless somebody set it)."""
    tmux = shutil.which("tmux")
    if tmux is None:
        return False
    asked = [tmux, "show-options", "-Apv", "allow-passthrough"]
    try:
        told = subprocess.run(asked, capture_output=True, text=True, timeout=2, check=False)  # noqa: S603  # our words only
    except (OSError, subprocess.TimeoutExpired):
        return False
    return told.stdout.strip() in ("on", "all")


def desktop_command(said: Notice, environ: Mapping[str, str]) -> list[str]:
    """The program that shows a notification on the desktop; empty where there is none.

    The texts are arguments, never part of a script; `notify-send` reads a body as markup, so its
    signs are written out.
    """
    if sys.platform == "darwin":
        script = "on run argv\ndisplay notification (item 2 of argv) with title (item 1 of argv)\n"
        return ["osascript", "-e", script + "end run", said.title, said.body]
    has_desktop = ("DBUS_SESSION_BUS_ADDRESS", "DISPLAY", "WAYLAND_DISPLAY")
    program = shutil.which("notify-send", path=environ.get("PATH"))
    if program is None or not any(environ.get(name) for name in has_desktop):
        return []
    body = said.body.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return [program, "--app-name=carecli", "--urgency=critical", "--", said.title, body]


def show_on_desktop(command: Sequence[str]) -> bool:
    """Run it; False when it did not work. May take seconds."""
    try:
        done = subprocess.run(command, capture_output=True, timeout=5, check=False)  # noqa: S603  # our program, no shell
    except (OSError, subprocess.TimeoutExpired):
        return False
    return done.returncode == 0


def notify(said: Notice, by: str, environ: Mapping[str, str]) -> str:
    """Notify by what is wished and there; what the terminal must be sent. May take seconds."""
    if by == "bell":
        return BELL
    to_terminal = wrapped(sequence(said, environ), environ) if by != "desktop" else ""
    shown = False
    if by in ("desktop", "both") or (by == "auto" and not to_terminal):
        command = desktop_command(said, environ)
        shown = bool(command) and show_on_desktop(command)
    return to_terminal or ("" if shown and by != "both" else BELL)
