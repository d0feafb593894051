"""Work is only given to people who can do it, and only by people who are known."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from carecli.desk.services import InboxServices
from carecli.domain.commands import Assign, Flag
from carecli.domain.errors import Refusal
from carecli.domain.model import HOUR, MINUTE, Colour, ThreadId
from carecli.domain.split import Method, ShiftPerson
from carecli.domain.teamwork import Absence, EscalationStep, Role, Strategy
from carecli.jobs.team_automation import TeamAutomation, TurnOrder
from tests.desk.conftest import Shop

ROLES = {"ana": Role.LEAD, "ola": Role.READ_ONLY}
ONE = ThreadId(1)


def assignees(shop: Shop) -> list[object]:
    return [one for (one,) in shop.all("SELECT assignee FROM threads ORDER BY id")]


@pytest.mark.parametrize(
    "give",
    [
        lambda desk: desk.commands.submit(Assign(ONE, "ola")),
        lambda desk: desk.commands.submit_all([Flag(ONE), Assign(ONE, "ola")]),
        lambda desk: desk.planning.split_preview(
            "", [ShiftPerson("ana"), ShiftPerson("ola")], Method.EQUAL
        ),
    ],
    ids=["assign", "batch", "split"],
)
def test_nothing_is_given_to_who_may_only_look(
    shop: Shop, give: Callable[[InboxServices], object]
) -> None:
    shop.says("Maria", "cena?")
    desk = shop.desk(roles=ROLES)
    before = shop.dump()
    with pytest.raises(Refusal, match="Ola has read-only access"):
        give(desk)
    assert shop.dump() == before


def test_a_batch_says_for_each_thread_why_it_cannot_be_given(shop: Shop) -> None:
    thread = shop.says("Maria", "cena?")
    refused = shop.desk(roles=ROLES).commands.refusals([Assign(thread, "ola")])
    assert "read-only access" in str(refused[thread])


def test_only_people_who_can_work_are_offered(shop: Shop) -> None:
    assert [*shop.desk(roles=ROLES).planning.people()] == ["ana"]


def test_a_team_of_onlookers_gets_nothing(shop: Shop) -> None:
    shop.says("Maria", "cena?")
    teams = {"press": "Press", "care": "Care"}
    members = {"press": ["ola"], "care": ["ola", "ana"]}
    desk = shop.desk(roles=ROLES, teams=teams, team_people=members)
    with pytest.raises(Refusal, match="team Press has read-only access"):
        desk.commands.submit(Assign(ONE, team="press"))
    desk.commands.submit(Assign(ONE, team="care"))


def sharing(shop: Shop, **other: object) -> TeamAutomation:
    context = shop.session(shop.desk(roles=ROLES)).context
    return TeamAutomation(context, **other)  # type: ignore[arg-type]  # any field of Sharing


def test_turns_pass_who_may_only_look(shop: Shop) -> None:
    shop.says("Maria", "cena?")
    shop.says("Ewa", "cena?")
    for name in ("ana", "ola"):
        shop.desk(name, roles=ROLES).threads.seen()
    turns = [TurnOrder("care", Strategy.ROUND_ROBIN, ["ana", "ola"])]
    sharing(shop, turns=turns).look(shop.database)
    assert assignees(shop) == ["ana", "ana"]


def test_escalation_flags_what_it_cannot_give(shop: Shop) -> None:
    shop.says("Maria", "cena?", ago=MINUTE)
    automation = sharing(
        shop, steps=[EscalationStep(50, frozenset({Colour.GREEN}), assignee="ola")]
    )
    automation.look(shop.database)
    shop.pass_(13 * HOUR)
    automation.look(shop.database)
    assert assignees(shop) == [""]
    assert shop.all("SELECT flagged FROM threads") == [(1,)]


def test_a_substitute_who_may_only_look_leaves_it_to_the_pool(shop: Shop) -> None:
    thread = shop.says("Maria", "cena?")
    shop.desk().commands.submit(Assign(thread, "ana"))
    absence = Absence("ana", shop.now - HOUR, shop.now + HOUR, "ola")
    sharing(shop, absences=[absence]).look(shop.database)
    assert assignees(shop) == [""]


def test_what_somebody_has_who_may_only_look_now_goes_back_to_the_pool(shop: Shop) -> None:
    thread = shop.says("Maria", "cena?")
    shop.desk().commands.submit(Assign(thread, "ola"))
    sharing(shop).look(shop.database)
    assert assignees(shop) == [""]


def test_nobody_acts_who_is_not_one_of_the_moderators(shop: Shop) -> None:
    thread = shop.says("Maria", "cena?")
    desk = shop.desk("nobody")
    before = shop.dump()
    with pytest.raises(Refusal, match="not one of the moderators") as refused:
        desk.commands.submit(Flag(thread))
    assert "ana, ola" in refused.value.hint
    assert shop.dump() == before
    assert [*desk.threads.ids("is:waiting", "queue").ids] == [thread]


def test_a_name_of_ones_own_will_do_where_no_moderators_are_configured(shop: Shop) -> None:
    thread = shop.says("Maria", "cena?")
    shop.desk("zofia", people={}).commands.submit(Assign(thread, "zofia"))
    assert assignees(shop) == ["zofia"]
