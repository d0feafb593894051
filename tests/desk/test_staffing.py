"""A day that is over is played again from what came in and how long this house's people took."""

from __future__ import annotations

import pytest

from carecli.desk.planning.staffing import Staffing, StaffingAsked
from carecli.desk.services import InboxServices
from carecli.domain.commands import Done, Recolour
from carecli.domain.errors import Refusal
from carecli.domain.model import DAY, HOUR, MINUTE, Colour, NoReplyReason, ThreadId
from carecli.domain.protocol import midnight
from tests.desk.conftest import NOW, Shop

TODAY = midnight(NOW, "UTC")
OFFICE = ((8 * 60, 16 * 60),)


@pytest.fixture
def yesterday(shop: Shop) -> list[ThreadId]:
    """Two reds and ten greens at nine, a red at eight in the evening, one green from before."""
    shop.now = TODAY - DAY - HOUR
    shop.says("Iza", "Od wczoraj", ago=0)
    shop.now = TODAY - DAY + 9 * HOUR
    reds = [shop.says(f"Red{n}", "Alergia!", ago=0) for n in range(2)]
    greens = [shop.says(f"Ewa{n}", "Gdzie kupię?", ago=0) for n in range(10)]
    shop.now = TODAY - DAY + 20 * HOUR
    reds.append(shop.says("Ola", "Alergia w nocy", ago=0))
    desk = shop.desk()
    for one in reds:
        desk.commands.submit(Recolour(one, Colour.RED))
    shop.now = NOW
    return [*reds, *greens]


def played(desk: InboxServices, *people: int, **other: object) -> Staffing:
    return desk.planning.staffing(
        StaffingAsked("yesterday", people=people, hours=OFFICE, **other)  # type: ignore[arg-type]  # any field
    )


def test_what_no_team_can_better_is_told_apart_from_what_a_team_does(
    desk: InboxServices, yesterday: list[ThreadId]
) -> None:
    found = played(desk, 1, 3)
    assert (found.arrived, found.carried) == ({Colour.GREEN: 10, Colour.RED: 3}, 1)
    assert found.measured == 0
    assert found.ceiling.shares[Colour.RED] == pytest.approx(2 / 3)
    assert [row.people for row in found.teams] == [1, 3]
    assert found.teams[1].shares[Colour.GREEN] == 1.0
    assert found.smallest is None
    assert played(desk, wanted=0.6).smallest == played(desk, 1).teams[0]
    assert found == played(desk, 1, 3)


def test_round_the_clock_one_person_keeps_it(
    desk: InboxServices, yesterday: list[ThreadId]
) -> None:
    found = desk.planning.staffing(StaffingAsked("yesterday", wanted=1.0))
    assert found.smallest is not None
    assert (found.smallest.people, found.smallest.share) == (1, 1.0)
    assert found.hours == ("00:00-24:00",)


def test_spans_are_those_measured_here(shop: Shop, yesterday: list[ThreadId]) -> None:
    """Ana takes four minutes of each green thread; nobody measured a red one."""
    desk = shop.desk()
    for thread in yesterday[3:]:
        shop.pass_(4 * MINUTE)
        desk.commands.submit(Done(thread, NoReplyReason.THANKS))
    found = played(desk, 1)
    assert found.measured == pytest.approx(11 / 14)
    worked = 11 * 4 * MINUTE + 3 * 6 * MINUTE
    assert found.teams[0].busy == pytest.approx(worked / (8 * HOUR))


def test_withdrawn_waits_and_what_a_rule_answered_are_nobodys_work(
    shop: Shop, yesterday: list[ThreadId]
) -> None:
    with shop.database.write() as db:
        db.execute("UPDATE waits SET outcome = 'withdrawn', ended_at = ? WHERE id = 2", (NOW,))
        db.execute(
            "UPDATE waits SET outcome = 'replied', ended_by = 'rule:contest', ended_at = ? "
            "WHERE id = 3",
            (NOW,),
        )
    assert played(shop.desk()).arrived == {Colour.GREEN: 10, Colour.RED: 1}


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        (StaffingAsked("today"), "That day is not over yet."),
        (StaffingAsked("soon"), "'soon' is not a date."),
        (StaffingAsked("yesterday", last="2020-01-01"), "The period ends before it begins."),
        (StaffingAsked("2020-01-01"), "No messages that needed an answer arrived on that day."),
    ],
)
def test_what_cannot_be_played_is_refused_and_told(
    desk: InboxServices, yesterday: list[ThreadId], asked: StaffingAsked, said: str
) -> None:
    with pytest.raises(Refusal) as refused:
        desk.planning.staffing(asked)
    assert refused.value.what == said
