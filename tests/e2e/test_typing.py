"""Nothing typed is lost and nothing pasted runs a key, in a real terminal."""

from __future__ import annotations

import signal
import sqlite3
import time
from pathlib import Path

import pytest

from tests.support.care import Care, Practice, practice_care
from tests.support.terminal import BETWEEN_KEYS, Terminal, until

pytestmark = [pytest.mark.pty, pytest.mark.timeout(240)]


@pytest.fixture
def care(tmp_path: Path, practice: Practice) -> Care:
    """A person who waits, and an inbox that has read it."""
    post = practice.act("post", account="avon-fb", text="Nowe szminki")["id"]
    practice.act("comment", on=post, text="Jaki to odcień?", name="Zofia Pierwsza")
    care = practice_care(tmp_path, practice.url)
    assert care.look("sync", "--once").code == 0
    return care


def asked(care: Care, question: str) -> list[tuple[object, ...]]:
    with sqlite3.connect(care.folder / "ordinary.sqlite") as db:
        found = db.execute(question).fetchall()
    db.close()
    return found


def draft(care: Care) -> str:
    """The reply that is kept; empty where there is none."""
    found = asked(care, "SELECT text FROM drafts WHERE kind = 'reply'")
    return str(found[0][0]) if found else ""


def composing(terminal: Terminal) -> None:
    terminal.wait_for("Waiting")
    terminal.press("r")
    terminal.wait_for("ctrl-s send")


def untouched(care: Care) -> bool:
    """Whether nobody decided, sent or began anything."""
    tables = ("decisions WHERE actor LIKE 'moderator:%'", "outbox", "drafts", "claims")
    return all(asked(care, f"SELECT count(*) FROM {table}") == [(0,)] for table in tables)


def test_a_draft_is_kept_while_somebody_types_without_a_pause(care: Care) -> None:
    with care.inbox() as terminal:
        composing(terminal)
        typed, deadline = 0, time.monotonic() + 60
        while len(draft(care)) < 20:
            assert time.monotonic() < deadline, "only a pause keeps a draft"
            terminal.send("x")
            typed += 1
            time.sleep(BETWEEN_KEYS)
        terminal.press("escape")
        until(lambda: len(draft(care)) == typed, "the last letter is kept as well")


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP])
@pytest.mark.parametrize("is_burst", [True, False])
def test_what_was_typed_is_kept_when_the_program_is_told_to_end(
    care: Care, number: signal.Signals, is_burst: bool
) -> None:
    text = "Dzien dobry, " * 20
    with care.inbox() as terminal:
        composing(terminal)
        if is_burst:
            terminal.send(text)
        else:
            for letter in text[:26]:
                terminal.send(letter)
        terminal.process.send_signal(number)
        assert terminal.wait_for_end() == 128 + number
        assert terminal.is_restored
    kept = draft(care)
    assert kept == (text if is_burst else text[:26])


def test_what_was_typed_is_kept_when_the_terminal_goes(care: Care) -> None:
    with care.inbox() as terminal:
        composing(terminal)
        terminal.press(*"Hejka!")
        terminal.wait_for("Hejka!")
        process = terminal.process
        terminal.hang_up()
        until(lambda: process.poll() is not None, "the inbox ends with its terminal")
        assert process.returncode in (128 + signal.SIGHUP, 128 + signal.SIGTERM)
    assert draft(care) == "Hejka!"


def test_a_burst_and_a_click_lose_nothing(care: Care) -> None:
    """The letters are written, whoever the click gives the keys to."""
    with care.inbox() as terminal:
        composing(terminal)
        for letter in "Dzien dobry":
            terminal.send(letter)
        terminal.send("\x1b[<0;60;9M\x1b[<0;60;9m")
        until(lambda: draft(care) == "Dzien dobry", "all of it is kept")
        assert asked(care, "SELECT count(*) FROM decisions WHERE actor = 'moderator:ana'") == [(0,)]


PASTES = {
    "marked": "\x1b[200~dxdx1q\r2d\x1b[201~",
    "colour codes": "\x1b[200~d\x1b[31mx\x1b[0mdd\x1b[201~",
    "its end in the middle": "\x1b[200~hello\x1b[201~dxd1\x1b[201~",
    "no marks": "dx1d fxq",
    "no marks, with codes": "dx\x1b[31m1d f\x1b[0mxq",
}


@pytest.mark.parametrize("paste", PASTES.values(), ids=PASTES)
def test_what_is_pasted_into_the_list_runs_no_key(care: Care, paste: str) -> None:
    with care.inbox() as terminal:
        terminal.wait_for("Waiting")
        terminal.press("j")
        terminal.send(paste)
        if "\x1b[200~" in paste:
            terminal.wait_for("The pasted text was ignored here.")
        else:
            terminal.wait_for("arrived at once")
            terminal.press("escape")
            terminal.wait_until_gone("arrived at once")
        assert untouched(care)
        terminal.press("ctrl-q")
        assert terminal.wait_for_end() == 0
    assert untouched(care)


def test_many_keys_at_once_are_keys_if_somebody_says_so(care: Care) -> None:
    with care.inbox() as terminal:
        terminal.wait_for("Waiting")
        terminal.send("/odcien")
        terminal.wait_for("7 characters arrived at once")
        terminal.press("y")
        terminal.wait_for("odcien")
        terminal.press("escape")


def test_what_is_pasted_into_the_composer_arrives_in_order(care: Care) -> None:
    text = "\r\n".join(f"{n}: zażółć \x1b[31mgęślą\x1b[0m jaźń" for n in range(400))
    with care.inbox() as terminal:
        composing(terminal)
        terminal.send(f"\x1b[200~{text}\x1b[201~\x1b[201~")
        terminal.press("!")
        until(lambda: draft(care).endswith("!"), "what was pasted is kept")
        lines = draft(care).split("\n")
        assert [line.partition(":")[0] for line in lines] == [str(n) for n in range(400)]
        assert "\x1b" not in draft(care)


TMUX = (3, 2, 3, 5, 3, 4)
"""What tmux 3.3a answers about the widths it is asked at the start."""


@pytest.mark.parametrize("late", [0.0, 0.4, 1.5])
def test_what_the_terminal_answers_writes_nothing_and_takes_no_key(care: Care, late: float) -> None:
    """It answers at once, while the screen is being made, or while somebody writes."""
    with Terminal("--config", care.file, environ=care.environ, answers=TMUX, late=late) as terminal:
        composing(terminal)
        typed = ""
        until_when = time.monotonic() + late + 0.5
        while time.monotonic() < until_when or not terminal.has_answered:
            terminal.send("x")
            typed += "x"
            time.sleep(BETWEEN_KEYS)
        until(lambda: draft(care) == typed, "the draft holds what was typed and no more")
        terminal.press("escape", "ctrl-q")
        assert terminal.wait_for_end() == 0


def pressed_until_left(terminal: Terminal) -> bool:
    terminal.press("ctrl-q")
    return terminal.process.poll() is not None


@pytest.mark.parametrize("late", [0.0, 0.1])
def test_whoever_leaves_at_once_leaves_no_answer_behind_for_the_shell(
    care: Care, late: float
) -> None:
    with Terminal("--config", care.file, environ=care.environ, answers=TMUX, late=late) as terminal:
        terminal.wait_for("Waiting")
        until(lambda: pressed_until_left(terminal), "it is left")
        until(lambda: terminal.has_answered, "all answers were sent")
        assert b"\x1b" not in terminal.unread(), "keys pressed too late may stand there"
