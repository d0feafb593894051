"""Decisions about threads and messages: colour, assignee, flag, snooze, done, hide, undo."""

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
    Moderate,
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
    Direction,
    MessageId,
    NoReplyReason,
    OutboxState,
    OutboxVerb,
    ThreadId,
    Visibility,
)
from carecli.i18n import N_, _, ngettext
from carecli.tui.commands.registry import HANDLERS, handles
from carecli.tui.inbox.bars import threads
from carecli.tui.inbox.batches import Targets
from carecli.tui.inbox.controller import InboxController
from carecli.tui.inbox.outcome_words import concerning
from carecli.tui.reply.review import MANY
from carecli.tui.style.cells import Line, cut, fit, steady, wrap
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


def _each(make: Make) -> Callable[[InboxController], None]:
    """Do one thing to each thread at hand."""
    return lambda inbox: inbox.decide(lambda thread: [make(thread)])


def _recolour(colour: Colour | None) -> Callable[[InboxController], None]:
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
        "thread.assign_me": lambda inbox: inbox.decide(lambda thread: [Assign(thread, inbox.me)]),
    }
)


@handles("thread.flag")
def flag(inbox: InboxController) -> None:
    """Raise or lower the flag; that of the first thread says which."""
    hand = inbox.hand()
    row = inbox.threads.row(hand.threads[0]) if hand is not None else None
    if hand is not None and row is not None:
        on = not row.is_flagged
        inbox.decide_on(hand, lambda thread: [Flag(thread, on)])


def _safety(step: SafetyStep) -> Callable[[InboxController], None]:
    return _each(lambda thread: Safety(thread, step))


HANDLERS.update({f"thread.safety_{step}": _safety(step) for step in SafetyStep})


@handles("thread.safety")
def safety(inbox: InboxController) -> None:
    """The steps of the safety flag that the first thread allows, to pick from."""
    hand = inbox.hand()
    row = inbox.threads.row(hand.threads[0]) if hand is not None else None
    if hand is None or row is None:
        return
    raised = Choice(SafetyStep.RAISE, _("Raise"), _("it may be an adverse reaction"), "r")
    confirmed = Choice(SafetyStep.CONFIRM, _("Confirm"), _("it is an adverse reaction"), "c")
    lowered = Choice(SafetyStep.LOWER, _("Remove"), _("it is not an adverse reaction"), "l")
    steps = {"": [raised, confirmed], "raised": [confirmed, lowered], "confirmed": [lowered]}

    def chosen(step: str | None) -> None:
        if step is not None:
            inbox.decide_on(hand, lambda one: [Safety(one, SafetyStep(step))])

    title = inbox.titled(hand.threads, _("Safety flag"))
    inbox.app.push_screen(Picker(inbox.painter, title, among(steps[row.safety])), chosen)


@handles("thread.claim")
def claim(inbox: InboxController) -> None:
    """Take the lease, or give it up; that of the first thread says which."""
    hand = inbox.hand()
    row = inbox.threads.row(hand.threads[0]) if hand is not None else None
    if hand is None or row is None:
        return
    desk = inbox.desk
    gives_up = row.claimed_by == inbox.me
    many = len(hand.threads)

    def each() -> None:
        refused: list[Refusal] = []
        for thread in hand.threads:
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
    name = inbox.name_of(hand.threads[0]) if many == 1 else ""
    done = _("released") if gives_up else _("claimed")

    def told(_none: None) -> None:
        if name:
            inbox.say(concerning(name, done))

    _sure(inbox, question, many, lambda: inbox.do(each, told, about=name))


