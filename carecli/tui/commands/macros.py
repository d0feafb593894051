"""Commands that record a macro, and the list of macros."""

from __future__ import annotations

from carecli.domain.errors import CareError, ConfigError
from carecli.i18n import _
from carecli.tui.commands.context import CommandContext
from carecli.tui.commands.registry import handles, run
from carecli.tui.keys.matcher import KeyMatch, match, sequence
from carecli.tui.style.cells import cut
from carecli.tui.widgets.dialogs import Ask, Choice, Picker, among


@handles("app.record")
def record(context: CommandContext) -> None:
    """Begin to write down what I decide; the second time, end and name it."""
    if context.macros.recorded is None:
        context.macros.begin()
        context.runner.say(_("Recording: work as usual, then press the key again to stop."))
        return
    steps = context.macros.end()
    if not steps:
        context.runner.say(_("Nothing was recorded."))
        return

    def named(name: str | None) -> None:
        if name and name.strip():
            _ask_key(context, "-".join(name.lower().split()), steps)

    title = _("Name of the macro: {steps}").format(steps=cut(", ".join(steps), 48))
    context.app.push_screen(Ask(context.preferences.painter, title), named)


def _ask_key(context: CommandContext, name: str, steps: list[str]) -> None:
    def typed(key: str | None) -> None:
        wanted = (key or "").strip()
        if wanted and not _is_free(context, name, wanted, steps):
            _ask_key(context, name, steps)
            return
        context.runner.do(
            lambda: context.desk.commands.save_macro(name, steps, wanted),
            lambda _done: _kept(context, name),
        )

    hint = _("e.g. m p · empty: no key, run it with {key} · Enter").format(
        key=context.preferences.key("app.macros")
    )
    context.app.push_screen(
        Ask(context.preferences.painter, _("A key for {name}?").format(name=name), hint=hint), typed
    )


def _is_free(context: CommandContext, name: str, key: str, steps: list[str]) -> bool:
    """Whether a key can be the macro's; says why not. A key that does something stays as it is."""
    bindings = context.preferences.keymap.bindings("list")
    keys = sequence(key)
    for length in range(1, len(keys) + 1):
        found, command = match(keys[:length], bindings)
        is_taken = found is KeyMatch.FOUND or (found is KeyMatch.INCOMPLETE and length == len(keys))
        if is_taken and command != f"macro.{name}":
            context.runner.complain(CareError(_("{key} is already in use.").format(key=key)))
            return False
    try:
        context.macros.check_key(name, key, steps)
    except ConfigError as error:
        context.runner.complain(error)
        return False
    return True


def _kept(context: CommandContext, name: str) -> None:
    context.macros.load()
    context.runner.say(_("The macro {name} was saved.").format(name=name))


@handles("app.macros")
def macros(context: CommandContext) -> None:
    """Every macro; one is taken, or dropped."""
    own = {one.name: one for one in context.runner.ask(context.desk.commands.macros, ())}
    choices = [
        Choice(name, name, ", ".join(steps)) for name, steps in context.macros.macros.items()
    ]
    choices += [
        Choice(f"-{name}", _("Delete {name}").format(name=name), _("recorded by you"))
        for name in own
    ]
    if not choices:
        key = context.preferences.key("app.record")
        context.runner.say(_("There are no macros yet. Press {key} to record one.").format(key=key))
        return

    def chosen(name: str | None) -> None:
        if name is None:
            return
        if name.startswith("-"):
            context.runner.do(
                lambda: context.desk.commands.forget_macro(name[1:]),
                lambda _done: context.macros.load(),
            )
        else:
            run(context, f"macro.{name}")

    context.app.push_screen(
        Picker(context.preferences.painter, _("Macros"), among(choices)), chosen
    )
