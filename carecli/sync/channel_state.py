"""One channel's connector and its state, which is stored for everybody to see."""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from random import Random

from carecli.domain.errors import PlatformError, Throttled, TokenRefused
from carecli.domain.model import Millis
from carecli.platforms.base import Clock, Connector
from carecli.store import sync_state
from carecli.store.db import Database
from carecli.sync.backoff import backoff
from carecli.sync.ingest import Rules

log = logging.getLogger(__name__)


@dataclass(slots=True)
class ChannelState:
    """One channel as the engine serves it. `id` and `key` are the store's.

    `troubles` are what goes wrong now, by where: a stream's name, or `sending`. While
    `is_refused`, the token is no good and nothing but a probe is asked.
    """

    id: int
    key: str
    connector: Connector
    database: Database
    clock: Clock
    chance: Random = field(default_factory=Random)
    rules: Rules | None = None
    troubles: dict[str, tuple[str, str]] = field(default_factory=dict)
    errors: dict[str, int] = field(default_factory=dict)
    usage: float = 0.0
    parked_until: Millis | None = None
    is_refused: bool = False

    def known(self, ids: Sequence[str]) -> Mapping[str, str]:
        """Which of these messages are stored, each with its text."""
        return sync_state.known_texts(self.database.connection, self.id, ids)

    def is_parked(self) -> bool:
        """Whether the platform wants silence now."""
        return self.parked_until is not None and self.parked_until > self.clock()

    def park(self, until: Millis | None) -> None:
        """Be silent until a moment, if the platform wants that; the later of two wishes holds."""
        if until is not None:
            self.parked_until = max(until, self.parked_until or 0)

    def well(self, place: str, *, synced: bool = True) -> None:
        """Something worked: its trouble is over."""
        had_trouble = self.troubles.pop(place, None) is not None
        self.errors.pop(place, None)
        if synced or had_trouble:
            self.tell(synced_at=self.clock() if synced else None)

    def trouble(self, place: str, error: Exception) -> Millis:
        """Something did not work; how long to wait before it is tried again."""
        self.errors[place] = self.errors.get(place, 0) + 1
        wait = backoff(self.errors[place], self.chance)
        if isinstance(error, PlatformError):
            self.troubles[place] = (error.what, error.hint)
        else:
            log.error("%s of %s", place, self.key, exc_info=error)
            what = f"carecli could not process {place}: {type(error).__name__}: {error}"
            self.troubles[place] = (what, "It goes on; please report it with the engine's log.")
        if isinstance(error, Throttled):
            self.park(error.until)
            wait = max(wait, error.until - self.clock())
        if isinstance(error, TokenRefused):
            self.is_refused = True
        self.tell()
        return wait

    def freeze(self, error: PlatformError) -> None:
        """Stop all writes of the channel until a person resumes them."""
        log.error("writes of %s are frozen: %s", self.key, error.what)
        self.troubles["sending"] = (error.what, error.hint or "See it, then `carecli resume`.")
        with self.database.write() as db:
            sync_state.freeze(db, self.id, error.what)
        self.tell()

    def tell(self, synced_at: Millis | None = None) -> None:
        """Write down how the channel is doing."""
        what, hint = next(iter(self.troubles.values()), ("", ""))
        parked = self.parked_until if self.is_parked() else None
        pulse = sync_state.Pulse(synced_at, what, hint, parked, self.usage)
        with self.database.write() as db:
            sync_state.write_pulse(db, self.id, pulse)
