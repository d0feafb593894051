"""What time itself does: people who were silent for longer than they are kept are forgotten."""

from __future__ import annotations

from pathlib import Path

from carecli.boot.background_jobs import chores
from carecli.boot.setup import set_up
from carecli.desk.rules.colour_suggestions import Triage
from carecli.domain.events import Author, MessageSeen
from carecli.domain.model import DAY, HOUR, ContactPoint, Millis
from carecli.store.intake import take_in
from carecli.store.policies import Policies
from carecli.sync.maintenance import forget_silent
from tests.sync.shop import Shop

NOW = 1_790_000_000_000

CONFIGURATION = """
me: ana
channels:
  groups: {platform: manual}
engine:
  keep_people: 730d
"""


def says(shop: Shop, channel: int, name: str, at: Millis, *, answered: bool) -> None:
    """Somebody comments, and the brand answers there an hour later."""
    comment = MessageSeen(name, name, ContactPoint.COMMENT, at, Author(name, name), text="Halo")
    reply = MessageSeen(
        f"{name}-r", name, ContactPoint.COMMENT, at + HOUR, is_ours=True, text="Tak", parent=name
    )
    with shop.database.write() as db:
        take_in(
            db,
            channel,
            [comment, reply] if answered else [comment],
            observed_at=at + HOUR,
            now=at + HOUR,
            policies=Policies(db),
        )


def test_who_was_silent_for_longer_than_people_are_kept_is_forgotten_once(tmp_path: Path) -> None:
    shop = Shop(tmp_path / "care.sqlite", now=NOW)
    channel = shop.enrol("avon-fb")["avon-fb"]
    says(shop, channel, "Ewa", NOW - 800 * DAY, answered=True)
    says(shop, channel, "Ola", NOW - 800 * DAY, answered=False)
    says(shop, channel, "Iza", NOW - 700 * DAY, answered=True)
    assert forget_silent(shop.database, 730 * DAY, shop.clock) == 1
    assert forget_silent(shop.database, 730 * DAY, shop.clock) == 0
    with shop.database.read() as db:
        names = db.execute("SELECT name FROM contacts ORDER BY id").fetchall()
        by = db.execute("SELECT by FROM erasures").fetchall()
    assert (names, by) == ([("",), ("Ola",), ("Iza",)], [("carecli:retention",)])


def test_the_engine_looks_for_them_where_that_is_configured(tmp_path: Path) -> None:
    file = tmp_path / "care.yaml"
    for text, is_there in ((CONFIGURATION, True), (CONFIGURATION.partition("engine")[0], False)):
        file.write_text(text)
        setup = set_up(str(file))
        found = [name for name, _, _ in chores(setup, Triage())]
        assert ("retention" in found) is is_there
