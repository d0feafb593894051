"""Carries out commands in one transaction: check, journal, consequences.

Everything here runs inside one write transaction of the desk. A Refusal rolls all of it back.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from itertools import groupby
from sqlite3 import Connection

from carecli.desk.commands import preconditions
from carecli.desk.commands.preconditions import Case
from carecli.desk.commands.sanitise import sanitise_command
from carecli.desk.commands.send_pacer import SendPacer
from carecli.desk.commands.snooze_check import check_snooze
from carecli.desk.context import Abilities, DeskContext
from carecli.desk.conversations.rows import Receipt
from carecli.desk.planning import cases
from carecli.desk.replies.placeholders import known_here
from carecli.desk.replies.snippet_library import Library
from carecli.desk.research import codes
from carecli.desk.threads.visibility import no_thread, visible_threads
from carecli.desk.wording import decided, told
from carecli.domain.commands import (
    AnsweredByHand,
    AnsweredOutside,
    Assign,
    Code,
    CodeBlind,
    Command,
    Done,
    DropQuote,
    Escalate,
    Flag,
    Label,
    Moderate,
    Note,
    NoteContact,
    OpenCase,
    PickQuote,
    Recolour,
    Reopen,
    Reply,
    Safety,
    Seen,
    Snooze,
    args_of,
)
from carecli.domain.errors import Refusal
from carecli.domain.model import Actor, DraftKind, MessageId, Millis, OutboxId, OutboxVerb, ThreadId
from carecli.domain.snippet import similarity
from carecli.i18n import _
from carecli.store import (
    claims,
    contacts,
    drafts,
    feed,
    journal,
    labels,
    orders,
    situation,
    snippet_uses,
)
from carecli.store.orders import NewOrder
from carecli.store.situation import Situation, TargetMessage

TOLD = 200
"""Threads of one person that are told of a note about them."""

PLAIN = (Assign, Flag, Safety, Escalate, Recolour, Label, Snooze, Done, AnsweredOutside, Code)
"""Decisions about a thread that need not know how it stands, so many are written at once."""


@dataclass(slots=True)
class UnitOfWork:
    """One transaction at the desk: who acts, when, and which threads must be derived again."""

    db: Connection
    context: DeskContext
    abilities: Abilities
    library: Library
    by: Actor
    now: Millis
    touched: set[int] = field(default_factory=set)
    people: set[tuple[OutboxVerb, int]] = field(default_factory=set)
    """Who was blocked or unblocked in this transaction."""
    departures: SendPacer = field(init=False)

    def __post_init__(self) -> None:
        self.departures = SendPacer(self.db, self.now + self.context.grace, 0)

    def begin_batch(self) -> None:
        """What follows belongs together: its public replies leave one after another."""
        soonest = self.now + self.context.grace
        self.departures = SendPacer(self.db, soonest, self.context.public_gap)

    def do_all(self, commands: Sequence[Command], *, batch: int = 0) -> list[Receipt]:
        """Carry out commands in their order, many alike at once, as one undo; raises Refusal.

        `batch` is the first decision of an earlier lot, where this one belongs to it.
        """
        if batch or len(commands) > 1:
            self.begin_batch()
        receipts: list[Receipt] = []
        for is_plain, some in groupby(commands, lambda one: isinstance(one, PLAIN)):
            if is_plain:
                receipts += self._do_plain([sanitise_command(one, self.context) for one in some])
            else:
                receipts += [self.do(one) for one in some]
        journal.bind(self.db, [receipt.decision for receipt in receipts], batch)
        return receipts

    def _do_plain(self, commands: Sequence[Command]) -> list[Receipt]:
        threads = [command.thread for command in commands]
        for gone in sorted(self._missing(threads)):
            raise no_thread(gone)
        for command in commands:
            self._check_plain(command)
        commands = codes.pointed(self.db, commands)
        decisions = [journal.plain(command) for command in commands]
        ids = journal.record_all(self.db, decisions, self.by, self.now)
        self.touched.update(threads)
        said: dict[tuple[str, str], str] = {}
        for command, one in zip(commands, decisions, strict=True):
            if (one.verb, one.args) not in said:
                said[one.verb, one.args] = told(one.verb, args_of(command), self.context)
        return [
            Receipt(id_, None, said[one.verb, one.args])
            for id_, one in zip(ids, decisions, strict=True)
        ]

    def _missing(self, threads: Sequence[ThreadId]) -> set[ThreadId]:
        """Those of these threads that are not there, or not for the person who acts."""
        there = situation.there(self.db, threads)
        return set(threads).difference(
            visible_threads(self.db, there, self.context) if self.by.kind == "moderator" else there
        )

    def refusals(self, commands: Sequence[Command]) -> dict[ThreadId, Refusal]:
        """What stands against these commands, one by one; writes nothing."""
        found: dict[ThreadId, Refusal] = {}
        gone = self._missing([command.thread for command in commands])
        for command in commands:
            try:
                if command.thread in gone:
                    raise no_thread(command.thread)
                self._check_alone(sanitise_command(command, self.context))
            except Refusal as refusal:
                found.setdefault(command.thread, refusal)
        return found

    def _check_alone(self, command: Command) -> None:
        match command:
            case Reply():
                self.case_of_reply(command, self.situation(command.thread))
            case Moderate():
                case = self.case(self.situation(command.thread), self._subject(command))
                preconditions.check_deed(case, command.deed)
            case _ if isinstance(command, PLAIN):
                self._check_plain(command)
                codes.pointed(self.db, [command])
            case PickQuote() | DropQuote() | CodeBlind():
                codes.aimed(self.db, command, self.by)
            case _:
                self._check(command, self.situation(command.thread))

    def do(self, command: Command) -> Receipt:
        """Carry out one command; raises Refusal."""
        if isinstance(command, PLAIN):
            return self._do_plain([sanitise_command(command, self.context)])[0]
        if self._missing([command.thread]):
            raise no_thread(command.thread)
        at = self.situation(command.thread)
        command = sanitise_command(command, self.context)
        ordered: OutboxId | None = None
        if isinstance(command, Reply):
            case = self.case_of_reply(command, at)
            command = replace(command, target=_id_of(case), head=command.head or _head(at))
            decision = journal.record(self.db, command, self.by, self.now)
            ordered = self._order_reply(command, case, decision)
            self.count_snippet(command, at, decision)
        elif isinstance(command, Moderate):
            case = self.case(at, self._subject(command))
            is_repeated = self._is_about_same_person(case, command.deed)
            if not is_repeated:
                preconditions.check_deed(case, command.deed)
            command = replace(command, message=_id_of(case))
            decision = journal.record(self.db, command, self.by, self.now)
            ordered = None if is_repeated else self.wish(case, command.deed, decision)
        else:
            if isinstance(command, PickQuote | DropQuote | CodeBlind):
                command = codes.aimed(self.db, command, self.by)
            self._check(command, at)
            decision = journal.record(self.db, command, self.by, self.now)
            if isinstance(command, OpenCase):
                ordered = cases.open_case(self, command, at, _key(), decision)
                self._forget_draft(command.thread, DraftKind.CASE, command.ask)
            elif isinstance(command, Note):
                self._forget_draft(command.thread, DraftKind.NOTE, command.text)
            elif isinstance(command, NoteContact):
                contacts.note(self.db, self._contact(at), decision)
                self._forget_draft(command.thread, DraftKind.CONTACT, command.text)
                self.tell_of_person(command.thread)
        self.touched.add(command.thread)
        taken = journal.entry(self.db, decision)
        assert taken is not None
        return Receipt(decision, ordered, decided(taken, self.context))

    def situation(self, thread: int) -> Situation:
        """How a thread stands; raises Refusal when there is none."""
        at = situation.situation(self.db, thread, self.now)
        if at is None:
            raise no_thread(thread)
        return at

    def case(self, at: Situation, target: TargetMessage | None) -> Case:
        """What legality has to know of a message."""
        ordered = orders.of_message(self.db, at.thread, target.id) if target is not None else []
        is_person = self.by.kind == "moderator"
        can = self.abilities.of(at.channel)
        about_person = orders.about_author(self.db, target) if can.can_block else []
        return Case(at, can, target, ordered, self.now, is_person, about_person)

    def _is_about_same_person(self, case: Case, deed: OutboxVerb) -> bool:
        """Whether another message of a batch had its author blocked (or unblocked) just now."""
        if not deed.is_about_person or case.target is None or case.target.contact is None:
            return False
        done = (deed, case.target.contact)
        is_repeated = done in self.people
        self.people.add(done)
        return is_repeated

    def _subject(self, command: Moderate | Reply) -> TargetMessage | None:
        id_ = command.message if isinstance(command, Moderate) else command.target
        if id_ is None:
            return situation.newest_inbound(self.db, command.thread)
        found = situation.subject(self.db, id_)
        if found is None or found.thread != command.thread:
            raise Refusal(
                _("Thread {thread} has no message {id}.").format(thread=command.thread, id=id_)
            )
        return found

    def _check_plain(self, command: Command) -> None:
        match command:
            case Snooze(thread=thread, until=until):
                check_snooze(self.db, thread, until, self.now)
            case AnsweredOutside(thread=thread, message=int(message)):
                found = situation.subject(self.db, message)
                if found is None or found.thread != thread:
                    raise Refusal(
                        _("Thread {thread} has no message {id}.").format(thread=thread, id=message)
                    )
            case Label(add=(), remove=()):
                raise Refusal(_("No label was given."))
            case Code():
                codes.check(self.db, command)
            case Assign(assignee=assignee, team=team):
                if assignee:
                    self.context.check_person(assignee)
                if team:
                    self.context.check_team(team)

    def _check(self, command: Command, at: Situation) -> None:
        match command:
            case Note(text="") | NoteContact(text=""):
                raise Refusal(_("Write a note first."), hint=_("Write something first."))
            case NoteContact():
                self._contact(at)
            case OpenCase():
                cases.check(self, command)
            case Seen() if not labels.is_mentioned(self.db, at.thread, self.by.name):
                raise Refusal(_("No note here mentions you."))
            case Reopen() if not situation.has_ended_wait(self.db, at.thread):
                raise Refusal(_("No wait was ended here."), hint=_("There is nothing to reopen."))
            case AnsweredByHand() if self.abilities.of(at.channel).can_reply:
                raise Refusal(
                    _("carecli can write here itself."),
                    hint=_("Reply here; answers in the platform's app are detected automatically."),
                )
            case _:
                pass

    def _contact(self, at: Situation) -> int:
        found = contacts.contact_of(self.db, at.thread)
        if found is None:
            raise Refusal(_("Only the brand wrote here."), hint=_("Write the note on the thread."))
        return found

    def tell_of_person(self, thread: int) -> None:
        """What is noted about a person changed: whoever looks at any thread with them sees it."""
        contact = contacts.contact_of(self.db, thread)
        if contact is not None:
            person = contacts.same_person(self.db, contact)
            feed.announce(self.db, contacts.threads(self.db, person)[:TOLD])

    def count_snippet(self, reply: Reply, at: Situation, decision: int) -> None:
        """Remember which snippet a reply came from, and how far it strayed from it."""
        snippet = self.library.find(reply.snippet)
        if snippet is None or reply.target is None:
            return
        filled = snippet.filled(known_here(self.db, at, self.context, self.by.name))
        likeness = similarity(filled, reply.text)
        snippet_uses.count(self.db, decision, snippet.name, reply.target, likeness, self.now)

    def case_of_reply(self, command: Reply, at: Situation) -> Case:
        """What a reply is about, once it is legal; raises Refusal."""
        case = self.case(at, self._subject(command))
        is_aside = command.private and not case.is_private
        if is_aside:
            preconditions.check_private_reply(case)
        else:
            preconditions.check_reply(case)
        if command.to_all:
            preconditions.check_to_all(case)
        preconditions.check_text(case, command.text, private=command.private)
        preconditions.check_claim(case, self.by.name, self.context.name_of(at.claimed_by))
        said = orders.same_text(self.db, fingerprint(command, case))
        if said:
            raise Refusal(
                _("The same text {fate} to this message.").format(
                    fate=_(preconditions.TAKEN[said])
                ),
                hint=_("Change the text to send it again."),
            )
        return case

    def aimed(self, command: Reply, at: Situation) -> Reply:
        """A reply with the message it answers, once it is legal; raises Refusal."""
        return replace(command, target=_id_of(self.case_of_reply(command, at)))

    def leaves_at(self, case: Case, *, private: bool) -> Millis:
        """The moment at which the next reply may leave."""
        is_public = not (private or case.is_private)
        return self.departures.take(case.at.channel_id, is_public=is_public)

    def _order_reply(self, command: Reply, case: Case, decision: int) -> OutboxId:
        is_aside = command.private and not case.is_private
        order = NewOrder(
            _key(),
            case.at.channel_id,
            case.at.thread,
            command.target,
            command.head,
            OutboxVerb.PRIVATE_REPLY if is_aside else OutboxVerb.REPLY,
            command.text,
            fingerprint(command, case),
            decision,
            self.leaves_at(case, private=command.private),
            command.answers,
            command.to_all,
        )
        id_ = orders.put_in(self.db, order, self.by, self.now)
        if case.by_person:
            kind = DraftKind.PRIVATE if command.private else DraftKind.REPLY
            self._forget_draft(case.at.thread, kind, command.text)
            claims.release(self.db, case.at.thread, self.by.name)
        return OutboxId(id_)

    def _forget_draft(self, thread: int, kind: DraftKind, said: str) -> None:
        """Forget a draft that was said now, or the beginning of what was; another text stays."""
        draft = drafts.of(self.db, thread, self.by.name, kind)
        if draft is not None and said.startswith(draft.text.strip()):
            drafts.forget(self.db, thread, self.by.name, kind)

    def wish(self, case: Case, deed: OutboxVerb, decision: int) -> OutboxId | None:
        """Make it so on the platform, whatever was wished before: the last wish wins.

        Nothing needs ordering when an opposite wish was still queued and it is so already. What is
        about a person goes on under the id of what is under way, so that both keep their order.
        """
        assert case.target is not None
        rivals = (deed, deed.opposite)
        is_under_way = False
        contact = case.target.contact if deed.is_about_person else None
        for earlier in case.ordered(deed):
            if earlier.verb in rivals:
                is_gone = orders.cancel(self.db, earlier.id, "queued", "failed")
                if not is_gone and earlier.state in ("sending", "unknown"):
                    is_under_way, contact = True, earlier.about
                self.touched.add(earlier.thread)
        self.touched.add(case.at.thread)
        if not is_under_way and preconditions.stands(case.target, deed):
            return None
        order = NewOrder(
            _key(),
            case.at.channel_id,
            case.at.thread,
            case.target.id,
            case.at.head,
            deed,
            "",
            "",
            decision,
            self.now + self.context.grace,
            contact=contact,
        )
        return OutboxId(orders.put_in(self.db, order, self.by, self.now))


def _key() -> str:
    """A key no other order has, here or anywhere."""
    return os.urandom(16).hex()


def fingerprint(command: Reply, case: Case) -> str:
    """The same for two replies that would say the same to the same message."""
    words = " ".join(command.text.casefold().split())
    target = case.target.id if case.target is not None else 0
    where = "aside" if command.private and not case.is_private else "here"
    told = json.dumps(
        [case.at.channel, target, where, words, command.draft, *(["all"] * command.to_all)]
    )
    return hashlib.sha256(told.encode()).hexdigest()


def _id_of(case: Case) -> MessageId | None:
    return MessageId(case.target.id) if case.target is not None else None


def _head(at: Situation) -> MessageId | None:
    return MessageId(at.head) if at.head is not None else None
