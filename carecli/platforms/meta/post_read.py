"""Reads one post's comments, newest first, as far as needed.

What was found must explain the post's new total. Fewer means a possible loss; more means that
something was deleted, and then the remembered comments are read again to see which.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from carecli.domain.events import MessageSeen
from carecli.domain.model import DAY, MINUTE, Millis
from carecli.platforms.meta import ids
from carecli.platforms.meta.cursor_state import MAX_REMEMBERED, PostState
from carecli.platforms.meta.posts import CommentPage, ListedPost, Posts

OVERLAP: Millis = 10 * MINUTE
REMEMBERED: Millis = 7 * DAY
EMPTY_RETRY: Millis = 5 * MINUTE
FEW = 5
"""So many comments may vanish at once, or a fifth of the remembered, without other evidence."""


@dataclass(slots=True)
class PostReading:
    """One reading of one post: `listed` addresses with their times, and how it compares.

    `rereads`: everything of the last week is wanted, changed or not. `horizon`: how far back a
    post is read that was never read before.
    """

    posts: Posts
    found: ListedPost
    entry: PostState
    now: Millis
    horizon: Millis
    rereads: bool
    listed: dict[str, Millis] = field(default_factory=dict)
    total: int | None = None
    late: int = 0
    is_known: bool = False
    is_whole: bool = True
    last: CommentPage | None = None
    is_new: bool = field(init=False)

    def __post_init__(self) -> None:
        self.total = self.found.total
        self.is_new = self.entry.watermark == 0 and not self.entry.seen

    @property
    def new(self) -> int:
        """Comments that were not there at the last reading."""
        return self.late + sum(at > self.entry.watermark for at in self.listed.values())

    @property
    def surplus(self) -> int | None:
        """How many more are new than the total grew by; None where the total is untold."""
        return None if self.total is None else self.new - (self.total - self.entry.total)

    def take(self, page: CommentPage, known: Mapping[str, str]) -> None:
        """Count a page in. `known` are those of its comments that the store has."""
        if self.last is None and page.reading.total is not None:
            self.total = page.reading.total
        self.last = page
        seen = [event for event in page.events if isinstance(event, MessageSeen)]
        strange = [event for event in seen if event.platform_id not in known]
        self.is_known = not strange
        self.listed |= {self._address(event): event.created_at for event in seen}
        self.late += sum(
            event.created_at <= self.entry.watermark and self._address(event) not in self.entry.seen
            for event in strange
        )

    def is_enough(self, page: CommentPage) -> bool:
        """Whether nothing further down can matter.

        That is so once the comments found explain the new total and older ones begin. With more
        found than that, read as far as is remembered. With fewer, only replies that hang under
        old comments can be further down.
        """
        if not page.times or not page.is_newest_first:
            return False
        newest, oldest = page.times[0], page.times[-1]
        overlap = self.entry.watermark - OVERLAP
        if self.is_new:
            return newest < self.horizon
        if self.rereads:
            return newest < min(self.now - REMEMBERED, self.entry.oldest or self.now)
        if self.surplus == 0:
            return oldest < overlap
        if self.surplus is not None and self.surplus > 0:
            return self.is_known and newest < min(overlap, self.entry.oldest)
        return self.is_known and newest < overlap and self.posts.in_time_order

    def settle(self) -> str:
        """Bring the entry up to date after the last page; says why something may be lost."""
        entry, total = self.entry, self.total
        if not self.listed and total and self.is_new:
            entry.retry_at = self.now + EMPTY_RETRY
            return (
                f"post {self.found.post} has {total} comments but shows none: is the token a page "
                "token with pages_read_user_content?"
            )
        covered = self._covers_memory()
        loss = self._unshown()
        absent = [a for a in entry.seen if a not in self.listed] if covered else []
        if absent and not self._is_believable(len(absent)):
            loss = loss or (
                f"{len(absent)} comments disappeared at once from post {self.found.post}; carecli "
                "keeps them"
            )
        elif covered:
            entry.missing = {a: entry.missing.get(a, self.now) for a in absent}
        self._remember()
        if covered or not entry.oldest:
            entry.oldest = min(self._times(), default=self.now)
        else:
            entry.oldest = min([entry.oldest, *self._times()])
        entry.total = entry.total if total is None else total
        entry.watermark = max([entry.watermark, *self.listed.values()])
        entry.changed = max(entry.changed, self.found.changed_at)
        entry.retry_at = 0
        return loss

    def _covers_memory(self) -> bool:
        """Whether each remembered comment would have been listed, were it still there."""
        times = self.last.times if self.last else ()
        return self.is_whole or (
            self.posts.in_time_order and bool(times) and times[0] < self.entry.oldest
        )

    def _is_believable(self, absent: int) -> bool:
        """A mass that vanishes without the total saying so is a lost permission."""
        few = max(FEW, len(self.entry.seen) // 5)
        return absent <= few or (self.surplus is not None and absent <= self.surplus)

    def _unshown(self) -> str:
        size = len(self.last.times) if self.last else 0
        since = max(self.entry.watermark, self.horizon)
        if (
            self.is_whole
            and 0 < self.posts.cap <= size
            and min(self.listed.values(), default=0) > since
        ):
            return (
                f"post {self.found.post} returned only {size} comments; older ones may be missing"
            )
        is_compared = not self.is_new or self.is_whole
        if is_compared and self.surplus is not None and self.surplus < 0:
            return f"post {self.found.post} has {-self.surplus} more comments than it shows"
        return ""

    def _remember(self) -> None:
        recent = [a for a, at in self.listed.items() if self.now - at < REMEMBERED]
        recent.sort(key=lambda address: -self.listed[address])
        unlisted = [a for a in self.entry.seen if a not in self.listed]
        self.entry.seen = (recent + unlisted)[:MAX_REMEMBERED]

    def _times(self) -> list[Millis]:
        return [self.listed[a] for a in self.entry.seen if a in self.listed]

    def _address(self, event: MessageSeen) -> str:
        return event.address or f"{ids.canonical(self.found.post)}_{event.platform_id}"
