"""Builds a conversation from stored rows; every text is safe to print."""

from __future__ import annotations

import json
from collections.abc import Callable, Container, Iterable, Sequence
from dataclasses import replace
from sqlite3 import Connection

from carecli.desk.commands import preconditions
from carecli.desk.commands.preconditions import Case
from carecli.desk.context import Abilities, DeskContext, Guidance
from carecli.desk.conversations.rows import (
    AttachmentView,
    ContactNoteView,
    ContactView,
    Conversation,
    DecisionView,
    Draft,
    MessageView,
    OutboxView,
    PostView,
    Tie,
)
from carecli.desk.research.message_codes import Expressed, expressed
from carecli.desk.threads.row_builder import NAMELESS, rows
from carecli.desk.threads.rows import ThreadRow
from carecli.desk.wording import actor_name, decided
from carecli.domain.errors import Refusal
from carecli.domain.model import (
    Colour,
    ContactPoint,
    Direction,
    MessageId,
    OutboxId,
    OutboxState,
    OutboxVerb,
    PostKind,
    ThreadId,
    Visibility,
    moderator,
)
from carecli.domain.quotes import EarlierMessages, count_quoted_lines
from carecli.domain.text import one_line, printable
from carecli.i18n import _
from carecli.store import contacts, drafts, journal, orders, situation
from carecli.store import conversation as stored
from carecli.store.drafts import StoredDraft
from carecli.store.orders import StoredOrder

DECISIONS = 200
"""Decisions shown of one thread."""


def conversation(
    db: Connection, thread: ThreadId, context: DeskContext, abilities: Abilities
) -> Conversation | None:
    """A thread opened; None when there is no such thread, or it is not shown."""
    now = context.clock()
    at = situation.situation(db, thread, now)
    row = rows(db, [thread], context, abilities).get(thread)
    if at is None or row is None:
        return None
    can = abilities.of(at.channel)
    ordered = orders.of_thread(db, thread)
    said, older = stored.messages(db, thread)
    target = situation.newest_inbound(db, thread)
    mine = [one for one in ordered if target is not None and one.message == target.id]
    about_person = orders.about_author(db, target) if can.can_block else []
    case = Case(
        at,
        can,
        target,
        [one for one in mine[::-1] if one.state != "cancelled"],
        now,
        about_person=about_person,
    )
    why_not = _why_not(case, context)
    post = stored.post_of(db, thread)
    begun = drafts.all_of(db, thread, context.me)
    head = said[-1].id if said else None
    coded = expressed(db, thread, context)
    guidance = context.guidance.get(Colour(row.colour), Guidance())
    return Conversation(
        row=row,
        contact=_contact(stored.contact_of(db, thread)),
        post=_post(post) if post is not None else None,
        messages=tuple(_messages(db, thread, said, ordered, row, context, at.title, coded)),
        older=older,
        decisions=tuple(_decisions(db, thread, ordered, context, coded.hides)),
        outbox=tuple(_under_way(db, ordered, context)),
        head=MessageId(head) if head is not None else None,
        reply_as=one_line(at.title, 80),
        reply_limit=can.private_limit if case.is_private else can.reply_limit,
        private_limit=can.private_limit,
        limit_in_bytes=can.limit_in_bytes,
        can_reply="reply" not in why_not,
        can_reply_privately="private_reply" not in why_not,
        why_not=why_not,
        drafts=tuple(map(draft_view, begun)),
        ties=_ties(db, thread, context, abilities),
        contact_notes=_notes(db, thread, context),
        coloured_by=actor_name(row.colour_by, context) if row.colour_by else "",
        language=context.languages.get(at.channel, ""),
        guidance=one_line(guidance.text, 300),
        begins_privately=guidance.is_private and "private_reply" not in why_not,
    )


def _ties(
    db: Connection, thread: ThreadId, context: DeskContext, abilities: Abilities
) -> tuple[Tie, ...]:
    tied = contacts.ties(db, thread)
    others = rows(db, [ThreadId(one.thread) for one in tied], context, abilities)
    return tuple(
        Tie(other.id, MessageId(one.message), other.place, other.excerpt, one.is_private)
        for one in tied
        if (other := others.get(ThreadId(one.thread))) is not None
    )


