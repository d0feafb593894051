"""Pulls one channel page by page into the store, and decides when to pull again."""

from __future__ import annotations

from contextlib import aclosing
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, cast

from carecli.domain.errors import PermissionMissing, Refused, StoreError
from carecli.domain.model import SECOND, Millis
from carecli.platforms.base import Page, Stream
from carecli.store import attention, sync_state, unreadable
from carecli.sync.backoff import Cadence
from carecli.sync.channel_state import ChannelState
from carecli.sync.ingest import ingest

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator

RARE_SECONDS = 3600.0
"""A stream that is never pulled more often than this reads everything anew; a restart of the
engine is no reason to do that again."""


BREATH: Millis = SECOND
"""The least time between two pulls of a stream, one of which takes long."""


@dataclass(slots=True)
class Puller:
    """Pulls the streams of one channel. `new_messages` counts since the start."""

    line: ChannelState
    is_engine: bool = False
    new_messages: int = 0
    is_stopping: bool = False
    _cadences: dict[str, Cadence] = field(default_factory=dict)
    _begun: set[str] = field(default_factory=set)
    _is_clock_off: bool | None = None

    def first_moment(self, stream: Stream) -> Millis:
        """When to pull a stream for the first time after a start."""
        if stream.busy_interval < RARE_SECONDS:
            return self.line.clock()
        left = sync_state.cursor(self.line.database.connection, self.line.id, stream.name)
        if left is None:
            return self.line.clock()
        return max(self.line.clock(), left.moved_at + int(stream.busy_interval * SECOND))

    async def pull(self, stream: Stream) -> Millis:
        """Pull a stream once; when to pull it again. Raises StoreError only."""
        line = self.line
        cadence = self._cadences.setdefault(stream.name, Cadence(stream))
        if line.is_parked() and line.parked_until is not None:
            return line.parked_until
        began = line.clock()
        self._begin(stream, began)
        try:
            news, is_whole = await self._pages(stream)
        except StoreError:
            raise
        except Exception as error:  # noqa: BLE001 - one stream's bug must not stop the others
            wait = line.trouble(stream.name, error)
            if isinstance(error, PermissionMissing | Refused):
                wait = max(wait, int(stream.idle_interval * SECOND))
            self._ended(stream, *line.troubles[stream.name])
            return line.clock() + wait
        line.well(stream.name)
        # from its beginning: what was written just after it waits for one interval, not for more
        wait = cadence.after(news=news > 0, usage=line.usage)
        self._ended(stream, every=wait, completed_at=line.clock() if is_whole else None)
        next_moment = max(began + wait, line.clock() + min(wait, BREATH))
        return max(next_moment, line.parked_until or 0)

    def _begin(self, stream: Stream, now: Millis) -> None:
        """Note that the stream is read, once; the connector learns what cannot be read."""
        line = self.line
        if stream.name not in self._begun:
            self._begun.add(stream.name)
            with line.database.write() as db:
                every = int(stream.idle_interval * SECOND)
                unreadable.begin_pull(db, line.id, stream.name, every, now, anew=self.is_engine)
                names = [one.name for one in line.connector.streams()]
                unreadable.forget_streams(db, line.id, names)
        with line.database.read() as db:
            line.connector.unreadable.load(
                unreadable.failing(db, line.id), unreadable.refused(db, line.id)
            )

    def _ended(
        self,
        stream: Stream,
        error: str = "",
        hint: str = "",
        *,
        every: Millis = 0,
        completed_at: Millis | None = None,
    ) -> None:
        line = self.line
        every = max(every, int(stream.idle_interval * SECOND))
        with line.database.write() as db:
            unreadable.end_pull(
                db,
                line.id,
                stream.name,
                every=every,
                completed_at=completed_at,
                error=error,
                hint=hint,
            )

    def _keep(self) -> None:
        """Store what the connector learned of what cannot be read, and of the platform's clock."""
        line = self.line
        gap = line.connector.unreadable.clock_gap
        if gap is not None and attention.is_off(gap) != self._is_clock_off:
            with line.database.write() as db:
                attention.keep_clock_gap(db, line.key, gap)
            self._is_clock_off = attention.is_off(gap)
        changes = line.connector.unreadable.take()
        if not changes:
            return
        with line.database.write() as db:
            unreadable.keep_failing(db, line.id, changes.failing)
            unreadable.drop_failing(db, line.id, changes.well)
            unreadable.keep_refused(db, line.id, changes.refused)
            unreadable.drop_refused(db, line.id, changes.granted)
            for why in changes.losses:
                sync_state.may_have_lost(db, line.id, why)

    async def _pages(self, stream: Stream) -> tuple[int, bool]:
        """Threads with news, and whether the pull came to its end."""
        try:
            return await self._taken_in(stream)
        finally:
            self._keep()

    async def _taken_in(self, stream: Stream) -> tuple[int, bool]:
        line = self.line
        left = sync_state.cursor(line.database.connection, line.id, stream.name)
        pages = line.connector.pull(stream.name, left.value if left else None, line.known)
        news, usage, is_whole = 0, 0.0, True
        # Pages that are not read to their end must let go of their connection here and now.
        async with aclosing(cast("AsyncGenerator[Page]", pages)):
            async for page in pages:
                taken = ingest(
                    line.database,
                    line.id,
                    page,
                    now=line.clock(),
                    stream=stream.name,
                    rules=line.rules,
                )
                news += len(taken.threads)
                self.new_messages += taken.new_messages
                self._keep()
                usage = max(usage, page.usage)
                line.park(page.park_until)
                if self.is_stopping or line.is_parked():
                    is_whole = False
                    break
        line.usage = usage
        return news, is_whole
