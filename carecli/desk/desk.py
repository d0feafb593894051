"""The desk over one database file: quick reads, and one transaction for whatever is submitted."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from carecli.desk import listing
from carecli.desk.office import Office
from carecli.desk.overview import overview
from carecli.desk.planning import Planning
from carecli.desk.rows import Overview, ThreadIds, ThreadRow
from carecli.desk.sight import check_shown, no_thread, shown
from carecli.domain.errors import Refusal
from carecli.domain.filter import parse_filter
from carecli.domain.hits import phrases
from carecli.domain.model import Actor, ThreadId, moderator
from carecli.domain.queue import order_of
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
    from carecli.desk.addressing import Addressed
    from carecli.desk.alerts import Alert
    from carecli.desk.cards import Cards
    from carecli.desk.deeds import Desktop
    from carecli.desk.knowledge import CardView, History, SnippetFinding, SnippetMade, SnippetUsage
    from carecli.desk.opened import Conversation, Draft, OutboxView, Receipt, SnippetView
    from carecli.domain.commands import Command
    from carecli.domain.entry import ManualEntry

LOT = 500


class StoreDesk(Planning):
    """The desk of one moderator. See `face.Desk` for what each method does."""

    def __init__(self, database: str | Path, office: Office) -> None:
        super().__init__(database, office)
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
        order = order_of(sort, self._office.order)
        if order is None:
            from carecli.desk.views import unknown_order_hint

            raise Refusal(
                _("There is no order {sort!r}.").format(sort=sort),
                hint=unknown_order_hint(),
            )
        with self._finder.read() as db:
            self._is_listing = limit is None
            try:
                found = find(db, query, self._office.asking(brand), order, limit)
            finally:
                self._is_listing = False
        return ThreadIds(found.ids, found.is_whole)

    def give_up(self) -> None:
        if self._is_listing:
            self._finder.connection.interrupt()

    def matching(self, filter_text: str, ids: Sequence[ThreadId], brand: str = "") -> set[ThreadId]:
        query, asking = parse_filter(filter_text), self._office.asking(brand)
        found: set[ThreadId] = set()
        with self._reader.read() as db:
            for start in range(0, len(ids), LOT):
                found |= keep(db, query, asking, ids[start : start + LOT])
        return found

    def rows(self, ids: Sequence[ThreadId], filter_text: str = "") -> dict[ThreadId, ThreadRow]:
        wanted = phrases(parse_filter(filter_text)) if filter_text else ()
        with self._reader.read() as db:
            return listing.rows(db, ids, self._office, self._abilities, wanted)

    def conversation(self, thread: ThreadId) -> Conversation | None:
        from carecli.desk import reading

        with self._reader.read() as db:
            return reading.conversation(db, thread, self._office, self._abilities)

    def overview(self, brand: str = "") -> Overview:
        with self._reader.read() as db:
            must_wake = is_due(db, self.now())
        if must_wake:
            from carecli.store.policies import Policies

            with self._noting() as db:
                wake_snoozed(db, self.now(), Policies(db))
        with self._reader.read() as db:
            return overview(db, brand, self._office, self._opened_at)

    def outbox(self, thread: ThreadId | None = None, limit: int = 200) -> Sequence[OutboxView]:
        from carecli.desk import reading

        with self._reader.read() as db:
            found = orders.pending(db, limit) if thread is None else orders.of_thread(db, thread)
            here = {*shown(db, {one.thread for one in found}, self._office)}
        found = [one for one in found if one.thread in here]
        return [reading.view(one, self._office) for one in found]

    # ---- saved replies, product cards, the person on the other side

    @cached_property
    def _cards(self) -> Cards:
        from carecli.desk.cards import Cards

        return Cards(self._office.cards)

    def snippets(self, thread: ThreadId, search: str = "") -> Sequence[SnippetView]:
        self._library.refresh()
        with self._reader.read() as db:
            return self._library.fitting(db, thread, search)

    def all_snippets(self, search: str = "") -> Sequence[SnippetView]:
        self._library.refresh()
        with self._reader.read() as db:
            return self._library.listed(db, search)

    def fill(self, snippet: str, thread: ThreadId, answers: Mapping[str, str] | None = None) -> str:
        from carecli.desk.filling import known_here

        self._library.refresh()
        found, at = self._library.named(snippet), self._at(thread)
        with self._reader.read() as db:
            known = known_here(db, at, self._office, self.me)
        return found.filled(known, answers)

    def check_snippets(self) -> Sequence[SnippetFinding]:
        from carecli.desk.snippet_check import check_all

        shelf = self._library.refresh()
        with self._reader.read() as db:
            keys = [channel.key for channel in stored_channels.channels(db)]
        return check_all(shelf, keys, self._office, self._abilities)

    def snippet_usage(self) -> Sequence[SnippetUsage]:
        self._library.refresh()
        with self._finder.read() as db:
            return self._library.usage(db)

    def make_snippet(
        self, name: str, thread: ThreadId, title: str = "", text: str = ""
    ) -> SnippetMade:
        from carecli.desk.filling import known_here
        from carecli.desk.snippets import make_snippet

        self._office.check_may_decide()
        at = self._at(thread)
        with self._reader.read() as db:
            said = text or snippet_uses.last_reply(db, thread, str(moderator(self.me)))
            known = known_here(db, at, self._office, self.me)
        return make_snippet(name, title, said, known, self._office, at.channel)

    def cards(self, search: str = "", thread: ThreadId | None = None) -> Sequence[CardView]:
        return self._cards.search(search, self._at(thread).brand if thread is not None else "")

    def quote(self, card: str, section: str) -> str:
        return self._cards.quote(card, section)

    def history(self, thread: ThreadId) -> History | None:
        from carecli.desk.history import history

        with self._reader.read() as db:
            return history(db, thread, self._office, self._abilities)

    def _at(self, thread: ThreadId) -> situation.Situation:
        with self._reader.read() as db:
            check_shown(db, thread, self._office)
            at = situation.situation(db, thread, self.now())
        if at is None:
            raise no_thread(thread)
        return at

    # ---- what is decided

    def submit(self, command: Command, by: Actor | None = None) -> Receipt:
        self._ready_for((command,))
        with self._writing(by) as desktop:
            return desktop.do(command)

    def submit_all(
        self, commands: Sequence[Command], by: Actor | None = None, *, batch: int = 0
    ) -> Sequence[Receipt]:
        self._ready_for(commands)
        with self._writing(by) as desktop:
            return desktop.do_all(commands, batch=batch)

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
        from carecli.desk.addressing import address
        from carecli.desk.deeds import Desktop

        self._office.check_may_decide()
        self._library.refresh()
        with self._finder.read() as db:
            by, now = moderator(self.me), self.now()
            desktop = Desktop(db, self._office, self._abilities, self._library, by, now)
            return address(
                desktop, threads, text, answers or {}, private=private, snippet=snippet, draft=draft
            )

    def refusals(self, commands: Sequence[Command]) -> dict[ThreadId, Refusal]:
        from carecli.desk.deeds import Desktop

        self._office.check_may_decide()
        self._ready_for(commands)
        with self._finder.read() as db:
            by, now = moderator(self.me), self.now()
            desktop = Desktop(db, self._office, self._abilities, self._library, by, now)
            return desktop.refusals(commands)

    def _ready_for(self, commands: Sequence[Command]) -> None:
        """Files are read before the transaction, that nobody waits for them in it."""
        from carecli.domain.commands import Reply

        if any(isinstance(one, Reply) and one.snippet for one in commands):
            self._library.refresh()

    def undo(self) -> str:
        from carecli.desk import undoing

        with self._writing() as desktop:
            return undoing.undo(desktop)

    def redo(self) -> str:
        from carecli.desk import undoing

        with self._writing() as desktop:
            return undoing.redo(desktop)

    def undo_decision(self, decision: int) -> str:
        from carecli.desk import undoing

        with self._writing() as desktop:
            return undoing.undo_decision(desktop, decision)

    # ---- leases, drafts, the outbox, settings

    def claim(self, thread: ThreadId) -> str:
        with self._writing() as desktop:
            check_shown(desktop.db, thread, self._office)
            before = desktop.situation(thread).claimed_by
            if not claims.take(desktop.db, thread, self.me, desktop.now):
                raise Refusal(
                    _("{name} is writing here.").format(
                        name=one_line(self._office.name_of(before), 80)
                    ),
                    hint=_("Wait until they finish or release it."),
                )
            if before != self.me:
                feed.announce(desktop.db, (thread,))
        return self.me

    def release(self, thread: ThreadId) -> None:
        with self._writing() as desktop:
            if claims.release(desktop.db, thread, self.me):
                feed.announce(desktop.db, (thread,))

    def save_draft(self, draft: Draft) -> None:
        with self._writing() as desktop:
            self._keep(desktop, draft)

    def _keep(self, desktop: Desktop, draft: Draft) -> None:
        from carecli.desk.opened import TO_MANY

        if draft.thread != TO_MANY:
            check_shown(desktop.db, draft.thread, self._office)
            desktop.situation(draft.thread)
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
        if stored_drafts.save(desktop.db, kept, self.me, desktop.now):
            feed.announce(desktop.db, (draft.thread,))

    def drafts(self, thread: ThreadId) -> Sequence[Draft]:
        from carecli.desk.reading import draft_view

        with self._reader.read() as db:
            if thread and not shown(db, (thread,), self._office):
                return ()
            return [draft_view(one) for one in stored_drafts.all_of(db, thread, self.me)]

    def send(self, command: Command, draft: Draft) -> Receipt:
        self._ready_for((command,))
        with self._writing() as desktop:
            receipt = desktop.do(command)
            self._keep(desktop, replace(draft, text=""))
            claims.release(desktop.db, draft.thread, self.me)
            return receipt

    def retry(self, outbox: int) -> None:
        from carecli.desk.troubled import retry

        self._move(outbox, retry)

    def cancel(self, outbox: int) -> None:
        from carecli.desk.troubled import drop

        self._move(outbox, drop)

    def _move(self, outbox: int, move: Callable[[Desktop, orders.StoredOrder], None]) -> None:
        with self._writing() as desktop:
            one = orders.order(desktop.db, outbox)
            if one is None or not shown(desktop.db, (one.thread,), self._office):
                raise Refusal(_("There is no outbox item {outbox}.").format(outbox=outbox))
            move(desktop, one)
            desktop.touched.add(one.thread)

    def pause(self, on: bool) -> None:
        self._office.check_may_decide()
        with self._noting() as db:
            settings.pause(db, on=on, by=self.me, now=self.now())
            feed.announce(db, (feed.ELSEWHERE,))

    def ask_sync(self, channel: str = "") -> None:
        with self._noting() as db:
            if channel and channel not in stored_channels.ids(db):
                raise Refusal(_("There is no channel {channel!r}.").format(channel=channel))
            settings.ask_sync(db, channel, self.now())
            feed.announce(db, (feed.ELSEWHERE,))

    def seen(self, doing: str = "") -> None:
        with self._noting() as db:
            if presence.appear(db, self.me, one_line(doing, 80), self.now()):
                feed.announce(db, (feed.ELSEWHERE,))

    def picture(self, url: str) -> Path:
        from carecli.desk.pictures import Pictures

        return Pictures(self._office.pictures, self._office.fetch).file(url)

    def tell_first(self, alerts: Sequence[Alert]) -> Sequence[Alert]:
        from carecli.store import told

        with self._noting() as db:
            return [one for one in alerts if told.tell(db, self.me, one.kind, one.row.id, one.wait)]

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
        from carecli.desk.entries import take_in_entry

        with self._writing() as desktop:
            return take_in_entry(desktop, channel, written, self._office.zone)
