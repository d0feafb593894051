"""A backlog split at the desk: each thread once, one undo, and late arrivals to who has the day."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from carecli.desk.planning.split import words_of_moment, words_of_range
from carecli.desk.services import InboxServices
from carecli.domain.commands import Assign, Done, Flag, Recolour, Snooze
from carecli.domain.errors import FilterError, Refusal
from carecli.domain.filter import parse_filter
from carecli.domain.model import DAY, HOUR, MINUTE, Colour, ContactPoint, ThreadId
from carecli.domain.protocol import midnight
from carecli.domain.split import Method, Plan, ShiftPerson
from carecli.store.backlog import rows
from carecli.store.filter_sql import Asking
from carecli.store.policies import Policies
from carecli.store.rebuild import rebuild
from carecli.store.splits import assign_late

from .conftest import NOW, Shop, open_shop

ANA, OLA = ShiftPerson("ana"), ShiftPerson("ola")
PAIR = [ANA, OLA]
TODAY = midnight(NOW, "UTC")


@pytest.fixture
def backlog(shop: Shop) -> list[ThreadId]:
    """Two threads of each of the last four days, oldest first."""
    return [
        shop.says(f"Ewa{n}", "Gdzie paczka?", ago=NOW - TODAY + (4 - n // 2) * DAY - HOUR - n)
        for n in range(8)
    ]


def planned(
    desk: InboxServices,
    people: Sequence[ShiftPerson] = (ANA, OLA),
    method: Method = Method.EQUAL,
    filter_text: str = "is:waiting",
    since: str = "",
    until: str = "",
) -> Plan:
    return desk.planning.split_preview(filter_text, people, method, since, until)


def owners(shop: Shop) -> dict[object, object]:
    return dict(shop.all("SELECT id, assignee FROM threads ORDER BY id"))  # type: ignore[arg-type]  # pairs


def test_the_period_runs_from_the_oldest_wait_to_tonight(
    shop: Shop, desk: InboxServices, backlog: list[ThreadId]
) -> None:
    plan = planned(desk)
    assert (plan.backlog.start, plan.backlog.end) == (TODAY - 4 * DAY, TODAY + DAY)
    assert [day.total for day in plan.backlog.histogram()] == [2, 2, 2, 2, 0]
    assert [share.total for share in plan.shares] == [4, 4]
    assert (plan.filter, plan.backlog.total) == ("is:waiting", 8)


def test_a_period_and_a_filter_choose(
    shop: Shop, desk: InboxServices, backlog: list[ThreadId]
) -> None:
    desk.commands.submit_all([Flag(thread) for thread in backlog[2:5]])
    desk.commands.submit(Done(backlog[3]))
    plan = planned(desk, since="2026-09-18", until="2026-09-20", filter_text="is:flagged")
    assert plan.backlog.days == (TODAY - 3 * DAY, TODAY - 2 * DAY)
    assert [day.total for day in plan.backlog.histogram()] == [1, 1]
    desk.planning.split(plan)
    assert owners(shop) == dict.fromkeys(backlog, "") | {backlog[2]: "ana", backlog[4]: "ola"}


def test_one_decision_and_one_undo(
    shop: Shop, desk: InboxServices, backlog: list[ThreadId]
) -> None:
    desk.commands.submit(Assign(backlog[0], "ana"))
    desk.commands.submit(Assign(backlog[1], team="communication"))
    desk.commands.submit_all([Recolour(backlog[2], Colour.RED), Flag(backlog[2]), Flag(backlog[5])])
    desk.commands.submit(Snooze(backlog[6], NOW + DAY))
    before = shop.derived()
    done = desk.planning.split(planned(desk))
    assert rebuild(shop.database, Policies(shop.database.connection), shop.now) == []
    teams = [desk.threads.rows([thread])[thread].team for thread in backlog[:4]]
    assert teams == ["care", "communication", "communication", "care"], "teams stay as they were"
    assert (done.counts, done.said) == ({"ana": 4, "ola": 4}, "split the backlog: Ana 4, Ola 4")
    assert list(owners(shop).values()) == ["ana"] * 4 + ["ola"] * 4
    after = shop.derived()
    assert desk.commands.undo() == "split the backlog between Ana, Ola"
    assert shop.derived() == before
    assert desk.commands.redo() == "split the backlog between Ana, Ola"
    assert shop.derived() == after
    assert desk.commands.undo_decision(done.decision) == "split the backlog between Ana, Ola"
    assert shop.derived() == before
    assert rebuild(shop.database, Policies(shop.database.connection), shop.now) == []


def test_what_came_and_went_since_the_preview(
    shop: Shop, desk: InboxServices, backlog: list[ThreadId]
) -> None:
    plan = planned(desk)
    shop.desk("ola").commands.submit(Done(backlog[0]))
    late = shop.says("Iga", "Halo?", ago=NOW - TODAY + DAY - HOUR)
    assert desk.planning.split(plan).counts == {"ana": 3, "ola": 5}
    assert owners(shop)[backlog[0]] == ""
    assert owners(shop)[late] == "ola"


def test_what_arrives_late_goes_to_who_has_the_day(
    shop: Shop, desk: InboxServices, backlog: list[ThreadId]
) -> None:
    before = shop.derived()
    plan = planned(desk, method=Method.DAY)
    desk.planning.split(plan)
    shop.pass_(MINUTE)
    oldest = shop.says("Iga", "Halo?", ago=shop.now - TODAY + 4 * DAY - 5 * HOUR)
    second = shop.says("Jan", "Halo?", ago=shop.now - TODAY + 3 * DAY - 5 * HOUR)
    shop.desk("ola").commands.submit(Flag(oldest))
    third = shop.says("Ada", "Halo?", ago=shop.now - TODAY + 3 * DAY - 4 * HOUR)
    assert owners(shop)[third] == "ola"
    nobodys = shop.says("Ula", "Halo?", ago=shop.now - TODAY + DAY - 5 * HOUR)
    found = owners(shop)
    assert [found[id_] for id_ in (oldest, second, nobodys)] == ["ana", "ola", ""]
    [said] = shop.all("SELECT actor FROM decisions WHERE thread_id = ?", second)
    assert said == ("carecli:split",)
    desk.commands.undo()
    assert set(owners(shop).values()) == {""}
    another = shop.says("Ela", "Halo?", ago=shop.now - TODAY + 4 * DAY - 6 * HOUR)
    assert owners(shop)[another] == "", "a split that was undone looks after nothing"
    desk.commands.redo()
    assert [owners(shop)[id_] for id_ in (oldest, second, another)] == ["ana", "ola", ""]
    assert rebuild(shop.database, Policies(shop.database.connection), shop.now) == []
    desk.commands.undo()
    kept = {id_: row for id_, *row in before["threads"]}
    assert [row for row in shop.derived()["threads"] if row[0] in kept] == before["threads"]


def test_a_late_wait_in_an_old_thread_counts_too(shop: Shop, desk: InboxServices) -> None:
    thread = shop.says("Ewa", "Gdzie paczka?", thread="t", ago=2 * DAY)
    desk.commands.submit(Done(thread))
    other = shop.says("Jan", "Halo?", ago=DAY)
    desk.planning.split(planned(desk, [OLA]))
    assert owners(shop) == {thread: "", other: "ola"}
    shop.pass_(MINUTE)
    shop.says("Ewa", "I co?", thread="t", ago=HOUR)
    assert owners(shop)[thread] == "ola"


def test_a_late_wait_of_somebodys_thread_stays_theirs(shop: Shop, desk: InboxServices) -> None:
    thread = shop.says("Ewa", "Gdzie paczka?", thread="t", ago=2 * DAY)
    desk.commands.submit(Assign(thread, "ana"))
    desk.commands.submit(Done(thread))
    shop.says("Jan", "Halo?", ago=DAY)
    desk.planning.split(planned(desk, [OLA]))
    shop.pass_(MINUTE)
    shop.says("Ewa", "I co?", thread="t", ago=HOUR)
    assert owners(shop)[thread] == "ana"


def test_what_somebody_decided_is_not_decided_again(
    shop: Shop, desk: InboxServices, backlog: list[ThreadId]
) -> None:
    desk.planning.split(planned(desk, [OLA]))
    desk.commands.submit(Assign(backlog[0]))
    shop.pass_(MINUTE)
    shop.says(
        "Ewa0", "Halo?", thread="avon-fb:Ewa0:Gdzie paczka?:" + str(NOW - TODAY + 4 * DAY - HOUR)
    )
    shop.says("Iga", "Halo?", ago=HOUR, point=ContactPoint.PRIVATE_MESSAGE)
    assert owners(shop)[backlog[0]] == "", "it was unassigned"
    assert list(owners(shop).values())[-1] == "ola"


def test_only_what_was_asked_for_goes_to_anybody_late(
    shop: Shop, desk: InboxServices, backlog: list[ThreadId]
) -> None:
    desk.planning.split(planned(desk, [OLA], filter_text="is:waiting channel:avon-fb"))
    here = shop.says("Iga", "Halo?", ago=HOUR)
    there = shop.says("Iga", "¿Hola?", ago=HOUR, channel="lrp-fb")
    assert (owners(shop)[here], owners(shop)[there]) == ("ola", "")


def test_an_old_split_looks_after_nothing(
    shop: Shop, desk: InboxServices, backlog: list[ThreadId]
) -> None:
    desk.planning.split(planned(desk, [OLA]))
    shop.pass_(8 * DAY)
    late = shop.says("Iga", "Halo?", ago=shop.now - NOW + HOUR)
    assert owners(shop)[late] == ""


def test_the_newer_of_two_splits_decides(
    shop: Shop, desk: InboxServices, backlog: list[ThreadId]
) -> None:
    desk.planning.split(planned(desk, [OLA]))
    shop.pass_(MINUTE)
    desk.planning.split(planned(desk, [ANA]))
    assert set(owners(shop).values()) == {"ana"}
    late = shop.says("Iga", "Halo?", ago=HOUR)
    assert owners(shop)[late] == "ana"
    desk.commands.undo()
    assert set(owners(shop).values()) == {"ola", ""}


@pytest.mark.parametrize(
    ("people", "why"),
    [
        ([], "Nobody is on shift"),
        ([ANA, ANA], "appears twice"),
        ([ShiftPerson("anna")], "no moderator 'anna'"),
        ([ShiftPerson("a\x1b[2Jna")], "cannot be"),
        ([ShiftPerson("")], "cannot be"),
    ],
)
def test_people_that_cannot_be(
    shop: Shop,
    desk: InboxServices,
    backlog: list[ThreadId],
    people: list[ShiftPerson],
    why: str,
) -> None:
    before = shop.dump()
    with pytest.raises(Refusal, match=why):
        planned(desk, people)
    assert shop.dump() == before


@pytest.mark.parametrize(
    ("since", "until"), [("soon", ""), ("", '"'), ("2026-09-18 x", ""), ("", "2026-13-01")]
)
def test_days_that_cannot_be(desk: InboxServices, since: str, until: str) -> None:
    with pytest.raises(FilterError):
        planned(desk, since=since, until=until)


@pytest.mark.parametrize(
    ("since", "until", "why"),
    [("today", "yesterday", "no days"), ("2020-01-01", "", "days"), ("today", "today", "no days")],
)
def test_periods_that_cannot_be(desk: InboxServices, since: str, until: str, why: str) -> None:
    with pytest.raises(Refusal, match=why):
        planned(desk, since=since, until=until)


def test_nobody_waits(shop: Shop, desk: InboxServices) -> None:
    plan = planned(desk)
    assert plan.backlog.total == 0
    before = shop.dump()
    with pytest.raises(Refusal, match="Nobody is waiting"):
        desk.planning.split(plan)
    assert shop.dump() == before


def test_reading_and_looking_for_late_arrivals_goes_by_indexes(
    shop: Shop, desk: InboxServices, backlog: list[ThreadId]
) -> None:
    desk.planning.split(planned(desk))
    asked: list[str] = []
    with shop.database.write() as db:
        db.set_trace_callback(asked.append)
        rows(db, parse_filter("is:waiting"), Asking("ana", NOW), TODAY - DAY, TODAY)
        assign_late(db, backlog, NOW)
        db.set_trace_callback(None)
    plans = [
        " ".join(str(step[3]) for step in shop.all(f"EXPLAIN QUERY PLAN {sql}"))
        for sql in asked
        if sql.startswith("SELECT")
    ]
    assert len(plans) == 3
    assert "threads_waiting (wait_started_at>? AND wait_started_at<?)" in plans[0]
    assert "decisions_splits (at>?)" in plans[1]
    assert "PRIMARY KEY (rowid=?)" in plans[2]
    assert "SCAN" not in " ".join(plans)


def test_ranges_and_moments_in_words() -> None:
    assert words_of_range(TODAY, TODAY + DAY, "UTC") == "Mon 21"
    assert words_of_range(TODAY, TODAY + 2 * DAY, "UTC") == "Mon 21 - Tue 22"
    assert words_of_range(TODAY, TODAY + 16 * HOUR, "UTC") == "Mon 21 to 16:00"
    assert words_of_range(TODAY + 16 * HOUR, TODAY + DAY, "UTC") == "Mon 21 from 16:00"
    assert (
        words_of_range(TODAY + 16 * HOUR, TODAY + 25 * HOUR, "UTC")
        == "Mon 21 from 16:00 - Tue 22 to 01:00"
    )
    assert words_of_range(TODAY, TODAY, "UTC") == "nothing"
    assert words_of_range(TODAY - 2 * HOUR, TODAY + 22 * HOUR, "Europe/Warsaw") == "Mon 21"
    assert words_of_moment(TODAY + HOUR, TODAY, "UTC") == "01:00"
    assert words_of_moment(TODAY + 25 * HOUR, TODAY, "UTC") == "Tue 01:00"
    assert words_of_moment(TODAY - 10 * DAY, TODAY, "UTC") == "Fri 11 Sep 00:00"
    assert words_of_moment(TODAY + 10 * DAY, TODAY, "UTC") == "Thu 1 Oct 00:00"


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database with a dozen threads, copied for each example."""
    file = tmp_path_factory.mktemp("split") / "template.sqlite"
    shop = open_shop(file)
    for n in range(12):
        shop.says(f"Ewa{n}", "Gdzie?", ago=(n * 7 % 30 + 1) * 3 * HOUR, channel="lrp-fb")
    shop.desk("ana").commands.submit(Assign(ThreadId(3), "ola"))
    shop.desks[0].close()
    shop.database.close()
    return file


