"""Authors of incoming messages: contacts, and what later observations add to them."""

from __future__ import annotations

from collections.abc import Sequence
from sqlite3 import Connection

from carecli.domain import events as ev
from carecli.domain.model import Millis
from carecli.domain.text import printable, search_form
from carecli.store.batch import Batch, chunks, next_id
from carecli.store.subjects import keep_addressed


def authors_of(batch: Batch, seen: Sequence[ev.MessageSeen]) -> list[int | None]:
    """Ids of the messages' authors, None for the brand; new contacts are stored."""
    db, channel = batch.db, batch.channel
    names: dict[tuple[str, str], tuple[str, Millis]] = {}
    authors: list[tuple[str, str] | None] = []
    for event in seen:
        if event.is_ours:
            authors.append(None)
            continue
        scope, platform_id, name = author_key(event)
        authors.append((scope, platform_id))
        if name or (scope, platform_id) not in names:
            names[scope, platform_id] = (name, event.created_at)
    found: dict[tuple[str, str], int] = {}
    renamed: list[tuple[int, str, str]] = []
    for marks, some in chunks(platform_id for _, platform_id in names):
        for platform_id, scope, id_, old in db.execute(
            f"SELECT platform_id, scope, id, name FROM contacts "
            f"WHERE platform_id IN ({marks}) AND channel_id = ?",
            (*some, channel),
        ):
            found[scope, platform_id] = id_
            name = names.get((scope, platform_id), ("", 0))[0]
            if name and name != old:
                renamed.append((id_, old, name))
    found |= _by_handle(db, channel, [key for key in names if key not in found])
    missing = [(key, *names[key]) for key in names if key not in found]
    if missing:
        first = next_id(db, "contacts")
        db.executemany(
            "INSERT INTO contacts (id, channel_id, scope, platform_id, name, first_seen_at) "
            "VALUES (?,?,?,?,?,?)",
            [(first + n, channel, *key, name, at) for n, (key, name, at) in enumerate(missing)],
        )
        db.executemany(
            "INSERT INTO contact_names (rowid, name) VALUES (?,?)",
            [(first + n, search_form(name)) for n, (_, name, _) in enumerate(missing) if name],
        )
        found |= {key: first + n for n, (key, _, _) in enumerate(missing)}
    for id_, old, name in renamed:
        _rename(batch, id_, old, name)
    for (scope, platform_id), (name, _) in names.items():
        if name and not platform_id.startswith(("?", "@")):
            gone = _take_over_handle(batch, scope, name, found[scope, platform_id])
            if gone is not None:
                found[scope, f"@{name}"] = found[scope, platform_id]
    return [None if author is None else found[author] for author in authors]


def _rename(batch: Batch, contact: int, old: str, name: str) -> None:
    db = batch.db
    rows = db.execute("SELECT DISTINCT thread_id FROM waits WHERE contact_id = ?", (contact,))
    threads = [thread for (thread,) in rows]
    batch.touched.update(threads)
    if old:
        keep_addressed(db, threads)
    db.execute("UPDATE contacts SET name = ? WHERE id = ?", (name, contact))
    if old:
        db.execute(
            "INSERT INTO contact_names (contact_names, rowid, name) VALUES ('delete',?,?)",
            (contact, search_form(old)),
        )
    db.execute("INSERT INTO contact_names (rowid, name) VALUES (?,?)", (contact, search_form(name)))


def take_new_handle(batch: Batch, contact: int, event: ev.MessageSeen) -> None:
    """Somebody known by id goes by another handle now, by a message of theirs that is told again.

    What they wrote under the new handle, before that was known, is theirs.
    """
    scope, _, name = author_key(event)
    (old,) = batch.db.execute("SELECT name FROM contacts WHERE id = ?", (contact,)).fetchone()
    if name and name != old:
        _rename(batch, contact, old, name)
        _take_over_handle(batch, scope, name, contact)


def _by_handle(
    db: Connection, channel: int, missing: Sequence[tuple[str, str]]
) -> dict[tuple[str, str], int]:
    """Those of whom only the handle is told, and who are known by id under that name already."""
    found: dict[tuple[str, str], int] = {}
    for scope, platform_id in missing:
        if not platform_id.startswith("@"):
            continue
        phrase = '"' + search_form(platform_id[1:]).replace('"', '""') + '"'
        row = db.execute(
            "SELECT min(k.id), count(*) FROM contact_names n JOIN contacts k ON k.id = n.rowid "
            "WHERE contact_names MATCH ? AND k.channel_id = ? AND k.scope = ? AND k.name = ?",
            (phrase, channel, scope, platform_id[1:]),
        ).fetchone()
        if row[1] == 1:
            found[scope, platform_id] = row[0]
    return found


def _take_over_handle(batch: Batch, scope: str, name: str, contact: int) -> int | None:
    """Somebody known by handle only turns out to be this person; the id that is gone by that."""
    row = batch.db.execute(
        "SELECT id FROM contacts WHERE platform_id = ? AND channel_id = ? AND scope = ?",
        (f"@{name}", batch.channel, scope),
    ).fetchone()
    if row is None or row[0] == contact:
        return None
    become(batch, row[0], contact)
    return int(row[0])


def become(batch: Batch, old: int, new: int | None) -> None:
    """All that somebody of whom less was known wrote is another contact's; None: the brand's."""
    db = batch.db
    rows = db.execute("SELECT DISTINCT thread_id FROM waits WHERE contact_id = ?", (old,))
    threads = {thread for (thread,) in rows}
    threads |= {known.thread for known in batch.known.values()}
    threads |= {*batch.fresh, *batch.touched}  # whose waits are not derived yet
    for thread in sorted(threads):
        db.execute(
            "UPDATE messages SET contact_id = ? WHERE thread_id = ? AND contact_id = ?",
            (new, thread, old),
        )
        batch.touched.add(thread)
    for table in ("contact_notes", "contact_links", "allowed"):
        if new is not None:
            db.execute(
                f"UPDATE OR IGNORE {table} SET contact_id = ? WHERE contact_id = ?", (new, old)
            )
        db.execute(f"DELETE FROM {table} WHERE contact_id = ?", (old,))
    db.execute("UPDATE rule_deeds SET contact_id = ? WHERE contact_id = ?", (new or 0, old))
    db.execute("UPDATE outbox SET contact_id = ? WHERE contact_id = ?", (new, old))
    (name,) = db.execute("SELECT name FROM contacts WHERE id = ?", (old,)).fetchone()
    if name:
        db.execute(
            "INSERT INTO contact_names (contact_names, rowid, name) VALUES ('delete',?,?)",
            (old, search_form(name)),
        )
    db.execute("DELETE FROM contacts WHERE id = ?", (old,))


def author_key(event: ev.MessageSeen) -> tuple[str, str, str]:
    """Scope, platform id and printable name; somebody nameless is a contact of their own."""
    author = event.author
    if author is None:
        return "", f"?{event.platform_id}", ""
    return author.scope, author.platform_id, printable(author.name).replace("\n", " ")[:120]
