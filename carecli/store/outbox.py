"""The outbox as the sender sees it: each step of an item made durable.

queued -> sending -> sent | failed | queued (later) | unknown; unknown -> sent | queued | failed.
The call to the platform happens between two transactions: `start` commits the attempt before it,
and one of the others records its fate after it. Functions that change an item belong into a write
transaction, derive its thread again and announce it; they return False when the item was no
longer in a state that allows the change, because a person cancelled it meanwhile.
"""

from __future__ import annotations

from collections.abc import Sequence
from sqlite3 import Connection
from typing import NamedTuple

from carecli.domain.model import HOUR, SECOND, Actor, Millis, OutboxVerb
from carecli.domain.send_limits import MESSAGE
from carecli.store import settings
from carecli.store.derive import refresh
from carecli.store.feed import announce
from carecli.store.policies import Policies

LOOKS: tuple[Millis, ...] = (
    5 * SECOND,
    25 * SECOND,
    90 * SECOND,
    180 * SECOND,
    300 * SECOND,
)
"""Waits before the looks for an item of unknown fate: 5, 30, 120, 300 and 600 s after it got so.

The last look decides: whatever the platform answers then, the item is of unknown fate no more.
"""

MOST_ATTEMPTS = 5
"""Attempts of unknown fate after which a person is called, whatever the platform shows."""

_PRIVATE = "t.point IN ('dm', 'email')"
_KIND = f"CASE WHEN o.verb = 'reply' AND {_PRIVATE} THEN '{MESSAGE}' ELSE o.verb END"
_TEXTS = "('reply', 'private_reply')"
_IS_OPEN = "o.state IN ('queued', 'sending', 'unknown')"
"""Spelled as in the index `outbox_due`, which SQLite uses for nothing else."""
_IS_DEED = f"o.state = 'queued' AND o.verb NOT IN {_TEXTS}"
"""Spelled as in the index `outbox_deeds`."""
_COLUMNS = (
    "o.id, o.key, o.channel_id, o.thread_id, o.message_id, o.head_id, o.verb, o.text, o.actor, "
    "o.state, o.not_before, o.attempts, o.attempted_at, o.looked, o.created_at, "
    f"{_KIND}, o.to_all, o.contact_id"
)

# Texts of one thread go out in their order, and so do the states of one message, and those of one
# person in all threads; a text whose fate only a person can tell holds up nobody.
_IS_NEXT = f"""NOT EXISTS (
  SELECT 1 FROM outbox e WHERE e.thread_id = o.thread_id AND (
    e.state = 'sending'
    OR e.id < o.id AND (e.state = 'queued' OR e.state = 'unknown' AND e.looked < {len(LOOKS)})
       AND (e.verb IN {_TEXTS} AND o.verb IN {_TEXTS}
            OR e.verb NOT IN {_TEXTS} AND o.verb NOT IN {_TEXTS} AND e.message_id = o.message_id)
  )) AND NOT EXISTS (
  SELECT 1 FROM outbox e WHERE e.contact_id = o.contact_id AND e.id < o.id
    AND e.state IN ('queued', 'sending', 'unknown'))"""


class Item(NamedTuple):
    """A row of the outbox."""

    id: int
    key: str
    channel: int
    thread: int
    message: int | None
    head: int | None
    verb: OutboxVerb
    text: str
    actor: str
    state: str
    not_before: Millis
    attempts: int
    attempted_at: Millis | None
    looked: int
    created_at: Millis
    kind: str
    to_all: int
    contact: int | None

    @property
    def is_by_person(self) -> bool:
        """A rule's item waits behind those of people."""
        return Actor.parse(self.actor).kind != "rule"


class Aim(NamedTuple):
    """Where an item goes, with ids as the platform spells them."""

    thread: str
    point: str
    message: str
    address: str
    root_address: str
    post: str
    contact: str
    contact_name: str
    last_inbound_at: Millis | None
    also_to: tuple[str, ...] = ()
    """Who else received the mail, where the answer goes to them too: `Name <address>`."""


def _item(row: tuple[object, ...] | None) -> Item | None:
    if row is None:
        return None
    item = Item._make(row)
    return item._replace(verb=OutboxVerb(item.verb))


