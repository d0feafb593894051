"""The benchmarks measure what they say: the corpus is the same each time, the clock is right."""

from __future__ import annotations

import sqlite3
import sys
from pathlib import Path

import pytest

from benchmarks.corpus import pages
from benchmarks.emulator import Terminal
from benchmarks.ingest import build
from benchmarks.pty import Program, encoded, picture
from benchmarks.scenario import Shows, percentile
from benchmarks.texts import RARE, RARE_TEXTS
from carecli.domain import events as ev

NOW = 1_800_000_000_000


def messages(threads: int) -> list[ev.MessageSeen]:
    events = [event for _, page in pages(threads, NOW) for event in page]
    return [event for event in events if isinstance(event, ev.MessageSeen)]


def test_a_corpus_of_a_size_is_always_the_same() -> None:
    assert messages(300) == messages(300)


def test_a_corpus_has_its_proportions() -> None:
    said = messages(2_000)
    assert len({event.thread for event in said}) == 2_000
    assert 1.5 < len(said) / 2_000 < 1.7
    assert sum(RARE in (event.text or "") for event in said) == RARE_TEXTS
    assert max(event.created_at for event in said) <= NOW


def test_a_database_holds_the_corpus_and_its_decisions(tmp_path: Path) -> None:
    file = tmp_path / "corpus.sqlite"
    built = build(file, 1_000, NOW)
    assert built.messages == len(messages(1_000))
    assert built.take_in > 0
    assert built.plain > 0
    db = sqlite3.connect(file)
    (waiting,) = db.execute("SELECT count(*) FROM threads WHERE waiting = 1").fetchone()
    assert 550 < waiting < 720
    colours = dict(db.execute("SELECT colour, count(*) FROM threads GROUP BY colour"))
    assert set(colours) == {"green", "yellow", "red"}
    db.close()
    assert not file.with_suffix(".plain").exists()


def test_a_frame_counts_when_its_synchronised_update_ends() -> None:
    terminal = Terminal(20, 3)
    assert not terminal.feed(b"\x1b[?2026hone")
    assert terminal.feed(b" two\x1b[?2026l")
    assert terminal.rows[0].rstrip() == "one two"


def test_an_unfinished_sequence_waits_for_its_end() -> None:
    terminal = Terminal(20, 3)
    terminal.feed(b"a\x1b[3")
    terminal.feed(b"1mb")
    assert terminal.rows[0].rstrip() == "ab"


@pytest.mark.parametrize(
    ("keys", "sent"),
    [("j", b"j"), ("<enter>", b"\r"), ("<c-u>x", b"\x15x"), ("~b rare<esc>", b"~b rare\x1b")],
)
def test_keys_are_sent_as_a_terminal_sends_them(keys: str, sent: bytes) -> None:
    assert encoded(keys) == sent


@pytest.mark.parametrize(("percent", "value"), [(0, 1), (50, 2.5), (100, 4), (99, 3.97)])
def test_percentiles_lie_between_neighbours(percent: float, value: float) -> None:
    assert percentile([4, 1, 3, 2], percent) == pytest.approx(value)


@pytest.mark.pty
def test_a_key_is_timed_from_its_press_to_its_change() -> None:
    script = (
        "import os, sys, tty; tty.setraw(0); os.write(1, b'ready');\n"
        "while (key := os.read(0, 1)) != b'q': os.write(1, b'got ' + key)"
    )
    program = Program([sys.executable, "-c", script], {}, (40, 5))
    try:
        seen = program.watch(picture, None, until=Shows("ready"), timeout=20, is_starting=True)
        assert program.started < seen.matched
        before = picture(program.terminal)
        at = program.send("x")
        seen = program.watch(picture, before, until=Shows("got x"), timeout=20)
        assert at < seen.changed <= seen.last
        assert seen.written == len(b"got x")
    finally:
        program.close("q")
