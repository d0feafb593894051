"""Waiting times: after an error, and between two pulls of a stream."""

from __future__ import annotations

from dataclasses import dataclass
from random import Random

from carecli.domain.model import MINUTE, SECOND, Millis
from carecli.platforms.base import Stream

AFTER_ERRORS: tuple[Millis, ...] = (SECOND, 4 * SECOND, 16 * SECOND, MINUTE)
"""After the first, second, third and every further error in a row."""

CROWDED = 75.0
"""Percent of the quota from which on carecli asks half as often."""
FULL = 90.0
"""Percent of the quota from which on what is left belongs to replies."""
FULL_PAUSE: Millis = 10 * MINUTE
"""How long nothing is pulled then; the pull after it tells the quota anew."""


def backoff(errors: int, chance: Random) -> Millis:
    """Milliseconds to wait after `errors` in a row, with a fifth of jitter either way.

    Without jitter, channels that failed together would come back together.
    """
    wait = AFTER_ERRORS[min(max(errors, 1), len(AFTER_ERRORS)) - 1]
    return int(wait * chance.uniform(0.8, 1.2))


@dataclass(slots=True)
class Cadence:
    """When to pull a stream again: sooner while people write, later the longer they don't."""

    stream: Stream
    seconds: float = 0.0

    def __post_init__(self) -> None:
        self.seconds = self.stream.busy_interval

    def after(self, *, news: bool, usage: float = 0.0) -> Millis:
        """Milliseconds until the next pull, after one that brought news or none."""
        factor = 0.25 if news else 1.5
        self.seconds = min(
            max(self.seconds * factor, self.stream.busy_interval),
            max(self.stream.idle_interval, self.stream.busy_interval),
        )
        wait = int(self.seconds * SECOND)
        if usage >= FULL:
            return max(2 * wait, FULL_PAUSE)
        return 2 * wait if usage >= CROWDED else wait
