"""Whether a part of an HTML mail is visible, from its computed styles. Pure.

Only what an element says itself is read (`style`, `hidden`, `bgcolor`, `color`), with inheritance
as CSS has it; rules of style sheets are not applied. Where that, or a value nobody knows, leaves a
doubt, the text counts as seen: a hidden line too many costs less than a customer's words.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace

Rgb = tuple[int, int, int]

NORMAL = 16.0
"""The font size in pixels where nothing is said."""

SMALLEST = 1.0
"""Up to so many pixels nobody can read a letter."""

_NUMBER = re.compile(r"\s*([+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?)\s*([a-z%]*)\s*", re.IGNORECASE)
_IN_FONT = re.compile(
    r"(?:^|\s)([+]?(?:\d+\.?\d*|\.\d+)(?:px|pt|em|rem|%|ex|ch|in|cm|mm|pc)?)(?=/|\s)"
)
_PIXELS = {"px": 1.0, "pt": 4 / 3, "pc": 16.0, "in": 96.0, "cm": 37.8, "mm": 3.78, "q": 0.945}
_WORDS = {"xx-small": 9, "x-small": 10, "small": 13, "medium": 16, "large": 18, "x-large": 24}
_COLOURS: dict[str, Rgb] = {
    "white": (255, 255, 255),
    "black": (0, 0, 0),
    "red": (255, 0, 0),
    "blue": (0, 0, 255),
    "green": (0, 128, 0),
    "yellow": (255, 255, 0),
    "gray": (128, 128, 128),
    "grey": (128, 128, 128),
    "silver": (192, 192, 192),
    "navy": (0, 0, 128),
    "snow": (255, 250, 250),
    "ivory": (255, 255, 240),
    "whitesmoke": (245, 245, 245),
    "ghostwhite": (248, 248, 255),
    "floralwhite": (255, 250, 240),
}


@dataclass(frozen=True, slots=True)
class ElementStyle:
    """How the text of an element looks; colours are None where nobody can tell."""

    is_laid_out: bool = True
    """False below `display: none`, full transparency, or a box without height."""
    is_visible: bool = True
    size: float = NORMAL
    opacity: float = 1.0
    colour: Rgb | None = (0, 0, 0)
    background: Rgb | None = (255, 255, 255)
    is_transparent: bool = False
    """Its letters have no colour."""
    keeps_lines: bool = False

    @property
    def is_seen(self) -> bool:
        """Whether a person can read it."""
        if not self.is_laid_out or not self.is_visible or self.size <= SMALLEST:
            return False
        if self.is_transparent or self.opacity < 0.05:
            return False
        return self.colour is None or self.background is None or self.colour != self.background


@dataclass(frozen=True, slots=True)
class Sheets:
    """What the style sheets of a mail may change: properties they force, and backgrounds."""

    forced: frozenset[str] = frozenset()
    paints: bool = False


def parse_sheets(css: str) -> Sheets:
    """What is to be known of style sheets; `@media` blocks are for other screens."""
    plain = _without_at_rules(re.sub(r"/\*.*?(?:\*/|$)", " ", css, flags=re.DOTALL))
    forced = re.findall(r"([a-z-]{3,30})\s*:[^;{}]{0,200}!\s*important", plain, re.IGNORECASE)
    paints = re.search(r"(?:background|color|bgcolor)\b", plain, re.IGNORECASE) is not None
    return Sheets(frozenset(name.lower() for name in forced), paints)


def _without_at_rules(css: str) -> str:
    """The rules outside of `@media {…}` and the like."""
    kept: list[str] = []
    depth, skipped = 0, -1
    for piece in re.split(r"([{}]|@[a-z-]+)", css):
        if piece.startswith("@") and depth == 0 and skipped < 0:
            skipped = depth
        elif piece == "{":
            depth += 1
        elif piece == "}":
            depth = max(0, depth - 1)
            if depth == skipped:
                skipped = -1
                continue
        if skipped < 0:
            kept.append(piece)
    return "".join(kept)


def parse_style(style: str) -> dict[str, str]:
    """The properties of a `style` attribute, names and values in small letters."""
    found: dict[str, str] = {}
    important: set[str] = set()
    for one in re.sub(r"/\*.*?\*/", "", style, flags=re.DOTALL).split(";"):
        name, colon, value = one.partition(":")
        name, value = name.strip().lower(), value.strip().lower()
        is_forced = "!" in value
        if not colon or (name in important and not is_forced):
            continue
        if is_forced:
            important.add(name)
            value = value.partition("!")[0].strip()
        found[name] = value
    return found


def compute_style(
    parent: ElementStyle, attributes: Mapping[str, str], sheets: Sheets
) -> ElementStyle:
    """How an element looks within its parent."""
    css = {
        name: value
        for name, value in parse_style(attributes.get("style", "")).items()
        if name not in sheets.forced
    }
    if not css and not {"hidden", "bgcolor", "color", "text", "background"} & set(attributes):
        return parent
    display = css.get("display", "none" if "hidden" in attributes else "")
    is_laid_out = parent.is_laid_out and display != "none" and not _is_shut(css, parent.size)
    visibility = css.get("visibility", "inherit")
    is_visible = parent.is_visible
    if visibility in ("visible", "initial"):
        is_visible = True
    elif visibility in ("hidden", "collapse"):
        is_visible = False
    found = replace(
        parent,
        is_laid_out=is_laid_out,
        is_visible=is_visible,
        size=_size(css, parent.size),
        opacity=parent.opacity * _share(css.get("opacity", "1")),
        keeps_lines=_keeps_lines(css.get("white-space", ""), parent.keeps_lines),
    )
    return _painted(found, css, attributes, sheets)


def _is_shut(css: Mapping[str, str], size: float) -> bool:
    """A box without room whose content does not flow out."""
    flow = {css.get("overflow", ""), css.get("overflow-x", ""), css.get("overflow-y", "")}
    if not any(word in one.split() for one in flow for word in ("hidden", "clip")):
        return False
    for name in ("max-height", "height", "max-width", "width"):
        room = _length(css.get(name, ""), size)
        if room is not None and room <= SMALLEST:
            return True
    return False


def _length(value: str, size: float) -> float | None:
    """Pixels; None for what is not a plain number with a unit that can be told."""
    found = _NUMBER.fullmatch(value)
    if found is None:
        return None
    number, unit = float(found[1]), found[2].lower()
    if number == 0:
        return 0.0
    if unit in _PIXELS:
        return number * _PIXELS[unit]
    if unit in ("em", "ex", "ch"):
        return number * size * (1.0 if unit == "em" else 0.5)
    return number * NORMAL if unit == "rem" else None


def _size(css: Mapping[str, str], parent: float) -> float:
    value = css.get("font-size", "")
    if not value and "font" in css:
        found = _IN_FONT.search(css["font"])
        value = found[1] if found else ""
    if not value or value in ("inherit", "unset"):
        return parent
    if value in _WORDS:
        return float(_WORDS[value])
    if value in ("smaller", "larger"):
        return parent * (0.83 if value == "smaller" else 1.2)
    found = _NUMBER.fullmatch(value)
    if found is not None and found[2] == "%":
        return max(0.0, float(found[1]) / 100 * parent)
    if found is not None and not found[2] and float(found[1]) != 0:
        return parent  # a number without a unit is no value in CSS
    pixels = _length(value, parent)
    return pixels if pixels is not None and pixels >= 0 else NORMAL


def _share(value: str) -> float:
    found = _NUMBER.fullmatch(value)
    if found is None or found[2] not in ("", "%"):
        return 1.0
    return min(1.0, max(0.0, float(found[1]) / (100 if found[2] else 1)))


def _keeps_lines(value: str, parent: bool) -> bool:
    if value in ("pre", "pre-wrap", "pre-line", "break-spaces"):
        return True
    return False if value in ("normal", "nowrap", "initial") else parent


def _painted(
    found: ElementStyle, css: Mapping[str, str], attributes: Mapping[str, str], sheets: Sheets
) -> ElementStyle:
    ink = css.get("color") or attributes.get("color") or attributes.get("text") or ""
    if ink and ink != "inherit":
        rgb, alpha = _colour(ink)
        found = replace(found, colour=rgb, is_transparent=alpha < 0.05)
    paint = " ".join(
        css.get(name, "") for name in ("background", "background-color", "background-image")
    ).strip()
    paint = paint or attributes.get("bgcolor", "")
    if "background" in attributes or "url(" in paint or "gradient" in paint:
        found = replace(found, background=None)
    elif paint and paint not in ("transparent", "none", "inherit", "initial"):
        rgb, alpha = _colour(paint)
        found = replace(found, background=rgb if alpha > 0.95 else None)
    if sheets.paints:
        found = replace(found, background=None)  # a class may have painted what is behind it
    return found


def _colour(value: str) -> tuple[Rgb | None, float]:
    """A colour, None where it cannot be told, and how solid it is (0 to 1)."""
    value = value.strip().lower()
    if value == "transparent":
        return None, 0.0
    if value in _COLOURS:
        return _COLOURS[value], 1.0
    digits = re.fullmatch(r"#?([0-9a-f]{3,8})", value)
    if digits and len(digits[1]) in (3, 4, 6, 8) and (value[0] == "#" or len(digits[1]) == 6):
        hex_digits = digits[1] if len(digits[1]) > 4 else "".join(part * 2 for part in digits[1])
        parts = [int(hex_digits[at : at + 2], 16) for at in range(0, len(hex_digits), 2)]
        return (parts[0], parts[1], parts[2]), parts[3] / 255 if len(parts) == 4 else 1.0
    rgb = re.fullmatch(r"rgba?\(([^()]{1,100})\)", value)
    if rgb is None:
        return None, 1.0
    numbers = [_NUMBER.fullmatch(part) for part in re.split(r"[\s,/]+", rgb[1].strip())]
    if len(numbers) not in (3, 4) or not all(numbers):
        return None, 1.0
    plain = [
        float(part[1]) * (2.55 if part[2] == "%" and at < 3 else 0.01 if part[2] == "%" else 1.0)
        for at, part in enumerate(numbers)
        if part is not None
    ]
    red, green, blue = (round(min(255.0, max(0.0, part))) for part in plain[:3])
    return (red, green, blue), plain[3] if len(plain) == 4 else 1.0
