"""Asking another team about a thread, by mail."""

from __future__ import annotations

from carecli.desk.conversations.rows import TO_MANY, Draft
from carecli.domain.commands import OpenCase
from carecli.domain.errors import CareError
from carecli.domain.model import DraftKind
from carecli.i18n import _
from carecli.tui.commands.registry import handles
from carecli.tui.inbox.controller import InboxController
from carecli.tui.widgets.dialogs import Ask, Choice, Picker, among


@handles("thread.ask")
def ask_a_team(inbox: InboxController) -> None:
    """Choose the team, if there are several, and say what it shall do or tell."""
    hand = inbox.hand()
    if hand is None:
        return
    teams = inbox.ask(inbox.desk.planning.case_teams, {})
    if not teams:
        hint = _("Add a mailbox with the role `cases`; see docs/mail.md.")
        inbox.complain(CareError(_("You cannot ask a team by mail here."), hint=hint))
        return

    def chosen(team: str | None) -> None:
        if team is None:
            return

        def typed(text: str | None) -> None:
            asked = (text or "").strip()
            if asked:
                inbox.decide_on(hand, lambda one: [OpenCase(one, team, asked)])
                if hand.is_marked:
                    inbox.keep(Draft(TO_MANY, "", DraftKind.CASE))

        title = _("What do you want to ask {team}?").format(team=teams[team])
        title = inbox.titled(hand.threads, title)
        at = TO_MANY if hand.is_marked else hand.threads[0]
        begun = inbox.begun(at, DraftKind.CASE)

        def keep(text: str) -> None:
            inbox.keep(Draft(at, text, DraftKind.CASE))

        value = begun.text if begun is not None else ""
        inbox.app.push_screen(Ask(inbox.painter, title, value=value, keep=keep), typed)

    if len(teams) == 1:
        chosen(next(iter(teams)))
        return
    choices = [Choice(key, title, "") for key, title in teams.items()]
    title = inbox.titled(hand.threads, _("Ask which team?"))
    inbox.app.push_screen(Picker(inbox.painter, title, among(choices)), chosen)