def next_due(
    db: Connection, channel: int, now: Millis, kinds: Sequence[str], rules_kinds: Sequence[str]
) -> Item | None:
    """The queued item to send now: deeds before texts, people's before rules', the longest due.

    A hide takes a moment and cannot wait behind a contest's thousand private replies. Only of
    these kinds, for people and for rules; none while everything is paused, the channel is frozen,
    or the platform asked for silence, and none of rules while all of them are held back.
    """
    if not may_send(db, channel, now):
        return None
    turns = ((_IS_DEED, 0), (_IS_DEED, 1), (_IS_OPEN, 0), (_IS_OPEN, 1))
    are_held = settings.are_rules_held(db)
    for which, of_rules in turns:
        if of_rules and are_held:
            continue
        some = rules_kinds if of_rules else kinds
        marks = ",".join("?" * len(some))
        row = db.execute(
            f"SELECT {_COLUMNS} FROM outbox o JOIN threads t ON t.id = o.thread_id "
            f"WHERE {which} AND o.state = 'queued' AND o.not_before <= ? AND o.channel_id = ? "
            f"AND (o.actor LIKE 'rule:%') = ? AND {_KIND} IN ({marks}) AND {_IS_NEXT} "
            "ORDER BY o.not_before, o.id LIMIT 1",
            (now, channel, of_rules, *some),
        ).fetchone()
        if row is not None:
            return _item(row)
    return None


def is_held(db: Connection, about: Item) -> bool:
    """Whether it is a rule's, and all rules are held back."""
    return not about.is_by_person and settings.are_rules_held(db)


def may_send(db: Connection, channel: int, now: Millis) -> bool:
    """Whether nobody stopped the writes of a channel: pause, freeze, or asked silence."""
    row = db.execute(
        "SELECT 1 FROM channels WHERE id = ? AND frozen = '' "
        "AND coalesce(parked_until, 0) <= ? "
        "AND NOT EXISTS (SELECT 1 FROM settings WHERE key = 'paused' AND value <> '')",
        (channel, now),
    ).fetchone()
    return row is not None


def next_unknown(db: Connection, channel: int, now: Millis) -> Item | None:
    """An item of unknown fate that the platform should be asked about now."""
    return _item(
        db.execute(
            f"SELECT {_COLUMNS} FROM outbox o JOIN threads t ON t.id = o.thread_id "
            f"WHERE {_IS_OPEN} AND o.state = 'unknown' AND o.looked < {len(LOOKS)} "
            "AND o.not_before <= ? "
            "AND o.channel_id = ? ORDER BY o.not_before, o.id LIMIT 1",
            (now, channel),
        ).fetchone()
    )


def next_moment(db: Connection, channel: int, now: Millis) -> Millis | None:
    """When the next item of a channel gets due that is not due yet."""
    row = db.execute(
        "SELECT not_before FROM outbox WHERE state IN ('queued', 'sending', 'unknown') "
        f"AND not_before > ? AND (state = 'queued' OR state = 'unknown' AND looked < {len(LOOKS)}) "
        "AND channel_id = ? ORDER BY not_before LIMIT 1",
        (now, channel),
    ).fetchone()
    return None if row is None else int(row[0])


def item(db: Connection, id_: int) -> Item | None:
    """One item as it stands."""
    return _item(
        db.execute(
            f"SELECT {_COLUMNS} FROM outbox o JOIN threads t ON t.id = o.thread_id WHERE o.id = ?",
            (id_,),
        ).fetchone()
    )


def aim(db: Connection, about: Item) -> Aim:
    """Where it goes: the message it is about, or else the newest inbound one of its thread."""
    row = db.execute(
        "SELECT t.platform_id, t.point, m.platform_id, m.address, "
        "coalesce(nullif(r.address, ''), r.platform_id, ''), coalesce(p.platform_id, ''), "
        "coalesce(c.platform_id, ''), coalesce(c.name, ''), "
        "(SELECT max(created_at) FROM messages i WHERE i.thread_id = t.id "
        " AND i.contact_id IS NOT NULL), iif(?, coalesce(m.also_to, ''), '') "
        "FROM threads t LEFT JOIN messages m ON m.id = coalesce(?, t.last_inbound_id) "
        "LEFT JOIN messages r ON r.platform_id = t.platform_id AND r.channel_id = t.channel_id "
        "LEFT JOIN posts p ON p.id = t.post_id "
        "LEFT JOIN contacts c ON c.id = coalesce(?, m.contact_id, t.contact_id) WHERE t.id = ?",
        (about.to_all, about.message, about.contact, about.thread),
    ).fetchone()
    *rest, also = row
    found = Aim._make((*rest, tuple(str(also).splitlines())))
    address = found.address or found.message or ""
    return found._replace(message=found.message or "", address=address)


