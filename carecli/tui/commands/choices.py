"""Commands that change the screen and are kept: theme, language, times in rows."""

from __future__ import annotations

from dataclasses import replace

from carecli import i18n
from carecli.domain.errors import CareError
from carecli.i18n import N_, _
from carecli.tui.commands.registry import handles
from carecli.tui.inbox.controller import InboxController
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
def choose_theme(inbox: InboxController) -> None:
    """Another look, now and from now on."""

    def chosen(name: str | None) -> None:
        if name is None:
            return
        own = "" if name == AS_CONFIGURED else name
        inbox.settings = replace(inbox.settings, own_theme=own)
        inbox.recolour(inbox.settings.palette() if not own else palette(own, environ={}))
        _keep(inbox, "theme", own)

    choices = [replace(one, label=_(one.label), hint=_(one.hint)) for one in THEMES]
    inbox.app.push_screen(Picker(inbox.painter, _("Theme"), among(choices)), chosen)


@handles("app.language")
def choose_language(inbox: InboxController) -> None:
    """Another language, now and from now on."""

    def chosen(name: str | None) -> None:
        if name is None:
            return
        own = "" if name == AS_CONFIGURED else name
        i18n.use(own or inbox.settings.language)
        _respeak(inbox)
        _keep(inbox, "language", own)

    choices = [Choice(code, name, letter=code[0]) for code, name in NAMES.items()]
    choices.append(
        Choice(AS_CONFIGURED, _("From the configuration"), _("as set in the configuration"), "c")
    )
    inbox.app.push_screen(Picker(inbox.painter, _("Language"), among(choices)), chosen)


@handles("view.times")
def switch_times(inbox: InboxController) -> None:
    """Show in the rows when the messages were written, or not; from now on."""
    shown = not inbox.settings.times
    inbox.settings = replace(inbox.settings, times=shown)
    inbox.threads.show_times(inbox.settings.zone if shown else "")
    _keep(inbox, "times", "on" if shown else "")


def _respeak(inbox: InboxController) -> None:
    """Show everything in the language in use."""
    inbox.refresh_overview()
    for line in range(len(inbox.side.lines)):
        view = inbox.side_view(line)
        is_own = inbox.view.title in [one.title for one in inbox.saved]
        if view is not None and view.filter == inbox.view.filter and not is_own:
            inbox.view = replace(inbox.view, title=view.title)
    inbox.threads.renew(None)
    inbox.threads.refresh()
    if inbox.opened is not None:
        inbox.reopen()
    inbox.paint_all()


def _keep(inbox: InboxController, name: str, value: str) -> None:
    """Keep a choice for the next start, where there is a place for it."""
    if inbox.settings.keep is None:
        return
    try:
        inbox.settings.keep(name, value)
    except CareError as error:
        inbox.complain(error)
