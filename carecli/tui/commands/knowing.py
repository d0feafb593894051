"""What helps to answer: product cards, the person's history, and replies worth keeping."""

from __future__ import annotations

from typing import TYPE_CHECKING

from carecli.desk.rows import ThreadRow
from carecli.domain.commands import NoteContact
from carecli.domain.errors import Refusal
from carecli.domain.figures import number
from carecli.domain.model import ThreadId
from carecli.i18n import _, ngettext
from carecli.tui.cells import Line, cut, fill, fit
from carecli.tui.clock import day
from carecli.tui.commands.registry import handles
from carecli.tui.paint import OUTCOMES, SHAPES
from carecli.tui.stage import Stage
from carecli.tui.widgets.dialogs import Ask, Choice, Picker
from carecli.tui.widgets.readers import HistoryReader

if TYPE_CHECKING:
    from carecli.desk.knowledge import CardView, History, SnippetMade

LINKS = "links"


@handles("compose.card")
def look_up_card(inbox: Stage) -> None:
    """Search the product cards; what is chosen is quoted into the reply."""
    thread = inbox.at_hand
    if thread is None:
        return

    def find(typed: str) -> list[Choice]:
        found = inbox.ask(lambda: inbox.desk.cards(typed, thread), ())
        return [choice for card in found for choice in _parts(card)]

    def chosen(key: str | None) -> None:
        card, _, section = (key or "").partition("/")
        if not card or (inbox.writing is None and not inbox.begin()):
            return
        if section == LINKS:
            links = [one for one in inbox.desk.cards("", thread) if one.name == card]
            inbox.text.add(" ".join(links[0].links) if links else "")
        else:
            inbox.text.add(inbox.ask(lambda: inbox.desk.quote(card, section), ""))

    inbox.app.push_screen(Picker(inbox.painter, _("Product cards: quote what?"), find), chosen)


def _parts(card: CardView) -> list[Choice]:
    parts = [
        Choice(f"{card.name}/{one.title}", f"{card.product} · {one.title}", _brief(one.text))
        for one in card.sections
    ]
    if card.links:
        links = " ".join(card.links)
        parts.append(Choice(f"{card.name}/{LINKS}", card.product + " · " + _("links"), links))
    return parts


def _brief(text: str) -> str:
    return " ".join(text.split())


@handles("reply.keep")
def keep_reply(inbox: Stage) -> None:
    """Save my newest reply here as a snippet; where I said nothing, the one I sent last."""
    thread, last = inbox.at_hand or inbox.answered, inbox.answered
    if thread is None:
        return

    def told(made: SnippetMade) -> None:
        inbox.say(
            _("Kept as ;;{name}: {text}").format(name=made.name, text=cut(_brief(made.text), 120))
        )

    def made(key: str, title: str) -> SnippetMade:
        try:
            return inbox.desk.make_snippet(key, thread, title)
        except Refusal:
            if last is None or last == thread:
                raise
            return inbox.desk.make_snippet(key, last, title)

    def typed(name: str | None) -> None:
        title = (name or "").strip()
        if title:
            key = "-".join(title.lower().split())
            inbox.do(lambda: made(key, title), told)

    hint = _("names become placeholders, numbers questions · Enter · Esc")
    inbox.app.push_screen(
        Ask(inbox.painter, _("Keep the last reply as a snippet"), hint=hint), typed
    )


@handles("thread.history")
def history(inbox: Stage) -> None:
    """Everything with this person, on every channel they are known on."""
    thread = inbox.at_hand
    if thread is None:
        return
    found = inbox.ask(lambda: inbox.desk.history(thread), None)
    if found is None:
        inbox.say(_("Nobody but the brand spoke here."))
        return
    name = found.identities[0].name if found.identities else ""

    def answered(answer: str | None) -> None:
        if answer == "note":
            _note(inbox, thread, name)

    inbox.app.push_screen(
        HistoryReader(
            inbox.painter,
            _("Everything with {name}").format(name=name),
            lambda width: history_lines(found, thread, inbox.settings.zone, width),
        ),
        answered,
    )


def _note(inbox: Stage, thread: ThreadId, name: str) -> None:
    def typed(text: str | None) -> None:
        if text and text.strip():
            inbox.submit(NoteContact(thread, text))

    inbox.app.push_screen(
        Ask(inbox.painter, _("Note about {name}, for colleagues only").format(name=name)), typed
    )


def history_lines(found: History, thread: ThreadId, zone: str, width: int) -> list[Line]:
    """Where they are known, what was noted about them, how their waits ended, and every thread."""
    lines: list[Line] = []
    for one in found.identities:
        since = _("since {day}").format(day=day(one.since, zone)) + " "
        lines.append(
            fill([(f" {one.name}", "strong"), (f"  {one.channel}", "dim")], [(since, "dim")], width)
        )
    outcomes = [f"{_(OUTCOMES[outcome])} {number(n)}" for outcome, n in found.outcomes.items()]
    if outcomes:
        lines += [[], [(" " + cut(" · ".join(outcomes), width - 2), "accent")]]
    for note in found.notes:
        head = f" ✎ {day(note.at, zone)} {note.actor}: "
        lines += [
            [],
            [(cut(head, width // 2), "dim"), (cut(_brief(note.text), width // 2), "text")],
        ]
    lines.append([])
    for row in found.threads:
        lines += _past(row, thread, zone, width)
    if found.older:
        said = ngettext("… and {n} older one", "… and {n} older ones", found.older)
        lines.append([(f" {said.format(n=number(found.older))}", "dim")])
    return lines


def _past(row: ThreadRow, here: ThreadId, zone: str, width: int) -> list[Line]:
    when = day(row.last_inbound_at, zone) if row.last_inbound_at is not None else ""
    ended = _(OUTCOMES[row.outcome]) if row.outcome is not None else _("waits")
    this = " " + _("(this one)") if row.id == here else ""
    head: Line = [(f" {SHAPES[row.colour]} ", row.colour.value), (when, "strong")]
    head.append((f"  {row.place}{this}", "dim"))
    return [
        fill(head, [(f" {ended} ", "text")], width),
        [(fit("   " + cut(_brief(row.excerpt), width - 4), width), "text")],
        [(" " * width, "text")],
    ]
