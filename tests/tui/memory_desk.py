"""A desk in memory: enough behaviour to drive the screen, and a record of what was asked of it."""

# ruff: noqa: E501  the rows below read best one a line

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from carecli.desk.knowledge import (
    CardSection,
    CardView,
    History,
    Identity,
    SnippetFinding,
    SnippetMade,
    SnippetUsage,
)
from carecli.desk.rows import (
    ChannelStatus,
    Colleague,
    ContactNoteView,
    ContactView,
    Conversation,
    DecisionView,
    Draft,
    MessageView,
    OutboxView,
    Overview,
    PostView,
    Receipt,
    SnippetView,
    Tally,
    ThreadIds,
    ThreadRow,
)
from carecli.domain.commands import (
    Assign,
    Command,
    Done,
    Flag,
    Label,
    Moderate,
    Note,
    Recolour,
    Reopen,
    Reply,
    Snooze,
)
from carecli.domain.errors import FilterError, Refusal
from carecli.domain.model import (
    HOUR,
    MINUTE,
    SECOND,
    Actor,
    Colour,
    ContactPoint,
    Direction,
    MessageId,
    Millis,
    OutboxId,
    OutboxState,
    OutboxVerb,
    Outcome,
    PostKind,
    ThreadId,
    Visibility,
)
from carecli.domain.snippet import Snippet
from carecli.domain.split import Divided, Plan
from tests.tui.memory_plans import MemoryPlans

NOW: Millis = 1_767_275_460_000  # Thu 1 Jan 2026 13:51 UTC


def message(number: int, text: str, at: Millis, **fields: object) -> MessageView:
    """A message with everything else as usual."""
    whole = MessageView(
        MessageId(number), Direction.INBOUND, "María González", text, at, at, Visibility.VISIBLE,
        False, False, False, False, 0, f"https://example.org/m/{number}", (), None, True,
    )  # fmt: skip
    return replace(whole, **fields)  # type: ignore[arg-type]  # the caller names fields of it


def row(number: int, **fields: object) -> ThreadRow:
    """A waiting thread with everything else as usual."""
    whole = ThreadRow(
        ThreadId(number), Colour.GREEN, "rules", ContactPoint.COMMENT, "vichy", "vichy",
        "post · Vichy México", f"Person {number}", f"Text of thread {number}", 1, True,
        NOW - HOUR, NOW + 23 * HOUR, None, NOW - HOUR, "", "care", False, False, None, "", None,
        None,
    )  # fmt: skip
    return replace(whole, **fields)  # type: ignore[arg-type]  # the caller names fields of it


