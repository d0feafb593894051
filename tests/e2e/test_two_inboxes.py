"""Two moderators at one database: what one begins, the other sees and leaves alone."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.care import Practice, practice_care

pytestmark = [pytest.mark.pty, pytest.mark.timeout(180)]

ASKS = "Jaki to odcień szminki?"


def test_a_claim_is_seen_and_stops_a_second_reply(tmp_path: Path, practice: Practice) -> None:
    post = practice.act("post", account="avon-fb", text="Nowe szminki")["id"]
    comment = practice.act("comment", on=post, text=ASKS, name="Zofia Pierwsza")["id"]
    mine = practice_care(tmp_path, practice.url)
    hers = practice_care(tmp_path, practice.url, me="kasia")
    assert mine.look("sync", "--once").code == 0
    thread = mine.thread(f'"{ASKS}"')["id"]

    with mine.inbox() as ana, hers.inbox() as kasia:
        for inbox in (ana, kasia):
            inbox.wait_for("Waiting")
            inbox.press("/")
            inbox.wait_for("words to find")
            inbox.press("odcień szminki", "enter")
            inbox.wait_for("Search: odcień")
            inbox.wait_for(ASKS)
        kasia.press("enter")
        kasia.wait_for("under the post: Nowe szminki")
        ana.press("r")
        ana.wait_for("ctrl-s send")
        ana.press("Różany ")
        kasia.wait_for(lambda _: "ana" in kasia.line_of("Zofia Pierwsza").lower())
        kasia.press("r")
        kasia.wait_for("is answering this thread")
        assert "ctrl-s send" not in kasia.text
        refused = hers.run("reply", thread, "--text", "Koralowy")
        assert refused.code == 4
        assert "Ana is writing here" in refused.err

        ana.press("brąz.", "ctrl-s")
        ana.wait_until_gone("ctrl-s send")
        kasia.wait_for("Różany brąz.")
        mine.settled()
        for inbox in (ana, kasia):
            inbox.press("ctrl-q")
            assert inbox.wait_for_end() == 0

    said = [(write["path"], write["parameters"]["message"]) for write in practice.received()]
    assert said == [(f"{comment}/comments", "Różany brąz.")]
