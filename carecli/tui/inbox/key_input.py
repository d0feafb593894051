"""From keys to commands: the sequence being typed, and what the hint bar says about it."""

from __future__ import annotations

from collections.abc import Callable

from carecli.i18n import _
from carecli.tui.inbox.preferences import Preferences
from carecli.tui.keys.matcher import KeyMatch, match


class KeyInput:
    """Finds the command of the keys typed.

    `pressed` are the keys of a sequence begun, `note` is what is said of the last key, and
    `command_keys` are those that ran the last command.
    """

    def __init__(
        self,
        preferences: Preferences,
        *,
        context: Callable[[], str],
        run: Callable[[str], None],
        changed: Callable[[], None],
    ) -> None:
        """`context` says which keys apply; `run` does a command; `changed`: paint the hint bar."""
        self.pressed: tuple[str, ...] = ()
        self.note = ""
        self.command_keys: tuple[str, ...] = ()
        self._preferences = preferences
        self._context = context
        self._run = run
        self._changed = changed

    def press(self, key: str) -> bool:
        """Do what a key means after those before it; False for a key that means nothing here.

        Esc only cancels a sequence begun.
        """
        if self.pressed and key == "Esc":
            self._set(())
            return True
        keys = (*self.pressed, key)
        bindings = self._preferences.keymap.bindings(self._context())
        result, command = match(keys, bindings)
        if result is KeyMatch.NOT_FOUND and len(keys) > 1:
            keys = keys[-1:]
            result, command = match(keys, bindings)
        if result is KeyMatch.NOT_FOUND:
            self._set((), self._unknown(keys[-1]))
            return False
        if result is KeyMatch.INCOMPLETE:
            self._set(keys)
            return True
        self._set(())
        self.command_keys = keys
        self._run(command)
        return True

    def _set(self, keys: tuple[str, ...], note: str = "") -> None:
        if (keys, note) != (self.pressed, self.note):
            self.pressed, self.note = keys, note
            self._changed()

    def _unknown(self, key: str) -> str:
        """What the hint bar says of a key that does nothing here, until the next key."""
        if self._context() == "compose" or key == "ctrl-c":
            return ""
        help_keys = self._preferences.keymap.keys["app.help"]
        if not help_keys:
            return _("{key} does nothing here").format(key=key)
        text = _("{key} does nothing here; {help} shows the keys")
        return text.format(key=key, help=help_keys[0])
