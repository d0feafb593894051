"""The switch of a campaign: at once, with an end, undone like any decision, seen by others."""

from __future__ import annotations

import pytest

from carecli.desk.services import InboxServices
from carecli.domain.errors import Refusal
from carecli.domain.model import DAY, HOUR, ContactPoint, ThreadId
from carecli.store.campaigns import CampaignSpec, enrol, lift
from carecli.store.policies import Policies
from carecli.store.rebuild import rebuild

from .conftest import NOW, Shop


@pytest.fixture
def contest(shop: Shop) -> ThreadId:
    """A comment under a post of a contest that is configured but jumps no queue."""
    thread = shop.says("Iga", "Biorę udział!", post="p9", ago=HOUR)
    shop.says("Ewa", "Halo?", point=ContactPoint.PRIVATE_MESSAGE, ago=2 * HOUR)
    with shop.database.write() as db:
        enrol(db, [CampaignSpec("xmas", "Christmas", ("p9",), NOW - DAY, NOW + DAY)])
    return thread


def first(desk: InboxServices) -> ThreadId:
    return desk.threads.ids("is:waiting", "queue", limit=1).ids[0]


def follow(shop: Shop) -> None:
    """What the engine does now and then."""
    with shop.database.write() as db:
        lift(db, shop.now, Policies(db))


def test_on_at_once_until_its_end(shop: Shop, desk: InboxServices, contest: ThreadId) -> None:
    other = shop.desk("ola")
    assert first(desk) != contest
    done = desk.planning.switch_campaign("xmas", on=True, until=NOW + HOUR)
    assert done.said == "turned on the campaign xmas"
    assert first(desk) == contest
    assert other.threads.changes() == {0, contest}
    [row] = other.planning.campaigns()
    assert (row.is_on, row.until, row.switched_by, row.switched_at) == (
        True,
        NOW + HOUR,
        "Ana",
        NOW,
    )
    assert (row.posts, row.waiting, row.over_at) == (1, 1, NOW + DAY)
    assert list(desk.threads.ids(row.filter, "queue").ids) == [contest]
    assert desk.threads.rows([contest])[contest].is_boosted
    shop.pass_(HOUR)
    follow(shop)
    assert first(desk) != contest
    [row] = desk.planning.campaigns()
    assert (row.is_on, row.switched_by) == (False, "")


def test_undo_and_redo(shop: Shop, desk: InboxServices, contest: ThreadId) -> None:
    before = shop.derived()
    desk.planning.switch_campaign("xmas", on=True)
    after = shop.derived()
    assert desk.commands.undo() == "turned on the campaign xmas"
    assert shop.derived() == before
    assert not desk.planning.campaigns()[0].is_on
    assert desk.commands.redo() == "turned on the campaign xmas"
    assert shop.derived() == after
    assert rebuild(shop.database, Policies(shop.database.connection), shop.now) == []


def test_without_an_end_it_ends_with_the_campaign(
    shop: Shop, desk: InboxServices, contest: ThreadId
) -> None:
    desk.planning.switch_campaign("xmas", on=True)
    assert desk.planning.campaigns()[0].until == NOW + DAY
    desk.planning.switch_campaign("xmas", on=False)
    assert desk.planning.campaigns()[0].until is None
    assert first(desk) != contest
    desk.commands.undo()
    assert first(desk) == contest
    shop.pass_(DAY)
    follow(shop)
    assert first(desk) != contest
    desk.planning.switch_campaign("xmas", on=True)
    assert desk.planning.campaigns()[0].until is None, "its period is over, so a person must end it"


def test_new_comments_jump_too(shop: Shop, desk: InboxServices, contest: ThreadId) -> None:
    desk.planning.switch_campaign("xmas", on=True)
    late = shop.says("Ola", "Ja też!", post="p9", ago=HOUR // 2)
    assert desk.threads.rows([late])[late].is_boosted


@pytest.mark.parametrize(
    ("key", "until", "why"), [("nosuch", None, "no campaign"), ("xmas", NOW, "already passed")]
)
def test_what_cannot_be(
    shop: Shop, desk: InboxServices, contest: ThreadId, key: str, until: int | None, why: str
) -> None:
    before = shop.dump()
    with pytest.raises(Refusal, match=why):
        desk.planning.switch_campaign(key, on=True, until=until)
    assert shop.dump() == before
