"""The count sweep: one call tells which of a hundred posts have new comments; only those are read.

Totals and times of change are compared with what the ledger remembers, and a changed post is read
newest first (see `post_read`). Once a day every post with comments of the last week is read again:
that finds edits, hides, and, where no time of change is told, one written for one deleted.

A comment that is missing counts as gone only when two looks, ten minutes apart, agree and another
comment (the control) was found at the second.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from dataclasses import replace

from carecli.domain.errors import Gone, PermissionMissing, PlatformError, Refused
from carecli.domain.events import Event, MessageGone, MessageSeen, PostGone
from carecli.domain.model import DAY, HOUR, MINUTE, Millis, PostKind
from carecli.platforms.base import Known, Page
from carecli.platforms.meta import ids
from carecli.platforms.meta.graph import Graph, Reading
from carecli.platforms.meta.ledger import Entry, Ledger
from carecli.platforms.meta.limits import Limits
from carecli.platforms.meta.post_read import REMEMBERED, PostRead
from carecli.platforms.meta.posts import Found, Posts

WHOLE_SWEEP: Millis = 5 * MINUTE
"""How often all pages of the post lists are swept; in between only the newest hundred."""
REREAD: Millis = DAY
SECOND_LOOK: Millis = 10 * MINUTE
CONTROLS = 3
"""Comments known to be there that are asked for beside missing ones: one must answer."""
REFUSED_FOR: Millis = HOUR
THREADS = frozenset({PostKind.VISITOR_POST, PostKind.MENTION, PostKind.REVIEW})
"""Posts that are themselves the first message of a thread."""


class Sweep:
    """One pull of a comments stream."""

    def __init__(
        self,
        posts: Posts,
        graph: Graph,
        known: Known,
        *,
        now: Millis,
        horizon: Millis,
        cursor: str | None,
    ) -> None:
        self.posts, self.graph, self.known = posts, graph, known
        self.now, self.horizon = now, horizon
        self.ledger = Ledger.load(cursor)
        self.is_first = not self.ledger.posts
        self.everything = now - self.ledger.swept >= WHOLE_SWEEP
        self.rereads = not self.is_first and now - self.ledger.reread >= REREAD
        self.limits = Limits()

    async def pages(self) -> AsyncIterator[Page]:
        """Everything new, each page with the cursor that is true after it."""
        changed: list[Found] = []
        listed: set[str] = set()
        barred = [e for e, at in self.ledger.refused.items() if self.now - at < REFUSED_FOR]
        async for listing in self.posts.listings(self.everything, barred):
            if listing.refused:
                self.ledger.refused[listing.edge] = self.now
                yield self._page((), possible_loss=listing.refused)
                continue
            self.ledger.refused.pop(listing.edge, None)
            fresh = [found for found in listing.found if found.post not in listed]
            listed.update(found.post for found in fresh)
            events: list[Event] = []
            for found in fresh:
                entry = self.ledger.posts.setdefault(found.post, Entry())
                entry.is_thread = found.kind in THREADS
                if entry.mark != found.mark:
                    entry.mark = found.mark
                    events += found.events
            changed += [found for found in fresh if self._is_due(found)]
            page = self._page(events, listing.reading, save=bool(events))
            if events:
                yield page
        for found in changed:
            try:
                async for page in self._read(found):
                    yield page
            except (Gone, PermissionMissing, Refused) as error:
                # deleted since it was listed, or other people's and closed to us
                if found.kind not in THREADS and not isinstance(error, Gone):
                    raise
                entry = self.ledger.posts[found.post]
                entry.retry_at = self.now + REFUSED_FOR
        async for page in self._second_look():
            yield page
        if self.everything:
            self.ledger.swept = self.now
            self._look_for_absent(listed)
        if self.rereads or self.is_first:
            self.ledger.reread = self.now
        yield self._page((), save=self.everything or self.rereads or self.is_first)

    def _is_due(self, found: Found) -> bool:
        entry = self.ledger.posts[found.post]
        if self.now < entry.retry_at:
            return False
        if found.total is None:
            return self.now - found.created_at < 30 * DAY
        if found.changed_at > entry.changed > 0:
            return True
        entry.changed = max(entry.changed, found.changed_at)
        return found.total != entry.total or (
            self.rereads and self.now - entry.watermark < REMEMBERED and found.total > 0
        )

    async def _read(self, found: Found) -> AsyncIterator[Page]:
        """Read one post's comments as far as needed; the last page carries the cursor."""
        entry = self.ledger.posts[found.post]
        read = PostRead(self.posts, found, entry, self.now, self.horizon, self.rereads)
        async for page in self.posts.comments(found):
            if read.last is not None:
                yield self._page(read.last.events, read.last.reading)
            seen = [event.platform_id for event in page.events if isinstance(event, MessageSeen)]
            read.take(page, self.known(seen))
            if read.is_enough(page):
                read.is_whole = False
                break
        if read.last is not None:
            loss = read.settle()
            yield self._page(read.last.events, read.last.reading, save=True, possible_loss=loss)

    async def _second_look(self) -> AsyncIterator[Page]:
        """Ask for what is long missing by name, beside something that is known to be alive."""
        for post, entry in list(self.ledger.posts.items()):
            due = [a for a, at in entry.missing.items() if self.now - at >= SECOND_LOOK]
            if not due:
                continue
            alive = [address for address in entry.seen if address not in entry.missing]
            controls = alive[:CONTROLS] or [self.posts.control]
            answers = await self.graph.batch([f"{name}?fields=id" for name in (*controls, *due)])
            if all(isinstance(one, PlatformError) for one in answers[: len(controls)]):
                continue
            looks = dict(zip(due, answers[len(controls) :], strict=True))
            gone = [address for address, answer in looks.items() if isinstance(answer, Gone)]
            found = [a for a, answer in looks.items() if not isinstance(answer, PlatformError)]
            settled = {*gone, *found}
            entry.missing = {a: at for a, at in entry.missing.items() if a not in settled}
            entry.seen = [address for address in entry.seen if address not in settled]
            events: list[Event] = [
                MessageGone(ids.canonical(address), self.now)
                for address in gone
                if address != post or entry.is_thread
            ]
            if post in looks and (post in gone or post in found):
                del self.ledger.posts[post]
                events += [PostGone(post, self.now)] if post in gone else []
            yield self._page(events, save=True)

    def _look_for_absent(self, listed: set[str]) -> None:
        """After a whole sweep: posts in no list are missing; quiet ones need no memory."""
        if not listed or any(self.now - at < REFUSED_FOR for at in self.ledger.refused.values()):
            return
        for post, entry in self.ledger.posts.items():
            if post not in listed:
                entry.missing.setdefault(post, self.now)
            elif self.now - entry.watermark >= REMEMBERED and not entry.missing:
                entry.seen, entry.oldest = [], 0
            else:
                entry.missing.pop(post, None)

    def _page(
        self,
        events: Sequence[Event],
        reading: Reading | None = None,
        *,
        save: bool = False,
        possible_loss: str = "",
    ) -> Page:
        if reading is not None:
            self.limits = reading.limits
        return Page(
            events=tuple(events),
            cursor=self.ledger.dump() if save else None,
            raw=reading.raw if reading is not None and events else b"",
            observed_at=self.now,
            usage=self.limits.usage,
            park_until=self.limits.park_until,
            possible_loss=possible_loss,
        )


async def without_cursors(pages: AsyncIterator[Page]) -> AsyncIterator[Page]:
    """The same pages, which leave every stored cursor alone."""
    async for page in pages:
        yield replace(page, cursor=None)
