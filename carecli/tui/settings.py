"""The screen's settings."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from carecli.tui.style.theme import Palette, Shade, palette


@dataclass(frozen=True, slots=True)
class Alerts:
    """How a moderator is told that something is urgent.

    `by` is auto, terminal, desktop, both, bell or off. `due` (ms): how near a deadline of theirs
    must be, 0 for never. `with_text`: the message's words as well. `quiet`: minutes of the day,
    from and until, in which nothing is told; past midnight where from is the later one.
    """

    by: str = "off"
    due: int = 0
    with_text: bool = True
    quiet: tuple[tuple[int, int], ...] = ()

    def is_quiet(self, minute: int) -> bool:
        """Whether nothing is told at a minute of the day."""
        return any(
            start <= minute < end if start < end else minute >= start or minute < end
            for start, end in self.quiet
        )


@dataclass(frozen=True, slots=True)
class Settings:
    """Choices of the configuration's `screen` part.

    `name` is how colleagues know the moderator, empty: by the key. `theme` names a palette of
    `theme.PALETTES`, or auto; `colours` are shades of one's own in it. `keys` maps an action to the
    keys it shall have, e.g. `{"thread.done": ["d", "ctrl-x"]}`. `zone` is the IANA name wall-clock
    times are shown in. `macros` maps names to steps, see `domain.macro`; `macro.NAME` is the action
    for keys. `greeting` is said once at the start; `lessons` are the words of the program that
    teaches. With `times` rows show when the message was written. `own_theme` is the palette that
    was chosen inside the inbox and goes before `theme`; `language` the configured one. `keep` keeps
    a choice made inside, `theme`, `language` or `times`, for the next start, an empty value to go
    by the configuration again; it raises CareError.
    """

    name: str = ""
    theme: str = "auto"
    colours: Mapping[str, Shade] = field(default_factory=dict)
    keys: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    compact: bool = False
    times: bool = False
    zone: str = "UTC"
    alerts: Alerts = field(default_factory=Alerts)
    macros: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    greeting: str = ""
    lessons: tuple[str, ...] = ()
    own_theme: str = ""
    language: str = "en"
    keep: Callable[[str, str], None] | None = None

    def palette(self) -> Palette:
        """The look the screen begins with."""
        return palette(self.own_theme) if self.own_theme else palette(self.theme, self.colours)
