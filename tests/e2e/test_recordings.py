"""Recorded payloads of real pages and profiles: imported, again, in any order, and worked on."""

from __future__ import annotations

import random
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from tests.support.care import Care, care_of

pytestmark = [pytest.mark.pty, pytest.mark.timeout(180)]

PAYLOADS = Path(__file__).parents[1] / "payloads" / "meta"
FILES = {
    "page": sorted(PAYLOADS.glob("facebook/**/*.json")),
    "profile": sorted(PAYLOADS.glob("instagram/**/*.json")),
}
CONFIGURATION = """\
me: ana
database: care.sqlite
channels:
  page:
    platform: facebook
    title: Strona
    account: "2121008874780932"
    base_url: http://127.0.0.1:9
    token: env:NO_TOKEN
  profile:
    platform: instagram
    title: Profil
    account: "17841406338772941"
    base_url: http://127.0.0.1:9
    token: env:NO_TOKEN
"""
REUSED = frozenset({"123456789", "message-id-1"})
"""Ids that two recordings give to different texts: whichever was read last counts."""

CONTENT = (
    "SELECT platform_id, kind, text, permalink, created_at FROM posts ORDER BY 1",
    "SELECT channel_id, scope, platform_id, name FROM contacts ORDER BY 1, 2, 3",
    """SELECT t.platform_id, point, message_count, opened_at, waiting, wait_started_at, outcome,
    k.platform_id FROM threads t LEFT JOIN contacts k ON k.id = contact_id ORDER BY 1, 2""",
    """SELECT m.platform_id, t.platform_id, k.platform_id, text, m.created_at, visibility, liked,
    parent, m.permalink, attachments FROM messages m JOIN threads t ON t.id = thread_id
    LEFT JOIN contacts k ON k.id = m.contact_id ORDER BY 1, 2""",
    """SELECT t.platform_id, k.platform_id, ordinal, started_at, w.outcome FROM waits w
    JOIN threads t ON t.id = thread_id JOIN contacts k ON k.id = w.contact_id ORDER BY 1, 2, 3""",
)
"""What is in a database, apart from when it was seen."""


def content(care: Care) -> list[list[tuple[object, ...]]]:
    with closing(sqlite3.connect(care.folder / "care.sqlite")) as database:
        found = [database.execute(query).fetchall() for query in CONTENT]
    messages = 3
    found[messages] = [(*row[:3], *row[4:]) if row[0] in REUSED else row for row in found[messages]]
    return found


def taken_in(care: Care, seed: int | None = None) -> int:
    """Import everything, shuffled by a seed; how many could not be read."""
    count = 0
    for channel, files in FILES.items():
        order = list(files)
        if seed is not None:
            random.Random(seed).shuffle(order)
        told = care.run("import", "--channel", channel, *order, "--json").json()
        assert len(told) == len(files)
        count += sum(one["unrecognised"] for one in told)
    return count


def test_recordings_come_in_twice_and_in_any_order_and_are_worked_on(tmp_path: Path) -> None:
    care = care_of(tmp_path, CONFIGURATION)
    unread = taken_in(care)
    assert unread > 0
    first = content(care)
    assert all(first)
    for seed in (1, 2):
        assert taken_in(care, seed) == unread
        assert content(care) == first
    assert care.run("rebuild", "--json").json()["is_same"]
    looked = care.run("doctor", "--offline", "--json")
    told = [one["text"] for one in looked.json()["findings"] if "could not read" in one["text"]]
    assert looked.code == 1
    assert len(told) == 2

    with care.inbox() as inbox:
        inbox.wait_for("Waiting")
        inbox.press("/")
        inbox.wait_for("words to find")
        inbox.press("camera frame", "enter")
        inbox.wait_for("Search: camera frame")
        inbox.wait_for("1 thread ")
        inbox.press("enter")
        inbox.wait_for("frame studio")
        inbox.press("2")
        inbox.wait_for("set the colour to yellow")
        inbox.press("d")
        inbox.wait_for("why?")
        inbox.press("o")
        inbox.wait_for("no reply needed: off topic")
        inbox.press("ctrl-q")
        assert inbox.wait_for_end() == 0
    row = care.thread('"camera frame"')
    assert (row["colour"], row["outcome"]) == ("yellow", "no_reply_needed")
    assert care.run("rebuild", "--json").json()["is_same"]
