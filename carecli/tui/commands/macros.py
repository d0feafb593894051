"""Recording a macro, and the list of all macros."""

from __future__ import annotations

from carecli.domain.errors import CareError, ConfigError
from carecli.i18n import _
from carecli.tui.commands.registry import handles, run
from carecli.tui.inbox.controller import InboxController
from carecli.tui.keys.matcher import KeyMatch, match, sequence
from carecli.tui.style.cells import cut
from carecli.tui.widgets.dialogs import Ask, Choice, Picker, among


@handles("app.record")
def record(inbox: InboxController) -> None:
    """Begin to write down what I decide; the second time, end and name it."""
    if inbox.recorded is None:
        inbox.recorded = []
        inbox.paint_foot()
        inbox.say(_("Recording: work as usual, then press the key again to stop."))
        return
    steps, inbox.recorded = inbox.recorded, None
    inbox.paint_foot()
    if not steps:
        inbox.say(_("Nothing was recorded."))
        return

    def named(name: str | None) -> None:
        if name and name.strip():
            _ask_key(inbox, "-".join(name.lower().split()), steps)

    title = _("Name of the macro: {steps}").format(steps=cut(", ".join(steps), 48))
    inbox.app.push_screen(Ask(inbox.painter, title), named)


def _ask_key(inbox: InboxController, name: str, steps: list[str]) -> None:
    def typed(key: str | None) -> None:
        wanted = (key or "").strip()
        if wanted and not _is_free(inbox, name, wanted, steps):
            _ask_key(inbox, name, steps)
            return
        inbox.do(
            lambda: inbox.desk.commands.save_macro(name, steps, wanted),
            lambda _done: _kept(inbox, name),
        )

    hint = _("e.g. m p · empty: no key, run it with {key} · Enter").format(
        key=inbox.key("app.macros")
    )
    inbox.app.push_screen(
        Ask(inbox.painter, _("A key for {name}?").format(name=name), hint=hint), typed
    )


def _is_free(inbox: InboxController, name: str, key: str, steps: list[str]) -> bool:
    """Whether a key can be the macro's; says why not. A key that does something stays as it is."""
    bindings = inbox.keymap.bindings("list")
    keys = sequence(key)
    for length in range(1, len(keys) + 1):
        found, command = match(keys[:length], bindings)
        is_taken = found is KeyMatch.FOUND or (found is KeyMatch.INCOMPLETE and length == len(keys))
        if is_taken and command != f"macro.{name}":
            inbox.complain(CareError(_("{key} is already in use.").format(key=key)))
            return False
    before = inbox.macros
    inbox.macros = {**before, name: steps}
    try:
        inbox.keymap_with({f"macro.{name}": (key,)})
    except ConfigError as error:
        inbox.complain(error)
        return False
    else:
        return True
    finally:
        inbox.macros = before


def _kept(inbox: InboxController, name: str) -> None:
    inbox.recall_macros()
    inbox.say(_("The macro {name} was saved.").format(name=name))


@handles("app.macros")
def macros(inbox: InboxController) -> None:
    """Every macro; one is taken, or dropped."""
    own = {one.name: one for one in inbox.ask(inbox.desk.commands.macros, ())}
    choices = [Choice(name, name, ", ".join(steps)) for name, steps in inbox.macros.items()]
    choices += [
        Choice(f"-{name}", _("Delete {name}").format(name=name), _("recorded by you"))
        for name in own
    ]
    if not choices:
        key = inbox.key("app.record")
        inbox.say(_("There are no macros yet. Press {key} to record one.").format(key=key))
        return

    def chosen(name: str | None) -> None:
        if name is None:
            return
        if name.startswith("-"):
            inbox.do(
                lambda: inbox.desk.commands.forget_macro(name[1:]),
                lambda _done: inbox.recall_macros(),
            )
        else:
            run(inbox, f"macro.{name}")

    inbox.app.push_screen(Picker(inbox.painter, _("Macros"), among(choices)), chosen)
