"""What is written to several threads at once, of the desk in memory."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from carecli.desk.conversations.rows import Draft
from carecli.desk.replies.mass_reply import Addressed
from carecli.desk.threads.rows import ThreadRow
from carecli.domain.commands import Reply
from carecli.domain.errors import Refusal
from carecli.domain.model import SECOND, DraftKind, Millis, ThreadId
from carecli.domain.snippet import Snippet


class MemoryWriting:
    table: dict[ThreadId, ThreadRow]
    texts: dict[tuple[ThreadId, DraftKind], Draft]
    refused: dict[ThreadId, str]
    clock: Millis

    def address(
        self,
        threads: Sequence[ThreadId],
        text: str,
        answers: Mapping[str, str] | None = None,
        *,
        private: bool = False,
        snippet: str = "",
        draft: str = "",
    ) -> Addressed:
        replies = [
            Reply(
                one,
                Snippet("", "", text).filled(
                    {"contact.first_name": self.table[one].author.split()[0]}, answers or {}
                ),
                private,
                draft=draft,
                snippet=snippet,
            )
            for one in threads
            if one not in self.refused
        ]
        refused = {one: Refusal(self.refused[one]) for one in threads if one in self.refused}
        return Addressed(tuple(replies), refused, len(replies), self.clock + 95 * SECOND)

    def drafts(self, thread: ThreadId) -> Sequence[Draft]:
        return [one for (at, _), one in self.texts.items() if at == thread]
