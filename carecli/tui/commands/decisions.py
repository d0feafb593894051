"""Commands that decide about threads and messages: colour, assignee, done, hide, undo."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from carecli.desk.conversations.rows import Conversation, MessageView
from carecli.domain.commands import (
    AnsweredOutside,
    Assign,
    Command,
    Done,
    Flag,
    Label,
    Recolour,
    Reopen,
    Safety,
    SafetyStep,
    Seen,
    Snooze,
)
from carecli.domain.errors import CareError, Refusal
from carecli.domain.figures import number
from carecli.domain.model import (
    Colour,
    MessageId,
    NoReplyReason,
    OutboxState,
    ThreadId,
)
from carecli.i18n import N_, _, ngettext
from carecli.tui.commands.context import CommandContext
from carecli.tui.commands.registry import HANDLERS, handles
from carecli.tui.inbox.bars import threads
from carecli.tui.inbox.outcome_words import concerning
from carecli.tui.inbox.selection import Targets
from carecli.tui.reply.review import MANY
from carecli.tui.style.cells import cut, steady
from carecli.tui.style.clock import written
from carecli.tui.widgets.dialogs import Ask, Choice, Confirm, Picker, among

REASONS = (
    Choice(NoReplyReason.THANKS, N_("Thanks"), N_("no question was asked"), "t"),
    Choice(NoReplyReason.TAGGED, N_("Emoji or a tagged friend"), "", "e"),
    Choice(NoReplyReason.SPAM, N_("Spam"), "", "s"),
    Choice(NoReplyReason.DUPLICATE, N_("Duplicate"), N_("asked and answered elsewhere"), "d"),
    Choice(NoReplyReason.OFF_TOPIC, N_("Off topic"), "", "o"),
    Choice(NoReplyReason.OTHER, N_("Other"), "", "x"),
)

OUTSIDE = Choice("answered_outside", N_("Answered outside"), N_("in the platform's app"), "a")
"""Beside the reasons: it was answered, and carecli could not tell whom."""


def reasons() -> list[Choice]:
    """Why no reply is needed, to pick from."""
    every = (*REASONS, OUTSIDE)
    return [replace(one, label=_(one.label), hint=_(one.hint)) for one in every]


Make = Callable[[ThreadId], Command]


def _each(make: Make) -> Callable[[CommandContext], None]:
    """Do one thing to each thread at hand."""
    return lambda context: context.batches.decide(lambda thread: [make(thread)])


def _recolour(colour: Colour | None) -> Callable[[CommandContext], None]:
    return _each(lambda thread: Recolour(thread, colour))


HANDLERS.update(
    {
        "thread.green": _recolour(Colour.GREEN),
        "thread.yellow": _recolour(Colour.YELLOW),
        "thread.red": _recolour(Colour.RED),
        "thread.uncolour": _recolour(None),
        "thread.wake": _each(lambda thread: Snooze(thread, None)),
        "thread.reopen": _each(Reopen),
        "thread.seen": _each(Seen),
        "thread.assign_me": lambda context: context.batches.decide(
            lambda thread: [Assign(thread, context.desk.me)]
        ),
    }
)


@handles("thread.flag")
def flag(context: CommandContext) -> None:
    """Raise or lower the flag; that of the first thread says which."""
    targets = context.selection.targets()
    row = context.threads.row(targets.threads[0]) if targets is not None else None
    if targets is not None and row is not None:
        on = not row.is_flagged
        context.batches.decide_on(targets, lambda thread: [Flag(thread, on)])


def _safety(step: SafetyStep) -> Callable[[CommandContext], None]:
    return _each(lambda thread: Safety(thread, step))


HANDLERS.update({f"thread.safety_{step}": _safety(step) for step in SafetyStep})


@handles("thread.safety")
def safety(context: CommandContext) -> None:
    """The steps of the safety flag that the first thread allows, to pick from."""
    targets = context.selection.targets()
    row = context.threads.row(targets.threads[0]) if targets is not None else None
    if targets is None or row is None:
        return
    raised = Choice(SafetyStep.RAISE, _("Raise"), _("it may be an adverse reaction"), "r")
    confirmed = Choice(SafetyStep.CONFIRM, _("Confirm"), _("it is an adverse reaction"), "c")
    lowered = Choice(SafetyStep.LOWER, _("Remove"), _("it is not an adverse reaction"), "l")
    steps = {"": [raised, confirmed], "raised": [confirmed, lowered], "confirmed": [lowered]}

    def chosen(step: str | None) -> None:
        if step is not None:
            context.batches.decide_on(targets, lambda one: [Safety(one, SafetyStep(step))])

    title = context.selection.titled(targets.threads, _("Safety flag"))
    context.app.push_screen(
        Picker(context.preferences.painter, title, among(steps[row.safety])), chosen
    )


@handles("thread.claim")
def claim(context: CommandContext) -> None:
    """Take the lease, or give it up; that of the first thread says which."""
    targets = context.selection.targets()
    row = context.threads.row(targets.threads[0]) if targets is not None else None
    if targets is None or row is None:
        return
    desk = context.desk
    gives_up = row.claimed_by == context.desk.me
    many = len(targets.threads)

    def each() -> None:
        refused: list[Refusal] = []
        for thread in targets.threads:
            try:
                if gives_up:
                    desk.conversations.release(thread)
                else:
                    desk.conversations.claim(thread)
            except Refusal as refusal:
                refused.append(refusal)
        if refused:
            left = ngettext(
                "{n} of {all} is no longer yours:", "{n} of {all} are no longer yours:", many
            )
            raise Refusal(
                f"{left.format(n=number(len(refused)), all=number(many))} {refused[0].what}"
                if many > 1
                else refused[0].what,
                hint=refused[0].hint,
            )

    question = _("Release {count}?") if gives_up else _("Claim {count}?")
    name = context.selection.name_of(targets.threads[0]) if many == 1 else ""
    done = _("released") if gives_up else _("claimed")

    def told(_none: None) -> None:
        if name:
            context.runner.say(concerning(name, done))

    _sure(context, question, many, lambda: context.runner.do(each, told, about=name))


def _sure(
    context: CommandContext,
    question: str,
    count: int,
    then: Callable[[], object],
    *,
    most: int = MANY,
) -> None:
    """Ask before something is done to more than `most` threads."""
    if count <= most:
        then()
        return

    def answered(answer: str | None) -> None:
        if answer is not None:
            then()

    title = question.format(count=threads(count))
    context.app.push_screen(Confirm(context.preferences.painter, title, []), answered)


def _ends(thread: ThreadId, reason: str) -> Command:
    if reason == OUTSIDE.key:
        return AnsweredOutside(thread)
    return Done(thread, NoReplyReason(reason))


def _waiting_people(talk: Conversation) -> list[MessageView]:
    """Who waits in a conversation: the newest unanswered message of each."""
    unanswered = (one for one in talk.messages if one.is_unanswered)
    return [*{(one.contact, one.author): one for one in unanswered}.values()]


EVERYBODY = "everybody"


def _ask_who(context: CommandContext, targets: Targets, people: Sequence[MessageView]) -> None:
    """Several people wait in one thread: ask which of them was answered outside.

    What each wrote, and when, tells those of the same name apart.
    """

    def chosen(who: str | None) -> None:
        if who is not None:
            message = None if who == EVERYBODY else MessageId(int(who))
            context.batches.decide_on(targets, lambda one: [AnsweredOutside(one, message)])

    zone, now = context.preferences.zone, context.desk.now()
    choices = [
        Choice(
            str(one.id),
            cut(steady(one.author), 30),
            f"{written(one.created_at, now, zone)} · {' '.join(one.text.split())}",
        )
        for one in people
    ]
    choices.append(Choice(EVERYBODY, _("Everyone waiting here")))
    title = context.selection.titled(targets.threads, _("Who was answered outside?"))
    context.app.push_screen(Picker(context.preferences.painter, title, among(choices)), chosen)


@handles("thread.done")
def done(context: CommandContext) -> None:
    """No reply needed; one key for the reason."""
    targets = context.selection.targets()
    if targets is None:
        return
    row = context.threads.row(targets.threads[0])
    if row is not None and not row.is_waiting and not targets.is_marked:
        hint = _("{key} reopens it.").format(key=context.preferences.key("thread.reopen"))
        context.runner.complain(
            CareError(_("Nobody is waiting for an answer here."), hint=hint), row.author
        )
        return

    def chosen(reason: str | None) -> None:
        people: Sequence[MessageView] = ()
        if reason == OUTSIDE.key and not targets.is_marked:
            talk = context.conversation.of(targets.threads[0])
            people = _waiting_people(talk) if talk is not None else ()
        if len(people) > 1:
            _ask_who(context, targets, people)
        elif reason is not None:
            context.batches.decide_on(targets, lambda one: [_ends(one, reason)])

    title = context.selection.titled(targets.threads, _("No reply needed: why?"))
    context.app.push_screen(Picker(context.preferences.painter, title, among(reasons())), chosen)


@handles("thread.assign")
def assign(context: CommandContext) -> None:
    """Give the thread to a person or a team."""
    targets = context.selection.targets()
    if targets is None:
        return
    people = context.runner.ask(context.desk.planning.people, {})
    first = sorted(people, key=lambda key: key != context.desk.me)
    choices = [Choice(f"person:{key}", people[key], _("person")) for key in first]
    teams = context.runner.ask(context.desk.planning.teams, {})
    choices += [Choice(f"team:{key}", title, _("team")) for key, title in teams.items()]
    choices.append(Choice("person:", _("Nobody"), _("unassigned")))

    def chosen(answer: str | None) -> None:
        if answer is None:
            return
        kind, colon, name = answer.partition(":")
        if not colon:
            kind, name = "person", answer
        is_team = kind == "team"
        context.batches.decide_on(
            targets,
            lambda one: [Assign(one, team=name) if is_team else Assign(one, assignee=name)],
        )

    title = context.selection.titled(targets.threads, _("Assign to whom?"))
    picker = Picker(context.preferences.painter, title, among(choices), free=True)
    context.app.push_screen(picker, chosen)


@handles("thread.labels")
def labels(context: CommandContext) -> None:
    """Labels on and off."""
    targets = context.selection.targets()
    if targets is None:
        return

    def typed(text: str | None) -> None:
        words = (text or "").replace("#", " ").split()
        add = tuple(word for word in words if not word.startswith("-"))
        remove = tuple(word[1:] for word in words if word.startswith("-") and len(word) > 1)
        if add or remove:
            context.batches.decide_on(targets, lambda one: [Label(one, add, remove)])

    hint = _("vip allergy adds · -vip removes · Enter · Esc")
    title = context.selection.titled(targets.threads, _("Labels"))
    context.app.push_screen(Ask(context.preferences.painter, title, hint=hint), typed)


@handles("app.undo")
def undo(context: CommandContext) -> None:
    """Take back what I did last; what was said of it before is true no more."""

    def told(what: str) -> None:
        context.app.clear_notifications()
        context.runner.say(_("Undone: {what}").format(what=what))

    context.runner.do(context.desk.commands.undo, told)


@handles("app.redo")
def redo(context: CommandContext) -> None:
    """Do again what I took back."""

    def told(what: str) -> None:
        context.app.clear_notifications()
        context.runner.say(_("Redone: {what}").format(what=what))

    context.runner.do(context.desk.commands.redo, told)


@handles("app.repeat")
def repeat(context: CommandContext) -> None:
    """The last decision, on what is at hand."""
    if context.batches.last is None:
        context.runner.say(_("There is no decision to repeat yet."))
    else:
        context.batches.decide(context.batches.last)


def _unsent(
    context: CommandContext, deed: Callable[[int], None], said: str, question: str, most: int = MANY
) -> None:
    targets = context.selection.targets()
    if targets is None:
        return
    stuck = (OutboxState.FAILED, OutboxState.UNKNOWN)

    def each() -> int:
        items = [
            item for thread in targets.threads for item in context.desk.commands.outbox(thread)
        ]
        unsent = [item.id for item in items if item.state in stuck]
        for one in unsent:
            deed(one)
        return len(unsent)

    name = context.selection.name_of(targets.threads[0]) if len(targets.threads) == 1 else ""

    def told(count: int) -> None:
        if count:
            context.runner.say(concerning(name, said))
        else:
            stuck = CareError(
                _("Nothing here failed to send."), hint=_("It was sent or is waiting to be sent.")
            )
            context.runner.complain(stuck, name)

    _sure(context, question, len(targets.threads), lambda: context.runner.do(each, told), most=most)


@handles("outbox.retry")
def retry(context: CommandContext) -> None:
    """Try again what could not be sent."""
    question = _("Try to send again in {count}?")
    _unsent(context, context.desk.commands.retry, _("Trying to send it again."), question, most=1)


@handles("outbox.drop")
def drop(context: CommandContext) -> None:
    """Give up what could not be sent."""
    question = _("Discard what could not be sent in {count}?")
    _unsent(
        context,
        context.desk.commands.cancel,
        _("Discarded. The text is kept in the journal."),
        question,
    )
