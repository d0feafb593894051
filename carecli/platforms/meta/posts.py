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
    """A post in a list: its total of comments (None: untold), its events, a mark of its text.

    `changed_at` is its `updated_time`, where the platform tells one: it moves when a comment
    arrives, which the total does not tell when another one went meanwhile. 0: untold.
    """

    post: str
    kind: PostKind
    total: int | None
    created_at: Millis
    events: tuple[Event, ...]
    mark: str
    changed_at: Millis = 0


@dataclass(frozen=True, slots=True)
class PostPage:
    """One page of a list of posts."""

    found: tuple[ListedPost, ...]
    reading: GraphResponse | None = None


@dataclass(frozen=True, slots=True)
class CommentPage:
    """One page of a post's comments; `times` are those of its top-level ones, as they came."""

    events: tuple[Event, ...]
    reading: GraphResponse
    times: tuple[Millis, ...]

    @property
    def is_newest_first(self) -> bool:
        """Whether the platform obeyed: that it orders a `stream` is used widely, stated nowhere."""
        return all(newer >= older for newer, older in pairwise(self.times))


class Posts(Protocol):
    """Where a sweep finds posts and their comments.

    `in_time_order`: comments come strictly newest first, replies among them. `cap`: more than
    that many top-level comments are never given, and no `next` follows (0: no such cap). `control`
    is a node that always answers while the token is good.
    """

    in_time_order: bool
    cap: int
    control: str

    def edges(self, everything: bool) -> Sequence[str]:
        """The names of the lists; with `everything` those too that are seldom read."""
        ...

    def listing(
        self, edge: str, everything: bool, listed: AbstractSet[str]
    ) -> AsyncIterator[PostPage]:
        """The newest page of one list, or with `everything` all pages.

        `listed` are posts that other lists told of.
        """
        ...

    def comments(self, found: ListedPost) -> AsyncIterator[CommentPage]:
        """All comments under a post, newest first."""
        ...
