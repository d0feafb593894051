"""Polls comments: one call tells which of a hundred posts have new ones; only those are read.

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
from carecli.platforms.meta.cursor_state import CursorState, PostState
from carecli.platforms.meta.graph import Graph, GraphResponse
from carecli.platforms.meta.limits import Limits
from carecli.platforms.meta.post_read import REMEMBERED, PostReading
from carecli.platforms.meta.posts import ListedPost, Posts
from carecli.platforms.unreadable import Unreadable

WHOLE_SWEEP: Millis = 5 * MINUTE
"""How often all pages of the post lists are swept; in between only the newest hundred."""
REREAD: Millis = DAY
SECOND_LOOK: Millis = 10 * MINUTE
CONTROLS = 3
"""Comments known to be there that are asked for beside missing ones: one must answer."""
CLOSED_FOR: Millis = HOUR
"""How long a post of somebody else's, whose comments we may not read, is left alone."""
THREADS = frozenset({PostKind.VISITOR_POST, PostKind.MENTION, PostKind.REVIEW})
"""Posts that are themselves the first message of a thread."""


class CommentPoller:
    """One pull of a comments stream."""

    def __init__(
        self,
        posts: Posts,
        graph: Graph,
        known: Known,
        *,
        unreadable: Unreadable,
        now: Millis,
        horizon: Millis,
        cursor: str | None,
    ) -> None:
        self.posts, self.graph, self.known = posts, graph, known
        self.unreadable = unreadable
        self.now, self.horizon = now, horizon
        self.ledger = CursorState.load(cursor)
        self.is_first = not self.ledger.posts
        self.everything = now - self.ledger.swept >= WHOLE_SWEEP
        self.rereads = not self.is_first and now - self.ledger.reread >= REREAD
        self.limits = Limits()

    async def pages(self) -> AsyncIterator[Page]:
        """Everything new, each page with the cursor that is true after it.

        A list or a post that cannot be read stops none of the others; only where no list can be
        read at all, the error is raised.
        """
        changed: list[ListedPost] = []
        listed: set[str] = set()
        edges = self.posts.edges(self.everything)
        first_error: PlatformError | None = None
        for edge in edges:
            if self.unreadable.is_resting(_list(edge)):
                continue
            try:
                async for listing in self.posts.listing(edge, self.everything, listed):
                    fresh = [found for found in listing.found if found.post not in listed]
                    events = self._listed(fresh)
                    listed.update(found.post for found in fresh)
                    changed += [found for found in fresh if self._is_due(found)]
                    page = self._page(events, listing.reading, save=bool(events))
                    if events:
                        yield page
            except PlatformError as error:
                self.unreadable.failed(_list(edge), error)
                first_error = first_error or error
            else:
                self.unreadable.well(_list(edge))
        are_all_read = not any(_list(edge) in self.unreadable.failing for edge in edges)
        self._check_lists(edges, first_error)
        for found in self.unreadable.in_order(changed, lambda one: _post(one.post)):
            with self.unreadable.at(_post(found.post)):
                try:
                    async for page in self._read(found):
                        yield page
                except (Gone, PermissionMissing, Refused) as error:
                    if not self._is_believable(found, error):
                        raise
        async for page in self._second_look():
            yield page
        if self.everything:
            self.ledger.swept = self.now
            if are_all_read:
                self._look_for_absent(listed)
        if self.rereads or self.is_first:
            self.ledger.reread = self.now
        yield self._page((), save=self.everything or self.rereads or self.is_first)

    def _listed(self, fresh: Sequence[ListedPost]) -> list[Event]:
        """What the posts themselves tell, where it is new."""
        events: list[Event] = []
        for found in fresh:
            entry = self.ledger.posts.setdefault(found.post, PostState())
            entry.is_thread = found.kind in THREADS
            if entry.mark != found.mark:
                entry.mark = found.mark
                events += found.events
        return events

    def _check_lists(self, edges: Sequence[str], error: PlatformError | None) -> None:
        """Where none of several lists can be read, it is no list's own trouble."""
        if error is None or len(edges) == 1:
            return
        if all(_list(edge) in self.unreadable.failing for edge in edges):
            for edge in edges:
                self.unreadable.forget(_list(edge))
            raise error

    def _is_believable(self, found: ListedPost, error: PlatformError) -> bool:
        """Whether nothing is wrong: the post was just deleted, or it is another's and closed to us.

        Both are looked at again later.
        """
        entry = self.ledger.posts[found.post]
        if found.kind is PostKind.MENTION:
            entry.retry_at = self.now + CLOSED_FOR
            return True
        if isinstance(error, Gone) and not entry.retry_at:
            entry.retry_at = self.now + SECOND_LOOK
            return True
        return False

    def _is_due(self, found: ListedPost) -> bool:
        entry, place = self.ledger.posts[found.post], _post(found.post)
        if self.now < entry.retry_at or self.unreadable.is_resting(place):
            return False
        if found.total is None:
            return self.now - found.created_at < 30 * DAY
        if found.changed_at > entry.changed > 0:
            return True
        entry.changed = max(entry.changed, found.changed_at)
        return (
            found.total != entry.total
            or self.unreadable.is_due(place)
            or (self.rereads and self.now - entry.watermark < REMEMBERED and found.total > 0)
        )

    async def _read(self, found: ListedPost) -> AsyncIterator[Page]:
        """Read one post's comments as far as needed; the last page carries the cursor."""
        entry = self.ledger.posts[found.post]
        read = PostReading(self.posts, found, entry, self.now, self.horizon, self.rereads)
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
            place = f"missing comments of {post}"
            if self.unreadable.is_resting(place):
                continue
            with self.unreadable.at(place):
                events = await self._missing(post, entry, due)
                if events is not None:
                    yield self._page(events, save=True)

    async def _missing(self, post: str, entry: PostState, due: list[str]) -> list[Event] | None:
        """What became of those that are missing; None where not even a control answers."""
        alive = [address for address in entry.seen if address not in entry.missing]
        controls = alive[:CONTROLS] or [self.posts.control]
        answers = await self.graph.batch([f"{name}?fields=id" for name in (*controls, *due)])
        if all(isinstance(one, PlatformError) for one in answers[: len(controls)]):
            return None
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
            self.unreadable.forget(_post(post))
            events += [PostGone(post, self.now)] if post in gone else []
        return events

    def _look_for_absent(self, listed: set[str]) -> None:
        """After a whole sweep: posts in no list are missing; quiet ones need no memory."""
        if not listed:
            return
        for place in list(self.unreadable.failing):
            kind, _, post = place.partition(" ")
            if kind == "post" and post in self.ledger.posts and post not in listed:
                self.unreadable.forget(place)  # asked for by name once it is long missing
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
        reading: GraphResponse | None = None,
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


def _list(edge: str) -> str:
    return f"list {edge}"


def _post(post: str) -> str:
    return f"post {post}"
