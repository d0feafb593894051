"""What a person gets who has no configuration, a wrong one, a broken file or a full disk."""

from __future__ import annotations

import os
import signal
import sqlite3
import subprocess
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from carecli.sync.lock import is_engine_running
from tests.support.care import Care, Practice, care_of, home, practice_care
from tests.support.terminal import CARECLI, PATIENCE, ROOT, Terminal, until

pytestmark = [pytest.mark.pty, pytest.mark.timeout(180)]

PAYLOADS = Path(__file__).parents[1] / "payloads" / "meta"
MESSENGER = """\
me: ana
database: care.sqlite
channels:
  page:
    platform: facebook
    title: Strona
    account: "2121008874780932"
    base_url: http://127.0.0.1:9
    token: env:NO_TOKEN
"""
EMPTY = "me: ana\ndatabase: care.sqlite\n"


def test_without_a_configuration_the_demo_and_init_are_offered(tmp_path: Path) -> None:
    piped = subprocess.run(
        CARECLI,
        env=home(tmp_path),
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=False,
    )
    assert piped.returncode != 0
    assert "carecli demo" in piped.stdout
    assert "carecli init" in piped.stdout
    with Terminal(environ=home(tmp_path)) as terminal:
        terminal.wait_for("or Enter to leave")
        terminal.press("d", "enter")
        terminal.wait_for("QUEUES")
        terminal.wait_for(lambda _: "✓" in terminal.lines[0])
        assert len(terminal.processes()) == 3
        terminal.press("ctrl-q")
        assert terminal.wait_for_end() == 0
        assert terminal.is_restored
        assert terminal.processes() == []


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        ("me: ana\nchanels: {}\n", ("care.yaml:2", "chanels", "channels")),
        (f"{EMPTY}sending:\n  grace: soon\n", ("care.yaml:4", "sending.grace", "30m")),
        (f"{EMPTY}theme:\n  palette: drak\n", ("care.yaml:4", "theme.palette", "dark")),
        (f"{EMPTY}me: kasia\n", ("care.yaml:3", "me")),
    ],
    ids=["unknown key", "no duration", "no theme", "send it again"],
)
def test_a_wrong_configuration_starts_nothing(
    tmp_path: Path, wrong: str, told: tuple[str, ...]
) -> None:
    care = care_of(tmp_path, wrong)
    before = sorted(tmp_path.rglob("*"))
    ran = care.run("list")
    assert ran.code == 3
    with care.inbox() as inbox:
        assert inbox.wait_for_end() == 3
        for words in told:
            assert words in ran.err
            assert words in inbox.text.replace("\n", "")
        assert b"\x1b[?1049h" not in inbox.raw
        assert inbox.processes() == []
    assert sorted(tmp_path.rglob("*")) == before


