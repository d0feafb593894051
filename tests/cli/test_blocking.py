"""Blocking from the command line, as far as a platform that really does it."""

from __future__ import annotations

from pathlib import Path

import pytest

from carecli.practice import PracticeServer
from tests.cli.conftest import Run
from tests.support.terminal import Terminal


def a_comment(run: Run, channel: str = "avon-fb") -> str:
    found = run("list", f"is:waiting at:comment channel:{channel}", "--json").json()
    return str(found[-1]["id"])


def test_a_person_is_blocked_on_the_platform_and_let_back(
    care: Path, run: Run, practice: PracticeServer
) -> None:
    thread = a_comment(run)
    page = practice.world.accounts["avon-fb"]

    said = run("block", thread, "--sure")
    assert (said.code, said.out) == (0, "block: queued for 1 of 1.\n")
    assert run("sync", "--once").code == 0
    (blocked,) = practice.do(lambda: list(page.blocked))
    contact = run("show", thread, "--json").json()["contact"]
    assert (contact["name"], contact["is_blocked"]) == (blocked.name, True)
    assert run("show", thread).out.splitlines()[0].endswith("·  blocked")
    assert thread in {str(row["id"]) for row in run("list", "is:blocked", "--json").json()}
    again = run("block", thread, "--sure")
    assert again.code == 4
    assert f"{blocked.name} is already blocked." in again.err

    assert run("undo").code == 0
    assert run("sync", "--once").code == 0
    assert practice.do(lambda: list(page.blocked)) == []
    assert run("list", "is:blocked", "--json").json() == []


def test_it_asks_by_name_and_channel(care: Path, run: Run) -> None:
    thread = a_comment(run)
    row = run("show", thread, "--json").json()
    refused = run("block", thread)
    assert refused.code == 2
    assert f"Block {row['contact']['name']} (Avon Polska)?" in refused.err
    assert "Confirm with --sure." in refused.err


@pytest.mark.pty
def test_the_question_can_be_answered_with_no(care: Path, run: Run) -> None:
    with Terminal("block", a_comment(run)) as terminal:
        terminal.wait_for("no longer be able to write to the brand.")
        terminal.press("n", "enter")
        assert terminal.wait_for_end() == 130
    assert run("outbox", "--json").json() == []


def test_instagram_offers_no_way(care: Path, run: Run) -> None:
    refused = run("block", a_comment(run, "avon-ig"), "--sure")
    assert refused.code == 4
    assert "On Avon Polska it is not possible to block a person." in refused.err
