"""Coding commands: sentiment, funnel stage, themes, blind coding, quotes."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from carecli.desk.conversations.rows import BlindView, MessageView
from carecli.domain.codes import NONE, VALUES, CodeKind, FunnelStage, Sentiment
from carecli.domain.commands import Code, CodeBlind, Command, DropQuote, PickQuote
from carecli.domain.errors import CareError
from carecli.domain.figures import percent
from carecli.domain.model import Direction, MessageId, ThreadId
from carecli.domain.names import code_name, kind_name
from carecli.i18n import N_, _
from carecli.tui.commands.context import CommandContext
from carecli.tui.commands.registry import HANDLERS, handles
from carecli.tui.inbox.selection import Targets
from carecli.tui.widgets.dialogs import Choice, Picker, among

LETTERS = {
    Sentiment.POSITIVE: ("p", N_("pleased, thankful, praising")),
    Sentiment.NEUTRAL: ("o", N_("a question or statement without emotion")),
    Sentiment.NEGATIVE: ("n", N_("annoyed, disappointed, complaining")),
    FunnelStage.AWARENESS: ("a", N_("hears about it")),
    FunnelStage.CONSIDERATION: ("c", N_("asks, compares, hesitates")),
    FunnelStage.PURCHASE: ("b", N_("buys or wants to buy: where, how much")),
    FunnelStage.RECOMMENDATION: ("r", N_("recommends it to others")),
    FunnelStage.LOYALTY: ("l", N_("has used it for a long time, comes back")),
}
"""The letter that picks each value, and what it means."""

THEMES, BACK = "themes", "back"


def _pointed(context: CommandContext, targets: Targets) -> MessageView | None:
    """The contact's message under the cursor, where one thread is at hand."""
    talk = context.conversation.of(targets.threads[0]) if not targets.is_marked else None
    message = context.conversation.message_of(talk) if talk is not None else None
    return message if message is not None and message.direction is Direction.INBOUND else None


def _newest(context: CommandContext, targets: Targets) -> MessageId | None:
    """The newest message of the contact: what a deed without a message is about."""
    talk = context.conversation.of(targets.threads[0])
    inbound = [one for one in talk.messages if one.direction is Direction.INBOUND] if talk else []
    return inbound[-1].id if inbound else None


Make = Callable[[ThreadId, MessageId | None], Command]


def _each(context: CommandContext, targets: Targets, make: Make) -> None:
    """Code the message under the cursor; of other threads, later too, their newest one."""
    message = _pointed(context, targets)
    first = targets.threads[0]
    is_other = message is not None and message.id != _newest(context, targets)
    context.batches.decide_on(
        targets,
        lambda one: [make(one, message.id if message and is_other and one == first else None)],
    )


def _as(value: str) -> Make:
    if value in VALUES[CodeKind.SENTIMENT]:
        return lambda one, message: Code(one, message, sentiment=value)
    return lambda one, message: Code(one, message, stage=value)


def _back(one: ThreadId, message: MessageId | None) -> Command:
    return Code(one, message, NONE, NONE, (), (NONE,))


def _deed(make: Make) -> Callable[[CommandContext], None]:
    def run(context: CommandContext) -> None:
        targets = context.selection.targets()
        if targets is not None:
            _each(context, targets, make)

    return run


HANDLERS.update({f"message.{value}": _deed(_as(value)) for value in LETTERS})
HANDLERS["message.uncode"] = _deed(_back)


def choices(values: Sequence[str], message: MessageView | None = None) -> list[Choice]:
    """Values to pick from, each with its letter; those a message has tell who gave them."""
    said: dict[str, str] = {}
    for code in message.codes if message is not None else ():
        if code.kind != CodeKind.THEME:
            said[code.value] = (
                f"✓ {code.by}" if code.probability is None else f"{percent(code.probability)}?"
            )
    found: list[Choice] = []
    for value, (letter, meaning) in LETTERS.items():
        if value in values:
            kind = next(kind.value for kind, known in VALUES.items() if value in known)
            hint = " · ".join(filter(None, (said.get(value, ""), _(meaning))))
            found.append(Choice(value, code_name(kind, value), hint, letter))
    return found


