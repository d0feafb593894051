"""A moderator's morning, from the first key to the last, and what the platform got of it."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from carecli.practice.scenario import CHANNELS
from tests.support.care import Practice, practice_care
from tests.support.escapes import modes
from tests.support.terminal import Terminal, until

pytestmark = [pytest.mark.pty, pytest.mark.timeout(180)]

AVON = next(one for one in CHANNELS if one.key == "avon-fb")
ASKS = "Czy ten krem ma filtr UV?"
RAGES = "Trzecia uszkodzona tubka z rzędu"
SPAMS = "Zarabiaj w domu, zapytaj mnie jak"
THANKS = "Dziękuję Wam, działa rewelacyjnie"
REGRETS = "Kiedy będzie znowu promocja na tusz?"


@pytest.fixture
def comments(practice: Practice) -> dict[str, str]:
    """Five people write under a new post; the comments' ids by what they say."""
    post = practice.act("post", account="avon-fb", text="Nowy krem na lato")["id"]
    people = {
        ASKS: "Zofia Pierwsza",
        RAGES: "Irena Druga",
        SPAMS: "Waldemar Trzeci",
        THANKS: "Bożena Czwarta",
        REGRETS: "Karol Piąty",
    }
    return {
        text: practice.act("comment", on=post, text=text, name=name)["id"]
        for text, name in people.items()
    }


THANKED = "Dziękujemy za miłe słowa, Zofia! Bardzo nas to cieszy. 💙"


def quoted(text: str) -> str:
    """A filter for just these words."""
    return f'"{text}"'


class Tour:
    """An inbox with somebody at its keys."""

    def __init__(self, inbox: Terminal) -> None:
        self.inbox = inbox

    def find(self, words: str) -> None:
        """Search for words and open the one thread that has them."""
        self.inbox.press("/")
        self.inbox.wait_for("words to find")
        self.inbox.press(words, "enter")
        one = re.compile(f"Search: {words[:12]}.* 1 thread\\b")
        self.inbox.wait_for(one.search)
        self.inbox.press("enter")
        begun = re.compile(r":\d\d  " + " ".join(words.split()[:2]))
        self.inbox.wait_for(begun.search)

    def do(self, *keys: str, then: str) -> None:
        """Press keys and see what comes of it."""
        self.inbox.press(*keys)
        self.inbox.wait_for(then)

    def back(self) -> None:
        """From the conversation to the list."""
        self.inbox.press("escape")
        self.inbox.wait_for("Search: ")


@pytest.mark.parametrize("size", [(140, 40), (80, 24)], ids=["wide", "folded"])
def test_a_tour(
    tmp_path: Path, practice: Practice, comments: dict[str, str], size: tuple[int, int]
) -> None:
    care = practice_care(tmp_path, practice.url)
    with care.inbox(size) as inbox:
        inbox.wait_for("Waiting")
        inbox.wait_for(lambda screen: "✓" in inbox.lines[0])
        tour = Tour(inbox)

        tour.find(ASKS)
        tour.do("s", then="Saved replies")
        tour.do("pl-dziekujemy", "enter", then="from pl-dziekujemy")
        tour.do("Tak, SPF 30.", then="Tak, SPF 30.")
        inbox.press("ctrl-s")
        inbox.wait_until_gone("ctrl-s send")
        tour.back()

        tour.find(RAGES)
        tour.do("3", then="RED")
        tour.do("2", then="YELLOW")
        tour.do("u", then="Undone: set the colour")
        inbox.wait_until_gone("YELLOW")
        tour.do("a", then="assigned to Ana")
        tour.do("f", then="flagged")
        tour.back()

        tour.find(SPAMS)
        tour.do("x", then="hid a message")
        tour.back()

        tour.find(REGRETS)
        tour.do("r", then="ctrl-s send")
        tour.do("Nie powiemy", then="Nie powiemy")
        inbox.press("ctrl-s")
        inbox.wait_until_gone("ctrl-s send")
        tour.do("u", then="Undone: replied")
        tour.back()

        tour.find(THANKS)
        tour.do("i", then="NOTE")
        inbox.press("stała klientka", "ctrl-s")
        inbox.wait_until_gone("ctrl-s send")
        tour.do("d", then="why?")
        tour.do("t", then="no reply needed: thanks")
        inbox.press("ctrl-q")
        assert inbox.wait_for_end() == 0
        assert inbox.is_restored
        left = modes(bytes(inbox.raw))
        assert left[25]
        assert not any(left[mode] for mode in (1049, 1000, 1003, 1004, 1006, 2004, 2026))

        # the engine goes on after the inbox: what was answered is still sent, then it is ended
        [engine] = inbox.processes()
        assert "daemon" in engine.cmdline()
        care.settled()
        engine.terminate()
        until(lambda: not inbox.processes(), "the engine ends")

    said = f"{THANKED}Tak, SPF 30."
    received = {write["path"]: write["parameters"] for write in practice.received()}
    assert received.keys() == {f"{comments[ASKS]}/comments", comments[SPAMS]}
    assert len(practice.received()) == 2
    assert received[f"{comments[ASKS]}/comments"]["message"] == said
    assert received[comments[SPAMS]]["is_hidden"] in (True, "true")
    replies = practice.get(f"{comments[ASKS]}/comments", AVON.token)["data"]
    assert [one["message"] for one in replies] == [said]

    rows = {text: care.thread(quoted(text)) for text in comments}
    assert [rows[text]["outcome"] for text in (ASKS, RAGES, SPAMS, THANKS, REGRETS)] == [
        "replied",
        None,
        "moderated",
        "no_reply_needed",
        None,
    ]
    rages = rows[RAGES]
    assert (rages["colour"], rages["assignee"], rages["is_flagged"]) == ("red", "ana", True)
    told = care.shown(rows[THANKS]["id"])["decisions"]
    assert [one["text"] for one in told] == ["stała klientka", "no reply needed: thanks"]
    assert care.run("rebuild", "--json").json()["is_same"]
    verified = care.run("verify", "--json").json()
    assert verified["differences"] == []
    assert verified["unasked"] == []
