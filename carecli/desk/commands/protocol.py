"""Decisions, as the screen and the command line make them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from carecli.desk.conversations.rows import Draft, OutboxView, Receipt
    from carecli.desk.planning.rows import MacroRow
    from carecli.domain.commands import Command
    from carecli.domain.entry import ManualEntry
    from carecli.domain.errors import Refusal
    from carecli.domain.model import Actor, ThreadId


class CommandService(Protocol):
    """What is decided, taken back, on its way out, and recorded to be done again."""

    def submit(self, command: Command, by: Actor | None = None) -> Receipt:
        """Do it, or raise Refusal with nothing changed. `by` None: me."""
        ...

    def submit_all(
        self, commands: Sequence[Command], by: Actor | None = None, *, batch: int = 0
    ) -> Sequence[Receipt]:
        """All in one transaction and one undo, or Refusal with nothing changed.

        10,000 plain decisions take less than a second. To show how far it is, and to be able to
        stop, submit lot by lot: `batch`, the first decision of the first lot, makes further lots
        part of the same undo.
        """
        ...

    def send(self, command: Command, draft: Draft) -> Receipt:
        """Submit what was written in a thread, forget its draft and give up my lease.

        All of it happens, or nothing. Raises what `submit` raises.
        """
        ...

    def refusals(self, commands: Sequence[Command]) -> Mapping[ThreadId, Refusal]:
        """What would be refused now, and why, each command taken alone; nothing is changed."""
        ...

    def undo(self) -> str:
        """Take back my last decision (or batch); what was undone, in words. Refusal if none."""
        ...

    def redo(self) -> str:
        """Do again what I undid last."""
        ...

    def undo_decision(self, decision: int) -> str:
        """Take back one decision of the journal; of a split, all of it."""
        ...

    def outbox(self, thread: ThreadId | None = None, limit: int = 200) -> Sequence[OutboxView]:
        """What is queued, under way, failed or unknown, newest first; with a thread, all of it."""
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

    def add_entry(self, channel: str, written: ManualEntry) -> ThreadId:
        """A manual entry: something that waits where no API reaches."""
        ...

    def macros(self) -> Sequence[MacroRow]:
        """The macros I recorded; those of the configuration are not among them."""
        ...

    def save_macro(self, name: str, steps: Sequence[str], key: str = "") -> None:
        """Keep a macro of mine, or replace it; Refusal for a name or a step that cannot be."""
        ...

    def forget_macro(self, name: str) -> None:
        """Drop a macro of mine; Refusal when there is none."""
        ...
