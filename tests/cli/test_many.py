"""One text to several threads, and notes that call a colleague, from the command line."""

from __future__ import annotations

from pathlib import Path

import pytest

from carecli.cli.mass_reply import PlannedReply
from carecli.desk.conversations.rows import Receipt
from tests.cli.conftest import Run
from tests.cli.shapes import differences
from tests.cli.test_commands import waiting


def test_a_mention_waits_for_the_one_called(care: Path, run: Run) -> None:
    thread = waiting(run, "at:dm")[0]["id"]
    hers = care.with_name("kasia.yaml")
    hers.write_text(care.with_name("ana.yaml").read_text().replace("me: ana", "me: kasia"))
    said = ("note", thread, "--text", "@Ana, please call her")
    assert run(*said, "--config", hers).code == 0
    assert [row["id"] for row in waiting(run, "is:mentioned")] == [thread]
    done = run("seen", thread, "--json")
    assert differences(done.json(), list[Receipt]) == []
    assert run("list", "is:mentioned", "--json").json() == []
    assert run("seen", thread).code == 4


def test_one_text_answers_several_after_a_dry_run(care: Path, run: Run) -> None:
    asked = waiting(run, "channel:avon-fb at:comment")[:3]
    ids = "\n".join(str(row["id"]) for row in asked)
    done = asked[2]["id"]
    assert run("done", done).code == 0
    text = ("--text", "Hej {contact.first_name}, {co?} wraca.", "--answer", "co=szminka")
    planned = run("reply", "-", *text, "--dry-run", "--json", stdin=ids)
    assert differences(planned.json(), list[PlannedReply]) == []
    names = [row["author"].split()[0] for row in asked]
    assert [one["text"] for one in planned.json()] == [
        f"Hej {names[0]}, szminka wraca.",
        f"Hej {names[1]}, szminka wraca.",
        "",
    ]
    assert planned.json()[2]["refused"] == "Nobody is waiting for an answer here."
    assert run("outbox", "--json").json() == []
    unsure = run("reply", "-", *text, stdin=ids)
    assert unsure.code == 2
    assert "2 of them in public" in unsure.err
    sent = run("reply", "-", *text, "--yes", "--json", stdin=ids)
    assert differences(sent.json(), list[Receipt]) == []
    assert len(run("outbox", "--json").json()) == 2
    again = run("reply", "-", *text, "--yes", stdin=ids)
    assert again.code == 4
    assert run("undo").code == 0
    assert run("outbox", "--json").json() == []
    assert run("reply", "-", "--by-hand", stdin=ids).code == 2


@pytest.mark.usefixtures("care")
def test_one_person_of_a_thread_was_answered_outside(run: Run) -> None:
    thread, other = (row["id"] for row in waiting(run, "at:comment")[:2])
    asked = run("show", thread, "--json").json()["messages"][-1]["id"]
    outside = ("done", thread, "--outside", "--message")
    assert run(*outside, asked, other).code == 2
    assert run("done", thread, "--message", asked).code == 2
    wrong = run("done", other, "--outside", "--message", asked)
    assert (wrong.code, f"has no message {asked}" in wrong.err) == (4, True)
    assert run(*outside, asked).code == 0
    assert thread not in [row["id"] for row in waiting(run, "at:comment")]
