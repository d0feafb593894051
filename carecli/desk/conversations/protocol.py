"""An open thread, as the screen and the command line see it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from carecli.desk.conversations.rows import Conversation, Draft
    from carecli.desk.replies.rows import History
    from carecli.domain.model import ThreadId


class ConversationService(Protocol):
    """What was said in a thread and with a person; who is writing there, and what was begun."""

    def conversation(self, thread: ThreadId) -> Conversation | None:
        """A thread opened; None when there is no such thread."""
        ...

    def history(self, thread: ThreadId) -> History | None:
        """Everything with the person of a thread, on every channel they are known on.

        None where there is nobody. Notes about the person are written with `NoteContact`.
        """
        ...

    def picture(self, url: str) -> Path:
        """The file of an attached picture, fetched the first time: belongs into a thread.

        Nothing of ours goes to its server. PlatformError or Refusal if it cannot be.
        """
        ...

    def claim(self, thread: ThreadId) -> str:
        """Take or renew the lease on a thread; Refusal, naming the holder, if it is another's."""
        ...

    def release(self, thread: ThreadId) -> None:
        """Give up my lease."""
        ...

    def save_draft(self, draft: Draft) -> None:
        """Keep what is being typed; an empty text forgets it. Thread 0: to all that are marked."""
        ...

    def drafts(self, thread: ThreadId) -> Sequence[Draft]:
        """What I began to write in a thread, at most one of each kind.

        Of thread 0: to several threads at once.
        """
        ...
