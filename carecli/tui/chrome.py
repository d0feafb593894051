"""Lines that speak of keys: the footer, and the thread pane before a thread is open. Pure."""

from __future__ import annotations

from carecli.tui.bars import footer
from carecli.tui.cells import Line, fill
from carecli.tui.keys import KeyMap


def foot_line(keymap: KeyMap, context: str, width: int, pressed: str = "") -> Line:
    """The footer for where the focus is."""
    by_id = {command.id: command for command in keymap.commands}
    always = [("app.help", "help"), ("app.palette", "palette")]
    shown = [
        (keymap.shown_in(by_id[command], context), label)
        for command, label in always
        if keymap.shown_in(by_id[command], context)
    ]
    return footer(keymap.footer(context), width, pressed, shown)


def unopened_lines(keymap: KeyMap, width: int) -> list[Line]:
    """What the thread pane says while no thread is open."""
    keys = keymap.keys["move.open"]
    hint: Line = [(" No thread is open: ", "dim"), (keys[0] if keys else "", "key")]
    hint.append((" opens one.", "dim"))
    return [fill(line, [], width) for line in ([], hint, [])]
