"""Decisions in plain mode: the same commands, claims and refusals as on the screen."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from carecli.domain.commands import (
    AnsweredOutside,
    Assign,
    Command,
    Done,
    Flag,
    Label,
    Moderate,
    OpenCase,
    Recolour,
    Reopen,
    Snooze,
)
from carecli.domain.days import parse_span
from carecli.domain.errors import Refusal
from carecli.domain.model import Colour, NoReplyReason, OutboxVerb, Visibility
from carecli.domain.names import REASONS, reason_name
from carecli.i18n import _
from carecli.plain import words
from carecli.plain.session import Session

if TYPE_CHECKING:
    from carecli.desk.conversations.rows import Conversation, MessageView

Act = Callable[[Session, str], None]


def _submit(session: Session, command: Command) -> None:
    """Submit, and say how the thread stands now."""
    receipt = session.desk.commands.submit(command)
    if receipt.said:
        session.say(_(receipt.said))
    talk = session.talk()
    said = words.thread_line(talk.row, session.desk.now(), session.desk.me)
    session.say(_("Done. Now: {thread}").format(thread=said.partition(": ")[0]))


def recolour(colour: Colour | None) -> Act:
    """Set a colour; None gives it back to the rules."""
    return lambda session, _typed: _submit(session, Recolour(session.talk().row.id, colour))


def ask(session: Session, typed: str) -> None:
    """Ask another team by mail."""
    thread = session.talk().row.id
    teams = session.desk.planning.case_teams()
    if not teams:
        raise Refusal(
            _("You cannot ask a team by mail here."),
            hint=_("Add a mailbox with the role `cases`; see docs/mail.md."),
        )
    team, *others = teams
    if others:
        said = _("Which team? {names} (empty to cancel):").format(names=", ".join(teams))
        team = session.ask(said)
    if not team:
        return
    title = _("What do you want to ask {team}?").format(team=teams.get(team, team))
    text = typed or session.ask(title)
    if text:
        _submit(session, OpenCase(thread, team, text))


def flag(session: Session, _typed: str) -> None:
    """Raise or lower the flag."""
    row = session.talk().row
    _submit(session, Flag(row.id, not row.is_flagged))


def claim(session: Session, _typed: str) -> None:
    """Take the lease, or give it up."""
    row = session.talk().row
    if row.claimed_by == session.desk.me:
        session.desk.conversations.release(row.id)
        session.say(_("Released."))
    else:
        session.desk.conversations.claim(row.id)
        session.say(_("Claimed: colleagues see that you are working on it."))


def done(session: Session, typed: str) -> None:
    """No reply needed, for a reason."""
    thread = session.talk().row.id
    reasons = list(REASONS)
    if not typed:
        for number, reason in enumerate(reasons, 1):
            session.say(f"{number}. {reason_name(reason)}")
        session.say(_("outside. answered outside carecli"))
        typed = session.ask(_("Why is no reply needed? A number (empty to cancel):"))
    if not typed:
        return
    if typed == "outside":
        _submit(session, AnsweredOutside(thread))
        return
    names = {str(number): reason for number, reason in enumerate(reasons, 1)}
    names |= {reason.value: reason for reason in reasons}
    if typed not in names:
        known = ", ".join((*(reason.value for reason in reasons), "outside"))
        raise Refusal(
            _("There is no reason {word!r}.").format(word=typed),
            hint=_("Available: {words}.").format(words=known),
        )
    _submit(session, Done(thread, NoReplyReason(names[typed])))


def reopen(session: Session, _typed: str) -> None:
    """The wait goes on."""
    _submit(session, Reopen(session.talk().row.id))


def mine(session: Session, _typed: str) -> None:
    """Assign to me."""
    _submit(session, Assign(session.talk().row.id, session.desk.me))


def assign(session: Session, typed: str) -> None:
    """Give it to a person, a team, or nobody."""
    thread = session.talk().row.id
    people = session.desk.planning.people()
    typed = typed or session.ask(
        _("To whom? {names}, team:NAME or nobody (empty to cancel):").format(
            names=", ".join(people)
        )
    )
    if not typed:
        return
    if typed.startswith("team:"):
        _submit(session, Assign(thread, team=typed.removeprefix("team:")))
        return
    if typed != "nobody" and people and typed not in people:
        raise Refusal(
            _("There is nobody called {word!r}.").format(word=typed),
            hint=_("Available: {words}.").format(words=", ".join(people)),
        )
    _submit(session, Assign(thread, "" if typed == "nobody" else typed))


def labels(session: Session, typed: str) -> None:
    """Labels on, or off with a minus."""
    thread = session.talk().row.id
    typed = typed or session.ask(_("Labels; a minus removes one, e.g. vip -spam:"))
    named = typed.replace("#", " ").split()
    add = tuple(one for one in named if not one.startswith("-"))
    remove = tuple(one[1:] for one in named if one.startswith("-") and len(one) > 1)
    if add or remove:
        _submit(session, Label(thread, add, remove))


def snooze(session: Session, typed: str) -> None:
    """Put aside for a span, or until tomorrow at 9; the clock goes on."""
    thread = session.talk().row.id
    typed = typed or session.ask(_("Snooze for how long? 1h, 4h, 2d, tomorrow (empty to cancel):"))
    if not typed:
        return
    now = session.desk.now()
    if typed == "tomorrow":
        here = datetime.fromtimestamp(now / 1000, ZoneInfo(session.zone)) + timedelta(days=1)
        until = round(here.replace(hour=9, minute=0, second=0).timestamp() * 1000)
    elif (length := parse_span(typed)) is not None:
        until = now + length
    else:
        raise Refusal(
            _("{word!r} is not a time span.").format(word=typed),
            hint=_("Expected 1h, 4h, 2d or tomorrow."),
        )
    _submit(session, Snooze(thread, until))


def wake(session: Session, _typed: str) -> None:
    """End the snooze."""
    _submit(session, Snooze(session.talk().row.id, None))


def _newest(session: Session) -> tuple[Conversation, MessageView]:
    """The conversation that is read, and what the contact wrote last; raises Refusal."""
    talk = session.talk()
    message = session.newest_inbound(talk)
    if message is None:
        raise Refusal(_("The contact has not written anything here."))
    return talk, message


def _moderate(session: Session, deed: OutboxVerb, opposite: OutboxVerb) -> None:
    talk, message = _newest(session)
    hidden = message.visibility is Visibility.HIDDEN
    stands = hidden if deed is OutboxVerb.HIDE else message.is_liked
    _submit(session, Moderate(talk.row.id, message.id, opposite if stands else deed))


def hide(session: Session, _typed: str) -> None:
    """Hide in public, or show again."""
    _moderate(session, OutboxVerb.HIDE, OutboxVerb.UNHIDE)


def like(session: Session, _typed: str) -> None:
    """Like, or take it back."""
    _moderate(session, OutboxVerb.LIKE, OutboxVerb.UNLIKE)


def delete(session: Session, _typed: str) -> None:
    """Delete on the platform; asks first, unless it would be refused anyway."""
    _moderate_once_sure(
        session,
        OutboxVerb.DELETE,
        _("It is deleted for everyone and cannot be restored."),
        _("Type yes to delete it:"),
        _("It was not deleted."),
    )


def block(session: Session, _typed: str) -> None:
    """Block who wrote the newest message; asks first, unless it would be refused anyway."""
    _moderate_once_sure(
        session,
        OutboxVerb.BLOCK,
        _("{name} will no longer be able to write to {channel}, in public or in private."),
        _("Type yes to block them:"),
        _("Nobody is blocked."),
    )


def _moderate_once_sure(
    session: Session, deed: OutboxVerb, warning: str, question: str, otherwise: str
) -> None:
    """Show the message with a warning, and act once the answer is yes; else say `otherwise`.

    The warning may name who wrote it, `{name}`, and as whom we answer, `{channel}`.
    """
    talk, message = _newest(session)
    command = Moderate(talk.row.id, message.id, deed)
    refusal = session.desk.commands.refusals([command]).get(talk.row.id)
    if refusal is not None:
        raise refusal
    session.say(words.message(message, talk, session.zone))
    session.say(warning.format(name=message.author, channel=talk.reply_as))
    if session.ask(question) == "yes":
        _submit(session, command)
    else:
        session.say(otherwise)


def unblock(session: Session, _typed: str) -> None:
    """Let who wrote the newest message write again."""
    talk, message = _newest(session)
    _submit(session, Moderate(talk.row.id, message.id, OutboxVerb.UNBLOCK))


def undo(session: Session, _typed: str) -> None:
    """Take back what I did last, also a send while it waits."""
    session.say(_("Undone: {what}").format(what=_(session.desk.commands.undo())))


def redo(session: Session, _typed: str) -> None:
    """Do again what I took back."""
    session.say(_("Redone: {what}").format(what=_(session.desk.commands.redo())))
