"""A desk in memory: enough behaviour to drive the screen, and a record of what was asked of it."""

# ruff: noqa: E501  the rows below read best one a line

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import cycle
from pathlib import Path

from carecli.desk.conversations.rows import (
    ContactNoteView,
    ContactView,
    Conversation,
    DecisionView,
    Draft,
    MessageView,
    OutboxView,
    PostView,
    Receipt,
)
from carecli.desk.records.forget import Forgotten
from carecli.desk.records.protocol import OutsiderService, RecordService
from carecli.desk.replies.rows import History, Identity
from carecli.desk.services import InboxServices
from carecli.desk.threads.rows import (
    Alert,
    ChannelStatus,
    Colleague,
    Overview,
    Tally,
    ThreadIds,
    ThreadRow,
)
from carecli.domain.backlog import Handling, Row, build_backlog
from carecli.domain.commands import (
    Assign,
    Command,
    Done,
    Flag,
    Label,
    Note,
    Recolour,
    Reopen,
    Reply,
    Snooze,
)
from carecli.domain.entry import ManualEntry
from carecli.domain.errors import FilterError, Refusal
from carecli.domain.model import (
    HOUR,
    MINUTE,
    SECOND,
    Actor,
    Colour,
    Direction,
    DraftKind,
    Millis,
    OutboxId,
    OutboxState,
    OutboxVerb,
    Outcome,
    PostKind,
    ThreadId,
)
from carecli.domain.protocol import midnight
from carecli.domain.split import Method, Plan, ShiftPerson, SplitResult, days_between, make_plan
from tests.tui.memory_competitors import MemoryCompetitors
from tests.tui.memory_plans import MemoryPlans
from tests.tui.memory_research import STAY, MemoryResearch
from tests.tui.memory_rows import CHANNELS, NOW, message, row, sample
from tests.tui.memory_rules import MemoryRuling
from tests.tui.memory_shelf import MemoryShelf
from tests.tui.memory_writing import MemoryWriting

__all__ = ["NOW", "MemoryDesk", "busy_desk", "message", "outbox", "row"]


class MemoryRecords:
    """Nothing is kept of the past."""

    @property
    def outsiders(self) -> OutsiderService:
        raise Refusal("Nothing is kept of the past here.")

    def forget(self, threads: Sequence[ThreadId], *, dry_run: bool = False) -> Forgotten:
        raise Refusal("Nothing is kept of the past here.")

    def forget_silent(self, since: str, *, dry_run: bool = False) -> Forgotten:
        raise Refusal("Nothing is kept of the past here.")


