"""Writing in plain mode: the draft, snippets, notes, sending.

What is typed goes into the thread's draft line by line, so that nothing is lost; `send` sends it.
"""

from __future__ import annotations

from dataclasses import replace
from uuid import uuid4

from carecli.desk.conversations.rows import Conversation, Draft, SnippetView
from carecli.domain.commands import Note, Reply
from carecli.domain.errors import Refusal
from carecli.domain.model import DraftKind
from carecli.i18n import _, ngettext
from carecli.plain import words
from carecli.plain.session import PAGE, Session

END = "."
"""A line with nothing else ends what is written."""


def reply(session: Session, _typed: str) -> None:
    """Write a reply."""
    _write(session, private=False)


def reply_privately(session: Session, _typed: str) -> None:
    """Write a private reply."""
    _write(session, private=True)


def _begin(session: Session, *, private: bool) -> tuple[Conversation, Draft]:
    """Claim the open thread for an answer; the draft there is of its kind, or a new one."""
    talk = session.talk()
    if not private and not talk.can_reply and talk.can_reply_privately:
        private = True
    allowed = talk.can_reply_privately if private else talk.can_reply
    if not allowed:
        if "note" in talk.why_not:
            raise Refusal(talk.why_not["note"])
        why = talk.why_not.get("private_reply" if private else "reply")
        raise Refusal(
            why or _("The platform does not accept answers here."),
            hint=_("You can write a note, or type done if no reply is needed."),
        )
    session.desk.conversations.claim(talk.row.id)
    kind = DraftKind.PRIVATE if private else DraftKind.REPLY
    target = session.newest_inbound(talk)
    begun = talk.draft(kind) or Draft(
        talk.row.id,
        "",
        kind,
        target=target.id if target is not None else None,
        to_all=session.to_all,
    )
    session.kind = kind
    return talk, replace(begun, head=talk.head)


def _begun(session: Session, talk: Conversation) -> Draft | None:
    """The draft of the reply begun last, else the only one there is."""
    replies = [talk.draft(kind) for kind in (session.kind, DraftKind.REPLY, DraftKind.PRIVATE)]
    return next((one for one in replies if one is not None), None)


def _go_on(session: Session) -> tuple[Conversation, Draft]:
    """Claim the open thread; the draft of the reply begun last, or a new one in public."""
    begun = _begun(session, session.talk())
    return _begin(session, private=begun is not None and begun.kind is DraftKind.PRIVATE)


def _write(session: Session, *, private: bool) -> None:
    talk, draft = _begin(session, private=private)
    private = draft.kind is DraftKind.PRIVATE
    limit = talk.private_limit if private else talk.reply_limit
    to = talk.contact.name
    said = (
        _("Private reply to {name}, as {brand}.") if private else _("Reply to {name}, as {brand}.")
    )
    session.say(said.format(name=to, brand=talk.reply_as))
    _say_recipients(session, talk, draft)
    if talk.guidance:
        session.say(_("For this colour: {text}").format(text=talk.guidance))
    if talk.begins_privately and not private:
        session.say(_("Answers to threads of this colour are private. Type private to write one."))
    if limit:
        session.say(
            (
                ngettext("At most {n} byte.", "At most {n} bytes.", limit)
                if talk.limit_in_bytes
                else ngettext("At most {n} character.", "At most {n} characters.", limit)
            ).format(n=limit)
        )
    if draft.text:
        session.say(_("Your draft so far: {text}").format(text=draft.text))
    session.say(_("Write your text. End with a line that contains only a full stop."))
    while (line := session.ask(_("Text:"))) != END:
        draft = replace(draft, text=f"{draft.text}\n{line}" if draft.text else line)
        session.desk.conversations.save_draft(draft)
    session.say(_("Saved as a draft. Type send to send it, reply to add to it, or clear."))


def everybody(session: Session, _typed: str) -> None:
    """Answer the other recipients of a mail too, or no longer."""
    talk, draft = _go_on(session)
    if not talk.others(draft.target):
        raise Refusal(_("This message had no other recipients."))
    draft = replace(draft, to_all=not draft.to_all)
    if draft.text.strip():
        session.desk.conversations.save_draft(draft)
    session.to_all = draft.to_all
    _say_recipients(session, talk, draft)


