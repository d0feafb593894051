"""The schema's versions; forward only.

A new database gets `schema.sql` as it stands now; an older one is brought to the same by the
migrations below, so a change of `schema.sql` always comes with a migration here and with a step of
`SCHEMA_VERSION` in `db.py`. New columns stand at the end of their table in `schema.sql`, where
`ALTER TABLE` puts them. The views for other programs (`open_data.sql`) are made anew each time.
`tests/store/test_migrations.py` upgrades a database of 0.3.0 and compares it with a new one.
"""

from __future__ import annotations

import sqlite3
from importlib.resources import files

from sqlite_utils import Database as UtilsDatabase
from sqlite_utils import Migrations

from carecli.domain.text import fold, search_form
from carecli.store.message_words import WORDS, learn
from carecli.store.settings import REBUILD_WANTED

migrations = Migrations("carecli")


@migrations()
def m001_first(db: UtilsDatabase) -> None:
    """The schema of 0.3.0; a database that lacks it is a new one and gets `schema.sql`."""


@migrations()
def recipients_of_mails(db: UtilsDatabase) -> None:
    """Keep who else received a mail."""
    db.execute("ALTER TABLE messages ADD COLUMN also_to TEXT NOT NULL DEFAULT ''")


@migrations()
def messages_turned_away(db: UtilsDatabase) -> None:
    """Keep what was turned away, so that it can be looked at and taken in."""
    db.execute(
        """CREATE TABLE turned_away_messages (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  channel_id INTEGER NOT NULL,
  platform_id TEXT NOT NULL,           -- of the message
  reason TEXT NOT NULL,
  sender TEXT NOT NULL,                -- who sent it, as the platform tells
  asker TEXT NOT NULL,                 -- platform id of whom an answer would go to
  at INTEGER NOT NULL,                 -- when it was written
  seen_at INTEGER NOT NULL,            -- when it was turned away
  event TEXT NOT NULL,                 -- JSON: the message; '' once it was taken in or put aside
  state TEXT NOT NULL,                 -- open, taken, dismissed
  by TEXT NOT NULL DEFAULT '',         -- who decided: moderator:ana
  UNIQUE (platform_id, channel_id)
) STRICT"""
    )
    db.execute(
        "CREATE INDEX turned_away_open ON turned_away_messages (channel_id, id) "
        "WHERE state = 'open'"
    )


@migrations()
def threads_answered_outside(db: UtilsDatabase) -> None:
    """Threads answered outside, where nobody can tell whom; see `domain.reply_target`."""
    db.execute("ALTER TABLE threads ADD COLUMN unclear INTEGER NOT NULL DEFAULT 0")
    db.execute("CREATE INDEX threads_unclear ON threads (last_message_at, id) WHERE unclear = 1")


@migrations()
def failing_places_by_channel(db: UtilsDatabase) -> None:
    """What of a channel cannot be read, and which of its pulls came to their end."""
    db.execute(
        "CREATE TABLE failing_places (channel_id INTEGER NOT NULL, place TEXT NOT NULL, "
        "error TEXT NOT NULL, hint TEXT NOT NULL, since INTEGER NOT NULL, tries INTEGER "
        "NOT NULL, next_try INTEGER NOT NULL, PRIMARY KEY (channel_id, place)) STRICT, "
        "WITHOUT ROWID"
    )
    db.execute(
        "CREATE TABLE refused_fields (channel_id INTEGER NOT NULL, selection TEXT NOT "
        "NULL, field TEXT NOT NULL, said TEXT NOT NULL, at INTEGER NOT NULL, PRIMARY KEY "
        "(channel_id, selection, field)) STRICT, WITHOUT ROWID"
    )
    db.execute(
        "CREATE TABLE pulls (channel_id INTEGER NOT NULL, stream TEXT NOT NULL, every "
        "INTEGER NOT NULL, began_at INTEGER NOT NULL, completed_at INTEGER, error TEXT "
        "NOT NULL, hint TEXT NOT NULL, PRIMARY KEY (channel_id, stream)) STRICT, WITHOUT "
        "ROWID"
    )


