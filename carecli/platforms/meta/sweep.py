"""The count sweep: one call tells which of a hundred posts have new comments; only those are read.

Totals are compared with what the ledger remembers. A changed post is read newest first until a
whole page is known and older than the watermark less an overlap. What was found must explain the
new total: fewer means a possible loss, more means that something was deleted, and then the
remembered comments are read again. Once a day every post with comments of the last week is read
again: that finds edits, hides, and one written for one deleted.

A comment that is missing counts as gone only when two looks, ten minutes apart, agree and another
comment (the control) was found at the second; if much vanishes at once, nothing is believed.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Protocol

from carecli.domain.errors import Gone, PlatformError
from carecli.domain.events import Event, MessageGone, MessageSeen, PostGone
from carecli.domain.model import DAY, HOUR, MINUTE, Millis, PostKind
from carecli.platforms.base import Known, Page
from carecli.platforms.meta import ids
from carecli.platforms.meta.graph import Graph, Reading
from carecli.platforms.meta.ledger import MEMORY, Entry, Ledger
from carecli.platforms.meta.limits import Limits

OVERLAP: Millis = 10 * MINUTE
WHOLE_SWEEP: Millis = 5 * MINUTE
"""How often all pages of the post lists are swept; in between only the newest hundred."""
REREAD: Millis = DAY
REMEMBERED: Millis = 7 * DAY
SECOND_LOOK: Millis = 10 * MINUTE
EMPTY_RETRY: Millis = 5 * MINUTE
REFUSED_FOR: Millis = HOUR
THREADS = frozenset({PostKind.VISITOR_POST, PostKind.MENTION, PostKind.REVIEW})
"""Posts that are themselves the first message of a thread."""


@dataclass(frozen=True, slots=True)
class Found:
    """A post in a list: its total of comments (None: untold), its events, a mark of its text."""

    post: str
    kind: PostKind
    total: int | None
    created_at: Millis
    events: tuple[Event, ...]
    mark: str


@dataclass(frozen=True, slots=True)
class Listing:
    """One page of a list of posts; `refused` says why the list could not be read."""

    found: tuple[Found, ...]
    reading: Reading | None = None
    edge: str = ""
    refused: str = ""


@dataclass(frozen=True, slots=True)
class CommentPage:
    """One page of a post's comments, `size` of them; `newest` and `oldest` are their times."""

    events: tuple[Event, ...]
    reading: Reading
    newest: Millis
    oldest: Millis
    size: int


