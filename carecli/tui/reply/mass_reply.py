"""One text to all marked threads: written, filled in for each, looked at, then sent as one deed."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import partial
from uuid import uuid4

from carecli.desk.conversations.rows import TO_MANY, Draft
from carecli.domain.commands import Note
from carecli.domain.errors import CareError
from carecli.domain.model import DraftKind, ThreadId
from carecli.i18n import _
from carecli.tui.inbox.batches import Targets
from carecli.tui.inbox.controller import InboxController
from carecli.tui.reply.checks import CALL
from carecli.tui.reply.editor import edit
from carecli.tui.reply.review import SHOWN, Review, review_lines
from carecli.tui.reply.snippet_picker import ask_for, pick
from carecli.tui.widgets.many_writer import MassReplyDraft, MassReplyWindow
from carecli.tui.widgets.readers import ReviewReader


def write_to_marked(
    inbox: InboxController,
    *,
    private: bool = False,
    note: bool = False,
    pick: bool = False,
    in_editor: bool = False,
    snippet: str = "",
) -> bool:
    """Begin a text to the marked threads, or go on with it; False when none is marked."""
    hand = inbox.hand()
    if hand is None or not hand.is_marked:
        return False
    kind = DraftKind.NOTE if note else DraftKind.PRIVATE if private else DraftKind.REPLY
    kept = inbox.begun(TO_MANY, kind)
    start = MassReplyDraft(kind=kind, key=uuid4().hex)
    if kept is not None:
        start = replace(start, text=kept.text, snippet=kept.snippet)
    for one in inbox.desk.replies.snippets(hand.threads[0], snippet) if snippet else ():
        if one.name == snippet:
            start = replace(start, text=one.text, snippet=snippet)
    writer = _write(inbox, hand, start)
    if pick:
        inbox.app.call_later(_pick, inbox, hand, writer)
    elif in_editor:
        inbox.app.call_later(_edit, inbox, writer)
    return True


def _write(inbox: InboxController, hand: Targets, start: MassReplyDraft) -> MassReplyWindow:
    def written(circular: MassReplyDraft | None) -> None:
        if circular is not None:
            _keep(inbox, circular)
            _go_on(inbox, hand, circular)

    writer = MassReplyWindow(
        inbox.painter,
        inbox.keymap,
        len(hand.threads),
        start,
        partial(_keep, inbox),
        partial(_pick, inbox, hand),
        partial(_edit, inbox),
    )
    inbox.app.push_screen(writer, written)
    return writer


def _keep(inbox: InboxController, circular: MassReplyDraft) -> None:
    inbox.keep(Draft(TO_MANY, circular.text, circular.kind, snippet=circular.snippet))


def _forget(inbox: InboxController, kind: DraftKind) -> None:
    inbox.keep(Draft(TO_MANY, "", kind))


def _edit(inbox: InboxController, writer: MassReplyWindow) -> None:
    try:
        text = edit(inbox.app, writer.text.text)
    except CareError as error:
        inbox.complain(error)
    else:
        writer.text.put(text)


def _pick(inbox: InboxController, hand: Targets, writer: MassReplyWindow) -> None:
    """Put a snippet in: the one that was called by its name, or one that is picked."""
    first = hand.threads[0]
    called = CALL.search(writer.text.before_cursor())
    if called is not None:
        known = inbox.ask(lambda: inbox.desk.replies.snippets(first, called[1]), ())
        for one in known:
            if one.name == called[1]:
                writer.text.drop_before_cursor(len(called[0]))
                writer.insert(one.text, one.name)
        return

    pick(
        inbox,
        first,
        lambda one: one.text,
        lambda chosen: writer.insert(chosen.text, chosen.name),
        hand.threads,
    )


def _go_on(inbox: InboxController, hand: Targets, circular: MassReplyDraft) -> None:
    """Ask for the next thing the text asks for, each once; then look at all of it."""
    if circular.is_note:
        text = circular.text.strip()
        inbox.decide_on(hand, lambda thread: [Note(thread, text)])
        _forget(inbox, circular.kind)
        return

    def asked(answers: Mapping[str, str] | None) -> None:
        if answers is None:
            _write(inbox, hand, circular)
        else:
            filled = replace(circular, answers=answers)
            inbox.run_worker(_look_at(inbox, hand, filled), group="many", exit_on_error=False)

    ask_for(
        inbox,
        circular.text,
        asked,
        title=_("Fill in (the same in every reply)"),
        hint=_("Enter: next line, done on the last one · Esc: back to the text"),
        answers=circular.answers,
    )


async def _look_at(inbox: InboxController, hand: Targets, circular: MassReplyDraft) -> None:
    try:
        review = await asyncio.to_thread(review_of, inbox, hand.threads, circular)
    except Exception as error:  # noqa: BLE001  whatever the desk raises is told, not thrown
        inbox.complain(error)
        _write(inbox, hand, circular)
        return
    zone = inbox.settings.zone

    def answered(answer: str | None) -> None:
        if answer is None or not review.commands:
            _write(inbox, hand, replace(circular, answers={}))
        else:
            inbox.carry_out(review.commands, partial(_forget, inbox, circular.kind))

    inbox.app.push_screen(
        ReviewReader(inbox.painter, _("Review"), lambda width: review_lines(review, width, zone)),
        answered,
    )


def review_of(
    inbox: InboxController, threads: Sequence[ThreadId], circular: MassReplyDraft
) -> Review:
    """What would be sent, and what is left out; may take long."""
    found = inbox.desk.replies.address(
        threads,
        circular.text,
        circular.answers,
        private=circular.is_private,
        snippet=circular.snippet,
        draft=circular.key,
    )
    named = [*list(found.refused)[:SHOWN], *[one.thread for one in found.replies][:SHOWN]]
    done_at = found.done_at if len(found.replies) > 1 else None
    return Review(found.replies, found.refused, inbox.desk.threads.rows(named), done_at)
