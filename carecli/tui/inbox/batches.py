"""Deeds on the thread at hand, or on all that are marked: looked at first, done in lots, one undo.

What may take long (making the commands, asking what stands against them, submitting) happens in
the desk's threads; the screen shows how far it is, and Esc stops between two lots.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial

from textual import work
from textual.worker import Worker

from carecli.desk.services import InboxServices
from carecli.domain.commands import Command, Moderate, Reply
from carecli.domain.errors import CareError, Refusal
from carecli.domain.figures import number
from carecli.domain.model import OutboxId, OutboxState, OutboxVerb, ThreadId
from carecli.i18n import _, ngettext
from carecli.tui.inbox.bars import ListView
from carecli.tui.inbox.bars import threads as counted
from carecli.tui.inbox.change_poller import ChangePoller
from carecli.tui.inbox.marks import Marks
from carecli.tui.inbox.outcome_words import ENDING, concerning
from carecli.tui.reply.review import SHOWN, Review, review_lines, words
from carecli.tui.settings import Settings
from carecli.tui.style.cells import cut
from carecli.tui.widgets.readers import ReviewReader

Deed = Callable[[ThreadId], Sequence[Command]]
"""What a deed makes of a thread; nothing when there is nothing to do. Called in any thread; may
raise Refusal, which leaves the thread out."""

LOT = 1_000
"""Commands in one transaction; beyond one lot the screen says how far it is."""


def made(threads: Sequence[ThreadId], deed: Deed) -> tuple[list[Command], dict[ThreadId, Refusal]]:
    """What a deed makes of threads, and of which it refuses to make anything."""
    commands: list[Command] = []
    refused: dict[ThreadId, Refusal] = {}
    for thread in threads:
        try:
            commands += deed(thread)
        except Refusal as refusal:
            refused[thread] = refusal
    return commands, refused


@dataclass(frozen=True, slots=True)
class Targets:
    """The threads a deed is about: those marked, or the one under the cursor or open."""

    threads: Sequence[ThreadId]
    is_marked: bool = False


NAMED = 28
"""Cells of a person's name in the title of a window."""