def _notes(db: Connection, thread: ThreadId, context: DeskContext) -> tuple[ContactNoteView, ...]:
    contact = contacts.contact_of(db, thread)
    if contact is None:
        return ()
    return contact_notes(db, contacts.same_person(db, contact), context)


def contact_notes(
    db: Connection, person: Sequence[int], context: DeskContext
) -> tuple[ContactNoteView, ...]:
    """What colleagues noted about a person known under these ids, oldest first."""
    return tuple(
        ContactNoteView(one.decision, one.at, actor_name(one.actor, context), printable(one.text))
        for one in contacts.notes(db, person)
    )


def _under_way(
    db: Connection, ordered: Sequence[StoredOrder], context: DeskContext
) -> Iterable[OutboxView]:
    """What is shown of the outbox, and which of it my next undo takes back."""
    told = [one for one in reversed(ordered) if not _is_told(db, one)]
    last = journal.last_in_force(db, moderator(context.me)) if told else None
    for one in told:
        is_next = last is not None and (
            one.decision == last.id or journal.are_together(db, one.decision, last)
        )
        yield replace(view(one, context), is_undone_next=is_next)


def _is_told(db: Connection, order: StoredOrder) -> bool:
    """Cancelled, or done and shown elsewhere: as a message, or by how a message stands."""
    if order.state == "cancelled":
        return True
    if order.state != "sent" or order.verb == OutboxVerb.PRIVATE_REPLY:
        return False
    if order.verb != OutboxVerb.REPLY:
        return True
    return order.sent_id is not None and stored.known_sent(db, order.channel_id, order.sent_id)


def _why_not(case: Case, context: DeskContext) -> dict[str, str]:
    """Each verb that does not apply to the newest inbound message, with the reason."""
    checks: dict[str, Callable[[], None]] = {
        "reply": lambda: preconditions.check_reply(case),
        "private_reply": lambda: preconditions.check_private_reply(case),
    }
    for deed in OutboxVerb:
        if not deed.is_text:
            checks[deed.value] = _deed_check(case, deed)
    try:
        context.check_may_decide()
    except Refusal as refusal:
        return dict.fromkeys([*checks, "answered_by_hand", "note"], str(refusal))
    found: dict[str, str] = {}
    for verb, check in checks.items():
        try:
            check()
            if verb in ("reply", "private_reply"):
                preconditions.check_claim(case, context.me, context.name_of(case.at.claimed_by))
        except Refusal as refusal:
            found[verb] = str(refusal)
    if case.can.can_reply:
        found["answered_by_hand"] = _("carecli can write here itself.")
    return found


def _deed_check(case: Case, deed: OutboxVerb) -> Callable[[], None]:
    return lambda: preconditions.check_deed(case, deed)


def _messages(
    db: Connection,
    thread: ThreadId,
    said: Sequence[stored.StoredMessage],
    ordered: Iterable[StoredOrder],
    row: ThreadRow,
    context: DeskContext,
    title: str,
    coded: Expressed,
) -> list[MessageView]:
    waits = {wait.contact: wait for wait in stored.open_waits(db, thread)}
    deeds: dict[int, OutboxState] = {}
    for order in ordered:
        if order.message is not None and not OutboxVerb(order.verb).is_text:
            deeds.setdefault(order.message, OutboxState(order.state))
    depth: dict[str, int] = {}
    views: list[MessageView] = []
    is_mail, earlier = row.point is ContactPoint.EMAIL, EarlierMessages()
    for one in said:
        depth[one.platform_id] = depth.get(one.parent or "", -1) + 1
        if one.contact is not None:
            author = one.name or _(NAMELESS)
        else:
            author = actor_name(one.by, context) if one.by else one.native_actor or title
        wait = waits.get(one.contact) if one.contact is not None else None
        deed = deeds.get(one.id)
        theirs = one.contact is not None
        views.append(
            MessageView(
                id=MessageId(one.id),
                direction=Direction.OUTBOUND if one.contact is None else Direction.INBOUND,
                author=one_line(author, 120),
                text=printable(one.text),
                created_at=one.created_at,
                seen_at=one.seen_at,
                visibility=Visibility(one.visibility),
                is_edited=one.edited_at is not None,
                is_liked=bool(one.is_liked),
                is_private=row.point.is_private,
                is_native=one.contact is None and one.by is None,
                depth=depth[one.platform_id],
                permalink=printable(one.permalink),
                attachments=tuple(
                    AttachmentView(printable(kind), printable(url), one_line(name))
                    for kind, url, name in one.things()
                ),
                deed=deed if deed in UNDER_WAY else None,
                is_unanswered=wait is not None
                and one.settled_at is None
                and (one.id == wait.first_message or one.created_at >= wait.started_at),
                codes=coded.codes.get(one.id, ()),
                blind=coded.blind.get(one.id, ()),
                is_quoted=one.id in coded.quoted,
                folded=count_quoted_lines(printable(one.text), earlier)
                if is_mail and theirs
                else 0,
                also_to=tuple(map(one_line, one.also_to.splitlines())),
                contact=one.contact,
            )
        )
        if is_mail:
            earlier.add(one.text)
    return views


