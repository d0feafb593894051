"""The command that asks another team by mail."""

from __future__ import annotations

from carecli.desk.conversations.rows import TO_MANY, Draft
from carecli.domain.commands import OpenCase
from carecli.domain.errors import CareError
from carecli.domain.model import DraftKind
from carecli.i18n import _
from carecli.tui.commands.context import CommandContext
from carecli.tui.commands.registry import handles
from carecli.tui.widgets.dialogs import Ask, Choice, Picker, among


@handles("thread.ask")
def ask_a_team(context: CommandContext) -> None:
    """Choose the team, if there are several, and say what it shall do or tell."""
    targets = context.selection.targets()
    if targets is None:
        return
    teams = context.runner.ask(context.desk.planning.case_teams, {})
    if not teams:
        hint = _("Add a mailbox with the role `cases`; see docs/mail.md.")
        context.runner.complain(CareError(_("You cannot ask a team by mail here."), hint=hint))
        return

    def chosen(team: str | None) -> None:
        if team is None:
            return

        def typed(text: str | None) -> None:
            asked = (text or "").strip()
            if asked:
                context.batches.decide_on(targets, lambda one: [OpenCase(one, team, asked)])
                if targets.is_marked:
                    context.drafts.keep(Draft(TO_MANY, "", DraftKind.CASE))

        title = _("What do you want to ask {team}?").format(team=teams[team])
        title = context.selection.titled(targets.threads, title)
        at = TO_MANY if targets.is_marked else targets.threads[0]
        begun = context.drafts.begun(at, DraftKind.CASE)

        def keep(text: str) -> None:
            context.drafts.keep(Draft(at, text, DraftKind.CASE))

        value = begun.text if begun is not None else ""
        context.app.push_screen(
            Ask(context.preferences.painter, title, value=value, keep=keep), typed
        )

    if len(teams) == 1:
        chosen(next(iter(teams)))
        return
    choices = [Choice(key, title, "") for key, title in teams.items()]
    title = context.selection.titled(targets.threads, _("Ask which team?"))
    context.app.push_screen(Picker(context.preferences.painter, title, among(choices)), chosen)
