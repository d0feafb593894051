"""What a rule did, what waits for approval, and why a thread has its colour."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import TYPE_CHECKING

from carecli.desk.rules.rows import ColourReason, DeedRow
from carecli.desk.threads.rows import ThreadRow
from carecli.domain.figures import number
from carecli.i18n import _, ngettext
from carecli.tui.rules.item_list import ItemListScreen
from carecli.tui.rules.lines import deed_lines, waiting_lines, why_lines
from carecli.tui.style.cells import Line

if TYPE_CHECKING:
    from carecli.tui.inbox.window_context import WindowContext

PAGE = 200
"""Deeds read at once."""


class RuleActionKeys:
    """The keys of a list of what rules did: mark right or wrong, undo, open the thread."""

    def __init__(self, screen: ItemListScreen[DeedRow]) -> None:
        self._screen = screen

    def keys(self) -> dict[str, Callable[[], None]]:
        """What each key does to the item under the cursor."""
        return {
            "enter": self._open,
            "+": partial(self._judge, is_right=True),
            "-": partial(self._judge, is_right=False),
            "u": self._undo,
        }

    def _open(self) -> None:
        item = self._screen.item
        if item is not None:
            self._screen.dismiss(f"thread {item.thread}")

    def _judge(self, *, is_right: bool) -> None:
        item = self._screen.item
        if item is not None:
            self._screen.do(lambda: self._screen.rules.judge(item.id, is_right=is_right))

    def _undo(self) -> None:
        item, context = self._screen.item, self._screen.context
        if item is None:
            return
        if item.decision is None or item.is_undone:
            context.runner.say(_("There is nothing to undo: it was not done."))
            return
        decision = item.decision
        self._screen.do(
            lambda: context.desk.commands.undo_decision(decision),
            lambda what: _("Undone: {what}").format(what=what),
        )


class LogScreen(ItemListScreen[DeedRow]):
    """What one rule did and wanted, newest first."""

    def __init__(self, context: WindowContext, rule: str) -> None:
        hint = _("+ right · - wrong · u undo an action · Enter open the thread · Esc close")
        super().__init__(context, _("What {rule} did").format(rule=rule), hint)
        self._rule = rule

    def read(self) -> Sequence[DeedRow]:
        """As many as were read before, and at least a page."""
        return self.rules.log(self._rule, max(PAGE, len(self.items)))

    def key_of(self, item: DeedRow) -> object:
        """A deed keeps its id."""
        return item.id

    def draw(self, item: DeedRow, width: int) -> list[Line]:
        """A deed."""
        return deed_lines(item, self.context.desk.now(), self.context.preferences.zone, width)

    def keys(self) -> dict[str, Callable[[], None]]:
        """What each key does."""
        return RuleActionKeys(self).keys()

    def empty(self) -> str:
        """Nothing yet."""
        return _("It has not done or proposed anything yet.")

    def move_to(self, place: int) -> None:
        """Read on at the end."""
        super().move_to(place)
        if self.items and self.cursor == len(self.items) - 1 and not len(self.items) % PAGE:
            last = self.items[-1].id

            def told(more: Sequence[DeedRow]) -> None:
                if more:
                    self.put([*self.items, *more])
                    self.paint()

            self.context.runner.do(lambda: self.rules.log(self._rule, PAGE, last), told)


class ApprovalScreen(ItemListScreen[DeedRow]):
    """What rules want to do and may not without a person."""

    def __init__(self, context: WindowContext) -> None:
        hint = _(
            "Space mark · Enter approve the marked ones or this one · x decline · o open the "
            "thread · Esc close"
        )
        super().__init__(context, _("To approve"), hint)
        self._marked: set[int] = set()

    def read(self) -> Sequence[DeedRow]:
        """What waits."""
        return self.rules.waiting()

    def put(self, items: Sequence[DeedRow]) -> None:
        """What waits no more is marked no more."""
        super().put(items)
        self._marked &= {one.id for one in items}

    def key_of(self, item: DeedRow) -> object:
        """A deed keeps its id."""
        return item.id

    def draw(self, item: DeedRow, width: int) -> list[Line]:
        """A deed, with what it would say."""
        is_marked = item.id in self._marked
        zone = self.context.preferences.zone
        return waiting_lines(item, self.context.desk.now(), zone, width, is_marked=is_marked)

    def empty(self) -> str:
        """Nothing waits."""
        return _("Nothing is waiting for approval.")

    def keys(self) -> dict[str, Callable[[], None]]:
        """What each key does."""
        return {
            "space": self._mark,
            "enter": self._approve,
            "x": self._decline,
            "o": self._open,
        }

    def _mark(self) -> None:
        if self.item is not None:
            self._marked ^= {self.item.id}
            self.cursor = min(self.cursor + 1, len(self.items) - 1)
            self.paint()

    def _chosen(self) -> list[int]:
        """What is marked, in the order of the list; else what is under the cursor."""
        marked = [one.id for one in self.items if one.id in self._marked]
        return marked or ([self.item.id] if self.item is not None else [])

    def _approve(self) -> None:
        ids = self._chosen()
        if not ids:
            return

        def said(done: Sequence[DeedRow]) -> str:
            under_way = sum(one.state == "done" for one in done)
            told = ngettext("{n} approved", "{n} approved", under_way)
            words = told.format(n=number(under_way))
            reasons = dict.fromkeys(_(one.reason) for one in done if one.state == "refused")
            return "; ".join([words, *filter(None, reasons)])

        self.do(lambda: self.rules.approve(ids), said)

    def _decline(self) -> None:
        ids = self._chosen()
        if ids:
            self.do(
                lambda: self.rules.decline(ids),
                lambda n: ngettext("{n} declined", "{n} declined", n).format(n=number(n)),
            )

    def _open(self) -> None:
        if self.item is not None:
            self.dismiss(f"thread {self.item.thread}")


class ApplyScreen(ItemListScreen[DeedRow]):
    """What a rule would do to what waits already: looked over, thread by thread, then done."""

    def __init__(self, context: WindowContext, rule: str) -> None:
        hint = _("Space exclude or include a thread · Enter apply · o open the thread · Esc")
        title = _("{rule}: what it would do with waiting threads").format(rule=rule)
        super().__init__(context, title, hint)
        self._rule = rule
        self._left_out: set[int] = set()

    def read(self) -> Sequence[DeedRow]:
        """What it would do; nothing is changed."""
        return self.rules.preview(self._rule)

    def key_of(self, item: DeedRow) -> object:
        """A deed that is not done yet is told by its message."""
        return item.message, item.kind

    def draw(self, item: DeedRow, width: int) -> list[Line]:
        """A deed, marked if it is to be done, and why it would not be, or would wait."""
        is_marked = item.thread not in self._left_out and item.state != "refused"
        zone = self.context.preferences.zone
        return waiting_lines(item, self.context.desk.now(), zone, width, is_marked=is_marked)

    def empty(self) -> str:
        """Nothing is hit."""
        return _("No waiting thread matches this rule.")

    def keys(self) -> dict[str, Callable[[], None]]:
        """What each key does."""
        return {"space": self._mark, "enter": self._apply, "o": self._open}

    def _mark(self) -> None:
        if self.item is not None:
            self._left_out ^= {self.item.thread}
            self.cursor = min(self.cursor + 1, len(self.items) - 1)
            self.paint()

    def _apply(self) -> None:
        chosen = {one.thread for one in self.items if one.state != "refused"} - self._left_out
        if not chosen:
            return

        def said(done: Sequence[DeedRow]) -> None:
            acted = sum(one.state == "done" for one in done)
            waits = sum(one.state == "waiting" for one in done)
            words = _("{rule}: {done} done, {waits} waiting for approval. u undoes it.")
            told = words.format(rule=self._rule, done=number(acted), waits=number(waits))
            self.context.runner.say(told)
            self.context.views.refresh_overview()
            if self.is_mounted:
                self.dismiss(None)

        self.context.runner.do(lambda: self.rules.apply(self._rule, chosen), said)

    def _open(self) -> None:
        if self.item is not None:
            self.dismiss(f"thread {self.item.thread}")


class WhyScreen(ItemListScreen[DeedRow]):
    """Why a thread has its colour, and what rules did there."""

    def __init__(self, context: WindowContext, row: ThreadRow, who: str) -> None:
        hint = _("+ right · - wrong · u undo what a rule did · Esc close")
        super().__init__(context, _("Why this colour: {name}").format(name=row.author), hint)
        self._row, self._who = row, who
        self._reason: ColourReason | None = None

    def read(self) -> Sequence[DeedRow]:
        """What rules did and wanted here."""
        self._reason = self.rules.why(self._row.id)
        return self._reason.deeds

    def above(self, width: int) -> list[Line]:
        """Who set the colour, and what was suggested."""
        if self._reason is None:
            return []
        now, zone = self.context.desk.now(), self.context.preferences.zone
        return why_lines(self._reason, self._who, now, zone, width)

    def key_of(self, item: DeedRow) -> object:
        """A deed keeps its id."""
        return item.id

    def draw(self, item: DeedRow, width: int) -> list[Line]:
        """A deed."""
        return deed_lines(item, self.context.desk.now(), self.context.preferences.zone, width)

    def keys(self) -> dict[str, Callable[[], None]]:
        """What each key does."""
        return RuleActionKeys(self).keys()

    def empty(self) -> str:
        """The lines above say it."""
        return ""
