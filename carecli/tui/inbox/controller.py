"""What the commands act on: the inbox with its reply pane and its filter line."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from uuid import uuid4

from textual.widgets import TextArea

from carecli.desk.conversations.rows import Conversation, Receipt
from carecli.domain.commands import AnsweredByHand, Command, Note, Reply
from carecli.domain.errors import CareError
from carecli.domain.mention import TYPED, offered
from carecli.domain.model import Direction, DraftKind, ThreadId
from carecli.domain.snippet import unfilled
from carecli.i18n import _, pgettext
from carecli.tui.conversation.links import link_objection
from carecli.tui.inbox.bars import WAITING, ListView
from carecli.tui.inbox.hint_bar import HintContext
from carecli.tui.inbox.outcome_words import concerning
from carecli.tui.inbox.sent_replies import SentReplies
from carecli.tui.reply.checks import CALL, ReplyInProgress, objection
from carecli.tui.reply.snippet_picker import ask_for
from carecli.tui.style.cells import Line, cut, fit, steady
from carecli.tui.widgets.composer import TypingPaused
from carecli.tui.widgets.dialogs import Confirm

CLAIM_EVERY = 30.0
"""Seconds after which the lease on the thread being answered is renewed."""


class InboxController(SentReplies):
    """The whole inbox but for its keys."""

    way_back: Callable[[], None] | None = None
    """To what led to the threads that are listed."""

    answered: ThreadId | None = None
    """The thread I replied in last."""

    _is_search = _is_sending = False
    _untyped = WAITING
    _kept: ReplyInProgress | None = None
    """What is being written, as it was when it was handed on to be kept."""

    def on_mount(self) -> None:
        """Renew the claim while somebody writes (Textual calls the parents' handler as well)."""
        self.set_interval(CLAIM_EVERY, self._renew_claim)
        self.say(self.settings.greeting)

    def leave(self) -> None:
        """End the inbox: where there is something to go back to, that comes first."""
        self.app.exit()

    def learn(self) -> None:
        """Lend the terminal to the lessons."""
        from carecli.tui.reply.editor import lend

        try:
            lend(self.app, self.settings.lessons)
        except CareError as error:
            self.complain(error)

    # the reply pane

    def begin(self, *, private: bool = False, note: bool = False) -> bool:
        """Open the reply pane for the thread at hand; False when nothing may be written there."""
        thread = self.at_hand
        if thread is None:
            return False
        wanted = DraftKind.NOTE if note else DraftKind.PRIVATE if private else DraftKind.REPLY
        writing = self.writing
        if writing is not None and (writing.thread, writing.kind) == (thread, wanted):
            self.focus_on(self.text)
            return True
        is_open = self.opened is not None and self.opened.row.id == thread
        if not (is_open and self.context == "thread") and not self.open_thread(thread):
            return False
        talk = self.opened
        if talk is None:
            return False
        if self.writing is not None:
            self.put_away()
        if "note" in talk.why_not:
            self.complain(CareError(talk.why_not["note"]), talk.contact.name)
            return False
        if not note and self._stands_against(talk, private=private):
            return False
        is_begun = self.begun(thread, DraftKind.REPLY) is not None
        if not note and not is_begun and talk.begins_privately:
            private = True
        if not note and not talk.can_reply and talk.can_reply_privately:
            private = True
        kind = DraftKind.NOTE if note else DraftKind.PRIVATE if private else DraftKind.REPLY
        kept = self.begun(thread, kind)
        target = self.message_of(talk)
        self.writing = self._kept = ReplyInProgress(
            kept.text if kept is not None else "",
            kind,
            thread,
            talk.contact.name,
            snippet=kept.snippet if kept is not None else "",
            target=target.id
            if target is not None and target.direction is Direction.INBOUND
            else None,
            head=talk.head,
            key=uuid4().hex,
        )
        if kept is not None and kept.to_all and talk.others(self.writing.target):
            self.writing = self._kept = replace(self.writing, to_all=True)
        self.warning = ""
        self.text.put(self.writing.text)
        self.focus_on(self.text)
        self.paint_pane()
        if not note:
            self._claim(thread)
        return True

    def _claim(self, thread: ThreadId) -> None:
        name = self.name_of(thread)
        self.do(
            lambda: self.desk.conversations.claim(thread), otherwise=self._claim_failed, about=name
        )

    def open_thread(self, thread: ThreadId) -> bool:
        """Show a thread's conversation; what is written in another one is kept as its draft."""
        if self.writing is not None and self.writing.thread != thread:
            self.put_away()
        return super().open_thread(thread)

    def write_as(self, kind: DraftKind) -> None:
        """Go on with another kind of text in the same thread.

        The text goes along where none of that kind was begun; else that one is shown, and this
        one is kept as what it is.
        """
        writing = self.written()
        if writing is None or writing.kind is kind:
            return
        other = self.begun(writing.thread, kind)
        self.warning = ""
        if other is None or not writing.text.strip():
            text = writing.text if other is None else other.text
            self.writing = replace(writing, kind=kind, text=text, offers=())
            self.keep_draft()
            if other is None:
                self.keep(replace(writing, text="").draft)
        else:
            self.keep_draft()
            self.writing = self._kept = replace(
                writing,
                kind=kind,
                text=other.text,
                snippet=other.snippet,
                to_all=other.to_all,
                offers=(),
            )
            self.warning = _(
                "You started this draft earlier. What you just wrote is saved separately."
            )
        if self.writing is not None and self.writing.text != self.text.text:
            self.text.put(self.writing.text)
        if writing.is_note:
            self._claim(writing.thread)
        self.paint_pane()

    def write_to(self, *, to_all: bool) -> None:
        """Let the answer go to the other recipients of the mail too, or only to who wrote it."""
        writing = self.written()
        if writing is not None:
            self.writing = replace(writing, to_all=to_all)
            self.warning = ""
            self.keep_draft()
            self.paint_pane()

    def _stands_against(self, talk: Conversation, *, private: bool) -> bool:
        """Say why no answer can be begun; a manual entry is answered by hand instead."""
        row = talk.row
        if row.claimed_by and row.claimed_by != self.me:
            self.complain(
                CareError(
                    _("{name} is answering this thread.").format(name=row.writer),
                    hint=_("Wait, or talk to each other. You can always write a note (i)."),
                ),
                row.author,
            )
            return True
        allowed = (
            talk.can_reply_privately if private else talk.can_reply or talk.can_reply_privately
        )
        if allowed:
            return False
        if "answered_by_hand" not in talk.why_not and not private:
            self._answer_by_hand(talk)
            return True
        verb = "private_reply" if private else "reply"
        why = talk.why_not.get(verb) or _("The platform does not accept answers here.")
        hint = _("You can write a note (i), or press d if no reply is needed.")
        self.complain(CareError(why, hint=hint), row.author)
        return True

    def _answer_by_hand(self, talk: Conversation) -> None:
        link = self.link_at_hand()
        problem = link_objection(link)
        if not problem:
            self.app.open_url(link)
        thread = talk.row.id
        lines: list[Line] = [
            [
                (
                    fit("  " + _("Nothing can be sent there. Answer on the platform itself."), 70),
                    "text",
                )
            ],
            [("  ", "text"), (cut(link or _("(no link)"), 68), "accent")],
            [(fit("  " + (problem or _("The link was opened.")), 70), "dim")],
        ]

        def answered(answer: str | None) -> None:
            if answer is not None:
                self.submit(AnsweredByHand(thread))

        title = self.titled([thread], _("Did you answer it there yourself?"))
        self.app.push_screen(Confirm(self.painter, title, lines), answered)

    def _claim_failed(self) -> None:
        if self.writing is not None:
            self.warning = _("A colleague is answering this thread. Your reply will not be sent.")
            self.reopen()
            self.paint_pane()

    def leave_thread(self, thread: ThreadId) -> None:
        """A thread is done with; what was begun there is kept."""
        if self.writing is not None and self.writing.thread == thread:
            self.end_writing()
        super().leave_thread(thread)

    def _renew_claim(self) -> None:
        if self.writing is not None and not self.writing.is_note:
            self._claim(self.writing.thread)

    def on_text_area_changed(self, event: TextArea.Changed) -> None:
        """Count what is written, and insert a snippet called by `;;name `."""
        if self.writing is None:
            return
        if self.writing.text != event.text_area.text:
            self.writing = replace(self.writing, text=event.text_area.text)
            self.warning = ""
        self._offer_colleagues()
        called = CALL.search(self.text.before_cursor())
        if called is not None and self._insert_called(called[1], len(called[0])):
            return
        self.paint_pane()

    def _offer_colleagues(self) -> None:
        writing = self.writing
        if writing is None or not writing.is_note:
            return
        typed = TYPED.search(self.text.before_cursor())
        offers = (
            offered(typed[1], self.ask(self.desk.planning.people, {})) if typed is not None else []
        )
        self.writing = replace(writing, offers=tuple(offers))

    def call_colleague(self) -> None:
        """Complete the name after `@` with the first one offered."""
        typed = TYPED.search(self.text.before_cursor())
        if self.writing is not None and self.writing.offers and typed is not None:
            self.text.drop_before_cursor(len(typed[1]))
            self.text.add(f"{self.writing.offers[0]} ")

    def _insert_called(self, name: str, typed: int) -> bool:
        if self.writing is None:
            return False
        thread = self.writing.thread
        known = self.ask(lambda: self.desk.replies.snippets(thread, name), ())
        if not any(one.name == name for one in known):
            return False
        self.text.drop_before_cursor(typed)
        self.insert_snippet(name)
        return True

    def insert_snippet(self, name: str) -> None:
        """Insert a saved reply once what it asks for is told; what is not, is told later.

        The cursor stands on the first placeholder that is left.
        """
        if self.writing is None:
            return
        thread = self.writing.thread

        def asked(answers: Mapping[str, str] | None) -> None:
            self._insert(self.ask(lambda: self.desk.replies.fill(name, thread, answers), ""), name)

        ask_for(
            self,
            self.ask(lambda: self.desk.replies.fill(name, thread), ""),
            asked,
            title=_("Fill in the saved reply: {name}").format(name=name),
            hint=_("Enter: next line, done on the last one · Esc: fill in later in the text"),
        )

    def _insert(self, text: str, name: str) -> None:
        if text and self.writing is not None:
            self.warning = ""
            self.writing = replace(self.writing, snippet=name)
            self.text.add(text)
            self.writing = replace(self.writing, text=self.text.text)
            self._to_placeholder()
            self.paint_pane()

    def _to_placeholder(self) -> None:
        for number, line in enumerate(self.text.text.split("\n")):
            theirs = self.opened.contact.name if self.opened is not None else ""
            found = next(unfilled(line, theirs), None)
            if found is not None:
                self.text.move_cursor((number, found.start()))
                self.text.move_cursor((number, found.end()), select=True)
                return

    def on_paused(self, event: TypingPaused) -> None:
        """Keep the draft whenever typing pauses."""
        event.stop()
        self.keep_draft()

    def written(self) -> ReplyInProgress | None:
        """What is being written, to the last letter: keys may be faster than what tells of them."""
        if self.writing is not None:
            self.writing = replace(self.writing, text=self.text.text)
        return self.writing

    def keep_draft(self) -> None:
        """Keep what is written."""
        writing = self.written()
        if writing is None or self._is_sending:
            return
        if self._kept is None or writing.draft != self._kept.draft:
            self._kept = writing
            self.keep(writing.draft)

    def keep_written(self) -> None:
        """Likewise, for whoever ends the program."""
        self.keep_draft()

    def put_away(self) -> None:
        """Close the reply pane; the text stays as a draft, the lease ends."""
        writing = self.writing
        if writing is None:
            return
        self.keep_draft()
        self.writing = None
        if not writing.is_note:
            self.do(lambda: self.desk.conversations.release(writing.thread))

    def end_writing(self) -> None:
        """Likewise, and back to the conversation."""
        if self.writing is not None:
            self.put_away()
            self.focus_on(self.talk)

    def send(self, then: Callable[[], None]) -> None:
        """Send what is written, or say what stands against it; the text is kept until it went."""
        talk, writing = self.opened, self.written()
        if writing is None or self._is_sending:
            return
        if talk is None or talk.row.id != writing.thread:
            self._not_to_another(writing)
            return
        problem = objection(talk, writing, self.now(), self.me)
        if not problem and not writing.is_note and talk.head != writing.head:
            problem = _("New message: read it, then send again.")
            self.writing = writing = replace(writing, head=talk.head)
        if problem:
            self.warning = problem
            self._to_placeholder()
            self.paint_pane()
            return
        thread, name = writing.thread, self.name_of(writing.thread)
        command = self._command(writing)
        self._is_sending = True
        self.let_go(thread, writing.kind)

        def deed() -> Receipt:
            return self.desk.commands.send(command, writing.draft)

        def sent(receipt: Receipt) -> None:
            self._is_sending = False
            self.record([command])
            if self.writing is not None and self.writing.thread == thread:
                self.writing = None
                self.focus_on(self.talk)
            if isinstance(command, Reply):
                self.answered = thread
                if receipt.outbox is not None:
                    self.leaving_now[receipt.outbox] = (thread, name)
                said = _("{deed}. {key} undoes it.").format(
                    deed=concerning(name, receipt.said or _("replied")), key=self.key("app.undo")
                )
                self.say(said)
                then()
                self.leave_thread(thread)
            else:
                self.say(concerning(name, _("noted")))
                self.reopen()
                then()

        def kept() -> None:
            self._is_sending = False
            self._kept = None
            self.keep_draft()
            self.warning = _("It was not sent. The text is saved.")
            self.paint_pane()

        self.do(deed, *self.moving(sent, kept), about=name)

    def _not_to_another(self, writing: ReplyInProgress) -> None:
        """What was written for one person goes to no other one, whatever is open by now."""
        what = _("This was written to {name}, but another thread is open now. It was not sent.")
        hint = _("It is saved as a draft in that thread. Open the thread and send it there.")
        self.complain(CareError(what.format(name=steady(writing.to)), hint=hint))
        self.end_writing()

    def _command(self, writing: ReplyInProgress) -> Command:
        if writing.is_note:
            return Note(writing.thread, writing.text.strip())
        return Reply(
            writing.thread,
            writing.text.strip(),
            private=writing.is_private,
            target=writing.target,
            head=writing.head,
            draft=writing.key,
            snippet=writing.snippet,
            to_all=writing.to_all,
        )

    def present(self) -> HintContext:
        """What the hint bar goes by; in the list Esc stops, takes marks off, or leaves a search."""
        found = super().present()
        if self.context != "list":
            return found
        leave = ""
        if self.is_at_work:
            leave = pgettext("footer", "stop")
        elif self.marks.all:
            leave = pgettext("footer", "unmark")
        elif self.view.is_typed:
            leave = pgettext("footer", "leave the search")
        return replace(found, leave=leave, is_marked=bool(self.marks.all))

    # the filter line

    def type_filter(self, value: str, *, is_search: bool, column: int | None = None) -> None:
        """Open the line under the list to type a filter or words in.

        What it begins with is selected: typing replaces it, the right arrow first adds to it. A
        `column` puts the cursor there instead.
        """
        if column is None and value:
            value = f"{value} "
        self._is_search = is_search
        if self.panes.is_folded:
            self.focus_on(self.threads)
        self.filter_line.value = value
        self.filter_line.placeholder = (
            _("words to find") if is_search else "is:waiting colour:red at:dm due<30m words"
        )
        self.filter_line.display = True
        self.set_focus(self.filter_line)
        if column is None:
            self.filter_line.select_all()
        else:
            self.filter_line.cursor_position = min(column, len(value))

    def end_filter(self) -> None:
        """Close the line."""
        self.set_focus(self.threads)
        self.hide_filter()
        self.paint_foot()

    def hide_filter(self) -> None:
        """Take the line away, unless somebody types there again."""
        if self.focused is not self.filter_line:
            self.filter_line.display = False
            self.filter_error.display = False

    def view_shown(self, before: ListView, brand: str) -> None:
        """The line of the filter goes with the frame that brings the list."""
        super().view_shown(before, brand)
        if not before.is_typed:
            self._untyped = before
        self.hide_filter()
        self.paint_foot()

    def leave_search(self) -> None:
        """From what was searched or typed as a filter back to the view before."""
        if self.view.is_typed:
            way_back = self.way_back if self.view.threads is not None else None
            self.show_view(self._untyped)
            if way_back is not None:
                way_back()
