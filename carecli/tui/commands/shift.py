"""The start of a day and the end of a shift."""

from __future__ import annotations

from dataclasses import replace

from carecli.desk.conversations.rows import Receipt
from carecli.desk.planning.rows import Handover
from carecli.domain.commands import Assign
from carecli.i18n import _
from carecli.tui.commands.registry import handles
from carecli.tui.day.handover import handover_text
from carecli.tui.day.link_rows import LinkRow
from carecli.tui.inbox.controller import InboxController
from carecli.tui.reply.review import SHOWN, Review, review_lines
from carecli.tui.widgets.dialogs import Ask
from carecli.tui.widgets.link_rows_screen import HandoverScreen, TodayScreen
from carecli.tui.widgets.readers import ReviewReader

MINE = "is:waiting assignee:me"


def follow(inbox: InboxController, stop: LinkRow | None) -> None:
    """Show what a line leads to."""
    if stop is None:
        return
    if stop.thread is not None:
        inbox.threads.move_onto(stop.thread)
        inbox.open_thread(stop.thread)
    elif stop.view is not None:
        inbox.show_view(stop.view)
        inbox.focus_on(inbox.threads)


@handles("app.today")
def today(inbox: InboxController) -> None:
    """How many wait and which, what breaches soon, what came in."""
    screen = TodayScreen(inbox.painter, inbox.desk, inbox.settings.zone, inbox.brand)

    def answered(answer: str | None) -> None:
        if answer is not None:
            follow(inbox, screen.chosen)

    inbox.app.push_screen(screen, answered)


@handles("app.handover")
def handover(inbox: InboxController) -> None:
    """What I leave behind; a note, a file, and back to the pool."""
    screen = HandoverScreen(inbox.painter, inbox.desk, inbox.settings.zone)

    def answered(answer: str | None) -> None:
        match answer:
            case "go":
                follow(inbox, screen.chosen)
            case "n":
                _write_note(inbox, screen.found)
            case "w":
                _write_file(inbox, screen.found)
                handover(inbox)
            case "R":
                _give_back(inbox, screen.found)

    inbox.app.push_screen(screen, answered)


def _write_note(inbox: InboxController, found: Handover | None) -> None:
    if found is None:
        return

    def typed(text: str | None) -> None:
        if text is None:
            handover(inbox)
            return

        def left(_receipt: Receipt) -> None:
            _write_file(inbox, replace(found, note=text.strip()))
            handover(inbox)

        inbox.do(lambda: inbox.desk.planning.leave_word(text), left)

    title = _("For the next shift")
    inbox.app.push_screen(Ask(inbox.painter, title, value=found.note), typed)


def _write_file(inbox: InboxController, found: Handover | None) -> None:
    if found is None:
        return
    text = handover_text(found, inbox.settings.zone)

    def told(file: str) -> None:
        inbox.say(_("Saved to {file}").format(file=file))

    inbox.do(lambda: inbox.desk.planning.keep_handover(text, found.now), told)


def _give_back(inbox: InboxController, found: Handover | None) -> None:
    """All that waits and is mine, after a look at it; the file is written before."""

    def read() -> Review:
        ids = inbox.desk.threads.ids(MINE, "queue").ids
        return Review([Assign(one) for one in ids], {}, inbox.desk.threads.rows(ids[:SHOWN]))

    def show(review: Review) -> None:
        if not review.commands:
            inbox.say(_("You have no waiting threads."))
            return
        zone = inbox.settings.zone
        inbox.app.push_screen(
            ReviewReader(
                inbox.painter, _("Review"), lambda width: review_lines(review, width, zone)
            ),
            answered,
        )

    def answered(answer: str | None) -> None:
        if answer is None:
            handover(inbox)
            return
        _write_file(inbox, found)
        inbox.do(inbox.desk.planning.hand_back, told)

    def told(receipt: Receipt) -> None:
        key = inbox.key("app.undo")
        inbox.say(_("{deed}. {key} undoes it.").format(deed=receipt.said, key=key))

    inbox.do(read, show)
