"""Undo and redo of decisions, with their consequences on the platforms.

Everything here runs inside one write transaction of the desk. A Refusal rolls all of it back.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from carecli.desk.commands import preconditions
from carecli.desk.commands.unit_of_work import UnitOfWork
from carecli.desk.planning import cases
from carecli.desk.threads import row_builder
from carecli.desk.threads.visibility import check_shown
from carecli.desk.wording import decided
from carecli.domain.commands import OpenCase, Reply
from carecli.domain.errors import Refusal
from carecli.domain.figures import number
from carecli.domain.model import Actor, DraftKind, MessageId, OutboxVerb, ThreadId
from carecli.i18n import N_, _, ngettext
from carecli.store import campaigns, drafts, journal, orders, rules, situation, snippet_uses
from carecli.store.calls import settle_calls
from carecli.store.feed import ELSEWHERE, announce
from carecli.store.policies import Policies
from carecli.store.samples import settle_samples, threads

NOT_APPLIED = N_("applying the rule was undone")
"""Why a rule asks no more for what it asked when somebody applied it."""


def undo(unit: UnitOfWork) -> str:
    """Take back the last decision, or batch, of whoever acts; raises Refusal if there is none."""
    last = journal.last_in_force(unit.db, unit.by)
    if last is None:
        raise Refusal(_("There is nothing to undo."))
    return take_back(unit, journal.together(unit.db, last))


def redo(unit: UnitOfWork) -> str:
    """Do again what they undid last; raises Refusal if there is nothing."""
    last = journal.last_undo(unit.db, unit.by)
    if last is None:
        raise Refusal(_("There is nothing to redo."))
    return put_back(unit, journal.together(unit.db, last))


def undo_decision(unit: UnitOfWork, decision: int) -> str:
    """Take back one decision; of a split, all of it. Raises Refusal if there is no such one."""
    one = journal.entry(unit.db, decision)
    if one is None or one.verb in journal.TURNING:
        raise Refusal(_("There is no decision {decision}.").format(decision=decision))
    if one.thread is not None:
        check_shown(unit.db, one.thread, unit.context)
    is_whole = one.verb in journal.WHOLE
    return take_back(unit, journal.together(unit.db, one) if is_whole else [one])


def take_back(unit: UnitOfWork, taken: Iterable[journal.JournalEntry]) -> str:
    """Undo decisions: what was undone, in words; raises Refusal."""
    entries = [one for one in taken if not one.is_undone]
    if not entries:
        raise Refusal(_("There is nothing to undo."))
    entries, said = _still_unsaid(unit, entries)
    undos = journal.take_back(unit.db, entries[::-1], unit.by, unit.now)
    for one, undo in zip(entries[::-1], undos, strict=True):
        if one.thread is None:
            continue
        unit.touched.add(one.thread)
        if one.verb == "reply":
            _take_back_reply(unit, one)
        elif one.verb == "moderate":
            _take_back_deed(unit, one, undo)
        elif one.verb == "open_case":
            cases.take_back(unit, one.thread, one.id)
        elif one.verb == "note_contact":
            unit.tell_of_person(one.thread)
    journal.bind(unit.db, undos)
    _follow_whole(unit, entries, is_undo=True)
    told = _told(unit, entries)
    return f"{told} (already sent: {said})" if said else told


def _still_unsaid(
    unit: UnitOfWork, entries: list[journal.JournalEntry]
) -> tuple[list[journal.JournalEntry], int]:
    """Of a batch that is on its way, what can still be undone, and how much was said.

    Where nothing can, all of them: the first one says why.
    """
    kept = [one for one in entries if one.verb != "reply" or not _is_said(unit, one)]
    return (kept, len(entries) - len(kept)) if kept else (entries, 0)


def _is_said(unit: UnitOfWork, one: journal.JournalEntry) -> bool:
    assert one.thread is not None
    order = orders.of_decision(unit.db, one.thread, one.id)
    return order is not None and order.state in ("sending", "unknown", "sent")


def _follow_whole(
    unit: UnitOfWork, entries: Iterable[journal.JournalEntry], *, is_undo: bool
) -> None:
    """What follows from decisions about no one thread."""
    for one in entries:
        if one.verb == "switch_campaign":
            campaigns.lift(unit.db, unit.now, Policies(unit.db))
        elif one.verb == "draw_sample":
            settle_samples(unit.db)
            unit.touched |= threads(unit.db, one.args["messages"])
        elif one.verb == "enter_calls":
            settle_calls(unit.db)
        elif one.verb == journal.APPLIED:
            asked = [(int(id_), str(reason)) for id_, reason in one.args.get("asked", ())]
            if is_undo:
                rules.stop_asking(unit.db, [id_ for id_, _reason in asked], NOT_APPLIED)
            else:
                rules.ask_again(unit.db, asked, NOT_APPLIED)
        else:
            continue
        announce(unit.db, (ELSEWHERE,))


def _take_back_reply(unit: UnitOfWork, one: journal.JournalEntry) -> None:
    assert one.thread is not None
    order = orders.of_decision(unit.db, one.thread, one.id)
    if order is None or order.state == "cancelled":
        return
    if not orders.cancel(unit.db, order.id, "queued", "failed"):
        raise Refusal(
            _("That reply {fate}.").format(fate=_(preconditions.TAKEN[order.state])),
            hint=_("A sent message can't be undone here. Delete it or send another one."),
        )
    snippet_uses.forget(unit.db, one.id)
    by = Actor.parse(one.actor)
    kind = _kind(one)
    if by.kind == "moderator" and drafts.of(unit.db, one.thread, by.name, kind) is None:
        draft = drafts.StoredDraft(
            one.thread,
            kind,
            order.text,
            target=order.message,
            head=one.args.get("head"),
            snippet=str(one.args.get("snippet") or ""),
            to_all=bool(order.to_all),
        )
        drafts.save(unit.db, draft, by.name, unit.now)


def _kind(reply: journal.JournalEntry) -> DraftKind:
    return DraftKind.PRIVATE if reply.args.get("private") else DraftKind.REPLY


def _take_back_deed(unit: UnitOfWork, one: journal.JournalEntry, undo: int) -> None:
    assert one.thread is not None
    assert one.message is not None
    deed = OutboxVerb(one.args["deed"])
    order = orders.of_decision(unit.db, one.thread, one.id)
    if order is not None and orders.cancel(unit.db, order.id, "queued", "failed"):
        return
    opposite = deed.opposite
    if opposite is None:
        if order is not None and order.state != "cancelled":
            raise Refusal(_("A deletion can't be undone."))
        return
    at = unit.situation(one.thread)
    target = situation.subject(unit.db, one.message)
    if target is None or (target.visibility in preconditions.REMOVED and not deed.is_about_person):
        return
    unit.wish(unit.case(at, target), opposite, undo)


def put_back(unit: UnitOfWork, undos: Sequence[journal.JournalEntry]) -> str:
    """Redo what was undone: what was done again, in words; raises Refusal."""
    redone: list[int] = []
    entries: list[journal.JournalEntry] = []
    if len(undos) > 1:
        unit.begin_batch()
    for undo in undos[::-1]:
        one = journal.entry(unit.db, undo.args["decision"])
        assert one is not None
        entries.append(one)
        redone += journal.put_back(unit.db, [undo], unit.by, unit.now)
        if one.thread is None:
            continue
        unit.touched.add(one.thread)
        if one.verb == "reply":
            _reply_again(unit, one)
        elif one.verb == "moderate":
            _deed_again(unit, one)
        elif one.verb == "open_case":
            words = ("to", "ask", "within")
            command = OpenCase(one.thread, **{name: one.args[name] for name in words})  # type: ignore[arg-type]  # a journal row holds what the command held
            cases.again(unit, command, one.id)
        elif one.verb == "note_contact":
            unit.tell_of_person(one.thread)
    journal.bind(unit.db, redone)
    _follow_whole(unit, entries, is_undo=False)
    return _told(unit, entries)


def _reply_again(unit: UnitOfWork, one: journal.JournalEntry) -> None:
    assert one.thread is not None
    order = orders.of_decision(unit.db, one.thread, one.id)
    assert order is not None
    target = MessageId(order.message) if order.message is not None else None
    words: dict[str, Any] = {
        name: one.args[name] for name in ("text", "private", "draft", "snippet")
    }
    command = Reply(ThreadId(one.thread), target=target, to_all=bool(order.to_all), **words)
    case = unit.case_of_reply(command, unit.situation(one.thread))
    leaves_at = unit.leaves_at(case, private=command.private)
    orders.queue_again(unit.db, order.id, leaves_at, "cancelled")
    unit.count_snippet(command, unit.situation(one.thread), one.id)
    draft = drafts.of(unit.db, one.thread, unit.by.name, _kind(one))
    if draft is not None and draft.text == order.text:
        drafts.forget(unit.db, one.thread, unit.by.name, draft.kind)


def _deed_again(unit: UnitOfWork, one: journal.JournalEntry) -> None:
    assert one.thread is not None
    assert one.message is not None
    deed = OutboxVerb(one.args["deed"])
    case = unit.case(unit.situation(one.thread), situation.subject(unit.db, one.message))
    if not preconditions.is_wanted(case, deed):
        preconditions.check_deed(case, deed)
        unit.wish(case, deed, one.id)


def _told(unit: UnitOfWork, entries: Sequence[journal.JournalEntry]) -> str:
    said = decided(entries[0], unit.context)
    if entries[0].verb in journal.WHOLE:
        return said
    if entries[0].verb in ("note", "note_contact"):
        said = _("noted")
    people = list(dict.fromkeys(one.thread for one in entries if one.thread is not None))
    if len(people) == 1:
        rows = row_builder.rows(unit.db, [ThreadId(people[0])], unit.context, unit.abilities)
        for row in rows.values():
            said = _("{deed} ({name})").format(deed=said, name=row.author)
    more = len(entries) - 1
    if not more:
        return said
    many = ngettext("{deed} and {n} more", "{deed} and {n} more", more)
    return many.format(deed=said, n=number(more))
