"""After five days nobody answered: split, worked by marks and snippets, undone, handed over.

At each step the screen, the command line, the proof and the platform say the same.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.care import Care, Practice, practice_care, practice_platform
from tests.support.terminal import Terminal, until

pytestmark = [pytest.mark.pty, pytest.mark.timeout(300)]

PEOPLE = ("ana", "kasia", "piotr", "ola")
ALL = "is:waiting -is:snoozed"
MINE = "is:waiting assignee:me"
PUBLIC = f"{MINE} channel:avon-fb at:comment"


@pytest.fixture
def holiday() -> Iterator[Practice]:
    """A practice platform after the holiday, whose people keep still."""
    with practice_platform("holiday") as platform:
        yield platform


@pytest.fixture
def care(tmp_path: Path, holiday: Practice) -> Care:
    """A store that has read all of it, and four moderators."""
    care = practice_care(tmp_path, holiday.url, more="\nsending: {grace: 0s, public_gap: 1s}\n")
    piotr = "  piotr: {name: Piotr}\n"
    text = care.file.read_text()
    assert piotr in text
    care.file.write_text(text.replace(piotr, f"{piotr}  ola: {{name: Ola}}\n"))
    assert care.look("sync", "--once").code == 0
    return care


def counted(care: Care, wanted: str) -> int:
    """How many threads `carecli list` finds."""
    return len(care.listed(wanted))


def proves(care: Care, waiting: int) -> None:
    """Nobody is forgotten: so many wait, and each is unanswered on the platform, and no other."""
    assert counted(care, "is:waiting") == waiting
    proof = care.run("verify", "--json")
    assert proof.code == 0, proof.out


def shares(screen: str) -> dict[str, int]:
    """How many threads the split screen gives to whom."""
    said = re.findall(r"\[x\] (\w+) .* (\d[\d,]*) done ", screen)
    return {name.lower(): int(n.replace(",", "")) for name, n in said}


class Shift:
    """One moderator at a screen, and what `carecli list` says of the same store."""

    def __init__(self, care: Care, inbox: Terminal) -> None:
        self.care = care
        self.inbox = inbox
        self.filter = ALL

    def typed(self, text: str) -> bool:
        """Whether this, or its end, stands in the line where a filter is typed."""
        return any(line.strip(" ▏").endswith(text[-20:]) for line in self.inbox.lines[-6:])

    def has(self, count: int) -> None:
        """The list on the screen and `carecli list` have so many."""
        said = f" {count:,} thread"
        self.inbox.wait_for(lambda _screen: said in self.inbox.lines[1])
        assert counted(self.care, self.filter) == count

    def show(self, wanted: str, count: int) -> None:
        """Type a filter."""
        self.inbox.press("F")
        self.inbox.wait_for(lambda _screen: self.typed(self.filter))
        self.inbox.press("ctrl-u", wanted)
        self.inbox.wait_for(lambda _screen: self.typed(wanted))
        self.inbox.press("enter")
        self.filter = wanted
        self.has(count)

    def mark(self, count: int) -> None:
        """Mark the first ones of the list."""
        self.inbox.press("gg", " " * count)
        self.inbox.wait_for(f"{count} marked")

    def do(self, *keys: str, then: str) -> None:
        """Press keys and see what comes of it."""
        self.inbox.press(*keys)
        self.inbox.wait_for(then)

    def split(self, waiting: int) -> dict[str, int]:
        """Share what waits by load between all four; how many each gets, as the screen says."""
        self.do("b", then="[x] Ana")
        for name in PEOPLE[1:]:
            self.do("j", " ", then=f"[x] {name.title()}")
        self.inbox.press("l")
        self.inbox.wait_for(lambda screen: sum(shares(screen).values()) == waiting)
        told = shares(self.inbox.text)
        assert list(told) == [*PEOPLE]
        self.inbox.press("enter")
        self.inbox.wait_for("split the backlog")
        return told

    def answer(self) -> None:
        """Thank the first one of the list with a saved reply, and come back to the list."""
        self.do("gg", "s", then="Saved replies")
        self.do("pl-dziekujemy", "enter", then="from pl-dziekujemy")
        self.inbox.press("ctrl-s")
        self.inbox.wait_until_gone("ctrl-s send")


def test_a_backlog_of_five_days_is_shared_and_worked(care: Care, holiday: Practice) -> None:
    waiting = counted(care, "is:waiting")
    assert waiting > 800
    proves(care, waiting)
    unanswered = {one["thread"] for one in holiday.waiting()}

    with care.inbox() as inbox:
        shift = Shift(care, inbox)
        shift.has(waiting)
        given = shift.split(waiting)
        until(lambda: counted(care, "is:waiting assignee:none") == 0, "everything is assigned")
        for name, share in given.items():
            assert counted(care, f"is:waiting assignee:{name}") == share
        proves(care, waiting)

        mine = given["ana"]
        shift.show(MINE, mine)
        shift.mark(3)
        shift.do("d", then="why?")
        shift.inbox.press("s")
        shift.has(mine - 3)
        shift.mark(4)
        shift.do("3", then="Set the colour to red: 4 threads.")
        assert counted(care, f"{MINE} colour:red") == 4
        shift.do("u", then="Undone: set the colour to red")
        assert counted(care, f"{MINE} colour:red") == 0
        shift.mark(4)
        shift.do("2", then="Set the colour to yellow: 4 threads.")
        assert counted(care, f"{MINE} colour:yellow") == 4
        shift.inbox.wait_until_gone("marked")
        shift.inbox.press("G", " ", "k", " ")
        shift.inbox.wait_for("2 marked")
        shift.do("A", then="Kasia")
        shift.inbox.press("Kasia", "enter")
        shift.has(mine - 5)
        assert counted(care, "is:waiting assignee:kasia") == given["kasia"] + 2
        proves(care, waiting - 3)

        names = [row["author"] for row in care.listed(PUBLIC) if " " in row["author"]]
        named = " ".join([PUBLIC, "from:" + ",".join(f'"{name}"' for name in names[:2])])
        public = counted(care, named)
        assert public >= 2
        shift.show(named, public)
        for answered in (1, 2):
            shift.answer()
            shift.has(public - answered)
        care.settled()
        inbox.press("ctrl-q")
        assert inbox.wait_for_end() == 0

    said = {write["path"]: write["parameters"]["message"] for write in holiday.received()}
    assert len(holiday.received()) == len(said) == 2
    assert all(text.startswith("Dziękujemy za miłe słowa") for text in said.values())
    still = {one["thread"] for one in holiday.waiting()}
    assert {f"{thread}/comments" for thread in unanswered - still} == said.keys()

    left = care.run("handover", "--json").json()["handover"]
    yellow = counted(care, f"{MINE} colour:yellow")
    assert left["waiting"] == counted(care, MINE) == mine - 5 - 2
    assert left["colours"]["yellow"] == yellow
    assert f"{left['waiting']:,} threads" in care.run("handover").out
    proves(care, waiting - 3 - 2)
    assert care.run("rebuild", "--json").json()["is_same"]
