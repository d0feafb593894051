"""Decisions on the database: each is one transaction."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from carecli.desk.threads.visibility import visible_threads
from carecli.domain.errors import Refusal
from carecli.domain.model import moderator
from carecli.i18n import _
from carecli.store import channels as stored_channels
from carecli.store import claims, feed, orders, settings

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from carecli.desk.commands.unit_of_work import UnitOfWork
    from carecli.desk.conversations.rows import Draft, OutboxView, Receipt
    from carecli.desk.planning.rows import MacroRow
    from carecli.desk.session import DeskSession
    from carecli.domain.commands import Command
    from carecli.domain.entry import ManualEntry
    from carecli.domain.model import Actor, ThreadId


class StoreCommandService:
    """Implements `CommandService` over one database."""

    def __init__(self, session: DeskSession) -> None:
        self._session = session

    def submit(self, command: Command, by: Actor | None = None) -> Receipt:
        self._ready_for((command,))
        with self._session.command_transaction(by) as unit:
            return unit.do(command)

    def submit_all(
        self, commands: Sequence[Command], by: Actor | None = None, *, batch: int = 0
    ) -> Sequence[Receipt]:
        self._ready_for(commands)
        with self._session.command_transaction(by) as unit:
            return unit.do_all(commands, batch=batch)

    def send(self, command: Command, draft: Draft) -> Receipt:
        from carecli.desk.conversations.drafts import keep_draft

        self._ready_for((command,))
        with self._session.command_transaction() as unit:
            receipt = unit.do(command)
            keep_draft(unit, replace(draft, text=""))
            claims.release(unit.db, draft.thread, self._session.me)
            return receipt

    def refusals(self, commands: Sequence[Command]) -> dict[ThreadId, Refusal]:
        from carecli.desk.commands.unit_of_work import UnitOfWork

        self._session.context.check_may_decide()
        self._ready_for(commands)
        with self._session.finder.read() as db:
            by, now = moderator(self._session.me), self._session.now()
            unit = UnitOfWork(
                db, self._session.context, self._session.abilities, self._session.library, by, now
            )
            return unit.refusals(commands)

    def undo(self) -> str:
        from carecli.desk.commands import undo as undoing

        with self._session.command_transaction() as unit:
            return undoing.undo(unit)

    def redo(self) -> str:
        from carecli.desk.commands import undo as undoing

        with self._session.command_transaction() as unit:
            return undoing.redo(unit)

    def undo_decision(self, decision: int) -> str:
        from carecli.desk.commands import undo as undoing

        with self._session.command_transaction() as unit:
            return undoing.undo_decision(unit, decision)

    def outbox(self, thread: ThreadId | None = None, limit: int = 200) -> Sequence[OutboxView]:
        from carecli.desk.conversations import conversation_builder

        with self._session.reader.read() as db:
            found = orders.pending(db, limit) if thread is None else orders.of_thread(db, thread)
            here = {*visible_threads(db, {one.thread for one in found}, self._session.context)}
        found = [one for one in found if one.thread in here]
        return [conversation_builder.view(one, self._session.context) for one in found]

    def retry(self, outbox: int) -> None:
        from carecli.desk.commands.outbox_actions import retry

        self._move(outbox, retry)

    def cancel(self, outbox: int) -> None:
        from carecli.desk.commands.outbox_actions import drop

        self._move(outbox, drop)

    def pause(self, on: bool) -> None:
        self._session.context.check_may_decide()
        with self._session.transaction() as db:
            settings.pause(db, on=on, by=self._session.me, now=self._session.now())
            feed.announce(db, (feed.ELSEWHERE,))

    def ask_sync(self, channel: str = "") -> None:
        with self._session.transaction() as db:
            if channel and channel not in stored_channels.ids(db):
                raise Refusal(_("There is no channel {channel!r}.").format(channel=channel))
            settings.ask_sync(db, channel, self._session.now())
            feed.announce(db, (feed.ELSEWHERE,))

    def add_entry(self, channel: str, written: ManualEntry) -> ThreadId:
        from carecli.desk.threads.manual_entries import take_in_entry

        with self._session.command_transaction() as unit:
            return take_in_entry(unit, channel, written, self._session.context.zone)

    def macros(self) -> Sequence[MacroRow]:
        from carecli.desk.planning.rows import MacroRow
        from carecli.store import macros

        with self._session.reader.read() as db:
            return [MacroRow(*one) for one in macros.saved(db, self._session.me)]

    def save_macro(self, name: str, steps: Sequence[str], key: str = "") -> None:
        from carecli.desk.commands.macros import save

        with self._session.command_transaction() as unit:
            save(unit, name, steps, key)

    def forget_macro(self, name: str) -> None:
        from carecli.desk.commands.macros import forget

        with self._session.command_transaction() as unit:
            forget(unit, name)

    def _ready_for(self, commands: Sequence[Command]) -> None:
        """Files are read before the transaction, that nobody waits for them in it."""
        from carecli.domain.commands import Reply

        if any(isinstance(one, Reply) and one.snippet for one in commands):
            self._session.library.refresh()

    def _move(self, outbox: int, move: Callable[[UnitOfWork, orders.StoredOrder], None]) -> None:
        with self._session.command_transaction() as unit:
            one = orders.order(unit.db, outbox)
            if one is None or not visible_threads(unit.db, (one.thread,), self._session.context):
                raise Refusal(_("There is no outbox item {outbox}.").format(outbox=outbox))
            move(unit, one)
            unit.touched.add(one.thread)
