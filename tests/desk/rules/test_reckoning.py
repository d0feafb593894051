"""Why a deadline is what it is: the whole sum, for open waits and for those that ended."""

from __future__ import annotations

from datetime import UTC, datetime, time

from carecli.domain.commands import Done, Recolour
from carecli.domain.model import DAY, HOUR, MINUTE, Actor, Colour
from carecli.domain.protocol import Calendar, ColourRule, Protocol
from carecli.store.policies import enact
from carecli.tui.rules.deadline_explanation import step_lines, sum_lines, working_words
from tests.desk.rules.conftest import Ruled


def _text(lines: list[list[tuple[str, str]]]) -> str:
    return "\n".join("".join(text for text, _role in line) for line in lines)


def test_the_sum_adds_up_and_follows_the_colour(ruled: Ruled) -> None:
    thread = ruled.says("Ola", "Gdzie paczka?")
    first = ruled.rules.why(thread).deadline
    assert first is not None
    assert (first.colour, first.within) == ("green", 24 * HOUR)
    assert first.started_at + first.within == first.deadline
    assert (first.zone, first.working) == ("", [])
    desk = ruled.shop.desk()
    desk.commands.submit(Recolour(thread, Colour.RED))
    after = ruled.rules.why(thread).deadline
    assert after is not None
    assert after.started_at == first.started_at, "another colour counts from the same start"
    assert (after.colour, after.within) == ("red", 2 * HOUR)
    assert after.deadline == first.started_at + 2 * HOUR


def test_who_set_the_colour_is_told_before_and_after(ruled: Ruled) -> None:
    thread = ruled.says("Ola", "Gdzie paczka?")
    ana, ola = ruled.shop.desk(), ruled.shop.desk("ola")
    ana.commands.submit(Recolour(thread, Colour.YELLOW), Actor("rule", "anger"))
    ana.commands.submit(Recolour(thread, Colour.RED))
    ana.commands.undo()
    ola.commands.submit(Recolour(thread, Colour.GREEN))
    ola.commands.submit(Recolour(thread, None))
    found = ruled.rules.why(thread)
    assert [(one.by, one.colour, one.is_undone) for one in found.steps] == [
        ("rule anger", "yellow", False),
        ("Ana", "red", True),
        ("Ola", "green", False),
        ("Ola", "", False),
    ]
    said = _text(step_lines(found, ruled.shop.now, "UTC", 80))
    assert "returned to the rules" in said
    assert "Ana (undone)" in said
    assert said.index("returned to the rules") < said.index("rule anger"), "the newest comes first"


def test_an_ended_wait_is_reckoned_by_the_protocol_it_was_judged_by(ruled: Ruled) -> None:
    with ruled.shop.database.write() as db:
        enact(db, Protocol(), ruled.shop.now - DAY)
    thread = ruled.says("Ola", "Gdzie paczka?")
    ruled.shop.desk().commands.submit(Done(thread))
    ruled.shop.now += DAY
    with ruled.shop.database.write() as db:
        enact(db, Protocol({each: ColourRule(MINUTE, "care") for each in Colour}), ruled.shop.now)
    found = ruled.rules.why(thread).deadline
    assert found is not None
    assert (found.within, found.outcome) == (24 * HOUR, "no_reply_needed")
    assert "in time" in _text(sum_lines(found, ruled.shop.now, "UTC", 80))


def test_working_hours_and_days_off_are_told(ruled: Ruled) -> None:
    hours = {day: ((time(9), time(17)),) for day in range(5)} | {5: ((time(10), time(13)),)}
    off = datetime.fromtimestamp(ruled.shop.now / 1000, UTC).date()
    context = Calendar("Europe/Warsaw", hours, frozenset({off}))
    with ruled.shop.database.write() as db:
        rules = {each: ColourRule(6 * HOUR, "care", context) for each in Colour}
        enact(db, Protocol(rules), ruled.shop.now)
    thread = ruled.says("Ola", "Gdzie paczka?")
    found = ruled.rules.why(thread).deadline
    assert found is not None
    assert found.deadline == context.add(found.started_at, 6 * HOUR)
    assert working_words(found) == (
        "Mon–Fri 09:00–17:00; Sat 10:00–13:00 (Europe/Warsaw), except 1 day off"
    )


def test_where_nobody_ever_waited_there_is_no_deadline(ruled: Ruled) -> None:
    thread = ruled.shop.says("", "Nowość!", is_ours=True)
    assert ruled.rules.why(thread).deadline is None
