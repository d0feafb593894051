"""Lists: a filter's answer equals a look at every thread, in the queue's order, without a scan."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from carecli.domain.events import Author, MessageSeen
from carecli.domain.filter import parse_filter
from carecli.domain.model import HOUR, Colour, ContactPoint, Millis
from carecli.domain.protocol import midnight
from carecli.domain.queue import CLASSES, DEFAULT_ORDER, POINTS, SORTS, TIMES, QueueOrder, is_order
from carecli.store.campaigns import CampaignSpec, enrol, lift
from carecli.store.derive import refresh
from carecli.store.filter_sql import Asking
from carecli.store.policies import Policies
from carecli.store.scope import Scope
from carecli.store.tallies import deadlines
from carecli.store.threads import count_waiting, find, keep, rows_of
from tests.store.conftest import NOW, Shop, new_shop

ASKING = Asking("ana", NOW, "Europe/Warsaw")


def code(chance: random.Random) -> str:
    """What a decision to code a thread's newest message says."""
    sentiment = chance.choice(["", "positive", "negative"])
    stage = chance.choice(["", "purchase", "loyalty"])
    themes = chance.choice(["", '"packaging"', '"packaging", "price"', '"odd one"'])
    return (
        f'{{"message": NEWEST, "sentiment": "{sentiment}", "stage": "{stage}", '
        f'"themes": [{themes}], "without": []}}'
    )


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
        post = f"p{n % 7}" if point in (ContactPoint.COMMENT, ContactPoint.AD_COMMENT) else None
        told = [MessageSeen(f"t{n}", f"t{n}", point, at, author, text=words, post=post)]
        if chance.random() < 0.3:
            told.append(MessageSeen(f"r{n}", f"t{n}", point, at + 5000, is_ours=True, text="ok"))
        shop.take(*told, at=NOW - 1000, channel=1 + n % 2)
    with shop.database.write() as db:
        enrol(db, [CampaignSpec("contest", "Contest", ("p1", "p3"), boosts=True)])
        lift(db, NOW - 1000, Policies(db))
        for thread in range(1, 401):
            for verb, args, odds in (
                ("recolour", f'{{"colour": "{chance.choice(["red", "yellow"])}"}}', 0.3),
                ("flag", '{"on": true}', 0.1),
                ("assign", '{"assignee": "ana", "team": ""}', 0.2),
                ("snooze", f'{{"until": {NOW + HOUR}}}', 0.1),
                ("label", '{"add": ["spam"], "remove": []}', 0.1),
                ("note", '{"text": "", "mentions": ["ana", "eva"]}', 0.1),
                ("seen", "{}", 0.05),
                ("note", '{"text": "", "mentions": ["eva"]}', 0.1),
                ("code", code(chance), 0.3),
                ("code", code(chance), 0.3),
                ("pick_quote", '{"message": NEWEST, "text": "ok"}', 0.1),
                ("code_blind", '{"sample": 7, "message": NEWEST, "value": "loyalty"}', 0.5),
            ):
                by = "moderator:ola" if verb == "note" else "moderator:ana"
                newest = db.execute(
                    "SELECT last_inbound_id FROM threads WHERE id = ?", (thread,)
                ).fetchone()[0]
                args = args.replace("NEWEST", str(newest))
                if chance.random() < odds:
                    db.execute(
                        "INSERT INTO decisions (at, actor, verb, thread_id, args) "
                        "VALUES (?, ?, ?, ?, ?)",
                        (NOW - 500, by, verb, thread, args),
                    )
                    if verb == "label":
                        db.execute("INSERT INTO thread_labels VALUES ('spam', ?)", (thread,))
                if verb == "code_blind":
                    for coder in chance.sample(["ana", "ewa", "ola"], 2):
                        row = (newest, coder, thread)
                        db.execute("INSERT INTO blind_codes VALUES (7, ?, ?, ?, 'stage', '')", row)
        for thread in range(1, 401):
            state = chance.choice(["queued", "failed", "unknown", *[""] * 20])
            if state:
                db.execute(
                    "INSERT INTO outbox (key, channel_id, thread_id, verb, actor, decision_id, "
                    "state, not_before, created_at) VALUES (?, 1, ?, 'like', '', 0, ?, 0, 0)",
                    (f"k{thread}", thread, state),
                )
            if chance.random() < 0.1:
                db.execute("INSERT INTO claims VALUES (?, 'ewa', 0, ?)", (thread, NOW + 30_000))
            elif chance.random() < 0.1:
                db.execute("INSERT INTO claims VALUES (?, 'ewa', 0, ?)", (thread, NOW - 1))
            if chance.random() < 0.1:
                answered = chance.choice([None, NOW])
                db.execute(
                    "INSERT INTO cases VALUES (?, ?, ?, ?, 'care', '?', 0, 1, ?, NULL)",
                    (100_000 + thread, thread, f"k{thread}", f"r{thread}", answered),
                )
            if chance.random() < 0.1:
                whose = chance.choice(["ana", "ewa"])
                db.executemany(
                    "INSERT INTO drafts (thread_id, moderator, kind, text, saved_at) "
                    "VALUES (?, ?, ?, 'x', 0)",
                    [(thread, whose, kind) for kind in ("reply", "note")],
                )
        db.execute("UPDATE contacts SET blocked_at = 0 WHERE id % 3 = 0")
        refresh(db, range(1, 401), NOW, Policies(db))
    yield shop
    shop.database.close()