@dataclass
class MemoryDesk(MemoryPlans, MemoryResearch, MemoryShelf, MemoryWriting, MemoryCompetitors):
    """The services of the desk over dictionaries: `services` is what the screen is given."""

    me: str = "Ana"
    table: dict[ThreadId, ThreadRow] = field(default_factory=lambda: {r.id: r for r in sample()})
    clock: Millis = NOW
    submitted: list[Command] = field(default_factory=list)
    texts: dict[tuple[ThreadId, DraftKind], Draft] = field(default_factory=dict)
    talks: dict[ThreadId, tuple[MessageView, ...]] = field(default_factory=dict)
    stuck: list[OutboxView] = field(default_factory=list)
    decisions: list[DecisionView] = field(default_factory=list)
    kept: list[str] = field(default_factory=list)
    changed: set[ThreadId] | None = field(default_factory=set)
    asked: list[str] = field(default_factory=list)
    refuse: str = ""
    refused: dict[ThreadId, str] = field(default_factory=dict)
    batches: list[int] = field(default_factory=list)
    divided: list[Plan] = field(default_factory=list)
    zone: str = "UTC"
    undone: list[str] = field(default_factory=list)
    paused: bool = False
    channels: tuple[ChannelStatus, ...] = CHANNELS
    can_reply: bool = True
    why_not: dict[str, str] = field(
        default_factory=lambda: {"answered_by_hand": "carecli can write here itself."}
    )
    doing: str = ""
    pictures: dict[str, Path] = field(default_factory=dict)
    ruling: MemoryRuling = field(default_factory=MemoryRuling)
    records: RecordService = field(default_factory=MemoryRecords)

    @property
    def services(self) -> InboxServices:
        return InboxServices(
            self.me, self.now, self.close, self, self, self, self, self, self, self, self,
            self.records, lambda: self.ruling,
        )  # fmt: skip

    def now(self) -> Millis:
        return self.clock

    def give_up(self) -> None:
        """Nothing here takes long."""

    def ids(
        self, filter_text: str, sort: str, brand: str = "", limit: int | None = None
    ) -> ThreadIds:
        self.asked.append(f"ids {filter_text} {sort}")
        if "bad" in filter_text:
            raise FilterError(
                "no such word", column=filter_text.index("bad"), hint="try is:waiting"
            )
        far = NOW * 2
        keys = {
            "queue": lambda r: (r.deadline is None or r.deadline > self.clock, r.deadline or far),
            "deadline": lambda r: r.deadline or far,
            "newest": lambda r: -r.id,
        }
        kept = [r for r in self.table.values() if self._matches(r, filter_text, brand)]
        found = [r.id for r in sorted(kept, key=keys.get(sort, lambda r: r.id))]
        whole = limit is None or len(found) <= limit
        return ThreadIds(found[:limit], whole)

    def _matches(self, row: ThreadRow, filter_text: str, brand: str) -> bool:
        if brand and row.brand != brand:
            return False
        for word in filter_text.split():
            match word:
                case "is:waiting":
                    kept = row.is_waiting
                case "assignee:me":
                    kept = row.assignee == self.me
                case "assignee:none":
                    kept = not row.assignee
                case _ if word.startswith("at:"):
                    kept = row.point == word[3:]
                case _ if word.startswith('from:"'):
                    kept = row.author.startswith(word[6:].strip('"'))
                case _ if word.startswith('"'):
                    kept = word.strip('"').lower() in row.excerpt.lower()
                case _:
                    kept = True
            if not kept:
                return False
        return True

    def matching(self, filter_text: str, ids: Sequence[ThreadId], brand: str = "") -> set[ThreadId]:
        return {one for one in ids if self._matches(self.table[one], filter_text, brand)}

    def rows(self, ids: Sequence[ThreadId], filter_text: str = "") -> dict[ThreadId, ThreadRow]:
        self.asked.append(f"rows {len(ids)}")
        return {one: self.table[one] for one in ids if one in self.table}

    def conversation(self, thread: ThreadId) -> Conversation | None:
        row = self.table.get(thread)
        if row is None:
            return None
        messages = self.talks.get(thread) or (
            message(thread * 100, row.excerpt, NOW - HOUR, author=row.author),
        )
        post = PostView(PostKind.POST, "Conoce la nueva rutina", "https://example.org/p", NOW)
        return Conversation(
            row, ContactView(row.author, NOW - 500 * 24 * HOUR, 3, 1),
            post if not row.point.is_private else None, messages, 0,
            tuple(self.decisions),
            tuple(item for item in self.stuck if item.thread == thread),
            messages[-1].id, "La Roche-Posay México", 500, 1000, False, self.can_reply,
            self.can_reply and not row.point.is_private, dict(self.why_not),
            tuple(self.drafts(thread)),
            coloured_by=row.colour_by, language="es",
            ties=self.ties.get(thread, ()), contact_notes=self.noted, guidance=self.guidance,
        )  # fmt: skip

    def overview(self, brand: str = "") -> Overview:
        waiting = [r for r in self.table.values() if r.is_waiting and brand in ("", r.brand)]
        queues = (
            Tally("is:waiting -is:snoozed", "Waiting", len(waiting)),
            Tally("is:waiting assignee:me", "Mine", sum(r.assignee == self.me for r in waiting)),
            Tally("is:waiting assignee:none", "Unassigned", sum(not r.assignee for r in waiting)),
            Tally("is:flagged", "Flagged", sum(r.is_flagged for r in waiting)),
            Tally("is:snoozed", "Snoozed", 2),
            Tally("is:sending", "Sending", 1),
            Tally("done:today", "Done today", 38),
        )
        titles = {"dm": "Private messages", "comment": "Comments", "ad": "Ad comments",
                  "group": "Groups", "mention": "Mentions"}  # fmt: skip
        ahead = [r.deadline for r in waiting if r.deadline and r.deadline > self.clock]
        return Overview(
            {colour: sum(r.colour is colour for r in waiting) for colour in Colour},
            sum(bool(r.deadline and r.deadline < self.clock) for r in waiting),
            min(ahead, default=None), 38, 36, queues,
            tuple(Tally(f"at:{key}", title, sum(r.point == key for r in waiting))
                  for key, title in titles.items()),
            (Tally("team:care", "Care", 39), Tally("team:specialists", "Specialists", 9),
             Tally("team:communication", "Communication", 5),
             Tally("team:contact_centre", "Contact centre", 3)),
            (Tally("lrp", "La Roche-Posay", 20), Tally("vichy", "Vichy", 31)),
            (Colleague("Piotr", self.clock, "replying"),
             Colleague("Marta", self.clock - 4 * MINUTE, "")),
            self.channels, self.clock, self.paused,
            next_thread=next((r.id for r in waiting if ahead and r.deadline == min(ahead)), None),
        )  # fmt: skip

    def wake_snoozed(self) -> int:
        return 0

    def outbox(self, thread: ThreadId | None = None, limit: int = 200) -> Sequence[OutboxView]:
        return [item for item in self.stuck if thread in (None, item.thread)][:limit]

    def history(self, thread: ThreadId) -> History | None:
        row = self.table[thread]
        person = Identity("La Roche-Posay MX", row.author, NOW - 500 * 24 * HOUR)
        notes = self.noted or (ContactNoteView(7, NOW - 2 * HOUR, self.me, "prefers a call"),)
        return History((person,), (row,), 0, {Outcome.REPLIED: 2}, notes)

    def submit(self, command: Command, by: Actor | None = None) -> Receipt:
        if self.refuse:
            raise Refusal(self.refuse, hint="Try something else.")
        self.submitted.append(command)
        old = self.table[command.thread]
        match command:
            case Recolour(colour=colour):
                new = replace(
                    old, colour=colour or Colour.GREEN, colour_by=self.me if colour else ""
                )
            case Assign(assignee=name, team=team):
                new = replace(old, assignee=name, team=team)
            case Flag(on=on):
                new = replace(old, is_flagged=on)
            case Done():
                new = replace(old, is_waiting=False, deadline=None, outcome=Outcome.NO_REPLY_NEEDED)
            case Reopen():
                new = replace(old, is_waiting=True, deadline=NOW + HOUR, outcome=None)
            case Snooze(until=until):
                new = replace(old, snoozed_until=until)
            case Label(add=add, remove=remove):
                new = replace(old, labels=tuple({*old.labels, *add} - {*remove}))
            case Reply(thread=thread, text=text):
                new = replace(old, sending=OutboxState.QUEUED)
                self.stuck.append(
                    outbox(thread, text=text, not_before=self.clock + 5 * SECOND, by=self.me)
                )
            case _ if isinstance(command, STAY):
                new = old
            case Note(text=text):
                new = old
                self.decisions.append(DecisionView(1, self.clock, self.me, text, False, True))
            case _:
                new = replace(old, is_waiting=False)
        self.table[command.thread] = new
        self.touch(command.thread)
        return Receipt(len(self.submitted))

    def submit_all(
        self, commands: Sequence[Command], by: Actor | None = None, *, batch: int = 0
    ) -> Sequence[Receipt]:
        self.batches.append(len(commands))
        return [self.submit(command, by) for command in commands]

    def refusals(self, commands: Sequence[Command]) -> Mapping[ThreadId, Refusal]:
        return {
            one.thread: Refusal(self.refused[one.thread])
            for one in commands
            if one.thread in self.refused
        }

    def undo(self) -> str:
        self.undone.append("undo")
        return "flag"

    def redo(self) -> str:
        self.undone.append("redo")
        return "flag"

    def undo_decision(self, decision: int) -> str:
        return f"{decision}"

    def people(self) -> Mapping[str, str]:
        return {name: name for name in ("Ana", "Kasia", "Piotr", "Marta", "Ola")}

    def teams(self) -> Mapping[str, str]:
        return {
            "care": "Care",
            "specialists": "Specialists",
            "communication": "Communication",
            "contact_centre": "Contact centre",
        }

    def split_preview(
        self,
        filter_text: str,
        people: Sequence[ShiftPerson],
        method: Method,
        since: str = "",
        until: str = "",
        brand: str = "",
    ) -> Plan:
        if since == "soon":
            raise FilterError("'soon' is not a date", column=0, hint="try 2026-01-01")
        today = midnight(NOW, self.zone)
        start, end = today - 4 * 24 * HOUR, today + 24 * HOUR
        waits = [
            Row(start + day * 24 * HOUR + n * MINUTE, NOW + (n % 30 - 2) * HOUR, f"{colour} dm")
            for day, count in enumerate((214, 198, 371, 244, 187))
            for n, colour in zip(range(count), cycle(("green", "green", "yellow", "green", "red")))
        ]
        found = build_backlog(
            waits, start, end, days_between(start, end, self.zone), NOW, Handling()
        )
        return make_plan(found, people, method, filter_text=filter_text, brand=brand)

    def split(self, plan: Plan) -> SplitResult:
        self.divided.append(plan)
        return SplitResult(1, {}, "split the backlog")

    def claim(self, thread: ThreadId) -> str:
        if self.table[thread].claimed_by not in ("", self.me):
            raise Refusal(f"{self.table[thread].claimed_by} is answering.")
        self.table[thread] = replace(self.table[thread], claimed_by=self.me)
        self.touch(thread)
        return self.me

    def release(self, thread: ThreadId) -> None:
        self.table[thread] = replace(self.table[thread], claimed_by="")
        self.touch(thread)

    def save_draft(self, draft: Draft) -> None:
        self.texts.pop((draft.thread, draft.kind), None)
        if draft.text.strip():
            self.texts[draft.thread, draft.kind] = draft
        self.touch(draft.thread)

    def send(self, command: Command, draft: Draft) -> Receipt:
        receipt = self.submit(command)
        self.save_draft(replace(draft, text=""))
        if draft.thread in self.table:
            self.release(draft.thread)
        return receipt

    def retry(self, outbox: int) -> None:
        self.asked.append(f"retry {outbox}")

    def cancel(self, outbox: int) -> None:
        self.stuck = [item for item in self.stuck if item.id != outbox]

    def pause(self, on: bool) -> None:
        self.paused = on

    def ask_sync(self, channel: str = "") -> None:
        self.asked.append("sync")

    def seen(self, doing: str = "") -> None:
        self.doing = doing

    def picture(self, url: str) -> Path:
        return self.pictures[url]

    def tell_first(self, alerts: Sequence[Alert]) -> Sequence[Alert]:
        return alerts

    def changes(self) -> set[ThreadId] | None:
        found, self.changed = self.changed, set()
        return found

    def touch(self, thread: ThreadId) -> None:
        if self.changed is not None:
            self.changed.add(thread)

    def add_entry(self, channel: str, written: ManualEntry) -> ThreadId:
        thread = ThreadId(max(self.table) + 1)
        self.table[thread] = row(thread, author=written.author, excerpt=written.text)
        self.touch(thread)
        return thread

    def close(self) -> None:
        self.asked.append("close")


