"""How far each rule is trusted, and every action a rule wanted, with its outcome."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import astuple
from sqlite3 import Connection
from typing import NamedTuple

from carecli.domain.model import HOUR, Millis
from carecli.domain.rule import RuleHit
from carecli.store import settings
from carecli.store.columns import columns_of, insert_into


class Trust(NamedTuple):
    """A row of `rules`."""

    name: str
    version: str
    stage: str
    since: Millis
    expected: float | None
    tried: str
    seen: float
    hits: float
    reason: str


class Wanted(NamedTuple):
    """A deed that a rule wants, before it is known what becomes of it."""

    rule: str
    version: str
    kind: str
    message: int
    thread: int
    contact: int
    post: int
    value: str
    evidence: Sequence[RuleHit]


class StoredDeed(NamedTuple):
    """A row of `rule_deeds` with the message it is about."""

    id: int
    rule: str
    version: str
    kind: str
    state: str
    at: Millis
    message: int
    thread: int
    value: str
    evidence: str
    reason: str
    decision: int | None
    verdict: str
    judged_by: str
    text: str
    contact: str
    channel: str
    is_undone: int


def trust(db: Connection) -> dict[str, Trust]:
    """Every rule that was ever looked at, by name."""
    rows = db.execute(f"SELECT {columns_of(Trust)} FROM rules")
    return {row[0]: Trust._make(row) for row in rows}


def entrust(db: Connection, one: Trust) -> None:
    """Write down how far a rule is trusted."""
    db.execute(insert_into("rules", Trust._fields, instead="OR REPLACE"), one)


def keep_version(db: Connection, rule: str, version: str, text: str, now: Millis) -> None:
    """Keep what a rule's file says at a version."""
    db.execute(
        "INSERT OR IGNORE INTO rule_versions (rule, version, noticed_at, text) VALUES (?,?,?,?)",
        (rule, version, now, text),
    )


def versions(db: Connection, rule: str) -> list[tuple[str, Millis, str]]:
    """Every version of a rule that was noticed, newest first: (version, when, text)."""
    return db.execute(
        "SELECT version, noticed_at, text FROM rule_versions WHERE rule = ? "
        "ORDER BY noticed_at DESC, version",
        (rule,),
    ).fetchall()


def count(db: Connection, name: str, seen: float, hits: float) -> None:
    """Remember what a rule looked at lately, and what of it it hit."""
    db.execute("UPDATE rules SET seen = ?, hits = ? WHERE name = ?", (seen, hits, name))


def stop_all(db: Connection, *, on: bool, by: str, now: Millis) -> None:
    """Hold every rule back, or let them go on: while held, they only note what they would do."""
    told = json.dumps({"by": by, "at": now}, ensure_ascii=False)
    settings.put(db, settings.RULES_STOPPED, told if on else "")


def allow(db: Connection, contact: int, *, on: bool, by: str, now: Millis) -> None:
    """Put somebody on the allow list, or take them off."""
    if on:
        db.execute(
            "INSERT OR REPLACE INTO allowed (contact_id, by, at) VALUES (?,?,?)", (contact, by, now)
        )
    else:
        db.execute("DELETE FROM allowed WHERE contact_id = ?", (contact,))


def note(db: Connection, one: Wanted, state: str, reason: str, now: Millis) -> int | None:
    """Write a deed down; its id, or None when this rule wanted it of this message before."""
    done = db.execute(
        "INSERT INTO rule_deeds (rule, version, kind, message_id, thread_id, contact_id, post_id, "
        "value, evidence, state, reason, at) VALUES (?,?,?,?,?,?,?,?,?,?,?,?) "
        "ON CONFLICT DO NOTHING",
        (*one[:8], _encoded(one.evidence), state, reason, now),
    )
    return done.lastrowid if done.rowcount else None


