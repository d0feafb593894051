"""The codes of a thread's messages as one moderator may see them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from sqlite3 import Connection

from carecli.desk.context import DeskContext
from carecli.desk.conversations.rows import BlindView, CodeView
from carecli.desk.wording import actor_name
from carecli.domain.text import one_line
from carecli.store import codes, quotes, samples

HIDDEN_WHILE_BLIND = frozenset(("code", "code_blind"))
"""Decisions that would tell a coder what others think."""


@dataclass(frozen=True, slots=True)
class Expressed:
    """By message: its codes, what I am asked to code blindly, and which are quotes.

    While I am asked anything here, no codes are given, and decisions of the verbs in `hides` are
    not to be shown.
    """

    codes: Mapping[int, tuple[CodeView, ...]] = field(default_factory=dict)
    blind: Mapping[int, tuple[BlindView, ...]] = field(default_factory=dict)
    quoted: frozenset[int] = frozenset()
    hides: frozenset[str] = frozenset()


def expressed(db: Connection, thread: int, context: DeskContext) -> Expressed:
    """What is shown of a thread's codes to `context.me`."""
    quoted = frozenset(quotes.of_thread(db, thread))
    asked: dict[int, list[BlindView]] = defaultdict(list)
    for task in samples.awaited(db, thread, context.me):
        asked[task.message].append(BlindView(task.sample, task.kind))
    if asked:
        blind = {message: tuple(tasks) for message, tasks in asked.items()}
        return Expressed({}, blind, quoted, HIDDEN_WHILE_BLIND)
    found: dict[int, list[CodeView]] = defaultdict(list)
    for one in codes.of_thread(db, thread):
        view = CodeView(one.kind, one_line(one.value, 60), actor_name(one.by, context))
        found[one.message].append(view)
    for guess in codes.suggested(db, thread):
        if guess.kind not in (view.kind for view in found[guess.message]):
            view = CodeView(guess.kind, guess.value, "", guess.probability)
            found[guess.message].append(view)
    return Expressed({message: tuple(views) for message, views in found.items()}, {}, quoted)
