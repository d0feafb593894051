"""Saved replies on the screen: found by typing, read in full before one is taken, and asked for."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from carecli.desk.opened import SnippetView
from carecli.domain.model import ThreadId
from carecli.domain.snippet import placeholders
from carecli.i18n import _
from carecli.tui.feed import FedFrame
from carecli.tui.widgets.dialogs import Ask, Choice, Picker


def pick(
    inbox: FedFrame,
    thread: ThreadId,
    read: Callable[[SnippetView], str],
    then: Callable[[SnippetView], None],
) -> None:
    """Offer those that fit a thread, best first; `read` is what the one under the cursor says."""
    known: dict[str, SnippetView] = {}

    def find(typed: str) -> Sequence[Choice]:
        found = inbox.ask(lambda: inbox.desk.snippets(thread, typed), ())
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

    title = _("Saved replies")
    picker = Picker(inbox.painter, title, find, read=lambda name: read(known[name]))
    inbox.app.push_screen(picker, chosen)


def ask_for(
    inbox: FedFrame,
    text: str,
    then: Callable[[Mapping[str, str] | None], None],
    *,
    title: str,
    hint: str,
    answers: Mapping[str, str] | None = None,
) -> None:
    """Ask for each thing a text asks for, once; `then` gets the answers, or None after Esc.

    `title` has a place for the `{name}`, `hint` says what Esc does; `answers` are there already.
    """
    given = dict(answers or {})
    missing = [one for one in placeholders(text) if one.is_asked and one.name not in given]
    if not missing:
        then(given)
        return
    first = missing[0]

    def typed(answer: str | None) -> None:
        if answer is None:
            then(None)
        else:
            given[first.name] = answer.strip()
            ask_for(inbox, text, then, title=title, hint=hint, answers=given)

    if first.fallback:
        hint = _("left empty: {text}").format(text=first.fallback) + " · " + hint
    asked = title.format(name=f"{{{first.name}}}")
    inbox.app.push_screen(Ask(inbox.painter, asked, hint=hint), typed)
