"""The help screen and `docs/keys.md`, both made from the table of commands."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate, groupby

from carecli.domain.text import search_form
from carecli.i18n import N_, _
from carecli.tui.keys.matcher import Command, KeyMap, sequence
from carecli.tui.keys.table import TABLE
from carecli.tui.style.cells import Line, fit, wrap

GROUP_ORDER = (*dict.fromkeys(command.group for command in TABLE), N_("Macros"))

_VIEWS = tuple(f"view.{n}" for n in range(1, 10))


def _grouped(commands: tuple[Command, ...]) -> list[tuple[str, list[Command]]]:
    ordered = sorted(commands, key=lambda command: GROUP_ORDER.index(command.group))
    return [(group, list(each)) for group, each in groupby(ordered, lambda one: one.group)]


@dataclass(frozen=True, slots=True)
class HelpLine:
    """A line of the help: a command's keys, its name, and what it does."""

    group: str
    keys: tuple[str, ...]
    shown_keys: str
    label: str
    text: str

    def is_found(self, typed: str) -> bool:
        """Whether it has every word typed in its name, its text or its group, or begins with keys.

        What is typed as a key is looked for among the keys: `g` finds `g g` and `g r`, `ctrl-d`
        the key of that name.
        """
        wanted = tuple(typed.split())
        if any(sequence(key)[: len(wanted)] == wanted for key in self.keys):
            return True
        if all(len(word) == 1 for word in wanted):
            return not wanted
        text = search_form(f"{self.shown_keys} {self.label} {self.text} {self.group}")
        return all(search_form(word) in text for word in wanted)


def help_entries(keymap: KeyMap) -> list[HelpLine]:
    """Every command with its keys as they are bound now, in the order of the help."""
    entries: list[HelpLine] = []
    for group, commands in _grouped(keymap.commands):
        for command in commands:
            if command.id in _VIEWS[1:]:
                continue
            keys = keymap.keys[command.id]
            shown, label = ", ".join(keys) or _("palette"), _(command.label)
            if command.id == _VIEWS[0]:
                keys = tuple(key for view in _VIEWS for key in keymap.keys[view])
                shown, label = "g 1 … g 9", _("View 1 to 9")
            entries.append(HelpLine(_(group), keys, shown, label, _(command.help)))
    return entries


def help_lines(entries: Sequence[HelpLine], width: int, typed: str = "") -> list[Line]:
    """Entries under the names of their groups, the words that were typed marked in them."""
    words = [search_form(word) for word in typed.split() if len(word) > 1]
    lines: list[Line] = []
    for group, several in groupby(entries, lambda entry: entry.group):
        lines.append([(fit("", width), "text")])
        lines.append([(fit(" " + group.upper(), width), "title")])
        for entry in several:
            head: Line = [("  ", "text"), *_marked(fit(entry.shown_keys, 12), "key", words)]
            head += _marked(fit(entry.label, 24), "strong", words)
            body = wrap(entry.text, max(12, width - 40))
            room = max(1, width - 38)
            lines.append([*head, *_marked(fit(body[0], room), "text", words)])
            lines += [
                [(" " * 38, "text"), *_marked(fit(rest, room), "text", words)] for rest in body[1:]
            ]
    return lines or [
        [(fit("", width), "text")],
        [(fit(" " + _("No results."), width), "dim")],
    ]


def _marked(text: str, role: str, words: Sequence[str]) -> Line:
    """A text in its role; `words`, in their search form, are emphasised wherever they stand."""
    folded = [search_form(char) for char in text]
    starts = [0, *accumulate(map(len, folded))]
    whole = "".join(folded)
    chosen = [False] * len(text)
    for word in words:
        at = whole.find(word)
        while at >= 0:
            for place in range(bisect_right(starts, at) - 1, bisect_left(starts, at + len(word))):
                chosen[place] = True
            at = whole.find(word, at + 1)
    return [
        ("".join(char for char, _is_chosen in run), "chosen" if is_chosen else role)
        for is_chosen, run in groupby(zip(text, chosen, strict=True), lambda pair: pair[1])
    ]


def keys_page() -> str:
    """The text of `docs/keys.md`."""
    lines = [
        "# Keys",
        "",
        "Written from the table in `carecli/tui/keys/table.py` by `tui.keys.help.keys_page`.",
        "Small letters are for actions that are local or can be undone, capital letters for",
        "stronger ones. All commands are also in the palette (`:`), and `?` shows this list in the",
        "inbox.",
        "",
        "You can change keys in the configuration by the name of the action, for example",
        '`keys: {thread.done: ["d", "ctrl-x"]}`. Write a sequence with spaces: `g g`.',
    ]
    for group, commands in _grouped(TABLE):
        lines += ["", f"## {group}", "", "| key | action | name | |", "| --- | --- | --- | --- |"]
        for command in commands:
            keys = ", ".join(f"`{_cell(key)}`" for key in command.keys) or "palette"
            lines.append(f"| {keys} | {command.label} | `{command.id}` | {command.help} |")
    return "\n".join(lines) + "\n"


def _cell(key: str) -> str:
    return key.replace("|", "\\|")
