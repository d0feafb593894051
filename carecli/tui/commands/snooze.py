"""Commands that snooze threads."""

from __future__ import annotations

from datetime import timedelta

from carecli.domain.commands import Snooze
from carecli.domain.days import parse_future_moment
from carecli.domain.errors import CareError
from carecli.domain.figures import day_and_month
from carecli.domain.model import HOUR, Millis
from carecli.i18n import _
from carecli.tui.commands.context import CommandContext
from carecli.tui.commands.registry import handles
from carecli.tui.inbox.selection import Targets
from carecli.tui.style.clock import local
from carecli.tui.widgets.dialogs import Ask, Choice, Picker, among

ANOTHER = "another"
"""Stands for a moment that is typed."""


def snoozes(now: Millis, zone: str) -> list[Choice]:
    """Until when a thread can be put aside; the key is the moment."""
    here = local(now, zone)
    morning = (here + timedelta(days=1)).replace(hour=9, minute=0, second=0, microsecond=0)
    monday = morning + timedelta(days=(7 - morning.weekday()) % 7)
    if monday == morning:
        monday += timedelta(days=7)
    return [
        Choice(str(now + HOUR), _("An hour"), "", "h"),
        Choice(str(now + 4 * HOUR), _("Four hours"), "", "f"),
        Choice(str(round(morning.timestamp() * 1000)), _("Tomorrow at 9"), "", "t"),
        Choice(str(round(monday.timestamp() * 1000)), _("Monday at 9"), day_and_month(monday), "m"),
        Choice(ANOTHER, _("Another time…"), _("type it"), "a"),
    ]


@handles("thread.snooze")
def snooze(context: CommandContext) -> None:
    """Put the thread aside; the clock goes on."""
    targets = context.selection.targets()
    if targets is None:
        return

    def chosen(moment: str | None) -> None:
        if moment == ANOTHER:
            _ask_moment(context, targets)
        elif moment is not None:
            context.batches.decide_on(targets, lambda one: [Snooze(one, int(moment))])

    find = among(snoozes(context.desk.now(), context.preferences.zone))
    title = context.selection.titled(
        targets.threads, _("Snooze until when? The deadline stays the same.")
    )
    context.app.push_screen(Picker(context.preferences.painter, title, find), chosen)


def _ask_moment(context: CommandContext, targets: Targets) -> None:
    """Ask for any moment to come; what cannot be read is asked for again."""

    def typed(text: str | None) -> None:
        words = (text or "").strip()
        if not words:
            return
        until = parse_future_moment(words, context.desk.now(), context.preferences.zone)
        if until is None:
            hint = _("Try 2h, 14:30, tomorrow, friday 9:30 or 2026-12-24 10:00.")
            what = _("{text!r} is not a time in the future.").format(text=words)
            context.runner.complain(CareError(what, hint=hint))
            _ask_moment(context, targets)
            return
        context.batches.decide_on(targets, lambda one: [Snooze(one, until)])

    hint = _("2h · 14:30 · tomorrow · friday 9:30 · 2026-12-24 10:00 · Enter · Esc")
    title = context.selection.titled(targets.threads, _("Snooze until when?"))
    context.app.push_screen(Ask(context.preferences.painter, title, hint=hint), typed)
