"""Lines that speak of keys: the footer, and the thread pane before a thread is open. Pure."""

from __future__ import annotations

from carecli.i18n import _, pgettext
from carecli.tui.bars import footer
from carecli.tui.cells import Line, fill
from carecli.tui.keys import KeyMap


def foot_line(keymap: KeyMap, context: str, width: int, pressed: str = "", note: str = "") -> Line:
    """The footer for where the focus is."""
    by_id = {command.id: command for command in keymap.commands}
    always = [
        ("app.help", pgettext("footer", "help")),
        ("app.palette", pgettext("footer", "palette")),
    ]
    shown = [
        (keymap.shown_in(by_id[command], context), label)
        for command, label in always
        if keymap.shown_in(by_id[command], context)
    ]
    return footer(keymap.footer(context), width, pressed, shown, note)


def unopened_lines(keymap: KeyMap, width: int) -> list[Line]:
    """What the thread pane says while no thread is open."""
    keys = keymap.keys["move.open"]
    before, _key, after = _("No thread is open: {key} opens one.").partition("{key}")
    hint: Line = [(f" {before}", "dim"), (keys[0] if keys else "", "key"), (after, "dim")]
    return [fill(line, [], width) for line in ([], hint, [])]
