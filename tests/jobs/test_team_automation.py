"""What happens by itself among people: escalation, turns, absences."""

from __future__ import annotations

import pytest

from carecli.desk.threads.alerts import AlertTracker
from carecli.domain.commands import Assign, Recolour, Seen
from carecli.domain.model import DAY, HOUR, MINUTE, Colour, ThreadId
from carecli.domain.teamwork import Absence, EscalationStep, Strategy
from carecli.jobs.team_automation import TeamAutomation, TurnOrder
from tests.desk.conftest import Shop, opened

RED_AT_80 = EscalationStep(80, frozenset({Colour.RED}), assignee="ola", flag=True)


def row(shop: Shop, thread: ThreadId) -> tuple[object, ...]:
    [found] = shop.all("SELECT colour, assignee, team, flagged FROM threads WHERE id = ?", thread)
    return found


def test_a_step_is_taken_once_its_moment_has_come(shop: Shop) -> None:
    sharing = TeamAutomation(shop.context(), [RED_AT_80])
    assert sharing.look(shop.database) == 0
    thread = shop.says("Maria", "prawnik", ago=0)
    shop.desk().commands.submit(Recolour(thread, Colour.RED))
    shop.pass_(95 * MINUTE)
    assert sharing.look(shop.database) == 0
    shop.pass_(2 * MINUTE)
    assert sharing.look(shop.database) == 1
    assert row(shop, thread) == ("red", "ola", "communication", 1)
    assert sharing.look(shop.database) == 0


def test_a_backlog_is_not_escalated_all_at_once(shop: Shop) -> None:
    for n in range(5):
        shop.says(f"Maria {n}", "dawno", ago=3 * DAY)
    fresh = shop.says("Ela", "teraz", ago=HOUR)
    sharing = TeamAutomation(shop.context(), [EscalationStep(100, up=True)])
    assert sharing.look(shop.database) == 0
    shop.pass_(DAY)
    assert sharing.look(shop.database) == 1
    assert row(shop, fresh)[0] == "yellow"


def test_a_raised_colour_goes_on_by_its_own_deadline(shop: Shop) -> None:
    steps = [
        EscalationStep(80, frozenset({Colour.GREEN}), up=True),
        EscalationStep(100, assignee="ola"),
    ]
    sharing = TeamAutomation(shop.context(), steps)
    sharing.look(shop.database)
    thread = shop.says("Maria", "gdzie paczka", ago=0)
    shop.pass_(20 * HOUR)
    sharing.look(shop.database)
    assert row(shop, thread)[:2] == ("yellow", "ola")


def test_what_was_escalated_can_be_taken_back_alone(shop: Shop) -> None:
    sharing = TeamAutomation(shop.context(), [EscalationStep(100, flag=True)])
    sharing.look(shop.database)
    threads = [shop.says(name, "cena?", ago=0) for name in ("Ela", "Iza")]
    shop.pass_(25 * HOUR)
    assert sharing.look(shop.database) == 2
    [(decision,)] = shop.all(
        "SELECT id FROM decisions WHERE verb = 'flag' AND thread_id = ?", threads[0]
    )
    assert isinstance(decision, int)
    shop.desk().commands.undo_decision(decision)
    assert [row(shop, thread)[3] for thread in threads] == [0, 1]


@pytest.mark.parametrize(
    ("strategy", "shares"),
    [
        (Strategy.ROUND_ROBIN, {"ana": 3, "ola": 3}),
        (Strategy.LEAST_LOAD, {"ana": 2, "ola": 4}),
        (Strategy.MANUAL, {}),
    ],
)
def test_what_nobody_has_is_shared_out_among_who_is_here(
    shop: Shop, strategy: Strategy, shares: dict[str, int]
) -> None:
    for me in ("ana", "ola"):
        shop.desk(me).threads.seen()
    held = [shop.says(f"Ewa {n}", "już", ago=2 * HOUR) for n in range(2)]
    for thread in held:
        shop.desk().commands.submit(Assign(thread, "ana", "specialists"))
    for n in range(6):
        shop.says(f"Maria {n}", "cena?", ago=HOUR)
    turns = [TurnOrder("care", strategy, ["ana", "ola", "kasia"])]
    TeamAutomation(shop.context(), turns=turns).look(shop.database)
    having = "WHERE team = 'care' AND assignee <> ''"
    asked = f"SELECT assignee, count(*) FROM threads {having} GROUP BY 1"
    found = {str(person): n for person, n in shop.all(asked)}
    assert found == shares


def test_turns_go_on_where_they_were_when_the_engine_ended(shop: Shop) -> None:
    for me in ("ana", "ola"):
        shop.desk(me).threads.seen()
    got = []
    for n in range(4):
        thread = shop.says(f"Maria {n}", "cena?", ago=HOUR)
        turns = [TurnOrder("care", Strategy.ROUND_ROBIN, ["ana", "ola"])]
        TeamAutomation(shop.context(), turns=turns).look(shop.database)
        got.append(row(shop, thread)[1])
    assert got == ["ana", "ola", "ana", "ola"]


