"""The frozen rows of one thread: messages, decisions, drafts; every text is safe to print.

Every text here went through `domain.text.printable`. Times are milliseconds UTC; formatting
belongs to whoever shows them.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from carecli.desk.threads.rows import ThreadRow
from carecli.domain.model import (
    ContactPoint,
    Direction,
    DraftKind,
    MessageId,
    Millis,
    OutboxId,
    OutboxState,
    OutboxVerb,
    PostKind,
    ThreadId,
    Visibility,
)


@dataclass(frozen=True, slots=True)
class AttachmentView:
    """Something beside a message's text."""

    kind: str
    url: str
    name: str


@dataclass(frozen=True, slots=True)
class CodeView:
    """What a message expresses: a `kind` (sentiment, stage, theme), its value, and who says so.

    Of a suggestion `by` is empty, and `probability` (0 to 1) how likely it is; else null.
    """

    kind: str
    value: str
    by: str
    probability: float | None = None


@dataclass(frozen=True, slots=True)
class BlindView:
    """A sample asks me to code a message for a kind; what others say of the thread is not shown."""

    sample: int
    kind: str


@dataclass(frozen=True, slots=True)
class MessageView:
    """One message of a conversation. `author` is the contact, or who of us wrote it."""

    id: MessageId
    direction: Direction
    author: str
    text: str
    created_at: Millis
    seen_at: Millis
    visibility: Visibility
    is_edited: bool
    is_liked: bool
    is_private: bool
    is_native: bool
    """Ours, but not written in carecli."""
    depth: int
    permalink: str
    attachments: tuple[AttachmentView, ...]
    deed: OutboxState | None
    """The state of a hide, delete or like under way on this message."""
    is_unanswered: bool
    codes: tuple[CodeView, ...] = ()
    blind: tuple[BlindView, ...] = ()
    is_quoted: bool = False
    folded: int = 0
    """Lines at the end of `text` that only quote earlier mails: a screen may fold them."""
    also_to: tuple[str, ...] = ()
    """Of a mail: who else received it, as `Name <address>`."""
    contact: int | None = None
    """Which person wrote it, for whom a name may not be enough; None for ours."""

    @property
    def searched(self) -> str:
        """What a search looks at: the text, and the names of what is attached."""
        return "\n".join((self.text, *(one.name for one in self.attachments)))


@dataclass(frozen=True, slots=True)
class DecisionView:
    """One line between the messages: who decided what, e.g. `Ana` `set the colour to red`."""

    id: int
    at: Millis
    actor: str
    text: str
    is_undone: bool
    is_note: bool
    mentions: tuple[str, ...] = ()
    """Keys of the moderators that a note calls."""
    rule: str = ""
    """The rule that decided; empty: somebody else did."""
    matched: tuple[str, ...] = ()
    """The words that rule saw, as they were read."""


@dataclass(frozen=True, slots=True)
class OutboxView:
    """One thing still to happen, or that happened, on a platform."""

    id: OutboxId
    thread: ThreadId
    message: MessageId | None
    verb: OutboxVerb
    state: OutboxState
    text: str
    by: str
    not_before: Millis
    attempts: int
    error: str
    hint: str
    created_at: Millis
    contact: str
    channel: str
    to_all: bool = False
    """Whether the other recipients of the mail get it too."""
    is_undone_next: bool = False
    """Whether my next undo takes it back."""


@dataclass(frozen=True, slots=True)
class PostView:
    """What a comment is under."""

    kind: PostKind
    text: str
    permalink: str
    created_at: Millis | None


TO_MANY = ThreadId(0)
"""Stands for the threads that are marked, in a draft of what is written to all of them."""


@dataclass(frozen=True, slots=True)
class Draft:
    """Text begun and not sent; it survives anything. Each thread has one of each kind."""

    thread: ThreadId
    text: str
    kind: DraftKind = DraftKind.REPLY
    target: MessageId | None = None
    head: MessageId | None = None
    snippet: str = ""
    to_all: bool = False
    """Whether the other recipients of the mail get it too."""


