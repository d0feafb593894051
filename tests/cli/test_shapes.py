"""Every command writes the JSON that docs/command-line.md promises."""

from __future__ import annotations

import shlex
from itertools import takewhile
from pathlib import Path
from typing import Any

import pytest

from carecli.boot.demo_competitors import COUNTED
from carecli.cli.shared import ExampleCommand
from carecli.domain.filter import parse_filter
from tests.cli.conftest import Run
from tests.cli.shapes import differences
from tests.hygiene.command_pages import commands

DEEDS = {
    name.removeprefix("carecli "): one
    for name, one in commands()
    if isinstance(one, ExampleCommand)
}

COMMENT = "<comment>"
"""Stands for a thread whose newest message is a comment."""

SAMPLE = [
    *("coding", "sample", "--kind", "stage", "--n", "500"),
    *("--coders", "ana,kasia", "--since", "60d"),
]

LINES: dict[str, list[str]] = {
    "doctor": ["doctor"],
    "config check": ["config", "check"],
    "sync": ["sync", "--once"],
    "today": ["today"],
    "list": ["list", "is:waiting"],
    "views": ["views"],
    "show": ["show", COMMENT],
    "reply": ["reply", COMMENT, "--text", "Dziękujemy!"],
    "hide": ["hide", COMMENT],
    "unhide": ["unhide", COMMENT],
    "delete": ["delete", COMMENT, "--sure"],
    "like": ["like", COMMENT],
    "block": ["block", COMMENT, "--sure"],
    "unblock": ["unblock", COMMENT],
    "claim": ["claim", COMMENT],
    "release": ["release", COMMENT],
    "assign": ["assign", COMMENT, "--to", "me"],
    "split": ["split", "--people", "ana,kasia", "--by", "load", "--yes"],
    "handover": ["handover", "--release"],
    "report": ["report", "--since", "30d", "--by", "colour", "--rows", "arrived"],
    "staffing": ["staffing", "9d", "--last", "2d"],
    "forget": ["forget", COMMENT, "--sure"],
    "insights": ["insights", "--since", "30d"],
    "quotes": ["quotes", "--since", "30d"],
    "calls add": ["calls", "add", "2026-10-05", "132"],
    "calls import": ["calls", "import", "<calls>"],
    "calls list": ["calls", "list", "--since", "30d", "--by", "week"],
    "code": ["code", COMMENT, "--sentiment", "negative", "--stage", "purchase"],
    "quote": ["quote", COMMENT],
    "coding sample": SAMPLE,
    "coding list": ["coding", "list"],
    "coding set": ["coding", "set", COMMENT, "loyalty"],
    "coding agreement": ["coding", "agreement"],
    "competitors show": ["competitors", "--month", "2026-01"],
    "competitors follow": ["competitors", "follow", "lumira-fb"],
    "competitors import": ["competitors", "import", "<figures>"],
    "competitors set": ["competitors", "set", "zielnik-fb", "--day", "2026-01-31", "--posts", "9"],
    "cases": ["cases"],
    "campaign": ["campaign", "contest", "on", "--for", "6h"],
    "flag": ["flag", COMMENT],
    "colour": ["colour", "red", COMMENT],
    "label": ["label", COMMENT, "--add", "delivery"],
    "snooze": ["snooze", COMMENT, "--for", "2h"],
    "done": ["done", COMMENT, "--reason", "thanks"],
    "reopen": ["reopen", COMMENT],
    "note": ["note", COMMENT, "--text", "called"],
    "undo": ["undo"],
    "outbox": ["outbox"],
    "rules list": ["rules", "list"],
    "rules test": ["rules", "test"],
    "rules try": ["rules", "try", "emoji"],
    "rules stage": ["rules", "stage", "emoji", "shadow"],
    "rules apply": ["rules", "apply", "emoji", "--dry-run"],
    "rules log": ["rules", "log", "emoji"],
    "rules why": ["rules", "why", COMMENT],
    "rules waiting": ["rules", "waiting"],
    "rules approve": ["rules", "approve", "--all"],
    "rules decline": ["rules", "decline", "--all"],
    "rules judge": ["rules", "judge", "1", "wrong"],
    "rules stop": ["rules", "stop"],
    "rules go": ["rules", "go"],
    "rules words": ["rules", "words"],
    "rules allow": ["rules", "allow", COMMENT],
    "snippets list": ["snippets", "list", "--thread", COMMENT],
    "snippets show": ["snippets", "show", "pl-dziekujemy", "--thread", COMMENT],
    "snippets check": ["snippets", "check"],
    "snippets usage": ["snippets", "usage"],
    "snippets new": ["snippets", "new", "thanks", "--thread", COMMENT],
    "cards": ["cards"],
    "turned-away": ["turned-away"],
    "history": ["history", COMMENT],
    "pause": ["pause"],
    "resume": ["resume"],
    "import": ["import", "--channel", "avon-fb", "<file>"],
    "add": ["add", "--channel", "avon-group", "--link", "https://x.test/1", "--text", "Gdzie?"],
    "rebuild": ["rebuild"],
    "verify": ["verify"],
    "completion": ["completion", "bash"],
}
"""A line for each command; what must be done before is in `BEFORE`."""

