"""Lookups in plain mode: the day, product cards, the person, related threads."""

from __future__ import annotations

from carecli.domain.commands import NoteContact, Seen
from carecli.domain.errors import Refusal
from carecli.domain.figures import number
from carecli.i18n import _, ngettext
from carecli.plain import words
from carecli.plain.reply import add_to_draft
from carecli.plain.session import PAGE, Session


def day(session: Session, _typed: str) -> None:
    """How a day starts: what was left, how many wait, what is due soon, came in, was promised."""
    today = session.desk.planning.today()
    for one in today.words:
        session.say(_("Note for you from {name}: {text}").format(name=one.author, text=one.text))
    waiting = ngettext("{n} thread is waiting", "{n} threads are waiting", today.waiting)
    overdue = ngettext("{n} overdue", "{n} overdue", today.overdue)
    mine = ngettext("{n} yours", "{n} yours", today.mine)
    counts = ((waiting, today.waiting), (overdue, today.overdue), (mine, today.mine))
    session.say(", ".join(text.format(n=number(n)) for text, n in counts) + ".")
    came = ngettext(
        "{n} received since {moment}.", "{n} received since {moment}.", today.came_in
    ).format(n=number(today.came_in), moment=words.moment(today.since, session.zone))
    session.say(came)
    soon = ngettext(
        "{n} due within two hours.", "{n} due within two hours.", today.breaching
    ).format(n=number(today.breaching))
    session.say(soon)
    for row in today.breaches:
        session.say(words.thread_line(row, today.now, session.desk.me))
    for deeds in today.rules:
        said = ngettext("Rule {rule}, {n} time: {what}.", "Rule {rule}, {n} times: {what}.",
                        deeds.count)  # fmt: skip
        session.say(said.format(rule=deeds.rule, n=number(deeds.count), what=deeds.said))
    if not today.rules:
        session.say(_("Rules did nothing."))
    for promise in today.promises:
        session.say(_("Promised by {name}: {text}").format(name=promise.author, text=promise.text))


def card(session: Session, typed: str) -> None:
    """Find a section of a product card, read it out, and put it into the draft if wanted."""
    thread = session.talk().row.id
    sections = [
        (one, part) for one in session.desk.replies.cards(typed, thread) for part in one.sections
    ]
    if not sections:
        raise Refusal(_("No product card contains these words."), hint=_("Type card alone."))
    for n, (one, part) in enumerate(sections[:PAGE], 1):
        session.say(f"{n}. {one.product}, {part.title}")
    if len(sections) > PAGE:
        session.say(_("There are more: type card and a word of the product."))
    answer = session.ask(_("Number of the section (empty for none):"))
    if not answer.isdecimal() or not 1 <= int(answer) <= min(PAGE, len(sections)):
        session.say(_("Nothing was inserted."))
        return
    one, part = sections[int(answer) - 1]
    session.say(part.text)
    for link in one.links:
        session.say(link)
    if session.ask(_("Type yes to insert it into the draft:")) == "yes":
        add_to_draft(session, session.desk.replies.quote(one.name, part.title))


def history(session: Session, typed: str) -> None:
    """Everything with the person: notes, how waits ended, every thread; or a note about them."""
    row = session.talk().row
    if typed:
        session.desk.commands.submit(NoteContact(row.id, typed))
        session.say(_("Note saved."))
        return
    found = session.desk.conversations.history(row.id)
    rows = found.threads if found is not None else ()
    session.say(ngettext("{n} thread", "{n} threads", len(rows)).format(n=len(rows)) + ".")
    for note in found.notes if found is not None else ():
        said = _("Note about the contact, by {name}: {text}")
        session.say(said.format(name=note.actor, text=note.text))
    for one in rows:
        session.say(words.past_line(one, session.zone))


def other(session: Session, _typed: str) -> None:
    """Open the thread a private answer ties to this one."""
    ties = session.talk().ties
    if not ties:
        raise Refusal(_("This thread is not linked to another one by a private answer."))
    session.open(ties[0].thread)


def seen(session: Session, _typed: str) -> None:
    """Take the open thread out of my mentions."""
    session.desk.commands.submit(Seen(session.talk().row.id))
    session.say(_("Marked as seen."))
