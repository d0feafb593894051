"""What only real processes show: engines, servers, pipes, signals, terminals."""

from __future__ import annotations

import fcntl
import json
import os
import pty
import select
import signal
import struct
import subprocess
import sys
import termios
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import pytest

from carecli.store.db import Database
from carecli.store.settings import engine_seen_at
from carecli.sync.lock import is_engine_running
from tests.cli.conftest import Run

CARECLI = [sys.executable, "-m", "carecli"]
PATIENCE = 30.0


def until(holds: Callable[[], object], what: str) -> None:
    """Wait for a condition, or fail."""
    deadline = time.monotonic() + PATIENCE
    while not holds():
        assert time.monotonic() < deadline, f"never: {what}"
        time.sleep(0.02)


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


def test_an_engine_without_its_tokens_says_so(care: Path) -> None:
    for token in (care.parent / "tokens").iterdir():
        token.unlink()
    text = (care.parent / "ana.yaml").read_text().partition("  avon-group:")[0]
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


class Terminal:
    """`carecli` in a pseudo-terminal; `text` is everything it wrote."""

    def __init__(self, *words: str) -> None:
        self.text = ""
        self.pid, self._fd = pty.fork()
        if self.pid == 0:
            os.execv(CARECLI[0], [*CARECLI, *words])
        fcntl.ioctl(self._fd, termios.TIOCSWINSZ, struct.pack("HHHH", 30, 120, 0, 0))

    def sees(self, wanted: str) -> bool:
        """Read what is there; whether it was ever written."""
        ready, _, _ = select.select([self._fd], [], [], 0.05)
        if ready:
            try:
                self.text += os.read(self._fd, 65536).decode(errors="replace")
            except OSError:
                return wanted in self.text
        return wanted in self.text

    def types(self, keys: str) -> None:
        os.write(self._fd, keys.encode())

    def ended(self) -> int:
        """Wait for the end; the exit code."""
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline:
            self.sees("\0")
            done, status = os.waitpid(self.pid, os.WNOHANG)
            if done:
                os.close(self._fd)
                return os.waitstatus_to_exitcode(status)
        os.kill(self.pid, signal.SIGKILL)
        os.waitpid(self.pid, 0)
        os.close(self._fd)
        raise AssertionError(f"it did not end: {self.text[-500:]}")


@pytest.mark.pty
@pytest.mark.parametrize(("keys", "code"), [("\x03", 130), ("\r", 0), ("\x04", 0)])
def test_the_offer_is_one_key_away(keys: str, code: int) -> None:
    terminal = Terminal()
    until(lambda: terminal.sees("or Enter to leave"), "the offer")
    assert "carecli demo" in terminal.text
    terminal.types(keys)
    assert terminal.ended() == code


@pytest.mark.pty
def test_a_terminal_gets_a_table(care: Path) -> None:
    terminal = Terminal("list", "is:waiting", "--limit", "3")
    assert terminal.ended() == 0
    assert "colour" in terminal.text
    assert "\t" not in terminal.text


@pytest.mark.pty
def test_a_question_can_be_answered_with_no(care: Path, run: Run) -> None:
    thread = run("list", "at:comment", "--json").json()[0]["id"]
    terminal = Terminal("delete", str(thread))
    until(lambda: terminal.sees("for ever?"), "the question")
    terminal.types("n\r")
    assert terminal.ended() == 130
    assert run("outbox", "--json").json() == []


@pytest.mark.pty
def test_the_demo_opens_and_leaves_nothing_behind(tmp_path: Path) -> None:
    terminal = Terminal("demo")
    until(lambda: terminal.sees("Waiting"), "the inbox")
    database = next((tmp_path / "home").rglob("ordinary.sqlite"))
    until(lambda: terminal.sees("") and is_engine_running(database), "an engine")
    terminal.types("\x11")
    assert terminal.ended() == 0
    until(lambda: not is_engine_running(database), "the engine has ended")
