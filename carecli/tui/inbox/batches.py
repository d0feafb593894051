"""Commands on the selected threads: reviewed first, submitted in lots, one undo for all of them.

What may take long (making the commands, asking what stands against them, submitting) happens in
the desk's threads; the screen shows how far it is, and Esc stops between two lots.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial

from textual.worker import Worker

from carecli.desk.conversations.rows import Receipt
from carecli.desk.services import InboxServices
from carecli.domain.commands import Command, Moderate, Reply
from carecli.domain.errors import CareError, Refusal
from carecli.domain.figures import number
from carecli.domain.model import OutboxId, OutboxState, OutboxVerb, ThreadId
from carecli.i18n import _, ngettext
from carecli.tui.inbox.bars import threads as count_of
from carecli.tui.inbox.desk_runner import DeskRunner, StartWork
from carecli.tui.inbox.outcome_words import ENDING, concerning
from carecli.tui.inbox.preferences import Preferences
from carecli.tui.inbox.selection import Selection, Targets
from carecli.tui.reply.review import SHOWN, Review, review_lines, words
from carecli.tui.widgets.dialogs import ShowWindow
from carecli.tui.widgets.readers import ReviewReader

MakeCommands = Callable[[ThreadId], Sequence[Command]]
"""The commands for a thread; none when there is nothing to do. Called in any thread; may raise
Refusal, which leaves the thread out."""

LOT = 1_000
"""Commands in one transaction; beyond one lot the screen says how far it is."""


def commands_for(
    threads: Sequence[ThreadId], make: MakeCommands
) -> tuple[list[Command], dict[ThreadId, Refusal]]:
    """The commands for threads, and the threads that none can be made for."""
    commands: list[Command] = []
    refused: dict[ThreadId, Refusal] = {}
    for thread in threads:
        try:
            commands += make(thread)
        except Refusal as refusal:
            refused[thread] = refusal
    return commands, refused


class BatchSends:
    """Follows what batches send, and says once all of it was sent or failed."""

    def __init__(self, desk: InboxServices, runner: DeskRunner, preferences: Preferences) -> None:
        self._desk = desk
        self._runner = runner
        self._preferences = preferences
        self._orders: frozenset[OutboxId] = frozenset()
        self._count = 0

    def follow(self, orders: Sequence[OutboxId]) -> None:
        """Follow the outbox orders of a batch; a single one is followed elsewhere."""
        if len(orders) > 1:
            self._orders |= frozenset(orders)
            self._count += len(orders)
            message = ngettext(
                "{n} is being sent, as fast as the platform allows.",
                "{n} are being sent one by one, as fast as the platform allows.",
                len(orders),
            )
            self._runner.say(message.format(n=number(len(orders))))

    def tick(self) -> None:
        """A second went by: see whether all of it is sent."""
        if not self._orders:
            return
        limit = len(self._orders) + SHOWN
        items = self._runner.ask(lambda: self._desk.commands.outbox(limit=limit), ())
        open_states = {item.id: item.state for item in items if item.id in self._orders}
        stuck = (OutboxState.FAILED, OutboxState.UNKNOWN)
        if all(state in stuck for state in open_states.values()):
            failed = len(open_states)
            sent = self._count - failed
            self._orders, self._count = frozenset(), 0
            if failed:
                self._report_failed(failed, sent + failed)
            else:
                message = ngettext("{n} was sent.", "All {n} were sent.", sent)
                self._runner.say(message.format(n=number(sent)))

    def _report_failed(self, failed: int, count: int) -> None:
        key = self._preferences.key
        hint = _("The filter is:failed shows them; {retry} tries again, {drop} discards.").format(
            retry=key("outbox.retry"), drop=key("outbox.drop")
        )
        message = ngettext("{n} of {all} was not sent.", "{n} of {all} were not sent.", failed)
        what = message.format(n=number(failed), all=number(count))
        self._runner.complain(CareError(what, hint=hint))


class BatchRunner:
    """Submits commands for one thread or many.

    `last` makes what was decided last, for another thread. `progress` says how far a batch is.
    """

    def __init__(
        self,
        desk: InboxServices,
        runner: DeskRunner,
        start: StartWork,
        selection: Selection,
        preferences: Preferences,
        sends: BatchSends,
        *,
        leave: Callable[[ThreadId], None],
        record: Callable[[Callable[[], Sequence[Command]]], None],
        progressed: Callable[[], None],
        refresh: Callable[[], None],
        show_window: ShowWindow,
    ) -> None:
        """`leave` is for a thread that is done with; `record` writes a decision into a macro.

        `progressed`: `progress` changed. `refresh` looks for what changed.
        """
        self.last: MakeCommands | None = None
        self.progress = ""
        self._desk = desk
        self._runner = runner
        self._start = start
        self._selection = selection
        self._preferences = preferences
        self._sends = sends
        self._leave = leave
        self._record = record
        self._progressed = progressed
        self._refresh = refresh
        self._show_window = show_window
        self._is_running = False
        self._is_stopped = False
        self._reviewing: Worker[None] | None = None

    @property
    def is_running(self) -> bool:
        """Whether a batch is under way."""
        return self._is_running

    @property
    def is_settled(self) -> bool:
        """Whether no review is being made."""
        return self._reviewing is None or self._reviewing.is_finished

    # one command

    def submit(self, command: Command) -> None:
        """Submit a command, and say about whom it was; what ends a wait leaves the thread."""
        thread, name = command.thread, self._selection.name_of(command.thread)
        ends = isinstance(command, ENDING)

        def submitted(receipt: Receipt) -> None:
            if receipt.said:
                self._runner.say(concerning(name, receipt.said))
            if ends:
                self._leave(thread)

        then, otherwise = self._runner.moving(submitted) if ends else (submitted, None)
        self._runner.do(lambda: self._desk.commands.submit(command), then, otherwise, name)

    # a decision about the selected threads

    def decide(self, make: MakeCommands) -> None:
        """Submit commands for what is selected; `.` repeats that elsewhere."""
        targets = self._selection.targets()
        if targets is not None:
            self.decide_on(targets, make)

    def decide_on(self, targets: Targets, make: MakeCommands, *, review: bool = False) -> None:
        """Likewise, for threads that were selected before; `review`: always show a review."""
        self._record(lambda: make(targets.threads[0]))
        self.last = make
        self.run_on(targets, make, review=review)

    def run_on(self, targets: Targets, make: MakeCommands, *, review: bool = False) -> None:
        """Submit commands for threads, after a review if it takes one; not to be repeated."""
        if targets.is_marked or review:
            work = partial(self._review, targets.threads, make, review=review)
            self._reviewing = self._start(work, group="review", exclusive=True)
            return
        thread = targets.threads[0]
        commands = self._runner.ask(lambda: make(thread), [], self._selection.name_of(thread))
        if len(commands) == 1:
            self.submit(commands[0])
        elif commands:
            self.run(commands)

    async def _review(
        self, threads: Sequence[ThreadId], make: MakeCommands, *, review: bool
    ) -> None:
        def read() -> Review:
            commands, refused = commands_for(threads, make)
            refused = {**refused, **self._desk.commands.refusals(commands)}
            kept = [command for command in commands if command.thread not in refused]
            named = [
                *list(refused)[:SHOWN],
                *dict.fromkeys(command.thread for command in kept[:LOT]),
            ]
            return Review(kept, refused, self._desk.threads.rows(named))

        try:
            found = await self._runner.read(read)
        except Exception as error:  # noqa: BLE001  shown, not raised
            self._runner.complain(error)
            return
        if not found.commands:
            for thread, refusal in list(found.refused.items())[:1]:
                self._runner.complain(refusal, self._selection.name_of(thread))
        elif review or found.is_needed():
            self._show_review(found)
        else:
            self.run(found.commands)

    def _show_review(self, review: Review) -> None:
        zone = self._preferences.zone

        def answered(answer: str | None) -> None:
            if answer is not None:
                self.run(review.commands)

        window = ReviewReader(
            self._preferences.painter,
            _("Review"),
            lambda width: review_lines(review, width, zone),
        )
        self._show_window(window, answered)

    # lots

    def run(self, commands: Sequence[Command], then: Callable[[], None] | None = None) -> None:
        """Submit commands, one undo for all of them; `then` is for when all are done."""
        if self._is_running:
            self._runner.complain(
                CareError(
                    _("A batch is already running."),
                    hint=_("Wait until it finishes, or press Esc to stop it."),
                )
            )
            return
        self._is_running, self._is_stopped = True, False
        self._start(partial(self._submit_lots, commands, then), group="batch")

    def stop(self) -> bool:
        """Stop between two lots; False when no batch is under way."""
        self._is_stopped = True
        return self._is_running

    async def _submit_lots(
        self, commands: Sequence[Command], then: Callable[[], None] | None
    ) -> None:
        done, first = 0, 0
        orders: list[OutboxId] = []
        try:
            while done < len(commands) and not (done and self._is_stopped):
                if len(commands) > LOT:
                    progress = _("{n} of {all} done · Esc stops")
                    self.progress = progress.format(n=number(done), all=number(len(commands)))
                    self._progressed()
                lot = commands[done : done + LOT]
                receipts = await self._runner.write(
                    partial(self._desk.commands.submit_all, lot, batch=first)
                )
                first = first or receipts[0].decision
                orders += [receipt.outbox for receipt in receipts if receipt.outbox is not None]
                done += len(lot)
        except Exception as error:  # noqa: BLE001  shown, not raised
            self._runner.complain(error)
        finally:
            self._is_running, self.progress = False, ""
        for command in commands[:done]:
            if isinstance(command, (*ENDING, Reply)):
                self._leave(command.thread)
        if done:
            self._report(commands[:done], len(commands))
            self._sends.follow(orders)
        if done == len(commands):
            self._selection.clear_marks()
            if then is not None:
                then()
        self._progressed()
        self._refresh()

    def _report(self, done: Sequence[Command], count: int) -> None:
        """Say what was done to whom, and how to undo it."""
        threads = list(dict.fromkeys(command.thread for command in done))
        zone = self._preferences.zone
        verbs = list(dict.fromkeys(words(command, zone) for command in done))
        what = " · ".join(verbs[:3]) + (" …" if len(verbs) > 3 else "")
        if len(threads) == 1:
            what = concerning(self._selection.name_of(threads[0]), what)
        else:
            what = _("{deed}: {count}").format(deed=what, count=count_of(len(threads)))
        message = f"{what}."
        deletes = (
            isinstance(command, Moderate) and command.deed is OutboxVerb.DELETE for command in done
        )
        if not any(deletes):  # what is deleted on the platform cannot be brought back
            undo = self._preferences.key("app.undo")
            message = _("{deed}. {key} undoes it.").format(deed=what, key=undo)
        if len(done) < count:
            stopped = _("Stopped at {n} of {all}.")
            stopped = stopped.format(n=number(len(done)), all=number(count))
            message = f"{stopped} {message}"
        self._runner.say(message)
