"""What a moderator can choose about the screen."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from carecli.tui.theme import Shade


@dataclass(frozen=True, slots=True)
class Settings:
    """Choices of the configuration's `screen` part.

    `theme` names a palette of `theme.PALETTES`, or auto; `colours` are shades of one's own in it.
    `keys` maps an action to the keys it shall have, e.g. `{"thread.done": ["d", "ctrl-x"]}`.
    `zone` is the IANA name wall-clock times are shown in. `macros` maps names to steps, see
    `domain.macro`; `macro.NAME` is the action for keys.
    """

    theme: str = "auto"
    colours: Mapping[str, Shade] = field(default_factory=dict)
    keys: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    compact: bool = False
    zone: str = "UTC"
    macros: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
