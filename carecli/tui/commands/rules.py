"""Auto-moderation: its rules, what waits for approval, why a colour, and taking deeds back."""

from __future__ import annotations

from carecli.domain.model import ThreadId
from carecli.i18n import _
from carecli.tui.commands.registry import handles
from carecli.tui.inbox.controller import InboxController
from carecli.tui.inbox.outcome_words import concerning
from carecli.tui.widgets.dialogs import Choice, Picker, among


def _answered(inbox: InboxController, answer: str | None) -> None:
    """Open the thread that a line led to."""
    if answer is not None:
        thread = ThreadId(int(answer.rpartition(" ")[2]))
        inbox.threads.move_onto(thread)
        inbox.open_thread(thread)


@handles("app.rules")
def rules(inbox: InboxController) -> None:
    """Every rule, how far it is trusted and what it did."""
    from carecli.tui.rules.screen import RulesScreen

    inbox.app.push_screen(RulesScreen(inbox), lambda answer: _answered(inbox, answer))


@handles("app.hold_rules")
def hold_rules(inbox: InboxController) -> None:
    """Hold all rules back, or let them act again."""
    on = not inbox.overview.are_rules_held

    def told(_done: None) -> None:
        inbox.say(_("All rules are paused.") if on else _("Rules are active again."))
        inbox.refresh_overview()

    def sure() -> None:
        inbox.do(lambda: inbox.desk.rules.stop_all(on=on), told)

    from carecli.tui.rules.pause import ask_to_hold

    ask_to_hold(inbox, on=on, sure=sure)


@handles("app.approvals")
def approvals(inbox: InboxController) -> None:
    """What rules want to do and may not by themselves."""
    from carecli.tui.rules.rule_log import ApprovalScreen

    inbox.app.push_screen(ApprovalScreen(inbox), lambda answer: _answered(inbox, answer))


@handles("thread.why")
def why(inbox: InboxController) -> None:
    """Why the thread has its colour."""
    from carecli.tui.rules.rule_log import WhyScreen

    thread = inbox.at_hand
    talk = inbox.talk_of(thread) if thread is not None else None
    if talk is not None:
        screen = WhyScreen(inbox, talk.row, talk.coloured_by)
        inbox.app.push_screen(screen, lambda answer: _answered(inbox, answer))


@handles("thread.take_back")
def take_back(inbox: InboxController) -> None:
    """Take back what a rule did in the thread: the only thing, or one of several."""
    thread = inbox.at_hand
    talk = inbox.talk_of(thread) if thread is not None else None
    if talk is None:
        return
    found = [one for one in talk.decisions if one.rule and not one.is_undone]
    choices = [
        Choice(str(one.id), f"{one.actor} {one.text}", ", ".join(one.matched))
        for one in found[::-1]
    ]

    def chosen(answer: str | None) -> None:
        if answer is not None:
            inbox.do(
                lambda: inbox.desk.commands.undo_decision(int(answer)),
                lambda what: inbox.say(_("Undone: {what}").format(what=what)),
            )

    if not found:
        nothing = _("No rule did anything here that can be undone.")
        inbox.say(concerning(inbox.name_of(talk.row.id), nothing))
    elif len(found) == 1:
        chosen(choices[0].key)
    else:
        title = _("Undo what a rule did")
        inbox.app.push_screen(Picker(inbox.painter, title, among(choices)), chosen)