def note_again(db: Connection, one: Wanted, state: str, reason: str, now: Millis) -> int | None:
    """Write a deed down also where the rule only noted it before; its id.

    None where the rule did it, it waits for a person, or a person said no.
    """
    row = db.execute(
        "INSERT INTO rule_deeds (rule, version, kind, message_id, thread_id, contact_id, post_id, "
        "value, evidence, state, reason, at) VALUES (?,?,?,?,?,?,?,?,?,?,?,?) "
        "ON CONFLICT (message_id, rule, kind) DO UPDATE SET version = excluded.version, "
        "value = excluded.value, evidence = excluded.evidence, state = excluded.state, "
        "reason = excluded.reason, at = excluded.at WHERE state IN ('shadow', 'refused') "
        "RETURNING id",
        (*one[:8], _encoded(one.evidence), state, reason, now),
    ).fetchone()
    return int(row[0]) if row is not None else None


def _encoded(evidence: Sequence[RuleHit]) -> str:
    return json.dumps([astuple(sign) for sign in evidence], ensure_ascii=False)


def conclude(db: Connection, id_: int, state: str, reason: str, decision: int | None) -> None:
    """What became of a deed."""
    db.execute(
        "UPDATE rule_deeds SET state = ?, reason = ?, decision_id = ? WHERE id = ?",
        (state, reason, decision, id_),
    )


def settle(db: Connection, id_: int, state: str, by: str) -> bool:
    """A person decides about a deed that waits; False when it waits no more."""
    done = db.execute(
        "UPDATE rule_deeds SET state = ?, judged_by = ? WHERE id = ? AND state = 'waiting'",
        (state, by, id_),
    )
    return done.rowcount == 1


def stop_asking(db: Connection, ids: Sequence[int], why: str) -> None:
    """Those of these deeds that still wait for a person are not asked for any more."""
    db.executemany(
        "UPDATE rule_deeds SET state = 'refused', reason = ? WHERE id = ? AND state = 'waiting'",
        [(why, id_) for id_ in ids],
    )


def ask_again(db: Connection, asked: Sequence[tuple[int, str]], why: str) -> None:
    """Ask again for deeds that `stop_asking` stopped with this reason: ids, and why each waits."""
    db.executemany(
        "UPDATE rule_deeds SET state = 'waiting', reason = ? "
        "WHERE id = ? AND state = 'refused' AND reason = ?",
        [(reason, id_, why) for id_, reason in asked],
    )


def judge(db: Connection, id_: int, verdict: str, by: str) -> None:
    """A person says whether a deed was right."""
    db.execute("UPDATE rule_deeds SET verdict = ?, judged_by = ? WHERE id = ?", (verdict, by, id_))


def done_lately(db: Connection, rule: str, kind: str, now: Millis) -> int:
    """How many deeds of a kind a rule did in the last hour."""
    (n,) = db.execute(
        "SELECT count(*) FROM rule_deeds WHERE rule = ? AND kind = ? AND at > ? AND state = 'done'",
        (rule, kind, now - HOUR),
    ).fetchone()
    return int(n)


def has_answered(db: Connection, rule: str, kind: str, contact: int, post: int) -> bool:
    """Whether a rule spoke to this person about this post before, or waits to.

    Private conversations are about no post: there it may speak again another day.
    """
    row = db.execute(
        "SELECT 1 FROM rule_deeds WHERE contact_id = ? AND rule = ? AND kind = ? AND post_id = ? "
        "AND (state = 'waiting' OR state = 'done' AND post_id <> 0) LIMIT 1",
        (contact, rule, kind, post),
    ).fetchone()
    return row is not None


def spoke_here(db: Connection, thread: int, since: Millis, contact: int | None = None) -> bool:
    """Whether any rule answered in a thread after a moment: anybody, or one contact."""
    row = db.execute(
        "SELECT 1 FROM outbox o LEFT JOIN messages m ON m.id = o.message_id "
        "WHERE o.thread_id = ? AND o.actor >= 'rule:' AND o.actor < 'rule;' "
        "AND o.verb IN ('reply', 'private_reply') AND o.state <> 'cancelled' AND o.created_at > ? "
        "AND (? IS NULL OR m.contact_id = ?) LIMIT 1",
        (thread, since, contact, contact),
    ).fetchone()
    return row is not None