BEFORE: dict[str, list[list[str]]] = {
    "rules apply": [["rules", "try", "emoji"], ["rules", "stage", "emoji", "live"]],
    "unhide": [["hide", COMMENT]],
    "unblock": [["block", COMMENT, "--sure"]],
    "reopen": [["done", COMMENT]],
    "undo": [["flag", COMMENT]],
    "handover": [["assign", COMMENT, "--to", "me"]],
    "outbox": [["reply", COMMENT, "--text", "Dziękujemy!"]],
    "snippets new": [["reply", COMMENT, "--text", "Dziękujemy!"]],
    "insights": [["code", COMMENT, "--theme", "price"], ["quote", COMMENT], ["undo"], SAMPLE],
    "quotes": [["quote", COMMENT]],
    "calls list": [["calls", "import", "<calls>"]],
    "coding list": [SAMPLE],
    "coding set": [SAMPLE],
    "coding agreement": [SAMPLE, ["coding", "set", COMMENT, "loyalty"]],
}

CODES = {name: {0, 1} for name in ("doctor", "verify", "staffing")}
"""Exit codes of commands whose answer may be no, whatever the day: others end with 0."""

ELSEWHERE = {"connect facebook", "token", "daemon", "practice serve", "init", "seen", "case"}
"""Commands that other tests run, since they serve, ask, or need a colleague."""


def a_comment(run: Run) -> str:
    return str(run("list", "is:waiting channel:avon-fb at:comment", "--json").json()[0]["id"])


def figures_of(care: Path) -> str:
    """The demo's file of what somebody counted."""
    return str(care.parent / COUNTED)


def test_every_command_is_looked_at() -> None:
    assert set(LINES) | ELSEWHERE == set(DEEDS)


def words_of(comment: str, care: Path, folder: Path) -> dict[str, str]:
    """What stands in `LINES` for a thread and for files."""
    payload = folder / "page.json"
    payload.write_text('{"object": "page", "entry": []}')
    calls = folder / "calls.csv"
    calls.write_text("day;calls\n2026-10-05;132\n2026-10-06;0\n")
    return {
        COMMENT: comment,
        "<file>": str(payload),
        "<calls>": str(calls),
        "<figures>": figures_of(care),
    }


@pytest.mark.parametrize("name", LINES)
def test_json_is_as_documented(name: str, care: Path, run: Run, tmp_path: Path) -> None:
    comment = a_comment(run)

    words = words_of(comment, care, tmp_path)

    def filled(line: list[str]) -> list[str]:
        return [words.get(word, word) for word in line]

    for line in BEFORE.get(name, []):
        assert run(*filled(line)).code == 0
    done = run(*filled(LINES[name]), "--json")
    assert done.code in CODES.get(name, {0}), done
    assert done.out.isascii()
    assert differences(done.json(), DEEDS[name].says) == []


@pytest.mark.parametrize("name", LINES)
def test_without_json_it_is_text(name: str, care: Path, run: Run, tmp_path: Path) -> None:
    words = words_of(a_comment(run), care, tmp_path)
    for line in [*BEFORE.get(name, []), LINES[name]]:
        done = run(*(words.get(word, word) for word in line))
    assert done.code in CODES.get(name, {0}), done
    assert done.out.strip()
    assert not done.out.startswith(("{", "["))


def test_sync_without_an_engine_asks_for_one(care: Path, run: Run) -> None:
    says: Any = DEEDS["sync"].says
    assert differences(run("sync", "--json").json(), says) == []


def test_differences_are_found() -> None:
    says: Any = DEEDS["list"].says
    assert differences([{"id": 1}], says)
    assert differences({}, says)
    assert differences([], says) == []


@pytest.mark.parametrize("name", DEEDS)
def test_every_command_shows_examples_of_itself(name: str, run: Run) -> None:
    done = run(*name.split(), "--help")
    assert done.code == 0
    for example in DEEDS[name].examples:
        assert example in done.out
        assert f"carecli {name}" in example or "--config" in example
    assert "--json" in done.out
    assert "--config" in done.out
    assert "--db" in done.out


def test_filters_in_examples_can_be_read() -> None:
    count = 0
    for example in (one for deed in DEEDS.values() for one in deed.examples):
        words = shlex.split(example.partition("|")[0])
        if words[1] == "list":
            wanted = list(takewhile(lambda word: not word.startswith("--"), words[2:]))
            parse_filter(" ".join(wanted))
            count += 1
    assert count >= 4
