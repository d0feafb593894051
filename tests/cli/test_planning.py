"""Views, campaigns, the start of a day and the end of a shift, from the command line."""

from __future__ import annotations

import re
import sqlite3
from pathlib import Path
from typing import Any

import pytest
from rich.cells import cell_len

from carecli.boot.demo import write_configuration
from carecli.boot.setup import now
from carecli.config import load
from carecli.domain.model import HOUR
from carecli.practice import PracticeServer
from tests.cli.conftest import Run


def listed(run: Run, wanted: str, *more: str) -> list[Any]:
    found = run("list", wanted, "--limit", "10000", "--json", *more)
    assert found.code == 0, found.err
    return list(found.json())


def test_a_view_is_listed_with_its_own_order(care: Path, run: Run) -> None:
    known = {row["key"]: row for row in run("views", "--json").json()}
    assert list(known) == ["hot", "pool", "ads"]
    for row in known.values():
        assert len(listed(run, row["filter"])) == row["count"]
    shown = run("list", "--view", "ads", "--json").json()
    assert [row["id"] for row in shown] == [
        row["id"] for row in listed(run, known["ads"]["filter"], "--sort", "oldest")
    ]
    newest = run("list", "--view", "ads", "--sort", "newest", "--json").json()
    assert newest[0]["id"] == shown[-1]["id"]
    some = run("list", "--view", "pool", "channel:avon-fb", "--json").json()
    assert {row["channel"] for row in some} == {"avon-fb"}


def test_saving_and_forgetting_a_view(care: Path, run: Run) -> None:
    assert (
        run("views", "--save", "red ones", "is:waiting", "colour:red", "--sort", "newest").code == 0
    )
    line = run("views").out.splitlines()[-1].split("\t")
    assert line == ["red ones", "0", "newest", "red ones", "is:waiting colour:red"]
    assert run("list", "--view", "red ones").code == 0
    assert run("views", "--forget", "red ones").code == 0
    missing = run("list", "--view", "red ones")
    assert (missing.code, "Known: hot, pool, ads" in missing.err) == (4, True)


@pytest.mark.parametrize(
    ("words", "code", "why"),
    [
        (["--save", "x"], 2, "together"),
        (["is:waiting"], 2, "together"),
        (["--save", "x", "is:wating"], 2, "\n   ^\n"),
        (["--save", "hot", "is:waiting"], 4, "is defined in the configuration"),
        (["--forget", "x"], 4, "no view"),
    ],
)
def test_views_that_cannot_be(care: Path, run: Run, words: list[str], code: int, why: str) -> None:
    done = run("views", *words)
    assert (done.code, why in done.err) == (code, True), done
    assert len(run("views", "--json").json()) == 3


def test_a_campaign_is_switched_and_shown(care: Path, run: Run) -> None:
    with sqlite3.connect(care) as db:
        [post, n] = db.execute(
            "SELECT p.platform_id, count(*) FROM posts p JOIN threads t ON t.post_id = p.id "
            "WHERE t.waiting = 1 GROUP BY 1 ORDER BY 2 DESC LIMIT 1"
        ).fetchone()
    db.close()
    file = care.parent / "ana.yaml"
    file.write_text(file.read_text().replace("somewhere_else", f'"{post}"'))
    [before] = run("campaign", "--json").json()
    assert (before["is_on"], before["posts"], before["waiting"]) == (False, 1, n)
    assert listed(run, "is:boosted") == []
    done = run("campaign", "contest", "on", "--for", "6h")
    assert done.err == "turned on the campaign contest.\n"
    assert done.out.startswith("contest\ton\t")
    assert len(listed(run, "is:waiting is:boosted")) == len(
        listed(run, "is:waiting campaign:contest")
    )
    assert len(listed(run, f"is:waiting post:{post}")) == n
    first = listed(run, "is:waiting -is:overdue -colour:red")[0]
    assert first["is_boosted"]
    [row] = run("today", "--json").json()["campaigns"]
    assert (row["key"], row["switched_by"], row["waiting"]) == ("contest", "Ana", n)
    assert run("undo").out.startswith("Undone: turned on the campaign contest")
    assert listed(run, "is:boosted") == []
    assert run("rebuild").code == 0


