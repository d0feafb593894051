"""Campaigns lift the threads of their posts over the rest of the queue while they run.

The configuration says when one runs, and whether its threads jump the queue then. A person may
switch it otherwise, until some moment: that is a decision, `switch_campaign`, and the newest one
in force goes before the configuration until its end.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from sqlite3 import Connection
from typing import TYPE_CHECKING, NamedTuple

from carecli.domain.model import Actor, Millis
from carecli.store.feed import ELSEWHERE, announce

if TYPE_CHECKING:
    from carecli.store.policies import Policies


class CampaignSpec(NamedTuple):
    """A campaign as the configuration describes it; `since` and `until` None: unbounded."""

    key: str
    title: str
    posts: tuple[str, ...]
    since: Millis | None = None
    until: Millis | None = None
    boosts: bool = False


class Switch(NamedTuple):
    """What a person decided about a campaign; `until` None: for good."""

    on: bool
    until: Millis | None
    by: str
    at: Millis


class Campaign(NamedTuple):
    """A campaign as it is now. `until` is when `is_on` turns, as far as is known."""

    key: str
    title: str
    posts: int
    since: Millis | None
    over_at: Millis | None
    boosts: bool
    is_on: bool
    until: Millis | None
    switch: Switch | None
    """The decision that holds now."""


def enrol(db: Connection, specs: Iterable[CampaignSpec]) -> None:
    """Make these the campaigns there are; what was decided about others waits for their return."""
    db.execute("DELETE FROM campaigns")
    db.execute("DELETE FROM campaign_posts")
    for spec in specs:
        db.execute(
            "INSERT INTO campaigns (key, title, since, until, boosts) VALUES (?,?,?,?,?)",
            (spec.key, spec.title, spec.since, spec.until, int(spec.boosts)),
        )
        db.executemany(
            "INSERT OR IGNORE INTO campaign_posts (campaign, platform_id) VALUES (?,?)",
            [(spec.key, post) for post in spec.posts],
        )


def campaigns(db: Connection, now: Millis) -> list[Campaign]:
    """All campaigns as they are now, by key."""
    switches = _switches(db, now)
    return [
        _standing(
            Campaign(
                key,
                title,
                posts,
                since,
                over_at,
                boosts,
                is_on=False,
                until=None,
                switch=switches.get(key),
            ),
            now,
        )
        for key, title, posts, since, over_at, boosts in db.execute(
            "SELECT key, title, (SELECT count(*) FROM campaign_posts p WHERE p.campaign = key), "
            "since, until, boosts FROM campaigns ORDER BY key"
        )
    ]


def keys(db: Connection) -> list[str]:
    """The keys of all campaigns."""
    return [key for (key,) in db.execute("SELECT key FROM campaigns ORDER BY key")]


def waiting(db: Connection, key: str) -> int:
    """How many threads under a campaign's posts wait; O(threads there)."""
    (n,) = db.execute(
        "SELECT count(*) FROM campaign_posts c CROSS JOIN posts p ON p.platform_id = c.platform_id "
        "CROSS JOIN threads t ON t.post_id = p.id WHERE c.campaign = ? AND t.waiting = 1",
        (key,),
    ).fetchone()
    return int(n)


def _switches(db: Connection, now: Millis) -> dict[str, Switch]:
    """The newest switch of each campaign that was not undone, unless it has ended."""
    found: dict[str, Switch] = {}
    for args, actor, at in db.execute(
        "SELECT args, actor, at FROM decisions WHERE verb = 'switch_campaign' AND undone = 0 "
        "ORDER BY id"
    ):
        told = json.loads(args)
        found[told["campaign"]] = Switch(told["on"], told["until"], actor, at)
    return {
        key: switch for key, switch in found.items() if switch.until is None or now < switch.until
    }


def _standing(one: Campaign, now: Millis) -> Campaign:
    if one.switch is not None:
        return one._replace(boosts=bool(one.boosts), is_on=one.switch.on, until=one.switch.until)
    has_begun = one.since is None or one.since <= now
    is_over = one.over_at is not None and one.over_at <= now
    is_on = bool(one.boosts) and has_begun and not is_over
    until = None
    if one.boosts and not is_over:
        until = one.over_at if has_begun else one.since
    return one._replace(boosts=bool(one.boosts), is_on=is_on, until=until)


def switch(
    db: Connection, key: str, *, on: bool, until: Millis | None, by: Actor, now: Millis
) -> int:
    """Decide that a campaign is on or off until a moment; the decision. `lift` follows."""
    told = json.dumps({"campaign": key, "on": on, "until": until}, ensure_ascii=False)
    decision = db.execute(
        "INSERT INTO decisions (at, actor, verb, args) VALUES (?,?,'switch_campaign',?)",
        (now, str(by), told),
    ).lastrowid
    assert decision is not None
    return decision


def is_due(db: Connection, now: Millis) -> bool:
    """Whether `lift` would change anything; a look at the posts concerned."""
    return bool(_turned(db, now))


def lift(db: Connection, now: Millis, policies: Policies) -> list[int]:
    """Boost exactly the threads of the campaigns that are on; the threads that changed.

    Belongs into a write transaction. Costs nothing but a look at the posts while nothing changes.
    """
    changed = _turned(db, now)
    if not changed:
        return []
    threads: list[int] = []
    for post, boosted in changed:
        db.execute("UPDATE posts SET boosted = ? WHERE id = ?", (boosted, post))
        threads += [
            id_ for (id_,) in db.execute("SELECT id FROM threads WHERE post_id = ?", (post,))
        ]
    from carecli.store.derive import refresh  # every start looks here, few turn a campaign

    refresh(db, threads, now, policies)
    announce(db, [*threads, ELSEWHERE])
    return threads


def _turned(db: Connection, now: Millis) -> list[tuple[int, int]]:
    """Posts that are not as they should be: each with whether it must be boosted."""
    on = [one.key for one in campaigns(db, now) if one.is_on]
    wanted = {
        post
        for key in on
        for (post,) in db.execute(
            "SELECT p.id FROM campaign_posts c CROSS JOIN posts p "
            "ON p.platform_id = c.platform_id WHERE c.campaign = ?",
            (key,),
        )
    }
    boosted = {post for (post,) in db.execute("SELECT id FROM posts WHERE boosted = 1")}
    return [(post, 1) for post in sorted(wanted - boosted)] + [
        (post, 0) for post in sorted(boosted - wanted)
    ]
