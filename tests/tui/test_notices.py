"""A notification says little, and nothing in it is obeyed by whoever shows it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from carecli.desk.threads.rows import Alert
from carecli.tui.settings import Alerts
from carecli.tui.terminal.notifications import (
    Notice,
    desktop_command,
    notice,
    notify,
    sequence,
    wrapped,
)
from tests.tui.memory_rows import row, sample

SAID = Notice("carecli: 1 new red thread", "Iga: wysypka")
HOSTILE = "\x1b]0;owned\x07\x1b[2J\u202eabc\x9b31m;<b>x</b>&" + "ą" * 500


def hostile() -> Alert:
    return Alert("red", replace(sample()[0], author=HOSTILE, excerpt=HOSTILE))


def test_one_red_is_told_with_its_words() -> None:
    one = replace(row(7), author="Iga", place="Messenger · Avon", excerpt="wysypka")
    said = notice([Alert("red", one)], with_text=True)
    assert said == Notice("carecli: 1 new red thread", "Iga, Messenger · Avon: wysypka")


def test_ten_reds_are_one_notification() -> None:
    rows = [replace(row(number), author=f"Person {number}") for number in range(1, 11)]
    alerts = [Alert("red", one) for one in rows] + [Alert("due", rows[0])]
    said = notice(alerts, with_text=True)
    assert said.title == "carecli: 10 new red threads, 1 of yours is due soon"
    assert said.body == "Person 1, Person 2, Person 3 and 7 more"
    assert notice(alerts, with_text=False).body == ""


def test_who_is_asked_to_look_is_told_so() -> None:
    one, two = (replace(row(n), author=f"Person {n}") for n in (1, 2))
    said = notice([Alert("asked", one)], with_text=False)
    assert said.title == "carecli: 1 mentions you"
    said = notice([Alert("red", two), Alert("asked", one), Alert("asked", two)], with_text=True)
    assert said.title == "carecli: 1 new red thread, 2 mention you"
    assert said.body == "Person 2, Person 1"


def test_what_strangers_wrote_is_inert_and_short() -> None:
    said = notice([hostile()], with_text=True)
    assert (said.title + said.body).isprintable()
    assert ";" not in said.title + said.body
    assert len(said.body) <= 160
    for environ in ({"KITTY_WINDOW_ID": "1"}, {"TERM_PROGRAM": "WezTerm"}, {"VTE_VERSION": "7000"}):
        sent = sequence(said, environ)
        assert sent.count("\x1b") == 2 * sent.count("\x1b]")


@pytest.mark.parametrize(
    ("environ", "begins"),
    [
        ({"TERM": "xterm-kitty"}, "\x1b]99;i=carecli:d=0;carecli: 1"),
        ({"TERM_PROGRAM": "iTerm.app"}, "\x1b]9;carecli: 1 new red thread: Iga"),
        ({"TERM": "foot"}, "\x1b]777;notify;carecli: 1 new red thread;Iga"),
        ({"TERM": "xterm-256color"}, ""),
    ],
    ids=["kitty", "iterm", "foot", "unknown"],
)
def test_each_terminal_is_told_its_own_way(environ: dict[str, str], begins: str) -> None:
    sent = sequence(SAID, environ)
    assert sent.startswith(begins)
    assert bool(sent) == bool(begins)


def test_the_bell_is_the_least(tmp_path: Path) -> None:
    bare = {"TERM": "xterm", "PATH": str(tmp_path)}
    assert notify(SAID, "auto", bare) == "\a"
    assert notify(SAID, "terminal", bare) == "\a"
    assert notify(SAID, "desktop", bare) == "\a"
    assert notify(SAID, "bell", {"TERM": "xterm-kitty"}) == "\a"
    assert wrapped("\x1b]9;x\x1b\\", {"STY": "1"}) == ""


def test_markup_of_the_desktop_is_written_out(tmp_path: Path) -> None:
    program = tmp_path / "notify-send"
    program.write_text("#!/bin/sh\n")
    program.chmod(0o755)
    environ = {"PATH": str(tmp_path), "DISPLAY": ":0"}
    command = desktop_command(Notice("t", "<b>-x & y</b>"), environ)
    assert command[-2:] == ["t", "&lt;b&gt;-x &amp; y&lt;/b&gt;"]
    assert command[-3] == "--"
    assert desktop_command(SAID, {"PATH": str(tmp_path)}) == []


def test_quiet_hours_may_go_past_midnight() -> None:
    night = Alerts(quiet=((22 * 60, 6 * 60), (12 * 60, 13 * 60)))
    assert [night.is_quiet(hour * 60) for hour in (22, 3, 6, 12, 13, 21)] == [
        True,
        True,
        False,
        True,
        False,
        False,
    ]
