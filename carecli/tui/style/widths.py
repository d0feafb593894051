"""What terminals disagree about: how many cells an emoji family, a flag or a vowel sign takes.

The terminal is asked at the start: each of `PROBES` is written where the first page is painted
right afterwards, and after each one the terminal is asked where its cursor stands (DSR 6, answered
by a cursor position report, https://vt100.net/docs/vt510-rm/DSR-CPR.html). `cells.use` counts by
the answers from then on. A terminal that does not answer is drawn for as `Widths()` says.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

PROBES = {
    "family": "\U0001f468\u200d\U0001f469\u200d\U0001f467",
    "heart": "\u2764\ufe0f",
    "flag": "\U0001f1f2\U0001f1fd",
    "skin tone": "\U0001f44d\U0001f3fd",
    "vowel sign": "\u0b95\u0bbf",
    "conjunct": "\u0915\u094d\u0937\u093f",
}
"""What the terminal is asked about: `கி` is Tamil, `क्षि` Devanagari."""

PROBED_LINE = 2
"""The line of the screen they are written on. Not the first: an answer from there would look like
F3 with a modifier, `ESC [ 1 ; 2 R`."""

ANSWER = re.compile(rf"\x1b\[{PROBED_LINE};(\d{{1,3}})R")
"""A cursor position report from that line; its group is the column, from 1."""


@dataclass(frozen=True, slots=True)
class Widths:
    """The cells a terminal takes. Without values: what is assumed until it is known."""

    joins_emoji: bool = True
    """Whether emoji that a joiner ties together are drawn as one, in two cells."""
    heart: int = 1
    """Cells of a sign that U+FE0F makes an emoji; with 1 that character is left out."""
    flag: int = 2
    """Cells of the two letters of a flag: 2 or 4."""
    has_skin_tones: bool = False
    """Whether a skin tone takes no cells of its own; it is left out where it does."""
    vowel_sign: int = 0
    """Cells that a spacing mark adds, as vowel signs of Tamil, Devanagari or Khmer: 0 or 1."""


def question() -> str:
    """What to send before the first page, which hides it again."""
    asked = "".join(f"\x1b[{PROBED_LINE};1H{probe}\x1b[6n" for probe in PROBES.values())
    return f"\x1b[0;8m{asked}\x1b[0m\x1b[{PROBED_LINE};1H\x1b[2K"


def widths_of(columns: Sequence[int]) -> Widths:
    """What the columns mean at which the cursor stood after each of `PROBES`."""
    told = {name: column - 1 for name, column in zip(PROBES, columns, strict=True)}
    adds = told["vowel sign"] == 2 and told["conjunct"] == 3
    return Widths(
        joins_emoji=told["family"] == 2,
        heart=2 if told["heart"] == 2 else 1,
        flag=4 if told["flag"] == 4 else 2,
        has_skin_tones=told["skin tone"] == 2,
        vowel_sign=1 if adds else 0,
    )
