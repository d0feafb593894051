"""Threads, conversations and times in words. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from carecli.desk.wording import attached, expressed, unquoted
from carecli.domain.figures import clock, span_in_words, whole_day
from carecli.domain.model import (
    Direction,
    DraftKind,
    Millis,
    OutboxState,
    OutboxVerb,
    Outcome,
    Visibility,
)
from carecli.domain.names import colour_name
from carecli.i18n import N_, _, ngettext

if TYPE_CHECKING:
    from carecli.desk.conversations.rows import Conversation, Draft, MessageView, OutboxView
    from carecli.desk.threads.rows import ThreadRow

SENDING = {
    OutboxState.FAILED: N_("an answer was not sent"),
    OutboxState.UNKNOWN: N_("an answer is not confirmed yet"),
    OutboxState.SENDING: N_("an answer is being sent"),
    OutboxState.QUEUED: N_("an answer is waiting to be sent"),
}

DRAFTS = {
    DraftKind.REPLY: N_("Your draft of a reply: {text}"),
    DraftKind.PRIVATE: N_("Your draft of a private reply: {text}"),
    DraftKind.NOTE: N_("Your draft of a note: {text}"),
    DraftKind.CASE: N_("Your draft of a question to another team: {text}"),
    DraftKind.CONTACT: N_("Your draft of a note about the person: {text}"),
}

STATES = {
    OutboxState.FAILED: N_("not done"),
    OutboxState.UNKNOWN: N_("not confirmed yet"),
    OutboxState.SENDING: N_("being sent"),
    OutboxState.QUEUED: N_("is waiting to be sent"),
    OutboxState.SENT: N_("sent"),
    OutboxState.CANCELLED: N_("discarded"),
}

FATES = {
    Visibility.HIDDEN: N_("hidden"),
    Visibility.DELETED_BY_US: N_("deleted by us"),
    Visibility.WITHDRAWN: N_("deleted by its author"),
    Visibility.GONE: N_("no longer on the platform"),
}

OUTCOMES = {
    Outcome.REPLIED: N_("answered"),
    Outcome.REPLIED_ELSEWHERE: N_("answered in the platform's app"),
    Outcome.NO_REPLY_NEEDED: N_("no reply needed"),
    Outcome.MODERATED: N_("hidden or deleted by us"),
    Outcome.WITHDRAWN: N_("deleted by its author"),
    Outcome.WINDOW_CLOSED: N_("the platform's window closed"),
}

VERBS = {
    OutboxVerb.REPLY: N_("reply"),
    OutboxVerb.PRIVATE_REPLY: N_("private reply"),
    OutboxVerb.HIDE: N_("hide"),
    OutboxVerb.UNHIDE: N_("show again"),
    OutboxVerb.DELETE: N_("delete"),
    OutboxVerb.LIKE: N_("like"),
    OutboxVerb.BLOCK: N_("block"),
    OutboxVerb.UNBLOCK: N_("unblock"),
    OutboxVerb.UNLIKE: N_("remove the like"),
    OutboxVerb.CASE: N_("ask another team"),
}


def draft(kept: Draft) -> str:
    """What was begun and not sent."""
    return _(DRAFTS[kept.kind]).format(text=kept.text)


def place(row: ThreadRow) -> str:
    """`Messenger, La Roche-Posay MX`."""
    return _spoken(row.place)


def _spoken(place: str) -> str:
    return place.replace(" · ", ", ")


def urgency(row: ThreadRow, now: Millis) -> str:
    """`red, 12 minutes overdue`; of who does not wait, only the colour."""
    colour = colour_name(row.colour)
    if not row.colour_by:
        colour = _("{colour}, untriaged").format(colour=colour)
    if row.deadline is None or not row.is_waiting:
        return _("{colour}, nobody waiting").format(colour=colour)
    left = row.deadline - now
    said = span_in_words(abs(left))
    if left < 0:
        return _("{colour}, {span} overdue").format(colour=colour, span=said)
    return _("{colour}, {span} left").format(colour=colour, span=said)


def thread_line(row: ThreadRow, now: Millis, me: str, zone: str = "") -> str:
    """A thread in one line: how urgent, who, where, what is special about it, and the words.

    With a `zone` also when these were written, by the clock there.
    """
    parts = [urgency(row, now), row.author or _("no name"), place(row)]
    if row.message_count > 1:
        count = row.message_count
        parts.append(ngettext("{n} message", "{n} messages", count).format(n=count))
    if row.assignee:
        mine = row.assignee == me
        parts.append(_("yours") if mine else _("with {name}").format(name=row.owner))
    if row.is_flagged:
        parts.append(_("flagged"))
    if row.claimed_by and row.claimed_by != me:
        parts.append(_("{name} is answering").format(name=row.writer))
    if row.has_draft:
        parts.append(_("draft"))
    if row.is_unclear:
        parts.append(_("answered outside, please check"))
    if row.sending in SENDING:
        parts.append(_(SENDING[row.sending]))
    if zone and row.message_at is not None:
        parts.append(_("written {time}").format(time=moment(row.message_at, zone)))
    return f"{', '.join(parts)}: {' '.join(row.excerpt.split())}"


def past_line(row: ThreadRow, zone: str) -> str:
    """A thread of a person's history: when, how it ended, where, and how its newest text begins."""
    ended = _(OUTCOMES[row.outcome]) if row.outcome is not None else _("waits")
    at = row.last_inbound_at
    parts = [whole_day(_local(at, zone))] if at is not None else []
    return f"{', '.join([*parts, ended, place(row)])}: {' '.join(row.excerpt.split())}"


