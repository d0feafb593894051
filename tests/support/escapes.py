"""What a program writes to a terminal, taken apart: text, and each thing a terminal obeys.

A reading of its own, after ECMA-48 and xterm's control sequences, so that what is judged by it
does not depend on how carecli makes text harmless.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum

_TOKEN = re.compile(
    rb"(?P<csi>\x1b\[[0-?]*[ -/]*[@-~])"
    rb"|(?P<string>\x1b[\]PX^_][^\x07\x1b]*(?:\x07|\x1b\\))"
    rb"|(?P<escape>\x1b[ -/]*[0-Z\\^-~])"
    rb"|(?P<control>[\x00-\x1a\x1c-\x1f\x7f])"
    rb"|(?P<text>[^\x00-\x1f\x7f]+)"
)
_OPEN = re.compile(rb"\x1b(?:\[[0-?]*[ -/]*|[\]PX^_][^\x07\x1b]*\x1b?|[ -/]*)?\Z")


class Kind(Enum):
    """What a piece of output is."""

    TEXT = "text"
    CONTROL = "control"
    """One byte below space, or DEL."""
    CSI = "csi"
    STRING = "string"
    """OSC, DCS, SOS, PM or APC, up to its end."""
    ESCAPE = "escape"
    """ESC and a letter."""
    BROKEN = "broken"
    """An escape that begins nothing a terminal knows."""


@dataclass(frozen=True, slots=True)
class Token:
    """One piece of output."""

    kind: Kind
    raw: bytes


def tokens(output: bytes) -> Iterator[Token]:
    """The output in pieces, in order, nothing left out but a sequence still open at its end."""
    at = 0
    while at < len(output):
        found = _TOKEN.match(output, at)
        if found is not None:
            yield Token(Kind(found.lastgroup), found.group())
            at = found.end()
        elif _OPEN.match(output, at):
            return
        else:
            yield Token(Kind.BROKEN, output[at : at + 1])
            at += 1


def complete(output: bytes) -> int:
    """How many bytes from the start hold whole sequences and whole characters."""
    last = output.rfind(b"\x1b")
    end = last if last >= 0 and _OPEN.match(output, last) else len(output)
    if end >= 2 and output[end - 1 : end] == b"\x1b":
        end -= 1
    for back in range(1, min(4, end + 1)):
        byte = output[end - back]
        if byte >= 0xC0:
            wanted = 2 if byte < 0xE0 else 3 if byte < 0xF0 else 4
            return end - back if wanted > back else end
        if byte < 0x80:
            break
    return end


def modes(output: bytes) -> dict[int, bool]:
    """The private modes (DECSET, DECRST) that were set, and how each was left."""
    found: dict[int, bool] = {}
    for token in tokens(output):
        if token.kind is Kind.CSI and token.raw.startswith(b"\x1b[?") and token.raw[-1:] in b"hl":
            for number in token.raw[3:-1].split(b";"):
                found[int(number)] = token.raw[-1:] == b"h"
    return found
