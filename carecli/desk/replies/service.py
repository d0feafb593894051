"""Saved replies and product cards, filled in from the database."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from carecli.desk.threads.visibility import check_shown, no_thread
from carecli.domain.model import moderator
from carecli.store import channels as stored_channels
from carecli.store import situation, snippet_uses

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from carecli.desk.conversations.rows import SnippetView
    from carecli.desk.replies.mass_reply import Addressed
    from carecli.desk.replies.product_cards import Cards
    from carecli.desk.replies.rows import CardView, SnippetFinding, SnippetMade, SnippetUsage
    from carecli.desk.session import DeskSession
    from carecli.domain.model import ThreadId


class StoreReplyService:
    """Implements `ReplyService` over one database."""

    def __init__(self, session: DeskSession) -> None:
        self._session = session

    def snippets(self, thread: ThreadId, search: str = "") -> Sequence[SnippetView]:
        self._session.library.refresh()
        with self._session.reader.read() as db:
            return self._session.library.fitting(db, thread, search)

    def all_snippets(self, search: str = "") -> Sequence[SnippetView]:
        self._session.library.refresh()
        with self._session.reader.read() as db:
            return self._session.library.listed(db, search)

    def fill(self, snippet: str, thread: ThreadId, answers: Mapping[str, str] | None = None) -> str:
        from carecli.desk.replies.placeholders import known_here

        self._session.library.refresh()
        found, at = self._session.library.named(snippet), self._at(thread)
        with self._session.reader.read() as db:
            known = known_here(db, at, self._session.context, self._session.me)
        return found.filled(known, answers)

    def check_snippets(self) -> Sequence[SnippetFinding]:
        from carecli.desk.replies.snippet_check import check_all

        shelf = self._session.library.refresh()
        with self._session.reader.read() as db:
            keys = [channel.key for channel in stored_channels.channels(db)]
        return check_all(shelf, keys, self._session.context, self._session.abilities)

    def snippet_usage(self) -> Sequence[SnippetUsage]:
        self._session.library.refresh()
        with self._session.finder.read() as db:
            return self._session.library.usage(db)

    def make_snippet(
        self, name: str, thread: ThreadId, title: str = "", text: str = ""
    ) -> SnippetMade:
        from carecli.desk.replies.placeholders import known_here
        from carecli.desk.replies.snippet_files import make_snippet

        self._session.context.check_may_decide()
        at = self._at(thread)
        with self._session.reader.read() as db:
            said = text or snippet_uses.last_reply(db, thread, str(moderator(self._session.me)))
            known = known_here(db, at, self._session.context, self._session.me)
        return make_snippet(name, title, said, known, self._session.context, at.channel)

    def cards(self, search: str = "", thread: ThreadId | None = None) -> Sequence[CardView]:
        return self._cards.search(search, self._at(thread).brand if thread is not None else "")

    def quote(self, card: str, section: str) -> str:
        return self._cards.quote(card, section)

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
        from carecli.desk.commands.unit_of_work import UnitOfWork
        from carecli.desk.replies.mass_reply import address

        self._session.context.check_may_decide()
        self._session.library.refresh()
        with self._session.finder.read() as db:
            by, now = moderator(self._session.me), self._session.now()
            unit = UnitOfWork(
                db, self._session.context, self._session.abilities, self._session.library, by, now
            )
            return address(
                unit, threads, text, answers or {}, private=private, snippet=snippet, draft=draft
            )

    @cached_property
    def _cards(self) -> Cards:
        from carecli.desk.replies.product_cards import Cards

        return Cards(self._session.context.cards)

    def _at(self, thread: ThreadId) -> situation.Situation:
        with self._session.reader.read() as db:
            check_shown(db, thread, self._session.context)
            at = situation.situation(db, thread, self._session.now())
        if at is None:
            raise no_thread(thread)
        return at
