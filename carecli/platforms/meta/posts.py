"""What the comment poller reads: lists of posts, and pages of their comments."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from itertools import pairwise
from typing import Protocol

from carecli.domain.events import Event
from carecli.domain.model import Millis, PostKind
from carecli.platforms.meta.graph import GraphResponse


@dataclass(frozen=True, slots=True)
class ListedPost:
    """A post in a list: its number of comments (None: unknown), its events, a mark of its text.

    `changed_at` is its `updated_time` (ms), 0 if unknown: it changes when a comment arrives, even
    if another one was deleted meanwhile and the total is the same.
    """

    id: str
    kind: PostKind
    total: int | None
    created_at: Millis
    events: tuple[Event, ...]
    mark: str
    changed_at: Millis = 0


@dataclass(frozen=True, slots=True)
class PostPage:
    """One page of a list of posts."""

    posts: tuple[ListedPost, ...]
    response: GraphResponse | None = None


@dataclass(frozen=True, slots=True)
class CommentPage:
    """One page of a post's comments; `times` are those of its top-level comments, in order."""

    events: tuple[Event, ...]
    response: GraphResponse
    times: tuple[Millis, ...]

    @property
    def is_newest_first(self) -> bool:
        """Whether the comments are in order; Meta does not document the order of a `stream`."""
        return all(newer >= older for newer, older in pairwise(self.times))


class Posts(Protocol):
    """Where the comment poller finds posts and their comments.

    `in_time_order`: comments, including replies, come strictly newest first. `cap`: the most
    top-level comments that the platform returns, without a `next` (0: no limit). `control` is the
    id of a node that always answers while the token works.
    """

    in_time_order: bool
    cap: int
    control: str

    def edges(self, everything: bool) -> Sequence[str]:
        """The names of the lists; with `everything` also those that are read less often."""
        ...

    def listing(
        self, edge: str, everything: bool, listed: AbstractSet[str]
    ) -> AsyncIterator[PostPage]:
        """The newest page of one list, or with `everything` all pages.

        `listed` are the ids of posts in other lists.
        """
        ...

    def comments(self, post: ListedPost) -> AsyncIterator[CommentPage]:
        """All comments under a post, newest first."""
        ...
