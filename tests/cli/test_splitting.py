"""`carecli split`: preview and assignment from the command line."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from carecli.cli.split import bar

from .conftest import Run


def waiting_of(run: Run, person: str) -> int:
    return len(run("list", f"is:waiting assignee:{person}", "--limit", "10000", "--json").json())


def counted(days: list[Any]) -> int:
    return sum(day["total"] for day in days)


def test_a_dry_run_tells_all_and_changes_nothing(care: Path, run: Run) -> None:
    waiting = waiting_of(run, "none")
    told = run("split", "--people", "kasia,piotr", "--by", "equal", "--dry-run", "--json").json()
    assert (told["decision"], told["assigned"], told["method"]) == (None, {}, "equal")
    assert told["total"] == waiting == counted(told["days"])
    assert [share["person"] for share in told["shares"]] == ["kasia", "piotr"]
    assert [share["total"] for share in told["shares"]] == [waiting // 2, waiting - waiting // 2]
    assert waiting_of(run, "none") == waiting
    again = run("split", "--people", "kasia,piotr", "--by", "equal", "--dry-run")
    lines = [line.split("\t") for line in again.out.splitlines()]
    assert [(line[0], int(line[2])) for line in lines] == [
        (share["person"], share["total"]) for share in told["shares"]
    ]


def test_it_assigns_what_it_showed_and_one_undo_takes_it_back(care: Path, run: Run) -> None:
    waiting = waiting_of(run, "none")
    asked = ["split", "is:waiting", "--people", "me,kasia=6h", "--by", "load"]
    shown = run(*asked, "--dry-run", "--json").json()
    done = run(*asked, "--yes", "--json").json()
    assert done["shares"][0]["person"] == "ana"
    assert done["assigned"] == {share["person"]: share["total"] for share in shown["shares"]}
    assert waiting_of(run, "none") == counted(done["unassigned"]) == 0
    assert waiting_of(run, "ana") + waiting_of(run, "kasia") == waiting
    assert run("undo").out.startswith("Undone: split the backlog between")
    assert waiting_of(run, "none") == waiting
    assert run("rebuild").code == 0


def test_days_nobody_has_stay_unassigned(care: Path, run: Run) -> None:
    told = run("split", "--people", "kasia", "--by", "day", "--dry-run", "--json").json()
    assert counted(told["unassigned"]) == told["total"] - told["shares"][0]["total"]
    text = run("split", "--people", "kasia", "--by", "day", "--yes")
    assert text.out.splitlines()[-1].startswith("split the backlog: Kasia ")
    assert waiting_of(run, "kasia") == told["shares"][0]["total"]


@pytest.mark.parametrize(
    ("words", "code", "why"),
    [
        (["--people", "kasia,piotr"], 2, "Confirm with --yes"),
        (["--people", "kasja", "--yes"], 4, "Did you mean kasia?"),
        (["--people", ",", "--yes"], 4, "Nobody is on shift"),
        (["--people", "kasia=soon"], 2, "expected a duration"),
        (["--people", "kasia", "--from", "soon"], 2, "not a date"),
        (["--people", "kasia", "--from", "today", "--until", "today"], 4, "no days"),
        (["colour:pink", "--people", "kasia"], 2, "pink"),
        (["label:nothing", "--people", "kasia"], 4, "Nobody is waiting"),
        ([], 2, "--people"),
    ],
)
def test_what_cannot_be_done(care: Path, run: Run, words: list[str], code: int, why: str) -> None:
    before = waiting_of(run, "none")
    done = run("split", *words)
    assert (done.code, why in done.err) == (code, True), done
    assert waiting_of(run, "none") == before


def test_a_terminal_gets_a_histogram(care: Path, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "100")
    monkeypatch.setattr("carecli.cli.split.sys.stdout.isatty", lambda: True)
    done = run("split", "--people", "kasia,piotr", "--by", "day", "--dry-run")
    assert "█" in done.out
    assert "waits since" in done.out


def test_bars_are_as_long_as_their_share() -> None:
    assert [len(bar(n, 8)) for n in (0, 4, 8)] == [0, 10, 20]
    assert bar(1, 160) == "▏"
    assert bar(0, 0) == ""
