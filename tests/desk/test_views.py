"""Views: configured and saved, with counts that are true and bounded."""

from __future__ import annotations

import pytest

from carecli.desk.planning.rows import ViewRow
from carecli.desk.services import InboxServices
from carecli.desk.threads import views as module
from carecli.domain.commands import Assign, Done, Flag, Label, Recolour
from carecli.domain.errors import FilterError, Refusal
from carecli.domain.model import HOUR, Colour, ContactPoint, ThreadId
from carecli.store.views import SavedView

from .conftest import Shop

HOT = SavedView("hot", "Hot ones", "is:waiting colour:red,yellow -is:snoozed", "deadline")


@pytest.fixture
def threads(shop: Shop) -> list[ThreadId]:
    """Six threads that wait."""
    return [shop.says(f"Ewa{n}", f"Gdzie paczka {n}?", ago=HOUR + n) for n in range(6)]


def counts(desk: InboxServices) -> dict[str, tuple[int | None, bool]]:
    return {row.key: (row.count, row.is_more) for row in desk.threads.views()}


def test_configured_views_come_first_and_saved_ones_in_the_order_of_saving(shop: Shop) -> None:
    desk = shop.desk(views=(HOT,))
    desk.threads.save_view("late", "is:overdue", title="Late ones")
    desk.threads.save_view("pink", "label:pink", "newest")
    desk.threads.save_view("late", "is:overdue -is:snoozed", "oldest")
    assert list(desk.threads.views(counted=False)) == [
        ViewRow("hot", "Hot ones", HOT.filter, "deadline", None, False, True),
        ViewRow("late", "late", "is:overdue -is:snoozed", "oldest", None, False, False),
        ViewRow("pink", "pink", "label:pink", "newest", None, False, False),
    ]
    desk.threads.forget_view("late")
    assert [row.key for row in desk.threads.views()] == ["hot", "pink"]
    assert [row.key for row in shop.desk("ola", views=(HOT,)).threads.views()] == ["hot"]
    assert [row.key for row in shop.desk(views=(HOT,)).threads.views()] == ["hot", "pink"]


def test_counts_are_live(shop: Shop, threads: list[ThreadId]) -> None:
    desk = shop.desk(views=(HOT,))
    desk.threads.save_view("mine", "is:waiting assignee:me")
    desk.threads.save_view("parcels", "paczka")
    desk.threads.save_view("pink", "label:pink")
    assert counts(desk) == {
        "hot": (0, False), "mine": (0, False), "parcels": (6, False), "pink": (0, False),
    }  # fmt: skip
    desk.commands.submit(Recolour(threads[0], Colour.RED))
    desk.commands.submit_all([Assign(thread, "ana") for thread in threads[:3]])
    desk.commands.submit(Label(threads[4], ("pink",)))
    desk.commands.submit(Done(threads[2]))
    assert counts(desk) == {
        "hot": (1, False), "mine": (2, False), "parcels": (6, False), "pink": (1, False),
    }  # fmt: skip
    for row in desk.threads.views():
        assert len(desk.threads.ids(row.filter, row.sort).ids) == row.count


def test_a_count_stops_at_its_limit_and_when_time_is_up(
    shop: Shop, threads: list[ThreadId], monkeypatch: pytest.MonkeyPatch
) -> None:
    desk = shop.desk()
    desk.threads.save_view("parcels", "paczka")
    desk.threads.save_view("all", "is:waiting")
    monkeypatch.setattr(module, "MOST_COUNTED", 4)
    assert counts(desk) == {"parcels": (4, True), "all": (6, False)}
    monkeypatch.setattr(module, "PATIENCE", -1.0)
    monkeypatch.setattr("carecli.store.views.STEPS", 1)
    assert counts(desk) == {"parcels": (None, False), "all": (6, False)}
    monkeypatch.undo()
    assert counts(desk) == {"parcels": (6, False), "all": (6, False)}


def test_counts_of_one_brand(shop: Shop, threads: list[ThreadId]) -> None:
    desk = shop.desk()
    desk.threads.save_view("all", "is:waiting")
    shop.says("Ana", "¿Hola?", channel="lrp-fb")
    found = {brand: desk.threads.views(brand)[0].count for brand in ("", "Avon", "La Roche-Posay")}
    assert found == {"": 7, "Avon": 6, "La Roche-Posay": 1}


