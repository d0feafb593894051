"""Snippets, cards and history without a screen, on the practice platform."""

from __future__ import annotations

import os
from contextlib import closing
from pathlib import Path
from typing import Any

from carecli.boot.setup import now
from carecli.store import hooks
from carecli.store.db import Database
from carecli.store.settings import Failing, Heard, beat
from carecli.sync.lock import EngineLock
from tests.cli.conftest import Run


def a_comment(run: Run, channel: str = "avon-fb") -> int:
    found = run("list", f"is:waiting channel:{channel} at:comment", "--json").json()
    return int(found[0]["id"])


def test_the_shipped_snippets_pass_their_own_check(care: Path, run: Run) -> None:
    done = run("snippets", "check")
    assert done.code == 0, done.out
    assert "14 snippets" in done.out


def test_the_check_points_at_file_and_line(care: Path, run: Run) -> None:
    folder = care.parent / "snippets"
    (folder / "zly.md").write_text("---\ntitle: Zły\nlanguages: [pl]\n---\nHej\n{imie}\n")
    (folder / "gorszy.md").write_text("---\ntytul: Gorszy\n---\nHej\n")
    done = run("snippets", "check")
    assert done.code == 1
    first, second = done.out.splitlines()
    assert first.startswith(f"{folder / 'gorszy.md'}:2: tytul: unknown key (known: name,")
    assert second.startswith(f"{folder / 'zly.md'}:6: {{imie}} is known nowhere")
    assert {one["kind"] for one in run("snippets", "check", "--json").json()} == {
        *("unreadable", "unknown_placeholder"),
    }


def test_snippets_fit_the_thread(care: Path, run: Run) -> None:
    polish = run("snippets", "list", "--thread", a_comment(run), "--json").json()
    spanish = run("snippets", "list", "--thread", a_comment(run, "lrp-fb"), "--json").json()
    assert polish[0]["languages"] == ["pl"]
    assert spanish[0]["languages"] == ["es"]
    assert len(run("snippets", "list", "--json").json()) == 14
    found = run("snippets", "list", "gdz", "pacz", "--json").json()
    assert found[0]["name"] == "pl-gdzie-paczka"
    assert run("snippets", "show", "nothing").code == 4


def test_a_reply_from_a_snippet_is_counted(care: Path, run: Run) -> None:
    assert run("snippets", "usage", "--json").json() == []
    thread = a_comment(run)
    asked = run("snippets", "show", "pl-konkurs", "--thread", thread, "--json").json()
    assert asked["prompts"] == ["data"]
    assert "{data?}" in asked["text"]
    assert run("reply", thread, "--snippet", "pl-konkurs").code == 4
    assert run("reply", thread, "--snippet", "pl-konkurs", "--answer", "data").code == 2
    answered = ("--snippet", "pl-konkurs", "--answer", "data=jutro", "--now")
    assert run("reply", thread, *answered).code == 0
    assert run("sync", "--once").code == 0
    [used] = run("snippets", "usage", "--json").json()
    assert (used["name"], used["times"], used["unedited"], used["edited"]) == (
        *("pl-konkurs", 1, 1),
        0,
    )
    assert "jutro" in run("show", thread).out
    assert "pl-konkurs\t1\t1\t0%" in run("snippets", "usage").out


def test_a_reply_becomes_a_snippet(care: Path, run: Run) -> None:
    thread = a_comment(run)
    name = run("show", thread, "--json").json()["row"]["author"].split()[0]
    run("reply", thread, "--text", f"{name}, zamówienie 55512345 jest w drodze. Ana")
    made = run("snippets", "new", "w drodze", "--thread", thread, "--json").json()
    assert made["text"] == ("{contact.first_name}, zamówienie {number?} jest w drodze. {moderator}")
    assert Path(made["file"]) == care.parent / "snippets/w-drodze.md"
    assert run("snippets", "check").code == 0
    assert run("snippets", "new", "w drodze", "--thread", thread).code == 4
    given = run("snippets", "new", "inna", "--thread", thread, "--text", "-", stdin="Hej, Ana!")
    assert "Hej, {moderator}!" in given.out