UNDER_WAY = (OutboxState.QUEUED, OutboxState.SENDING, OutboxState.UNKNOWN, OutboxState.FAILED)


def _decisions(
    db: Connection,
    thread: ThreadId,
    ordered: Iterable[StoredOrder],
    context: DeskContext,
    hides: Container[str],
) -> list[DecisionView]:
    states: dict[int, str] = {}
    for order in ordered:
        states.setdefault(order.decision, order.state)
    taken = journal.of_thread(db, thread, DECISIONS)
    seen = _seen_by_rules(db, thread) if any(_rule(one.actor) for one in taken) else {}
    return [
        DecisionView(
            id=one.id,
            at=one.at,
            actor=actor_name(one.actor, context),
            text=_said(db, one, states.get(one.id, ""), context),
            is_undone=one.is_undone,
            is_note=one.verb in ("note", "note_contact"),
            mentions=tuple(map(one_line, one.args.get("mentions", ()))),
            rule=_rule(one.actor),
            matched=seen.get(one.id, ()),
        )
        for one in taken
        if one.verb not in hides
    ]


def _said(db: Connection, one: journal.JournalEntry, state: str, context: DeskContext) -> str:
    said = decided(one, context, state)
    if one.verb != "open_case":
        return said
    from carecli.desk.planning import cases

    stands = cases.standing(db, one.id, context)
    return f"{said} ({stands})" if stands else said


def _rule(actor: str) -> str:
    kind, _colon, name = actor.partition(":")
    return one_line(name, 80) if kind == "rule" else ""


def _seen_by_rules(db: Connection, thread: ThreadId) -> dict[int, tuple[str, ...]]:
    """The words rules saw when they decided, by decision."""
    from carecli.store.rules import matched

    return {
        decision: tuple(
            dict.fromkeys(one_line(words or term, 80) for term, words, *_at in json.loads(evidence))
        )
        for decision, evidence in matched(db, thread).items()
    }


def _contact(found: stored.StoredContact | None) -> ContactView:
    if found is None:
        return ContactView("", 0, 0, 0)
    name = one_line(found.name, 120) or _(NAMELESS)
    return ContactView(
        name,
        found.first_seen_at,
        found.thread_count,
        found.complaint_count,
        found.is_blocked,
    )


def _post(post: stored.StoredPost) -> PostView:
    return PostView(
        PostKind(post.kind), printable(post.text), printable(post.permalink), post.created_at
    )


def draft_view(draft: StoredDraft) -> Draft:
    """A draft as the composer takes it up again."""
    return Draft(
        ThreadId(draft.thread),
        draft.text,
        draft.kind,
        MessageId(draft.target) if draft.target is not None else None,
        MessageId(draft.head) if draft.head is not None else None,
        draft.snippet,
        draft.to_all,
    )


def view(order: StoredOrder, context: DeskContext) -> OutboxView:
    """An item of the outbox as it is shown."""
    return OutboxView(
        id=OutboxId(order.id),
        thread=ThreadId(order.thread),
        message=MessageId(order.message) if order.message is not None else None,
        verb=OutboxVerb(order.verb),
        state=OutboxState(order.state),
        text=printable(order.text),
        by=actor_name(order.actor, context),
        not_before=order.not_before,
        attempts=order.attempts,
        error=printable(order.error),
        hint=printable(order.hint),
        created_at=order.created_at,
        contact=one_line(order.contact or "", 120),
        channel=one_line(order.channel, 80),
        to_all=bool(order.to_all),
    )
