"""How fast carecli writes to a platform, by kind of action.

The caps are carecli's own, on the careful side of what platforms tolerate; a connector whose
platform is stricter says so in `Capabilities.paces`.
"""

from __future__ import annotations

import re

from carecli.domain.model import HOUR, Millis, OutboxVerb
from carecli.domain.text import fold

MESSAGE = "message"
"""The kind of a reply in a private conversation; other deeds are of the kind of their verb."""

PER_SECOND: dict[str, float] = {
    OutboxVerb.REPLY: 1 / 3,
    MESSAGE: 5.0,
    OutboxVerb.PRIVATE_REPLY: 1.0,
    OutboxVerb.HIDE: 5.0,
    OutboxVerb.UNHIDE: 5.0,
    OutboxVerb.DELETE: 5.0,
    OutboxVerb.LIKE: 1.0,
    OutboxVerb.UNLIKE: 1.0,
    OutboxVerb.BLOCK: 1.0,
    OutboxVerb.UNBLOCK: 1.0,
    OutboxVerb.CASE: 1.0,
}
"""Deeds a second in the long run."""

SAME_TEXT_AN_HOUR = 20
"""Nearly equal public replies in an hour; more of them is what platforms block accounts for."""

_MENTION = re.compile(r"@[\w.]+")
_WORD = re.compile(r"[^\W\d_]+")


def gist(text: str) -> frozenset[str]:
    """What a text says: its folded words, without numbers, signs and tagged people."""
    return frozenset(_WORD.findall(_MENTION.sub(" ", fold(text))))


def are_nearly_equal(one: frozenset[str], other: frozenset[str]) -> bool:
    """Whether two texts, by their gist, say the same but for a name or one word in four.

    >>> is_nearly(gist("¡Gracias, Ana! 💙"), gist("Gracias @luz"))
    True
    >>> is_nearly(gist("Hi Ana, which shade is yours?"), gist("Hi Luz, your parcel left today"))
    False
    """
    words = max(len(one), len(other))
    apart = max(len(one - other), len(other - one))
    return apart <= max(words // 4, min(1, words - 1))


def similar_reply_delay(equal: int) -> Millis:
    """How long the last of so many nearly equal public replies waits for the hour's allowance.

    >>> held_back(20), held_back(21) == HOUR
    (0, True)
    """
    return max(0, equal - 1) // SAME_TEXT_AN_HOUR * HOUR
