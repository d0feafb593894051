"""The help screen and `docs/keys.md`, both written from the table of commands."""

from __future__ import annotations

from itertools import groupby

from carecli.i18n import N_, _
from carecli.tui.cells import Line, fit, wrap
from carecli.tui.key_table import TABLE
from carecli.tui.keys import Command, KeyMap

GROUP_ORDER = (*dict.fromkeys(command.group for command in TABLE), N_("Macros"))

_VIEWS = tuple(f"view.{n}" for n in range(1, 10))


def _grouped(commands: tuple[Command, ...]) -> list[tuple[str, list[Command]]]:
    ordered = sorted(commands, key=lambda command: GROUP_ORDER.index(command.group))
    return [(group, list(each)) for group, each in groupby(ordered, lambda one: one.group)]


def help_lines(keymap: KeyMap, width: int) -> list[Line]:
    """Every command with its keys as they are bound now."""
    lines: list[Line] = []
    for group, commands in _grouped(keymap.commands):
        lines.append([(fit("", width), "text")])
        lines.append([(fit(" " + _(group).upper(), width), "title")])
        for command in commands:
            if command.id in _VIEWS[1:]:
                continue
            keys = ", ".join(keymap.keys[command.id]) or _("palette")
            label, said = _(command.label), _(command.help)
            if command.id == _VIEWS[0]:
                keys, label = "g 1 … g 9", _("View 1 to 9")
            head: Line = [("  ", "text"), (fit(keys, 12), "key"), (fit(label, 24), "strong")]
            body = wrap(said, max(12, width - 40))
            lines.append([*head, (fit(body[0], max(1, width - 38)), "text")])
            lines += [[(" " * 38, "text"), (fit(rest, width - 38), "text")] for rest in body[1:]]
    return lines


def keys_page() -> str:
    """The text of `docs/keys.md`."""
    lines = [
        "# Keys",
        "",
        "Written from the table in `carecli/tui/key_table.py` by `carecli.tui.help.keys_page`.",
        "A small letter is local or reversible, a capital stronger or outward. Every command is",
        "also in the palette (`:`), and `?` shows this page in the inbox.",
        "",
        "Keys are changed in the configuration by the action's name, for example",
        '`keys: {thread.done: ["d", "ctrl-x"]}`. A sequence is written with spaces: `g g`.',
    ]
    for group, commands in _grouped(TABLE):
        lines += ["", f"## {group}", "", "| key | action | name | |", "| --- | --- | --- | --- |"]
        for command in commands:
            keys = ", ".join(f"`{_cell(key)}`" for key in command.keys) or "palette"
            lines.append(f"| {keys} | {command.label} | `{command.id}` | {command.help} |")
    return "\n".join(lines) + "\n"


def _cell(key: str) -> str:
    return key.replace("|", "\\|")
