"""The values of a snippet's placeholders in a thread."""

from __future__ import annotations

from sqlite3 import Connection

from carecli.desk.context import DeskContext
from carecli.domain.text import one_line
from carecli.matching.first_names import first_name
from carecli.store import conversation as stored
from carecli.store.situation import Situation


def known_here(
    db: Connection, at: Situation, context: DeskContext, moderator: str
) -> dict[str, str]:
    """Names of `domain.snippet.KNOWN` with what they stand for in a thread; empty: not known."""
    contact, post = stored.contact_of(db, at.thread), stored.post_of(db, at.thread)
    name = one_line(contact.name, 120) if contact is not None else ""
    return {
        "contact.first_name": first_name(name),
        "contact.name": name,
        "moderator": one_line(context.name_of(moderator), 80),
        "brand": one_line(context.brands.get(at.brand) or at.brand, 80),
        "channel": one_line(at.title, 80),
        "post": one_line(post.text, 80) if post is not None else "",
    }