@handles("message.code")
def code(context: CommandContext) -> None:
    """One key more: the sentiment, the stage, a theme; blindly where a sample asks me here."""
    targets = context.selection.targets()
    if targets is None:
        return
    talk = None if targets.is_marked else context.conversation.of(targets.threads[0])
    message = _pointed(context, targets)
    asked = [(one.id, task) for one in (talk.messages if talk else ()) for task in one.blind]
    if asked:
        here = [one for one in asked if message is not None and one[0] == message.id]
        _code_blindly(context, targets.threads[0], *(here or asked)[0])
        return
    every = [*choices([*LETTERS], message)]
    every.append(Choice(THEMES, _("Themes…"), _("what it is about"), "t"))
    every.append(Choice(BACK, _("Remove my codes"), _("rules' codes apply again"), "0"))

    def chosen(value: str | None) -> None:
        if value == THEMES:
            _pick_theme(context, targets)
        elif value is not None:
            _each(context, targets, _back if value == BACK else _as(value))

    title = context.selection.titled(targets.threads, _("What does it express?"))
    context.app.push_screen(Picker(context.preferences.painter, title, among(every)), chosen)


def _code_blindly(
    context: CommandContext, thread: ThreadId, message: MessageId, task: BlindView
) -> None:
    def chosen(value: str | None) -> None:
        if value is not None:
            context.batches.submit(CodeBlind(thread, task.sample, message, value))

    title = context.selection.titled(
        [thread], _("Blind coding: {kind}").format(kind=kind_name(task.kind))
    )
    find = among(choices(VALUES[CodeKind(task.kind)]))
    context.app.push_screen(Picker(context.preferences.painter, title, find), chosen)


@handles("message.themes")
def themes(context: CommandContext) -> None:
    """A theme on, or off where the message has it."""
    targets = context.selection.targets()
    if targets is not None:
        _pick_theme(context, targets)


def _pick_theme(context: CommandContext, targets: Targets) -> None:
    message = _pointed(context, targets)
    has = {
        code.value: code.by
        for code in (message.codes if message is not None else ())
        if code.kind == CodeKind.THEME
    }
    known = context.runner.ask(context.desk.research.themes, {})
    every = [
        Choice(key, title, _("✓ {name} · remove").format(name=has[key]) if key in has else "")
        for key, title in known.items()
    ]

    def chosen(theme: str | None) -> None:
        if theme is None:
            return
        if theme in has:
            _each(context, targets, lambda one, at: Code(one, at, without=(theme,)))
        else:
            _each(context, targets, lambda one, at: Code(one, at, themes=(theme,)))

    title = context.selection.titled(
        targets.threads, _("Which theme? Type a new word to add a theme.")
    )
    context.app.push_screen(
        Picker(context.preferences.painter, title, among(every), free=True), chosen
    )


@handles("message.quote")
def quote(context: CommandContext) -> None:
    """Keep the message as an outstanding quote, after a look at it; or drop it."""
    from carecli.tui.widgets.quote_writer import QuoteWriter

    targets = context.selection.targets()
    if targets is None:
        return
    if targets.is_marked:
        hint = _("Unmark the threads first: quotes are reviewed individually.")
        context.runner.complain(CareError(_("Choose one message at a time."), hint=hint))
        return
    thread, message = targets.threads[0], _pointed(context, targets)
    meant = message.id if message is not None else None
    draft = context.runner.ask(lambda: context.desk.research.quotable(thread, meant), None)
    if draft is None:
        return
    if draft.is_kept:
        context.batches.submit(DropQuote(thread, draft.message))
        return

    def written(text: str | None) -> None:
        if text is not None:
            context.batches.submit(PickQuote(thread, draft.message, text))

    context.app.push_screen(QuoteWriter(context.preferences.painter, draft), written)