@migrations()
def drafts_by_kind(db: UtilsDatabase) -> None:
    """One draft of each kind for each thread and moderator, in place of one in all.

    SQLite changes no primary key, so the table is made anew and the drafts are copied.
    """
    db.conn.execute("ALTER TABLE drafts RENAME TO drafts_before")
    db.conn.execute(
        "CREATE TABLE drafts (thread_id INTEGER NOT NULL, moderator TEXT NOT NULL, "
        "kind TEXT NOT NULL, text TEXT NOT NULL, target_id INTEGER, head_id INTEGER, "
        "snippet TEXT NOT NULL DEFAULT '', saved_at INTEGER NOT NULL, "
        "PRIMARY KEY (thread_id, moderator, kind)) STRICT, WITHOUT ROWID"
    )
    db.conn.execute(
        "INSERT INTO drafts SELECT thread_id, moderator, "
        "CASE WHEN is_note THEN 'note' WHEN is_private THEN 'private' ELSE 'reply' END, "
        "text, target_id, head_id, snippet, saved_at FROM drafts_before"
    )
    db.conn.execute("DROP TABLE drafts_before")


@migrations()
def search_both_forms_of_unicode(db: UtilsDatabase) -> None:
    """The search indexes hold composed letters, however a platform spelled them.

    A contentless index forgets a row only when told the very words it was given.
    """
    for index, column, table, source in SEARCHED:
        rows = db.conn.execute(f"SELECT id, {source} FROM {table} WHERE {source} <> ''")
        changed = [
            (id_, before, after)
            for id_, text in rows
            if not text.isascii() and (before := fold(text)) != (after := search_form(text))
        ]
        db.conn.executemany(
            f"INSERT INTO {index} ({index}, rowid, {column}) VALUES ('delete', ?, ?)",
            [(id_, before) for id_, before, _ in changed],
        )
        db.conn.executemany(
            f"INSERT INTO {index} (rowid, {column}) VALUES (?, ?)",
            [(id_, after) for id_, _, after in changed],
        )


SEARCHED = (
    ("message_words", "text", "messages", "text"),
    ("contact_names", "name", "contacts", "name"),
)
"""The search indexes: table, its column, and the table and column they index."""


@migrations()
def contact_points_that_are_guesses(db: UtilsDatabase) -> None:
    """Tell a contact point that was told from one that is only likely."""
    db.execute("ALTER TABLE threads ADD COLUMN point_told INTEGER NOT NULL DEFAULT 1")


@migrations()
def answers_to_all_recipients(db: UtilsDatabase) -> None:
    """Keep whether an answer goes to the other recipients of a mail too."""
    db.execute("ALTER TABLE drafts ADD COLUMN to_all INTEGER NOT NULL DEFAULT 0")
    db.execute("ALTER TABLE outbox ADD COLUMN to_all INTEGER NOT NULL DEFAULT 0")


@migrations()
def ids_of_old_mails(db: UtilsDatabase) -> None:
    """Mails stored until now may have an id that carecli would no longer give them."""
    db.execute(
        """CREATE TABLE old_mails (
  platform_id TEXT NOT NULL,
  channel_id INTEGER NOT NULL,         -- 0: a mail that is an answer to a case
  PRIMARY KEY (platform_id, channel_id)
) STRICT, WITHOUT ROWID"""
    )
    db.execute(
        "INSERT INTO old_mails SELECT m.platform_id, m.channel_id FROM messages m "
        "JOIN threads t ON t.id = m.thread_id WHERE t.point = 'email'"
    )
    db.execute("INSERT OR IGNORE INTO old_mails SELECT platform_id, 0 FROM case_answers")