CODED = "select thread_id from codes where kind"
CODING = "select thread_id from blind_codes where coder = 'ana' and value = ''"
BLOCKED = "select thread_id from messages where contact_id % 3 = 0"
CASES = "select thread_id from cases where answered_at is null"
ARRIVED = "coalesce(wait_started_at, last_message_at)"
POST = "(select platform_id from posts p where p.id = post_id)"
MENTIONS = "select thread_id from mentions where moderator"
AUTHOR = "(select name from contacts k where k.id = contact_id)"
TODAY = midnight(NOW, "Europe/Warsaw")  # a Monday

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
    "is:safety": "safety <> ''",
    "is:check": "unclear = 1",
    "is:snoozed": "snoozed",
    "is:sending": "sending <> ''",
    "is:failed": "sending in ('failed', 'unknown')",
    "is:claimed": "id in (select thread_id from claims where expires_at > NOW)",
    "is:waiting -is:claimed": (
        "waiting and id not in (select thread_id from claims where expires_at > NOW)"
    ),
    "is:draft": "id in (select thread_id from drafts where moderator = 'ana')",
    "is:draft,failed": (
        "id in (select thread_id from drafts where moderator = 'ana') "
        "or sending in ('failed', 'unknown')"
    ),
    "-colour:red": "colour <> 'red'",
    "-label:spam": "id not in (select thread_id from thread_labels)",
    "assignee:me,none": "assignee in ('ana', '')",
    "-at:dm,mention": "point not in ('dm', 'mention')",
    "-channel:avon-fb,lrp-fb": "channel_id not in (1, 2)",
    "-brand:avon,none": "channel_id <> 1",
    "-team:care,specialists": "team not in ('care', 'specialists')",
    "-post:p2,p5": f"coalesce({POST}, '') not in ('p2', 'p5')",
    "-campaign:contest,other": f"coalesce({POST}, '') not in ('p1', 'p3')",
    "-from:ola": "0",
    "-since:24h": f"not {ARRIVED} >= NOW - 86400000",
    "-until:24h": f"not {ARRIVED} < NOW - 86400000",
    "-done:today": "id not in (select thread_id from waits where ended_at >= TODAY)",
    "-mentioned:eva": f"id not in ({MENTIONS} = 'eva')",
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
    'from:"ola 1","ola 2"': f"{AUTHOR} in ('Ola 1', 'Ola 2')",
    "label:none": "id not in (select thread_id from thread_labels)",
    "is:waiting label:none,spam": "waiting",
    '"uszkodzona","cuesta"': "said like '%uszkodzona%' or said like '%cuesta%'",
    '-"uszkodzona","cuesta"': "said not like '%uszkodzona%' and said not like '%cuesta%'",
    "campaign:contest": f"{POST} in ('p1', 'p3')",
    "is:waiting -campaign:contest": f"waiting and coalesce({POST}, '') not in ('p1', 'p3')",
    "campaign:nosuch": "0",
    "post:p2,p5 -is:waiting": f"{POST} in ('p2', 'p5') and not waiting",
    "is:boosted": f"{POST} in ('p1', 'p3')",
    "is:flagged,snoozed": "flagged or snoozed",
    "is:case": f"id in ({CASES})",
    "-is:case is:waiting": f"waiting and id not in ({CASES})",
    "is:blocked": f"id in ({BLOCKED})",
    "is:waiting -is:blocked": f"waiting and id not in ({BLOCKED})",
    "is:coding": f"id in ({CODING})",
    "is:coding,quoted": f"id in ({CODING}) or id in (select thread_id from quotes)",
    "-is:done": "waiting or outcome = ''",
    "is:waiting -is:quoted": "waiting and id not in (select thread_id from quotes)",
    "sentiment:negative": f"id in ({CODED} = 'sentiment' and value = 'negative')",
    "sentiment:positive,none colour:red": (
        f"colour = 'red' and (id in ({CODED} = 'sentiment' and value = 'positive') "
        f"or id not in ({CODED} = 'sentiment'))"
    ),
    "-sentiment:negative,positive": f"id not in ({CODED} = 'sentiment')",
    "stage:loyalty is:waiting": f"waiting and id in ({CODED} = 'stage' and value = 'loyalty')",
    "stage:loyalty,purchase": f"id in ({CODED} = 'stage')",
    "-stage:none": f"id in ({CODED} = 'stage')",
    "theme:packaging": f"id in ({CODED} = 'theme' and value = 'packaging')",
    'theme:price,"odd one" -theme:packaging': (
        f"id in ({CODED} = 'theme' and value in ('price', 'odd one')) "
        f"and id not in ({CODED} = 'theme' and value = 'packaging')"
    ),
    "theme:none is:waiting": f"waiting and id not in ({CODED} = 'theme')",
    "is:mentioned": f"id in ({MENTIONS} = 'ana')",
    "mentioned:me is:waiting": f"waiting and id in ({MENTIONS} = 'ana')",
    "mentioned:eva,ana -is:flagged": f"not flagged and id in ({MENTIONS} in ('eva', 'ana'))",
    "is:reopened": "0",
    "-is:reopened is:flagged": "flagged",
    "-is:mentioned": f"id not in ({MENTIONS} = 'ana')",
    "is:flagged,mentioned": f"flagged or id in ({MENTIONS} = 'ana')",
    "is:waiting is:untriaged colour:green": "waiting and colour = 'green' and colour_by = ''",
    "due<6h": "waiting and deadline <= NOW + 21600000",
    "-due<6h": "not (waiting and deadline <= NOW + 21600000)",
    "since:24h": f"{ARRIVED} >= NOW - 86400000",
    "until:24h": f"{ARRIVED} < NOW - 86400000",
    "on:today": f"{ARRIVED} >= TODAY",
    "on:today,yesterday is:waiting": "waiting and wait_started_at >= TODAY - 86400000",
    "on:2026-09-19..2026-09-20": f"{ARRIVED} >= TODAY - 172800000 and {ARRIVED} < TODAY",
    "on:sat..sun is:waiting": (
        "waiting and wait_started_at >= TODAY - 172800000 and wait_started_at < TODAY"
    ),
    "-on:sat..sun": f"not ({ARRIVED} >= TODAY - 172800000 and {ARRIVED} < TODAY)",
    "done:yesterday..today,2026-01-01": (
        "id in (select thread_id from waits where ended_at >= TODAY - 86400000)"
    ),
    "is:done since:2d until:1d at:ad,comment channel:lrp-fb": (
        f"not waiting and outcome <> '' and {ARRIVED} >= NOW - 172800000 "
        f"and {ARRIVED} < NOW - 86400000 and point in ('ad', 'comment') and channel_id = 2"
    ),
}


