"""What the moderator chose about the screen, as it is now: settings, palette and keys."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from carecli.i18n import _
from carecli.tui.keys.matcher import KeyMap
from carecli.tui.keys.table import with_macros
from carecli.tui.settings import Settings
from carecli.tui.style.content import Painter
from carecli.tui.style.theme import Palette


class Preferences:
    """`settings`, `painter` and `keymap` are replaced while the screen runs; read them anew."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.painter = Painter(settings.palette())
        self.keymap = KeyMap(with_macros(settings.macros), settings.keys)

    @property
    def zone(self) -> str:
        """The IANA name of the time zone that times are shown in."""
        return self.settings.zone

    def key(self, command: str) -> str:
        """The first key of a command, as it is set; without one, where the command is found."""
        return next(iter(self.keymap.keys[command]), _("palette"))

    def use_palette(self, palette: Palette) -> None:
        """Paint with another palette from now on."""
        self.painter = Painter(palette)

    def bind(
        self, macros: Mapping[str, Sequence[str]], keys: Mapping[str, Sequence[str]]
    ) -> KeyMap:
        """The key map with macros and their keys; raises ConfigError where a key is taken."""
        return KeyMap(with_macros(macros), {**keys, **self.settings.keys})
