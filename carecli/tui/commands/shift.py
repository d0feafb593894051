"""Commands for the start of a day and the end of a shift."""

from __future__ import annotations

from dataclasses import replace

from carecli.desk.conversations.rows import Receipt
from carecli.desk.planning.rows import Handover
from carecli.domain.commands import Assign
from carecli.i18n import _
from carecli.tui.commands.context import CommandContext
from carecli.tui.commands.registry import handles
from carecli.tui.day.handover import handover_text
from carecli.tui.day.link_rows import LinkRow
from carecli.tui.reply.review import SHOWN, Review, review_lines
from carecli.tui.widgets.dialogs import Ask
from carecli.tui.widgets.link_rows_screen import HandoverScreen, TodayScreen
from carecli.tui.widgets.readers import ReviewReader

MINE = "is:waiting assignee:me"


def follow(context: CommandContext, stop: LinkRow | None) -> None:
    """Show what a line leads to."""
    if stop is None:
        return
    if stop.thread is not None:
        context.threads.move_onto(stop.thread)
        context.conversation.open(stop.thread)
    elif stop.view is not None:
        context.loader.show_view(stop.view)
        context.layout.focus_on(context.threads)


@handles("app.today")
def today(context: CommandContext) -> None:
    """How many wait and which, what breaches soon, what came in."""
    screen = TodayScreen(
        context.preferences.painter, context.desk, context.preferences.zone, context.views.brand
    )

    def answered(answer: str | None) -> None:
        if answer is not None:
            follow(context, screen.chosen)

    context.app.push_screen(screen, answered)


@handles("app.handover")
def handover(context: CommandContext) -> None:
    """What I leave behind; a note, a file, and back to the pool."""
    screen = HandoverScreen(context.preferences.painter, context.desk, context.preferences.zone)

    def answered(answer: str | None) -> None:
        match answer:
            case "go":
                follow(context, screen.chosen)
            case "n":
                _write_note(context, screen.found)
            case "w":
                _write_file(context, screen.found)
                handover(context)
            case "R":
                _give_back(context, screen.found)

    context.app.push_screen(screen, answered)


def _write_note(context: CommandContext, found: Handover | None) -> None:
    if found is None:
        return

    def typed(text: str | None) -> None:
        if text is None:
            handover(context)
            return

        def left(_receipt: Receipt) -> None:
            _write_file(context, replace(found, note=text.strip()))
            handover(context)

        context.runner.do(lambda: context.desk.planning.leave_word(text), left)

    title = _("For the next shift")
    context.app.push_screen(Ask(context.preferences.painter, title, value=found.note), typed)


def _write_file(context: CommandContext, found: Handover | None) -> None:
    if found is None:
        return
    text = handover_text(found, context.preferences.zone)

    def told(file: str) -> None:
        context.runner.say(_("Saved to {file}").format(file=file))

    context.runner.do(lambda: context.desk.planning.keep_handover(text, found.now), told)


def _give_back(context: CommandContext, found: Handover | None) -> None:
    """All that waits and is mine, after a look at it; the file is written before."""

    def read() -> Review:
        ids = context.desk.threads.ids(MINE, "queue").ids
        return Review([Assign(one) for one in ids], {}, context.desk.threads.rows(ids[:SHOWN]))

    def show(review: Review) -> None:
        if not review.commands:
            context.runner.say(_("You have no waiting threads."))
            return
        zone = context.preferences.zone
        context.app.push_screen(
            ReviewReader(
                context.preferences.painter,
                _("Review"),
                lambda width: review_lines(review, width, zone),
            ),
            answered,
        )

    def answered(answer: str | None) -> None:
        if answer is None:
            handover(context)
            return
        _write_file(context, found)
        context.runner.do(context.desk.planning.hand_back, told)

    def told(receipt: Receipt) -> None:
        key = context.preferences.key("app.undo")
        context.runner.say(_("{deed}. {key} undoes it.").format(deed=receipt.said, key=key))

    context.runner.do(read, show)
