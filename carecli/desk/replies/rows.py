"""The frozen rows of lookups: cards, snippets, history; every text is safe to print.

Like `rows`, but asked for now and then: the state of saved replies, product cards, a person.
"""

from __future__ import annotations

from dataclasses import dataclass

from carecli.desk.conversations.rows import ContactNoteView
from carecli.desk.threads.rows import ThreadRow
from carecli.domain.model import Millis, Outcome


@dataclass(frozen=True, slots=True)
class SnippetUsage:
    """How a snippet was used in replies the platforms took. `title` is empty once it is gone.

    `unedited` counts those sent as filled in; `edited` is the mean share of words changed, 0..1.
    """

    name: str
    title: str
    times: int
    unedited: int
    edited: float
    last_at: Millis


@dataclass(frozen=True, slots=True)
class SnippetFinding:
    """Something wrong with a snippet. `kind` is a short word for scripts, `what` a sentence.

    Kinds: unreadable, duplicate_name, unknown_placeholder, unused_placeholder, unknown_channel,
    unknown_team, expired, dead_date, missing_translation, too_long.
    """

    file: str
    line: int
    name: str
    kind: str
    what: str
    hint: str


@dataclass(frozen=True, slots=True)
class SnippetMade:
    """A snippet that was written from a reply: its file, its name, and its text as a template."""

    file: str
    name: str
    text: str


@dataclass(frozen=True, slots=True)
class CardSection:
    """A part of a product card under one heading, as plain text ready to be quoted."""

    title: str
    text: str


@dataclass(frozen=True, slots=True)
class CardView:
    """What there is to know of a product: its card. `brand` is a brand's key, empty: any."""

    name: str
    product: str
    brand: str
    links: tuple[str, ...]
    sections: tuple[CardSection, ...]


@dataclass(frozen=True, slots=True)
class Identity:
    """One of the ids under which a platform knows a person, on one of our channels."""

    channel: str
    name: str
    since: Millis


@dataclass(frozen=True, slots=True)
class History:
    """Everything with the person of a thread, under every id known to be theirs.

    `threads` are newest first, the thread itself among them, at most 200 (`older` counts the
    rest). `outcomes` counts how their waits ended; `notes` are oldest first.
    """

    identities: tuple[Identity, ...]
    threads: tuple[ThreadRow, ...]
    older: int
    outcomes: dict[Outcome, int]
    notes: tuple[ContactNoteView, ...]
