"""Reports from the command line: rows of a group, and months that are issued."""

from __future__ import annotations

import sqlite3
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from carecli.boot.setup import now
from carecli.domain.model import DAY
from tests.cli.conftest import Run


def test_the_rows_of_a_group_sum_to_its_figure(care: Path, run: Run) -> None:
    asked = ("report", "--since", "30d", "--by", "channel", "--json")
    figures = run(*asked).json()["figures"]
    groups = {row["group"]: row["n"] for row in figures if row["kpi"] == "arrived" and row["group"]}
    assert len(groups) > 1
    for group, n in groups.items():
        rows = run(*asked, "--rows", "arrived", "--group", group).json()["rows"]
        assert len(rows) == n
        assert {row["group"] for row in rows} == {row["channel"] for row in rows} == {group}
    whole = run("report", "--since", "30d", "--json").json()["figures"][0]
    assert sum(groups.values()) == whole["n"]


@pytest.mark.parametrize("words", [["--group", "x"], ["--by", "colour", "--group", "red"]])
def test_a_group_wants_to_know_of_what(care: Path, run: Run, words: list[str]) -> None:
    ran = run("report", *words)
    assert (ran.code, "--group needs --by" in ran.err) == (2, True)


@pytest.fixture
def last_month(care: Path) -> str:
    """The month before, in which all waits of the practice platform began."""
    first = datetime.fromtimestamp(now() / 1000).astimezone().replace(day=1)
    with sqlite3.connect(care) as db:
        db.execute("UPDATE waits SET started_at = ?", (int(first.timestamp() * 1000) - 10 * DAY,))
    return f"{first - timedelta(days=10):%Y-%m}"


def test_an_issued_month_is_told_as_it_was(care: Path, run: Run, last_month: str) -> None:
    asked = ("report", "--month", last_month, "--json")
    done = run(*asked, "--issue")
    assert (done.code, f"Issued {last_month}." in done.err) == (0, True)
    told = done.json()
    assert told["issued_by"] == "moderator:ana"
    rows = run(*asked, "--rows", "arrived")
    table = run("report", "--month", last_month, "--by", "team", "--csv")
    with sqlite3.connect(care) as db:
        db.execute("DELETE FROM waits WHERE id % 2")
        db.execute("UPDATE threads SET team = 'press'")
    assert run(*asked).out == done.out
    assert run(*asked, "--rows", "arrived").out == rows.out
    assert run("report", "--month", last_month, "--by", "team", "--csv").out == table.out
    assert len(rows.json()["rows"]) == told["figures"][0]["n"]
    live = run(*asked, "--live")
    assert "figures differ from the issued ones" in live.err
    assert "arrived: issued" in live.err
    assert live.json()["figures"][0]["n"] < told["figures"][0]["n"]
    again = run(*asked, "--issue")
    assert (again.code, "has already been issued" in again.err) == (4, True)


def test_a_month_that_goes_on_is_not_issued(care: Path, run: Run) -> None:
    ran = run("report", "--month", f"{datetime.now().astimezone():%Y-%m}", "--issue")
    assert (ran.code, "can be issued only after it ends" in ran.err) == (4, True)