def moment(at: Millis, zone: str) -> str:
    """`Thu 1 Jan 2026, 14:02`."""
    return f"{whole_day(_local(at, zone))}, {hour(at, zone)}"


def hour(at: Millis, zone: str) -> str:
    """`14:02`."""
    return clock(_local(at, zone))


def _local(at: Millis, zone: str) -> datetime:
    return datetime.fromtimestamp(at / 1000, ZoneInfo(zone))


def head(talk: Conversation, now: Millis, me: str) -> Iterator[str]:
    """Who it is, how urgent, what is known, and what may be answered."""
    row = talk.row
    yield f"{talk.contact.name or _('no name')}, {place(row)}."
    if talk.contact.is_blocked:
        yield _("Blocked: they cannot write to the brand.")
    said = urgency(row, now)
    by = talk.coloured_by
    yield _("Colour: {colour}, by {name}.").format(colour=said, name=by) if by else f"{said}."
    if row.window_until is not None and row.is_waiting:
        left = row.window_until - now
        yield (
            _("The platform accepts answers for another {span}.").format(span=span_in_words(left))
            if left > 0
            else _("The platform's window for answers is closed.")
        )
    who = _("you") if row.assignee == me else row.owner
    yield _("Assigned to {name}.").format(name=who) if row.owner else _("Assigned to nobody.")
    if row.claimed_by and row.claimed_by != me:
        yield _("{name} is answering this thread.").format(name=row.writer)
    if row.is_flagged:
        yield _("Flagged.")
    if row.labels:
        yield _("Labels: {labels}.").format(labels=", ".join(row.labels))
    for tie in talk.ties:
        said = (
            _("Answered privately, {place}: {text}")
            if tie.is_private
            else _("Began with the comment, {place}: {text}")
        )
        text = " ".join(tie.text.split())
        yield said.format(place=_spoken(tie.place), text=text).rstrip(": ")
    for note in talk.contact_notes:
        yield _("Note about the contact, by {name}: {text}").format(name=note.actor, text=note.text)
    if talk.post is not None:
        text = " ".join(talk.post.text.split()) or talk.post.permalink
        yield _("Under the post: {text}").format(text=text)


def conversation(
    talk: Conversation, zone: str, now: Millis, most: int, *, is_whole: bool = False
) -> Iterator[str]:
    """What was said and decided, oldest first; at most the newest `most` of it.

    What mails only quote is left out and counted, unless `is_whole`.
    """
    moments = [
        *(
            (one.created_at, 0, message(one, talk, zone, is_whole=is_whole))
            for one in talk.messages
        ),
        *(
            (
                one.at,
                1,
                f"{hour(one.at, zone)}, {one.actor}: {one.text}"
                + (f" ({_('undone')})" if one.is_undone else ""),
            )
            for one in talk.decisions
        ),
        *((one.created_at, 2, order(one, now)) for one in talk.outbox),
    ]
    moments.sort(key=lambda moment: moment[:2])
    left_out = len(moments) - most + talk.older if len(moments) > most else talk.older
    if left_out > 0:
        yield ngettext(
            "{n} older entry is not shown; type all to read it.",
            "{n} older entries are not shown; type all to read them.",
            left_out,
        ).format(n=left_out)
    today = ""
    for at, _kind, said in moments[-most:]:
        day = whole_day(_local(at, zone))
        if day != today:
            yield f"{day}."
            today = day
        yield said


def message(one: MessageView, talk: Conversation, zone: str, *, is_whole: bool = False) -> str:
    """A message with its time, who wrote it, and what became of it."""
    text, folded = (one.text, "") if is_whole else unquoted(one)
    ours = one.direction is Direction.OUTBOUND
    who = _("we, {name}").format(name=one.author) if ours else one.author
    tags = [_(FATES[one.visibility])] if one.visibility in FATES else []
    tags += [_("edited")] if one.is_edited else []
    in_private = talk.row.point.is_private
    tags += [_("private")] if one.is_private and not in_private else []
    tags += [_("liked")] if one.is_liked else []
    tags += [_("unanswered")] if one.is_unanswered else []
    things = [attached(a.kind, a.name) for a in one.attachments]
    tags += things if text else []
    if one.also_to:
        tags.append(_("also to: {names}").format(names=", ".join(one.also_to)))
    tags += [_("{lines} not shown; type all to read them").format(lines=folded)] if folded else []
    tags += [codes] if (codes := expressed(one)) else []
    said = f"{hour(one.created_at, zone)}, {who}: {text or ', '.join(things) or _('no text')}"
    return f"{said} ({', '.join(tags)})" if tags else said


def order(one: OutboxView, now: Millis) -> str:
    """What is still to happen on the platform, or did not."""
    state = _(STATES[one.state])
    if one.state is OutboxState.QUEUED and one.not_before > now:
        state = _("will be sent in {span}; type undo to cancel").format(
            span=span_in_words(one.not_before - now)
        )
    parts = [f"{_(VERBS[one.verb])}, {one.by}: {state}"]
    parts += [_(part) for part in (one.error, one.hint) if part]
    if one.verb.is_answer:
        parts.append(one.text)
    return ". ".join(part.rstrip(".") for part in parts) + "."
