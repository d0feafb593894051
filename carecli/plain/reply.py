"""Writing in plain mode: the draft, snippets, notes, sending.

Each typed line is saved in the thread's draft, so that nothing is lost; `send` sends it.
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
"""A line with only this ends the text."""


def reply(session: Session, _typed: str) -> None:
    """Write a reply."""
    _write(session, private=False)


def reply_privately(session: Session, _typed: str) -> None:
    """Write a private reply."""
    _write(session, private=True)


def _start_draft(session: Session, *, private: bool) -> tuple[Conversation, Draft]:
    """Claim the open thread for an answer; returns its draft of this kind, or a new one."""
    talk = session.talk()
    if not private and not talk.can_reply and talk.can_reply_privately:
        private = True
    allowed = talk.can_reply_privately if private else talk.can_reply
    if not allowed:
        if "note" in talk.why_not:
            raise Refusal(talk.why_not["note"])
        reason = talk.why_not.get("private_reply" if private else "reply")
        raise Refusal(
            reason or _("The platform does not accept answers here."),
            hint=_("You can write a note, or type done if no reply is needed."),
        )
    session.desk.conversations.claim(talk.row.id)
    kind = DraftKind.PRIVATE if private else DraftKind.REPLY
    target = session.newest_inbound(talk)
    draft = talk.draft(kind) or Draft(
        talk.row.id,
        "",
        kind,
        target=target.id if target is not None else None,
        to_all=session.to_all,
    )
    session.kind = kind
    return talk, replace(draft, head=talk.head)


def _current_draft(session: Session, talk: Conversation) -> Draft | None:
    """The draft begun last, else the only draft of a reply."""
    replies = [talk.draft(kind) for kind in (session.kind, DraftKind.REPLY, DraftKind.PRIVATE)]
    return next((draft for draft in replies if draft is not None), None)


def _continue_draft(session: Session) -> tuple[Conversation, Draft]:
    """Claim the open thread; returns the draft begun last, or a new public one."""
    draft = _current_draft(session, session.talk())
    return _start_draft(session, private=draft is not None and draft.kind is DraftKind.PRIVATE)


def _write(session: Session, *, private: bool) -> None:
    talk, draft = _start_draft(session, private=private)
    private = draft.kind is DraftKind.PRIVATE
    limit = talk.private_limit if private else talk.reply_limit
    name = talk.contact.name
    heading = (
        _("Private reply to {name}, as {brand}.") if private else _("Reply to {name}, as {brand}.")
    )
    session.say(heading.format(name=name, brand=talk.reply_as))
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
    """Include the other recipients of a mail in the answer, or exclude them."""
    talk, draft = _continue_draft(session)
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
        sentence = _("It goes to {name}, and to {others}. Type everybody to change that.")
    else:
        sentence = _("It goes only to {name}, not to {others}. Type everybody to change that.")
    session.say(sentence.format(name=talk.contact.name, others=others))


def clear(session: Session, _typed: str) -> None:
    """Delete the draft begun last, and release the thread."""
    talk = session.talk()
    draft = _current_draft(session, talk)
    if draft is not None:
        session.desk.conversations.save_draft(replace(draft, text=""))
    session.to_all = False
    session.desk.conversations.release(talk.row.id)
    session.say(_("The draft was deleted."))


def send(session: Session, _typed: str) -> None:
    """Send the draft; its text is kept until it is sent."""
    talk = session.talk()
    draft = _current_draft(session, talk)
    if draft is None or not draft.text.strip():
        raise Refusal(_("You have not written anything yet."), hint=_("Type reply, or snippet."))
    if draft.head != talk.head:
        session.desk.conversations.save_draft(replace(draft, head=talk.head))
        session.head = talk.head
        if talk.messages:
            message_text = words.message(talk.messages[-1], talk, session.zone)
            session.say(_("New message: {message}").format(message=message_text))
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
    """Find a saved reply, by words or by its name, and insert it into the draft."""
    talk = session.talk()
    matches = list(session.desk.replies.snippets(talk.row.id, typed))
    snippet_chosen = next((match for match in matches if match.name == typed), None)
    if snippet_chosen is None:
        if not matches:
            raise Refusal(_("No saved reply contains these words."), hint=_("Type snippet alone."))
        for number, match in enumerate(matches[:PAGE], 1):
            session.say(f"{number}. {match.title or match.name}: {' '.join(match.text.split())}")
        answer = session.ask(_("Number of the saved reply (empty for none):"))
        if not answer.isdecimal() or not 1 <= int(answer) <= min(PAGE, len(matches)):
            session.say(_("Nothing was inserted."))
            return
        snippet_chosen = matches[int(answer) - 1]
    _insert_snippet(session, snippet_chosen)


def _insert_snippet(session: Session, chosen: SnippetView) -> None:
    talk, draft = _continue_draft(session)
    answers = {}
    for prompt in chosen.prompts:
        answers[prompt] = session.ask(_("{placeholder} (may be empty):").format(placeholder=prompt))
    text = session.desk.replies.fill(chosen.name, talk.row.id, answers)
    _append(session, replace(draft, snippet=chosen.name), text)


def add_to_draft(session: Session, text: str) -> None:
    """Append a text to the draft of the open thread."""
    _talk, draft = _continue_draft(session)
    _append(session, draft, text)


def _append(session: Session, draft: Draft, text: str) -> None:
    draft = replace(draft, text=f"{draft.text}\n{text}" if draft.text else text)
    session.desk.conversations.save_draft(draft)
    session.say(_("The draft is now: {text}").format(text=draft.text))
    session.say(_("Type send to send it, reply to add to it, or clear."))


def note(session: Session, typed: str) -> None:
    """Write a note that colleagues see and the contact does not."""
    talk = session.talk()
    text = typed or session.ask(_("Note for colleagues (empty for none):"))
    if text:
        session.desk.commands.submit(Note(talk.row.id, text))
        session.say(_("Note saved."))
