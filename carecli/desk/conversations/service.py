"""Conversations, leases and drafts on the database."""

from __future__ import annotations

from typing import TYPE_CHECKING

from carecli.desk.threads.visibility import check_shown, visible_threads
from carecli.domain.errors import Refusal
from carecli.domain.text import one_line
from carecli.i18n import _
from carecli.store import claims, feed
from carecli.store import drafts as stored_drafts

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from carecli.desk.conversations.rows import Conversation, Draft
    from carecli.desk.replies.rows import History
    from carecli.desk.session import DeskSession
    from carecli.domain.model import ThreadId


class StoreConversationService:
    """Implements `ConversationService` over one database."""

    def __init__(self, session: DeskSession) -> None:
        self._session = session

    def conversation(self, thread: ThreadId) -> Conversation | None:
        from carecli.desk.conversations import conversation_builder

        with self._session.reader.read() as db:
            return conversation_builder.conversation(
                db, thread, self._session.context, self._session.abilities
            )

    def history(self, thread: ThreadId) -> History | None:
        from carecli.desk.conversations.history import history

        with self._session.reader.read() as db:
            return history(db, thread, self._session.context, self._session.abilities)

    def picture(self, url: str) -> Path:
        from carecli.desk.conversations.pictures import Pictures

        return Pictures(self._session.context.pictures, self._session.context.fetch).file(url)

    def claim(self, thread: ThreadId) -> str:
        with self._session.command_transaction() as unit:
            check_shown(unit.db, thread, self._session.context)
            before = unit.situation(thread).claimed_by
            if not claims.take(unit.db, thread, self._session.me, unit.now):
                raise Refusal(
                    _("{name} is writing here.").format(
                        name=one_line(self._session.context.name_of(before), 80)
                    ),
                    hint=_("Wait until they finish or release it."),
                )
            if before != self._session.me:
                feed.announce(unit.db, (thread,))
        return self._session.me

    def release(self, thread: ThreadId) -> None:
        with self._session.command_transaction() as unit:
            if claims.release(unit.db, thread, self._session.me):
                feed.announce(unit.db, (thread,))

    def save_draft(self, draft: Draft) -> None:
        from carecli.desk.conversations.drafts import keep_draft

        with self._session.command_transaction() as unit:
            keep_draft(unit, draft)

    def drafts(self, thread: ThreadId) -> Sequence[Draft]:
        from carecli.desk.conversations.conversation_builder import draft_view

        with self._session.reader.read() as db:
            if thread and not visible_threads(db, (thread,), self._session.context):
                return ()
            return [draft_view(one) for one in stored_drafts.all_of(db, thread, self._session.me)]
