"""Cases: questions to another team by mail, and their answers.

Everything here runs inside one write transaction of the desk.
"""

from __future__ import annotations

import base64
from datetime import datetime
from typing import TYPE_CHECKING, Protocol
from zoneinfo import ZoneInfo

from carecli.desk.planning.rows import CaseRow
from carecli.desk.threads.visibility import visible_threads
from carecli.desk.wording import actor_name, all_attached
from carecli.domain.errors import Refusal
from carecli.domain.letter import with_recipients
from carecli.domain.model import Actor, Millis, OutboxId, OutboxVerb, ThreadId
from carecli.domain.text import one_line
from carecli.i18n import _, speaking
from carecli.store import cases, channels, conversation, journal, orders
from carecli.store.orders import NewOrder

if TYPE_CHECKING:
    from sqlite3 import Connection

    from carecli.desk.context import CaseMailbox, DeskContext
    from carecli.domain.commands import OpenCase
    from carecli.store.situation import Situation

MOST = 1_000
"""Cases listed."""

SHOWN = 30
"""Messages of the conversation that the mail tells."""


class CaseTransaction(Protocol):
    """The transaction that a case is opened in: who acts, and when."""

    @property
    def db(self) -> Connection: ...

    @property
    def context(self) -> DeskContext: ...

    @property
    def by(self) -> Actor: ...

    @property
    def now(self) -> Millis: ...


def check(unit: CaseTransaction, command: OpenCase) -> CaseMailbox:
    """Where the case goes, once it may be opened; raises Refusal."""
    found = unit.context.case_desks.get(command.to)
    if found is None:
        known = ", ".join(unit.context.case_desks)
        raise Refusal(
            _("Cases cannot be sent to {name!r}.").format(name=one_line(command.to, 80)),
            hint=_("Available: {names}.").format(names=known or "-"),
        )
    if not command.ask:
        raise Refusal(_("Write a question first."), hint=_("Write something first."))
    if cases.is_asked(unit.db, command.thread, command.to, command.ask):
        raise Refusal(_("This was already asked and has not been answered yet."))
    return found


def open_case(
    unit: CaseTransaction, command: OpenCase, at: Situation, key: str, decision: int
) -> OutboxId:
    """Queue the mail and remember the case."""
    desk = unit.context.case_desks[command.to]
    due = unit.now + (command.within or desk.within)
    case = cases.StoredCase(
        decision,
        at.thread,
        key,
        reference_of(key),
        command.to,
        command.ask,
        unit.now,
        due,
        None,
    )
    cases.put_in(unit.db, case)
    order = NewOrder(
        key,
        channels.ids(unit.db)[desk.channel],
        at.thread,
        None,
        None,
        OutboxVerb.CASE,
        mail_of(unit, case, at),
        "",
        decision,
        unit.now + unit.context.grace,
        False,
    )
    return OutboxId(orders.put_in(unit.db, order, unit.by, unit.now))


def reference_of(key: str) -> str:
    """What a case is called in a subject, made from its order's key: `7K3F-9Q2M`."""
    name = base64.b32encode(bytes.fromhex(key)[:5]).decode()
    return f"{name[:4]}-{name[4:]}"


def mail_of(unit: CaseTransaction, case: cases.StoredCase, at: Situation) -> str:
    """Subject and text of the mail, in the team's language: its first line is the subject.

    Where the team has addresses of its own, a line with them stands before it.
    """
    desk = unit.context.case_desks[case.team]
    with speaking(desk.language):
        told = _mail_of(unit, case, at)
    return with_recipients(told, desk.to)


def _mail_of(unit: CaseTransaction, case: cases.StoredCase, at: Situation) -> str:
    context = unit.context
    zone = ZoneInfo(context.zone)

    def when(moment: int) -> str:
        return f"{datetime.fromtimestamp(moment / 1000, zone):%Y-%m-%d %H:%M %Z}"

    said, _older = conversation.messages(unit.db, at.thread)
    lines = [
        f"[carecli {case.reference}] {one_line(case.asked, 80)}",
        case.asked,
        "",
        _("Please answer this mail by {moment}.").format(moment=when(case.due_at)),
        _("Please keep the reference in the subject: {reference}.").format(
            reference=case.reference
        ),
        _("The moderators receive what you write above the quoted text."),
        "",
        _("Asked by: {name}").format(name=actor_name(str(unit.by), context)),
        _("Where: {channel}, thread {thread}").format(channel=at.channel, thread=at.thread),
        "",
        _("The conversation so far:"),
    ]
    link = ""
    for one in said[-SHOWN:]:
        who = (one.name or _("somebody")) if one.contact is not None else _("the brand")
        lines.append(f"{when(one.created_at)}, {one_line(who, 80)}:")
        text = one.text or all_attached(one.things()) or _("(no text)")
        lines += [f"    {line}" for line in text.split("\n")]
        lines += [f"    [{kind}] {url or name}" for kind, url, name in one.things()]
        link = one.permalink or link
    return "\n".join([*lines, *(["", _("Link: {link}").format(link=link)] if link else [])])


def awaited(db: Connection, context: DeskContext) -> list[CaseRow]:
    """Cases whose answer is awaited, the first due first."""
    now = context.clock()
    found = cases.owed(db, MOST)
    here = {*visible_threads(db, {one.thread for one in found}, context)}
    return [
        CaseRow(
            ThreadId(one.thread),
            one.reference,
            one_line(context.teams.get(one.team) or one.team, 80),
            one_line(one.asked),
            actor_name(opener(db, one), context),
            one.opened_at,
            one.due_at,
            one.due_at <= now,
        )
        for one in found
        if one.thread in here
    ]


def opener(db: Connection, case: cases.StoredCase) -> str:
    """Who asked, as the journal has it; empty where it does not know."""
    taken = journal.entry(db, case.decision)
    return taken.actor if taken is not None else ""


def standing(db: Connection, decision: int, context: DeskContext) -> str:
    """How a case stands: its reference, and its clock or that it was answered; empty: no case."""
    case = cases.of_decision(db, decision)
    if case is None:
        return ""
    if case.answered_at is not None:
        return _("{reference}, answered").format(reference=case.reference)
    due = f"{datetime.fromtimestamp(case.due_at / 1000, ZoneInfo(context.zone)):%Y-%m-%d %H:%M}"
    said = _("{reference}, late since {moment}")
    if context.clock() < case.due_at:
        said = _("{reference}, due {moment}")
    return said.format(reference=case.reference, moment=due)


def take_back(unit: CaseTransaction, thread: int, decision: int) -> None:
    """Drop the mail that has not left; raises Refusal where it has."""
    order = orders.of_decision(unit.db, thread, decision)
    assert order is not None
    is_on_its_way = order.state != "cancelled"
    if is_on_its_way and not orders.cancel(unit.db, order.id, "queued", "failed"):
        raise Refusal(
            _("The case has already been sent."), hint=_("Write to the team if it is settled.")
        )
    cases.forget(unit.db, decision)


def again(unit: CaseTransaction, command: OpenCase, decision: int) -> None:
    """Ask after all what was undone."""
    check(unit, command)
    order = orders.of_decision(unit.db, command.thread, decision)
    assert order is not None
    desk = unit.context.case_desks[command.to]
    key = orders.key_of(unit.db, order.id)
    case = cases.StoredCase(
        decision,
        command.thread,
        key,
        reference_of(key),
        command.to,
        command.ask,
        unit.now,
        unit.now + (command.within or desk.within),
        None,
    )
    cases.put_in(unit.db, case)
    orders.queue_again(unit.db, order.id, unit.now + unit.context.grace, "cancelled")
