"""The practice platform's clock."""

from __future__ import annotations

import time

from carecli.domain.model import Millis


class PracticeClock:
    """The platform's clock; calling it gives the time in milliseconds since 1970 UTC.

    It starts at `start` (None: the wall clock's time) and runs `speed` times as fast as real time,
    unless it stands still. `advance` moves it, so that tests need not wait.
    """

    def __init__(
        self, start: Millis | None = None, *, stands_still: bool = False, speed: float = 1.0
    ) -> None:
        self.speed = speed
        self._began = time.time_ns()
        self._start = self._began // 1_000_000 if start is None else start
        self._stands_still = stands_still
        self._ahead: Millis = 0

    def __call__(self) -> Millis:
        run = 0 if self._stands_still else (time.time_ns() - self._began) / 1_000_000
        return self._start + self._ahead + int(run * self.speed)

    def advance(self, span: Millis) -> Millis:
        """Move forward by `span` ms and return the new time."""
        if span < 0:
            raise ValueError("time only moves forward")
        self._ahead += span
        return self()
