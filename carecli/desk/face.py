"""The desk as the screen and the command line see it.

Every method is synchronous and quick unless it says otherwise; `ids`, `search` and writes may
take long on a large database and belong into a thread. Calls from several threads are safe.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from carecli.desk.rows import (
    Conversation,
    Draft,
    OutboxView,
    Overview,
    Receipt,
    SnippetView,
    ThreadIds,
    ThreadRow,
)
from carecli.domain.commands import Command
from carecli.domain.model import Actor, Millis, ThreadId


class Desk(Protocol):
    """What a person or a script can see and do."""

    @property
    def me(self) -> str:
        """The moderator using carecli."""
        ...

    def now(self) -> Millis:
        """The present moment."""
        ...

    def ids(
        self, filter_text: str, sort: str, brand: str = "", limit: int | None = None
    ) -> ThreadIds:
        """Threads of a filter in an order (`queue`, `deadline`, `oldest`, `newest`, `waiting`).

        With `limit`, O(limit). Raises FilterError with the column.
        """
        ...

    def matching(self, filter_text: str, ids: Sequence[ThreadId], brand: str = "") -> set[ThreadId]:
        """Those of `ids` that a filter still takes in, to keep a list true after a change."""
        ...

    def rows(self, ids: Sequence[ThreadId]) -> dict[ThreadId, ThreadRow]:
        """The lines of these threads, read at once (50: under a millisecond)."""
        ...

    def conversation(self, thread: ThreadId) -> Conversation | None:
        """A thread opened; None when there is no such thread."""
        ...

    def overview(self, brand: str = "") -> Overview:
        """Counts, colleagues, channels: O(1) in the number of threads."""
        ...

    def outbox(self, thread: ThreadId | None = None, limit: int = 200) -> Sequence[OutboxView]:
        """What is queued, under way, failed or unknown, newest first; with a thread, all of it."""
        ...

    def snippets(self, thread: ThreadId, search: str = "") -> Sequence[SnippetView]:
        """Saved replies, those that fit the thread's language and channel first."""
        ...

    def fill(self, snippet: str, thread: ThreadId) -> str:
        """A snippet's text with its placeholders filled as far as is known; the rest stays."""
        ...

    def submit(self, command: Command, by: Actor | None = None) -> Receipt:
        """Do it, or raise Refusal with nothing changed. `by` None: me."""
        ...

    def submit_all(self, commands: Sequence[Command], by: Actor | None = None) -> Sequence[Receipt]:
        """All in one transaction and one undo, or Refusal with nothing changed."""
        ...

    def undo(self) -> str:
        """Take back my last decision (or batch); what was taken back, in words. Refusal if none."""
        ...

    def redo(self) -> str:
        """Do again what I undid last."""
        ...

    def undo_decision(self, decision: int) -> str:
        """Take back one decision of the journal."""
        ...

    def claim(self, thread: ThreadId) -> str:
        """Take or renew the lease on a thread; Refusal, naming the holder, if it is another's."""
        ...

    def release(self, thread: ThreadId) -> None:
        """Give up my lease."""
        ...

    def save_draft(self, draft: Draft) -> None:
        """Keep what is being typed; an empty text forgets it."""
        ...

    def retry(self, outbox: int) -> None:
        """Queue a failed or unknown item again (the person takes the decision)."""
        ...

    def cancel(self, outbox: int) -> None:
        """Drop a queued, failed or unknown item; its text stays in the journal."""
        ...

    def pause(self, on: bool) -> None:
        """The kill switch: nothing is sent to any platform while it is on."""
        ...

    def ask_sync(self, channel: str = "") -> None:
        """Ask the engine to pull now."""
        ...

    def seen(self, doing: str = "") -> None:
        """Tell colleagues that I am here, and on what."""
        ...

    def changes(self) -> set[ThreadId] | None:
        """Threads changed (by anybody) since the last call; None: too many, reload everything.

        Costs a few microseconds while nothing happens.
        """
        ...

    def add_entry(self, channel: str, link: str, author: str, text: str) -> ThreadId:
        """A manual entry: something that waits where no API reaches."""
        ...

    def close(self) -> None:
        """Let go of the database."""
        ...