def _sure(
    inbox: InboxController,
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
    inbox.app.push_screen(Confirm(inbox.painter, title, []), answered)


def _ends(thread: ThreadId, reason: str) -> Command:
    if reason == OUTSIDE.key:
        return AnsweredOutside(thread)
    return Done(thread, NoReplyReason(reason))


def _waiting_people(talk: Conversation) -> list[MessageView]:
    """Who waits in a conversation: the newest unanswered message of each."""
    unanswered = (one for one in talk.messages if one.is_unanswered)
    return [*{(one.contact, one.author): one for one in unanswered}.values()]


EVERYBODY = "everybody"


def _ask_who(inbox: InboxController, hand: Targets, people: Sequence[MessageView]) -> None:
    """Several people wait in one thread: ask which of them was answered outside.

    What each wrote, and when, tells those of the same name apart.
    """

    def chosen(who: str | None) -> None:
        if who is not None:
            message = None if who == EVERYBODY else MessageId(int(who))
            inbox.decide_on(hand, lambda one: [AnsweredOutside(one, message)])

    zone, now = inbox.settings.zone, inbox.now()
    choices = [
        Choice(
            str(one.id),
            cut(steady(one.author), 30),
            f"{written(one.created_at, now, zone)} · {' '.join(one.text.split())}",
        )
        for one in people
    ]
    choices.append(Choice(EVERYBODY, _("Everyone waiting here")))
    title = inbox.titled(hand.threads, _("Who was answered outside?"))
    inbox.app.push_screen(Picker(inbox.painter, title, among(choices)), chosen)


@handles("thread.done")
def done(inbox: InboxController) -> None:
    """No reply needed; one key for the reason."""
    hand = inbox.hand()
    if hand is None:
        return
    row = inbox.threads.row(hand.threads[0])
    if row is not None and not row.is_waiting and not hand.is_marked:
        hint = _("{key} reopens it.").format(key=inbox.key("thread.reopen"))
        inbox.complain(CareError(_("Nobody is waiting for an answer here."), hint=hint), row.author)
        return

    def chosen(reason: str | None) -> None:
        people: Sequence[MessageView] = ()
        if reason == OUTSIDE.key and not hand.is_marked:
            talk = inbox.talk_of(hand.threads[0])
            people = _waiting_people(talk) if talk is not None else ()
        if len(people) > 1:
            _ask_who(inbox, hand, people)
        elif reason is not None:
            inbox.decide_on(hand, lambda one: [_ends(one, reason)])

    title = inbox.titled(hand.threads, _("No reply needed: why?"))
    inbox.app.push_screen(Picker(inbox.painter, title, among(reasons())), chosen)


@handles("thread.assign")
def assign(inbox: InboxController) -> None:
    """Give the thread to a person or a team."""
    hand = inbox.hand()
    if hand is None:
        return
    people = inbox.ask(inbox.desk.planning.people, {})
    first = sorted(people, key=lambda key: key != inbox.me)
    choices = [Choice(f"person:{key}", people[key], _("person")) for key in first]
    teams = inbox.ask(inbox.desk.planning.teams, {})
    choices += [Choice(f"team:{key}", title, _("team")) for key, title in teams.items()]
    choices.append(Choice("person:", _("Nobody"), _("unassigned")))

    def chosen(answer: str | None) -> None:
        if answer is None:
            return
        kind, colon, name = answer.partition(":")
        if not colon:
            kind, name = "person", answer
        is_team = kind == "team"
        inbox.decide_on(
            hand,
            lambda one: [Assign(one, team=name) if is_team else Assign(one, assignee=name)],
        )

    title = inbox.titled(hand.threads, _("Assign to whom?"))
    picker = Picker(inbox.painter, title, among(choices), free=True)
    inbox.app.push_screen(picker, chosen)


@handles("thread.labels")
def labels(inbox: InboxController) -> None:
    """Labels on and off."""
    hand = inbox.hand()
    if hand is None:
        return

    def typed(text: str | None) -> None:
        words = (text or "").replace("#", " ").split()
        add = tuple(word for word in words if not word.startswith("-"))
        remove = tuple(word[1:] for word in words if word.startswith("-") and len(word) > 1)
        if add or remove:
            inbox.decide_on(hand, lambda one: [Label(one, add, remove)])

    hint = _("vip allergy adds · -vip removes · Enter · Esc")
    title = inbox.titled(hand.threads, _("Labels"))
    inbox.app.push_screen(Ask(inbox.painter, title, hint=hint), typed)


def _message(inbox: InboxController, thread: ThreadId) -> tuple[Conversation, MessageView] | None:
    talk = inbox.talk_of(thread)
    message = inbox.message_of(talk) if talk is not None else None
    return (talk, message) if talk is not None and message is not None else None


def _moderate(
    inbox: InboxController,
    deed: OutboxVerb,
    opposite: OutboxVerb,
    stands: Callable[[MessageView], bool],
) -> None:
    """Make the message so, or not so if it is; for marked threads the first one's says which."""
    hand = inbox.hand()
    found = _message(inbox, hand.threads[0]) if hand is not None else None
    if hand is None or found is None:
        return
    first, message = hand.threads[0], found[1]
    verb = opposite if stands(message) else deed
    pointed = None if hand.is_marked else message.id
    inbox.decide_on(hand, lambda one: [Moderate(one, pointed if one == first else None, verb)])


@handles("message.hide")
def hide(inbox: InboxController) -> None:
    """Hide in public, or show again."""
    _moderate(
        inbox,
        OutboxVerb.HIDE,
        OutboxVerb.UNHIDE,
        lambda message: message.visibility is Visibility.HIDDEN,
    )


@handles("message.like")
def like(inbox: InboxController) -> None:
    """Like, or take it back."""
    _moderate(inbox, OutboxVerb.LIKE, OutboxVerb.UNLIKE, lambda message: message.is_liked)


@handles("message.delete")
def delete(inbox: InboxController) -> None:
    """Delete on the platform: cannot be undone, so it asks; unless it would be refused anyway."""
    hand = inbox.hand()
    if hand is not None and hand.is_marked:
        inbox.do_to(hand, lambda one: [Moderate(one, None, OutboxVerb.DELETE)], look=True)
        return
    thread = inbox.at_hand
    found = _message(inbox, thread) if thread is not None else None
    if thread is None or found is None:
        return
    message = found[1]
    command = Moderate(thread, message.id, OutboxVerb.DELETE)
    refusal = inbox.ask(lambda: inbox.desk.commands.refusals([command]).get(thread), None)
    if refusal is not None:
        inbox.complain(refusal, inbox.name_of(thread))
        return
    lines: list[Line] = [[(fit(f"  {message.author}", 70), "strong")]]
    lines += [[("  ", "text"), (line, "text")] for line in wrap(message.text, 68)[:6]]
    lines += [[], [("  " + _("It is deleted for everyone and cannot be restored."), "bad")]]
    if message.direction is Direction.OUTBOUND:
        lines += [[("  " + _("The person it answered will be waiting again."), "warn")]]

    def answered(answer: str | None) -> None:
        if answer is not None:
            inbox.submit(command)

    title = inbox.titled([thread], _("Delete on the platform?"))
    inbox.app.push_screen(Confirm(inbox.painter, title, lines), answered)


@handles("app.undo")
def undo(inbox: InboxController) -> None:
    """Take back what I did last; what was said of it before is true no more."""

    def told(what: str) -> None:
        inbox.app.clear_notifications()
        inbox.say(_("Undone: {what}").format(what=what))

    inbox.do(inbox.desk.commands.undo, told)


@handles("app.redo")
def redo(inbox: InboxController) -> None:
    """Do again what I took back."""

    def told(what: str) -> None:
        inbox.app.clear_notifications()
        inbox.say(_("Redone: {what}").format(what=what))

    inbox.do(inbox.desk.commands.redo, told)


@handles("app.repeat")
def repeat(inbox: InboxController) -> None:
    """The last decision, on what is at hand."""
    if inbox.last_deed is None:
        inbox.say(_("There is no decision to repeat yet."))
    else:
        inbox.decide(inbox.last_deed)


def _unsent(
    inbox: InboxController, deed: Callable[[int], None], said: str, question: str, most: int = MANY
) -> None:
    hand = inbox.hand()
    if hand is None:
        return
    stuck = (OutboxState.FAILED, OutboxState.UNKNOWN)

    def each() -> int:
        items = [item for thread in hand.threads for item in inbox.desk.commands.outbox(thread)]
        unsent = [item.id for item in items if item.state in stuck]
        for one in unsent:
            deed(one)
        return len(unsent)

    name = inbox.name_of(hand.threads[0]) if len(hand.threads) == 1 else ""

    def told(count: int) -> None:
        if count:
            inbox.say(concerning(name, said))
        else:
            stuck = CareError(
                _("Nothing here failed to send."), hint=_("It was sent or is waiting to be sent.")
            )
            inbox.complain(stuck, name)

    _sure(inbox, question, len(hand.threads), lambda: inbox.do(each, told), most=most)


@handles("outbox.retry")
def retry(inbox: InboxController) -> None:
    """Try again what could not be sent."""
    question = _("Try to send again in {count}?")
    _unsent(inbox, inbox.desk.commands.retry, _("Trying to send it again."), question, most=1)


@handles("outbox.drop")
def drop(inbox: InboxController) -> None:
    """Give up what could not be sent."""
    question = _("Discard what could not be sent in {count}?")
    _unsent(
        inbox,
        inbox.desk.commands.cancel,
        _("Discarded. The text is kept in the journal."),
        question,
    )
