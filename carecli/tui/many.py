"""One text to all marked threads: written, filled in for each, looked at, then sent as one deed."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from uuid import uuid4

from carecli.desk.opened import TO_MANY, Draft, SnippetView
from carecli.domain.commands import Note
from carecli.domain.errors import CareError
from carecli.domain.model import ThreadId
from carecli.domain.snippet import Snippet
from carecli.i18n import _
from carecli.tui.batches import Hand
from carecli.tui.compose import CALL
from carecli.tui.editor import edit
from carecli.tui.review import SHOWN, Review, review_lines
from carecli.tui.stage import Stage
from carecli.tui.widgets.dialogs import Ask, Choice, Picker
from carecli.tui.widgets.many_writer import Circular, ManyWriter
from carecli.tui.widgets.readers import ReviewReader


def write_to_marked(
    inbox: Stage,
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
    kept = inbox.ask(inbox.desk.draft_to_many, None)
    start = Circular(is_private=private, is_note=note, key=uuid4().hex)
    if kept is not None and kept.is_note == note:
        start = replace(
            start,
            text=kept.text,
            snippet=kept.snippet,
            is_private=private or kept.is_private,
        )
    for one in inbox.desk.snippets(hand.threads[0], snippet) if snippet else ():
        if one.name == snippet:
            start = replace(start, text=one.text, snippet=snippet)
    writer = _write(inbox, hand, start)
    if pick:
        inbox.app.call_later(_pick, inbox, hand, writer)
    elif in_editor:
        inbox.app.call_later(_edit, inbox, writer)
    return True


def _write(inbox: Stage, hand: Hand, start: Circular) -> ManyWriter:
    def written(circular: Circular | None) -> None:
        if circular is not None:
            _keep(inbox, circular)
            _go_on(inbox, hand, circular)

    writer = ManyWriter(
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


def _keep(inbox: Stage, circular: Circular) -> None:
    draft = Draft(
        TO_MANY,
        circular.text,
        is_private=circular.is_private,
        is_note=circular.is_note,
        snippet=circular.snippet,
    )
    inbox.do(lambda: inbox.desk.save_draft(draft))


def _forget(inbox: Stage) -> None:
    inbox.do(lambda: inbox.desk.save_draft(Draft(TO_MANY, "")))


def _edit(inbox: Stage, writer: ManyWriter) -> None:
    try:
        text = edit(inbox.app, writer.text.text)
    except CareError as error:
        inbox.complain(error)
    else:
        writer.text.put(text)


def _pick(inbox: Stage, hand: Hand, writer: ManyWriter) -> None:
    """Put a snippet in: the one that was called by its name, or one that is picked."""
    first = hand.threads[0]
    called = CALL.search(writer.text.before_cursor())
    if called is not None:
        known = inbox.ask(lambda: inbox.desk.snippets(first, called[1]), ())
        for one in known:
            if one.name == called[1]:
                writer.text.drop_before_cursor(len(called[0]))
                writer.insert(one.text, one.name)
        return

    def find(typed: str) -> list[Choice]:
        return snippet_choices(inbox.ask(lambda: inbox.desk.snippets(first, typed), ()))

    def chosen(name: str | None) -> None:
        found = inbox.ask(lambda: inbox.desk.snippets(first, name or ""), ())
        for one in found:
            if one.name == name:
                writer.insert(one.text, one.name)

    inbox.app.push_screen(Picker(inbox.painter, _("Saved replies"), find), chosen)


def snippet_choices(found: Sequence[SnippetView]) -> list[Choice]:
    """Saved replies to pick from, each with its text."""
    return [
        Choice(
            one.name,
            one.title or one.name,
            f"{one.name} {' '.join(one.languages)}".strip(),
            text=one.text,
        )
        for one in found
    ]


def _go_on(inbox: Stage, hand: Hand, circular: Circular) -> None:
    """Ask for the next thing the text asks for, each once; then look at all of it."""
    if circular.is_note:
        text = circular.text.strip()
        inbox.decide_on(hand, lambda thread: [Note(thread, text)])
        _forget(inbox)
        return
    asked = Snippet("", "", circular.text).prompts()
    missing = [name for name in asked if name not in circular.answers]
    if not missing:
        inbox.run_worker(_look_at(inbox, hand, circular), group="many", exit_on_error=False)
        return
    name = missing[0]

    def typed(answer: str | None) -> None:
        if answer is None:
            _write(inbox, hand, circular)
            return
        answers = {**circular.answers, name: answer.strip()}
        _go_on(inbox, hand, replace(circular, answers=answers))

    title = _("{name}: what shall stand for it, in every reply?").format(name=f"{{{name}}}")
    hint = _("asked once · Enter · Esc back to the text")
    inbox.app.push_screen(Ask(inbox.painter, title, hint=hint), typed)


async def _look_at(inbox: Stage, hand: Hand, circular: Circular) -> None:
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
            inbox.carry_out(review.commands, partial(_forget, inbox))

    inbox.app.push_screen(
        ReviewReader(inbox.painter, _("Review"), lambda width: review_lines(review, width, zone)),
        answered,
    )


def review_of(inbox: Stage, threads: Sequence[ThreadId], circular: Circular) -> Review:
    """What would be sent, and what is left out; may take long."""
    found = inbox.desk.address(
        threads,
        circular.text,
        circular.answers,
        private=circular.is_private,
        snippet=circular.snippet,
        draft=circular.key,
    )
    named = [*list(found.refused)[:SHOWN], *[one.thread for one in found.replies][:SHOWN]]
    done_at = found.done_at if len(found.replies) > 1 else None
    return Review(found.replies, found.refused, inbox.desk.rows(named), done_at)
