"""The list of rules: how far each is trusted, what it did, and what can be opened from it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from carecli.desk.rules.rows import RuleRow
from carecli.desk.rules.trial import Failure
from carecli.domain.errors import CareError
from carecli.domain.rule import TrustStage as Trust
from carecli.i18n import _, ngettext
from carecli.tui.reply.editor import edit_file
from carecli.tui.rules.item_list import ItemListScreen
from carecli.tui.rules.lines import failure_lines, rule_lines
from carecli.tui.rules.new_rule import begin_rule
from carecli.tui.rules.pause import ask_to_hold
from carecli.tui.rules.rule_log import ApplyScreen, ApprovalScreen, LogScreen
from carecli.tui.rules.trial import TrialScreen
from carecli.tui.rules.words import stage_badge
from carecli.tui.style.cells import Line, fit, wrap
from carecli.tui.widgets.dialogs import Choice, Picker, TextWindow, among

if TYPE_CHECKING:
    from carecli.tui.inbox.window_context import WindowContext

STAGES = {"1": Trust.DRAFT, "2": Trust.SHADOW, "3": Trust.LIVE, "0": Trust.OFF}


class RulesScreen(ItemListScreen[RuleRow]):
    """Rules in the order they run."""

    def __init__(self, context: WindowContext) -> None:
        hint = _(
            "Enter log · n new rule · t tests · y dry run · 1 draft 2 shadow 3 live 0 off · a "
            "apply to waiting · e edit · w to approve · ! pause or resume all · Esc close"
        )
        super().__init__(context, _("Rules"), hint)
        self._is_held = False
        self._broken = ""

    def read(self) -> Sequence[RuleRow]:
        """The rules, and what is wrong with their files."""
        found = self.rules.rules()
        self._is_held = self.rules.are_stopped()
        self._broken = self.rules.problem
        return found

    def key_of(self, item: RuleRow) -> object:
        """A rule keeps its name."""
        return item.name

    def draw(self, item: RuleRow, width: int) -> list[Line]:
        """A rule."""
        place = self.items.index(item) + 1
        return rule_lines(
            place, item, self.context.desk.now(), self.context.preferences.zone, width
        )

    def above(self, width: int) -> list[Line]:
        """That all are held back, and what is wrong with the files."""
        lines: list[Line] = []
        if self._is_held:
            said = _("‖ ALL RULES ARE PAUSED: they only record what they would do.")
            lines += [[(fit(f" {said}", width), "alarm")], []]
        if self._broken:
            last = _("The last valid rules stay active.") if self.items else ""
            said = _("{problem} {more} e opens the file.").format(problem=self._broken, more=last)
            lines += [[(" " + text, "bad")] for text in wrap(f"! {said}", width - 2)]
            lines.append([])
        return lines

    def empty(self) -> str:
        """How to begin."""
        return _("There are no rules yet. Press n to create one.")

    def keys(self) -> dict[str, Callable[[], None]]:
        """What each key does."""
        return {
            "enter": self._log,
            "t": self._test,
            "y": self._try,
            "n": self._begin,
            "a": self._apply,
            "e": self._edit,
            "w": self._approve,
            "!": self._hold,
            "E": self._hold,
            **{key: partial(self._stage, stage) for key, stage in STAGES.items()},
        }

    def _back(self, answer: str | None) -> None:
        """A thread to be opened is the inbox's to open; else what was done shows here."""
        if answer is not None:
            self.dismiss(answer)
        else:
            self.load()

    def _log(self) -> None:
        if self.item is not None:
            self.app.push_screen(LogScreen(self.context, self.item.name), self._back)

    def _approve(self) -> None:
        self.app.push_screen(ApprovalScreen(self.context), self._back)

    def _try(self) -> None:
        if self.item is not None:
            self.app.push_screen(TrialScreen(self.context, self.item.name), self._back)

    def _begin(self) -> None:
        """A new rule: asked for, tried on the past, switched on."""

        def written(name: str) -> None:
            self.load()
            self.app.push_screen(
                TrialScreen(self.context, name), lambda _answer: self._switch_on(name)
            )

        begin_rule(self.context, written)

    def _switch_on(self, name: str) -> None:
        """After its trial: how far a new rule is trusted from now on."""
        self.load()
        choices = [
            Choice("live", _("Live: acts on new messages"), "", "l"),
            Choice("apply", _("Live, and check waiting threads"), "", "a"),
            Choice("shadow", _("Shadow: only records what it would do"), "", "s"),
            Choice("draft", _("Draft: does nothing yet"), "", "d"),
        ]

        def chosen(answer: str | None) -> None:
            if answer in (None, "draft"):
                self.context.runner.say(_("{rule} is a draft.").format(rule=name))
                return
            stage = Trust.SHADOW if answer == "shadow" else Trust.LIVE

            def told(_row: RuleRow) -> None:
                said = _("{rule}: {stage}").format(rule=name, stage=stage_badge(stage)[0])
                self.context.runner.say(said)
                self.load()
                if answer == "apply":
                    self.app.push_screen(ApplyScreen(self.context, name), self._back)

            self.context.runner.do(lambda: self.rules.set_stage(name, stage), told)

        title = _("Change {rule} to what?").format(rule=name)
        self.app.push_screen(Picker(self.painter, title, among(choices)), chosen)

    def _apply(self) -> None:
        """Look at what the rule would do to what waits already."""
        if self.item is not None:
            self.app.push_screen(ApplyScreen(self.context, self.item.name), self._back)

    def _test(self) -> None:
        if self.item is None:
            return
        name = self.item.name

        def told(found: Sequence[Failure]) -> None:
            if not found:
                self.context.runner.say(_("All test sentences of {rule} pass.").format(rule=name))
                return
            many = ngettext("{n} test sentence fails", "{n} test sentences fail", len(found))
            title = many.format(n=len(found))
            write = partial(failure_lines, list(found))
            self.app.push_screen(TextWindow(self.painter, title, write))

        self.context.runner.do(lambda: self.rules.tests(name), told)

    def _stage(self, stage: Trust) -> None:
        if self.item is None:
            return
        name = self.item.name
        said = _("{rule}: {stage}").format(rule=name, stage=stage_badge(stage)[0])
        self.do(lambda: self.rules.set_stage(name, stage), lambda _done: said)

    def _hold(self) -> None:
        on = not self._is_held
        said = _("All rules are paused.") if on else _("Rules are active again.")

        def sure() -> None:
            self.do(lambda: self.rules.stop_all(on=on), lambda _done: said)

        ask_to_hold(self.context, on=on, sure=sure)

    def _edit(self) -> None:
        """Open the broken file if there is one, else the rule's, and read the files again."""
        file, line = self.rules.broken_at if self._broken else ("", 0)
        if not file and self.item is not None:
            file, line = self.item.file, self.item.line
        if not file:
            return
        try:
            edit_file(self.app, str(Path(file)), line)
        except CareError as error:
            self.context.runner.complain(error)
        self.load()
