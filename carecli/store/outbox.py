"""The sender's side of the outbox: what is due, where it goes, and what is known of it.

Its rows are deliveries (`carecli/store/deliveries.py`). Whoever changes one derives its thread
again and announces it (`tell_of`), in the same transaction.
"""

from __future__ import annotations

from collections.abc import Sequence
from sqlite3 import Connection
from typing import NamedTuple

from carecli.domain.delivery import LOOKS
from carecli.domain.model import HOUR, Actor, Millis, OutboxVerb
from carecli.domain.send_limits import MESSAGE
from carecli.store import settings
from carecli.store.columns import columns_of
from carecli.store.deliveries import Deliveries
from carecli.store.derive import refresh
from carecli.store.feed import announce
from carecli.store.policies import Policies

DELIVERIES = Deliveries("outbox", "id")

_PRIVATE = "t.point IN ('dm', 'email')"
_KIND = f"CASE WHEN o.verb = 'reply' AND {_PRIVATE} THEN '{MESSAGE}' ELSE o.verb END"
_TEXTS = "('reply', 'private_reply')"
_IS_OPEN = "o.state IN ('queued', 'sending', 'unknown')"
"""Spelled as in the index `outbox_due`, which SQLite uses for nothing else."""
_IS_DEED = f"o.state = 'queued' AND o.verb NOT IN {_TEXTS}"
"""Spelled as in the index `outbox_deeds`."""
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


_COLUMNS = columns_of(
    Item,
    "o",
    channel="o.channel_id",
    thread="o.thread_id",
    message="o.message_id",
    head="o.head_id",
    contact="o.contact_id",
    kind=_KIND,
)


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


_AIM = columns_of(
    Aim,
    thread="t.platform_id",
    point="t.point",
    message="m.platform_id",
    address="m.address",
    root_address="coalesce(nullif(r.address, ''), r.platform_id, '')",
    post="coalesce(p.platform_id, '')",
    contact="coalesce(c.platform_id, '')",
    contact_name="coalesce(c.name, '')",
    last_inbound_at="(SELECT max(created_at) FROM messages i WHERE i.thread_id = t.id "
    "AND i.contact_id IS NOT NULL)",
    also_to="iif(?, coalesce(m.also_to, ''), '')",
)
"""Its one parameter: whether the other recipients get it too."""


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
        f"SELECT {_AIM} FROM threads t "
        "LEFT JOIN messages m ON m.id = coalesce(?, t.last_inbound_id) "
        "LEFT JOIN messages r ON r.platform_id = t.platform_id AND r.channel_id = t.channel_id "
        "LEFT JOIN posts p ON p.id = t.post_id "
        "LEFT JOIN contacts c ON c.id = coalesce(?, m.contact_id, t.contact_id) WHERE t.id = ?",
        (about.to_all, about.message, about.contact, about.thread),
    ).fetchone()
    found = Aim._make(row)
    message = found.message or ""
    also_to = tuple(str(found.also_to).splitlines())
    return found._replace(message=message, address=found.address or message, also_to=also_to)


def adopt(db: Connection, channel: int, key: str, sent_id: str, at: Millis, now: Millis) -> bool:
    """The platform itself told of a message with our key: an item of unknown fate was sent."""
    row = db.execute(
        "SELECT id FROM outbox WHERE key = ? AND channel_id = ? AND state IN ('unknown', 'queued')",
        (key, channel),
    ).fetchone()
    about = item(db, row[0]) if row is not None else None
    if about is None or not DELIVERIES.sent(db, about.id, at, {"sent_id": sent_id or None}):
        return False
    tell_of(db, about.thread, now)
    return True


def interrupted(db: Connection, now: Millis) -> int:
    """Nobody sends now: what is under way anywhere is of unknown fate; how many that are."""
    rows = DELIVERIES.interrupted(db, {}, ASKING, now)
    for row in rows:
        if (about := item(db, int(row))) is not None:
            tell_of(db, about.thread, now)
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
    older = db.execute(
        f"SELECT id, thread_id FROM outbox WHERE {same} AND verb IN (?, ?) AND id < ? "
        "AND state = 'queued'",
        (*whose, about.verb, opposite, about.id),
    ).fetchall()
    for id_, _thread in older:
        DELIVERIES.cancel(db, id_, "A later wish took its place.")
    for thread in dict.fromkeys(thread for _id, thread in older):
        tell_of(db, thread, now)


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


def tell_of(db: Connection, thread: int, now: Millis) -> None:
    """An item of a thread changed: derive the thread again, and announce it."""
    refresh(db, (thread,), now, Policies(db))
    announce(db, (thread,))


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