@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    st.sampled_from(Method),
    st.integers(1, 3),
    st.lists(st.tuples(st.integers(0, 2), st.integers(-40, 40)), max_size=4),
    st.integers(1, 80),
)
def test_everybody_gets_what_the_plan_says_and_undo_restores(
    template: Path,
    tmp_path: Path,
    method: Method,
    count: int,
    moves: list[tuple[int, int]],
    late: int,
) -> None:
    file = tmp_path / "care.sqlite"
    for stale in tmp_path.glob("care.sqlite*"):
        stale.unlink()
    shutil.copy(template, file)
    shop = Shop(file, database=open_shop(file).database)
    shop.channels = {"lrp-fb": 2}
    desk = shop.desk(people={})
    before = shop.derived()
    plan = planned(desk, [ShiftPerson(f"p{n}") for n in range(count)], method)
    for border, by in moves:
        plan = plan.move(border % count, by)
    starts = {id_: int(str(at)) for id_, at in shop.all("SELECT id, wait_started_at FROM threads")}
    was = owners(shop)
    try:
        done = desk.planning.split(plan)
    except Refusal:
        assert sum(share.total for share in plan.shares) == 0
        assert shop.derived() == before
    else:
        found = owners(shop)
        for share in plan.shares:
            theirs = {id_ for id_, owner in found.items() if owner == share.person.name}
            meant = {id_ for id_, at in starts.items() if share.start <= at < share.end}
            assert theirs == meant
            assert done.counts.get(share.person.name, 0) == share.total == len(meant)
        rest = {id_: was[id_] for id_, owner in found.items() if not str(owner).startswith("p")}
        assert {id_: found[id_] for id_ in rest} == rest
        new = shop.says("Iga", "Halo?", ago=late * HOUR, channel="lrp-fb")
        whose = [s.person.name for s in plan.shares if s.start <= NOW - late * HOUR < s.end]
        assert owners(shop)[new] == (whose[0] if whose else "")
        assert rebuild(shop.database, Policies(shop.database.connection), shop.now) == []
        desk.commands.undo()
        assert owners(shop) == was | {new: ""}
        assert [row for row in shop.derived()["threads"] if row[0] != new] == before["threads"]
    desk.close()
    shop.database.close()