class Posts(Protocol):
    """Where a sweep finds posts and their comments.

    `in_time_order`: comments come strictly newest first, replies among them. `cap`: more than
    that many top-level comments are never given, and no `next` follows (0: no such cap). `control`
    is a node that always answers while the token is good.
    """

    in_time_order: bool
    cap: int
    control: str

    def listings(self, everything: bool, refused: Iterable[str]) -> AsyncIterator[Listing]:
        """The newest page of each list, or with `everything` all pages."""
        ...

    def comments(self, found: Found) -> AsyncIterator[CommentPage]:
        """All comments under a post, newest first."""
        ...


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
            async for page in self._read(found):
                yield page
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
        return found.total != entry.total or (
            self.rereads and self.now - entry.watermark < REMEMBERED and found.total > 0
        )

    async def _read(self, found: Found) -> AsyncIterator[Page]:
        """Read one post's comments as far as needed; the last page carries the cursor."""
        entry = self.ledger.posts[found.post]
        is_new = entry.watermark == 0 and not entry.seen
        listed: dict[str, Millis] = {}
        total, late, is_whole, last = found.total, 0, True, None
        async for page in self.posts.comments(found):
            if last is not None:
                yield self._page(last.events, last.reading)
            elif page.reading.total is not None:
                total = page.reading.total
            last = page
            seen = [event for event in page.events if isinstance(event, MessageSeen)]
            listed |= {self._address(found, event): event.created_at for event in seen}
            have = self.known([event.platform_id for event in seen])
            strange = [event for event in seen if event.platform_id not in have]
            late += sum(
                event.created_at <= entry.watermark
                and self._address(found, event) not in entry.seen
                for event in strange
            )
            new = late + sum(at > entry.watermark for at in listed.values())
            delta = None if total is None else total - entry.total
            if page.size and self._is_enough(
                page, entry, is_new=is_new, is_known=not strange, new=new, delta=delta
            ):
                is_whole = False
                break
        if last is None:
            return
        if not listed and total and is_new:
            entry.retry_at = self.now + EMPTY_RETRY
            loss = (
                f"post {found.post} counts {total} comments and shows none: "
                "is the token a page token with pages_read_user_content?"
            )
            yield self._page(last.events, last.reading, save=True, possible_loss=loss)
            return
        loss = self._loss(found, entry, listed, last, new, delta, is_new=is_new, is_whole=is_whole)
        covered = is_whole or (self.posts.in_time_order and 0 < last.newest < entry.oldest)
        loss = loss or (self._miss(found, entry, listed) if covered else "")
        self._remember(entry, listed, total, covered=covered)
        yield self._page(last.events, last.reading, save=True, possible_loss=loss)

    def _is_enough(
        self,
        page: CommentPage,
        entry: Entry,
        *,
        is_new: bool,
        is_known: bool,
        new: int,
        delta: int | None,
    ) -> bool:
        """Whether nothing further down can matter.

        That is so once the comments found explain the new total and older ones begin. With more
        found than that, something was deleted: read as far as is remembered. With fewer, only
        replies that hang under old comments can be further down.
        """
        if is_new:
            return page.newest < self.horizon
        if self.rereads:
            return page.newest < min(self.now - REMEMBERED, entry.oldest or self.now)
        begins_old = page.oldest < entry.watermark - OVERLAP
        if delta is not None and new == delta:
            return begins_old
        is_old = is_known and page.newest < entry.watermark - OVERLAP
        if delta is not None and new > delta:
            return is_old and page.newest < entry.oldest
        return is_old and self.posts.in_time_order

    def _loss(
        self,
        found: Found,
        entry: Entry,
        listed: dict[str, Millis],
        last: CommentPage,
        new: int,
        delta: int | None,
        *,
        is_new: bool,
        is_whole: bool,
    ) -> str:
        oldest = min(listed.values(), default=0)
        if (
            is_whole
            and 0 < self.posts.cap <= last.size
            and oldest > max(entry.watermark, self.horizon)
        ):
            return f"post {found.post} gave {last.size} comments and no more; older may be missing"
        if not is_new and delta is not None and new < delta:
            return f"post {found.post} counts {delta - new} comments more than it shows"
        return ""

    def _miss(self, found: Found, entry: Entry, listed: dict[str, Millis]) -> str:
        """Note which remembered comments are not there; a mass of them is not believed."""
        absent = [address for address in entry.seen if address not in listed]
        if len(absent) > max(5, len(entry.seen) // 5):
            return f"{len(absent)} comments vanished at once from post {found.post}: not believed"
        entry.missing = {a: entry.missing.get(a, self.now) for a in absent}
        return ""

    def _remember(
        self, entry: Entry, listed: dict[str, Millis], total: int | None, *, covered: bool
    ) -> None:
        entry.total = entry.total if total is None else total
        entry.watermark = max([entry.watermark, *listed.values()])
        entry.retry_at = 0
        recent = sorted(
            (address for address, at in listed.items() if self.now - at < REMEMBERED),
            key=lambda address: -listed[address],
        )
        kept = [a for a in entry.seen if a not in listed and (not covered or a in entry.missing)]
        entry.seen = (recent + kept)[:MEMORY]
        times = [listed[address] for address in entry.seen if address in listed]
        oldest = min(times, default=self.now)
        entry.oldest = oldest if covered or not entry.oldest else min(entry.oldest, oldest)

    async def _second_look(self) -> AsyncIterator[Page]:
        """Ask for what is long missing by name, beside something that is known to be alive."""
        for post, entry in list(self.ledger.posts.items()):
            due = [a for a, at in entry.missing.items() if self.now - at >= SECOND_LOOK]
            if not due:
                continue
            alive = [address for address in entry.seen if address not in entry.missing]
            control, *answers = await self.graph.batch(
                [f"{name}?fields=id" for name in ((alive or [self.posts.control])[0], *due)]
            )
            if isinstance(control, PlatformError):
                continue
            looks = dict(zip(due, answers, strict=True))
            gone = [address for address, answer in looks.items() if isinstance(answer, Gone)]
            found = [a for a, answer in looks.items() if not isinstance(answer, PlatformError)]
            entry.missing = {a: at for a, at in entry.missing.items() if a not in {*gone, *found}}
            entry.seen = [address for address in entry.seen if address not in gone]
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

    @staticmethod
    def _address(found: Found, event: MessageSeen) -> str:
        """The comment's address, as short as it can be told again."""
        return event.address or f"{ids.canonical(found.post)}_{event.platform_id}"

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
