"""Events: what a platform told us.

Events are idempotent and free of order: each names its subject by the platform's id, and for
each field the newest observation wins. A poll and a webhook may both report the same thing.
A connector translates every payload into these; what it does not know becomes `Unrecognised`.
"""

from __future__ import annotations

from dataclasses import dataclass

from carecli.domain.model import Attachment, ContactPoint, Millis, PostKind


@dataclass(frozen=True, slots=True)
class Author:
    """An author. `scope` distinguishes the id spaces of one platform (psid, igsid, page)."""

    platform_id: str
    name: str = ""
    scope: str = ""


@dataclass(frozen=True, slots=True)
class PostSeen:
    """A post, ad, room or the like that messages belong to."""

    platform_id: str
    kind: PostKind = PostKind.POST
    text: str | None = None
    permalink: str | None = None
    created_at: Millis | None = None


@dataclass(frozen=True, slots=True)
class MessageSeen:
    """A message exists, with these contents.

    `thread` is the platform's key of the thread: the conversation's id, or the id of the
    top-level comment. `platform_id` is canonical within the channel, so that two spellings of
    one id meet; `address` is the spelling the platform's API wants, where it differs.
    `author` is None if the platform hides the person or the payload did not name them;
    `is_ours` marks what is certainly the brand's own. A field that is None or empty is unknown:
    another observation may know it. `point` is None if the payload does not tell what the
    message is under. `ours_key` is the outbox key a platform returned in an echo.
    """

    platform_id: str
    thread: str
    point: ContactPoint | None
    created_at: Millis
    author: Author | None = None
    is_ours: bool = False
    text: str | None = None
    post: str | None = None
    parent: str | None = None
    address: str = ""
    permalink: str = ""
    attachments: tuple[Attachment, ...] = ()
    mentions: tuple[str, ...] = ()
    hidden: bool | None = None
    liked: bool | None = None
    can_reply_privately: bool | None = None
    ours_key: str = ""
    native_actor: str = ""
    also_to: tuple[str, ...] = ()
    """Of a mail: who else received it, as `Name <address>`; we and who wrote it are left out."""


@dataclass(frozen=True, slots=True)
class MessageEdited:
    """The text of a known message changed."""

    platform_id: str
    text: str


@dataclass(frozen=True, slots=True)
class MessageWithdrawn:
    """The author deleted or unsent a message; its text must not be kept."""

    platform_id: str
    at: Millis | None = None


@dataclass(frozen=True, slots=True)
class MessageRemoved:
    """The brand deleted a message, in carecli or in the platform's own app."""

    platform_id: str
    at: Millis | None = None
    by: str = ""


@dataclass(frozen=True, slots=True)
class MessageGone:
    """A message can no longer be found; it is unknown who removed it."""

    platform_id: str
    at: Millis | None = None


@dataclass(frozen=True, slots=True)
class VisibilityChanged:
    """A message was hidden or shown, in carecli or in the platform's own app."""

    platform_id: str
    hidden: bool
    at: Millis | None = None


@dataclass(frozen=True, slots=True)
class LikeChanged:
    """The brand liked a message, or took its like back."""

    platform_id: str
    liked: bool


@dataclass(frozen=True, slots=True)
class AuthorBlocked:
    """The brand blocked or unblocked somebody.

    `platform_id` is theirs, in any of the platform's id spaces.
    """

    platform_id: str
    is_blocked: bool
    at: Millis | None = None


@dataclass(frozen=True, slots=True)
class AnsweredPrivately:
    """A comment was answered by a private message, in carecli or in the platform's own app."""

    platform_id: str
    conversation: str = ""
    at: Millis | None = None


@dataclass(frozen=True, slots=True)
class PostGone:
    """A post no longer exists."""

    platform_id: str
    at: Millis | None = None


@dataclass(frozen=True, slots=True)
class CaseAnswered:
    """Another team answered a question about a thread.

    `keys` are the outbox keys that the answer refers to, `reference` is the case's reference, if
    any. If no case matches, it is treated as the plain `message`.
    """

    message: MessageSeen
    keys: tuple[str, ...] = ()
    reference: str = ""


@dataclass(frozen=True, slots=True)
class TurnedAway:
    """Something arrived that is not accepted as a message: forged, automatic, too many.

    It is listed with its reason. `message` is the message it becomes if a person accepts it.
    """

    reason: str
    sender: str = ""
    message: MessageSeen | None = None


@dataclass(frozen=True, slots=True)
class Unrecognised:
    """A payload, or a part of one, that cannot be read; it is stored raw and counted."""

    what: str


Event = (
    PostSeen
    | MessageSeen
    | MessageEdited
    | MessageWithdrawn
    | MessageRemoved
    | MessageGone
    | VisibilityChanged
    | LikeChanged
    | AuthorBlocked
    | AnsweredPrivately
    | PostGone
    | CaseAnswered
    | TurnedAway
    | Unrecognised
)