def naive(shop: Shop, condition: str) -> set[object]:
    condition = condition.replace("NOW", str(NOW)).replace("TODAY", str(TODAY))
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


def naive_order(shop: Shop, order: QueueOrder, ids: Sequence[int], now: Millis) -> list[int]:
    """The threads sorted by a look at each: a key a word, and nothing after a band took one in."""
    marks = ",".join(map(str, ids))
    rows: Any = shop.all(
        "SELECT id, colour, boosted, point, deadline, last_message_at, wait_started_at "
        f"FROM threads WHERE id IN ({marks})"
    )

    def key(row: tuple[Any, ...]) -> tuple[object, ...]:
        id_, colour, boosted, point, deadline, last, started = row
        colour_rank = ["red", "yellow", "green"].index(colour)
        time = {"deadline": deadline, "oldest": last, "newest": -last, "waiting": started}
        end = (time[order.time], -id_ if order.time == "newest" else id_)
        found: list[object] = []
        for word in order.classes:
            is_in = {
                "pressing": deadline - now <= order.pressing[Colour(colour)],
                "red": colour == "red",
            }
            if word in is_in:
                found.append(not is_in[word])
                if is_in[word]:
                    return (*found, colour_rank, *end)
            else:
                found.append(
                    {"campaign": not boosted, "point": order.all_points.index(point)}.get(
                        word, colour_rank
                    )
                )
        return (*found, *end)

    return [row[0] for row in sorted(rows, key=key)]