def _sample() -> list[ThreadRow]:
    dm, ad = ContactPoint.PRIVATE_MESSAGE, ContactPoint.AD_COMMENT
    red, yellow = Colour.RED, Colour.YELLOW
    messenger = "Messenger · La Roche-Posay MX"
    told = [
        row(1, colour=red, author="María González", point=dm, place=messenger, message_count=3,
            excerpt="Me salió una alergia horrible con el Anthelios, tengo la cara hinchada 😢 y no sé "
            "qué hacer, ayúdenme por favor", deadline=NOW - 12 * MINUTE, is_flagged=True,
            assignee="Ana", team="contact_centre", window_until=NOW + 5 * HOUR, labels=("allergy",)),
        row(2, colour=red, author="Karla Ruiz", excerpt="Son un fraude, ya avisé a Profeco y a todos"
            " mis seguidores", deadline=NOW + 41 * MINUTE + 7 * SECOND, team="communication"),
        row(3, colour=red, author="diario_belleza", point=ContactPoint.MENTION, assignee="Priya",
            place="mention · Instagram", excerpt="¿Qué responde @larocheposaymx a la denuncia por…?",
            deadline=NOW + HOUR + 41 * MINUTE, is_flagged=True, claimed_by="Kasia"),
        row(4, colour=yellow, author="Agnieszka Nowak", point=dm, place="Messenger · Avon Polska",
            message_count=2, excerpt="Paczka przyszła uszkodzona, flakon rozlany. Co mam zrobić?",
            deadline=NOW + HOUR + 2 * MINUTE, team="specialists"),
        row(5, colour=yellow, author="Lupita Hdz", place="post · La Roche-Posay MX", assignee="Ana",
            excerpt="Compré el Effaclar y llegó sin sello, ¿es original?",
            deadline=NOW + 3 * HOUR + 22 * MINUTE, sending=OutboxState.FAILED),
        row(6, colour=yellow, author="Zofia W.", point=ad, place="ad · Avon Polska",
            excerpt="Kolejny raz nie dostałam rabatu z reklamy :(", deadline=NOW + 5 * HOUR),
        row(7, author="Paweł Kania", point=dm, place="Messenger · Avon Polska", colour_by="",
            excerpt="Dzień dobry, gdzie kupię katalog 12?", deadline=NOW + 6 * HOUR + 12 * MINUTE),
        row(8, author="Iwona", place="contest · Avon Polska", is_boosted=True, assignee="Piotr",
            excerpt="KONKURS! Biorę udział 🎉", deadline=NOW + 11 * HOUR + 40 * MINUTE),
        row(9, author="Daniela Soto", message_count=4, place="post · Vichy México", has_draft=True,
            excerpt="¿Sirve para piel grasa? Tengo 34 años 👩‍🔬", deadline=NOW + 13 * HOUR),
        row(10, author="Renata P.", point=dm, place="Instagram DM · Vichy México", message_count=2,
            excerpt="Gracias!! me encantó, lo recomiendo mucho ❤️", sending=OutboxState.QUEUED),
        row(11, author="Lider Kasia", point=ContactPoint.GROUP_POST, place="group · Liderki Avon",
            message_count=6, excerpt="Dziewczyny, kiedy start kampanii 13?"),
        row(12, author="Jorge M", point=ad, place="ad · La Roche-Posay MX", excerpt="precio?",
            snoozed_until=NOW + HOUR, deadline=NOW + 30 * HOUR),
    ]  # fmt: skip
    return told + [row(number, deadline=NOW + (20 + number) * HOUR) for number in range(13, 61)]


CHANNELS = (
    ChannelStatus("lrp-fb", "La Roche-Posay MX", "lrp", "facebook", NOW - 12 * SECOND,
                  "", "", None, False, 0.2, "", 0),
    ChannelStatus("lrp-club", "Club LRP", "lrp", "manual", NOW - 12 * SECOND,
                  "", "", None, False, 0.0, "", 0),
)  # fmt: skip


