"""Polls comments: one call tells which of a hundred posts have new ones; only those are read.

Totals and times of change are compared with the cursor's state, and a changed post is read newest
first (see `post_read`). Once a day every post with comments of the last week is read again: that
finds edits, hidden comments and, where the platform tells no time of change, a comment written when
another was deleted.

A missing comment counts as gone only if it is missing twice, ten minutes apart, and another comment
(the control) was found the second time.
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
"""How often all pages of the post lists are read; in between only the newest hundred posts."""
REREAD: Millis = DAY
SECOND_LOOK: Millis = 10 * MINUTE
CONTROLS = 3
"""Existing comments that are requested together with missing ones: one must answer."""
CLOSED_FOR: Millis = HOUR
"""How long another account's post is skipped if we may not read its comments."""
THREADS = frozenset({PostKind.VISITOR_POST, PostKind.MENTION, PostKind.REVIEW})
"""Kinds of posts that are themselves the first message of a thread."""


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
        self.state = CursorState.load(cursor)
        self.is_first = not self.state.posts
        self.reads_all_pages = now - self.state.swept >= WHOLE_SWEEP
        self.rereads = not self.is_first and now - self.state.reread >= REREAD
        self.limits = Limits()

    async def pages(self) -> AsyncIterator[Page]:
        """Everything new, each page with the cursor to store with it.

        A list or a post that cannot be read does not stop the others; the error is raised only if
        no list can be read.
        """
        changed: list[ListedPost] = []
        listed: set[str] = set()
        edges = self.posts.edges(self.reads_all_pages)
        first_error: PlatformError | None = None
        for edge in edges:
            if self.unreadable.is_resting(_list_place(edge)):
                continue
            try:
                async for listing in self.posts.listing(edge, self.reads_all_pages, listed):
                    fresh = [post for post in listing.posts if post.id not in listed]
                    events = self._post_events(fresh)
                    listed.update(post.id for post in fresh)
                    changed += [post for post in fresh if self._is_due(post)]
                    page = self._page(events, listing.response, save=bool(events))
                    if events:
                        yield page
            except PlatformError as error:
                self.unreadable.record_failure(_list_place(edge), error)
                first_error = first_error or error
            else:
                self.unreadable.recovered(_list_place(edge))
        are_all_read = not any(_list_place(edge) in self.unreadable.failing for edge in edges)
        self._check_lists(edges, first_error)
        for post in self.unreadable.failing_last(changed, lambda item: _post_place(item.id)):
            with self.unreadable.reading(_post_place(post.id)):
                try:
                    async for page in self._read_post(post):
                        yield page
                except (Gone, PermissionMissing, Refused) as error:
                    if not self._is_believable(post, error):
                        raise
        async for page in self._recheck_missing():
            yield page
        if self.reads_all_pages:
            self.state.swept = self.now
            if are_all_read:
                self._note_absent_posts(listed)
        if self.rereads or self.is_first:
            self.state.reread = self.now
        yield self._page((), save=self.reads_all_pages or self.rereads or self.is_first)

    def _post_events(self, fresh: Sequence[ListedPost]) -> list[Event]:
        """The events of the posts themselves that are new or changed."""
        events: list[Event] = []
        for post in fresh:
            entry = self.state.posts.setdefault(post.id, PostState())
            entry.is_thread = post.kind in THREADS
            if entry.mark != post.mark:
                entry.mark = post.mark
                events += post.events
        return events

    def _check_lists(self, edges: Sequence[str], error: PlatformError | None) -> None:
        """Raise the error if none of several lists can be read: then no list is to blame."""
        if error is None or len(edges) == 1:
            return
        if all(_list_place(edge) in self.unreadable.failing for edge in edges):
            for edge in edges:
                self.unreadable.forget(_list_place(edge))
            raise error

    def _is_believable(self, post: ListedPost, error: PlatformError) -> bool:
        """Whether the error is harmless: the post was just deleted, or it is not ours and closed.

        Both are tried again later.
        """
        entry = self.state.posts[post.id]
        if post.kind is PostKind.MENTION:
            entry.retry_at = self.now + CLOSED_FOR
            return True
        if isinstance(error, Gone) and not entry.retry_at:
            entry.retry_at = self.now + SECOND_LOOK
            return True
        return False

    def _is_due(self, post: ListedPost) -> bool:
        entry, place = self.state.posts[post.id], _post_place(post.id)
        if self.now < entry.retry_at or self.unreadable.is_resting(place):
            return False
        if post.total is None:
            return self.now - post.created_at < 30 * DAY
        if post.changed_at > entry.changed > 0:
            return True
        entry.changed = max(entry.changed, post.changed_at)
        return (
            post.total != entry.total
            or self.unreadable.is_due(place)
            or (self.rereads and self.now - entry.watermark < REMEMBERED and post.total > 0)
        )

    async def _read_post(self, post: ListedPost) -> AsyncIterator[Page]:
        """Read one post's comments as far as needed; the last page carries the cursor."""
        entry = self.state.posts[post.id]
        reading = PostReading(self.posts, post, entry, self.now, self.horizon, self.rereads)
        async for page in self.posts.comments(post):
            if reading.last is not None:
                yield self._page(reading.last.events, reading.last.response)
            seen = [event.platform_id for event in page.events if isinstance(event, MessageSeen)]
            reading.take(page, self.known(seen))
            if reading.is_enough(page):
                reading.is_whole = False
                break
        if reading.last is not None:
            loss = reading.settle()
            yield self._page(
                reading.last.events, reading.last.response, save=True, possible_loss=loss
            )

    async def _recheck_missing(self) -> AsyncIterator[Page]:
        """Request by id what has been missing for a while, together with something that exists."""
        for post, entry in list(self.state.posts.items()):
            due = [a for a, at in entry.missing.items() if self.now - at >= SECOND_LOOK]
            if not due:
                continue
            place = f"missing comments of {post}"
            if self.unreadable.is_resting(place):
                continue
            with self.unreadable.reading(place):
                events = await self._check_missing(post, entry, due)
                if events is not None:
                    yield self._page(events, save=True)

    async def _check_missing(
        self, post: str, entry: PostState, due: list[str]
    ) -> list[Event] | None:
        """The events for missing comments; None if not even a control answers."""
        alive = [address for address in entry.seen if address not in entry.missing]
        controls = alive[:CONTROLS] or [self.posts.control]
        answers = await self.graph.batch([f"{name}?fields=id" for name in (*controls, *due)])
        if all(isinstance(answer, PlatformError) for answer in answers[: len(controls)]):
            return None
        looks = dict(zip(due, answers[len(controls) :], strict=True))
        gone = [address for address, answer in looks.items() if isinstance(answer, Gone)]
        present = [a for a, answer in looks.items() if not isinstance(answer, PlatformError)]
        settled = {*gone, *present}
        entry.missing = {a: at for a, at in entry.missing.items() if a not in settled}
        entry.seen = [address for address in entry.seen if address not in settled]
        events: list[Event] = [
            MessageGone(ids.canonical(address), self.now)
            for address in gone
            if address != post or entry.is_thread
        ]
        if post in looks and (post in gone or post in present):
            del self.state.posts[post]
            self.unreadable.forget(_post_place(post))
            events += [PostGone(post, self.now)] if post in gone else []
        return events

    def _note_absent_posts(self, listed: set[str]) -> None:
        """After reading all lists: mark posts in no list as missing, and forget quiet ones."""
        if not listed:
            return
        for place in list(self.unreadable.failing):
            kind, _, post = place.partition(" ")
            if kind == "post" and post in self.state.posts and post not in listed:
                self.unreadable.forget(
                    place
                )  # requested by id once it has been missing for a while
        for post, entry in self.state.posts.items():
            if post not in listed:
                entry.missing.setdefault(post, self.now)
            elif self.now - entry.watermark >= REMEMBERED and not entry.missing:
                entry.seen, entry.oldest = [], 0
            else:
                entry.missing.pop(post, None)

    def _page(
        self,
        events: Sequence[Event],
        response: GraphResponse | None = None,
        *,
        save: bool = False,
        possible_loss: str = "",
    ) -> Page:
        if response is not None:
            self.limits = response.limits
        return Page(
            events=tuple(events),
            cursor=self.state.dump() if save else None,
            raw=response.raw if response is not None and events else b"",
            observed_at=self.now,
            usage=self.limits.usage,
            park_until=self.limits.park_until,
            possible_loss=possible_loss,
        )


async def without_cursors(pages: AsyncIterator[Page]) -> AsyncIterator[Page]:
    """The same pages without their cursors, so that the stored ones stay."""
    async for page in pages:
        yield replace(page, cursor=None)


def _list_place(edge: str) -> str:
    return f"list {edge}"


def _post_place(post: str) -> str:
    return f"post {post}"
