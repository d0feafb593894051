"""What became of the answers sent from here: told once each stands, or does not."""

from __future__ import annotations

from carecli.desk.services import InboxServices
from carecli.domain.errors import CareError
from carecli.domain.model import OutboxId, OutboxState, ThreadId
from carecli.i18n import _
from carecli.tui.inbox.drafts import DraftKeeper
from carecli.tui.inbox.outcome_words import concerning
from carecli.tui.settings import Settings
from carecli.tui.style.clock import hour


class SentReplies(DraftKeeper):
    """Panes that remember which answers are on their way."""

    def __init__(self, desk: InboxServices, settings: Settings) -> None:
        super().__init__(desk, settings)
        self.leaving_now: dict[OutboxId, tuple[ThreadId, str]] = {}
        """By their orders: the thread an answer goes to, and the person's name."""

    def noticed(self, changed: set[ThreadId] | None) -> None:
        """Say of each answer sent from here that it stands, or that it does not."""
        super().noticed(changed)
        for order, (thread, name) in list(self.leaving_now.items()):
            if changed is None or thread in changed:
                self._say_fate(order, thread, name)

    def _say_fate(self, order: OutboxId, thread: ThreadId, name: str) -> None:
        items = self.ask(lambda: self.desk.commands.outbox(thread), ())
        state = next((item.state for item in items if item.id == order), OutboxState.SENT)
        if state in (OutboxState.QUEUED, OutboxState.SENDING):
            return
        del self.leaving_now[order]
        if state is OutboxState.SENT:
            said = _("answered: sent {time} by {name}").format(
                time=hour(self.now(), self.settings.zone), name=self.my_name
            )
            self.say(concerning(name, said))
        elif state is OutboxState.FAILED:
            hint = _("Open the thread to see why; press {key} to try again.").format(
                key=self.key("outbox.retry")
            )
            self.complain(CareError(_("The answer was not sent."), hint=hint), name)
