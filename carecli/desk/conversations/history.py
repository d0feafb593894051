"""Everything with one person, on every channel they are known on."""

from __future__ import annotations

from sqlite3 import Connection

from carecli.desk.context import Abilities, DeskContext
from carecli.desk.conversations.conversation_builder import contact_notes
from carecli.desk.replies.rows import History, Identity
from carecli.desk.threads.row_builder import NAMELESS, rows
from carecli.desk.threads.visibility import visible_threads
from carecli.domain.model import Outcome, ThreadId
from carecli.domain.text import one_line
from carecli.i18n import _
from carecli.store import contacts

NEWEST = 200
"""Threads shown of one person."""


def history(
    db: Connection, thread: ThreadId, context: DeskContext, abilities: Abilities
) -> History | None:
    """Everything with a thread's person; None when there is no such thread, or nobody in it.

    Threads that are not shown are left out; the outcomes count all of them.
    """
    contact = contacts.contact_of(db, thread)
    if contact is None or not visible_threads(db, (thread,), context):
        return None
    person = contacts.same_person(db, contact)
    ids = visible_threads(db, map(ThreadId, contacts.threads(db, person)), context)
    newest = ids[:NEWEST]
    found = rows(db, newest, context, abilities)
    return History(
        identities=tuple(
            Identity(
                one_line(one.channel, 80), one_line(one.name, 120) or _(NAMELESS), one.first_seen_at
            )
            for one in contacts.identities(db, person)
        ),
        threads=tuple(found[id_] for id_ in newest if id_ in found),
        older=len(ids) - len(newest),
        outcomes={Outcome(name): n for name, n in contacts.outcomes(db, person).items()},
        notes=contact_notes(db, person, context),
    )
