"""One text to many on the real program: exactly one reply a thread, and none after an undo."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.care import Care, Practice, practice_care
from tests.support.terminal import Terminal, until

pytestmark = [pytest.mark.pty, pytest.mark.timeout(180)]

NAMES = ("Zofia Pierwsza", "Jan Drugi", "Iga Trzecia")


def asked(tmp_path: Path, practice: Practice, grace: str) -> tuple[Care, list[str]]:
    """A configuration, and comments that ask the same."""
    post = practice.act("post", account="avon-fb", text="Nowe szminki")["id"]
    comments = [
        practice.act("comment", on=post, text="Kiedy wraca odcień?", name=name)["id"]
        for name in NAMES
    ]
    sending = f"\nsending: {{grace: {grace}, public_gap: 1s}}\n"
    care = practice_care(tmp_path, practice.url, more=sending)
    assert care.look("sync", "--once").code == 0
    return care, comments


def answer(inbox: Terminal) -> None:
    """Mark all who ask, write to them, look at it, and send it."""
    inbox.wait_for("Waiting")
    inbox.press("/")
    inbox.wait_for("words to find")
    inbox.press("wraca odcień", "enter")
    inbox.wait_for("3 threads")
    inbox.press("V")
    inbox.wait_for("3 marked")
    inbox.press("r")
    inbox.wait_for("REPLY to 3 threads")
    inbox.press("{contact.first_name}, w piątek.", "ctrl-s")
    inbox.wait_for("Everyone will see it: 3 public replies.")
    inbox.wait_for("Zofia, w piątek.")
    inbox.press("enter")


def test_everybody_gets_one_reply_with_their_own_name(tmp_path: Path, practice: Practice) -> None:
    care, comments = asked(tmp_path, practice, "0s")
    with care.inbox() as inbox:
        answer(inbox)
        until(lambda: len(practice.received()) == 3, "all replies arrive")
        care.settled()
        inbox.press("ctrl-q")
        assert inbox.wait_for_end() == 0
    said = {write["path"]: write["parameters"]["message"] for write in practice.received()}
    assert len(practice.received()) == 3
    assert said == {
        f"{comment}/comments": f"{name.split()[0]}, w piątek."
        for comment, name in zip(comments, NAMES, strict=True)
    }


def test_one_undo_within_the_grace_sends_none(tmp_path: Path, practice: Practice) -> None:
    care, _ = asked(tmp_path, practice, "60s")
    with care.inbox((80, 24)) as inbox:
        answer(inbox)
        until(lambda: len(care.run("outbox", "--json").json()) == 3, "all are queued")
        inbox.press("u")
        care.settled()
        inbox.press("ctrl-q")
        assert inbox.wait_for_end() == 0
    assert practice.received() == []