ORDERS = st.one_of(
    st.lists(st.sampled_from(CLASSES), unique=True).map(lambda words: (*words, "deadline")),
    st.sampled_from(TIMES).map(lambda time: (time,)),
)
LEFT = st.integers(-2 * HOUR, 30 * HOUR)
PRESSING = st.fixed_dictionaries({colour: st.integers(0, 3 * HOUR) for colour in Colour})


@given(ORDERS, LEFT, PRESSING, st.permutations(POINTS))
@settings(max_examples=80, deadline=None)
def test_any_order_lists_threads_as_sorting_all_of_them_would(
    full: Shop,
    words: tuple[str, ...],
    later: Millis,
    pressing: dict[Colour, Millis],
    points: list[ContactPoint],
) -> None:
    assert is_order(words)
    asking = replace(ASKING, now=NOW + later)
    order = QueueOrder(words[:-1], words[-1], tuple(points[:3]), pressing)
    with full.database.read() as db:
        whole = find(db, parse_filter("is:waiting"), asking, order).ids
        first = find(db, parse_filter("is:waiting"), asking, order, limit=50).ids
        flagged = find(db, parse_filter("is:waiting is:flagged"), asking, order).ids
    assert [*whole] == naive_order(full, order, whole, asking.now)
    assert [*first] == [*whole][:50]
    assert [*flagged] == naive_order(full, order, flagged, asking.now)


@given(LEFT)
@settings(max_examples=40, deadline=None)
def test_nobody_with_less_time_left_and_the_same_or_a_higher_colour_stands_below_their_band(
    full: Shop, later: Millis
) -> None:
    now = NOW + later
    with full.database.read() as db:
        ids = find(db, parse_filter("is:waiting"), replace(ASKING, now=now)).ids
        rows = rows_of(db, ids, "ana", now)
    bands: dict[object, list[tuple[int, Millis]]] = {}
    order: list[object] = []
    for id_ in ids:
        row = rows[id_]
        assert row.deadline is not None
        band: object = (row.boosted, row.point)
        if row.deadline - now <= DEFAULT_ORDER.pressing[Colour(row.colour)]:
            band = "pressing"
        elif row.colour == "red":
            band = "red"
        bands.setdefault(band, []).append(
            (["red", "yellow", "green"].index(row.colour), row.deadline)
        )
        order.append(band)
    for band, members in bands.items():
        assert members == sorted(members)
        at = order.index(band)
        assert order[at : at + len(members)] == [band] * len(members)
    assert [band for band in bands if isinstance(band, str)] == [*bands][
        : 2 if "red" in bands else 1
    ]


def test_every_thread_is_on_exactly_one_page_whichever_way_one_turns(full: Shop) -> None:
    with full.database.read() as db:
        ids = [*find(db, parse_filter("is:waiting"), ASKING).ids]
        pages = [
            [*find(db, parse_filter("is:waiting"), ASKING, limit=end).ids[end - 25 :]]
            for end in range(25, len(ids) + 25, 25)
        ]
    assert [one for page in pages for one in page] == ids
    assert [one for page in reversed(pages) for one in reversed(page)] == ids[::-1]
    waiting = full.all("SELECT id FROM threads WHERE waiting = 1 ORDER BY id")
    assert sorted(ids) == [id_ for (id_,) in waiting]


def test_the_next_breach_is_the_nearest_deadline_ahead(full: Shop) -> None:
    deadline, thread = full.one(
        f"SELECT deadline, id FROM threads WHERE waiting = 1 AND deadline > {NOW} "
        "ORDER BY deadline, id LIMIT 1"
    )
    with full.database.read() as db:
        found = deadlines(db, NOW, Scope(), DEFAULT_ORDER.pressing)
    assert (found.next_breach, found.next_thread) == (deadline, thread)


