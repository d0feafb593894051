"""How many cells a text takes in a terminal; cutting, padding and wrapping by cells.

A light twin of `rich.cells` for the first page, which is painted before rich is imported. It
counts as rich does: marks take none, wide letters and emoji two, what a joiner joins none.
Terminals disagree about a few of these. Until one has answered how it counts (`use`), U+FE0F and
the skin tones of emoji are left out. What they disagree about is always `placed`.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from functools import lru_cache

from carecli.domain.hits import Phrase, find_hits
from carecli.domain.text import printable
from carecli.tui.style.widths import Widths

Run = tuple[str, str]
"""A text and the role it is painted in (see `theme`)."""

Line = list[Run]
"""One line of the screen."""

JOINER = "\u200d"
EMOJI_STYLE = "\ufe0f"
"""After a sign that is text and emoji: it is meant as an emoji, which is wide in some terminals."""

LONGEST_CLUSTER = 12
"""Code points in one drawn character; the longest emoji family has 11."""

WIDEST_CLUSTER = 3
"""Cells of one drawn character: a letter with two vowel signs."""

_PLAIN = re.compile("[ -~\u00a1-\u00ac\u00ae-\u02ff\u0370-\u0482\u2010-\u2027\u2030-\u203b\u20ac]*")
_MARKS = ("Mn", "Me", "Mc", "Cf")

_widths = Widths()
_widened: frozenset[str] = frozenset()


def use(widths: Widths, widened: frozenset[str] = frozenset()) -> None:
    """Count as the terminal does. `widened`: the signs that U+FE0F makes wide where it does."""
    global _widths, _widened
    _widths, _widened = widths, widened
    for cached in (width_of, is_disputed):
        cached.cache_clear()


@lru_cache(maxsize=8192)
def width_of(char: str) -> int:
    """Cells of one code point: 0, 1 or 2."""
    if char == "\u00ad" or "\u0600" <= char <= "\u0605":
        return 1
    if is_skin_tone(char):
        return 0
    category = unicodedata.category(char)
    if category == "Mc" and _widths.vowel_sign:
        return _widths.vowel_sign
    if category in _MARKS or "\u1160" <= char <= "\u11ff":
        return 0
    if is_flag_letter(char):
        return _widths.flag // 2
    return 2 if unicodedata.east_asian_width(char) in "WF" else 1


def is_skin_tone(char: str) -> bool:
    """Whether it gives the emoji before it the colour of a skin."""
    return "\U0001f3fb" <= char <= "\U0001f3ff"


def is_flag_letter(text: str) -> bool:
    """Whether it is one regional indicator, of which two make a flag."""
    return len(text) == 1 and "\U0001f1e6" <= text <= "\U0001f1ff"


def is_plain(text: str) -> bool:
    """Whether every character is one cell by itself."""
    return text.isascii() or _PLAIN.fullmatch(text) is not None


def clusters(text: str) -> list[tuple[str, int]]:
    """The characters as a person counts them, each with its cells."""
    found: list[tuple[str, int]] = []
    joined = False
    for char in text:
        before, taken = found[-1] if found else ("", 0)
        if char == EMOJI_STYLE and (_widths.heart == 1 or before[-1:] not in _widened):
            continue
        if before and is_skin_tone(char) and not (_widths.has_skin_tones and taken == 2):
            continue
        wide = width_of(char)
        has_room = bool(before) and len(before) < LONGEST_CLUSTER
        if is_flag_letter(char) and is_flag_letter(before):
            found[-1] = (before + char, _widths.flag)
        elif has_room and joined:
            if _widths.joins_emoji:
                found[-1] = (before + char, taken)
        elif has_room and char == EMOJI_STYLE:
            found[-1] = (before + char, 2)
        elif has_room and (not wide or (_is_vowel_sign(char) and taken + wide <= WIDEST_CLUSTER)):
            if char != JOINER or _widths.joins_emoji:
                found[-1] = (before + char, taken + wide)
        elif wide or char != JOINER:
            found.append((char, wide))
        joined = char == JOINER
    return found


def _is_vowel_sign(char: str) -> bool:
    return unicodedata.category(char) == "Mc"


def cells(text: str) -> int:
    """Cells the text takes on one line."""
    if is_plain(text):
        return len(text)
    return sum(wide for _, wide in clusters(text))


def cut(text: str, width: int, *, end: str = "…") -> str:
    """The text in at most `width` cells; one that was cut ends in `end`."""
    if width <= 0:
        return ""
    if is_plain(text):
        return text if len(text) <= width else text[: max(0, width - len(end))] + end[:width]
    parts = clusters(text)
    if sum(wide for _, wide in parts) <= width:
        return "".join(part for part, _ in parts)
    kept, used = [], 0
    for part, wide in parts:
        if used + wide > width - len(end):
            break
        kept.append(part)
        used += wide
    return "".join(kept) + end[:width]


def fit(text: str, width: int, *, right: bool = False) -> str:
    """The text in exactly `width` cells: cut, or padded (on the left with `right`)."""
    short = cut(text, width)
    pad = " " * (width - cells(short))
    return pad + short if right else short + pad


def steady(text: str) -> str:
    """The text for a list line: joined emoji become their first one, drawn alike everywhere."""
    if JOINER not in text and EMOJI_STYLE not in text:
        return text
    return "".join(part.split(JOINER)[0] for part, _ in clusters(text))


def wrap(text: str, width: int) -> list[str]:
    """The text in lines of at most `width` cells, broken at spaces where there are any."""
    lines: list[str] = []
    for paragraph in text.split("\n"):
        lines.extend(_wrap_one(paragraph, max(2, width)))
    return lines


def _wrap_one(text: str, width: int) -> list[str]:
    text = cut(text, cells(text))
    if cells(text) <= width:
        return [text]
    lines: list[str] = []
    now, used = "", 0
    for word in re.findall(r" *[^ ]+| +$", text):
        wide = cells(word)
        if used + wide <= width:
            now, used = now + word, used + wide
            continue
        if used:
            lines.append(now)
            word = word.lstrip(" ")
        now, used = "", 0
        if cells(word) <= width:
            now, used = word, cells(word)
            continue
        for part, part_wide in clusters(word):
            if used + part_wide > width:
                lines.append(now)
                now, used = "", 0
            now, used = now + part, used + part_wide
    lines.append(now)
    return lines


@lru_cache(maxsize=8192)
def is_disputed(cluster: str) -> bool:
    """Whether terminals may take other cells for a character: tmux has a table of its own.

    These are characters of several code points, and emoji, of which each year brings new ones.
    """
    if len(cluster) != 1:
        return bool(cluster) and not cluster.isascii()
    if width_of(cluster) != 1:
        return not (
            unicodedata.category(cluster).startswith("L") or "\u3000" <= cluster <= "\uffef"
        )
    return cluster > "\U0001f000" or unicodedata.category(cluster) in ("Mc", "Cn")


def placed(cluster: str, wide: int, x: int, y: int, columns: int) -> str:
    """A disputed character as it is sent to stand in `wide` cells from column `x` of line `y` on.

    The cells are blanked first, and the cursor is put behind it, whatever the terminal takes for
    its width. At the end of the line of `columns` it cannot run over into the next one.
    """
    sent = f"{' ' * wide}\x1b[{y + 1};{x + 1}H{cluster}"
    if x + max(wide, 2 * len(cluster)) >= columns:
        sent = f"\x1b[?7l{sent}\x1b[?7h"
    return sent if x + wide >= columns else f"{sent}\x1b[{y + 1};{x + wide + 1}H"


def marked(text: str, role: str, wanted: Sequence[Phrase]) -> Line:
    """A text in its role, what was searched for in it emphasised."""
    runs: Line = []
    end = 0
    for start, stop in find_hits(text, wanted):
        runs += [(text[end:start], role), (text[start:stop], "chosen")]
        end = stop
    return [*(run for run in runs if run[0]), (text[end:], role)]


def line_cells(line: Line) -> int:
    """Cells of a whole line."""
    return sum(cells(text) for text, _ in line)


def fill(left: Line, right: Line, width: int, role: str = "text") -> Line:
    """One line with a part at each end; the left one gives way."""
    room = width - line_cells(right)
    kept: Line = []
    used = 0
    for text, run_role in left:
        wide = cells(text)
        if used + wide > room:
            short = cut(text, room - used)
            kept.append((short, run_role))
            used += cells(short)
            break
        kept.append((text, run_role))
        used += wide
    if used < room:
        kept.append((" " * (room - used), role))
    return [*kept, *right]


def merged(line: Line) -> Line:
    """The line in as few runs as it takes: equal roles, and blanks where blanks look alike.

    Every line passes here on its way out, so it is the place where text is made printable, also
    such as was typed here or came some other way than through the desk.
    """
    found: Line = []
    for text, role in line:
        if not text:
            continue
        if not text.isprintable():
            text = printable(text).replace("\n", " ")
        if found:
            before, role_before = found[-1]
            alike = role.partition("@")[2] == role_before.partition("@")[2]
            if role == role_before or (alike and text.isspace() and _is_flat(role, role_before)):
                found[-1] = (before + text, role_before)
                continue
            if alike and before.isspace() and _is_flat(role, role_before):
                found[-1] = (before + text, role)
                continue
        found.append((text, role))
    return found


_FILLED = ("badge", "alarm", "chosen", "gone")


def _is_flat(*roles: str) -> bool:
    """Whether a blank in these roles is nothing but the surface."""
    return not any(role.partition("@")[0].endswith(_FILLED) for role in roles)


def changed_span(old: Line, new: Line) -> tuple[int, int] | None:
    """The cells `start, stop` in which two lines differ; None when they are alike."""
    if old == new:
        return None
    width = max(line_cells(old), line_cells(new))
    if line_cells(old) != line_cells(new):
        return 0, width
    start = 0
    for before, after in zip(old, new, strict=False):
        if before != after:
            break
        start += cells(before[0])
    end = 0
    for before, after in zip(reversed(old), reversed(new), strict=False):
        if before != after:
            break
        end += cells(before[0])
    return start, max(start + 1, width - end)