def test_cards_are_found_and_quoted(care: Path, run: Run) -> None:
    assert len(run("cards", "--json").json()) == 6
    thread = a_comment(run, "lrp-fb")
    assert run("cards", "--thread", thread, "--json").json()[0]["brand"] == "lrp"
    assert len(run("cards").out.splitlines()) == 6
    shown = run("cards", "szminka").out
    assert shown.startswith("Demo szminka matowa")
    assert "https://example.org/demo/szminka" in shown
    quoted = run("cards", "protector", "--section", "datos").out
    assert quoted.startswith("• 50 ml")
    assert "**" not in quoted
    assert run("cards", "qqqq", "--section", "x").code == 4


def test_doctor_tells_of_files_that_cannot_be_read(care: Path, run: Run) -> None:
    (care.parent / "snippets/zly.md").write_text("---\ntytul: x\n---\nHej\n")
    (care.parent / "cards/zla.md").write_text("---\nproduct: x\n---\nHej\n")
    done = run("doctor", "--offline", "--json")
    told = [one for one in done.json()["findings"] if not one["is_ok"]]
    assert [one["about"] for one in told] == ["snippets", "cards", "engine"]
    assert "zly.md:2: tytul: unknown key" in told[0]["text"]
    assert "zla.md:4: a card without a section" in told[1]["text"]
    assert len(run("cards", "--json").json()) == 6


def test_doctor_tells_of_rules_that_do_not_act(care: Path, run: Run) -> None:
    folder = care.parent / "rules"
    folder.mkdir(exist_ok=True)
    (folder / "broken.yaml").write_text("rules: 3\n")
    assert run("rules", "stop").code == 0
    told = run("doctor", "--offline", "--json").json()["findings"]
    rules = [one["text"] for one in told if one["about"] == "rules" and not one["is_ok"]]
    assert rules[0] == "All rules are paused."
    assert "broken.yaml" in rules[1]


def test_doctor_tells_of_pushes_and_chores(care: Path, run: Run) -> None:
    heard = Heard("127.0.0.1:8765", taken=3, taken_at=now(), refused=2, refused_at=now() + 1)
    failing = {"sharing": Failing(now(), 4, "ValueError: no such team")}
    with closing(Database(care)) as database, EngineLock(care, now()):
        with database.write() as db:
            beat(db, now(), 1, heard, failing)
        found = run("doctor", "--offline", "--json").json()["findings"]
    told = {one["about"]: one for one in found if not one["is_ok"]}
    assert "3 webhooks were received" in told["webhooks"]["text"]
    assert "2 were refused" in told["webhooks"]["text"]
    assert "sharing has failed" in told["engine"]["text"]
    assert "failed 4 times since" in told["engine"]["text"]


def test_doctor_tells_of_hooks_that_cannot_be_told(care: Path, run: Run) -> None:
    file = Path(os.environ["CARECLI_CONFIG"])
    file.write_text(f"{file.read_text()}\nhooks:\n  phone: {{events: [flag], run: [/nowhere]}}\n")
    with closing(Database(care)) as database, database.write() as db:
        for name, error in (("phone", "/nowhere cannot be run"), ("one-that-left", "gone")):
            hooks.knows(db, name, 1, 1)
            hooks.queue(db, name, now(), is_message=False)
            hooks.DELIVERIES.start(db, name, now())
            hooks.DELIVERIES.again(db, name, now(), error=error)
    found = run("doctor", "--offline", "--json").json()["findings"]
    [one] = [one for one in found if one["about"] == "hooks"]
    assert one["text"] == "phone could not be notified 1 times: /nowhere cannot be run"
    assert not one["is_ok"]


def test_a_private_answer_ties_comment_and_conversation(care: Path, run: Run) -> None:
    thread = a_comment(run, "lrp-fb")
    done = run("reply", thread, "--private", "--now", "--text", "Te escribimos por aquí.")
    assert done.code == 0, done.err
    assert run("sync", "--once").code == 0
    comment = run("show", thread, "--json").json()
    [tie] = comment["ties"]
    assert tie["is_private"]
    private = run("show", tie["thread"], "--json").json()
    assert [one["thread"] for one in private["ties"]] == [thread]
    assert run("note", thread, "--contact", "--text", "llamar mañana").code == 0
    for one in (thread, tie["thread"]):
        found: Any = run("history", one, "--json").json()
        assert {thread, tie["thread"]} <= {row["id"] for row in found["threads"]}
        assert [note["text"] for note in found["notes"]] == ["llamar mañana"]
    told = run("history", thread).out
    assert "llamar mañana" in told
    assert run("undo").out.startswith("Undone: noted")
    assert run("history", thread, "--json").json()["notes"] == []
    assert run("history", 999_999).code == 4
