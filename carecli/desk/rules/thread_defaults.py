"""What a channel decides about each new thread: a colour, the safety flag."""

from __future__ import annotations

from collections.abc import Sequence
from sqlite3 import Connection

from carecli.desk.context import DeskContext
from carecli.domain.commands import Command, Recolour, Safety
from carecli.domain.model import Actor, Millis, ThreadId
from carecli.store import feed, journal, rule_facts
from carecli.store.derive import refresh
from carecli.store.policies import Policies


def open_threads(
    db: Connection, messages: Sequence[int], context: DeskContext, now: Millis
) -> None:
    """Decide as `channel:KEY` about the threads that these messages opened, once each."""
    touched: list[int] = []
    for thread, channel in rule_facts.opened_by(db, messages):
        opening = context.openings.get(channel)
        if opening is None:
            continue
        here = ThreadId(thread)
        wanted: list[Command] = [Safety(here)] if opening.raises_safety else []
        if opening.colour is not None:
            wanted.append(Recolour(here, opening.colour))
        for command in wanted:
            journal.record(db, command, Actor("channel", channel), now)
        touched.append(thread)
    if touched:
        refresh(db, touched, now, Policies(db))
        feed.announce(db, touched)
