"""The desk over one database file: quick reads, and one transaction for whatever is submitted."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from carecli.desk.context import DeskContext
from carecli.desk.planning.service import Planning
from carecli.desk.threads import row_builder
from carecli.desk.threads.overview import overview
from carecli.desk.threads.rows import Overview, ThreadIds, ThreadRow
from carecli.desk.threads.visibility import check_shown, no_thread, visible_threads
from carecli.domain.errors import Refusal
from carecli.domain.filter import parse_filter
from carecli.domain.hits import search_phrases
from carecli.domain.model import Actor, ThreadId, moderator
from carecli.domain.queue import parse_order
from carecli.domain.text import one_line, printable
from carecli.i18n import _
from carecli.store import channels as stored_channels
from carecli.store import (
    claims,
    feed,
    orders,
    presence,
    settings,
    situation,
    snippet_uses,
)
from carecli.store import drafts as stored_drafts
from carecli.store.snooze import is_due, wake_snoozed
from carecli.store.threads import find, keep

if TYPE_CHECKING:
    from carecli.desk.commands.unit_of_work import UnitOfWork
    from carecli.desk.conversations.rows import (
        Conversation,
        Draft,
        OutboxView,
        Receipt,
        SnippetView,
    )
    from carecli.desk.replies.mass_reply import Addressed
    from carecli.desk.replies.product_cards import Cards
    from carecli.desk.replies.rows import (
        CardView,
        History,
        SnippetFinding,
        SnippetMade,
        SnippetUsage,
    )
    from carecli.desk.threads.alerts import Alert
    from carecli.domain.commands import Command
    from carecli.domain.entry import ManualEntry

LOT = 500


class StoreInboxService(Planning):
    """The desk of one moderator. See `face.Desk` for what each method does."""

    def __init__(self, database: str | Path, context: DeskContext) -> None:
        super().__init__(database, context)
        self._feeding = threading.Lock()
        self._is_listing = False
        self._opened_at = self.now()
        with self._reader.read() as db:
            self._seen = feed.last_change(db)
        self._noticed = self._commits()

    # ---- what is shown

    def ids(
        self, filter_text: str, sort: str, brand: str = "", limit: int | None = None
    ) -> ThreadIds:
        query = parse_filter(filter_text)
        order = parse_order(sort, self._context.order)
        if order is None:
            from carecli.desk.threads.views import unknown_order_hint

            raise Refusal(
                _("There is no order {sort!r}.").format(sort=sort),
                hint=unknown_order_hint(),
            )
        with self._finder.read() as db:
            self._is_listing = limit is None
            try:
                found = find(db, query, self._context.asking(brand), order, limit)
            finally:
                self._is_listing = False
        return ThreadIds(found.ids, found.is_whole)

    def give_up(self) -> None:
        if self._is_listing:
            self._finder.connection.interrupt()

    def matching(self, filter_text: str, ids: Sequence[ThreadId], brand: str = "") -> set[ThreadId]:
        query, asking = parse_filter(filter_text), self._context.asking(brand)
        found: set[ThreadId] = set()
        with self._reader.read() as db:
            for start in range(0, len(ids), LOT):
                found |= keep(db, query, asking, ids[start : start + LOT])
        return found

    def rows(self, ids: Sequence[ThreadId], filter_text: str = "") -> dict[ThreadId, ThreadRow]:
        wanted = search_phrases(parse_filter(filter_text)) if filter_text else ()
        with self._reader.read() as db:
            return row_builder.rows(db, ids, self._context, self._abilities, wanted)

    def conversation(self, thread: ThreadId) -> Conversation | None:
        from carecli.desk.conversations import conversation_builder

        with self._reader.read() as db:
            return conversation_builder.conversation(db, thread, self._context, self._abilities)

    def overview(self, brand: str = "") -> Overview:
        with self._reader.read() as db:
            must_wake = is_due(db, self.now())
        if must_wake:
            from carecli.store.policies import Policies

            with self._transaction() as db:
                wake_snoozed(db, self.now(), Policies(db))
        with self._reader.read() as db:
            return overview(db, brand, self._context, self._opened_at)

    def outbox(self, thread: ThreadId | None = None, limit: int = 200) -> Sequence[OutboxView]:
        from carecli.desk.conversations import conversation_builder

        with self._reader.read() as db:
            found = orders.pending(db, limit) if thread is None else orders.of_thread(db, thread)
            here = {*visible_threads(db, {one.thread for one in found}, self._context)}
        found = [one for one in found if one.thread in here]
        return [conversation_builder.view(one, self._context) for one in found]

    # ---- saved replies, product cards, the person on the other side

    @cached_property
    def _cards(self) -> Cards:
        from carecli.desk.replies.product_cards import Cards

        return Cards(self._context.cards)

    def snippets(self, thread: ThreadId, search: str = "") -> Sequence[SnippetView]:
        self._library.refresh()
        with self._reader.read() as db:
            return self._library.fitting(db, thread, search)

    def all_snippets(self, search: str = "") -> Sequence[SnippetView]:
        self._library.refresh()
        with self._reader.read() as db:
            return self._library.listed(db, search)

    def fill(self, snippet: str, thread: ThreadId, answers: Mapping[str, str] | None = None) -> str:
        from carecli.desk.replies.placeholders import known_here

        self._library.refresh()
        found, at = self._library.named(snippet), self._at(thread)
        with self._reader.read() as db:
            known = known_here(db, at, self._context, self.me)
        return found.filled(known, answers)

    def check_snippets(self) -> Sequence[SnippetFinding]:
        from carecli.desk.replies.snippet_check import check_all

        shelf = self._library.refresh()
        with self._reader.read() as db:
            keys = [channel.key for channel in stored_channels.channels(db)]
        return check_all(shelf, keys, self._context, self._abilities)

    def snippet_usage(self) -> Sequence[SnippetUsage]:
        self._library.refresh()
        with self._finder.read() as db:
            return self._library.usage(db)

    def make_snippet(
        self, name: str, thread: ThreadId, title: str = "", text: str = ""
    ) -> SnippetMade:
        from carecli.desk.replies.placeholders import known_here
        from carecli.desk.replies.snippet_files import make_snippet

        self._context.check_may_decide()
        at = self._at(thread)
        with self._reader.read() as db:
            said = text or snippet_uses.last_reply(db, thread, str(moderator(self.me)))
            known = known_here(db, at, self._context, self.me)
        return make_snippet(name, title, said, known, self._context, at.channel)

    def cards(self, search: str = "", thread: ThreadId | None = None) -> Sequence[CardView]:
        return self._cards.search(search, self._at(thread).brand if thread is not None else "")

    def quote(self, card: str, section: str) -> str:
        return self._cards.quote(card, section)

    def history(self, thread: ThreadId) -> History | None:
        from carecli.desk.conversations.history import history

        with self._reader.read() as db:
            return history(db, thread, self._context, self._abilities)

    def _at(self, thread: ThreadId) -> situation.Situation:
        with self._reader.read() as db:
            check_shown(db, thread, self._context)
            at = situation.situation(db, thread, self.now())
        if at is None:
            raise no_thread(thread)
        return at

    # ---- what is decided

    def submit(self, command: Command, by: Actor | None = None) -> Receipt:
        self._ready_for((command,))
        with self._command_transaction(by) as unit:
            return unit.do(command)

    def submit_all(
        self, commands: Sequence[Command], by: Actor | None = None, *, batch: int = 0
    ) -> Sequence[Receipt]:
        self._ready_for(commands)
        with self._command_transaction(by) as unit:
            return unit.do_all(commands, batch=batch)

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

        self._context.check_may_decide()
        self._library.refresh()
        with self._finder.read() as db:
            by, now = moderator(self.me), self.now()
            unit = UnitOfWork(db, self._context, self._abilities, self._library, by, now)
            return address(
                unit, threads, text, answers or {}, private=private, snippet=snippet, draft=draft
            )

    def refusals(self, commands: Sequence[Command]) -> dict[ThreadId, Refusal]:
        from carecli.desk.commands.unit_of_work import UnitOfWork

        self._context.check_may_decide()
        self._ready_for(commands)
        with self._finder.read() as db:
            by, now = moderator(self.me), self.now()
            unit = UnitOfWork(db, self._context, self._abilities, self._library, by, now)
            return unit.refusals(commands)

    def _ready_for(self, commands: Sequence[Command]) -> None:
        """Files are read before the transaction, that nobody waits for them in it."""
        from carecli.domain.commands import Reply

        if any(isinstance(one, Reply) and one.snippet for one in commands):
            self._library.refresh()

    def undo(self) -> str:
        from carecli.desk.commands import undo as undoing

        with self._command_transaction() as unit:
            return undoing.undo(unit)

    def redo(self) -> str:
        from carecli.desk.commands import undo as undoing

        with self._command_transaction() as unit:
            return undoing.redo(unit)

    def undo_decision(self, decision: int) -> str:
        from carecli.desk.commands import undo as undoing

        with self._command_transaction() as unit:
            return undoing.undo_decision(unit, decision)

    # ---- leases, drafts, the outbox, settings

    def claim(self, thread: ThreadId) -> str:
        with self._command_transaction() as unit:
            check_shown(unit.db, thread, self._context)
            before = unit.situation(thread).claimed_by
            if not claims.take(unit.db, thread, self.me, unit.now):
                raise Refusal(
                    _("{name} is writing here.").format(
                        name=one_line(self._context.name_of(before), 80)
                    ),
                    hint=_("Wait until they finish or release it."),
                )
            if before != self.me:
                feed.announce(unit.db, (thread,))
        return self.me

    def release(self, thread: ThreadId) -> None:
        with self._command_transaction() as unit:
            if claims.release(unit.db, thread, self.me):
                feed.announce(unit.db, (thread,))

    def save_draft(self, draft: Draft) -> None:
        with self._command_transaction() as unit:
            self._keep(unit, draft)

    def _keep(self, unit: UnitOfWork, draft: Draft) -> None:
        from carecli.desk.conversations.rows import TO_MANY

        if draft.thread != TO_MANY:
            check_shown(unit.db, draft.thread, self._context)
            unit.situation(draft.thread)
        text = printable(draft.text)
        kept = stored_drafts.StoredDraft(
            draft.thread,
            draft.kind,
            text,
            draft.target,
            draft.head,
            draft.snippet,
            draft.to_all,
        )
        if stored_drafts.save(unit.db, kept, self.me, unit.now):
            feed.announce(unit.db, (draft.thread,))

    def drafts(self, thread: ThreadId) -> Sequence[Draft]:
        from carecli.desk.conversations.conversation_builder import draft_view

        with self._reader.read() as db:
            if thread and not visible_threads(db, (thread,), self._context):
                return ()
            return [draft_view(one) for one in stored_drafts.all_of(db, thread, self.me)]

    def send(self, command: Command, draft: Draft) -> Receipt:
        self._ready_for((command,))
        with self._command_transaction() as unit:
            receipt = unit.do(command)
            self._keep(unit, replace(draft, text=""))
            claims.release(unit.db, draft.thread, self.me)
            return receipt

    def retry(self, outbox: int) -> None:
        from carecli.desk.commands.outbox_actions import retry

        self._move(outbox, retry)

    def cancel(self, outbox: int) -> None:
        from carecli.desk.commands.outbox_actions import drop

        self._move(outbox, drop)

    def _move(self, outbox: int, move: Callable[[UnitOfWork, orders.StoredOrder], None]) -> None:
        with self._command_transaction() as unit:
            one = orders.order(unit.db, outbox)
            if one is None or not visible_threads(unit.db, (one.thread,), self._context):
                raise Refusal(_("There is no outbox item {outbox}.").format(outbox=outbox))
            move(unit, one)
            unit.touched.add(one.thread)

    def pause(self, on: bool) -> None:
        self._context.check_may_decide()
        with self._transaction() as db:
            settings.pause(db, on=on, by=self.me, now=self.now())
            feed.announce(db, (feed.ELSEWHERE,))

    def ask_sync(self, channel: str = "") -> None:
        with self._transaction() as db:
            if channel and channel not in stored_channels.ids(db):
                raise Refusal(_("There is no channel {channel!r}.").format(channel=channel))
            settings.ask_sync(db, channel, self.now())
            feed.announce(db, (feed.ELSEWHERE,))

    def seen(self, doing: str = "") -> None:
        with self._transaction() as db:
            if presence.appear(db, self.me, one_line(doing, 80), self.now()):
                feed.announce(db, (feed.ELSEWHERE,))

    def picture(self, url: str) -> Path:
        from carecli.desk.conversations.pictures import Pictures

        return Pictures(self._context.pictures, self._context.fetch).file(url)

    def tell_first(self, alerts: Sequence[Alert]) -> Sequence[Alert]:
        from carecli.store import alert_log

        with self._transaction() as db:
            return [
                one for one in alerts if alert_log.tell(db, self.me, one.kind, one.row.id, one.wait)
            ]

    # ---- the feed

    def _commits(self) -> int:
        with self._reader.lock:
            return feed.commits_elsewhere(self._reader.connection)

    def changes(self) -> set[ThreadId] | None:
        with self._feeding:
            commits = self._commits()
            if commits == self._noticed:
                return set()
            self._noticed = commits
            with self._reader.read() as db:
                found, self._seen = feed.changed_since(db, self._seen)
        return None if found is None else {ThreadId(id_) for id_ in found}

    def add_entry(self, channel: str, written: ManualEntry) -> ThreadId:
        from carecli.desk.threads.manual_entries import take_in_entry

        with self._command_transaction() as unit:
            return take_in_entry(unit, channel, written, self._context.zone)
