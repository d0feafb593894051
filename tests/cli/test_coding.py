"""Codes, quotes and calls on the command line: from standard input, with their errors, in words."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from carecli import i18n
from tests.cli.conftest import Run


def test_threads_from_standard_input_are_coded_with_one_undo(care: Path, run: Run) -> None:
    listed = run("list", "is:waiting channel:avon-fb at:comment", "--limit", "3", "--json").out
    done = run("code", "-", "--sentiment", "negative", "--theme", "price", stdin=listed)
    assert done.code == 0
    assert [line.partition(": ")[2] for line in done.out.splitlines()] == [
        "coded as negative, #price"
    ] * 3
    found = run("list", "sentiment:negative theme:price", "--json").json()
    assert len(found) == 3
    shown = run("show", found[0]["id"])
    assert "[negative, #price by " in shown.out
    assert run("undo").code == 0
    assert run("list", "theme:price", "--json").json() == []


def test_what_cannot_be_coded_says_why(care: Path, run: Run) -> None:
    [one, other, *_] = run("list", "is:waiting", "--limit", "2", "--json").json()
    assert run("code", one["id"]).code == 2
    assert run("code", one["id"], other["id"], "--theme", "x", "--message", "1").code == 2
    assert "--sentiment" in run("code", one["id"], "--sentiment", "angry").err
    assert run("quote", one["id"], "--drop").code == 4


def test_a_file_of_calls_goes_in_whole_or_not_at_all(care: Path, run: Run, tmp_path: Path) -> None:
    file = tmp_path / "calls.csv"
    file.write_text("day,calls\n2026-10-05,132\n2026-10-06,many\n")
    done = run("calls", "import", file)
    assert done.code == 4
    assert "'many' is not a number of calls." in done.out
    assert "1 of 2 lines have mistakes" in done.err
    file.write_text("day,calls\n2026-10-05,132\n2026-10-12,0\n")
    tried = run("calls", "import", file, "--dry-run", "--json")
    assert (tried.code, tried.json()["is_entered"]) == (0, False)
    october = ("--month", "2026-10", "--json")
    calls = run("calls", "list", *october).json()
    assert {one["calls"] for one in calls} == {None}
    assert run("calls", "import", "-", "--json", stdin=file.read_text()).json()["is_entered"]
    weeks = {one["when"]: one for one in run("calls", "list", *october, "--by", "week").json()}
    assert (weeks["2026-W41"]["calls"], weeks["2026-W41"]["days"]) == (132, 1)
    assert (weeks["2026-W42"]["calls"], weeks["2026-W42"]["days"]) == (0, 1)
    assert (weeks["2026-W43"]["calls"], weeks["2026-W43"]["days"]) == (None, 0)


def test_files_that_are_no_text_are_told(care: Path, run: Run, tmp_path: Path) -> None:
    file = tmp_path / "calls.xlsx"
    file.write_bytes(b"PK\x03\x04\xff\xfe")
    assert "is not UTF-8" in run("calls", "import", file).err
    assert "cannot be read" in run("calls", "import", tmp_path / "none.csv").err
    assert run("calls", "add", "31.10.2026", "5").code == 2


def test_the_agreement_of_coders_is_printed(care: Path, run: Run) -> None:
    drawn = run(
        *("coding", "sample", "--kind", "sentiment", "--n", "2", "--coders", "ana,kasia"),
        *("--since", "60d", "--json"),
    )
    sample = drawn.json()["id"]
    queue = run("list", "is:coding", "--json").json()
    assert len(queue) == 2
    for row in queue:
        assert run("coding", "set", row["id"], "positive").code == 0
    assert run("list", "is:coding", "--json").json() == []
    assert run("coding", "set", queue[0]["id"], "positive").code == 4
    said = run("coding", "agreement").out
    assert said.startswith(f"Sample {sample}: sentiment, 0 of 2 messages coded by both")
    assert run("coding", "list").out.split("\t")[3].strip() == "ana 2, kasia 0"


@pytest.fixture
def english() -> Iterator[None]:
    """The process speaks English again afterwards."""
    yield
    i18n.use("en")


@pytest.mark.usefixtures("english")
def test_insights_speak_the_language_asked_for(care: Path, run: Run) -> None:
    [one, *_] = run("list", "is:waiting", "--limit", "1", "--json").json()
    run("code", one["id"], "--sentiment", "negative")
    assert "negative\t100%" in run("insights", "--since", "60d").out
    assert "negatywny\t100%" in run("--language", "pl", "insights", "--since", "60d").out
    assert "negativo\t100%" in run("--language", "es", "insights", "--since", "60d").out