@given(LEFT, PRESSING)
@settings(max_examples=40, deadline=None)
def test_a_thread_becomes_pressing_when_the_counts_say_so_and_none_does_before(
    full: Shop, later: Millis, pressing: dict[Colour, Millis]
) -> None:
    now = NOW + later
    rows: Any = full.all("SELECT deadline, colour FROM threads WHERE waiting = 1")
    moments = [deadline - pressing[Colour(colour)] for deadline, colour in rows]
    with full.database.read() as db:
        found = deadlines(db, now, Scope(), pressing)
    assert found.next_pressing == min((one for one in moments if one > now), default=None)
    assert (
        found.overdue
        == full.one(f"SELECT count(*) FROM threads WHERE waiting = 1 AND deadline <= {now}")[0]
    )


def plans(shop: Shop, text: str, sort: str) -> list[list[str]]:
    """How each statement of a first page is carried out, in SQLite's words."""
    ran: list[str] = []
    with shop.database.read() as db:
        db.set_trace_callback(ran.append)
        find(db, parse_filter(text), ASKING, SORTS[sort], limit=20)
        db.set_trace_callback(None)
        ours = [sql for sql in ran if not sql.startswith("--")]  # not what full text does inside
        assert ours
        return [[row[3] for row in db.execute(f"EXPLAIN QUERY PLAN {sql}")] for sql in ours]


SMALL = (
    *("waiting_counts", "channels", "c", "campaigns", "claims", "drafts"),  # a few rows each
    *("d", "p", "CONSTANT"),  # what an index range gave
    *("contact_names", "message_words"),  # full-text indexes: a look-up reads as a scan
)


@pytest.mark.parametrize("sort", ["queue", "newest", "waiting"])
@pytest.mark.parametrize("text", FILTERS)
def test_no_filter_looks_at_every_thread(full: Shop, text: str, sort: str) -> None:
    """Each large table is read by an index."""
    steps = [step for plan in plans(full, text, sort) for step in plan]
    scans = [step for step in steps if step.startswith("SCAN") and "INDEX" not in step]
    large = [step for step in scans if step.split()[1].partition("-")[0] not in SMALL]
    assert [step for step in large if not step.startswith("SCAN (subquery")] == []


@pytest.mark.parametrize(
    "text", ["is:waiting -is:snoozed", "is:flagged", "is:waiting assignee:me", "is:overdue"]
)
def test_the_lists_of_the_left_hand_pane_walk_no_index_from_end_to_end(
    full: Shop, text: str
) -> None:
    steps = [step for plan in plans(full, text, "queue") for step in plan]
    assert [step for step in steps if step.startswith("SCAN t ")] == []


@pytest.mark.parametrize(
    "text", ["channel:avon-fb", "at:call colour:red", "team:care", "is:done -is:untriaged"]
)
def test_what_need_not_wait_is_walked_without_reading_rows(full: Shop, text: str) -> None:
    assert "SCAN t USING COVERING INDEX threads_newest" in plans(full, text, "newest")[-1]


@pytest.mark.parametrize(
    "text",
    [
        *("is:waiting", "is:waiting -is:snoozed colour:red,yellow", "is:waiting is:untriaged"),
        *("is:waiting -is:untriaged assignee:me,none", "is:waiting channel:avon-fb at:dm"),
        *("is:waiting is:boosted -team:care", "is:waiting -colour:red is:flagged"),
    ],
)
def test_counted_filters_are_counted_exactly(full: Shop, text: str) -> None:
    with full.database.read() as db:
        query = parse_filter(text)
        assert count_waiting(db, query, ASKING) == len(find(db, query, ASKING).ids)


@pytest.mark.parametrize("text", ["is:flagged", "is:waiting due<2h", "is:waiting paczka", ""])
def test_what_the_counts_do_not_tell_is_not_counted_from_them(full: Shop, text: str) -> None:
    with full.database.read() as db:
        assert count_waiting(db, parse_filter(text), ASKING) is None


FIELDS_OF_A_FILTER = st.lists(
    st.sampled_from([text for text in FILTERS if '"' not in text]), min_size=1, max_size=3
)


@given(FIELDS_OF_A_FILTER, st.sampled_from([*SORTS]))
@settings(max_examples=60, deadline=None)
def test_filters_joined_find_what_each_of_them_finds(
    full: Shop, texts: list[str], sort: str
) -> None:
    expected = set.intersection(*(naive(full, f"({FILTERS[text]})") for text in texts))
    with full.database.read() as db:
        found = find(db, parse_filter(" ".join(texts)), ASKING, SORTS[sort])
    assert set(found.ids) == expected
    assert len(found.ids) == len(expected)
