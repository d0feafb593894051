"""Finds the command of a key sequence.

Keys are written as a person says them: `j`, `G`, `ctrl-s`, `Enter`, `Tab`, `shift-Tab`,
`Space`, `g g`. The table itself is in `key_table`; the bindings, the palette, the help screen,
the footer and `docs/keys.md` all come from it.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum

from carecli.domain.errors import ConfigError
from carecli.i18n import pgettext
from carecli.tui.terminal.key_support import unsendable

Keys = tuple[str, ...]
"""Keys pressed one after another."""

CONTEXTS = ("list", "thread", "side", "compose")
"""Where the focus is: the list, the conversation, the left pane, the reply pane."""


@dataclass(frozen=True, slots=True)
class Command:
    """One thing a key can do.

    `id` is the stable name for overrides; `keys` are alternatives, each maybe a sequence;
    `short` is the footer's label (empty: never in the footer).
    """

    id: str
    keys: tuple[str, ...]
    label: str
    contexts: tuple[str, ...]
    help: str
    group: str
    short: str = ""


class KeyMatch(Enum):
    """What the keys pressed so far mean."""

    FOUND = "found"
    INCOMPLETE = "incomplete"
    NOT_FOUND = "not found"


def sequence(keys: str) -> Keys:
    """`g g` as the keys one presses."""
    return tuple(keys.split())


def key_name(key: str, character: str | None) -> str:
    """Textual's name of a key (`question_mark`, `ctrl+s`) as it is written here."""
    named = {"enter": "Enter", "escape": "Esc", "space": "Space", "tab": "Tab"}
    named |= {"shift+tab": "shift-Tab", "pageup": "PageUp", "pagedown": "PageDown"}
    named |= {"up": "Up", "down": "Down", "left": "Left", "right": "Right"}
    named |= {"home": "Home", "end": "End", "ctrl+@": "ctrl-Space"}
    named |= {f"f{number}": f"F{number}" for number in range(1, 13)}
    if key in named:
        return named[key]
    if character and character.isprintable() and not key.startswith(("ctrl+", "alt+")):
        return character
    return key.replace("+", "-")


Bindings = Mapping[Keys, str]
"""Sequence of keys -> id of the command, in one context."""


def match(pressed: Keys, bindings: Bindings) -> tuple[KeyMatch, str]:
    """Whether the keys are a command, the beginning of one, or nothing."""
    found = bindings.get(pressed)
    if found is not None:
        return KeyMatch.FOUND, found
    size = len(pressed)
    if any(len(keys) > size and keys[:size] == pressed for keys in bindings):
        return KeyMatch.INCOMPLETE, ""
    return KeyMatch.NOT_FOUND, ""


class KeyMap:
    """The table with a moderator's own keys laid over it."""

    def __init__(
        self, table: Sequence[Command], overrides: Mapping[str, Iterable[str]] | None = None
    ) -> None:
        """Raise ConfigError, with all that is wrong, for overrides that cannot be.

        An action nobody knows, a key no terminal sends, a letter while writing, one key for two.
        """
        self._mistakes: list[ConfigError] = []
        own = {name: tuple(keys) for name, keys in (overrides or {}).items()}
        by_id = {command.id: command for command in table}
        for name, keys in own.items():
            if name not in by_id:
                near = difflib.get_close_matches(name, by_id, 1)
                hint = f"did you mean {near[0]}?" if near else "`?` in the inbox lists them"
                self._wrong("no such action", name, hint)
                continue
            for place, written in enumerate(keys):
                self._check(by_id[name], written, f"{name}[{place}]")
        self.commands = tuple(table)
        self.keys: dict[str, tuple[str, ...]] = {
            command.id: own.get(command.id, command.keys) for command in table
        }
        self._bound: dict[str, dict[Keys, str]] = {context: {} for context in CONTEXTS}
        for command in table:
            for written in self.keys[command.id]:
                if sequence(written):
                    self._bind(command, sequence(written), own)
        if self._mistakes:
            first, *also = self._mistakes
            first.also = tuple(also)
            raise first

    def _wrong(self, what: str, name: str, hint: str) -> None:
        self._mistakes.append(ConfigError(what, key=f"keys.{name}", hint=hint))

    def _check(self, command: Command, written: str, name: str) -> None:
        """Note what is wrong with a key somebody chose, by itself."""
        keys = sequence(written)
        if not keys:
            self._wrong("expected a key", name, "an empty list, [], takes an action's keys away")
        for key in keys:
            what, hint = unsendable(key)
            if what:
                self._wrong(what, name, hint)
        if command.contexts == ("compose",) and keys and len(keys[0]) == 1:
            self._wrong(f"while writing, {keys[0]} is text", name, "e.g. ctrl-x, alt-x or F2")

    def _bind(self, command: Command, keys: Keys, own: Mapping[str, object]) -> None:
        for context in command.contexts:
            if context == "compose" and len(keys[0]) == 1:
                continue  # a letter is text there
            bound = self._bound[context]
            for other in [other for other in bound if other[0] == keys[0]]:
                shorter = min(len(other), len(keys))
                if other[:shorter] != keys[:shorter] or bound[other] == command.id:
                    continue
                if bound[other] in own and command.id not in own:
                    return
                if command.id in own and bound[other] not in own:
                    del bound[other]
                    continue
                what = f"{' '.join(keys)} is taken by {bound[other]}"
                if not any(one.key == f"keys.{command.id}" for one in self._mistakes):
                    self._wrong(what, command.id, "choose another key for one of the two")
                return
            bound[keys] = command.id

    def bindings(self, context: str) -> Bindings:
        """The sequences that mean something in a context."""
        return self._bound[context]

    def shown_in(self, command: Command, context: str) -> str:
        """The first key of a command that works in a context, or nothing when none does."""
        bound = self._bound[context]
        keys = (key for key in self.keys[command.id] if bound.get(sequence(key)) == command.id)
        return next(keys, "")

    def footer(self, context: str) -> list[tuple[str, str]]:
        """Keys and short labels for a context, in the table's order."""
        return [
            (self.shown_in(command, context), pgettext("footer", command.short))
            for command in self.commands
            if command.short and self.shown_in(command, context)
        ]
