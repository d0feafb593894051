"""Calls to the contact centre: what was entered last counts, a file goes in whole or not at all."""

from __future__ import annotations

from datetime import date

import pytest

from carecli.desk.research.calls import CallsOfDay, days_of
from carecli.desk.services import InboxServices
from carecli.domain.errors import Refusal
from carecli.store.policies import Policies
from carecli.store.rebuild import rebuild

from .conftest import Shop

MONDAY, TUESDAY = date(2026, 9, 14), date(2026, 9, 15)


def standing(shop: Shop) -> dict[object, object]:
    return {(day, brand): n for day, brand, n in shop.all("SELECT day, brand, n FROM calls")}


def test_what_was_entered_last_counts_and_undo_gives_the_other_back(
    shop: Shop, desk: InboxServices
) -> None:
    assert desk.research.enter_calls([CallsOfDay(MONDAY, 1320)]).said == (
        "entered 1,320 calls for 2026-09-14"
    )
    said = desk.research.enter_calls([CallsOfDay(MONDAY, 10), CallsOfDay(TUESDAY, 0, "Avon")]).said
    assert said == "entered calls for 2 days"
    assert standing(shop) == {("2026-09-14", ""): 10, ("2026-09-15", "Avon"): 0}
    desk.commands.undo()
    assert standing(shop) == {("2026-09-14", ""): 1320}
    desk.commands.redo()
    assert standing(shop) == {("2026-09-14", ""): 10, ("2026-09-15", "Avon"): 0}
    assert rebuild(shop.database, Policies(shop.database.connection), shop.now) == []
    with shop.database.write() as db:
        db.execute("UPDATE calls SET n = 7")
    found = rebuild(shop.database, Policies(shop.database.connection), shop.now, fix=True)
    assert found == [
        "calls of 2026-09-14 (all brands): not as they were entered",
        "calls of 2026-09-15 Avon: not as they were entered",
    ]
    assert standing(shop)["2026-09-14", ""] == 10


@pytest.mark.parametrize(
    ("days", "why"),
    [
        ([], "Enter a number"),
        ([CallsOfDay(MONDAY, -1)], "not a number of calls"),
        ([CallsOfDay(MONDAY, 10**9)], "not a number of calls"),
        ([CallsOfDay(MONDAY, 1, "Vichy")], "no brand 'Vichy'"),
    ],
)
def test_calls_that_cannot_be_are_refused(
    desk: InboxServices, days: list[CallsOfDay], why: str
) -> None:
    with pytest.raises(Refusal, match=why):
        desk.research.enter_calls(days)


@pytest.mark.parametrize(
    "text",
    [
        "2026-09-14,132,Avon\n2026-09-15,0\n",
        "day,calls,brand\n2026-09-14,132,Avon\n\n2026-09-15,0,\n",
        "\ufeffBrand;Day;Calls\r\nAvon;2026-09-14;132\r\n;2026-09-15;0\r\n",
        "day\tcalls\tnote\tbrand\n2026-09-14\t132\tbusy\tAvon\n2026-09-15\t0\t\t",
    ],
)
def test_a_file_is_read_however_spreadsheets_write_it(desk: InboxServices, text: str) -> None:
    days = days_of(desk.research.read_calls(text))
    assert days == [CallsOfDay(MONDAY, 132, "Avon"), CallsOfDay(TUESDAY, 0)]


def test_every_line_that_is_wrong_says_why(desk: InboxServices) -> None:
    desk.research.enter_calls([CallsOfDay(MONDAY, 5)])
    text = (
        "day,calls,brand\n14.09.2026,1\n2026-09-14,many\n2026-09-14,-3\n2026-09-14,132,Vichy\n"
        "2026-09-14,132\n2026-09-14,133\n2026-09-15\n2026-02-30,1\n\x1b[31m,=1+1\n٣,٣\n"
    )
    found = desk.research.read_calls(text)
    assert [(one.line, bool(one.problem)) for one in found] == [
        (line, line != 6) for line in range(2, 12)
    ]
    assert found[0].problem == "'14.09.2026' is not a date; use the form 2026-10-31."
    assert found[4].before == 5
    assert found[5].problem == "This day is already in an earlier line."
    assert found[8].day == "␛[31m"
    assert desk.research.read_calls("") == []
