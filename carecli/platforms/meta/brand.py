"""Which ids belong to the brand, and which id space people's ids are in."""

from __future__ import annotations

from dataclasses import dataclass

from carecli.domain.events import Author
from carecli.domain.model import ContactPoint
from carecli.domain.text import one_line
from carecli.platforms.meta import wire
from carecli.platforms.meta.wire import Node

COMMENT_SCOPE = "page"
"""Authors of Facebook comments and posts: ids the platform made for this page."""
IG_COMMENT_SCOPE = "ig"
"""Authors of Instagram comments."""


@dataclass(frozen=True, slots=True)
class Brand:
    """Our ids (the page's, and the Instagram profile's) and the scope of private contacts.

    `scope` is `psid` for Messenger and `igsid` for Instagram: the author id of a comment and the
    id of the same person in private messages are different spaces.
    """

    account: str
    ids: frozenset[str]
    scope: str = "psid"

    def speaks(self, person: Node) -> bool:
        """Whether a `{id, user_id?}` object is the brand itself."""
        return bool(self.ids & {wire.ident(person), wire.ident(person, "user_id")} - {""})


@dataclass(frozen=True, slots=True)
class CommentPlace:
    """What a comment was found under, as far as the request itself knows.

    `thread` is set where everything under the post is one thread (a visitor's post, a mention,
    a rating) and empty where each top-level comment opens its own. `parent` is the canonical id
    of the comment whose replies are read.
    """

    post: str = ""
    point: ContactPoint | None = ContactPoint.COMMENT
    thread: str = ""
    parent: str = ""


ANYWHERE = CommentPlace(point=None)
"""Nothing is known but what the comment itself says."""


def author_of(person: Node, scope: str) -> Author | None:
    """The author in a `{id, name}` or `{id, username}` object; None for a nameless one.

    An Instagram person of whom only the handle is told is known by `@handle`.
    """
    name = wire.text(person, "name") or wire.text(person, "username") or ""
    identity = wire.ident(person) or ("@" + name if name else "")
    return Author(identity, one_line(name, 200), scope) if identity else None
