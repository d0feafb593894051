"""Converts messages to features for the suggester: hashed words, word parts, a few signs.

The number of a feature is the CRC-32 of its name, the same in every process and on every machine.
"""

from __future__ import annotations

import math
import zlib
from array import array
from collections import Counter
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import NamedTuple

from carecli.matching import signs
from carecli.matching.disguises import WORD
from carecli.matching.folded_text import Folded
from carecli.matching.term_set import TermSet
from carecli.matching.words import read_words

SIZE = 1 << 16
"""How many feature numbers there are; features may share one."""
WORDS_MOST = 200
"""How many words of a message are used."""
PIECES = (3, 4, 5)
"""Lengths of the word parts, including a space at each end of a word."""

_CUES = Path(__file__).parent / "cues.txt"


class Features(NamedTuple):
    """Feature numbers and their values; packed arrays, as thousands are kept in memory."""

    numbers: array[int]
    values: array[float]


def features(text: str | Folded) -> Features:
    """The features of a message; apart from cues, the vector has length 1."""
    folded = text if isinstance(text, Folded) else Folded(text)
    words = WORD.findall(folded.text)[:WORDS_MOST]
    weights: dict[int, float] = {}
    for word in words:
        weights[_number("w" + word)] = 1.0
    for pair in pairwise(words):
        weights.setdefault(_number("b" + " ".join(pair)), 0.7)
    for word in words:
        padded = f" {word[:30]} "
        for size in PIECES:
            for start in range(len(padded) - size + 1):
                weights.setdefault(_number("c" + padded[start : start + size]), 0.4)
    for name in _marks(folded):
        weights[_number(name)] = 0.8
    length = math.sqrt(sum(weight * weight for weight in weights.values())) or 1.0
    vector = {number: weight / length for number, weight in weights.items()}
    kinds = Counter(hit.term.kind for hit in cues().find(folded))
    for kind, count in kinds.items():
        vector[_number("cue " + kind)] = 0.8 * math.sqrt(min(count, 2))
    numbers = sorted(vector)
    return Features(array("H", numbers), array("d", (vector[number] for number in numbers)))


def _marks(folded: Folded) -> list[str]:
    """Names of the other features: questions, exclamations, capitals, links, mentions, emoji."""
    original = folded.original
    capitals, smalls = sum(map(str.isupper, original)), sum(map(str.islower, original))
    marks = {
        "?": "?" in folded.text,
        "asks": signs.is_question(folded),
        "!": "!" in folded.text,
        "!!": "!!" in folded.text,
        "loud": capitals > max(4, smalls / 2),
        "link": signs.has_link(folded),
        "mention": "@" in original and bool(signs.mentions(folded)),
    }
    emoji = ["e" + char for char in dict.fromkeys(signs.EMOJI.findall(original[:2000]))]
    return [name for name, is_there in marks.items() if is_there] + emoji


@cache
def cues() -> TermSet:
    """Words that hint at a label before anything was learned, by kind."""
    return read_words(_CUES).compiled()


def _number(name: str) -> int:
    return zlib.crc32(name.encode("utf-8", "replace")) % SIZE
