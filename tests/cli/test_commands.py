from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import keyring
import keyring.errors
import pytest

from carecli.config import load
from carecli.paths import config_file
from carecli.practice.acts import act
from carecli.practice.server import PracticeServer
from carecli.store.db import Database
from tests.cli.conftest import Run

HOSTILE = "\x1b]0;pwned\x07\x1b[2J[@click=app.quit]x[/] \u202etxt.exe\x9b31m\nsecond\tline"


def waiting(run: Run, more: str = "") -> list[Any]:
    found = run("list", f"is:waiting {more}", "--json").json()
    assert found
    return list(found)


def test_a_list_is_lines_with_tabs_for_a_pipe(care: Path, run: Run) -> None:
    done = run("list", "is:waiting", "--limit", "5")
    lines = done.out.splitlines()
    assert len(lines) == 5
    assert all(line.count("\t") == 6 and line.split("\t")[0].isdigit() for line in lines)
    by_deadline = run("list", "--sort", "deadline", "--json").json()
    deadlines = [row["deadline"] for row in by_deadline]
    assert deadlines == sorted(deadlines)


def test_a_filter_is_pointed_at_where_it_is_wrong(care: Path, run: Run) -> None:
    done = run("list", "is:waiting colour:blue")
    assert done.code == 2
    shown, pointer, said = done.err.splitlines()
    assert shown == "is:waiting colour:blue"
    assert pointer.index("^") >= len("is:waiting ")
    assert "green" in said


def test_a_reply_reaches_the_platform_once(care: Path, run: Run, practice: PracticeServer) -> None:
    thread = waiting(run, "channel:lrp-fb at:dm")[0]
    before = len(practice.do(practice.ledger.as_json))
    text = f"¡Gracias! {thread['id']}"
    assert run("reply", thread["id"], "--text", text, "--now").code == 0
    assert run("sync", "--once").code == 0
    assert run("sync", "--once").code == 0
    received = practice.do(practice.ledger.as_json)[before:]
    assert sum(text in json.dumps(one, ensure_ascii=False) for one in received) == 1
    shown = run("show", thread["id"]).out
    assert text in shown
    assert not run("show", thread["id"], "--json").json()["row"]["is_waiting"]


def test_a_reply_can_be_read_from_standard_input(care: Path, run: Run) -> None:
    thread = waiting(run, "at:dm")[0]["id"]
    assert run("reply", thread, stdin="Hola,\n¿qué tal?\n").code == 0
    [item] = run("outbox", "--json").json()
    assert item["text"] == "Hola,\n¿qué tal?"
    assert run("outbox", "--cancel", item["id"], "--json").json() == []


@pytest.mark.parametrize("text", ["", "Hola {product}"])
def test_what_cannot_be_sent_is_refused(text: str, care: Path, run: Run) -> None:
    done = run("reply", waiting(run, "at:dm")[0]["id"], "--text", text, "--json")
    assert done.code == 4
    error = json.loads(done.err)
    assert set(error) == {"error", "hint", "kind", "exit_code"}
    assert (error["kind"], error["exit_code"]) == ("Refusal", 4)
    assert run("outbox", "--json").json() == []


def test_undo_and_redo(care: Path, run: Run) -> None:
    thread = waiting(run)[0]["id"]

    def is_flagged() -> bool:
        return bool(run("show", thread, "--json").json()["row"]["is_flagged"])

    assert run("flag", thread).code == 0
    assert is_flagged()
    assert run("undo").code == 0
    assert not is_flagged()
    assert run("undo", "--redo").code == 0
    assert is_flagged()


def test_deciding(care: Path, run: Run) -> None:
    thread = waiting(run)[0]["id"]
    for line in (
        ["colour", "red", thread],
        ["assign", thread, "--to", "me"],
        ["label", thread, "--add", "delivery", "--add", "vip"],
        ["label", thread, "--remove", "vip"],
        ["note", thread, "--text", "called"],
        ["snooze", thread, "--until", "2099-01-01 09:00"],
    ):
        assert run(*line).code == 0, line
    row = run("show", thread, "--json").json()["row"]
    assert (row["colour"], row["assignee"], row["labels"]) == ("red", "ana", ["delivery"])
    assert row["snoozed_until"] > 4_000_000_000_000
    assert run("snooze", thread, "--wake").code == 0
    assert run("assign", thread, "--nobody").code == 0
    assert run("colour", "auto", thread).code == 0
    row = run("show", thread, "--json").json()["row"]
    assert (row["colour_by"], row["assignee"], row["snoozed_until"]) == ("", "", None)


