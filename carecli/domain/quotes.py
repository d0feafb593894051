"""Finds the lines of a mail that quote earlier mails: screens fold them, rules skip them.

Stored texts are never changed. A line counts as a quote only where it surely is one: marked with
`>`, or below the heading of a quoted mail and word for word in an earlier message of the same
conversation.
"""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Iterable, Sequence

from carecli.domain.text import fold

FEWEST = 3
"""Fewer quoted lines than this are not folded."""

COMPARED = 30
"""How many earlier messages quoted lines are compared with."""

LOOKED_AT = 50_000
"""How many characters of an earlier message are compared."""

_VERBS = (
    r"wrote|writes|schrieb|geschrieben|a écrit|écrit|escribi[óo]|escreveu|ha scritto|scrive|"
    r"napisa[łl](?:\(a\)|/a|a)?|pisze|schreef|skrev|kirjoitti|napsal(?:\(a\))?|nap[íi]sal|"
    r"[íi]rta|a scris|написал|пише|yazdı|escrigué"
)
_INTRODUCES = re.compile(
    rf"\b(?:{_VERBS})\b.{{0,120}}[:：]\s*$|(?:{_VERBS})\s*[:：]\s*$", re.IGNORECASE | re.DOTALL
)
_BEGINS = re.compile(
    r"\s*(?:on|am|le|el|em|il|w dniu|dnia|op|den|på|dne|pe|kl|в|на)\b.*\d", re.IGNORECASE
)
"""How an attribution of several lines begins."""
_SEPARATOR = re.compile(r"\s*(?:_{10,}|-{2,}.{2,60}?-{2,}|-{10,}|\*{10,}|={10,})\s*")
_HEADING = re.compile(
    r"\s*\*?(?:from|sent|date|to|cc|subject|reply-to|"
    r"de|enviado(?: el)?|fecha|para|asunto|cc|"
    r"od|nadawca|wys[łl]ano|data|do|dw|temat|"
    r"von|gesendet|datum|an|betreff|"
    r"envoy[ée]|à|objet|da|inviato|a|oggetto|assunto)\s?:\*?\s",
    re.IGNORECASE,
)


class EarlierMessages:
    """The messages before a mail; `line in earlier` tells whether one of them contains a line."""

    def __init__(self, texts: Iterable[str] = ()) -> None:
        self._words: deque[str] = deque(maxlen=COMPARED)
        for text in texts:
            self.add(text)

    def add(self, text: str) -> None:
        """Add a message that is newer than those before."""
        self._words.append(f" {_plain(text[:LOOKED_AT])} ")

    def __contains__(self, line: object) -> bool:
        plain = _plain(str(line))
        return bool(plain) and any(f" {plain} " in words for words in self._words)


def count_quoted_lines(
    text: str, known: EarlierMessages | None = None, fewest: int = FEWEST
) -> int:
    r"""How many lines at the end of a mail only quote earlier messages; 0: none.

    `known` are the messages before it. Lines count only if there is text above them, and nothing
    below or among them that the sender may have written. Fewer than `fewest` lines count as 0.

    >>> folded_lines("Thanks!\n\nOn 3 May 2026, Care <c@b.test> wrote:\n> Hi,\n> Sent today.")
    3
    """
    lines = text.split("\n")
    known = EarlierMessages() if known is None else known
    start = len(lines)
    is_sure = False
    while start > 0:
        line = lines[start - 1]
        if line.lstrip().startswith(">") or line in known:
            is_sure = True
        elif line.strip() and not (is_sure and _is_heading(lines, start - 1)):
            break
        start -= 1
    start = _above_attribution(lines, start)
    while start < len(lines) and not _marks_history(lines, start):
        start += 1
    if len(lines) - start < fewest or not any(line.strip() for line in lines[:start]):
        return 0
    return len(lines) - start


def strip_quotes(text: str, known: EarlierMessages) -> str:
    """The text without lines that quote an earlier message of the conversation word for word.

    Quoted lines that are in no earlier message stay: the sender may have written them among the
    quoted ones.
    """
    lines = text.split("\n")
    own_lines: list[str] = []
    is_below = False
    for place, line in enumerate(lines):
        is_quote = line.lstrip().startswith(">")
        is_below = is_below or _heads_history(lines, place)
        if (is_quote or is_below) and (not _plain(line) or line in known):
            continue
        own_lines.append(line)
    return "\n".join(own_lines).strip()


def _plain(text: str) -> str:
    """The words for comparison: without quote marks, line breaks and case."""
    return " ".join(word for word in fold(text).split() if word.strip(">"))


def _is_heading(lines: Sequence[str], place: int) -> bool:
    """Whether a line is part of a block `From: … Sent: … To: …` or the separator above one."""
    if _SEPARATOR.fullmatch(lines[place].strip()):
        return True
    first = last = place
    while first > 0 and _HEADING.match(f"{lines[first - 1]} "):
        first -= 1
    while last < len(lines) and _HEADING.match(f"{lines[last]} "):
        last += 1
    return last > place and last - first >= 3


def _marks_history(lines: Sequence[str], place: int) -> bool:
    """Whether a quoted mail begins at this line."""
    return (
        lines[place].lstrip().startswith(">")
        or (_is_attribution(lines, place) and _is_quoted_below(lines, place))
        or _heads_history(lines, place)
    )


def _heads_history(lines: Sequence[str], place: int) -> bool:
    """Whether a block `From: … Sent: … To: …`, or the separator above one, begins here."""
    if _SEPARATOR.fullmatch(lines[place].strip()):
        place += 1
        while place < len(lines) and not lines[place].strip():
            place += 1
    block = [line for line in lines[place : place + 6] if _HEADING.match(f"{line} ")]
    return place < len(lines) and len(block) >= 3 and block[0] == lines[place]


def _is_attribution(lines: Sequence[str], place: int) -> bool:
    """Whether `On …, … wrote:` begins at this line; it may have up to three lines."""
    for length in (1, 2, 3):
        parts = [line.strip() for line in lines[place : place + length]]
        if len(parts) < length or not all(parts):
            return False
        if any(line.startswith(">") for line in parts):
            return False
        text = " ".join(parts)[:500]
        if text.endswith((":", "：")):
            has_moment = any(char.isdigit() for char in text) or "@" in text
            return has_moment and (_INTRODUCES.search(text) is not None or "@" in text)
    return False


def _is_quoted_below(lines: Sequence[str], place: int) -> bool:
    """Whether a quoted line is the next thing below an attribution."""
    for line in lines[place : place + 3]:
        place += 1
        if line.rstrip().endswith((":", "：")):
            break
    below = next((line for line in lines[place:] if line.strip()), "")
    return below.lstrip().startswith(">")


def _above_attribution(lines: Sequence[str], start: int) -> int:
    """The start of a quote, including the `On …, … wrote:` above it."""
    begin = start
    for place in range(start - 1, max(-1, start - 4), -1):
        if not _is_attribution(lines, place) or not _is_quoted_below(lines, place):
            continue
        if _BEGINS.match(lines[place]):
            return place
        begin = place if place == start - 1 else begin
    return begin
