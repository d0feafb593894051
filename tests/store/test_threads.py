"""Lists: a filter's answer equals a look at every thread, in the queue's order, without a scan."""

from __future__ import annotations

import random
from collections.abc import Iterator

import pytest

from carecli.domain.events import Author, MessageSeen
from carecli.domain.filter import parse_filter
from carecli.domain.model import HOUR, ContactPoint
from carecli.domain.queue import POINTS, SORTS
from carecli.store.derive import refresh
from carecli.store.filtering import Asking
from carecli.store.policies import Policies
from carecli.store.threads import find, keep, next_breach, rows_of
from tests.store.conftest import NOW, Shop, new_shop

ASKING = Asking("ana", NOW, "Europe/Warsaw")


@pytest.fixture(scope="module")
def full(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shop]:
    """400 threads of every kind."""
    shop = new_shop(tmp_path_factory.mktemp("full") / "care.sqlite")
    chance = random.Random(7)
    for n in range(400):
        at = NOW - chance.randrange(60 * HOUR)
        author = Author(str(n % 90), f"Ola {n % 90}", "page")
        point = chance.choice(POINTS)
        words = chance.choice(["uszkodzona paczka", "paczka", "¿cuánto cuesta?", "dziękuję"])
        told = [MessageSeen(f"t{n}", f"t{n}", point, at, author, text=words)]
        if chance.random() < 0.3:
            told.append(MessageSeen(f"r{n}", f"t{n}", point, at + 5000, is_ours=True, text="ok"))
        shop.take(*told, at=NOW - 1000, channel=1 + n % 2)
    with shop.database.write() as db:
        for thread in range(1, 401):
            for verb, args, odds in (
                ("recolour", f'{{"colour": "{chance.choice(["red", "yellow"])}"}}', 0.3),
                ("flag", '{"on": true}', 0.1),
                ("assign", '{"assignee": "ana", "team": ""}', 0.2),
                ("snooze", f'{{"until": {NOW + HOUR}}}', 0.1),
                ("label", '{"add": ["spam"], "remove": []}', 0.1),
            ):
                if chance.random() < odds:
                    db.execute(
                        "INSERT INTO decisions (at, actor, verb, thread_id, args) "
                        "VALUES (?, 'moderator:ana', ?, ?, ?)",
                        (NOW - 500, verb, thread, args),
                    )
                    if verb == "label":
                        db.execute("INSERT INTO thread_labels VALUES ('spam', ?)", (thread,))
        refresh(db, range(1, 401), NOW, Policies(db))
    yield shop
    shop.database.close()


FILTERS = {
    "is:waiting": "waiting",
    "is:waiting -is:snoozed": "waiting and not snoozed",
    "is:overdue": "waiting and deadline <= NOW",
    "is:waiting colour:red,yellow": "waiting and colour in ('red', 'yellow')",
    "is:waiting channel:avon-fb at:dm,ad": "waiting and channel_id = 1 and point in ('dm', 'ad')",
    "is:waiting channel:nosuch": "0",
    "brand:avon": "channel_id = 1",
    "is:waiting assignee:me": "waiting and assignee = 'ana'",
    "is:waiting assignee:none": "waiting and assignee = ''",
    "-assignee:none": "assignee <> ''",
    "is:flagged": "flagged",
    "is:snoozed": "snoozed",
    "is:done": "not waiting and outcome <> ''",
    "is:untriaged": "colour_by = ''",
    "is:waiting due<6h": "waiting and deadline <= NOW + 21600000",
    "is:waiting due>6h": "waiting and deadline > NOW + 21600000",
    "label:spam -is:flagged": "not flagged and id in (select thread_id from thread_labels)",
    "is:waiting since:24h": "waiting and wait_started_at >= NOW - 86400000",
    "is:waiting since:48h until:24h": (
        "waiting and wait_started_at >= NOW - 172800000 and wait_started_at < NOW - 86400000"
    ),
    '"uszkodzona paczka"': "said like '%uszkodzona paczka%'",
    "paczka colour:red": "said like '%paczka%' and colour = 'red'",
    "CUANTO": "said like '%cuánto%'",
    "is:waiting -dziekuje": "waiting and said not like '%dziękuję%'",
    "from:ola team:care": "team = 'care'",
}


def naive(shop: Shop, condition: str) -> set[object]:
    condition = condition.replace("NOW", str(NOW))
    rows = shop.all(
        "SELECT id FROM (SELECT t.*, (SELECT group_concat(text) FROM messages m "
        f"WHERE m.thread_id = t.id) AS said FROM threads t) WHERE {condition}"
    )
    return {id_ for (id_,) in rows}


@pytest.mark.parametrize("sort", SORTS)
@pytest.mark.parametrize("text", FILTERS)
def test_a_filter_finds_what_a_look_at_every_thread_finds(full: Shop, text: str, sort: str) -> None:
    expected = naive(full, FILTERS[text])
    with full.database.read() as db:
        query = parse_filter(text)
        found = find(db, query, ASKING, SORTS[sort])
        assert len(found.ids) == len(set(found.ids))
        assert set(found.ids) == expected
        first = find(db, query, ASKING, SORTS[sort], limit=10)
        assert first.ids == found.ids[:10]
        assert first.is_whole == (len(found.ids) <= 10)
        assert keep(db, query, ASKING, found.ids[:100]) == set(found.ids[:100])


def test_the_queue_shows_pressing_ones_first_then_contact_points_then_deadlines(
    full: Shop,
) -> None:
    with full.database.read() as db:
        ids = find(db, parse_filter("is:waiting"), ASKING).ids
        rows = rows_of(db, ids, "ana", NOW)
    keys = []
    for id_ in ids:
        row = rows[id_]
        assert row.deadline is not None
        pressing = row.colour == "red" or row.deadline <= NOW
        keys.append((not pressing, POINTS.index(ContactPoint(row.point)), row.deadline, id_))
    assert keys == sorted(keys)


def test_the_next_breach_is_the_nearest_deadline_ahead(full: Shop) -> None:
    nearest = full.one(f"SELECT min(deadline) FROM threads WHERE waiting = 1 AND deadline > {NOW}")
    with full.database.read() as db:
        assert next_breach(db, NOW) == nearest[0]


@pytest.mark.parametrize("text", ["is:waiting -is:snoozed", "is:flagged", "is:waiting assignee:me"])
def test_the_lists_of_the_left_hand_pane_never_look_at_every_thread(full: Shop, text: str) -> None:
    """Every statement a first page runs is explained: an index each, no scan of a large table."""
    ran: list[str] = []
    with full.database.read() as db:
        db.set_trace_callback(ran.append)
        find(db, parse_filter(text), ASKING, limit=20)
        db.set_trace_callback(None)
        plans = [row[3] for sql in ran for row in db.execute(f"EXPLAIN QUERY PLAN {sql}")]
    assert plans
    large = [plan for plan in plans if plan.startswith("SCAN") and "INDEX" not in plan]
    assert not [plan for plan in large if not _is_small(plan)]


def _is_small(plan: str) -> bool:
    """Counts, channels, and `d`, the few ids an index range gave."""
    return any(name in plan for name in ("waiting_counts", "SUBQUERY", "(", "channels", "SCAN d"))
