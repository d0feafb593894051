"""Competitors on the command line, against the practice platform's other brands."""

from __future__ import annotations

import csv
import io
import json
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from carecli.boot.demo_competitors import COUNTED
from tests.cli.conftest import Run


def rows(run: Run, *words: str) -> dict[str, Any]:
    found = run("competitors", "--since", "30d", *words, "--json").json()
    return {row["key"]: row for row in found["profiles"]}


def test_before_anybody_looked_every_figure_is_absent(care: Path, run: Run) -> None:
    found = rows(run)
    assert len(found) == 30  # six of ours and two dozen of theirs
    for row in found.values():
        told = [value for value in row.values() if isinstance(value, dict)]
        assert all(one["value"] is None and one["origin"] == "" for one in told)
    line = run("competitors").out.splitlines()[0].split("\t")
    assert line[0] == "lrp-fb *"
    assert line[2:10] == ["–"] * 8


def test_following_now_reads_by_api_and_says_what_is_not_permitted(care: Path, run: Run) -> None:
    done = run("competitors", "follow", "lumira-fb", "lrp-fb", "zielnik-fb", "zielnik-ig")
    assert done.code == 1
    told = [line.split("\t") for line in done.out.splitlines()]
    assert [key for key, _said in told] == ["lumira-fb", "lrp-fb", "zielnik-fb", "zielnik-ig"]
    assert told[0][1].endswith(" posts")
    assert told[2][1].startswith("not permitted: ")
    assert told[2][1].endswith("`carecli competitors import` or `carecli competitors set`.")
    assert told[3][1].startswith("gone: ")
    found = rows(run)
    lumira = found["lumira-fb"]
    assert lumira["audience"] == {
        "value": 2_310_000,
        "origin": "api",
        "n": None,
        "is_small": False,
    }
    assert lumira["growth"]["value"] is None  # counted once
    assert lumira["posts_per_week"]["origin"] == "api"
    assert lumira["answers_within"]["n"] > 20
    assert found["lrp-fb"]["is_ours"]
    assert found["lrp-fb"]["audience"]["value"] == 1_240_000
    assert found["zielnik-fb"]["trouble"] == "permission"
    assert found["zielnik-fb"]["audience"]["value"] is None
    assert "zielnik-fb: the API cannot read it now (permission)" in run("competitors").err


def test_what_the_api_tells_and_a_file_are_told_apart(care: Path, run: Run) -> None:
    file = care.parent / COUNTED
    assert run("competitors", "import", file, "--dry-run").out.endswith("nothing saved.\n")
    assert rows(run)["zielnik-fb"]["audience"]["value"] is None
    assert run("competitors", "import", file).code == 0
    assert run("competitors", "follow", "lumira-fb").code == 0
    found = rows(run)
    assert found["lumira-fb"]["audience"]["origin"] == "api"
    assert found["lumira-fb"]["growth"]["origin"] == "csv"
    assert found["zielnik-fb"]["posts_per_week"]["origin"] == "csv"
    assert found["zielnik-fb"]["answers_within"]["value"] is None
    told = {line.split("\t")[0]: line.split("\t") for line in run("competitors").out.splitlines()}
    assert told["lumira-fb"][2] == "2,310,000 a"
    assert told["zielnik-fb"][2].endswith(" c")


def test_mistakes_of_a_file_are_told_by_line_and_column(
    care: Path, run: Run, tmp_path: Path
) -> None:
    file = tmp_path / "wrong.csv"
    file.write_text("profile,day,audience\nlumira,2026-01-01,5\nlumira-fb,2026-01-01,viele\n")
    done = run("competitors", "import", file)
    assert done.code == 4
    assert done.err.splitlines() == [
        f"{file}:2: profile: no profile 'lumira'; did you mean lumira-ig?",
        f"{file}:3: audience: expected a whole number such as 12400, or an empty cell, not 'viele'",
    ]
    told = run("competitors", "import", file, "--json").json()
    assert [one["line"] for one in told["mistakes"]] == [2, 3]
    assert not told["is_kept"]


@pytest.mark.parametrize(
    ("content", "said"), [(None, "cannot be read"), (b"profile,day\n\xff\xfe", "not UTF-8")]
)
def test_a_file_that_cannot_be_read_says_why(
    care: Path, run: Run, tmp_path: Path, content: bytes | None, said: str
) -> None:
    file = tmp_path / "figures.csv"
    if content is not None:
        file.write_bytes(content)
    done = run("competitors", "import", file)
    assert done.code == 1
    assert said in done.err


def test_by_hand_and_dropped(care: Path, run: Run) -> None:
    day = ("--day", "2026-01-31")
    command = ("competitors", "set", "zielnik-fb", *day)
    done = run(*command, "--days", 31, "--posts", 0, "--audience", 9)
    assert done.out == "2 figures for 2026-01-31 were saved.\n"
    january = run("competitors", "--month", "2026-01", "--json").json()["profiles"]
    row = next(row for row in january if row["key"] == "zielnik-fb")
    assert (row["posts_per_week"]["value"], row["posts_per_week"]["origin"]) == (0, "hand")
    assert row["reactions_per_post"]["value"] is None
    assert run(*command, "--forget").out == "2 figures for 2026-01-31 were deleted.\n"
    wrong = run("competitors", "set", "nobody", *day, "--posts", 1, "--json")
    assert (wrong.code, json.loads(wrong.err)["kind"]) == (4, "Refusal")


def test_csv_has_a_column_for_each_origin_and_no_formula(care: Path, run: Run) -> None:
    file = Path(care.parent / "ana.yaml")
    hostile = '"=cmd|calc!A1"'
    file.write_text(file.read_text().replace('title: "Lumira"', f"title: {hostile}"))
    run("competitors", "set", "lumira-fb", "--day", "2026-01-31", "--audience", 7)
    done = run("competitors", "--month", "2026-01", "--csv")
    found = {row["key"]: row for row in csv.DictReader(io.StringIO(done.out))}
    row = found["lumira-fb"]
    assert (row["audience"], row["audience_origin"], row["audience_n"]) == ("7", "hand", "")
    assert (row["growth"], row["growth_origin"], row["growth_n"]) == ("", "", "")
    assert row["title"] == "'=cmd|calc!A1"


def test_without_competitors_it_says_so(care: Path, run: Run) -> None:
    file = Path(care.parent / "ana.yaml")
    lines = file.read_text().splitlines(keepends=True)
    start = lines.index("competitors:\n")
    end = next(n for n in range(start + 1, len(lines)) if not lines[n].startswith(" "))
    file.write_text("".join(lines[:start] + lines[end:]))
    assert "docs/competitors.md" in run("competitors").out
    assert run("competitors", "follow").code == 4
    assert run("competitors", "--json").json()["profiles"] == []


def test_doctor_names_a_profile_that_was_not_read_for_three_days(care: Path, run: Run) -> None:
    def findings() -> list[str]:
        found = run("doctor", "--offline", "--json").json()["findings"]
        return [one["text"] for one in found if one["about"] == "competitors" and not one["is_ok"]]

    assert run("competitors", "follow", "zielnik-fb").code == 1
    assert findings() == [], "it may pass within days"
    with closing(sqlite3.connect(care)) as db, db:
        db.execute("UPDATE profiles SET seen_at = 1 WHERE key = 'zielnik-fb'")
    [told] = findings()
    assert told.startswith("The profile zielnik-fb has not been read for three days: ")
    assert run("doctor", "--offline").code != 0
