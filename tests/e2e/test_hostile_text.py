"""Every text that wants to do harm, on every surface of the real program."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.e2e import hostile
from tests.support.care import Care, care_of
from tests.support.terminal import Terminal

pytestmark = [pytest.mark.pty, pytest.mark.timeout(240)]

CONFIGURATION = f"""\
me: ana
database: care.sqlite
channels:
  page:
    platform: facebook
    title: Strona
    account: "{hostile.PAGE}"
    base_url: http://127.0.0.1:9
    token: file:token
"""


@pytest.fixture
def care(tmp_path: Path) -> Care:
    """A page with every hostile text in it."""
    (tmp_path / "token").write_text("none")
    (tmp_path / "token").chmod(0o600)
    made = care_of(tmp_path, CONFIGURATION)
    files = []
    for name in ("comments", "crowd", "post", "raw_bytes"):
        file = tmp_path / f"{name}.json"
        file.write_bytes(getattr(hostile, name)())
        files.append(file)
    told = made.run("import", "--channel", "page", *files, "--json").json()
    assert [(one["new_messages"], one["unrecognised"]) for one in told[:3]] == [
        (161, 0),
        (162, 0),
        (1, 0),
    ]
    return made


@pytest.fixture
def calm(tmp_path: Path) -> set[bytes]:
    """What the inbox says to the terminal where nobody wrote anything."""
    folder = tmp_path / "calm"
    folder.mkdir()
    with care_of(folder, "me: ana\ndatabase: care.sqlite\n").inbox() as inbox:
        inbox.wait_for("Nothing is waiting here.")
        inbox.press("ctrl-q")
        assert inbox.wait_for_end() == 0
    return hostile.obeyed(bytes(inbox.raw))


def right(inbox: Terminal) -> str:
    """The right-hand pane."""
    return "\n".join(line[88:] for line in inbox.lines)


def test_the_command_line_prints_it_inert(care: Care) -> None:
    with care.terminal("list", "is:waiting", "--limit", "1000", size=(200, 50)) as listed:
        assert listed.wait_for_end() == 0
    crowd = care.thread('"crowd"')["id"]
    with care.terminal("show", crowd, size=(200, 50)) as shown:
        assert shown.wait_for_end() == 0
    with care.terminal("doctor", "--offline", size=(200, 50)) as looked:
        looked.wait_for_end()
    for terminal in (listed, shown, looked):
        assert hostile.harm(bytes(terminal.raw), {b"\x1b[0m", b"\x1b[1m"}) == []
    printed = shown.raw.decode()
    assert all(case.mark in printed and case.end in printed for case in hostile.cases())
    assert "[@click=app.quit]HELLO[/]" in printed


def test_the_inbox_shows_it_inert(care: Care, calm: set[bytes]) -> None:
    with care.inbox() as inbox:
        inbox.wait_for("Waiting")
        inbox.press("o", "o")
        inbox.wait_for("oldest first")
        inbox.press("g", "g")
        inbox.wait_for("c000")
        inbox.press("enter")
        windows = one_a_kind()
        for case in hostile.cases():
            opened(inbox, case)
            if case in windows:
                inbox.press("X")
                inbox.wait_for("Delete on the platform?")
                inbox.press("escape")
                inbox.wait_until_gone("Delete on the platform?")
                inbox.press("p")
                inbox.wait_for("All conversations with")
                inbox.press("escape")
                inbox.wait_until_gone("All conversations with")
                if case.kind == "url":
                    inbox.press("w")
                    inbox.wait_for(case.text[:20])
            inbox.press("n")
        inbox.wait_for(lambda _: "Everybody" in right(inbox))
        inbox.press("n")
        inbox.wait_for(lambda _: "under it" in right(inbox))
        inbox.press("ctrl-q")
        assert inbox.wait_for_end() == 0
    assert hostile.harm(bytes(inbox.raw), calm) == []


def one_a_kind() -> list[hostile.Case]:
    """The first case of each kind, for where all would take too long."""
    short = [case for case in hostile.cases() if len(case.text) < 1000]
    return list({case.kind: case for case in reversed(short)}.values())


def opened(inbox: Terminal, case: hostile.Case) -> None:
    """Wait until a case's conversation is shown, its beginning or its end."""

    def shows(_: str) -> bool:
        pane = right(inbox)
        return case.mark in pane or case.end in pane

    inbox.wait_for(shows)


def test_what_is_pasted_is_inert(care: Care, calm: set[bytes]) -> None:
    """A hostile text copied from elsewhere, into the search, a reply and a note."""
    texts = [case.text for case in hostile.cases() if len(case.text) < 200]
    with care.inbox() as inbox:
        inbox.wait_for("Waiting")
        inbox.wait_for("163 threads")
        for case in one_a_kind():
            text = case.text
            inbox.press("/")
            inbox.wait_for("words to find")
            paste(inbox, text.replace("\n", " ") + " zz")
            inbox.wait_until_gone("words to find")
            inbox.press("enter")
            inbox.wait_for("Search: ")
            inbox.press("-")
            inbox.wait_for("163 threads")
        inbox.press("enter")
        inbox.wait_for("Everybody")
        inbox.press("r")
        inbox.wait_for("ctrl-s send")
        paste(inbox, "\n".join(texts) + "the end")
        inbox.wait_for("the end")
        inbox.press("escape")
        inbox.wait_until_gone("ctrl-s send")
        inbox.wait_for("draft")
        inbox.press("i")
        inbox.wait_for("NOTE")
        paste(inbox, "\n".join(texts) + "so far")
        inbox.wait_for("so far")
        inbox.press("ctrl-s")
        inbox.wait_until_gone("ctrl-s send")
        inbox.press("ctrl-q")
        assert inbox.wait_for_end() == 0
    assert hostile.harm(bytes(inbox.raw), calm) == []


def paste(inbox: Terminal, text: str) -> None:
    """Paste as terminals do it: between brackets, without what would be a key."""
    written = "".join(char for char in text if char >= " " or char == "\n")
    inbox.send(f"\x1b[200~{written.encode(errors='replace').decode()}\x1b[201~")
