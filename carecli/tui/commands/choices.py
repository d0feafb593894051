"""Commands that change the screen and are kept: theme, language, times in rows."""

from __future__ import annotations

from dataclasses import replace

from carecli import i18n
from carecli.domain.errors import CareError
from carecli.i18n import N_, _
from carecli.tui.commands.context import CommandContext
from carecli.tui.commands.registry import handles
from carecli.tui.style.theme import palette
from carecli.tui.widgets.dialogs import Choice, Picker, among

AS_CONFIGURED = "configured"

THEMES = (
    Choice("dark", N_("Dark"), letter="d"),
    Choice("light", N_("Light"), letter="l"),
    Choice("contrast", N_("High contrast"), N_("white on black"), "h"),
    Choice("16", N_("16 colours"), N_("the terminal's own colours"), "t"),
    Choice("none", N_("No colours"), N_("letters, shapes and bold"), "n"),
    Choice(AS_CONFIGURED, N_("From the configuration"), N_("as set in the configuration"), "c"),
)

NAMES = {"en": "English", "pl": "Polski", "es": "Español"}
"""Languages as those who speak them write them."""


@handles("app.theme")
def choose_theme(context: CommandContext) -> None:
    """Another look, now and from now on."""

    def chosen(name: str | None) -> None:
        if name is None:
            return
        own = "" if name == AS_CONFIGURED else name
        context.preferences.settings = replace(context.preferences.settings, own_theme=own)
        chosen_palette = (
            context.preferences.settings.palette() if not own else palette(own, environ={})
        )
        context.screen.recolour(chosen_palette)
        _keep(context, "theme", own)

    choices = [replace(one, label=_(one.label), hint=_(one.hint)) for one in THEMES]
    context.app.push_screen(Picker(context.preferences.painter, _("Theme"), among(choices)), chosen)


@handles("app.language")
def choose_language(context: CommandContext) -> None:
    """Another language, now and from now on."""

    def chosen(name: str | None) -> None:
        if name is None:
            return
        own = "" if name == AS_CONFIGURED else name
        i18n.use(own or context.preferences.settings.language)
        _respeak(context)
        _keep(context, "language", own)

    choices = [Choice(code, name, letter=code[0]) for code, name in NAMES.items()]
    choices.append(
        Choice(AS_CONFIGURED, _("From the configuration"), _("as set in the configuration"), "c")
    )
    context.app.push_screen(
        Picker(context.preferences.painter, _("Language"), among(choices)), chosen
    )


@handles("view.times")
def switch_times(context: CommandContext) -> None:
    """Show in the rows when the messages were written, or not; from now on."""
    shown = not context.preferences.settings.times
    context.preferences.settings = replace(context.preferences.settings, times=shown)
    context.threads.show_times(context.preferences.zone if shown else "")
    _keep(context, "times", "on" if shown else "")


def _respeak(context: CommandContext) -> None:
    """Show everything in the language in use."""
    context.views.refresh_overview()
    for line in range(len(context.side.board.lines)):
        view = context.side.view_at(line)
        is_own = context.views.current.title in [one.title for one in context.views.saved]
        if view is not None and view.filter == context.views.current.filter and not is_own:
            context.views.current = replace(context.views.current, title=view.title)
    context.threads.renew(None)
    context.threads.refresh()
    if context.conversation.opened is not None:
        context.conversation.reopen()
    context.screen.paint_all()


def _keep(context: CommandContext, name: str, value: str) -> None:
    """Keep a choice for the next start, where there is a place for it."""
    if context.preferences.settings.keep is None:
        return
    try:
        context.preferences.settings.keep(name, value)
    except CareError as error:
        context.runner.complain(error)
