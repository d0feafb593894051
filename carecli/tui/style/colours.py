"""Colours a moderator chose: read with every mistake named, contrast measured.

    own, mistakes = read_colours("dark", {"red": "#ff5f5f"})
    for pair in faint(palette("dark", own)): ...

Contrast is WCAG 2.2's: (L1 + 0.05) / (L2 + 0.05) of relative luminances, 1 to 21; ordinary text
wants 4.5 (https://www.w3.org/TR/WCAG22/#contrast-minimum).
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from carecli.domain.errors import ConfigError
from carecli.tui.style.theme import ANSI, Palette, Shade

ENOUGH = 4.5
"""Contrast that text wants on what it stands on."""

_NAMES = ("black", "red", "green", "yellow", "blue", "magenta", "cyan", "white")

SIXTEEN: Mapping[str, Shade] = {
    "terminal": None,
    **{name: number for number, name in enumerate(_NAMES)},
    **{f"bright-{name}": number + 8 for number, name in enumerate(_NAMES)},
}
"""The terminal's own colours by name; `terminal` is its usual text or background."""

ROLES = (*ANSI.shades, *ANSI.surfaces)
"""What can be given a colour."""


def read_colours(
    base: str, typed: Mapping[str, str]
) -> tuple[dict[str, Shade], tuple[ConfigError, ...]]:
    """Shades by role for a palette, and what is wrong; a key of an error begins with `theme.`."""
    own: dict[str, Shade] = {}
    mistakes: list[ConfigError] = []
    if typed and base not in ("dark", "light", "contrast", "16"):
        hint = "say which palette they change: dark, light, contrast or 16"
        what = f"colours of one's own cannot change the palette {base}"
        mistakes.append(ConfigError(what, key="theme.palette", hint=hint))
    for role, text in typed.items():
        key = f"theme.colours.{role}"
        if role not in ROLES:
            near = difflib.get_close_matches(role, ROLES, 1)
            meant = f"did you mean {near[0]!r}? " if near else ""
            hint = f"{meant}known: {', '.join(ROLES)}"
            mistakes.append(ConfigError(f"no such role: {role!r}", key=key, hint=hint))
        elif base == "16":
            if text in SIXTEEN:
                own[role] = SIXTEEN[text]
            else:
                near = difflib.get_close_matches(text, SIXTEEN, 1)
                meant = f"did you mean {near[0]!r}? " if near else ""
                hint = f"{meant}the palette 16 takes {', '.join(SIXTEEN)}"
                mistakes.append(ConfigError(f"not a colour: {text!r}", key=key, hint=hint))
        elif (shade := _hexadecimal(text)) is not None:
            own[role] = shade
        else:
            hint = 'expected red, green and blue such as "#ff9e64", in quotes'
            if text in SIXTEEN:
                hint = 'names are for the palette 16; here it is "#rrggbb", in quotes'
            mistakes.append(ConfigError(f"not a colour: {text!r}", key=key, hint=hint))
    return own, tuple(mistakes)


def _hexadecimal(text: str) -> str | None:
    if re.fullmatch("#[0-9a-fA-F]{3}", text):
        text = "#" + "".join(digit * 2 for digit in text[1:])
    return text.lower() if re.fullmatch("#[0-9a-fA-F]{6}", text) else None


@dataclass(frozen=True, slots=True)
class Faint:
    """Text that is hard to read: `role` on `surface`, and their contrast."""

    role: str
    surface: str
    contrast: float


def contrast(one: str, other: str) -> float:
    """Of two `#rrggbb`, from 1 (alike) to 21 (black and white)."""
    light, dark = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def _luminance(colour: str) -> float:
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def faint(palette: Palette, enough: float = ENOUGH) -> Iterator[Faint]:
    """Every role that does not stand out from a surface it is written on.

    Of the terminal's own colours nobody knows what they look like: they are passed over.
    """
    pairs = [
        (role, surface, shade, back)
        for role, shade in palette.shades.items()
        if role != "on"
        for surface, back in palette.surfaces.items()
    ]
    filled = ("accent", "red", "yellow", "green")
    pairs += [("on", role, palette.shades.get("on"), palette.shades.get(role)) for role in filled]
    for role, surface, shade, back in pairs:
        if isinstance(shade, str) and isinstance(back, str):
            found = contrast(shade, back)
            if found < enough:
                yield Faint(role, surface, found)