@dataclass
class MemoryDesk(MemoryPlans):
    """Implements the desk's protocol over dictionaries."""

    me: str = "Ana"
    table: dict[ThreadId, ThreadRow] = field(default_factory=lambda: {r.id: r for r in _sample()})
    clock: Millis = NOW
    submitted: list[Command] = field(default_factory=list)
    drafts: dict[ThreadId, Draft] = field(default_factory=dict)
    talks: dict[ThreadId, tuple[MessageView, ...]] = field(default_factory=dict)
    stuck: list[OutboxView] = field(default_factory=list)
    decisions: list[DecisionView] = field(default_factory=list)
    changed: set[ThreadId] | None = field(default_factory=set)
    asked: list[str] = field(default_factory=list)
    refuse: str = ""
    refused: dict[ThreadId, str] = field(default_factory=dict)
    batches: list[int] = field(default_factory=list)
    undone: list[str] = field(default_factory=list)
    paused: bool = False
    channels: tuple[ChannelStatus, ...] = CHANNELS
    can_reply: bool = True
    why_not: dict[str, str] = field(
        default_factory=lambda: {"answered_by_hand": "carecli can write here itself."}
    )
    doing: str = ""

    def now(self) -> Millis:
        return self.clock

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

    def rows(self, ids: Sequence[ThreadId]) -> dict[ThreadId, ThreadRow]:
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
            post if row.point is not ContactPoint.PRIVATE_MESSAGE else None, messages, 0,
            tuple(self.decisions),
            tuple(item for item in self.stuck if item.thread == thread),
            messages[-1].id, "La Roche-Posay México", 500, 1000, False, self.can_reply,
            self.can_reply and row.point is not ContactPoint.PRIVATE_MESSAGE, dict(self.why_not),
            self.drafts.get(thread),
            coloured_by=row.colour_by, language="es",
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
        )  # fmt: skip

    def outbox(self, thread: ThreadId | None = None, limit: int = 200) -> Sequence[OutboxView]:
        return [item for item in self.stuck if thread in (None, item.thread)][:limit]

    def snippets(self, thread: ThreadId, search: str = "") -> Sequence[SnippetView]:
        known = [
            SnippetView("gracias", "Gracias", "¡Gracias, {contact.first_name}!", ("es",)),
            SnippetView("alergia", "Reacción adversa", "Lo sentimos. ¿Teléfono? {phone}", ("es",)),
        ]
        return [one for one in known if search.lower() in (one.name + one.title).lower()]

    def all_snippets(self, search: str = "") -> Sequence[SnippetView]:
        return self.snippets(next(iter(self.table)), search)

    def fill(self, snippet: str, thread: ThreadId, answers: Mapping[str, str] | None = None) -> str:
        one = next(one for one in self.snippets(thread) if one.name == snippet)
        known = {"contact.first_name": self.table[thread].author.split()[0]}
        return Snippet(one.name, one.title, one.text).filled(known, answers)

    def check_snippets(self) -> Sequence[SnippetFinding]:
        return []

    def snippet_usage(self) -> Sequence[SnippetUsage]:
        return [SnippetUsage("gracias", "Gracias", 12, 9, 0.08, self.clock - HOUR)]

    def make_snippet(
        self, name: str, thread: ThreadId, title: str = "", text: str = ""
    ) -> SnippetMade:
        self.asked.append(f"make_snippet {name}")
        return SnippetMade(f"snippets/{name}.md", name, text)

    def cards(self, search: str = "", thread: ThreadId | None = None) -> Sequence[CardView]:
        sections = (CardSection("Datos", "• 50 ml."), CardSection("Advertencias", "• Uso externo."))
        known = [CardView("gel", "Demo gel", "lrp", ("https://example.org/gel",), sections)]
        return [one for one in known if search.lower() in one.product.lower()]

    def quote(self, card: str, section: str) -> str:
        found = next(one for one in self.cards() if one.name == card)
        return next(one.text for one in found.sections if one.title == section)

    def history(self, thread: ThreadId) -> History | None:
        row = self.table[thread]
        person = Identity("La Roche-Posay MX", row.author, NOW - 500 * 24 * HOUR)
        notes = (ContactNoteView(7, NOW - 2 * HOUR, self.me, "prefers a call"),)
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
            case Moderate():
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

    def split_preview(self, *_: object, **__: object) -> Plan:
        raise Refusal("Nobody waits.")

    def split(self, plan: Plan) -> Divided:
        raise Refusal("Nobody waits.")

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
        self.drafts.pop(draft.thread, None)
        if draft.text:
            self.drafts[draft.thread] = draft
        self.touch(draft.thread)

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

    def changes(self) -> set[ThreadId] | None:
        found, self.changed = self.changed, set()
        return found

    def touch(self, thread: ThreadId) -> None:
        if self.changed is not None:
            self.changed.add(thread)

    def add_entry(self, channel: str, link: str, author: str, text: str) -> ThreadId:
        thread = ThreadId(max(self.table) + 1)
        self.table[thread] = row(thread, author=author, excerpt=text)
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
