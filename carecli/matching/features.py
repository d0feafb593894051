"""A message as features for the colour suggester: hashed words, word parts, a few signs.

Numbers of features are CRC-32 of their names, the same in every process and on every machine.
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
"""Numbers a feature can have; what shares one is told apart by its neighbours."""
WORDS_MOST = 200
"""Words of a message that are looked at."""
PIECES = (3, 4, 5)
"""Letters of the pieces of a word, its ends counted."""

_CUES = Path(__file__).parent / "cues.txt"


class Features(NamedTuple):
    """Numbers of features, and how much each counts; packed, as thousands are kept in memory."""

    numbers: array[int]
    values: array[float]


def features(text: str | Folded) -> Features:
    """The features of a message; those of its letters together have length one."""
    folded = text if isinstance(text, Folded) else Folded(text)
    words = WORD.findall(folded.text)[:WORDS_MOST]
    found: dict[int, float] = {}
    for word in words:
        found[_number("w" + word)] = 1.0
    for pair in pairwise(words):
        found.setdefault(_number("b" + " ".join(pair)), 0.7)
    for word in words:
        whole = f" {word[:30]} "
        for size in PIECES:
            for start in range(len(whole) - size + 1):
                found.setdefault(_number("c" + whole[start : start + size]), 0.4)
    for name in _marks(folded):
        found[_number(name)] = 0.8
    length = math.sqrt(sum(weight * weight for weight in found.values())) or 1.0
    vector = {number: weight / length for number, weight in found.items()}
    kinds = Counter(hit.term.kind for hit in cues().find(folded))
    for kind, count in kinds.items():
        vector[_number("cue " + kind)] = 0.8 * math.sqrt(min(count, 2))
    numbers = sorted(vector)
    return Features(array("H", numbers), array("d", (vector[number] for number in numbers)))


def _marks(folded: Folded) -> list[str]:
    """Signs beside the words: questions, exclamations, capitals, emoji."""
    original = folded.original
    capitals, smalls = sum(map(str.isupper, original)), sum(map(str.islower, original))
    asked = {
        "?": "?" in folded.text,
        "asks": signs.is_question(folded),
        "!": "!" in folded.text,
        "!!": "!!" in folded.text,
        "loud": capitals > max(4, smalls / 2),
        "link": signs.has_link(folded),
        "mention": "@" in original and bool(signs.mentions(folded)),
    }
    emoji = ["e" + one for one in dict.fromkeys(signs.EMOJI.findall(original[:2000]))]
    return [name for name, is_there in asked.items() if is_there] + emoji


@cache
def cues() -> TermSet:
    """Words that lean a message before anything was learned, by kind."""
    return read_words(_CUES).compiled()


def _number(name: str) -> int:
    return zlib.crc32(name.encode("utf-8", "replace")) % SIZE
