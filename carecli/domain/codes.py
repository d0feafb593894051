"""Codes of messages: sentiment, funnel stage, themes; and the agreement of coders.

A person's code goes before a machine's, whichever came later; `none` takes one's own kind's code
back, so that a rule's shows again. Taking a decision back means folding without it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from functools import lru_cache
from typing import NamedTuple

from carecli.domain.model import Actor, Millis
from carecli.i18n import N_


class CodeKind(StrEnum):
    """What can be coded of a message."""

    SENTIMENT = "sentiment"
    STAGE = "stage"
    THEME = "theme"


class Sentiment(StrEnum):
    """What somebody feels about the brand or the product."""

    POSITIVE = "positive"
    NEUTRAL = "neutral"
    NEGATIVE = "negative"


class FunnelStage(StrEnum):
    """How near somebody is to the product."""

    AWARENESS = "awareness"
    CONSIDERATION = "consideration"
    PURCHASE = "purchase"
    RECOMMENDATION = "recommendation"
    LOYALTY = "loyalty"


VALUES: Mapping[CodeKind, tuple[str, ...]] = {
    CodeKind.SENTIMENT: tuple(one.value for one in Sentiment),
    CodeKind.STAGE: tuple(one.value for one in FunnelStage),
}
"""The kinds of which a message has one code at most, and what that can be."""

NONE = "none"
"""In place of a value: take the code back."""

TITLES = {
    Sentiment.POSITIVE: N_("positive"),
    Sentiment.NEUTRAL: N_("neutral"),
    Sentiment.NEGATIVE: N_("negative"),
    FunnelStage.AWARENESS: N_("awareness"),
    FunnelStage.CONSIDERATION: N_("consideration"),
    FunnelStage.PURCHASE: N_("purchase"),
    FunnelStage.RECOMMENDATION: N_("recommendation"),
    FunnelStage.LOYALTY: N_("loyalty"),
}
"""Values as they are shown; themes have titles of their own."""

KIND_TITLES = {
    CodeKind.SENTIMENT: N_("sentiment"),
    CodeKind.STAGE: N_("funnel stage"),
    CodeKind.THEME: N_("theme"),
}


class GivenCode(NamedTuple):
    """A code that was given: its value ('' for a theme that was taken off), by whom, when."""

    value: str
    by: str
    at: Millis


class CodeRow(NamedTuple):
    """A code in force."""

    message: int
    kind: str
    value: str
    by: str
    at: Millis


Slot = tuple[int, CodeKind, str]
"""A message, a kind, and of themes which one ('' else)."""


@dataclass(slots=True)
class Codes:
    """All codes of a thread's messages, as decisions give and take them."""

    people: dict[Slot, GivenCode] = field(default_factory=dict)
    machines: dict[Slot, GivenCode] = field(default_factory=dict)

    def take(self, args: Mapping[str, object], by: str, at: Millis) -> None:
        """Follow one decision to code, by its arguments in the journal."""
        message = args.get("message")
        if not isinstance(message, int):
            return
        mine = self.people if Actor.parse(by).kind == "moderator" else self.machines
        for kind, values in VALUES.items():
            value = args.get(kind.value)
            if value in values:
                mine[message, kind, ""] = GivenCode(str(value), by, at)
            elif value == NONE:
                mine.pop((message, kind, ""), None)
        themes, without = _texts(args.get("themes")), _texts(args.get("without"))
        if NONE in without:
            for slot in [one for one in mine if one[:2] == (message, CodeKind.THEME)]:
                del mine[slot]
        for theme in without:
            if theme != NONE:
                mine[message, CodeKind.THEME, theme] = GivenCode("", by, at)
        for theme in themes:
            mine[message, CodeKind.THEME, theme] = GivenCode(theme, by, at)

    def in_force(self) -> Iterator[CodeRow]:
        """The codes that stand: a person's before a machine's."""
        for (message, kind, _theme), mark in {**self.machines, **self.people}.items():
            if mark.value:
                yield CodeRow(message, kind.value, mark.value, mark.by, mark.at)


def _texts(value: object) -> list[str]:
    return [str(item) for item in value] if isinstance(value, list | tuple) else []


@lru_cache(maxsize=1024)
def code_rank(by: str) -> int:
    """Whose code goes first: 0 a person's, 1 a rule's or script's, 2 a suggestion's."""
    kind = Actor.parse(by).kind
    return {"moderator": 0, "suggestion": 2}.get(kind, 1)


def cohens_kappa(pairs: Sequence[tuple[str, str]]) -> float | None:
    """Cohen's kappa of two coders' codes of the same items; None where it is not defined.

    (p_o - p_e) / (1 - p_e), with p_o the share both coded alike, and p_e the share that would be by
    chance, from how often each coder gave each code. Jacob Cohen, A Coefficient of Agreement for
    Nominal Scales, Educational and Psychological Measurement 20 (1960) 37-46. It is not defined
    where chance alone explains everything: both gave one and the same code throughout.
    """
    n = len(pairs)
    if not n:
        return None
    observed = count_agreements(pairs) / n
    first, second = Counter(one for one, _ in pairs), Counter(other for _, other in pairs)
    by_chance = sum(first[code] * second[code] for code in first) / (n * n)
    return (observed - by_chance) / (1 - by_chance) if by_chance < 1 else None


def count_agreements(pairs: Iterable[tuple[str, str]]) -> int:
    """How many items two coders coded alike."""
    return sum(one == other for one, other in pairs)