def test_a_switch_ends_by_itself_also_where_no_engine_runs(
    care: Path, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    with sqlite3.connect(care) as db:
        [post] = db.execute("SELECT platform_id FROM posts ORDER BY id LIMIT 1").fetchone()
    db.close()
    file = care.parent / "ana.yaml"
    file.write_text(file.read_text().replace("somewhere_else", f'"{post}"'))
    assert run("campaign", "contest", "on", "--for", "6h").code == 0
    assert listed(run, "is:boosted") == listed(run, f"post:{post}") != []
    later = now() + 6 * HOUR
    monkeypatch.setattr("carecli.boot.store.now", lambda: later)
    assert listed(run, "is:boosted") == []


@pytest.mark.parametrize(
    ("words", "code", "why"),
    [
        (["nosuch", "on"], 4, "Available: contest"),
        (["nosuch"], 4, "no campaign"),
        (["contest", "up"], 2, "'up'"),
        (["contest", "--for", "6h"], 2, "Use --for"),
        (["contest", "on", "--for", "6h", "--until", "2030-01-01"], 2, "one of"),
        (["contest", "on", "--until", "2020-01-01"], 4, "already passed"),
        (["contest", "on", "--for", "long"], 2, "duration"),
    ],
)
def test_switches_that_cannot_be(
    care: Path, run: Run, words: list[str], code: int, why: str
) -> None:
    done = run("campaign", *words)
    assert (done.code, why in done.err) == (code, True), done


def test_a_day_starts_with_counts_that_lists_agree_with(care: Path, run: Run) -> None:
    found = run("today", "--json").json()
    assert found["waiting"] == len(listed(run, "is:waiting"))
    for tally in (*found["colours"], *found["points"], *found["brands"], *found["came_in_colours"]):
        assert len(listed(run, tally["key"])) == tally["count"]
    one = run("today", "--brand", found["brands"][0]["key"].partition("brand:")[2], "--json")
    assert one.json()["waiting"] == found["brands"][0]["count"]
    wrong = run("today", "--since", "soon")
    assert (wrong.code, "not a date" in wrong.err) == (2, True)


def test_a_day_starts_on_a_terminal(care: Path, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    monkeypatch.setattr("carecli.cli.shift.sys.stdout.isatty", lambda: True)
    shown = run("today").out
    quiet = "What rules did: nothing since"
    for title in ("Waiting threads:", "Due within two hours:", "Received since", quiet):
        assert title in shown
    lines = re.sub(r"\x1b\[[0-9;]*m", "", shown).splitlines()
    assert max(cell_len(line.rstrip()) for line in lines) <= 80


def test_a_shift_ends(care: Path, run: Run) -> None:
    threads = [row["id"] for row in listed(run, "is:waiting at:dm")[:3]]
    assert run("assign", *threads, "--to", "me").code == 0
    assert run("note", threads[0], "--text", "dzwonimy jutro o 10:00").code == 0
    assert run("snooze", threads[1], "--for", "2h").code == 0
    told = run("handover", "--json").json()
    assert (told["decision"], told["handover"]["waiting"]) == (None, 3)
    assert {row["id"] for row in told["handover"]["mine"]} == set(threads)
    assert [row["id"] for row in told["handover"]["snoozed"]] == [threads[1]]
    assert [one["thread"] for one in told["handover"]["promises"]] == [threads[0]]
    text = run("handover", "--note", "Paczki w poniedziałek").out
    assert "dzwonimy jutro" in text
    assert "# For the next shift: Paczki w poniedziałek" in text
    assert run("handover", "--json").json()["handover"]["note"] == "Paczki w poniedziałek"
    assert "Paczki w poniedziałek" in run("today").out
    [word] = run("today", "--json").json()["words"]
    assert word["text"] == "Paczki w poniedziałek"
    assert len(listed(run, "is:waiting assignee:me")) == 3
    done = run("handover", "--release")
    assert "unassigned 3 threads" in done.out
    assert listed(run, "is:waiting assignee:me") == []
    empty = run("handover", "--release")
    assert (empty.code, "You have no waiting threads" in empty.err) == (4, True)
    assert run("undo").code == 0
    assert len(listed(run, "is:waiting assignee:me")) == 3


def test_giving_many_back_wants_a_yes(care: Path, run: Run) -> None:
    many = [row["id"] for row in listed(run, "is:waiting")[:25]]
    assert run("assign", *many, "--to", "me", "--yes").code == 0
    done = run("handover", "--release")
    assert (done.code, "--yes" in done.err) == (2, True)
    assert len(listed(run, "is:waiting assignee:me")) == 25
    assert run("handover", "--release", "--yes").code == 0
    assert listed(run, "is:waiting assignee:me") == []


def test_the_contest_of_the_demo_is_a_campaign_that_waits_for_its_key(tmp_path: Path) -> None:
    with PracticeServer("contest", entries=3) as practice:
        file = write_configuration(tmp_path, practice.url, "contest", "ana")
        contest = practice.town.contest
    assert contest is not None
    [campaign] = load(file).campaigns.values()
    assert (campaign.posts, campaign.boost) == ((contest.id,), False)
