"""Recording of macros from what a moderator does."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from carecli.desk.services import InboxServices
from carecli.domain.commands import Command
from carecli.domain.errors import CareError, ConfigError
from carecli.domain.macro import format_step
from carecli.i18n import _
from carecli.tui.inbox.desk_runner import DeskRunner
from carecli.tui.inbox.preferences import Preferences


class MacroRecorder:
    """Writes down what is decided, and binds the keys of all macros.

    `macros` are the steps by name; `recorded` are those of the macro being recorded, None for none.
    """

    def __init__(
        self,
        desk: InboxServices,
        runner: DeskRunner,
        preferences: Preferences,
        *,
        changed: Callable[[], None],
    ) -> None:
        """`changed`: the keys, or what is recorded, changed."""
        self.macros: Mapping[str, Sequence[str]] = preferences.settings.macros
        self.recorded: list[str] | None = None
        self._desk = desk
        self._runner = runner
        self._preferences = preferences
        self._changed = changed

    def load(self) -> None:
        """Read my macros, and bind their keys; a key that is taken is left out."""
        own = self._runner.ask(self._desk.commands.macros, ())
        configured = self._preferences.settings.macros
        self.macros = {**{macro.name: macro.steps for macro in own}, **configured}
        keys = {f"macro.{macro.name}": (macro.key,) for macro in own if macro.key}
        try:
            keymap = self._preferences.bind(self.macros, keys)
        except ConfigError as error:
            keymap = self._preferences.bind(self.macros, {})
            self._runner.complain(error)
        self._preferences.keymap = keymap
        self._changed()

    def check_key(self, name: str, key: str, steps: Sequence[str]) -> None:
        """Raise ConfigError where a new macro cannot have a key."""
        self._preferences.bind({**self.macros, name: steps}, {f"macro.{name}": (key,)})

    @property
    def note(self) -> str:
        """What the hint bar says while a macro is recorded."""
        if self.recorded is None:
            return ""
        return _("● recording: {n}").format(n=len(self.recorded))

    def begin(self) -> None:
        """Record from now on."""
        self.recorded = []
        self._changed()

    def end(self) -> list[str]:
        """Record no more; returns the steps."""
        steps, self.recorded = self.recorded or [], None
        self._changed()
        return steps

    def record_made(self, make: Callable[[], Sequence[Command]]) -> None:
        """Record the commands that `make` returns; it is not called while nothing is recorded."""
        if self.recorded is not None:
            self.record(self._runner.ask(make, []))

    def record(self, commands: Sequence[Command]) -> None:
        """Write commands down as steps; say which of them no macro can hold."""
        if self.recorded is None:
            return
        for command in commands:
            step = format_step(command, self._desk.now(), self._desk.me)
            if step:
                self.recorded.append(step)
                self._runner.say(_("● {n}. {step}").format(n=len(self.recorded), step=step))
                self._changed()
            else:
                hint = _("Macros can contain decisions, notes and saved replies.")
                self._runner.complain(CareError(_("This is not recorded."), hint=hint))