def start(db: Connection, about: Item, now: Millis) -> bool:
    """Count an attempt, just before it is made."""
    changed = db.execute(
        "UPDATE outbox SET state = 'sending', attempts = attempts + 1, "
        "attempted_at = coalesce(attempted_at, ?), looked = 0 WHERE id = ? AND state = 'queued'",
        (now, about.id),
    ).rowcount
    return _told(db, about.thread, now) if changed else False


def sent(db: Connection, about: Item, sent_id: str, at: Millis, now: Millis) -> bool:
    """The platform acknowledged it, now or at an earlier attempt. Only texts have a `sent_id`."""
    changed = db.execute(
        "UPDATE outbox SET state = 'sent', sent_id = ?, sent_at = ?, error = '', "
        "error_label = '', hint = '' WHERE id = ? "
        "AND (state IN ('sending', 'unknown') OR state = 'queued' AND attempts > 0)",
        (sent_id or None, at, about.id),
    ).rowcount
    return _told(db, about.thread, now) if changed else False


def adopt(db: Connection, channel: int, key: str, sent_id: str, at: Millis, now: Millis) -> bool:
    """The platform itself told of a message with our key: an item of unknown fate was sent."""
    row = db.execute(
        "SELECT id FROM outbox WHERE key = ? AND channel_id = ? AND state IN ('unknown', 'queued')",
        (key, channel),
    ).fetchone()
    about = item(db, row[0]) if row is not None else None
    return about is not None and sent(db, about, sent_id, at, now)


def failed(db: Connection, about: Item, error: str, label: str, hint: str, now: Millis) -> bool:
    """It will not be sent unless a person says so; its text stays."""
    changed = db.execute(
        "UPDATE outbox SET state = 'failed', error = ?, error_label = ?, hint = ? "
        "WHERE id = ? AND state IN ('queued', 'sending', 'unknown')",
        (error, label, hint, about.id),
    ).rowcount
    return _told(db, about.thread, now) if changed else False


def again(
    db: Connection,
    about: Item,
    not_before: Millis,
    now: Millis,
    *,
    error: str = "",
    label: str = "",
    hint: str = "",
) -> bool:
    """It surely did not happen, or may happen twice without harm: try again from a moment on."""
    changed = db.execute(
        "UPDATE outbox SET state = 'queued', not_before = ?, looked = 0, error = ?, "
        "error_label = ?, hint = ? WHERE id = ? AND state IN ('queued', 'sending', 'unknown')",
        (not_before, error, label, hint, about.id),
    ).rowcount
    return _told(db, about.thread, now) if changed else False


def unknown(db: Connection, about: Item, error: str, hint: str, now: Millis) -> bool:
    """Nobody knows whether it happened; the platform will be asked."""
    changed = db.execute(
        "UPDATE outbox SET state = 'unknown', looked = 0, not_before = ?, error = ?, "
        "error_label = 'unknown', hint = ? WHERE id = ? AND state = 'sending'",
        (now + LOOKS[0], error, hint, about.id),
    ).rowcount
    return _told(db, about.thread, now) if changed else False


def looked(db: Connection, about: Item, hint: str, now: Millis) -> bool:
    """The platform was asked and did not have it; it is asked again after a longer while."""
    times = about.looked + 1
    wait = LOOKS[min(times, len(LOOKS) - 1)]
    changed = db.execute(
        "UPDATE outbox SET looked = ?, not_before = ?, hint = ? WHERE id = ? AND state = 'unknown'",
        (times, now + wait, hint, about.id),
    ).rowcount
    return _told(db, about.thread, now) if changed else False