@pytest.mark.parametrize("strategy", [Strategy.ROUND_ROBIN, Strategy.LEAST_LOAD])
def test_nobody_is_given_again_what_they_gave_back(shop: Shop, strategy: Strategy) -> None:
    sharing = TeamAutomation(shop.context(), turns=[TurnOrder("care", strategy, ["ana", "ola"])])
    ana = shop.desk("ana")
    ana.threads.seen()
    thread = shop.says("Maria", "cena?")
    sharing.look(shop.database)
    assert row(shop, thread)[1] == "ana"
    ana.planning.hand_back()
    ana.threads.seen()
    assert sharing.look(shop.database) == 0
    shop.desk("ola").threads.seen()
    assert sharing.look(shop.database) == 1
    assert row(shop, thread)[1] == "ola"


def test_who_it_was_taken_from_is_not_given_it_again_the_same_day(shop: Shop) -> None:
    sharing = TeamAutomation(
        shop.context(), turns=[TurnOrder("care", Strategy.LEAST_LOAD, ["ana"])]
    )
    shop.desk("ana").threads.seen()
    thread = shop.says("Maria", "cena?")
    sharing.look(shop.database)
    [(decision,)] = shop.all("SELECT id FROM decisions WHERE verb = 'assign'")
    assert isinstance(decision, int)
    shop.desk("ola").commands.undo_decision(decision)
    assert sharing.look(shop.database) == 0
    shop.pass_(13 * HOUR)
    shop.desk("ana").threads.seen()
    assert sharing.look(shop.database) == 1
    assert row(shop, thread)[1] == "ana"


def test_a_colour_takes_what_was_shared_out_to_its_team(shop: Shop) -> None:
    shop.desk().threads.seen()
    thread = shop.says("Maria", "cena?")
    turns = [TurnOrder("care", Strategy.LEAST_LOAD, ["ana"])]
    TeamAutomation(shop.context(), turns=turns).look(shop.database)
    assert row(shop, thread)[1:3] == ("ana", "care")
    shop.desk().commands.submit(Recolour(thread, Colour.RED))
    assert row(shop, thread)[2] == "communication"


def test_nobody_gets_more_than_the_cap(shop: Shop) -> None:
    shop.desk().threads.seen()
    for n in range(5):
        shop.says(f"Maria {n}", "cena?", ago=HOUR)
    turns = [TurnOrder("care", Strategy.LEAST_LOAD, ["ana"], cap=3)]
    assert TeamAutomation(shop.context(), turns=turns).look(shop.database) == 3


def test_the_team_a_thread_was_given_to_stays_when_another_person_gets_it(shop: Shop) -> None:
    sharing = TeamAutomation(shop.context(), [EscalationStep(100, assignee="ana")])
    sharing.look(shop.database)
    thread = shop.says("Maria", "cena?", ago=0)
    shop.desk().commands.submit(Assign(thread, "ana", "specialists"))
    away = [Absence("ana", shop.now - HOUR, shop.now + HOUR, "ola")]
    TeamAutomation(shop.context(), absences=away).look(shop.database)
    assert row(shop, thread)[1:3] == ("ola", "specialists")
    shop.pass_(25 * HOUR)
    sharing.look(shop.database)
    assert row(shop, thread)[1:3] == ("ana", "specialists")


def test_an_escalation_asks_people_to_look_until_they_did(shop: Shop) -> None:
    sharing = TeamAutomation(shop.context(), [EscalationStep(100, notify=("ola",))])
    sharing.look(shop.database)
    thread = shop.says("Maria", "cena?", ago=0)
    boss = shop.desk("ola")
    watch = AlertTracker(boss.threads, boss.me, boss.now, 0)
    watch.begin()
    shop.pass_(25 * HOUR)
    sharing.look(shop.database)
    assert [*boss.threads.ids("is:mentioned", "queue").ids] == [thread]
    assert [(one.kind, one.row.id) for one in watch.look(boss.threads.changes())] == [
        ("asked", thread)
    ]
    assert watch.look(None) == []
    told = opened(boss, thread).decisions[-1]
    assert (told.actor, told.text) == (
        "escalation at 100%",
        "100% of the time to the deadline had passed: Ola",
    )
    boss.commands.submit(Seen(thread))
    assert [*boss.threads.ids("is:mentioned", "queue").ids] == []


def test_who_stands_in_is_asked_instead(shop: Shop) -> None:
    away = [Absence("ola", shop.now - HOUR, shop.now + 30 * DAY, "ana")]
    sharing = TeamAutomation(shop.context(), [EscalationStep(100, notify=("ola",))], absences=away)
    sharing.look(shop.database)
    thread = shop.says("Maria", "cena?", ago=0)
    shop.pass_(25 * HOUR)
    sharing.look(shop.database)
    assert [*shop.desk("ana").threads.ids("is:mentioned", "queue").ids] == [thread]
    assert [*shop.desk("ola").threads.ids("is:mentioned", "queue").ids] == []


def test_a_substitute_gets_what_somebody_away_has(shop: Shop) -> None:
    thread, other = shop.says("Maria", "cena?"), shop.says("Ela", "cena?")
    for one in (thread, other):
        shop.desk().commands.submit(Assign(one, "ana"))
    away = [Absence("ana", shop.now - HOUR, shop.now + DAY, "ola")]
    TeamAutomation(shop.context(), absences=away).look(shop.database)
    assert row(shop, thread)[1] == row(shop, other)[1] == "ola"
    both = [*away, Absence("ola", shop.now - HOUR, shop.now + DAY)]
    TeamAutomation(shop.context(), absences=both).look(shop.database)
    assert row(shop, thread)[1] == ""
