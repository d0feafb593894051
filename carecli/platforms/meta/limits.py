"""Our quota as the platform reports it in response headers.

`x-app-usage`: `{"call_count": 28, "total_time": 25, "total_cputime": 25}`, in percent.
`x-business-use-case-usage`: `{"<object id>": [{"type": "pages", …the same…,
"estimated_time_to_regain_access": 0}]}`, the last in minutes. Both appear only after enough calls.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass

from carecli.domain.model import MINUTE, SECOND, Millis
from carecli.platforms.meta import wire

OURS = frozenset({"pages", "messenger", "instagram", ""})
"""Use cases this program spends; quotas of ads and insights are none of its business."""

_MEASURES = ("call_count", "total_time", "total_cputime")


@dataclass(frozen=True, slots=True)
class Limits:
    """`usage` is the fullest of all measures in percent; `park_until` a moment of asked silence."""

    usage: float = 0.0
    park_until: Millis | None = None

    def joined(self, other: Limits) -> Limits:
        """The stricter of two."""
        parks = [park for park in (self.park_until, other.park_until) if park is not None]
        return Limits(max(self.usage, other.usage), max(parks, default=None))


def limits_of(headers: Mapping[str, str], now: Millis) -> Limits:
    """What the headers (names in lower case) say; silence lasts a minute longer than told."""
    usage, regain = 0.0, 0
    for measure in _measures(headers):
        usage = max(usage, *(float(wire.number(measure, name) or 0) for name in _MEASURES))
        regain = max(regain, wire.number(measure, "estimated_time_to_regain_access") or 0)
    park = now + regain * MINUTE + MINUTE if regain > 0 or usage >= 100 else None
    retry = headers.get("retry-after", "")
    if retry.isascii() and retry.isdigit():
        park = max(park or 0, now + int(retry[:6]) * SECOND)
    return Limits(usage, park)


def _measures(headers: Mapping[str, str]) -> list[wire.Node]:
    found = [wire.node(_parsed(headers.get("x-app-usage", "")))]
    for cases in wire.node(_parsed(headers.get("x-business-use-case-usage", ""))).values():
        found += [case for case in wire.nodes(cases) if (wire.text(case, "type") or "") in OURS]
    return found


def _parsed(text: str) -> object:
    try:
        parsed: object = json.loads(text)
    except (ValueError, RecursionError):
        return None
    return parsed
