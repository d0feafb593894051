"""Auto-moderation commands: rules, approvals, why a colour, undoing a rule's actions."""

from __future__ import annotations

from carecli.domain.model import ThreadId
from carecli.i18n import _
from carecli.tui.commands.context import CommandContext
from carecli.tui.commands.registry import handles
from carecli.tui.inbox.outcome_words import concerning
from carecli.tui.widgets.dialogs import Choice, Picker, among


def _answered(context: CommandContext, answer: str | None) -> None:
    """Open the thread that a line led to."""
    if answer is not None:
        thread = ThreadId(int(answer.rpartition(" ")[2]))
        context.threads.move_onto(thread)
        context.conversation.open(thread)


@handles("app.rules")
def rules(context: CommandContext) -> None:
    """Every rule, how far it is trusted and what it did."""
    from carecli.tui.rules.screen import RulesScreen

    context.app.push_screen(RulesScreen(context), lambda answer: _answered(context, answer))


@handles("app.hold_rules")
def hold_rules(context: CommandContext) -> None:
    """Hold all rules back, or let them act again."""
    on = not context.views.overview.are_rules_held

    def told(_done: None) -> None:
        context.runner.say(_("All rules are paused.") if on else _("Rules are active again."))
        context.views.refresh_overview()

    def sure() -> None:
        context.runner.do(lambda: context.desk.rules.stop_all(on=on), told)

    from carecli.tui.rules.pause import ask_to_hold

    ask_to_hold(context, on=on, sure=sure)


@handles("app.approvals")
def approvals(context: CommandContext) -> None:
    """What rules want to do and may not by themselves."""
    from carecli.tui.rules.rule_log import ApprovalScreen

    context.app.push_screen(ApprovalScreen(context), lambda answer: _answered(context, answer))


@handles("thread.why")
def why(context: CommandContext) -> None:
    """Why the thread has its colour."""
    from carecli.tui.rules.rule_log import WhyScreen

    thread = context.selection.thread
    talk = context.conversation.of(thread) if thread is not None else None
    if talk is not None:
        screen = WhyScreen(context, talk.row, talk.coloured_by)
        context.app.push_screen(screen, lambda answer: _answered(context, answer))


@handles("thread.take_back")
def take_back(context: CommandContext) -> None:
    """Take back what a rule did in the thread: the only thing, or one of several."""
    thread = context.selection.thread
    talk = context.conversation.of(thread) if thread is not None else None
    if talk is None:
        return
    found = [one for one in talk.decisions if one.rule and not one.is_undone]
    choices = [
        Choice(str(one.id), f"{one.actor} {one.text}", ", ".join(one.matched))
        for one in found[::-1]
    ]

    def chosen(answer: str | None) -> None:
        if answer is not None:
            context.runner.do(
                lambda: context.desk.commands.undo_decision(int(answer)),
                lambda what: context.runner.say(_("Undone: {what}").format(what=what)),
            )

    if not found:
        nothing = _("No rule did anything here that can be undone.")
        context.runner.say(concerning(context.selection.name_of(talk.row.id), nothing))
    elif len(found) == 1:
        chosen(choices[0].key)
    else:
        title = _("Undo what a rule did")
        context.app.push_screen(Picker(context.preferences.painter, title, among(choices)), chosen)