class Marking(ChangePoller):
    """Panes with a desk behind them, and marks on the list."""

    def __init__(self, desk: InboxServices, settings: Settings) -> None:
        super().__init__(desk, settings)
        self.marks = Marks()
        self.last_deed: Deed | None = None
        self._order: object = None
        self._is_at_work = False
        self._is_stopped = False
        self._reviewing: Worker[None] | None = None
        self._leaving: frozenset[OutboxId] = frozenset()
        self._left = 0

    def titled(self, threads: Sequence[ThreadId], title: str) -> str:
        """The title of a window, after the person it acts on, or after how many threads."""
        if len(threads) == 1:
            return concerning(cut(self.name_of(threads[0]), NAMED), title)
        return concerning(counted(len(threads)), title)

    # marks

    def hand(self) -> Targets | None:
        """What commands are about now; None when there is no thread."""
        if self.context == "list" and self.marks.all:
            marked = self.threads.only(self.marks.all)
            return Targets(marked, is_marked=True) if marked else None
        thread = self.at_hand
        return Targets((thread,)) if thread is not None else None

    def show_marks(self) -> None:
        """Paint what is marked, and how many are."""
        if self.marks.anchor is not None:
            span = self.threads.between(self.marks.anchor)
            if span:
                self.marks.stretch(span)
            else:
                self.marks.fix()
        self.threads.mark(self.marks.all)
        self.paint_title()
        self.paint_foot()

    def clear_marks(self) -> None:
        """Take them off."""
        if self.marks.all:
            self.marks.clear()
            self.show_marks()

    @work(group="marks", exclusive=True, exit_on_error=False)
    async def mark_all(self, *, again: bool = False) -> None:
        """Mark all that the filter takes in, also what is not loaded; or the last marks of it."""
        view, brand, last = self.view, self.brand, self.marks.last

        def read() -> list[ThreadId]:
            if again:
                return [*self.still_in(view, sorted(last), brand)]
            return list(self.ids_of(view, brand).ids)

        try:
            ids = await asyncio.get_running_loop().run_in_executor(self._reader, read)
        except Exception as error:  # noqa: BLE001  whatever the desk raises is told, not thrown
            self.complain(error)
            return
        if (view, brand) == (self.view, self.brand):
            if not again:
                self.threads.put(ids, whole=True)
            self.marks.take(ids)
            self.show_marks()

    def paint_title(self) -> None:
        """The line above the list, once marks of threads that left it are gone."""
        if self.marks.all and self.threads.is_whole and self.threads.order is not self._order:
            self._order = self.threads.order
            self.marks.keep(self.threads.order)
            self.threads.mark(self.marks.all)
        if not self._is_at_work:
            marked = len(self.marks.all)
            said = ngettext("{n} marked", "{n} marked", marked).format(n=number(marked))
            self.title_note = said if marked else ""
        super().paint_title()

    def view_shown(self, before: ListView, brand: str) -> None:
        """Marks go with the filter they were made in."""
        if (before.asks, brand) != (self.view.asks, self.brand):
            self.clear_marks()

    # deeds

    @property
    def is_settled(self) -> bool:
        """Whether nothing is under way that moves what is at hand, no review either."""
        is_reviewed = self._reviewing is None or self._reviewing.is_finished
        return super().is_settled and is_reviewed

    def decide(self, deed: Deed) -> None:
        """Do something to what is at hand; `.` does it again elsewhere."""
        hand = self.hand()
        if hand is not None:
            self.decide_on(hand, deed)

    def decide_on(self, hand: Targets, deed: Deed, *, look: bool = False) -> None:
        """Likewise, to threads that were at hand; `look`: never without a review."""
        self.last_deed = deed
        self.do_to(hand, deed, look=look)

    def do_to(self, hand: Targets, deed: Deed, *, look: bool = False) -> None:
        """Do something to threads, after a review if it takes one."""
        if hand.is_marked or look:
            self._reviewing = self._look_at(hand.threads, deed, look=look)
            return
        name = self.name_of(hand.threads[0])
        commands = self.ask(lambda: deed(hand.threads[0]), [], name)
        if len(commands) == 1:
            self.submit(commands[0])
        elif commands:
            self.carry_out(commands)

    @work(group="review", exclusive=True, exit_on_error=False)
    async def _look_at(self, threads: Sequence[ThreadId], deed: Deed, *, look: bool) -> None:
        def read() -> Review:
            commands, refused = made(threads, deed)
            refused = {**refused, **self.desk.commands.refusals(commands)}
            kept = [one for one in commands if one.thread not in refused]
            named = [*list(refused)[:SHOWN], *dict.fromkeys(one.thread for one in kept[:LOT])]
            return Review(kept, refused, self.desk.threads.rows(named))

        try:
            review = await asyncio.get_running_loop().run_in_executor(self._reader, read)
        except Exception as error:  # noqa: BLE001  likewise
            self.complain(error)
            return
        if not review.commands:
            for thread, refusal in list(review.refused.items())[:1]:
                self.complain(refusal, self.name_of(thread))
        elif look or review.is_needed():
            self._show_review(review)
        else:
            self.carry_out(review.commands)

    def _show_review(self, review: Review) -> None:
        zone = self.settings.zone

        def answered(answer: str | None) -> None:
            if answer is not None:
                self.carry_out(review.commands)

        self.app.push_screen(
            ReviewReader(
                self.painter, _("Review"), lambda width: review_lines(review, width, zone)
            ),
            answered,
        )

    def carry_out(
        self, commands: Sequence[Command], then: Callable[[], None] | None = None
    ) -> None:
        """Submit commands, one undo for all of them; `then` is for when all are done."""
        if self._is_at_work:
            self.complain(
                CareError(
                    _("A batch is already running."),
                    hint=_("Wait until it finishes, or press Esc to stop it."),
                )
            )
            return
        self._is_at_work, self._is_stopped = True, False
        self._in_lots(commands, then)

    @property
    def is_at_work(self) -> bool:
        """Whether a batch is under way."""
        return self._is_at_work

    def stop_batch(self) -> bool:
        """Stop between two lots; False when no batch is under way."""
        self._is_stopped = True
        return self._is_at_work

    @work(group="batch", exit_on_error=False)
    async def _in_lots(self, commands: Sequence[Command], then: Callable[[], None] | None) -> None:
        loop, done, first = asyncio.get_running_loop(), 0, 0
        orders: list[OutboxId] = []
        try:
            while done < len(commands) and not (done and self._is_stopped):
                if len(commands) > LOT:
                    said = _("{n} of {all} done · Esc stops")
                    self.title_note = said.format(n=number(done), all=number(len(commands)))
                    self.paint_title()
                lot = commands[done : done + LOT]
                submit = partial(self.desk.commands.submit_all, lot, batch=first)
                receipts = await loop.run_in_executor(self._writer, submit)
                first = first or receipts[0].decision
                orders += [one.outbox for one in receipts if one.outbox is not None]
                done += len(lot)
        except Exception as error:  # noqa: BLE001  likewise
            self.complain(error)
        finally:
            self._is_at_work = False
        for one in commands[:done]:
            if isinstance(one, (*ENDING, Reply)):
                self.leave_thread(one.thread)
        if done:
            self._tell(commands[:done], len(commands))
            self._await(orders)
        if done == len(commands):
            self.clear_marks()
            if then is not None:
                then()
        self.paint_title()
        self.poll()

    def _tell(self, done: Sequence[Command], wanted: int) -> None:
        about = list(dict.fromkeys(command.thread for command in done))
        deeds = list(dict.fromkeys(words(command, self.settings.zone) for command in done))
        what = " · ".join(deeds[:3]) + (" …" if len(deeds) > 3 else "")
        if len(about) == 1:
            what = concerning(self.name_of(about[0]), what)
        else:
            what = _("{deed}: {count}").format(deed=what, count=counted(len(about)))
        said = f"{what}."
        deletes = (isinstance(one, Moderate) and one.deed is OutboxVerb.DELETE for one in done)
        if not any(deletes):  # what is deleted on the platform cannot be brought back
            said = _("{deed}. {key} undoes it.").format(deed=what, key=self.key("app.undo"))
        if len(done) < wanted:
            stopped = _("Stopped at {n} of {all}.")
            said = f"{stopped.format(n=number(len(done)), all=number(wanted))} {said}"
        self.say(said)

    # what a batch sends

    def _await(self, orders: Sequence[OutboxId]) -> None:
        if len(orders) > 1:
            self._leaving, self._left = self._leaving | frozenset(orders), self._left + len(orders)
            said = ngettext(
                "{n} is being sent, as fast as the platform allows.",
                "{n} are being sent one by one, as fast as the platform allows.",
                len(orders),
            )
            self.say(said.format(n=number(len(orders))))

    def tick(self) -> None:
        """A second went by: see whether all of a batch went out."""
        super().tick()
        if not self._leaving:
            return
        limit = len(self._leaving) + SHOWN
        items = self.ask(lambda: self.desk.commands.outbox(limit=limit), ())
        ours = {item.id: item.state for item in items if item.id in self._leaving}
        stuck = (OutboxState.FAILED, OutboxState.UNKNOWN)
        if all(state in stuck for state in ours.values()):
            sent, failed = self._left - len(ours), len(ours)
            self._leaving, self._left = frozenset(), 0
            if failed:
                hint = _(
                    "The filter is:failed shows them; {retry} tries again, {drop} discards."
                ).format(retry=self.key("outbox.retry"), drop=self.key("outbox.drop"))
                said = ngettext("{n} of {all} was not sent.", "{n} of {all} were not sent.", failed)
                what = said.format(n=number(failed), all=number(sent + failed))
                self.complain(CareError(what, hint=hint))
            else:
                said = ngettext("{n} was sent.", "All {n} were sent.", sent)
                self.say(said.format(n=number(sent)))
