"""One text to all marked threads: written, filled in, reviewed, sent as one decision."""

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
from carecli.tui.commands.context import CommandContext
from carecli.tui.inbox.selection import Targets
from carecli.tui.reply.checks import CALL
from carecli.tui.reply.editor import edit
from carecli.tui.reply.review import SHOWN, Review, review_lines
from carecli.tui.reply.snippet_picker import ask_for, pick
from carecli.tui.widgets.many_writer import MassReplyDraft, MassReplyWindow
from carecli.tui.widgets.readers import ReviewReader


def write_to_marked(
    context: CommandContext,
    *,
    private: bool = False,
    note: bool = False,
    pick: bool = False,
    in_editor: bool = False,
    snippet: str = "",
) -> bool:
    """Begin a text to the marked threads, or go on with it; False when none is marked."""
    targets = context.selection.targets()
    if targets is None or not targets.is_marked:
        return False
    kind = DraftKind.NOTE if note else DraftKind.PRIVATE if private else DraftKind.REPLY
    kept = context.drafts.begun(TO_MANY, kind)
    start = MassReplyDraft(kind=kind, key=uuid4().hex)
    if kept is not None:
        start = replace(start, text=kept.text, snippet=kept.snippet)
    for one in context.desk.replies.snippets(targets.threads[0], snippet) if snippet else ():
        if one.name == snippet:
            start = replace(start, text=one.text, snippet=snippet)
    writer = _write(context, targets, start)
    if pick:
        context.app.call_later(_pick, context, targets, writer)
    elif in_editor:
        context.app.call_later(_edit, context, writer)
    return True


def _write(context: CommandContext, targets: Targets, start: MassReplyDraft) -> MassReplyWindow:
    def written(circular: MassReplyDraft | None) -> None:
        if circular is not None:
            _keep(context, circular)
            _go_on(context, targets, circular)

    writer = MassReplyWindow(
        context.preferences.painter,
        context.preferences.keymap,
        len(targets.threads),
        start,
        partial(_keep, context),
        partial(_pick, context, targets),
        partial(_edit, context),
    )
    context.app.push_screen(writer, written)
    return writer


def _keep(context: CommandContext, circular: MassReplyDraft) -> None:
    context.drafts.keep(Draft(TO_MANY, circular.text, circular.kind, snippet=circular.snippet))


def _forget(context: CommandContext, kind: DraftKind) -> None:
    context.drafts.keep(Draft(TO_MANY, "", kind))


def _edit(context: CommandContext, writer: MassReplyWindow) -> None:
    try:
        text = edit(context.app, writer.text.text)
    except CareError as error:
        context.runner.complain(error)
    else:
        writer.text.put(text)


def _pick(context: CommandContext, targets: Targets, writer: MassReplyWindow) -> None:
    """Put a snippet in: the one that was called by its name, or one that is picked."""
    first = targets.threads[0]
    called = CALL.search(writer.text.before_cursor())
    if called is not None:
        known = context.runner.ask(lambda: context.desk.replies.snippets(first, called[1]), ())
        for one in known:
            if one.name == called[1]:
                writer.text.drop_before_cursor(len(called[0]))
                writer.insert(one.text, one.name)
        return

    pick(
        context.desk,
        context.runner,
        context.selection,
        context.preferences.painter,
        context.app.push_screen,
        first,
        lambda one: one.text,
        lambda chosen: writer.insert(chosen.text, chosen.name),
        targets.threads,
    )


def _go_on(context: CommandContext, targets: Targets, circular: MassReplyDraft) -> None:
    """Ask for the next thing the text asks for, each once; then look at all of it."""
    if circular.is_note:
        text = circular.text.strip()
        context.batches.decide_on(targets, lambda thread: [Note(thread, text)])
        _forget(context, circular.kind)
        return

    def asked(answers: Mapping[str, str] | None) -> None:
        if answers is None:
            _write(context, targets, circular)
        else:
            filled = replace(circular, answers=answers)
            context.screen.start(partial(_look_at, context, targets, filled), group="many")

    ask_for(
        context.app.push_screen,
        context.preferences.painter,
        circular.text,
        asked,
        title=_("Fill in (the same in every reply)"),
        hint=_("Enter: next line, done on the last one · Esc: back to the text"),
        answers=circular.answers,
    )


async def _look_at(context: CommandContext, targets: Targets, circular: MassReplyDraft) -> None:
    try:
        review = await asyncio.to_thread(review_of, context, targets.threads, circular)
    except Exception as error:  # noqa: BLE001  whatever the desk raises is told, not thrown
        context.runner.complain(error)
        _write(context, targets, circular)
        return
    zone = context.preferences.zone

    def answered(answer: str | None) -> None:
        if answer is None or not review.commands:
            _write(context, targets, replace(circular, answers={}))
        else:
            context.batches.run(review.commands, partial(_forget, context, circular.kind))

    context.app.push_screen(
        ReviewReader(
            context.preferences.painter,
            _("Review"),
            lambda width: review_lines(review, width, zone),
        ),
        answered,
    )


def review_of(
    context: CommandContext, threads: Sequence[ThreadId], circular: MassReplyDraft
) -> Review:
    """What would be sent, and what is left out; may take long."""
    found = context.desk.replies.address(
        threads,
        circular.text,
        circular.answers,
        private=circular.is_private,
        snippet=circular.snippet,
        draft=circular.key,
    )
    named = [*list(found.refused)[:SHOWN], *[one.thread for one in found.replies][:SHOWN]]
    done_at = found.done_at if len(found.replies) > 1 else None
    return Review(found.replies, found.refused, context.desk.threads.rows(named), done_at)
