"""Separates typed keys from pasted text in the terminal's input. Pure.

A terminal marks what is pasted (https://invisible-island.net/xterm/xterm-paste64.html), but what is
pasted may hold the mark of its end itself, and some terminals mark nothing. So whatever stands
before such a mark was pasted, also a moment after an earlier one; and many different characters at
once are no person's typing.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from carecli.tui.style.widths import ANSWER

BEGIN, END = "\x1b[200~", "\x1b[201~"

MOST_TYPED = 4
"""Printable characters that may come at once and are still taken for keys, as over a slow line."""

TOGETHER = 0.05
"""Seconds within which what follows several characters at once belongs to them."""

AFTER_PASTE = 0.15
"""Seconds after a paste in which another mark of its end may come."""

MOST_PATIENCE = 5.0
"""Seconds of silence after which a paste without an end is over."""

_SEQUENCE = re.compile(
    r"\x1b(?:\[[0-?]*[ -/]*[@-~]"  # keys, the mouse, answers of the terminal
    r"|[P\]X^_].*?(?:\x07|\x1b\\)"  # longer answers of the terminal
    r"|O.|.)?",
    re.DOTALL,
)
_CLICKS_BEHIND = re.compile(r"(?:\x1b\[<[0-9;]+[Mm])+\Z")
_CUT_SEQUENCE = re.compile(r"\x1b(?:\[[0-?]*[ -/]*|[P\]X^_][^\x07\x1b]*)\Z")


@dataclass(frozen=True, slots=True)
class Typed:
    """Bytes of keys, as the terminal sent them."""

    text: str


@dataclass(frozen=True, slots=True)
class Pasted:
    """What was pasted; `is_marked` where the terminal said so, else it only looks like it."""

    text: str
    is_marked: bool = True


@dataclass(frozen=True, slots=True)
class Measured:
    """The terminal's answers to all that it was asked about widths: columns of its cursor."""

    columns: tuple[int, ...]


Arrival = Typed | Pasted | Measured


class Arrivals:
    """Tells what arrives apart; `feed` it what is read, and `tick` once `due` is there."""

    def __init__(self) -> None:
        self._asked = 0
        self._columns: list[int] = []
        self._held = ""
        self._pasting: list[str] | None = None
        self._paste_until = 0.0
        self._burst_until = 0.0
        self.due: float | None = None
        """When `tick` has something to say, in the seconds that `feed` is told."""

    def feed(self, text: str, now: float) -> list[Arrival]:
        """What is known for sure of what was read until now."""
        self._held += text
        found: list[Arrival] = []
        self._take_answers(found)
        while self._step(found, now):
            self._take_answers(found)
        if self._pasting is not None:
            self.due = now + MOST_PATIENCE
        elif not self._held:
            self.due = None
        elif now < self._paste_until:
            self.due = self._paste_until
        elif self._count() > 1 and not self._is_cut():
            self.due = now + TOGETHER / 2
        elif self._is_cut():
            self.due = now + TOGETHER
        else:
            found += self._released(now)
        return found

    def tick(self, now: float) -> list[Arrival]:
        """What was held back, once nothing more came."""
        if self.due is None or now < self.due:
            return []
        self.due = None
        if self._pasting is not None:
            text = "".join([*self._pasting, self._held])
            self._pasting, self._held = None, ""
            self._paste_until = now + AFTER_PASTE
            return [Pasted(text)]
        return self._released(now)

    def expect(self, answers: int) -> None:
        """The terminal was asked so many questions about widths."""
        self._asked = answers

    @property
    def owed(self) -> int:
        """How many answers are still to come."""
        return self._asked - len(self._columns)

    def _take_answers(self, found: list[Arrival]) -> None:
        """Take what the terminal answers out of what is typed; in a paste it is text."""
        if not self.owed or self._pasting is not None:
            return
        typed, begin, rest = self._held.partition(BEGIN)
        answers = ANSWER.findall(typed)[: self.owed]
        if answers:
            self._columns += map(int, answers)
            self._held = ANSWER.sub("", typed, len(answers)) + begin + rest
            if not self.owed:
                found.append(Measured(tuple(self._columns)))

    def _step(self, found: list[Arrival], now: float) -> bool:
        """Take a mark out of what is held; whether there was one."""
        if self._pasting is None:
            begin, end = self._held.find(BEGIN), self._held.find(END)
            if end >= 0 and (begin < 0 or end < begin):
                found.append(Pasted(self._held[:end]))
                self._held = self._held[end + len(END) :]
                self._paste_until = now + AFTER_PASTE
                return True
            if begin < 0:
                return False
            before, self._held = self._held[:begin], self._held[begin + len(BEGIN) :]
            if before:
                found += self._judged(before, now)
            self._pasting = []
            return True
        end = self._held.find(END)
        if end < 0:
            return False
        text = "".join([*self._pasting, self._held[:end]])
        self._held, self._pasting = self._held[end + len(END) :], None
        self._paste_until = now + AFTER_PASTE
        if text:
            found.append(Pasted(text))
        return True

    def _released(self, now: float) -> list[Arrival]:
        held, self._held, self.due = self._held, "", None
        return self._judged(held, now) if held else []

    def _judged(self, text: str, now: float) -> list[Arrival]:
        """Keys, or what looks like a paste without marks; clicks behind it are clicks."""
        clicks = _CLICKS_BEHIND.search(text)
        if clicks is not None and clicks.start():
            before = self._judged(text[: clicks.start()], now)
            return [*before, Typed(clicks.group())]
        signs = _SEQUENCE.sub("", text)
        printable = [sign for sign in signs if sign >= " " and sign != "\x7f"]
        is_burst = len(printable) > MOST_TYPED and len(set(printable)) > 1
        if is_burst or (printable and now < self._burst_until):
            self._burst_until = now + TOGETHER
            return [Pasted(text, is_marked=False)]
        return [Typed(text)]

    def _count(self) -> int:
        return sum(sign >= " " for sign in _SEQUENCE.sub("", self._held))

    def _is_cut(self) -> bool:
        """Whether what is held ends in the middle of a sequence."""
        if self.owed and self._held.endswith("\x1b"):
            return True
        return _CUT_SEQUENCE.search(self._held) is not None
