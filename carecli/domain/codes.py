"""Codes of messages (sentiment, funnel stage, themes) and the agreement of coders.

A person's code overrides a machine's, even a later one; `none` removes a person's code, so that a
machine's applies again.
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
    """The kinds of codes of a message."""

    SENTIMENT = "sentiment"
    STAGE = "stage"
    THEME = "theme"


class Sentiment(StrEnum):
    """The author's feeling about the brand or the product."""

    POSITIVE = "positive"
    NEUTRAL = "neutral"
    NEGATIVE = "negative"


class FunnelStage(StrEnum):
    """The author's stage in the marketing funnel."""

    AWARENESS = "awareness"
    CONSIDERATION = "consideration"
    PURCHASE = "purchase"
    RECOMMENDATION = "recommendation"
    LOYALTY = "loyalty"


VALUES: Mapping[CodeKind, tuple[str, ...]] = {
    CodeKind.SENTIMENT: tuple(sentiment.value for sentiment in Sentiment),
    CodeKind.STAGE: tuple(stage.value for stage in FunnelStage),
}
"""The values of the kinds of which a message has at most one code."""

NONE = "none"
"""Instead of a value: remove the code."""

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
"""Display names of values; themes are shown by their keys."""

KIND_TITLES = {
    CodeKind.SENTIMENT: N_("sentiment"),
    CodeKind.STAGE: N_("funnel stage"),
    CodeKind.THEME: N_("theme"),
}


class GivenCode(NamedTuple):
    """A code: its value ('' for a removed theme), who gave it, and when."""

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
"""A message, a kind, and the theme if it is one ('' otherwise)."""


@dataclass(slots=True)
class Codes:
    """All codes of a thread's messages, built up from decisions."""

    people: dict[Slot, GivenCode] = field(default_factory=dict)
    machines: dict[Slot, GivenCode] = field(default_factory=dict)

    def take(self, args: Mapping[str, object], by: str, at: Millis) -> None:
        """Apply one coding decision, given by its arguments in the journal."""
        message = args.get("message")
        if not isinstance(message, int):
            return
        codes = self.people if Actor.parse(by).kind == "moderator" else self.machines
        for kind, values in VALUES.items():
            value = args.get(kind.value)
            if value in values:
                codes[message, kind, ""] = GivenCode(str(value), by, at)
            elif value == NONE:
                codes.pop((message, kind, ""), None)
        themes, without = text_list(args.get("themes")), text_list(args.get("without"))
        if NONE in without:
            for slot in [slot_ for slot_ in codes if slot_[:2] == (message, CodeKind.THEME)]:
                del codes[slot]
        for theme in without:
            if theme != NONE:
                codes[message, CodeKind.THEME, theme] = GivenCode("", by, at)
        for theme in themes:
            codes[message, CodeKind.THEME, theme] = GivenCode(theme, by, at)

    def in_force(self) -> Iterator[CodeRow]:
        """The codes in force: a person's code overrides a machine's."""
        for (message, kind, _theme), code in {**self.machines, **self.people}.items():
            if code.value:
                yield CodeRow(message, kind.value, code.value, code.by, code.at)


def text_list(value: object) -> list[str]:
    """The texts of a list in a decision's arguments; empty if it is not a list."""
    return [str(item) for item in value] if isinstance(value, list | tuple) else []


@lru_cache(maxsize=1024)
def code_rank(by: str) -> int:
    """The precedence of an actor's code: 0 a person, 1 a rule or script, 2 a suggestion."""
    kind = Actor.parse(by).kind
    return {"moderator": 0, "suggestion": 2}.get(kind, 1)


def cohens_kappa(pairs: Sequence[tuple[str, str]]) -> float | None:
    """Cohen's kappa of two coders' codes of the same items; None if it is not defined.

    (p_o - p_e) / (1 - p_e), with p_o the share of equal codes and p_e the share expected by chance,
    from how often each coder gave each code. Jacob Cohen, A Coefficient of Agreement for Nominal
    Scales, Educational and Psychological Measurement 20 (1960) 37-46. It is not defined if both
    coders gave the same single code throughout.
    """
    n = len(pairs)
    if not n:
        return None
    observed = count_agreements(pairs) / n
    first, second = Counter(left for left, _ in pairs), Counter(right for _, right in pairs)
    by_chance = sum(first[code] * second[code] for code in first) / (n * n)
    return (observed - by_chance) / (1 - by_chance) if by_chance < 1 else None


def count_agreements(pairs: Iterable[tuple[str, str]]) -> int:
    """The number of items that two coders gave the same code."""
    return sum(left == right for left, right in pairs)