def outbox(thread: int, **fields: object) -> OutboxView:
    """Something still to be sent."""
    whole = OutboxView(
        OutboxId(thread), ThreadId(thread), None, OutboxVerb.REPLY, OutboxState.QUEUED, "Hola",
        "Ana", NOW, 0, "", "", NOW, "María", "lrp-fb",
    )  # fmt: skip
    return replace(whole, **fields)  # type: ignore[arg-type]  # the caller names fields of it


def busy_desk() -> MemoryDesk:
    """The sample with one long conversation."""
    desk = MemoryDesk()
    ours: dict[str, object] = {
        "direction": Direction.OUTBOUND, "author": "Ana", "is_unanswered": False,
    }  # fmt: skip
    desk.talks[ThreadId(1)] = (
        message(101, "Hola, ayer usé el Anthelios 50+", NOW - 49 * MINUTE, is_unanswered=False),
        message(102, "Me salió una alergia horrible, tengo la cara hinchada 😢", NOW - 48 * MINUTE,
                is_unanswered=False),
        message(103, "Hola María, lamentamos mucho lo que nos cuentas. ¿Nos compartes un teléfono "
                "para que te llame una dermoasesora ahora mismo?", NOW - 45 * MINUTE, **ours),
        message(104, "55 1234 5678, por favor rápido", NOW - 20 * MINUTE),
    )  # fmt: skip
    desk.decisions = [
        DecisionView(1, NOW - 47 * MINUTE, "rule allergy", "set red, team Contact centre", False, False),
        DecisionView(2, NOW - 46 * MINUTE, "Ana", "took the thread", False, False),
        DecisionView(3, NOW - 44 * MINUTE, "Ana", "called the contact centre: case 4711", False, True),
    ]  # fmt: skip
    return desk
