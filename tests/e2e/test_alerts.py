"""A red comes while the inbox is open: the terminal and the desktop are told, once."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.care import Practice, practice_care
from tests.support.escapes import Kind, tokens
from tests.support.terminal import Terminal, until

pytestmark = [pytest.mark.pty, pytest.mark.timeout(180)]

RAGE = "Wysypka na twarzy, idę do prawnika"


def notifications(inbox: Terminal) -> list[str]:
    """The OSC 99 sequences written so far."""
    return [
        token.raw.decode()
        for token in tokens(bytes(inbox.raw))
        if token.kind is Kind.STRING and token.raw.startswith(b"\x1b]99;")
    ]


def test_a_red_is_told_by_terminal_and_desktop(tmp_path: Path, practice: Practice) -> None:
    programs = tmp_path / "bin"
    programs.mkdir()
    noted = tmp_path / "noted"
    program = programs / "notify-send"
    program.write_text(f'#!/bin/sh\nprintf "%s\\n" "$@" >> {noted}\n')
    program.chmod(0o755)
    care = practice_care(tmp_path, practice.url, more="alerts: {by: both}\n")
    environ = {name: text for name, text in care.environ.items() if name not in ("TMUX", "STY")}
    environ |= {"PATH": f"{programs}:{environ['PATH']}", "DISPLAY": ":7", "KITTY_WINDOW_ID": "1"}
    boss = practice_care(tmp_path, practice.url, me="kasia")
    post = practice.act("post", account="avon-fb", text="Nowy krem")["id"]
    there = practice.act("comment", on=post, text="Prawnik już wie", name="Irena Druga")["id"]
    came = practice.act("comment", on=post, text=RAGE, name="Zofia Pierwsza")["id"]
    assert there
    assert came
    assert care.look("sync", "--once").code == 0
    assert boss.run("colour", "red", boss.thread('"Prawnik już wie"')["id"]).code == 0
    with Terminal("--config", care.file, environ=environ) as inbox:
        inbox.wait_for("Waiting")
        inbox.wait_for(lambda _: "✓" in inbox.lines[0])
        inbox.press("!")
        inbox.wait_for("Alerts are off")
        inbox.press("!")
        inbox.wait_for("Alerts are on")
        assert boss.run("colour", "red", boss.thread(f'"{RAGE}"')["id"]).code == 0
        until(lambda: len(notifications(inbox)) == 2, "the terminal is told")
        title, body = notifications(inbox)
        assert "1 new red thread" in title
        assert "Zofia Pierwsza" in body
        assert RAGE in body
        until(noted.exists, "the desktop is told")
        inbox.press("ctrl-q")
        assert inbox.wait_for_end() == 0
        assert len(notifications(inbox)) == 2
    written = noted.read_text().splitlines()
    assert written[:3] == ["--app-name=carecli", "--urgency=critical", "--"]
    assert len(written) == 5