def answers_a_rule(db: Connection, thread: int, before: Millis, contact: int) -> bool:
    """Whether what the brand said last in a thread before a moment was said by a rule, to them.

    A private reply is said to whoever is in the conversation that it opened.
    """
    row = db.execute(
        "SELECT coalesce(o.actor, ''), a.contact_id = ? OR o.thread_id <> m.thread_id "
        "FROM messages m LEFT JOIN outbox o "
        "ON o.sent_id = m.platform_id AND o.channel_id = m.channel_id "
        "LEFT JOIN messages a ON a.id = o.message_id "
        "WHERE m.thread_id = ? AND m.contact_id IS NULL AND m.created_at <= ? "
        "ORDER BY m.created_at DESC, m.id DESC LIMIT 1",
        (contact, thread, before),
    ).fetchone()
    return row is not None and row[0].startswith("rule:") and bool(row[1])


_DEED = columns_of(
    StoredDeed,
    "d",
    message="d.message_id",
    thread="d.thread_id",
    decision="d.decision_id",
    text="m.text",
    contact="k.name",
    channel="c.title",
    is_undone="coalesce((SELECT undone FROM decisions WHERE id = d.decision_id), 0)",
)
_SELECT = (
    f"SELECT {_DEED} FROM rule_deeds d JOIN messages m ON m.id = d.message_id "
    "JOIN contacts k ON k.id = d.contact_id JOIN channels c ON c.id = m.channel_id "
)


def deed(db: Connection, id_: int) -> StoredDeed | None:
    """One deed."""
    row = db.execute(_SELECT + "WHERE d.id = ?", (id_,)).fetchone()
    return StoredDeed._make(row) if row is not None else None


def log(db: Connection, rule: str, limit: int, before: int | None = None) -> list[StoredDeed]:
    """What a rule wanted, newest first; from `before` on, an id, for the next page."""
    rows = db.execute(
        _SELECT + "WHERE d.rule = ? AND d.id < coalesce(?, 1 << 60) ORDER BY d.id DESC LIMIT ?",
        (rule, before, limit),
    )
    return [StoredDeed._make(row) for row in rows]


def waiting(db: Connection, limit: int) -> list[StoredDeed]:
    """What waits for a person's approval, oldest first."""
    rows = db.execute(
        _SELECT + "WHERE d.id IN (SELECT id FROM rule_deeds WHERE state = 'waiting' "
        "ORDER BY id LIMIT ?) ORDER BY d.id",
        (limit,),
    )
    return [StoredDeed._make(row) for row in rows]


def of_thread(db: Connection, thread: int) -> list[StoredDeed]:
    """What rules wanted in a thread, oldest first."""
    rows = db.execute(_SELECT + "WHERE d.thread_id = ? ORDER BY d.id", (thread,))
    return [StoredDeed._make(row) for row in rows]


def matched(db: Connection, thread: int) -> dict[int, str]:
    """What rules saw in a thread when they decided: decision -> evidence, as stored."""
    rows = db.execute(
        "SELECT decision_id, evidence FROM rule_deeds "
        "WHERE thread_id = ? AND decision_id IS NOT NULL",
        (thread,),
    )
    return dict(rows.fetchall())


class OnTheWay(NamedTuple):
    """How many orders of a rule are queued on a channel, by kind of deed."""

    rule: str
    channel: str
    kind: str
    n: int


_ON_THE_WAY = columns_of(
    OnTheWay,
    rule="substr(o.actor, 6)",
    channel="c.key",
    kind="CASE WHEN o.verb = 'reply' AND t.point = 'dm' THEN 'message' ELSE o.verb END",
    n="count(*)",
)


def on_the_way(db: Connection) -> list[OnTheWay]:
    """What rules still have to do on platforms."""
    rows = db.execute(
        f"SELECT {_ON_THE_WAY} FROM outbox o JOIN channels c ON c.id = o.channel_id "
        "JOIN threads t ON t.id = o.thread_id "
        "WHERE o.state IN ('queued', 'sending', 'unknown') AND o.actor >= 'rule:' "
        "AND o.actor < 'rule;' GROUP BY 1, 2, 3"
    )
    return [OnTheWay._make(row) for row in rows]


def tally(db: Connection, since: Millis) -> list[tuple[str, str, int, Millis]]:
    """Deeds per rule and state since a moment, with the last one's time."""
    return db.execute(
        "SELECT rule, state, count(*), max(at) FROM rule_deeds WHERE at >= ? GROUP BY 1, 2",
        (since,),
    ).fetchall()
