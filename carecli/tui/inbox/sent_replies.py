"""What became of replies sent from here, told once each."""

from __future__ import annotations

from carecli.desk.services import InboxServices
from carecli.domain.errors import CareError
from carecli.domain.model import OutboxId, OutboxState, ThreadId
from carecli.i18n import _
from carecli.tui.inbox.desk_runner import DeskRunner
from carecli.tui.inbox.outcome_words import concerning
from carecli.tui.inbox.preferences import Preferences
from carecli.tui.style.clock import hour


class SentReplies:
    """Remembers which answers are on their way."""

    def __init__(
        self, desk: InboxServices, runner: DeskRunner, preferences: Preferences, name: str
    ) -> None:
        """`name` is how colleagues know the moderator."""
        self._desk = desk
        self._runner = runner
        self._preferences = preferences
        self._name = name
        self._on_their_way: dict[OutboxId, tuple[ThreadId, str]] = {}
        """By their outbox orders: the thread an answer goes to, and the person's name."""

    def follow(self, order: OutboxId, thread: ThreadId, name: str) -> None:
        """Say of this order what became of it; `name` is the person it goes to."""
        self._on_their_way[order] = thread, name

    def notice(self, changed: set[ThreadId] | None) -> None:
        """Threads changed (None: too many to say): their answers may have been sent."""
        for order, (thread, name) in list(self._on_their_way.items()):
            if changed is None or thread in changed:
                self._report(order, thread, name)

    def _report(self, order: OutboxId, thread: ThreadId, name: str) -> None:
        items = self._runner.ask(lambda: self._desk.commands.outbox(thread), ())
        state = next((item.state for item in items if item.id == order), OutboxState.SENT)
        if state in (OutboxState.QUEUED, OutboxState.SENDING):
            return
        del self._on_their_way[order]
        if state is OutboxState.SENT:
            message = _("answered: sent {time} by {name}").format(
                time=hour(self._desk.now(), self._preferences.zone), name=self._name
            )
            self._runner.say(concerning(name, message))
        elif state is OutboxState.FAILED:
            hint = _("Open the thread to see why; press {key} to try again.").format(
                key=self._preferences.key("outbox.retry")
            )
            self._runner.complain(CareError(_("The answer was not sent."), hint=hint), name)
