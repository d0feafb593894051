"""Saved replies on the screen: searched, previewed, and their questions asked."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from carecli.desk.conversations.rows import SnippetView
from carecli.desk.services import InboxServices
from carecli.domain.model import ThreadId
from carecli.domain.snippet import placeholders
from carecli.i18n import _
from carecli.tui.inbox.desk_runner import DeskRunner
from carecli.tui.inbox.selection import Selection
from carecli.tui.style.content import Painter
from carecli.tui.widgets.dialogs import Choice, Picker, ShowWindow
from carecli.tui.widgets.form import Form, FormField


def pick(
    desk: InboxServices,
    runner: DeskRunner,
    selection: Selection,
    painter: Painter,
    show_window: ShowWindow,
    thread: ThreadId,
    read: Callable[[SnippetView], str],
    then: Callable[[SnippetView], None],
    threads: Sequence[ThreadId] = (),
) -> None:
    """Offer those that fit a thread, best first; `read` is what the one under the cursor says.

    `threads` are all that the text is for, where there are more than that one.
    """
    known: dict[str, SnippetView] = {}

    def find(typed: str) -> Sequence[Choice]:
        found = runner.ask(lambda: desk.replies.snippets(thread, typed), ())
        known.update((one.name, one) for one in found)
        return [
            Choice(
                one.name,
                one.title or one.name,
                f"{one.name} {' '.join(one.languages)}".strip(),
                text=one.text,
            )
            for one in found
        ]

    def chosen(name: str | None) -> None:
        if name is not None:
            then(known[name])

    title = selection.titled(threads or [thread], _("Saved replies"))
    picker = Picker(painter, title, find, read=lambda name: read(known[name]))
    show_window(picker, chosen)


def ask_for(
    show_window: ShowWindow,
    painter: Painter,
    text: str,
    then: Callable[[Mapping[str, str] | None], None],
    *,
    title: str,
    hint: str,
    answers: Mapping[str, str] | None = None,
) -> None:
    """Ask for all that a text asks for, in one form; `then` gets the answers, or None after Esc.

    `hint` says what Esc does; `answers` are there already.
    """
    given = dict(answers or {})
    missing = {one.name: one for one in placeholders(text) if one.is_asked}
    fields = [
        FormField(
            one.name,
            one.name,
            _("left empty: {text}").format(text=one.fallback) if one.fallback else "",
        )
        for one in missing.values()
        if one.name not in given
    ]
    if not fields:
        then(given)
        return

    def filled(answer: Mapping[str, str] | None) -> None:
        then(None if answer is None else {**given, **answer})

    show_window(Form(painter, title, fields, hint), filled)
