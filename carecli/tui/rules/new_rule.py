"""The form for a new rule: what it does, which words, where; tried, then switched on."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from textual import events
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.screen import ModalScreen
from textual.widgets import Input

from carecli.desk.rules.rule_writer import BARE, OFFERED, RuleDraft, words_of
from carecli.domain.model import Colour, ContactPoint, NoReplyReason
from carecli.domain.names import colour_name, reason_name
from carecli.domain.rule import DeedKind
from carecli.i18n import N_, _
from carecli.tui.rules.words import deed_words
from carecli.tui.style.cells import Line
from carecli.tui.style.content import Painter
from carecli.tui.widgets.board import Banner
from carecli.tui.widgets.dialogs import Ask, Choice, Picker, among
from carecli.tui.widgets.entry_form import PastedLine

if TYPE_CHECKING:
    from carecli.tui.inbox.window_context import WindowContext

DOES = {
    DeedKind.COLOUR: N_("Set the colour"),
    DeedKind.LABEL: N_("Add a label"),
    DeedKind.TEAM: N_("Assign to a team"),
    DeedKind.ASSIGN: N_("Assign to a person"),
    DeedKind.FLAG: N_("Raise the flag"),
    DeedKind.SAFETY: N_("Raise the safety flag"),
    DeedKind.NOTE: N_("Write an internal note"),
    DeedKind.DONE: N_("Mark as no reply needed"),
    DeedKind.HIDE: N_("Hide the message"),
    DeedKind.LIKE: N_("Like the message"),
    DeedKind.BLOCK: N_("Block the author (waits for approval)"),
    DeedKind.REPLY: N_("Reply in the thread (waits for approval)"),
    DeedKind.PRIVATE: N_("Reply privately (waits for approval)"),
}
"""What a rule of the form can do, as its first question says it."""

POINTS = " ".join(point.value for point in ContactPoint)


class RuleForm(ModalScreen[RuleDraft | None]):
    """Asks for the name, the words, the words that speak against it, and the places."""

    FIELDS = (
        ("title", N_("Name, e.g. Lost parcels")),
        (
            "words",
            N_("Words or phrases to look for, separated by commas"),
        ),
        ("without", N_("Words that exclude a message (optional)")),
        ("points", N_("Where (empty: everywhere): {points}")),
        ("channels", N_("Channels (empty: all)")),
    )

    def __init__(self, painter: Painter, kind: DeedKind, value: str) -> None:
        super().__init__()
        self.painter = painter
        self._kind, self._value = kind, value

    def compose(self) -> ComposeResult:
        """Labelled lines, one below the other."""
        above = Banner(self.painter, id="dialog-title", surface="head")
        does = _("New rule: {deed}").format(deed=deed_words(self._kind, self._value))
        above.show([[(f" {does}", "title")]])
        with Vertical(id="dialog"):
            yield above
            for name, label in self.FIELDS:
                banner = Banner(self.painter, id=f"label-{name}", surface="panel")
                banner.show([[(" " + _(label).format(points=POINTS), "dim")]])
                yield banner
                line = PastedLine(id=name, compact=True, classes="entry")
                line.cursor_blink = False
                yield line
            yield Banner(self.painter, id="dialog-hint", surface="head")

    def on_mount(self) -> None:
        """Begin with the name."""
        self._input("title").focus()
        self._hint("")

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """On to the next line; from the last one, done, or back to the line that is wrong."""
        event.stop()
        names = [name for name, _label in self.FIELDS]
        place = names.index(event.input.id or names[0])
        if place < len(names) - 1:
            self._input(names[place + 1]).focus()
            return
        name, problem = self._wrong()
        if problem:
            self._hint(problem)
            self._input(name).focus()
            return
        self.dismiss(
            RuleDraft(
                self._typed("title"),
                self._kind,
                self._value,
                words_of(self._typed("words")),
                words_of(self._typed("without")),
                tuple(self._typed("points").replace(",", " ").split()),
                tuple(self._typed("channels").replace(",", " ").split()),
            )
        )

    def on_key(self, event: events.Key) -> None:
        """Esc leaves."""
        if event.key == "escape":
            event.stop()
            self.dismiss(None)

    def _wrong(self) -> tuple[str, str]:
        """The first line that cannot stay as it is, and why; two empty words when all is well."""
        if not self._typed("title"):
            return "title", _("Give the rule a name.")
        if not words_of(self._typed("words")):
            return "words", _("Enter the words that the rule looks for.")
        points = self._typed("points").replace(",", " ").split()
        if any(one not in POINTS.split() for one in points):
            return "points", _("Choose among these contact points.")
        return "", ""

    def _hint(self, problem: str) -> None:
        keys = _("Enter: next line, done on the last one · Esc close")
        line: Line = [(f" {problem}", "warn")] if problem else [(f" {keys}", "dim")]
        self.query_one("#dialog-hint", Banner).show([line])

    def _typed(self, name: str) -> str:
        return self._input(name).value.strip()

    def _input(self, name: str) -> Input:
        return self.query_one(f"#{name}", Input)


def begin_rule(context: WindowContext, written: Callable[[str], None]) -> None:
    """Ask for a new rule, step by step, and write it; `written` is told its name."""

    def chosen(answer: str | None) -> None:
        if answer is None:
            return
        kind = DeedKind(answer)
        if kind in BARE:
            fill("", kind)
        else:
            _ask_value(context, kind, partial(fill, kind=kind))

    def fill(value: str | None, kind: DeedKind) -> None:
        if value is not None:
            context.app.push_screen(RuleForm(context.preferences.painter, kind, value), write)

    def write(draft: RuleDraft | None) -> None:
        if draft is not None:
            context.runner.do(lambda: context.desk.rules.write_rule(draft), written)

    choices = [Choice(kind.value, _(DOES[kind])) for kind in OFFERED]
    context.app.push_screen(
        Picker(context.preferences.painter, _("What should the rule do?"), among(choices)), chosen
    )


def _ask_value(context: WindowContext, kind: DeedKind, told: Callable[[str | None], None]) -> None:
    """Ask for the colour, the team, the label or the text of what a rule does."""
    title = _(DOES[kind])
    choices: list[Choice] = []
    match kind:
        case DeedKind.COLOUR:
            choices = [Choice(one.value, colour_name(one)) for one in Colour]
        case DeedKind.TEAM:
            choices = [
                Choice(key, name)
                for key, name in context.runner.ask(context.desk.planning.teams, {}).items()
            ]
        case DeedKind.ASSIGN:
            choices = [
                Choice(key, name)
                for key, name in context.runner.ask(context.desk.planning.people, {}).items()
            ]
        case DeedKind.DONE:
            choices = [Choice(one.value, reason_name(one)) for one in NoReplyReason]
        case _:
            context.app.push_screen(
                Ask(context.preferences.painter, title), lambda text: told(text or None)
            )
            return
    context.app.push_screen(Picker(context.preferences.painter, title, among(choices)), told)