@dataclass(frozen=True, slots=True)
class ContactView:
    """The person on the other side, and what we know of them."""

    name: str
    since: Millis
    thread_count: int
    complaint_count: int
    """Threads that were yellow or red."""
    is_blocked: bool = False
    """Whether the brand keeps them from writing to it."""


@dataclass(frozen=True, slots=True)
class Conversation:
    """A thread opened: everything the right-hand pane shows.

    `messages` are oldest first, at most the newest 200 (`older` counts the rest).
    `can_*` tell which keys apply; `why_not` maps a verb to the reason it does not. `ties` lead
    from a comment to the private thread it was answered in, and back; `contact_notes` are what
    colleagues noted about the person.
    """

    row: ThreadRow
    contact: ContactView
    post: PostView | None
    messages: tuple[MessageView, ...]
    older: int
    decisions: tuple[DecisionView, ...]
    outbox: tuple[OutboxView, ...]
    head: MessageId | None
    """The newest message; a reply composed now is stale once another one comes."""
    reply_as: str
    reply_limit: int
    private_limit: int
    limit_in_bytes: bool
    can_reply: bool
    can_reply_privately: bool
    why_not: dict[str, str] = field(default_factory=dict)
    drafts: tuple[Draft, ...] = ()
    """What I began to write here, at most one of each kind."""
    ties: tuple[Tie, ...] = ()
    contact_notes: tuple[ContactNoteView, ...] = ()
    coloured_by: str = ""
    """Who or what chose the colour, as colleagues know them; empty while untriaged."""
    language: str = ""
    """The language mostly written on the channel, as `es`; empty where nobody said."""
    guidance: str = ""
    """How threads of this colour are answered, in a sentence; empty where nobody said."""
    begins_privately: bool = False
    """Whether a reply begins as a private one, for threads of this colour."""

    def draft(self, kind: DraftKind) -> Draft | None:
        """What I began to write of a kind."""
        return next((one for one in self.drafts if one.kind is kind), None)

    def others(self, target: MessageId | None) -> tuple[str, ...]:
        """Who else received the mail that an answer to `target` answers; None: the newest one."""
        theirs = [one for one in self.messages if one.direction is Direction.INBOUND]
        meant = next((one for one in theirs if one.id == target), None)
        if meant is None and target is None and theirs:
            meant = theirs[-1]
        return meant.also_to if meant is not None else ()


@dataclass(frozen=True, slots=True)
class SnippetView:
    """A saved reply, ready to be chosen. `text` is the template, its placeholders in braces.

    `channels`, `teams` and `points` are what it is meant for; empty: all. Snippets of one `group`
    say the same in different languages. From the day `until` (`2026-12-31`, empty: never) on it is
    not offered. `prompts` are what must be asked on insert. `uses` counts the newest 2,000 replies
    from snippets; `fit` is how well it suits the thread it was listed for, more is better.
    """

    name: str
    title: str
    text: str
    languages: tuple[str, ...]
    channels: tuple[str, ...] = ()
    teams: tuple[str, ...] = ()
    points: tuple[ContactPoint, ...] = ()
    group: str = ""
    until: str = ""
    prompts: tuple[str, ...] = ()
    uses: int = 0
    fit: float = 0.0


@dataclass(frozen=True, slots=True)
class ContactNoteView:
    """A note about a person, for all threads with them. `id` is the decision; undo takes it."""

    id: int
    at: Millis
    actor: str
    text: str


@dataclass(frozen=True, slots=True)
class Tie:
    """A comment and the private thread that its private answer opened, seen from one of them.

    `thread` is the other one, `place` and `text` what its line in the list says; `message` is the
    comment answered, on whichever side. `is_private` tells that the other one is the private one.
    """

    thread: ThreadId
    message: MessageId
    place: str
    text: str
    is_private: bool


@dataclass(frozen=True, slots=True)
class Receipt:
    """What `submit` did: the decision, and the outbox item if something must be sent."""

    decision: int
    outbox: OutboxId | None = None
    said: str = ""
