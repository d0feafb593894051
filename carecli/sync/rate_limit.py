"""How fast one channel may write: a token bucket for each kind of action."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from carecli.domain.model import HOUR, Millis, OutboxVerb
from carecli.domain.send_limits import PER_SECOND, SAME_TEXT_AN_HOUR, are_nearly_equal, gist

BURST = 5.0
"""Deeds that may follow each other at once after a quiet time."""

RULES_LEAVE = 0.3
"""The part of a bucket that rules never touch, so that people need not wait behind them."""


@dataclass(slots=True)
class _Bucket:
    per_second: float
    level: float
    at: Millis

    def fill(self, now: Millis) -> None:
        gained = max(0, now - self.at) / 1000 * self.per_second
        self.level, self.at = min(BURST, self.level + gained), max(now, self.at)


class Pace:
    """The buckets of one channel, and the public replies of its last hour."""

    def __init__(
        self,
        stricter: Mapping[OutboxVerb, float] | None = None,
        *,
        now: Millis = 0,
        said: Iterable[tuple[Millis, str]] = (),
    ) -> None:
        rates = PER_SECOND | {str(verb): rate for verb, rate in (stricter or {}).items()}
        self._buckets = {kind: _Bucket(rate, BURST, now) for kind, rate in rates.items()}
        self._said = deque((at, gist(text)) for at, text in sorted(said))

    def ready(self, now: Millis, *, for_rules: bool = False) -> list[str]:
        """Kinds of deeds that may be done now."""
        needed = 1 + (BURST * RULES_LEAVE if for_rules else 0)
        for bucket in self._buckets.values():
            bucket.fill(now)
        return [kind for kind, bucket in self._buckets.items() if bucket.level >= needed]

    def next_ready(self, now: Millis) -> Millis | None:
        """The soonest moment at which a kind gets ready that is not; None when all are."""
        spare = BURST * RULES_LEAVE
        waits = [
            ((1 if bucket.level < 1 else 1 + spare) - bucket.level) / bucket.per_second
            for bucket in self._buckets.values()
            if bucket.level < 1 + spare
        ]
        return now + 1 + int(min(waits) * 1000) if waits else None

    def take(self, kind: str, now: Millis) -> None:
        """Count one deed."""
        bucket = self._buckets[kind]
        bucket.fill(now)
        bucket.level -= 1

    def repeats_until(self, text: str, now: Millis) -> Millis | None:
        """Until when nearly this was said too often in public; None: it may be said."""
        while self._said and self._said[0][0] <= now - HOUR:
            self._said.popleft()
        wanted = gist(text)
        times = [at for at, said in self._said if are_nearly_equal(said, wanted)]
        if len(times) < SAME_TEXT_AN_HOUR:
            return None
        return times[-SAME_TEXT_AN_HOUR] + HOUR

    def say(self, text: str, now: Millis) -> None:
        """Remember a public reply."""
        self._said.append((now, gist(text)))