def test_a_saved_view_is_hidden_by_a_configured_one_of_its_name(shop: Shop) -> None:
    shop.desk().threads.save_view("hot", "is:flagged")
    desk = shop.desk(views=(HOT,))
    [row] = desk.threads.views()
    assert (row.filter, row.is_configured) == (HOT.filter, True)


def test_a_view_can_have_an_order_of_its_own(shop: Shop, desk: InboxServices) -> None:
    oldest = shop.says("Ewa", "drugi", ago=3 * HOUR)
    private = shop.says("Ola", "pierwszy", ago=2 * HOUR, point=ContactPoint.PRIVATE_MESSAGE)
    desk.threads.save_view("calm", "is:waiting", "red,colour,deadline", "Calm")
    view = next(one for one in desk.threads.views() if one.key == "calm")
    assert desk.threads.ids(view.filter, view.sort).ids[0] == oldest
    assert desk.threads.ids(view.filter, "queue").ids[0] == private
    with pytest.raises(Refusal, match="no order 'deadline,red'") as refused:
        desk.threads.ids("is:waiting", "deadline,red")
    assert "pressing,red,campaign,point,colour,deadline" in refused.value.hint


@pytest.mark.parametrize(
    ("key", "text", "sort", "why"),
    [
        ("hot", "is:waiting", "queue", "is defined in the configuration"),
        ("", "is:waiting", "queue", "cannot be"),
        ("a\x1b[2J", "is:waiting", "queue", "cannot be"),
        ("x" * 61, "is:waiting", "queue", "cannot be"),
        ("new", "is:waiting", "backwards", "no order"),
        ("new", "is:waiting \x1b", "queue", "invisible characters"),
        ("new", "w" * 501, "queue", "too long"),
    ],
)
def test_what_cannot_be_saved(shop: Shop, key: str, text: str, sort: str, why: str) -> None:
    desk = shop.desk(views=(HOT,))
    before = shop.dump()
    with pytest.raises(Refusal, match=why):
        desk.threads.save_view(key, text, sort)
    assert shop.dump() == before


def test_a_filter_with_a_mistake_is_not_saved(shop: Shop, desk: InboxServices) -> None:
    with pytest.raises(FilterError) as caught:
        desk.threads.save_view("new", "is:waiting colour:blue")
    assert caught.value.column == 18
    assert desk.threads.views() == []


def test_what_cannot_be_forgotten(shop: Shop) -> None:
    desk = shop.desk(views=(HOT,))
    shop.desk("ola").threads.save_view("hers", "is:flagged")
    for key in ("hot", "hers", "nosuch"):
        with pytest.raises(Refusal):
            desk.threads.forget_view(key)
    assert len(shop.desk("ola").threads.views()) == 1


def test_there_is_a_most(shop: Shop, desk: InboxServices, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MOST_SAVED", 2)
    for key in ("one", "two"):
        desk.threads.save_view(key, "is:flagged")
    with pytest.raises(Refusal, match="2 views"):
        desk.threads.save_view("three", "is:flagged")
    desk.threads.save_view("two", "is:snoozed")


def test_completion_knows_the_names_of_here(shop: Shop, desk: InboxServices) -> None:
    thread = shop.says("Ewa", "Halo?", point=ContactPoint.PRIVATE_MESSAGE)
    desk.commands.submit(Label(thread, ("pink panther", "spam")))
    shop.desk("zosia", people={}).commands.submit(Assign(thread, "zosia"))
    desk.commands.submit(Flag(thread))

    def offered(text: str) -> tuple[str, ...]:
        return desk.threads.complete(text, len(text)).items

    assert offered("channel:") == ("avon-fb", "lrp-fb", "groups", "rooms")
    assert offered("label:") == ("none", '"pink panther"', "spam")
    assert offered("assignee:") == ("me", "none", "ana", "ola", "zosia")
    assert offered("brand:la") == ('"La Roche-Posay"',)
    assert offered("team:") == ("care",)
