"""Macros recorded from what a moderator does, beside those of the configuration."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from carecli.desk.services import InboxServices
from carecli.domain.commands import Command
from carecli.domain.errors import CareError, ConfigError
from carecli.domain.macro import step_of
from carecli.i18n import _
from carecli.tui.inbox.batches import Deed, Targets
from carecli.tui.inbox.saved_views import SavedViews
from carecli.tui.keys.matcher import KeyMap
from carecli.tui.keys.table import with_macros
from carecli.tui.settings import Settings


class MacroRecorder(SavedViews):
    """Panes that can write down what is decided, and do it again under a name."""

    def __init__(self, desk: InboxServices, settings: Settings) -> None:
        super().__init__(desk, settings)
        self.macros: Mapping[str, Sequence[str]] = settings.macros
        self.recorded: list[str] | None = None

    def on_mount(self) -> None:
        """Bring my own macros once the first page stands."""
        self.call_after_refresh(self.recall_macros)

    def recall_macros(self) -> None:
        """Read my macros, and bind their keys; a key that is taken is left out."""
        own = self.ask(self.desk.commands.macros, ())
        self.macros = {**{one.name: one.steps for one in own}, **self.settings.macros}
        keys = {f"macro.{one.name}": (one.key,) for one in own if one.key}
        try:
            self.keymap = self.keymap_with(keys)
        except ConfigError as error:
            self.keymap = self.keymap_with({})
            self.complain(error)
        self.paint_foot()

    def paint_foot(self) -> None:
        """The keys that apply now; while a macro is recorded that is told first."""
        steps = self.recorded
        self.foot_note = "" if steps is None else _("● recording: {n}").format(n=len(steps))
        super().paint_foot()

    def keymap_with(self, keys: Mapping[str, Sequence[str]]) -> KeyMap:
        """The keys with these too; raises ConfigError where they cannot be."""
        return KeyMap(with_macros(self.macros), {**keys, **self.settings.keys})

    def decide_on(self, hand: Targets, deed: Deed, *, look: bool = False) -> None:
        """Decide, and write it down while a macro is recorded."""
        if self.recorded is not None:
            self.record(self.ask(lambda: deed(hand.threads[0]), []))
        super().decide_on(hand, deed, look=look)

    def record(self, commands: Sequence[Command]) -> None:
        """Write decisions down as steps; what no macro can say is told."""
        if self.recorded is None:
            return
        for command in commands:
            step = step_of(command, self.now(), self.me)
            if step:
                self.recorded.append(step)
                self.say(_("● {n}. {step}").format(n=len(self.recorded), step=step))
                self.paint_foot()
            else:
                hint = _("Macros can contain decisions, notes and saved replies.")
                self.complain(CareError(_("This is not recorded."), hint=hint))
