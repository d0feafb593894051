"""Colour roles and their colours: dark, light, high contrast, and the terminal's 16.

A colour is `#rrggbb`, a number of the terminal's palette (0..15), or None for the terminal's
own. A letter or a shape stands beside every colour, so nothing is told by colour alone.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

Shade = str | int | None


@dataclass(frozen=True, slots=True)
class Ink:
    """How a role is written. `back` None: the surface's own background."""

    fore: Shade
    back: Shade = None
    bold: bool = False
    struck: bool = False
    reverse: bool = False


@dataclass(frozen=True, slots=True)
class Palette:
    """One look. `surfaces` are backgrounds: base, panel, head, select, ours, field."""

    name: str
    inks: Mapping[str, Ink]
    surfaces: Mapping[str, Shade]
    is_dark: bool = True
    shades: Mapping[str, Shade] = field(default_factory=dict)
    """What the inks are mixed from: text, strong, dim, accent, brand, key, red, yellow, green, on
    (text on a badge)."""

    @property
    def is_ansi(self) -> bool:
        """Whether it uses the terminal's own colours."""
        return self.surfaces["base"] is None

    def ink(self, role: str) -> Ink:
        """The ink of a role; a role nobody declared is written as text."""
        return self.inks.get(role, self.inks["text"])

    def painted(self, role: str, surface: str) -> Ink:
        """How a role is written on a surface, its background included.

        `role@surface` brings its own surface, which only the cursor covers.
        """
        name, _, own = role.partition("@")
        ink = self.ink(name)
        if ink.back is not None or ink.reverse:
            return ink
        if self.is_ansi and "select" in (surface, own):
            lit = self.surfaces["select"]
            return (
                replace(ink, back=lit, fore=15) if lit is not None else replace(ink, reverse=True)
            )
        return replace(ink, back=self.surfaces[own if own and surface != "select" else surface])


def mix(
    name: str, shades: Mapping[str, Shade], surfaces: Mapping[str, Shade], *, is_dark: bool
) -> Palette:
    """A palette from its shades and surfaces."""
    s = shades
    inks = {
        "text": Ink(s["text"]),
        "strong": Ink(s["strong"], bold=True),
        "dim": Ink(s["dim"]),
        "gone": Ink(s["dim"], struck=True),
        "accent": Ink(s["accent"]),
        "title": Ink(s["accent"], bold=True),
        "brand": Ink(s["brand"], bold=True),
        "key": Ink(s["key"], bold=True),
        "flag": Ink(s["key"], bold=True),
        "ok": Ink(s["green"]),
        "warn": Ink(s["yellow"], bold=True),
        "bad": Ink(s["red"], bold=True),
        "alarm": Ink(s["on"], s["red"], bold=True),
        "chosen": Ink(s["on"], s["accent"], bold=True),
    }
    for colour in ("red", "yellow", "green"):
        inks[colour] = Ink(s[colour])
        inks[f"{colour}.strong"] = Ink(s[colour], bold=True)
        inks[f"{colour}.badge"] = Ink(s["on"], s[colour], bold=True)
    return Palette(name, inks, surfaces, is_dark, shades)


DARK = mix(
    "carecli-dark",
    {
        "text": "#c0caf5",
        "strong": "#e4e9ff",
        "dim": "#99a3cf",
        "accent": "#7aa2f7",
        "brand": "#bb9af7",
        "key": "#ff9e64",
        "red": "#ff8b9f",
        "yellow": "#e0af68",
        "green": "#9ece6a",
        "on": "#16161e",
    },
    {
        "base": "#1a1b26",
        "panel": "#16161e",
        "head": "#1f2335",
        "select": "#2b355f",
        "theirs": "#24283b",
        "ours": "#1d2f45",
        "field": "#101018",
    },
    is_dark=True,
)

LIGHT = mix(
    "carecli-light",
    {
        "text": "#2b3150",
        "strong": "#12162b",
        "dim": "#555e80",
        "accent": "#2854c5",
        "brand": "#7b3fc4",
        "key": "#a84600",
        "red": "#b81a44",
        "yellow": "#855000",
        "green": "#33700f",
        "on": "#ffffff",
    },
    {
        "base": "#fbfbfe",
        "panel": "#eef0f7",
        "head": "#e3e7f3",
        "select": "#dbe5ff",
        "theirs": "#eceef6",
        "ours": "#dcebfb",
        "field": "#ffffff",
    },
    is_dark=False,
)

CONTRAST = mix(
    "carecli-contrast",
    {
        "text": "#ffffff",
        "strong": "#ffffff",
        "dim": "#d6d6d6",
        "accent": "#8fd3ff",
        "brand": "#e0b3ff",
        "key": "#ffd27a",
        "red": "#ff9ea8",
        "yellow": "#ffe14d",
        "green": "#7dff8a",
        "on": "#000000",
    },
    {
        "base": "#000000",
        "panel": "#000000",
        "head": "#14141c",
        "select": "#0a2a5c",
        "theirs": "#14141c",
        "ours": "#001a33",
        "field": "#000000",
    },
    is_dark=True,
)
"""White on black, every colour at least 7:1 on every surface."""

ANSI = mix(
    "carecli-16",
    {
        "text": None,
        "strong": None,
        "dim": 6,
        "accent": 12,
        "brand": 13,
        "key": 11,
        "red": 9,
        "yellow": 11,
        "green": 10,
        "on": 0,
    },
    {
        "base": None,
        "panel": None,
        "head": None,
        "select": 4,
        "theirs": None,
        "ours": None,
        "field": None,
    },
    is_dark=True,
)

OWN = "carecli-own"
"""The name of a palette somebody changed."""

_BACKWARDS = ("alarm", "chosen", "red.badge", "yellow.badge", "green.badge")

NONE = Palette(
    "carecli-plain",
    {
        role: Ink(None, bold=ink.bold, struck=ink.struck, reverse=role in _BACKWARDS)
        for role, ink in ANSI.inks.items()
    },
    dict.fromkeys(ANSI.surfaces),
)
"""No colour at all: letters, shapes, bold and reverse."""

PALETTES: Mapping[str, Palette] = {
    "dark": DARK,
    "light": LIGHT,
    "contrast": CONTRAST,
    "16": ANSI,
    "none": NONE,
}


def repainted(base: Palette, own: Mapping[str, Shade]) -> Palette:
    """A palette with shades and surfaces of one's own."""
    shades = {name: own.get(name, shade) for name, shade in base.shades.items()}
    surfaces = {name: own.get(name, shade) for name, shade in base.surfaces.items()}
    return mix(OWN, shades, surfaces, is_dark=base.is_dark)


def palette(
    name: str,
    own: Mapping[str, Shade] | None = None,
    environ: Mapping[str, str] = os.environ,
) -> Palette:
    """The look by name; `auto` asks the terminal's own variables what it can and is.

    `own` are shades and surfaces laid over a named one. Whoever sets NO_COLOR gets none,
    whatever the name.
    """
    if environ.get("NO_COLOR"):
        return NONE
    if name in PALETTES:
        found = PALETTES[name]
        return repainted(found, own) if own and found.shades else found
    term = environ.get("TERM", "")
    true_colour = environ.get("COLORTERM", "") in ("truecolor", "24bit") or "256" in term
    if not true_colour and not any(word in term for word in ("kitty", "alacritty", "direct")):
        return ANSI
    background = environ.get("COLORFGBG", "").rpartition(";")[2]
    return LIGHT if background in ("7", "15") else DARK