def unsure(db: Connection, about: Item, seen: str, hint: str, now: Millis) -> bool:
    """Nobody can find out whether it happened: a person has to, who is told both sides.

    What is known here stays as it was told; `seen` is what the platform says.
    """
    row = db.execute("SELECT error FROM outbox WHERE id = ?", (about.id,)).fetchone()
    known = str(row[0]) if row is not None else ""
    return failed(db, about, f"{known} {seen}".strip(), "unsure", hint, now)


def ask_later(db: Connection, about: Item, not_before: Millis) -> None:
    """The platform could not be asked about it; that was no look."""
    db.execute(
        "UPDATE outbox SET not_before = ? WHERE id = ? AND state = ?",
        (not_before, about.id, about.state),
    )


def is_sending(db: Connection, channel: int) -> bool:
    """Whether any item of a channel is under way."""
    row = db.execute(
        "SELECT 1 FROM outbox WHERE state = 'sending' AND channel_id = ? LIMIT 1", (channel,)
    ).fetchone()
    return row is not None


def interrupted(db: Connection, now: Millis, channel: int | None = None) -> int:
    """Whatever is under way though nobody sends it is of unknown fate; how many items that were.

    For one channel, or for all: after a crash, or when the fate could not be written down.
    """
    rows = db.execute(
        "SELECT id, thread_id FROM outbox WHERE state = 'sending' "
        "AND channel_id = coalesce(?, channel_id)",
        (channel,),
    ).fetchall()
    for id_, thread in rows:
        db.execute(
            "UPDATE outbox SET state = 'unknown', looked = 0, not_before = ?, error = ?, "
            "error_label = 'unknown', hint = ? WHERE id = ?",
            (now + LOOKS[0], "carecli stopped while this was being sent.", ASKING, id_),
        )
        _told(db, thread, now)
    return len(rows)


ASKING = "carecli is asking the platform whether it arrived."
"""What a person needs to do about an item of unknown fate: nothing yet."""


def superseded(db: Connection, about: Item, now: Millis) -> None:
    """The last wish wins: older queued ones of the same kind, for the same message, are dropped.

    Of a block, those for the same person, in whichever thread.
    """
    opposite = about.verb.opposite
    if opposite is None:
        return
    same = "contact_id = ?" if about.contact is not None else "thread_id = ? AND message_id = ?"
    whose = (about.contact,) if about.contact is not None else (about.thread, about.message)
    changed = db.execute(
        "UPDATE outbox SET state = 'cancelled', hint = 'A later wish took its place.' "
        f"WHERE {same} AND verb IN (?, ?) AND id < ? AND state = 'queued' RETURNING thread_id",
        (*whose, about.verb, opposite, about.id),
    ).fetchall()
    for (thread,) in dict.fromkeys(changed):
        _told(db, thread, now)


def is_taken(db: Connection, about: Item, sent_id: str) -> bool:
    """Whether this message on the platform is known to be what another item sent."""
    row = db.execute(
        "SELECT 1 FROM outbox WHERE sent_id = ? AND channel_id = ? AND id <> ?",
        (sent_id, about.channel, about.id),
    ).fetchone()
    return row is not None


def said_in_public(db: Connection, channel: int, now: Millis) -> list[tuple[Millis, str]]:
    """Public replies of the last hour: when, and what."""
    return db.execute(
        "SELECT o.sent_at, o.text FROM outbox o JOIN threads t ON t.id = o.thread_id "
        f"WHERE o.sent_at > ? AND o.channel_id = ? AND o.verb = 'reply' AND NOT {_PRIVATE}",
        (now - HOUR, channel),
    ).fetchall()


def _told(db: Connection, thread: int, now: Millis) -> bool:
    refresh(db, (thread,), now, Policies(db))
    announce(db, (thread,))
    return True


def is_open(db: Connection, channel: int) -> bool:
    """Whether a channel has items that go on without a person."""
    row = db.execute(
        "SELECT 1 FROM outbox WHERE state IN ('queued', 'sending', 'unknown') "
        f"AND (state <> 'unknown' OR looked < {len(LOOKS)}) AND channel_id = ? LIMIT 1",
        (channel,),
    ).fetchone()
    return row is not None


def states(db: Connection, channel: int) -> dict[str, int]:
    """How many items of a channel are in which state."""
    return dict(
        db.execute(
            "SELECT state, count(*) FROM outbox WHERE channel_id = ? GROUP BY state", (channel,)
        ).fetchall()
    )
