"""The desk over one database file: quick reads, and one transaction for whatever is submitted."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from carecli.desk import reading
from carecli.desk import snippets as saved
from carecli.desk.deeds import Desktop
from carecli.desk.office import Abilities, Office
from carecli.desk.overview import overview
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
from carecli.desk.undoing import put_back, take_back
from carecli.domain.commands import Command
from carecli.domain.errors import Refusal
from carecli.domain.filter import parse_filter
from carecli.domain.model import Actor, Millis, ThreadId, moderator
from carecli.domain.queue import SORTS
from carecli.domain.text import one_line, printable
from carecli.store import channels as stored_channels
from carecli.store import claims, drafts, feed, journal, orders, presence, settings, situation
from carecli.store import conversation as stored
from carecli.store.db import Database
from carecli.store.derive import refresh
from carecli.store.filtering import Asking
from carecli.store.policies import Policies
from carecli.store.snooze import is_due, wake_snoozed
from carecli.store.threads import find, keep

PRUNE_EVERY = 200
"""Writes after which old changes are forgotten."""

LOT = 500


class StoreDesk:
    """The desk of one moderator. See `face.Desk` for what each method does.

    Three connections, so that none waits for another: lists that may take long, quick reads,
    and writes, each of which is on the disk when its method returns.
    """

    def __init__(self, database: str | Path, office: Office) -> None:
        self._office = office
        self._abilities = Abilities(office)
        self._writer = Database(database, durable=True)
        self._reader = Database(database)
        self._finder = Database(database)
        self._writes = 0
        self._snippets: tuple[object, list[saved.Snippet]] = ((), [])
        self._feeding = threading.Lock()
        with self._reader.read() as db:
            self._seen = feed.last_change(db)
        self._noticed = self._commits()

    @property
    def me(self) -> str:
        return self._office.me

    def now(self) -> Millis:
        return self._office.clock()

    # ---- what is shown

    def ids(
        self, filter_text: str, sort: str, brand: str = "", limit: int | None = None
    ) -> ThreadIds:
        query = parse_filter(filter_text)
        order = self._office.order if sort == "queue" else SORTS.get(sort)
        if order is None:
            raise Refusal(f"There is no order {sort!r}.", hint=f"Known: {', '.join(SORTS)}.")
        with self._finder.read() as db:
            found = find(db, query, self._asking(brand), order, limit)
        return ThreadIds(found.ids, found.is_whole)

    def matching(self, filter_text: str, ids: Sequence[ThreadId], brand: str = "") -> set[ThreadId]:
        query, asking = parse_filter(filter_text), self._asking(brand)
        found: set[ThreadId] = set()
        with self._reader.read() as db:
            for start in range(0, len(ids), LOT):
                found |= keep(db, query, asking, ids[start : start + LOT])
        return found

    def _asking(self, brand: str) -> Asking:
        return Asking(self.me, self.now(), self._office.zone, brand)

    def rows(self, ids: Sequence[ThreadId]) -> dict[ThreadId, ThreadRow]:
        with self._reader.read() as db:
            return reading.rows(db, ids, self._office, self._abilities)

    def conversation(self, thread: ThreadId) -> Conversation | None:
        with self._reader.read() as db:
            return reading.conversation(db, thread, self._office, self._abilities)

    def overview(self, brand: str = "") -> Overview:
        with self._reader.read() as db:
            must_wake = is_due(db, self.now())
        if must_wake:
            with self._writing() as desktop:
                wake_snoozed(desktop.db, desktop.now, Policies(desktop.db))
        with self._reader.read() as db:
            return overview(db, brand, self._office)

    def outbox(self, thread: ThreadId | None = None, limit: int = 200) -> Sequence[OutboxView]:
        with self._reader.read() as db:
            found = orders.pending(db, limit) if thread is None else orders.of_thread(db, thread)
        return [reading.view(one, self._office) for one in found]

    # ---- snippets

    def snippets(self, thread: ThreadId, search: str = "") -> Sequence[SnippetView]:
        channel = self._at(thread).channel
        language = self._office.languages.get(channel, "")
        return saved.fitting(self._saved(), channel, language, search)

    def fill(self, snippet: str, thread: ThreadId) -> str:
        found = next((one for one in self._saved() if one.name == snippet), None)
        if found is None:
            raise Refusal(f"There is no snippet {snippet!r}.")
        at = self._at(thread)
        with self._reader.read() as db:
            contact, post = stored.contact_of(db, thread), stored.post_of(db, thread)
        name = one_line(contact.name, 120) if contact is not None else ""
        known = {
            "contact.name": name,
            "contact.first_name": name.split(" ")[0],
            "moderator": one_line(self._office.name_of(self.me), 80),
            "brand": one_line(self._office.brands.get(at.brand) or at.brand, 80),
            "channel": one_line(at.title, 80),
            "post": one_line(post.text, 80) if post is not None else "",
        }
        return saved.fill(found.text, known)

    def _at(self, thread: ThreadId) -> situation.Situation:
        with self._reader.read() as db:
            at = situation.situation(db, thread, self.now())
        if at is None:
            raise Refusal(f"There is no thread {thread}.")
        return at

    def _saved(self) -> list[saved.Snippet]:
        """The snippets, read again when a file changed."""
        stamp = saved.stamp(self._office.snippets)
        if self._snippets[0] != stamp:
            self._snippets = (stamp, saved.read_snippets(self._office.snippets))
        return self._snippets[1]

    # ---- what is decided

    @contextmanager
    def _writing(self, by: Actor | None = None) -> Iterator[Desktop]:
        """One transaction; threads it touched are derived again and announced at its end."""
        with self._writer.write() as db:
            actor = by or moderator(self.me)
            desktop = Desktop(db, self._office, self._abilities, actor, self.now())
            yield desktop
            if desktop.touched:
                refresh(db, desktop.touched, desktop.now, Policies(db))
                feed.announce(db, desktop.touched)
            self._writes += 1
            if self._writes % PRUNE_EVERY == 0:
                feed.prune(db)

    def submit(self, command: Command, by: Actor | None = None) -> Receipt:
        with self._writing(by) as desktop:
            return desktop.do(command)

    def submit_all(self, commands: Sequence[Command], by: Actor | None = None) -> Sequence[Receipt]:
        with self._writing(by) as desktop:
            receipts = [desktop.do(command) for command in commands]
            journal.bind(desktop.db, [receipt.decision for receipt in receipts])
        return receipts

    def undo(self) -> str:
        with self._writing() as desktop:
            last = journal.last_in_force(desktop.db, desktop.by)
            if last is None:
                raise Refusal("There is nothing to take back.")
            return take_back(desktop, journal.together(desktop.db, last))

    def redo(self) -> str:
        with self._writing() as desktop:
            last = journal.last_undo(desktop.db, desktop.by)
            if last is None:
                raise Refusal("There is nothing to do again.")
            return put_back(desktop, journal.together(desktop.db, last))

    def undo_decision(self, decision: int) -> str:
        with self._writing() as desktop:
            one = journal.entry(desktop.db, decision)
            if one is None or one.verb in journal.TURNING:
                raise Refusal(f"There is no decision {decision}.")
            return take_back(desktop, [one])

    # ---- leases, drafts, the outbox, settings

    def claim(self, thread: ThreadId) -> str:
        with self._writing() as desktop:
            before = desktop.situation(thread).claimed_by
            if not claims.take(desktop.db, thread, self.me, desktop.now):
                raise Refusal(
                    f"{one_line(self._office.name_of(before), 80)} is writing here.",
                    hint="Wait until they are done or gave it up.",
                )
            if before != self.me:
                feed.announce(desktop.db, (thread,))
        return self.me

    def release(self, thread: ThreadId) -> None:
        with self._writing() as desktop:
            if claims.release(desktop.db, thread, self.me):
                feed.announce(desktop.db, (thread,))

    def save_draft(self, draft: Draft) -> None:
        kept = drafts.StoredDraft(
            draft.thread,
            printable(draft.text),
            draft.is_private,
            draft.is_note,
            draft.target,
            draft.head,
            draft.snippet,
        )
        with self._writing() as desktop:
            desktop.situation(draft.thread)
            if drafts.save(desktop.db, kept, self.me, desktop.now):
                feed.announce(desktop.db, (draft.thread,))

    def retry(self, outbox: int) -> None:
        self._move(outbox, lambda desktop, one: desktop.retry(one))

    def cancel(self, outbox: int) -> None:
        self._move(outbox, lambda desktop, one: desktop.cancel(one))

    def _move(self, outbox: int, move: Callable[[Desktop, orders.StoredOrder], None]) -> None:
        with self._writing() as desktop:
            one = orders.order(desktop.db, outbox)
            if one is None:
                raise Refusal(f"There is no outbox item {outbox}.")
            move(desktop, one)
            desktop.touched.add(one.thread)

    def pause(self, on: bool) -> None:
        with self._writing() as desktop:
            settings.pause(desktop.db, on=on, by=self.me, now=desktop.now)
            feed.announce(desktop.db, (feed.ELSEWHERE,))

    def ask_sync(self, channel: str = "") -> None:
        with self._writing() as desktop:
            if channel and channel not in stored_channels.ids(desktop.db):
                raise Refusal(f"There is no channel {channel!r}.")
            settings.ask_sync(desktop.db, channel, desktop.now)
            feed.announce(desktop.db, (feed.ELSEWHERE,))

    def seen(self, doing: str = "") -> None:
        with self._writing() as desktop:
            if presence.appear(desktop.db, self.me, one_line(doing, 80), desktop.now):
                feed.announce(desktop.db, (feed.ELSEWHERE,))

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

    def add_entry(self, channel: str, link: str, author: str, text: str) -> ThreadId:
        from carecli.desk.entries import take_in_entry

        with self._writing() as desktop:
            return take_in_entry(desktop, channel, link, author, text)

    def close(self) -> None:
        for database in (self._finder, self._reader, self._writer):
            database.close()
