"""What only real processes show: engines, servers, pipes, signals, terminals."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from typing import Any

import pytest

from carecli.boot.engine_watch import EngineWatch
from carecli.store.db import Database
from carecli.store.settings import engine_seen_at
from carecli.sync.lock import is_engine_running
from tests.cli.conftest import Run
from tests.support.terminal import CARECLI, PATIENCE, Terminal, until


@contextmanager
def started(*words: object, **options: Any) -> Iterator[subprocess.Popen[str]]:
    """`carecli` with these words, ended at the end."""
    child = subprocess.Popen(
        [*CARECLI, *(str(word) for word in words)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        **options,
    )
    try:
        yield child
    finally:
        child.kill()
        child.wait(PATIENCE)
        for pipe in (child.stdin, child.stdout, child.stderr):
            if pipe is not None:
                pipe.close()


def test_one_engine_serves_a_database(care: Path, run: Run) -> None:
    with started("daemon", "--json") as engine:
        until(lambda: is_engine_running(care), "the engine runs")
        second = subprocess.run(
            [*CARECLI, "daemon"], capture_output=True, text=True, timeout=PATIENCE, check=False
        )
        assert second.returncode == 6
        assert str(engine.pid) in second.stderr
        once = run("sync", "--once", "--json")
        assert once.code == 6
        assert json.loads(once.err)["kind"] == "EngineRunning"
        thread = run("list", "channel:avon-fb at:dm", "--json").json()[0]["id"]
        assert run("reply", thread, "--text", "Już sprawdzamy!", "--now").code == 0
        until(lambda: run("outbox", "--json").json() == [], "the engine sends the reply")
        assert "Już sprawdzamy!" in run("show", thread).out
        engine.send_signal(signal.SIGTERM)
        out, err = engine.communicate(timeout=PATIENCE)
        assert (engine.returncode, err) == (0, "")
        assert json.loads(out) == {"database": str(care)}
    assert not is_engine_running(care)


def test_whether_an_engine_lives_is_one_quick_question(care: Path, run: Run) -> None:
    assert run("doctor", "--engine").code == 1
    with started("daemon") as engine:
        until(lambda: run("doctor", "--engine").code == 0, "the engine lives")
        engine.kill()
        engine.wait(PATIENCE)
    assert "The engine is not running." in run("doctor", "--engine").out


def test_an_engine_without_its_tokens_says_so(care: Path) -> None:
    for token in (care.parent / "tokens").iterdir():
        token.unlink()
    text = (care.parent / "ana.yaml").read_text().partition("  lrp-group:")[0]
    (care.parent / "ana.yaml").write_text(text)
    done = subprocess.run(
        [*CARECLI, "daemon"], capture_output=True, text=True, timeout=PATIENCE, check=False
    )
    assert done.returncode == 8
    assert "cannot be read" in done.stderr


def test_a_child_ends_with_its_parent(care: Path) -> None:
    with started("daemon", "--with-parent", stdin=subprocess.PIPE) as engine:
        with closing(Database(care)) as database:
            until(lambda: engine_seen_at(database.connection), "the engine lives")
        assert engine.stdin is not None
        engine.stdin.close()
        assert engine.wait(PATIENCE) == 0


def test_the_practice_platform_serves_alone() -> None:
    with started("practice", "serve", "--seed", "3", "--json") as server:
        assert server.stdout is not None
        told = json.loads(server.stdout.readline())
        assert set(told) == {"url", "scenario", "seed", "tokens"}
        with urllib.request.urlopen(f"{told['url']}/practice/health", timeout=PATIENCE) as answer:
            assert json.load(answer)["ok"]
        port = told["url"].rpartition(":")[2]
        taken = subprocess.run(
            [*CARECLI, "practice", "serve", "--port", port],
            capture_output=True,
            text=True,
            timeout=PATIENCE,
            check=False,
        )
        assert taken.returncode == 1
        assert f"Port {port} cannot be used" in taken.stderr
        server.send_signal(signal.SIGINT)
        server.communicate(timeout=PATIENCE)
        assert server.returncode in (0, 130, -signal.SIGINT)


def test_a_reader_that_leaves_is_no_crash(care: Path) -> None:
    read, write = os.pipe()
    os.close(read)
    with os.fdopen(write, "w") as gone:
        done = subprocess.run(
            [*CARECLI, "list"],
            stdout=gone,
            stderr=subprocess.PIPE,
            text=True,
            timeout=PATIENCE,
            check=False,
        )
    assert (done.returncode, done.stderr) == (141, "")


@pytest.mark.pty
@pytest.mark.parametrize(("key", "code"), [("ctrl-c", 130), ("enter", 0), ("ctrl-d", 0)])
def test_the_offer_is_one_key_away(key: str, code: int) -> None:
    with Terminal() as terminal:
        screen = terminal.wait_for("or Enter to leave")
        assert "carecli demo" in screen
        terminal.press(key)
        assert terminal.wait_for_end() == code


@pytest.mark.pty
@pytest.mark.parametrize("columns", [80, 140])
def test_a_terminal_gets_a_table(columns: int, care: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(
        "COLUMNS", str(columns)
    )  # test runners set it, and it wins over the terminal
    with Terminal("list", "is:waiting", "--limit", "3", size=(columns, 40)) as terminal:
        assert terminal.wait_for_end() == 0
        heading = terminal.line_of("thread")
        assert heading.split() == ["thread", "colour", "due", "at", "who", "assignee", "text"]
        assert b"\t" not in terminal.raw
        assert len([line for line in terminal.lines if line]) == 4, "no line is folded"


@pytest.mark.pty
def test_a_question_can_be_answered_with_no(care: Path, run: Run) -> None:
    thread = run("list", "at:comment", "--json").json()[0]["id"]
    with Terminal("delete", thread) as terminal:
        terminal.wait_for("cannot be undone.")
        terminal.press("n", "enter")
        assert terminal.wait_for_end() == 130
    assert run("outbox", "--json").json() == []


@pytest.mark.pty
def test_the_demo_opens_and_leaves_nothing_behind(tmp_path: Path) -> None:
    with Terminal("demo") as terminal:
        terminal.wait_for("Waiting")
        database = next((tmp_path / "home").rglob("ordinary.sqlite"))
        until(lambda: is_engine_running(database), "an engine")
        terminal.press("ctrl-q")
        assert terminal.wait_for_end() == 0
        until(lambda: not terminal.processes(), "engine and platform have ended")
    assert not is_engine_running(database)


def test_the_end_of_an_engine_is_told_in_its_own_words(care: Path, tmp_path: Path) -> None:
    watch = EngineWatch(care)
    assert watch.failure() == ""
    watch.start(["daemon", "--config", str(tmp_path / "none.yaml")], stays=True).wait(PATIENCE)
    assert "there is no configuration" in watch.failure()
    engine = watch.start(["daemon"], stays=True)
    until(lambda: is_engine_running(care), "the engine runs")
    assert watch.failure() == ""
    engine.kill()
    engine.wait(PATIENCE)
    assert watch.failure() == "exit code -9."
    with started("daemon"):
        until(lambda: is_engine_running(care), "another engine runs")
        assert watch.failure() == ""
    watch.close()


DEAF = (
    "import fcntl, signal, subprocess, sys, termios;"
    "fcntl.ioctl(0, termios.TIOCSCTTY, 0);"
    "signal.signal(signal.SIGHUP, lambda *_: None);"
    "subprocess.call(sys.argv[1:])"
)
"""A program that has a terminal and keeps the hang-up to itself, as make does."""


@pytest.mark.pty
def test_a_demo_whose_terminal_has_gone_ends(tmp_path: Path) -> None:
    ours, theirs = os.openpty()
    between = subprocess.Popen(
        [sys.executable, "-c", DEAF, *CARECLI, "demo"],
        stdin=theirs,
        stdout=theirs,
        stderr=theirs,
        env={**os.environ, "TERM": "xterm-256color"},
        start_new_session=True,
    )
    os.close(theirs)
    try:
        seen = b""
        os.write(ours, b"?")
        while b"MOVING" not in seen:  # the help: the inbox has taken over, and listens
            seen += os.read(ours, 65536)
        database = next((tmp_path / "home").rglob("ordinary.sqlite"))
        until(lambda: is_engine_running(database), "an engine")
        os.close(ours)
        between.wait(PATIENCE)
        until(lambda: not is_engine_running(database), "the engine has ended")
    finally:
        with suppress(ProcessLookupError):
            os.killpg(between.pid, signal.SIGKILL)
        between.wait(PATIENCE)
