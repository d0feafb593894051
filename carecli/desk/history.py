"""The person on the other side: everything with them, on every channel they are known on."""

from __future__ import annotations

from sqlite3 import Connection

from carecli.desk.knowledge import History, Identity
from carecli.desk.listing import NAMELESS, rows
from carecli.desk.office import Abilities, Office
from carecli.desk.reading import contact_notes
from carecli.domain.model import Outcome, ThreadId
from carecli.domain.text import one_line
from carecli.i18n import _
from carecli.store import contacts

NEWEST = 200
"""Threads shown of one person."""


def history(
    db: Connection, thread: ThreadId, office: Office, abilities: Abilities
) -> History | None:
    """Everything with a thread's person; None when there is no such thread, or nobody in it."""
    contact = contacts.contact_of(db, thread)
    if contact is None:
        return None
    person = contacts.same_person(db, contact)
    ids = [ThreadId(id_) for id_ in contacts.threads(db, person)]
    shown = ids[:NEWEST]
    found = rows(db, shown, office, abilities)
    return History(
        identities=tuple(
            Identity(
                one_line(one.channel, 80), one_line(one.name, 120) or _(NAMELESS), one.first_seen_at
            )
            for one in contacts.identities(db, person)
        ),
        threads=tuple(found[id_] for id_ in shown if id_ in found),
        older=len(ids) - len(shown),
        outcomes={Outcome(name): n for name, n in contacts.outcomes(db, person).items()},
        notes=contact_notes(db, person, office),
    )
