"""The inbox as plain lines: over a dumb terminal and through a pipe, a whole tour."""

from __future__ import annotations

from pathlib import Path

import pytest

from carecli.sync.lock import is_engine_running
from tests.support.care import Practice, practice_care
from tests.support.terminal import CARECLI, Terminal, until

pytestmark = [pytest.mark.pty, pytest.mark.timeout(180)]

ASKS = "Czy ten krem ma filtr UV?"
THANKS = "Dziękuję Wam, działa rewelacyjnie"
RAGE = "Wysypka na twarzy, idę do prawnika"
THANKED = "Dziękujemy za miłe słowa, Zofia! Bardzo nas to cieszy. 💙"


@pytest.fixture
def comments(practice: Practice) -> dict[str, str]:
    """Three people write under a new post; the comments' ids by what they say."""
    post = practice.act("post", account="avon-fb", text="Nowy krem na lato")["id"]
    people = {ASKS: "Zofia Pierwsza", THANKS: "Bożena Czwarta", RAGE: "Irena Druga"}
    return {
        text: practice.act("comment", on=post, text=text, name=name)["id"]
        for text, name in people.items()
    }


def test_a_tour_over_a_dumb_terminal(
    tmp_path: Path, practice: Practice, comments: dict[str, str]
) -> None:
    care = practice_care(tmp_path, practice.url)
    boss = practice_care(tmp_path, practice.url, me="kasia")
    assert care.look("sync", "--once").code == 0
    dumb = ("env", "TERM=dumb", *CARECLI)
    words = ("--config", care.file, "--plain")
    with Terminal(*words, size=(200, 60), environ=care.environ, program=dumb) as inbox:

        def say(typed: str, *then: str) -> None:
            at = len(inbox.raw)
            inbox.send(f"{typed}\n")
            until(
                lambda: all(one in bytes(inbox.raw[at:]).decode() for one in then),
                f"{then} after {typed!r}:\n{inbox.text}",
            )

        until(lambda: b"Command:" in inbox.raw, "it begins")
        assert b"Waiting: " in inbox.raw
        say("hlep", "There is no command 'hlep'", "Did you mean help?")
        say("send", "No thread is open", "Type open")
        say("search Czy ten krem", "Found: 1 thread", "1. green", "Zofia Pierwsza", "Command:")
        say("open 1", "Under the post: Nowy krem na lato", "Zofia Pierwsza: Czy ten", "Command:")
        say("snippet pl-dziekujemy", f"The draft is now: {THANKED}", "Command:")
        say("reply", "Reply to Zofia Pierwsza, as", "Your draft so far", "Text:")
        say("Tak, SPF 30.", "Text:")
        say(".", "Saved as a draft", "Command:")
        say("send", "You can undo it", "Command:")
        say("u", "Undone: replied", "Command:")
        say("clear", "The draft was deleted", "Command:")
        say("reply", "Text:")
        say("Tak, ma SPF 30.", "Text:")
        say(".", "Command:")
        say("send", "You can undo it", "Command:")
        say("/Dziękuję Wam", "Found: 1 thread", "Command:")
        say("open 1", "Bożena Czwarta", "Command:")
        say("done", "1. thanks", "Why is no reply needed?")
        say("1", "Done. Now: ", "nobody waiting", "Command:")
        say("2", "yellow", "Command:")

        rage = boss.thread(f'"{RAGE}"')["id"]
        assert boss.run("colour", "red", rage).code == 0
        say("", "News: red", "Irena Druga", RAGE, "Type open", "Command:")
        say("X", "It is deleted for everyone", "Type yes to delete it:")
        say("no", "It was not deleted.", "Command:")
        care.settled()
        say("quit", "Drafts are saved")
        assert inbox.wait_for_end() == 0
        assert b"\x1b" not in inbox.raw
        [engine] = inbox.processes()
        engine.terminate()
        until(lambda: not inbox.processes(), "the engine ends")
    received = {write["path"]: write["parameters"] for write in practice.received()}
    assert received.keys() == {f"{comments[ASKS]}/comments"}
    assert received[f"{comments[ASKS]}/comments"]["message"] == "Tak, ma SPF 30."
    assert care.thread(f'"{THANKS}"')["outcome"] == "no_reply_needed"


def test_a_tour_through_a_pipe(
    tmp_path: Path, practice: Practice, comments: dict[str, str]
) -> None:
    care = practice_care(tmp_path, practice.url)
    assert care.look("sync", "--once").code == 0
    with care.terminal("daemon"):
        until(lambda: is_engine_running(tmp_path / "ordinary.sqlite"), "an engine runs")
        typed = [
            "search Czy ten krem",
            "open 1",
            "reply",
            "Tak, SPF 30.",
            ".",
            "send",
            "search Wysypka na twarzy",
            "open 1",
            "reply",
            "Bardzo nam przykro",
        ]
        ran = care.run("--plain", stdin="\n".join(typed) + "\n")
        assert (ran.code, ran.err) == (0, "")
        assert "You can undo it" in ran.out
        assert ran.out.endswith("Drafts are saved. Goodbye.\n")
        assert "\x1b" not in ran.out
        care.settled()
    [sent] = practice.received()
    assert sent["path"] == f"{comments[ASKS]}/comments"
    rage = care.shown(care.thread(f'"{RAGE}"')["id"])
    assert rage["drafts"][0]["text"] == "Bardzo nam przykro"