def _say_recipients(session: Session, talk: Conversation, draft: Draft) -> None:
    others = ", ".join(talk.others(draft.target))
    if not others:
        return
    if draft.to_all:
        said = _("It goes to {name}, and to {others}. Type everybody to change that.")
    else:
        said = _("It goes only to {name}, not to {others}. Type everybody to change that.")
    session.say(said.format(name=talk.contact.name, others=others))


def clear(session: Session, _typed: str) -> None:
    """Forget the draft of the reply begun last, and give the thread free."""
    talk = session.talk()
    draft = _begun(session, talk)
    if draft is not None:
        session.desk.conversations.save_draft(replace(draft, text=""))
    session.to_all = False
    session.desk.conversations.release(talk.row.id)
    session.say(_("The draft was deleted."))


def send(session: Session, _typed: str) -> None:
    """Send the draft; the text is kept until it went."""
    talk = session.talk()
    draft = _begun(session, talk)
    if draft is None or not draft.text.strip():
        raise Refusal(_("You have not written anything yet."), hint=_("Type reply, or snippet."))
    if draft.head != talk.head:
        session.desk.conversations.save_draft(replace(draft, head=talk.head))
        session.head = talk.head
        if talk.messages:
            new = words.message(talk.messages[-1], talk, session.zone)
            session.say(_("New message: {message}").format(message=new))
        raise Refusal(_("It was not sent."), hint=_("Type send again if the reply still fits."))
    command = Reply(
        talk.row.id,
        draft.text.strip(),
        private=draft.kind is DraftKind.PRIVATE,
        target=draft.target,
        head=draft.head,
        draft=uuid4().hex,
        snippet=draft.snippet,
        to_all=draft.to_all,
    )
    receipt = session.desk.commands.send(command, draft)
    session.to_all = False
    session.say(_(receipt.said) if receipt.said else _("It will be sent."))
    session.say(_("You can undo it until then."))


def snippet(session: Session, typed: str) -> None:
    """Find a saved reply, by words or by its name, and put it into the draft."""
    talk = session.talk()
    found = list(session.desk.replies.snippets(talk.row.id, typed))
    chosen = next((one for one in found if one.name == typed), None)
    if chosen is None:
        if not found:
            raise Refusal(_("No saved reply contains these words."), hint=_("Type snippet alone."))
        for number, one in enumerate(found[:PAGE], 1):
            session.say(f"{number}. {one.title or one.name}: {' '.join(one.text.split())}")
        answer = session.ask(_("Number of the saved reply (empty for none):"))
        if not answer.isdecimal() or not 1 <= int(answer) <= min(PAGE, len(found)):
            session.say(_("Nothing was inserted."))
            return
        chosen = found[int(answer) - 1]
    _insert(session, chosen)


def _insert(session: Session, chosen: SnippetView) -> None:
    talk, draft = _go_on(session)
    answers = {}
    for prompt in chosen.prompts:
        answers[prompt] = session.ask(_("{placeholder} (may be empty):").format(placeholder=prompt))
    text = session.desk.replies.fill(chosen.name, talk.row.id, answers)
    _add(session, replace(draft, snippet=chosen.name), text)


def add_to_draft(session: Session, text: str) -> None:
    """Put a text behind what the draft of the open thread holds."""
    _talk, draft = _go_on(session)
    _add(session, draft, text)


def _add(session: Session, draft: Draft, text: str) -> None:
    draft = replace(draft, text=f"{draft.text}\n{text}" if draft.text else text)
    session.desk.conversations.save_draft(draft)
    session.say(_("The draft is now: {text}").format(text=draft.text))
    session.say(_("Type send to send it, reply to add to it, or clear."))


def note(session: Session, typed: str) -> None:
    """Write something colleagues see and the contact never does."""
    talk = session.talk()
    text = typed or session.ask(_("Note for colleagues (empty for none):"))
    if text:
        session.desk.commands.submit(Note(talk.row.id, text))
        session.say(_("Note saved."))