@pytest.mark.parametrize(
    ("line", "code"),
    [
        (["show", "999999"], 4),
        (["show", "x1"], 2),
        (["asign", "1"], 2),
        (["flag"], 2),
        (["flag", "-"], 2),
        (["assign", "1"], 2),
        (["assign", "1", "--to", "me", "--nobody"], 2),
        (["label", "1"], 2),
        (["snooze", "1", "--for", "soon"], 2),
        (["snooze", "1", "--until", "2020-01-01"], 4),
        (["hide", "1", "2", "--message", "3"], 2),
        (["delete", "1"], 2),
        (["block", "1"], 2),
        (["unblock", "1"], 4),
        (["flag", *(str(n) for n in range(1, 23))], 2),
        (["outbox", "--retry", "999"], 4),
        (["import", "--channel", "none", "x.json"], 4),
        (["import", "--channel", "avon-fb", "/nowhere/x.json"], 1),
        (["add", "--channel", "avon-fb", "--text", "x"], 4),
        (["sync", "--channel", "none"], 4),
        (["verify", "--channel", "none"], 4),
        (["list", "--db", "/proc/none/db"], 5),
        (["list", "--config", "/nowhere.yaml"], 3),
    ],
)
def test_exit_codes(line: list[str], code: int, care: Path, run: Run) -> None:
    done = run(*line)
    assert (done.code, done.out) == (code, ""), done.err
    assert done.err


def test_a_misspelt_command_names_the_nearest(run: Run) -> None:
    assert "Did you mean 'assign'?" in run("asign", "1").err


def test_threads_come_from_standard_input_too(care: Path, run: Run) -> None:
    lines = run("list", "is:waiting", "--limit", "3").out
    assert run("flag", "-", stdin=lines).code == 0
    rows = run("list", "is:waiting", "--limit", "3", "--json").out
    assert run("flag", "-", "--off", stdin=rows).code == 0
    assert run("list", "is:flagged", "--json").json() == []
    many = run("list", "is:waiting", "--limit", "21").out
    assert "Confirm with --yes" in run("flag", "-", stdin=many).err
    assert run("flag", "-", "--yes", stdin=many).code == 0
    assert len(run("list", "is:flagged", "--json").json()) == 21
    assert run("undo").code == 0
    assert run("list", "is:flagged", "--json").json() == []


def test_hostile_text_is_harmless_to_a_terminal(care: Path, run: Run) -> None:
    done = run("add", "--channel", "avon-group", "--link", "https://x.test/1",
               "--author", HOSTILE, "--text", HOSTILE, "--json")  # fmt: skip
    thread = done.json()["thread"]
    run("note", thread, "--text", HOSTILE)
    for line in (["list", "channel:avon-group"], ["show", thread]):
        shown = run(*line).out
        assert "pwned" in shown
        assert not {c for c in shown if ord(c) < 32 or 0x7F <= ord(c) < 0xA0} - {"\n", "\t"}
        assert "\u202e" not in shown
        told = run(*line, "--json")
        assert told.out.isascii()
        assert "[@click=app.quit]" in json.dumps(told.json())
    [row] = run("list", "channel:avon-group").out.splitlines()
    assert row.count("\t") == 6


def test_recorded_payloads_are_imported_once(care: Path, run: Run, tmp_path: Path) -> None:
    page = tmp_path / "webhook.json"
    value = {
        "item": "comment", "verb": "add", "comment_id": "100000000001003_1_77",
        "post_id": "100000000001003_1", "parent_id": "100000000001003_1",
        "created_time": 1795223203, "message": "Gdzie jest moja paczka?",
        "from": {"id": "4711", "name": "Ola"},
    }  # fmt: skip
    entry = {"id": "100000000001003", "time": 1795223203}
    page.write_text(json.dumps({
        "object": "page", "entry": [entry | {"changes": [{"field": "feed", "value": value}]}],
    }))  # fmt: skip
    broken = tmp_path / "broken.json"
    broken.write_bytes(b"\x00not json")
    line = ["import", "--channel", "avon-fb", page, broken, "--json"]
    first, spoilt = run(*line).json()
    assert (first["new_messages"], first["unrecognised"]) == (1, 0)
    assert (spoilt["new_messages"], spoilt["unrecognised"]) == (0, 1)
    again, _ = run(*line).json()
    assert (again["new_messages"], again["threads"]) == (0, 0)
    assert "paczka" in run("list", '"moja paczka" channel:avon-fb').out
    health = run("doctor", "--offline", "--json").json()
    assert any("carecli could not read" in one["text"] for one in health["findings"])
    assert not health["is_ok"]


