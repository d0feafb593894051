"""Lookup commands: product cards, the person's history, keeping a reply as a snippet."""

from __future__ import annotations

from typing import TYPE_CHECKING

from carecli.desk.conversations.rows import Draft
from carecli.domain.commands import NoteContact
from carecli.domain.errors import Refusal
from carecli.domain.model import DraftKind, ThreadId
from carecli.i18n import _
from carecli.tui.commands.context import CommandContext
from carecli.tui.commands.registry import handles
from carecli.tui.commands.shift import follow
from carecli.tui.day.link_rows import LinkRow
from carecli.tui.inbox.outcome_words import concerning
from carecli.tui.style.cells import cut
from carecli.tui.widgets.dialogs import Ask, Choice, Picker, among
from carecli.tui.widgets.link_rows_screen import HistoryScreen

if TYPE_CHECKING:
    from carecli.desk.conversations.rows import Receipt
    from carecli.desk.replies.rows import CardView, SnippetMade

LINKS = "links"


@handles("compose.card")
def look_up_card(context: CommandContext) -> None:
    """Search the product cards; what is chosen is quoted into the reply."""
    thread = context.selection.thread
    if thread is None:
        return

    def find(typed: str) -> list[Choice]:
        found = context.runner.ask(lambda: context.desk.replies.cards(typed, thread), ())
        return [choice for card in found for choice in _parts(card)]

    def chosen(key: str | None) -> None:
        card, _, section = (key or "").partition("/")
        is_begun = (
            context.composer.writing is not None and context.composer.writing.thread == thread
        )
        if not card or not (is_begun or context.composer.begin()):
            return
        if section == LINKS:
            links = [one for one in context.desk.replies.cards("", thread) if one.name == card]
            context.composer.text.add(" ".join(links[0].links) if links else "")
        else:
            context.composer.text.add(
                context.runner.ask(lambda: context.desk.replies.quote(card, section), "")
            )

    title = context.selection.titled([thread], _("Product cards: which part to quote?"))
    context.app.push_screen(Picker(context.preferences.painter, title, find), chosen)


def _parts(card: CardView) -> list[Choice]:
    parts = [
        Choice(f"{card.name}/{one.title}", f"{card.product} · {one.title}", text=one.text)
        for one in card.sections
    ]
    if card.links:
        links = "\n".join(card.links)
        title = card.product + " · " + _("links")
        parts.append(Choice(f"{card.name}/{LINKS}", title, text=links))
    return parts


def _brief(text: str) -> str:
    return " ".join(text.split())


@handles("reply.keep")
def keep_reply(context: CommandContext) -> None:
    """Save my newest reply here as a snippet; where I said nothing, the one I sent last."""
    thread, last = context.selection.thread or context.composer.answered, context.composer.answered
    if thread is None:
        return

    def told(made: SnippetMade) -> None:
        context.runner.say(
            _("Saved as ;;{name}: {text}").format(name=made.name, text=cut(_brief(made.text), 120))
        )

    def made(key: str, title: str) -> SnippetMade:
        try:
            return context.desk.replies.make_snippet(key, thread, title)
        except Refusal:
            if last is None or last == thread:
                raise
            return context.desk.replies.make_snippet(key, last, title)

    def typed(name: str | None) -> None:
        title = (name or "").strip()
        if title:
            key = "-".join(title.lower().split())
            context.runner.do(lambda: made(key, title), told)

    hint = _("names become placeholders, numbers are asked for · Enter · Esc")
    context.app.push_screen(
        Ask(context.preferences.painter, _("Save the last reply as a snippet"), hint=hint), typed
    )


@handles("thread.history")
def history(context: CommandContext) -> None:
    """Everything with this person, on every channel they are known on."""
    thread = context.selection.thread
    if thread is not None:
        show_history(context, thread)


def show_history(context: CommandContext, thread: ThreadId) -> None:
    """Everything with the person of a thread."""
    found = context.runner.ask(lambda: context.desk.conversations.history(thread), None)
    if found is None:
        context.runner.say(_("Only the brand wrote here."))
        return
    name = found.identities[0].name if found.identities else ""
    screen = HistoryScreen(context.preferences.painter, found, thread, context.preferences.zone)

    def answered(answer: str | None) -> None:
        if answer == "i":
            _note(context, thread, name)
        elif answer is not None:
            follow(context, screen.chosen)

    context.app.push_screen(screen, answered)


def _note(context: CommandContext, thread: ThreadId, name: str) -> None:
    """Write a note about the person, and show it where it stands from now on."""

    def noted(_receipt: Receipt) -> None:
        context.runner.say(concerning(name, _("noted")))
        show_history(context, thread)

    def typed(text: str | None) -> None:
        if text and text.strip():
            context.runner.do(
                lambda: context.desk.commands.submit(NoteContact(thread, text)), noted, about=name
            )
            return
        if context.drafts.begun(thread, DraftKind.CONTACT) is not None:
            key = context.preferences.key("thread.history")
            said = _("the note is kept; {key} i goes on with it").format(key=key)
            context.runner.say(concerning(name, said))
        show_history(context, thread)

    def keep(text: str) -> None:
        context.drafts.keep(Draft(thread, text, DraftKind.CONTACT))

    begun = context.drafts.begun(thread, DraftKind.CONTACT)
    value = begun.text if begun is not None else ""
    title = _("Note about {name}, for colleagues only").format(name=name)
    context.app.push_screen(Ask(context.preferences.painter, title, value=value, keep=keep), typed)


@handles("thread.other")
def other(context: CommandContext) -> None:
    """The thread that a private answer ties to this one; several are picked from."""
    thread = context.selection.thread
    talk = (
        context.runner.ask(lambda: context.desk.conversations.conversation(thread), None)
        if thread is not None
        else None
    )
    if talk is None:
        return
    choices = [Choice(str(tie.thread), tie.place, cut(_brief(tie.text), 40)) for tie in talk.ties]

    def chosen(key: str | None) -> None:
        if key is not None:
            follow(context, LinkRow([], thread=ThreadId(int(key))))

    if not choices:
        untied = _("This thread is not linked to another one by a private answer.")
        context.runner.say(concerning(context.selection.name_of(talk.row.id), untied))
    elif len(choices) == 1:
        chosen(choices[0].key)
    else:
        title = context.selection.titled([talk.row.id], _("Which thread?"))
        context.app.push_screen(Picker(context.preferences.painter, title, among(choices)), chosen)
