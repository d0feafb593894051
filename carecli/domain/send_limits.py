"""How fast carecli writes to a platform, by kind of action.

The limits are carecli's own, well below what platforms tolerate; connectors of stricter platforms
set `Capabilities.paces`.
"""

from __future__ import annotations

import re

from carecli.domain.model import HOUR, Millis, OutboxVerb
from carecli.domain.text import fold

MESSAGE = "message"
"""The kind of a reply in a private conversation; other actions use their verb as kind."""

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
"""Actions per second in the long run, by kind."""

SAME_TEXT_AN_HOUR = 20
"""The most similar public replies in an hour; platforms block accounts that send more."""

_MENTION = re.compile(r"@[\w.]+")
_WORD = re.compile(r"[^\W\d_]+")


def gist(text: str) -> frozenset[str]:
    """The folded words of a text, without numbers, signs and mentions, to compare texts."""
    return frozenset(_WORD.findall(_MENTION.sub(" ", fold(text))))


def are_nearly_equal(first: frozenset[str], second: frozenset[str]) -> bool:
    """Whether two texts, by their gists, differ at most in one name or in one word of four.

    >>> is_nearly(gist("¡Gracias, Ana! 💙"), gist("Gracias @luz"))
    True
    >>> is_nearly(gist("Hi Ana, which shade is yours?"), gist("Hi Luz, your parcel left today"))
    False
    """
    words = max(len(first), len(second))
    apart = max(len(first - second), len(second - first))
    return apart <= max(words // 4, min(1, words - 1))


def similar_reply_delay(equal: int) -> Millis:
    """How long (ms) the last of so many similar public replies waits for the hourly limit.

    >>> held_back(20), held_back(21) == HOUR
    (0, True)
    """
    return max(0, equal - 1) // SAME_TEXT_AN_HOUR * HOUR
