"""Commands that split a backlog and switch a campaign."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import TYPE_CHECKING

from carecli.domain.errors import CareError
from carecli.domain.figures import number
from carecli.domain.model import HOUR, Millis
from carecli.i18n import _, ngettext
from carecli.tui.commands.context import CommandContext
from carecli.tui.commands.registry import handles
from carecli.tui.style.clock import local
from carecli.tui.widgets.dialogs import Choice, Confirm, Picker, among

if TYPE_CHECKING:
    from carecli.desk.conversations.rows import Receipt
    from carecli.desk.planning.rows import CampaignRow
    from carecli.domain.split import SplitResult


@handles("app.split")
def split_backlog(context: CommandContext) -> None:
    """Split what waits between people, by when it came."""
    from carecli.tui.day.split import SplitDraft
    from carecli.tui.widgets.split_screen import SplitScreen

    people = context.runner.ask(context.desk.planning.people, {})
    here = {context.desk.me, *(one.name for one in context.views.overview.colleagues)}
    on = [key for key, name in people.items() if key == context.desk.me or name in here]
    wanted = context.views.current.filter
    if "is:waiting" not in wanted.split():
        wanted = f"is:waiting {wanted}".strip()
    split = SplitDraft(people, on or list(people), context.preferences.zone)
    screen = SplitScreen(
        context.preferences.painter, context.desk, split, wanted, context.views.brand
    )

    def told(divided: SplitResult) -> None:
        from carecli.desk.planning.split import unassigned_reasons

        key = context.preferences.key("app.undo")
        said = _("{deed}. {key} undoes it.").format(deed=divided.said, key=key)
        rest = unassigned_reasons(split.plan, split.zone) if split.plan is not None else []
        context.runner.say(" ".join([said, *rest]))

    def answered(answer: str | None) -> None:
        plan = split.plan
        if answer is not None and plan is not None:
            context.runner.do(lambda: context.desk.planning.split(plan), told)

    context.app.push_screen(screen, answered)


@handles("app.campaign")
def switch_campaign(context: CommandContext) -> None:
    """Let a campaign go first, or no longer; which one is asked only where there are several."""
    found = {one.key: one for one in context.runner.ask(context.desk.planning.campaigns, ())}
    if not found:
        why = _("There are no campaigns.")
        context.runner.complain(
            CareError(why, hint=_("Campaigns are defined in the configuration."))
        )
        return
    if len(found) == 1:
        _switch(context, *found.values())
        return
    choices = [Choice(one.key, one.title, _standing(context, one)) for one in found.values()]

    def chosen(key: str | None) -> None:
        if key is not None:
            _switch(context, found[key])

    context.app.push_screen(
        Picker(context.preferences.painter, _("Which campaign?"), among(choices)), chosen
    )


def _standing(context: CommandContext, one: CampaignRow) -> str:
    waiting = ngettext("{n} waiting", "{n} waiting", one.waiting).format(n=number(one.waiting))
    if not one.is_on:
        return waiting
    first = _("has priority")
    if one.until is not None:
        first = _("has priority until {moment}").format(moment=_moment(context, one.until))
    return f"{first} · {waiting}"


def _moment(context: CommandContext, at: Millis) -> str:
    from carecli.desk.planning.split import words_of_moment

    return words_of_moment(at, context.desk.now(), context.preferences.zone)


def ends(now: Millis, zone: str) -> list[Choice]:
    """Until when a campaign without an end to come can go first; the key is the moment."""
    midnight = local(now, zone).replace(hour=0, minute=0, second=0, microsecond=0)

    def after(days: int) -> str:
        return str(round((midnight + timedelta(days=days)).timestamp() * 1000))

    return [
        Choice(str(now + 4 * HOUR), _("Four hours"), "", "f"),
        Choice(after(1), _("End of today"), "", "t"),
        Choice(after(2), _("End of tomorrow"), "", "m"),
        Choice(after(7), _("A week"), "", "w"),
    ]


def _switch(context: CommandContext, one: CampaignRow) -> None:
    """Off, or on until its configured end; where that is not to come, the end is asked for."""
    is_on, title, now = not one.is_on, one.title, context.desk.now()

    def turn(until: Millis | None) -> None:
        def told(_done: Receipt) -> None:
            said = _("{title} no longer has priority. u undoes it.").format(title=title)
            if until is not None:
                said = _("{title} has priority until {moment}. u undoes it.").format(
                    title=title, moment=_moment(context, until)
                )
            context.runner.say(said)

        context.runner.do(
            lambda: context.desk.planning.switch_campaign(one.key, on=is_on, until=until), told
        )

    if not is_on or (one.over_at is not None and one.over_at > now):
        _ask_to_switch(context, one, lambda: turn(one.over_at if is_on else None))
        return

    def chosen(moment: str | None) -> None:
        if moment is not None:
            turn(int(moment))

    asked = _("Give priority to {title} until when?").format(title=title)
    choices = among(ends(now, context.preferences.zone))
    context.app.push_screen(Picker(context.preferences.painter, asked, choices), chosen)


def _ask_to_switch(context: CommandContext, one: CampaignRow, sure: Callable[[], None]) -> None:
    """It changes the order for everybody, so it is asked about first."""
    waits = ngettext("{n} waiting", "{n} waiting", one.waiting).format(n=number(one.waiting))
    if one.is_on:
        title = _("Remove the priority of {title}?").format(title=one.title)
    else:
        title = _("Give priority to {title}?").format(title=one.title)
    said = _("This applies to everyone. In this campaign: {waits}.").format(waits=waits)

    def answered(answer: str | None) -> None:
        if answer is not None:
            sure()

    context.app.push_screen(
        Confirm(context.preferences.painter, title, [[(f" {said}", "text")]]), answered
    )
