"""Reads one post's comments, newest first, as far as needed.

The comments found must explain the post's new total. Fewer means a possible loss; more means that
some were deleted, and then the remembered comments are read again to see which.
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
"""This many comments, or a fifth of the remembered ones, may vanish at once and be believed."""


@dataclass(slots=True)
class PostReading:
    """One reading of one post: `listed` addresses with their times, and how it compares.

    `rereads`: all comments of the last week are read, changed or not. `horizon`: how far back (ms)
    a post is read the first time.
    """

    posts: Posts
    post: ListedPost
    state: PostState
    now: Millis
    horizon: Millis
    rereads: bool
    listed: dict[str, Millis] = field(default_factory=dict)
    total: int | None = None
    late: int = 0
    is_all_known: bool = False
    is_whole: bool = True
    last: CommentPage | None = None
    is_new: bool = field(init=False)

    def __post_init__(self) -> None:
        self.total = self.post.total
        self.is_new = self.state.watermark == 0 and not self.state.seen

    @property
    def new(self) -> int:
        """Comments that were not there at the last reading."""
        return self.late + sum(at > self.state.watermark for at in self.listed.values())

    @property
    def surplus(self) -> int | None:
        """How many more comments are new than the total grew by; None if the total is unknown."""
        return None if self.total is None else self.new - (self.total - self.state.total)

    def take(self, page: CommentPage, known: Mapping[str, str]) -> None:
        """Add a page. `known` are those of its comments that the store has."""
        if self.last is None and page.response.total is not None:
            self.total = page.response.total
        self.last = page
        seen = [event for event in page.events if isinstance(event, MessageSeen)]
        strange = [event for event in seen if event.platform_id not in known]
        self.is_all_known = not strange
        self.listed |= {self._address(event): event.created_at for event in seen}
        self.late += sum(
            event.created_at <= self.state.watermark and self._address(event) not in self.state.seen
            for event in strange
        )

    def is_enough(self, page: CommentPage) -> bool:
        """Whether older pages need not be read.

        That is so once the comments found explain the new total and older ones begin. If there are
        more, it reads as far back as comments are remembered. If there are fewer, only replies to
        old comments can be further back.
        """
        if not page.times or not page.is_newest_first:
            return False
        newest, oldest = page.times[0], page.times[-1]
        overlap = self.state.watermark - OVERLAP
        if self.is_new:
            return newest < self.horizon
        if self.rereads:
            return newest < min(self.now - REMEMBERED, self.state.oldest or self.now)
        if self.surplus == 0:
            return oldest < overlap
        if self.surplus is not None and self.surplus > 0:
            return self.is_all_known and newest < min(overlap, self.state.oldest)
        return self.is_all_known and newest < overlap and self.posts.in_time_order

    def settle(self) -> str:
        """Update the post's state after the last page; returns why something may be lost, or ''."""
        state, total = self.state, self.total
        if not self.listed and total and self.is_new:
            state.retry_at = self.now + EMPTY_RETRY
            return (
                f"post {self.post.id} has {total} comments but shows none: is the token a page "
                "token with pages_read_user_content?"
            )
        covered = self._covers_memory()
        loss = self._loss()
        absent = [a for a in state.seen if a not in self.listed] if covered else []
        if absent and not self._is_believable(len(absent)):
            loss = loss or (
                f"{len(absent)} comments disappeared at once from post {self.post.id}; carecli "
                "keeps them"
            )
        elif covered:
            state.missing = {a: state.missing.get(a, self.now) for a in absent}
        self._remember()
        if covered or not state.oldest:
            state.oldest = min(self._times(), default=self.now)
        else:
            state.oldest = min([state.oldest, *self._times()])
        state.total = state.total if total is None else total
        state.watermark = max([state.watermark, *self.listed.values()])
        state.changed = max(state.changed, self.post.changed_at)
        state.retry_at = 0
        return loss

    def _covers_memory(self) -> bool:
        """Whether all remembered comments would have been listed if they still existed."""
        times = self.last.times if self.last else ()
        return self.is_whole or (
            self.posts.in_time_order and bool(times) and times[0] < self.state.oldest
        )

    def _is_believable(self, absent: int) -> bool:
        """Whether this many may be deleted; if the total did not shrink, a permission was lost."""
        few = max(FEW, len(self.state.seen) // 5)
        return absent <= few or (self.surplus is not None and absent <= self.surplus)

    def _loss(self) -> str:
        size = len(self.last.times) if self.last else 0
        since = max(self.state.watermark, self.horizon)
        if (
            self.is_whole
            and 0 < self.posts.cap <= size
            and min(self.listed.values(), default=0) > since
        ):
            return f"post {self.post.id} returned only {size} comments; older ones may be missing"
        is_compared = not self.is_new or self.is_whole
        if is_compared and self.surplus is not None and self.surplus < 0:
            return f"post {self.post.id} has {-self.surplus} more comments than it shows"
        return ""

    def _remember(self) -> None:
        recent = [a for a, at in self.listed.items() if self.now - at < REMEMBERED]
        recent.sort(key=lambda address: -self.listed[address])
        unlisted = [a for a in self.state.seen if a not in self.listed]
        self.state.seen = (recent + unlisted)[:MAX_REMEMBERED]

    def _times(self) -> list[Millis]:
        return [self.listed[a] for a in self.state.seen if a in self.listed]

    def _address(self, event: MessageSeen) -> str:
        return event.address or f"{ids.canonical(self.post.id)}_{event.platform_id}"