def test_a_broken_database_is_told_and_left_alone(tmp_path: Path) -> None:
    care = care_of(tmp_path, EMPTY)
    database = tmp_path / "care.sqlite"
    database.write_bytes(b"this is no database at all, it is a letter to a friend\n" * 200)
    before = database.read_bytes()
    for words in (("list",), ("sync", "--once"), ("doctor", "--offline")):
        ran = care.run(*words)
        assert ran.code != 0
        assert "is damaged" in ran.out + ran.err
        assert "Traceback" not in ran.err
    with care.inbox() as inbox:
        assert inbox.wait_for_end() != 0
        assert "is damaged" in inbox.text.replace("\n", "")
        assert inbox.is_restored
    assert database.read_bytes() == before


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of two megabytes."""
    disk = tmp_path / "disk"
    disk.mkdir()
    words = ["mount", "-t", "tmpfs", "-o", "size=2m", "tmpfs", str(disk)]
    if os.geteuid() != 0 or subprocess.run(words, capture_output=True, check=False).returncode:
        pytest.skip("mounting a small disk needs root")
    try:
        yield disk
    finally:
        subprocess.run(["umount", "-l", str(disk)], check=True)


def test_a_full_disk_is_told_and_nothing_is_half_written(
    small_disk: Path, practice: Practice
) -> None:
    care = practice_care(small_disk, practice.url)
    assert care.run("list").code == 0
    ran = care.run("sync", "--once", "--json")
    assert ran.code != 0
    assert "disk is full" in (ran.out + ran.err)
    assert "Traceback" not in ran.err
    with closing(sqlite3.connect(small_disk / "ordinary.sqlite")) as database:
        assert database.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        halves = "SELECT count(*) FROM threads t WHERE message_count != (SELECT count(*) FROM "
        halves += "messages WHERE thread_id = t.id)"
        assert database.execute(halves).fetchone() == (0,)


def test_a_second_engine_says_who_runs(tmp_path: Path) -> None:
    group = "channels:\n  klub: {platform: manual, title: Klub}\n"
    care = care_of(tmp_path, EMPTY + group)
    with care.inbox() as inbox:
        inbox.wait_for("Waiting")
        until(lambda: is_engine_running(tmp_path / "care.sqlite"), "the inbox has an engine")
        second = care.run("daemon")
        assert second.code == 6
        [engine] = [one for one in inbox.processes() if one.pid != inbox.process.pid]
        assert str(engine.pid) in second.err
        inbox.press("ctrl-q")
        assert inbox.wait_for_end() == 0
        engine.send_signal(signal.SIGTERM)
        until(lambda: not inbox.processes(), "the engine ends")


def test_a_reply_that_cannot_be_is_refused_and_its_text_kept(
    tmp_path: Path, practice: Practice
) -> None:
    post = practice.act("post", account="avon-fb", text="Nowe szminki")["id"]
    practice.act("comment", on=post, text="Jaki to odcień?", name="Zofia Pierwsza")
    practice.act("comment", on=post, text="Usunę to zaraz", name="Irena Druga")
    care = practice_care(tmp_path, practice.url)
    assert care.run("sync", "--once").code == 0
    thread, gone = care.thread('"Jaki to odcień"')["id"], care.thread('"Usunę to zaraz"')["id"]

    assert refused(care, thread, "Dzień dobry, {contact.first_name}!", "is not filled in")
    assert refused(care, thread, "a" * 8001, "1 character too long")
    assert care.run("delete", gone, "--sure").code == 0
    care.run("sync", "--once")
    assert refused(care, gone, "Prosimy nie usuwać", "was deleted")

    with care.inbox() as inbox:
        inbox.wait_for("Waiting")
        inbox.press("/")
        inbox.wait_for("words to find")
        inbox.press("odcień", "enter")
        inbox.wait_for("Search: odcień")
        inbox.wait_for("Zofia Pierwsza")
        inbox.press("r")
        inbox.wait_for("ctrl-s send")
        inbox.press("Numer {product?} proszę", "ctrl-s")
        inbox.wait_for("still has to be filled in")
        inbox.press("escape")
        inbox.wait_until_gone("ctrl-s send")
        inbox.press("ctrl-q")
        assert inbox.wait_for_end() == 0
    assert care.shown(thread)["drafts"][0]["text"] == "Numer {product?} proszę"
    assert [write["method"] for write in practice.received()] == ["DELETE"]


def test_an_answer_after_the_window_is_refused(tmp_path: Path) -> None:
    care = care_of(tmp_path, MESSENGER)
    file = PAYLOADS / "facebook" / "webhooks" / "messaging-message-basic.json"
    assert care.run("import", "--channel", "page", file).code == 0
    [row] = care.listed("at:dm")
    assert refused(care, row["id"], "Dzień dobry!", "messaging window closed")
    with care.inbox() as inbox:
        inbox.wait_for("Waiting")
        inbox.press("r")
        inbox.wait_for("messaging window closed")
        assert "ctrl-s send" not in inbox.text
        inbox.press("ctrl-q")
        assert inbox.wait_for_end() == 0


def refused(care: Care, thread: int, text: str, why: str) -> bool:
    """Whether a reply is refused for a reason, and nothing of it is ordered."""
    ran = care.run("reply", thread, "--text", text)
    assert ran.code == 4, ran
    assert why in ran.err
    ordered: list[object] = care.run("outbox", "--json").json()
    return ordered == []
