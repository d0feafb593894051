"""Work shared between people: splitting a backlog."""

from __future__ import annotations

from typing import TYPE_CHECKING

from carecli.i18n import _
from carecli.tui.commands.registry import handles
from carecli.tui.stage import Stage

if TYPE_CHECKING:
    from carecli.domain.split import Divided


@handles("app.split")
def split_backlog(inbox: Stage) -> None:
    """Split what waits between people, by when it came."""
    from carecli.tui.splitting import Splitting
    from carecli.tui.widgets.split_screen import SplitScreen

    people = inbox.ask(inbox.desk.people, {})
    here = {inbox.me, *(one.name for one in inbox.overview.colleagues)}
    on = [key for key, name in people.items() if key == inbox.me or name in here]
    wanted = inbox.view.filter
    if "is:waiting" not in wanted.split():
        wanted = f"is:waiting {wanted}".strip()
    split = Splitting(people, on or list(people), inbox.settings.zone)
    screen = SplitScreen(inbox.painter, inbox.desk, split, wanted, inbox.brand)

    def told(divided: Divided) -> None:
        key = inbox.key("app.undo")
        inbox.say(_("{deed}. {key} takes it back.").format(deed=divided.said, key=key))

    def answered(answer: str | None) -> None:
        plan = split.plan
        if answer is not None and plan is not None:
            inbox.do(lambda: inbox.desk.split(plan), told)

    inbox.app.push_screen(screen, answered)
