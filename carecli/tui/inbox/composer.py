"""The reply pane: writing an answer or a note to the open thread, and sending it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from uuid import uuid4

from carecli.desk.conversations.rows import Conversation, Draft, Receipt
from carecli.desk.services import InboxServices
from carecli.domain.commands import AnsweredByHand, Command, Note, Reply
from carecli.domain.errors import CareError
from carecli.domain.mention import TYPED, suggest_moderators
from carecli.domain.model import Direction, DraftKind, ThreadId
from carecli.domain.snippet import unfilled_placeholders
from carecli.i18n import _
from carecli.tui.conversation.links import link_objection
from carecli.tui.inbox.conversation_pane import ConversationPane
from carecli.tui.inbox.desk_runner import DeskRunner
from carecli.tui.inbox.drafts import DraftKeeper
from carecli.tui.inbox.outcome_words import concerning
from carecli.tui.inbox.pane_layout import PaneLayout
from carecli.tui.inbox.preferences import Preferences
from carecli.tui.inbox.selection import Selection
from carecli.tui.inbox.sent_replies import SentReplies
from carecli.tui.reply.checks import CALL, ReplyInProgress, objection, pane_lines
from carecli.tui.reply.snippet_picker import ask_for
from carecli.tui.style.cells import Line, cut, fit, steady
from carecli.tui.widgets.board import Banner
from carecli.tui.widgets.composer import ReplyText
from carecli.tui.widgets.dialogs import Confirm, ShowWindow

CLAIM_EVERY = 30.0
"""Seconds after which the lease on the thread being answered is renewed."""


@dataclass(frozen=True, slots=True)
class ComposerActions:
    """What the reply pane has done elsewhere.

    `submit` submits a command; `record` writes commands into a macro; `leave` is for a thread that
    is done with; `open_url` opens a link in the browser.
    """

    submit: Callable[[Command], None]
    record: Callable[[Sequence[Command]], None]
    leave: Callable[[ThreadId], None]
    show_window: ShowWindow
    open_url: Callable[[str], None]


def command_of(writing: ReplyInProgress) -> Command:
    """The command that sends a text."""
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


class Composer:
    """Owns what is being written.

    `writing` is None while the pane is closed; `warning` stands above the text; `answered` is the
    thread I replied in last.
    """

    def __init__(
        self,
        text: ReplyText,
        pane: Banner,
        desk: InboxServices,
        runner: DeskRunner,
        preferences: Preferences,
        layout: PaneLayout,
        conversation: ConversationPane,
        selection: Selection,
        drafts: DraftKeeper,
        sent: SentReplies,
        actions: ComposerActions,
    ) -> None:
        """`text` is where it is written, `pane` the lines above it."""
        self.text, self.pane = text, pane
        self.writing: ReplyInProgress | None = None
        self.warning = ""
        self.answered: ThreadId | None = None
        self._desk = desk
        self._runner = runner
        self._preferences = preferences
        self._layout = layout
        self._conversation = conversation
        self._selection = selection
        self._drafts = drafts
        self._sent = sent
        self._actions = actions
        self._is_sending = False
        self._kept: ReplyInProgress | None = None
        """What is being written, as it was when its draft was kept."""

    @property
    def is_writing(self) -> bool:
        """Whether the pane is open."""
        return self.writing is not None

    # opening

    def begin(self, *, private: bool = False, note: bool = False) -> bool:
        """Open the pane for the selected thread; False when nothing may be written there."""
        thread = self._selection.thread
        if thread is None:
            return False
        wanted = DraftKind.NOTE if note else DraftKind.PRIVATE if private else DraftKind.REPLY
        writing = self.writing
        if writing is not None and (writing.thread, writing.kind) == (thread, wanted):
            self._layout.focus_on(self.text)
            return True
        is_open = self._conversation.thread == thread and self._layout.context == "thread"
        if not is_open and not self._conversation.open(thread):
            return False
        conversation = self._conversation.opened
        if conversation is None:
            return False
        self._put_away()
        if "note" in conversation.why_not:
            error = CareError(conversation.why_not["note"])
            self._runner.complain(error, conversation.contact.name)
            return False
        if not note and self._is_refused(conversation, private=private):
            return False
        kind = DraftKind.NOTE if note else self._reply_kind(conversation, private=private)
        self._start_writing(conversation, kind)
        if not note:
            self._claim(thread)
        return True

    def _reply_kind(self, conversation: Conversation, *, private: bool) -> DraftKind:
        """Whether to begin in public or in private, as the platform and drafts have it."""
        is_begun = self._drafts.begun(conversation.row.id, DraftKind.REPLY) is not None
        if not is_begun and conversation.begins_privately:
            private = True
        if not conversation.can_reply and conversation.can_reply_privately:
            private = True
        return DraftKind.PRIVATE if private else DraftKind.REPLY

    def _start_writing(self, conversation: Conversation, kind: DraftKind) -> None:
        thread = conversation.row.id
        draft = self._drafts.begun(thread, kind) or Draft(thread, "", kind)
        message = self._conversation.message_of(conversation)
        is_inbound = message is not None and message.direction is Direction.INBOUND
        writing = ReplyInProgress(
            draft.text,
            kind,
            thread,
            conversation.contact.name,
            snippet=draft.snippet,
            target=message.id if message is not None and is_inbound else None,
            head=conversation.head,
            key=uuid4().hex,
        )
        if draft.to_all and conversation.others(writing.target):
            writing = replace(writing, to_all=True)
        self.writing = self._kept = writing
        self.warning = ""
        self.text.put(writing.text)
        self._layout.focus_on(self.text)
        self.paint()

    def _is_refused(self, conversation: Conversation, *, private: bool) -> bool:
        """Say why no answer can be begun; a manual entry is answered by hand instead."""
        row = conversation.row
        if row.claimed_by and row.claimed_by != self._desk.me:
            self._runner.complain(
                CareError(
                    _("{name} is answering this thread.").format(name=row.writer),
                    hint=_("Wait, or talk to each other. You can always write a note (i)."),
                ),
                row.author,
            )
            return True
        if conversation.can_reply_privately or (conversation.can_reply and not private):
            return False
        if "answered_by_hand" not in conversation.why_not and not private:
            self._answer_by_hand(conversation)
            return True
        verb = "private_reply" if private else "reply"
        why = conversation.why_not.get(verb) or _("The platform does not accept answers here.")
        hint = _("You can write a note (i), or press d if no reply is needed.")
        self._runner.complain(CareError(why, hint=hint), row.author)
        return True

    def _answer_by_hand(self, conversation: Conversation) -> None:
        link = self._selection.link
        problem = link_objection(link)
        if not problem:
            self._actions.open_url(link)
        thread = conversation.row.id
        nothing = _("Nothing can be sent there. Answer on the platform itself.")
        lines: list[Line] = [
            [(fit("  " + nothing, 70), "text")],
            [("  ", "text"), (cut(link or _("(no link)"), 68), "accent")],
            [(fit("  " + (problem or _("The link was opened.")), 70), "dim")],
        ]

        def answered(answer: str | None) -> None:
            if answer is not None:
                self._actions.submit(AnsweredByHand(thread))

        title = self._selection.titled([thread], _("Did you answer it there yourself?"))
        self._actions.show_window(Confirm(self._preferences.painter, title, lines), answered)

    # the lease

    def _claim(self, thread: ThreadId) -> None:
        name = self._selection.name_of(thread)
        self._runner.do(
            lambda: self._desk.conversations.claim(thread), otherwise=self._claim_failed, about=name
        )

    def _claim_failed(self) -> None:
        if self.writing is not None:
            self.warning = _("A colleague is answering this thread. Your reply will not be sent.")
            self._conversation.reopen()
            self.paint()

    def renew_claim(self) -> None:
        """Keep the thread from colleagues while an answer is written."""
        if self.writing is not None and not self.writing.is_note:
            self._claim(self.writing.thread)

    # another kind of text

    def write_as(self, kind: DraftKind) -> None:
        """Go on with another kind of text in the same thread.

        The text goes along where none of that kind was begun; else that one is shown, and this
        one is kept as what it is.
        """
        writing = self.written()
        if writing is None or writing.kind is kind:
            return
        other = self._drafts.begun(writing.thread, kind)
        self.warning = ""
        if other is None or not writing.text.strip():
            text = writing.text if other is None else other.text
            self.writing = replace(writing, kind=kind, text=text, offers=())
            self.keep_draft()
            if other is None:
                self._drafts.keep(replace(writing, text="").draft)
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
        self.paint()

    def write_to(self, *, to_all: bool) -> None:
        """Let the answer go to the other recipients of the mail too, or only to who wrote it."""
        writing = self.written()
        if writing is not None:
            self.writing = replace(writing, to_all=to_all)
            self.warning = ""
            self.keep_draft()
            self.paint()

    def warn(self, warning: str) -> None:
        """Show a warning above the text."""
        self.warning = warning
        self.paint()

    # typing

    def typed(self, text: str) -> None:
        """The text changed: count it, and insert a snippet called by `;;name `."""
        if self.writing is None:
            return
        if self.writing.text != text:
            self.writing = replace(self.writing, text=text)
            self.warning = ""
        self._offer_colleagues()
        called = CALL.search(self.text.before_cursor())
        if called is not None and self._insert_called(called[1], len(called[0])):
            return
        self.paint()

    def _offer_colleagues(self) -> None:
        writing = self.writing
        if writing is None or not writing.is_note:
            return
        typed = TYPED.search(self.text.before_cursor())
        people = self._runner.ask(self._desk.planning.people, {}) if typed is not None else {}
        offers = suggest_moderators(typed[1], people) if typed is not None else []
        self.writing = replace(writing, offers=tuple(offers))

    def complete_colleague(self) -> None:
        """Complete the name after `@` with the first one offered."""
        typed = TYPED.search(self.text.before_cursor())
        if self.writing is not None and self.writing.offers and typed is not None:
            self.text.drop_before_cursor(len(typed[1]))
            self.text.add(f"{self.writing.offers[0]} ")

    def _insert_called(self, name: str, typed: int) -> bool:
        if self.writing is None:
            return False
        thread = self.writing.thread
        known = self._runner.ask(lambda: self._desk.replies.snippets(thread, name), ())
        if not any(snippet.name == name for snippet in known):
            return False
        self.text.drop_before_cursor(typed)
        self.insert_snippet(name)
        return True

    def insert_snippet(self, name: str) -> None:
        """Insert a saved reply, once its placeholders were asked for.

        What is left empty stays in the text, and the cursor stands on the first of them.
        """
        if self.writing is None:
            return
        thread = self.writing.thread

        def answered(answers: Mapping[str, str] | None) -> None:
            text = self._runner.ask(lambda: self._desk.replies.fill(name, thread, answers), "")
            self._insert(text, name)

        ask_for(
            self._actions.show_window,
            self._preferences.painter,
            self._runner.ask(lambda: self._desk.replies.fill(name, thread), ""),
            answered,
            title=_("Fill in the saved reply: {name}").format(name=name),
            hint=_("Enter: next line, done on the last one · Esc: fill in later in the text"),
        )

    def _insert(self, text: str, name: str) -> None:
        if text and self.writing is not None:
            self.warning = ""
            self.writing = replace(self.writing, snippet=name)
            self.text.add(text)
            self.writing = replace(self.writing, text=self.text.text)
            self._select_placeholder()
            self.paint()

    def _select_placeholder(self) -> None:
        """Select the first placeholder that is left in the text."""
        conversation = self._conversation.opened
        name = conversation.contact.name if conversation is not None else ""
        for number, line in enumerate(self.text.text.split("\n")):
            left = next(unfilled_placeholders(line, name), None)
            if left is not None:
                self.text.move_cursor((number, left.start()))
                self.text.move_cursor((number, left.end()), select=True)
                return

    # keeping and closing

    def written(self) -> ReplyInProgress | None:
        """What is being written, to the last letter: keys may be faster than their messages."""
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
            self._drafts.keep(writing.draft)

    def before_open(self, thread: ThreadId) -> None:
        """Another thread is about to be opened: what is written elsewhere is kept there."""
        if self.writing is not None and self.writing.thread != thread:
            self._put_away()

    def leave(self, thread: ThreadId) -> None:
        """A thread is done with: what was begun there is kept."""
        if self.writing is not None and self.writing.thread == thread:
            self.end()

    def end(self) -> None:
        """Close the pane, and go back to the conversation; the text stays as a draft."""
        if self.writing is not None:
            self._put_away()
            self._layout.focus_on(self._conversation.board)

    def _put_away(self) -> None:
        """Keep the text as a draft, and end the lease."""
        writing = self.writing
        if writing is None:
            return
        self.keep_draft()
        self.writing = None
        if not writing.is_note:
            self._runner.do(lambda: self._desk.conversations.release(writing.thread))

    # sending

    def send(self, then: Callable[[], None]) -> None:
        """Send what is written, or say what stands against it; the text is kept until it went."""
        conversation, writing = self._conversation.opened, self.written()
        if writing is None or self._is_sending:
            return
        if conversation is None or conversation.row.id != writing.thread:
            self._refuse_other_thread(writing)
            return
        problem = objection(conversation, writing, self._desk.now(), self._desk.me)
        if not problem and not writing.is_note and conversation.head != writing.head:
            problem = _("New message: read it, then send again.")
            self.writing = writing = replace(writing, head=conversation.head)
        if problem:
            self.warning = problem
            self._select_placeholder()
            self.paint()
            return
        self._submit(writing, then)

    def _submit(self, writing: ReplyInProgress, then: Callable[[], None]) -> None:
        thread, name = writing.thread, self._selection.name_of(writing.thread)
        command = command_of(writing)
        self._is_sending = True
        self._drafts.drop(thread, writing.kind)

        def submit() -> Receipt:
            return self._desk.commands.send(command, writing.draft)

        def submitted(receipt: Receipt) -> None:
            self._is_sending = False
            self._actions.record([command])
            if self.writing is not None and self.writing.thread == thread:
                self.writing = None
                self._layout.focus_on(self._conversation.board)
            if isinstance(command, Reply):
                self.answered = thread
                if receipt.outbox is not None:
                    self._sent.follow(receipt.outbox, thread, name)
                what = concerning(name, receipt.said or _("replied"))
                undo = self._preferences.key("app.undo")
                self._runner.say(_("{deed}. {key} undoes it.").format(deed=what, key=undo))
                then()
                self._actions.leave(thread)
            else:
                self._runner.say(concerning(name, _("noted")))
                self._conversation.reopen()
                then()

        def failed() -> None:
            self._is_sending = False
            self._kept = None
            self.keep_draft()
            self.warn(_("It was not sent. The text is saved."))

        self._runner.do(submit, *self._runner.moving(submitted, failed), about=name)

    def _refuse_other_thread(self, writing: ReplyInProgress) -> None:
        """What was written for one person goes to no other one, whatever is open by now."""
        what = _("This was written to {name}, but another thread is open now. It was not sent.")
        hint = _("It is saved as a draft in that thread. Open the thread and send it there.")
        self._runner.complain(CareError(what.format(name=steady(writing.to)), hint=hint))
        self.end()

    # painting

    def paint(self) -> None:
        """The lines above the text."""
        conversation, writing = self._conversation.opened, self.writing
        if conversation is None or writing is None:
            return
        if conversation.row.id != writing.thread:
            return  # what is written for one thread is never shown as if it went to another
        switch = next(iter(self._preferences.keymap.keys["compose.private"]), "")
        width = self._layout.right_width
        now = self._desk.now()
        lines = pane_lines(conversation, writing, now, width, self.warning, switch)
        if len(lines) != len(self.pane.lines):
            self.pane.styles.height = len(lines)
        self.pane.show(lines)
