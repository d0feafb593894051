"""Identifiers, enums and small values shared by all layers: channels, messages, outbox."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import NewType

ThreadId = NewType("ThreadId", int)
MessageId = NewType("MessageId", int)
ContactId = NewType("ContactId", int)
PostId = NewType("PostId", int)
ChannelId = NewType("ChannelId", int)
DecisionId = NewType("DecisionId", int)
OutboxId = NewType("OutboxId", int)

Millis = int
"""A moment: milliseconds since 1970-01-01T00:00:00Z; or a span of milliseconds."""

SECOND: Millis = 1_000
MINUTE: Millis = 60 * SECOND
HOUR: Millis = 60 * MINUTE
DAY: Millis = 24 * HOUR


class ContactPoint(StrEnum):
    """The kind of place a message came in at; the values are what `at:` takes."""

    PRIVATE_MESSAGE = "dm"
    COMMENT = "comment"
    AD_COMMENT = "ad"
    GROUP_POST = "group"
    MENTION = "mention"
    REVIEW = "review"
    EMAIL = "email"
    CALL = "call"

    @property
    def is_private(self) -> bool:
        """Whether only the contact reads what the brand writes there."""
        return self in (ContactPoint.PRIVATE_MESSAGE, ContactPoint.EMAIL)


class Colour(StrEnum):
    """One choice that sets deadline, team and kind of response."""

    GREEN = "green"
    YELLOW = "yellow"
    RED = "red"


class Direction(StrEnum):
    """Who wrote: the contact (`in`) or the brand (`out`)."""

    INBOUND = "in"
    OUTBOUND = "out"


class Visibility(StrEnum):
    """What the public can see of a message."""

    VISIBLE = "visible"
    HIDDEN = "hidden"
    DELETED_BY_US = "deleted_by_us"
    WITHDRAWN = "withdrawn"
    """Deleted or unsent by its author."""
    GONE = "gone"
    """Not found any more; who removed it is unknown."""


class PostKind(StrEnum):
    """The kinds of posts that comments are under."""

    POST = "post"
    AD = "ad"
    VISITOR_POST = "visitor_post"
    MEDIA = "media"
    MENTION = "mention"
    REVIEW = "review"
    ROOM = "room"
    GROUP = "group"


class Outcome(StrEnum):
    """How a wait ended; a wait has exactly one, or none while it is open."""

    REPLIED = "replied"
    REPLIED_ELSEWHERE = "replied_elsewhere"
    NO_REPLY_NEEDED = "no_reply_needed"
    MODERATED = "moderated"
    WITHDRAWN = "withdrawn"
    WINDOW_CLOSED = "window_closed"


class NoReplyReason(StrEnum):
    """Why nobody needs to answer."""

    THANKS = "thanks"
    TAGGED = "tagged"
    """Only emoji, or a tagged friend."""
    SPAM = "spam"
    DUPLICATE = "duplicate"
    OFF_TOPIC = "off_topic"
    OTHER = "other"


class DeliveryState(StrEnum):
    """How far something got that is to be done once on something outside (`domain/delivery.py`)."""

    QUEUED = "queued"
    SENDING = "sending"
    SENT = "sent"
    FAILED = "failed"
    UNKNOWN = "unknown"
    CANCELLED = "cancelled"


OutboxState = DeliveryState
"""An item of the outbox is a delivery."""


class DraftKind(StrEnum):
    """What a draft becomes when it is sent; a thread has at most one draft of each kind."""

    REPLY = "reply"
    PRIVATE = "private"
    """A private reply, or a private answer to a comment."""
    NOTE = "note"
    CASE = "case"
    """A question to another team about the thread."""
    CONTACT = "contact"
    """A note about the person."""


class OutboxVerb(StrEnum):
    """What carecli can do on a platform."""

    REPLY = "reply"
    PRIVATE_REPLY = "private_reply"
    HIDE = "hide"
    UNHIDE = "unhide"
    DELETE = "delete"
    LIKE = "like"
    UNLIKE = "unlike"
    BLOCK = "block"
    """Keep a message's author from writing to the brand again."""
    UNBLOCK = "unblock"
    CASE = "case"
    """Ask another team about the thread, by mail: the contact never sees it."""

    @property
    def is_text(self) -> bool:
        """Whether it sends a text, which must never happen twice; other verbs set a state."""
        return self.is_answer or self is OutboxVerb.CASE

    @property
    def is_answer(self) -> bool:
        """Whether the contact reads it."""
        return self in (OutboxVerb.REPLY, OutboxVerb.PRIVATE_REPLY)

    @property
    def is_about_person(self) -> bool:
        """Whether it acts on a message's author, wherever they write, not on the message."""
        return self in (OutboxVerb.BLOCK, OutboxVerb.UNBLOCK)

    @property
    def opposite(self) -> OutboxVerb | None:
        """The verb that reverts this one, None if there is none."""
        return _OPPOSITES.get(self)


_PAIRS = (
    (OutboxVerb.HIDE, OutboxVerb.UNHIDE),
    (OutboxVerb.LIKE, OutboxVerb.UNLIKE),
    (OutboxVerb.BLOCK, OutboxVerb.UNBLOCK),
)
_OPPOSITES = {**dict(_PAIRS), **{undo: verb for verb, undo in _PAIRS}}


@dataclass(frozen=True, slots=True)
class Actor:
    """Who decided something: `moderator:ana`, `rule:allergy`, `platform:avon-fb`, `carecli:`."""

    kind: str
    name: str = ""

    def __str__(self) -> str:
        return f"{self.kind}:{self.name}"

    @classmethod
    def parse(cls, text: str) -> Actor:
        """The actor that `str()` was called on."""
        kind, _, name = text.partition(":")
        return cls(kind, name)


def moderator(name: str) -> Actor:
    """The actor of a moderator, by their key."""
    return Actor("moderator", name)


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file or link attached to a message.

    `kind` is image, video, audio, file, sticker or link; post (a shared one), story (one that
    mentions us), story_reply (what it answers), location; or other, which nobody can show.
    """

    kind: str
    url: str = ""
    name: str = ""


@dataclass(frozen=True, slots=True)
class ChannelSpec:
    """One connected account, as the configuration describes it."""

    key: str
    brand: str
    platform: str
    title: str