def changed(care: Path, sql: str) -> None:
    database = Database(care)
    with database.write() as db:
        db.execute(sql)
    database.close()


def test_nobody_is_forgotten_or_it_is_told(care: Path, run: Run, practice: PracticeServer) -> None:
    assert run("verify", "--channel", "vichy-fb").code == 0
    post = practice.world.accounts["vichy-fb"].posts[0].id
    told = {"act": "comment", "on": post, "text": "¿Nadie contesta?", "name": "Lupita Olvidada"}
    made = practice.do(lambda: act(practice.world, told))
    try:
        changed(care, "UPDATE channels SET parked_until = 9e15")
        done = run("verify", "--channel", "vichy-fb", "--json")
        assert (done.code, done.json()["is_same"], done.json()["differences"]) == (0, True, [])
        assert [one["name"] for one in done.json()["not_pulled"]] == ["Lupita Olvidada"]
        text = run("verify", "--channel", "vichy-fb").out
        assert "Lupita Olvidada" in text.partition("Not synced yet:")[2]
        changed(care, "UPDATE channels SET parked_until = NULL")
        assert run("verify", "--channel", "vichy-fb", "--json").json()["not_pulled"] == []
        assert "Lupita Olvidada" in run("list", '"nadie contesta" channel:vichy-fb').out
        hers = "(SELECT thread_id FROM messages WHERE text = '¿Nadie contesta?')"
        changed(care, f"DELETE FROM waits WHERE thread_id = {hers}")
        changed(care, f"DELETE FROM messages WHERE thread_id = {hers}")
        changed(care, "UPDATE channels SET parked_until = 9e15, synced_at = synced_at + 600000")
        done = run("verify", "--channel", "vichy-fb", "--json")
        assert done.code == 1
        assert [one["name"] for one in done.json()["differences"]] == ["Lupita Olvidada"]
        assert "never saw it" in run("verify", "--channel", "vichy-fb").out
    finally:
        practice.do(lambda: act(practice.world, {"act": "delete", "id": made["id"]}))


def test_doctor_tells_what_is_wrong(care: Path, run: Run) -> None:
    token = care.parent / "tokens" / "avon-fb"
    token.chmod(0o644)
    (care.parent / "tokens" / "lrp-fb").unlink()
    done = run("doctor", "--offline")
    assert done.code == 1
    assert f"chmod 600 {token}" in done.out
    assert "lrp-fb: " in done.out
    assert "cannot be read" in done.out


def test_a_database_is_readable_by_its_owner_only(care: Path, run: Run, tmp_path: Path) -> None:
    fresh = tmp_path / "deep" / "fresh.sqlite"
    assert run("list", "--db", fresh).code == 0
    assert fresh.stat().st_mode & 0o777 == 0o600
    fresh.chmod(0o644)
    assert f"chmod o= {fresh}" in run("doctor", "--offline", "--db", fresh).out


def test_a_damaged_database_is_told_of(care: Path, run: Run, tmp_path: Path) -> None:
    broken = tmp_path / "broken.sqlite"
    broken.write_bytes(b"SQLite format 3\x00" + b"\xff" * 5000)
    done = run("list", "--db", broken)
    assert done.code == 5
    assert str(broken) in done.err
    assert "Traceback" not in done.err


