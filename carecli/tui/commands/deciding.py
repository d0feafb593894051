"""Decisions about threads and messages: colour, assignee, flag, snooze, done, hide, undo."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from carecli.desk.rows import Conversation, MessageView
from carecli.domain.commands import (
    Assign,
    Command,
    Done,
    Flag,
    Label,
    Moderate,
    Recolour,
    Reopen,
    Snooze,
)
from carecli.domain.errors import CareError
from carecli.domain.model import (
    HOUR,
    Colour,
    Millis,
    NoReplyReason,
    OutboxState,
    OutboxVerb,
    ThreadId,
    Visibility,
)
from carecli.tui.cells import Line, fit, wrap
from carecli.tui.clock import local
from carecli.tui.commands.registry import HANDLERS, handles
from carecli.tui.stage import Stage
from carecli.tui.widgets.dialogs import Ask, Choice, Confirm, Picker, among

REASONS = (
    Choice(NoReplyReason.THANKS, "Thanks", "nothing was asked", "t"),
    Choice(NoReplyReason.TAGGED, "Emoji or a tagged friend", "", "e"),
    Choice(NoReplyReason.SPAM, "Spam", "", "s"),
    Choice(NoReplyReason.DUPLICATE, "Duplicate", "asked and answered elsewhere", "d"),
    Choice(NoReplyReason.OFF_TOPIC, "Off topic", "", "o"),
    Choice(NoReplyReason.OTHER, "Other", "", "x"),
)


def _recolour(colour: Colour | None) -> Callable[[Stage], None]:
    return lambda inbox: inbox.decide(lambda thread: Recolour(thread, colour))


HANDLERS.update(
    {
        "thread.green": _recolour(Colour.GREEN),
        "thread.yellow": _recolour(Colour.YELLOW),
        "thread.red": _recolour(Colour.RED),
        "thread.uncolour": _recolour(None),
        "thread.wake": lambda inbox: inbox.decide(lambda thread: Snooze(thread, None)),
        "thread.reopen": lambda inbox: inbox.decide(Reopen),
        "thread.assign_me": lambda inbox: inbox.decide(lambda thread: Assign(thread, inbox.me)),
    }
)


@handles("thread.flag")
def flag(inbox: Stage) -> None:
    """Raise or lower the flag."""

    def turned(thread: ThreadId) -> Command | None:
        row = inbox.threads.row(thread)
        return Flag(thread, not row.is_flagged) if row is not None else None

    inbox.decide(turned)


@handles("thread.claim")
def claim(inbox: Stage) -> None:
    """Take the lease, or give it up."""
    row = inbox.row_at_hand()
    if row is None:
        return
    thread = row.id
    if row.claimed_by == inbox.me:
        inbox.do(lambda: inbox.desk.release(thread))
    else:
        inbox.do(lambda: inbox.desk.claim(thread))


@handles("thread.done")
def done(inbox: Stage) -> None:
    """No reply needed; one key for the reason."""
    thread = inbox.at_hand
    if thread is None:
        return

    def chosen(reason: str | None) -> None:
        if reason is not None:
            inbox.decide_on(thread, lambda one: Done(one, NoReplyReason(reason)))

    inbox.app.push_screen(Picker(inbox.painter, "No reply needed: why?", among(REASONS)), chosen)


@handles("thread.assign")
def assign(inbox: Stage) -> None:
    """Give the thread to a person or a team."""
    thread = inbox.at_hand
    if thread is None:
        return
    people = dict.fromkeys([inbox.me, *(one.name for one in inbox.overview.colleagues)])
    choices = [Choice(f"person:{name}", name, "person") for name in people]
    choices += [
        Choice("team:" + tally.key.partition(":")[2].strip('"'), tally.title, "team")
        for tally in inbox.overview.teams
    ]
    choices.append(Choice("person:", "Nobody", "back to the pool"))

    def chosen(answer: str | None) -> None:
        if answer is None:
            return
        kind, colon, name = answer.partition(":")
        if not colon:
            kind, name = "person", answer
        make = (
            (lambda one: Assign(one, team=name))
            if kind == "team"
            else (lambda one: Assign(one, assignee=name))
        )
        inbox.decide_on(thread, make)

    picker = Picker(inbox.painter, "Assign to whom?", among(choices), free=True)
    inbox.app.push_screen(picker, chosen)


@handles("thread.labels")
def labels(inbox: Stage) -> None:
    """Labels on and off."""
    thread = inbox.at_hand
    if thread is None:
        return

    def typed(text: str | None) -> None:
        words = (text or "").replace("#", " ").split()
        add = tuple(word for word in words if not word.startswith("-"))
        remove = tuple(word[1:] for word in words if word.startswith("-") and len(word) > 1)
        if add or remove:
            inbox.decide_on(thread, lambda one: Label(one, add, remove))

    hint = "vip allergy adds · -vip takes off · Enter · Esc"
    inbox.app.push_screen(Ask(inbox.painter, "Labels", hint=hint), typed)


def snoozes(now: Millis, zone: str) -> list[Choice]:
    """Until when a thread can be put aside; the key is the moment."""
    here = local(now, zone)
    morning = (here + timedelta(days=1)).replace(hour=9, minute=0, second=0, microsecond=0)
    monday = morning + timedelta(days=(7 - morning.weekday()) % 7)
    if monday == morning:
        monday += timedelta(days=7)
    return [
        Choice(str(now + HOUR), "An hour", "", "h"),
        Choice(str(now + 4 * HOUR), "Four hours", "", "f"),
        Choice(str(round(morning.timestamp() * 1000)), "Tomorrow at 9", "", "t"),
        Choice(str(round(monday.timestamp() * 1000)), "Monday at 9", f"{monday:%d %b}", "m"),
    ]


@handles("thread.snooze")
def snooze(inbox: Stage) -> None:
    """Put the thread aside; the clock goes on."""
    thread = inbox.at_hand
    if thread is None:
        return

    def chosen(moment: str | None) -> None:
        if moment is not None:
            inbox.decide_on(thread, lambda one: Snooze(one, int(moment)))

    find = among(snoozes(inbox.now(), inbox.settings.zone))
    inbox.app.push_screen(Picker(inbox.painter, "Aside until? The clock goes on.", find), chosen)


def _message(inbox: Stage, thread: ThreadId) -> tuple[Conversation, MessageView] | None:
    talk = inbox.talk_of(thread)
    message = inbox.message_of(talk) if talk is not None else None
    return (talk, message) if talk is not None and message is not None else None


@handles("message.hide")
def hide(inbox: Stage) -> None:
    """Hide in public, or show again."""

    def turned(thread: ThreadId) -> Command | None:
        found = _message(inbox, thread)
        if found is None:
            return None
        hidden = found[1].visibility is Visibility.HIDDEN
        return Moderate(thread, found[1].id, OutboxVerb.UNHIDE if hidden else OutboxVerb.HIDE)

    inbox.decide(turned)


@handles("message.like")
def like(inbox: Stage) -> None:
    """Like, or take it back."""

    def turned(thread: ThreadId) -> Command | None:
        found = _message(inbox, thread)
        if found is None:
            return None
        verb = OutboxVerb.UNLIKE if found[1].is_liked else OutboxVerb.LIKE
        return Moderate(thread, found[1].id, verb)

    inbox.decide(turned)


@handles("message.delete")
def delete(inbox: Stage) -> None:
    """Delete on the platform: cannot be undone, so it asks; unless it would be refused anyway."""
    thread = inbox.at_hand
    found = _message(inbox, thread) if thread is not None else None
    if thread is None or found is None:
        return
    message = found[1]
    command = Moderate(thread, message.id, OutboxVerb.DELETE)
    refusal = inbox.ask(lambda: inbox.desk.refusals([command]).get(thread), None)
    if refusal is not None:
        inbox.complain(refusal)
        return
    lines: list[Line] = [[(fit(f"  {message.author}", 70), "strong")]]
    lines += [[("  ", "text"), (line, "text")] for line in wrap(message.text, 68)[:6]]
    lines += [[], [("  It goes for everybody and cannot be brought back.", "bad")]]

    def answered(answer: str | None) -> None:
        if answer is not None:
            inbox.submit(command)

    inbox.app.push_screen(Confirm(inbox.painter, "Delete on the platform?", lines), answered)


@handles("app.undo")
def undo(inbox: Stage) -> None:
    """Take back what I did last."""
    inbox.do(inbox.desk.undo, lambda what: inbox.say(f"Taken back: {what}"))


@handles("app.redo")
def redo(inbox: Stage) -> None:
    """Do again what I took back."""
    inbox.do(inbox.desk.redo, lambda what: inbox.say(f"Done again: {what}"))


@handles("app.repeat")
def repeat(inbox: Stage) -> None:
    """The last decision, on the thread at hand."""
    if inbox.last_decision is None:
        inbox.say("Nothing was decided yet.")
    else:
        inbox.decide(inbox.last_decision)


def _unsent(inbox: Stage, deed: Callable[[int], None], said: str) -> None:
    thread = inbox.at_hand
    if thread is None:
        return
    stuck = (OutboxState.FAILED, OutboxState.UNKNOWN)
    items = inbox.ask(lambda: inbox.desk.outbox(thread), ())
    unsent = [item.id for item in items if item.state in stuck]
    if not unsent:
        inbox.complain(CareError("Nothing of this thread is stuck.", hint="It was sent, or waits."))
        return

    def each() -> None:
        for one in unsent:
            deed(one)

    inbox.do(each, lambda _: inbox.say(said))


@handles("outbox.retry")
def retry(inbox: Stage) -> None:
    """Try again what could not be sent."""
    _unsent(inbox, inbox.desk.retry, "It is tried again.")


@handles("outbox.drop")
def drop(inbox: Stage) -> None:
    """Give up what could not be sent."""
    _unsent(inbox, inbox.desk.cancel, "Dropped; the text stays in the journal.")