@migrations()
def search_names_of_attachments(db: UtilsDatabase) -> None:
    """Messages are found by the names of what is attached to them too."""
    rows = db.conn.execute(f"SELECT id, text, {WORDS} FROM messages WHERE attachments <> ''")
    changed = [(id_, text, words) for id_, text, words in rows if words.strip() != text.strip()]
    db.conn.executemany(
        "INSERT INTO message_words (message_words, rowid, text) VALUES ('delete', ?, ?)",
        [(id_, search_form(text)) for id_, text, _ in changed if text],
    )
    learn(db.conn, [(id_, words) for id_, _, words in changed])


@migrations()
def people_who_are_blocked(db: UtilsDatabase) -> None:
    """Since when somebody is blocked, and whom an order of the outbox is about."""
    db.execute("ALTER TABLE contacts ADD COLUMN blocked_at INTEGER")
    db.execute("CREATE INDEX contacts_blocked ON contacts (id) WHERE blocked_at IS NOT NULL")
    db.execute("ALTER TABLE outbox ADD COLUMN contact_id INTEGER")
    db.execute(
        "CREATE INDEX outbox_contact ON outbox (contact_id, id) WHERE contact_id IS NOT NULL"
    )


@migrations()
def waits_that_ended_too_early(db: UtilsDatabase) -> None:
    """Ask for a rebuild: older versions took people for answered when somebody else was."""
    db.execute(
        "INSERT OR REPLACE INTO settings SELECT ?, '1' WHERE EXISTS (SELECT 1 FROM threads)",
        (REBUILD_WANTED,),
    )


@migrations()
def hooks_and_report_mails_are_deliveries(db: UtilsDatabase) -> None:
    """Give both the columns that every delivery has."""
    db.execute("ALTER TABLE hooks RENAME COLUMN failures TO attempts")
    db.execute("ALTER TABLE hooks RENAME COLUMN retry_at TO not_before")
    for column in (
        "state TEXT NOT NULL DEFAULT 'sent'",
        "attempted_at INTEGER",
        "looked INTEGER NOT NULL DEFAULT 0",
        "sent_at INTEGER",
    ):
        db.execute(f"ALTER TABLE hooks ADD COLUMN {column}")
    db.execute("UPDATE hooks SET state = 'queued' WHERE attempts > 0")
    for table in ("hooks", "report_mails"):
        db.execute(f"ALTER TABLE {table} ADD COLUMN error_label TEXT NOT NULL DEFAULT ''")
        db.execute(f"ALTER TABLE {table} ADD COLUMN hint TEXT NOT NULL DEFAULT ''")
    db.execute("ALTER TABLE hooks ADD COLUMN is_message INTEGER NOT NULL DEFAULT 1")


def create_schema(connection: sqlite3.Connection) -> None:
    """Fill an empty database; the caller's transaction holds all of it."""
    for name in ("schema.sql", "open_data.sql"):
        _run_script(connection, name)
    db = UtilsDatabase(connection)
    migrations.ensure_migrations_table(db)
    for migration in migrations.pending(db):
        connection.execute(
            "INSERT INTO _sqlite_migrations (migration_set, name, applied_at) "
            "VALUES (?, ?, datetime('now'))",
            (migrations.name, migration.name),
        )


def upgrade_schema(connection: sqlite3.Connection) -> None:
    """Bring an older database to the present schema; the caller's transaction holds all of it."""
    views = connection.execute("SELECT name FROM sqlite_master WHERE type = 'view'").fetchall()
    for (name,) in views:
        connection.execute(f'DROP VIEW "{name}"')
    migrations.apply(UtilsDatabase(connection))
    _run_script(connection, "open_data.sql")


def _run_script(connection: sqlite3.Connection, name: str) -> None:
    """Run a script's statements one by one; `executescript` would commit the transaction."""
    pending = ""
    script = files("carecli.store").joinpath(name).read_text(encoding="utf-8")
    for line in script.splitlines(keepends=True):
        pending += line
        if sqlite3.complete_statement(pending):
            connection.execute(pending)
            pending = ""