def test_a_wrong_configuration_starts_nothing(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "care.yaml"
    file.write_text("channels:\n  x: {platform: manual}\ninbox:\n  keys: {thread.don: [d]}\n")
    done = run("config", "check", "--config", file)
    assert done.code == 3
    assert done.err.startswith(f"carecli: {file}:4: inbox.keys.thread.don: no such action")
    file.write_text("me: a\nmee: b\ninbox: {compact: yes}\n")
    told = json.loads(run("config", "check", "--config", file, "--json").err)
    assert (told["file"], told["line"], told["key"]) == (str(file), 2, "mee")
    assert [one["line"] for one in told["also"]] == [3]
    done = run("list", "--config", file, "--db", tmp_path / "db")
    assert [line.split(": ")[1] for line in done.err.splitlines()] == [f"{file}:2", f"{file}:3"]
    assert not (tmp_path / "db").exists()


def test_what_cannot_be_read_is_told_as_json_too(care: Path, run: Run) -> None:
    thread = waiting(run)[0]["id"]
    for words in (["snooze", thread], ["hide", "abc"], ["list", "--limit", "0"]):
        done = run(*words, "--json")
        told = json.loads(done.err)
        assert (done.code, told["exit_code"], done.out) == (2, 2, "")
        assert set(told) == {"error", "hint", "kind", "exit_code"}


def test_a_manual_entry_is_answered_by_hand(care: Path, run: Run) -> None:
    link = "https://www.facebook.com/groups/1/posts/2"
    words = ("add", "--channel", "avon-group", "--link", link, "--author", "Ola", "--text", "Hej")
    thread = run(*words, "--json").json()["thread"]
    assert run("reply", thread, "--text", "Hej!").code == 4
    assert run("reply", thread, "--by-hand", "--private").code == 2
    assert run("reply", thread, "--by-hand", "--text", "W grupie").code == 0
    assert run("show", thread, "--json").json()["row"]["outcome"] == "replied"
    other = waiting(run, "at:comment")[0]["id"]
    assert run("reply", other, "--by-hand").code == 4


def test_nothing_to_send_and_nobody_to_give_to_are_refused(care: Path, run: Run) -> None:
    thread = waiting(run)[0]["id"]
    done = run("reply", thread, stdin="  ")
    assert (done.code, "nothing to send" in done.err) == (4, True)
    done = run("assign", thread, "--to", "nobody-here")
    assert (done.code, "no moderator 'nobody-here'" in done.err) == (4, True)
    done = run("assign", thread, "--team", "caer")
    assert (done.code, "Did you mean care?" in done.err) == (4, True)


def test_without_a_configuration_demo_and_init_are_offered(run: Run) -> None:
    done = run()
    assert done.code == 3
    assert f"no configuration yet at {config_file()}." in done.out
    assert "carecli demo" in done.out
    assert "carecli init" in done.out


def test_the_inbox_needs_a_terminal(care: Path, run: Run) -> None:
    done = run()
    assert done.code == 1
    assert "needs a terminal" in done.err


@pytest.fixture
def no_keyring(monkeypatch: pytest.MonkeyPatch) -> None:
    def locked(*_: object) -> None:
        raise keyring.errors.NoKeyringError("none")

    monkeypatch.setattr(keyring, "set_password", locked)


def test_init_asks_and_writes(
    run: Run, tmp_path: Path, no_keyring: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "new" / "care.yaml"
    monkeypatch.setattr("getpass.getpass", lambda *_, **__: "EAAGm0PX4ZCpsBA1234567890abcdef")
    monkeypatch.setattr("click.termui.hidden_prompt_func", lambda *_: "EAAGm0PX4ZCpsBA1234567890a")
    answers = [
        "ana", 'L\'Oréal "Polska"', "facebook", "", "", "0104", "y",
        "Avon", "manual", "", "", "y",
        "Avon", "instagram", "", "", "178", "0104", "n",
    ]  # fmt: skip
    done = run("init", "--config", file, "--json", stdin="\n".join(answers) + "\n")
    assert done.code == 0, done.err
    assert done.json() == {
        "file": str(file),
        "channels": ["l-oreal-polska-facebook", "avon-manual", "avon-instagram"],
    }
    config = load(file)
    assert config.brands["l-oreal-polska"].title == 'L\'Oréal "Polska"'
    channel = config.channels["l-oreal-polska-facebook"]
    assert (channel.account, channel.token.kind) == ("0104", "file")
    assert config.channels["avon-instagram"].options == {"page": "0104"}
    assert "EAAG" not in file.read_text()
    token = Path(channel.token.name)
    assert token.read_text().startswith("EAAG")
    assert token.stat().st_mode & 0o777 == 0o600
    again = run("init", "--config", file)
    assert again.code == 3
    assert "there is already a configuration" in again.err
