"""What a reply must be before it may leave, and the lines around the reply pane. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass

from carecli.desk.opened import Conversation
from carecli.domain.model import HOUR, ContactPoint, MessageId, Millis
from carecli.domain.snippet import misspelt
from carecli.i18n import _
from carecli.tui.cells import Line, cut, fill, wrap
from carecli.tui.clock import countdown, span

PLACEHOLDER = re.compile(r"\{[A-Za-z_][\w.]*\??\}")
CALL = re.compile(r";;([\w.-]+) $")
"""A snippet called by its name and a space."""


LANGUAGES = {
    "de": "German",
    "en": "English",
    "es": "Spanish",
    "fr": "French",
    "it": "Italian",
    "pl": "Polish",
    "pt": "Portuguese",
}
"""Languages by their names; others show their code."""


@dataclass(frozen=True, slots=True)
class Writing:
    """What is being written, and how it would go out.

    `head` is the newest message its author has seen; `key` tells this answer from another one
    with the same words.
    """

    text: str
    is_private: bool = False
    is_note: bool = False
    snippet: str = ""
    target: MessageId | None = None
    head: MessageId | None = None
    key: str = ""


def used(text: str, *, in_bytes: bool) -> int:
    """How much of the limit a text takes."""
    return len(text.encode()) if in_bytes else len(text)


def limit_of(talk: Conversation, writing: Writing) -> int:
    """The platform's limit for this kind of answer; 0 is none."""
    if writing.is_note:
        return 0
    return talk.private_limit if writing.is_private else talk.reply_limit


def objection(talk: Conversation, writing: Writing, now: Millis, me: str) -> str:
    """Why this cannot be sent as it stands; empty when it can."""
    text = writing.text.strip()
    if not text:
        return "Nothing is written yet."
    if writing.is_note:
        return ""
    row = talk.row
    found = PLACEHOLDER.search(writing.text)
    if found:
        right = misspelt(writing.text).get(found.group())
        if right:
            return _("There is no {wrong}: did you mean {right}?").format(
                wrong=found.group(), right=right
            )
        return f"{found.group()} is still to be filled in."
    limit = limit_of(talk, writing)
    over = used(text, in_bytes=talk.limit_in_bytes) - limit
    if limit and over > 0:
        return f"Too long by {over}: the platform takes {limit} {_unit(talk)}."
    allowed = talk.can_reply_privately if writing.is_private else talk.can_reply
    if not allowed:
        verb = "private_reply" if writing.is_private else "reply"
        return talk.why_not.get(verb) or "The platform takes no answer here."
    if row.claimed_by and row.claimed_by != me:
        return f"{row.claimed_by} is answering this thread."
    if row.window_until is not None and row.window_until <= now:
        return "The platform's window for answers is closed."
    return ""


def _unit(talk: Conversation) -> str:
    return "bytes" if talk.limit_in_bytes else "characters"


def pane_lines(
    talk: Conversation, writing: Writing, now: Millis, width: int, warning: str
) -> list[Line]:
    """The lines above the text: as whom and to whom; what is left, or what stands against it."""
    if writing.is_note:
        first: Line = [(" NOTE", "title"), (" colleagues see it, the contact never does", "dim")]
    else:
        kind = "PRIVATE REPLY" if writing.is_private else "REPLY"
        private = writing.is_private or talk.row.point is ContactPoint.PRIVATE_MESSAGE
        seen = "only they see it" if private else "everybody sees it"
        room = max(8, width - len(kind) - len(seen) - 8)
        first = [(f" {kind}", "title"), (" as ", "dim"), (cut(talk.reply_as, room), "accent")]
        first += [(" · ", "dim"), (seen, "text")]
    if warning:
        said = wrap(warning, width - 4)[:3]
        marks = [" ▲ ", *["   "] * 2]
        below: list[Line] = [
            [(mark + text, "warn")] for mark, text in zip(marks, said, strict=False)
        ]
        return [fill(line, [], width) for line in (first, *below)]
    return [
        fill(first, [], width),
        fill(_counts(talk, writing), _window(talk, writing, now), width),
    ]


def _counts(talk: Conversation, writing: Writing) -> Line:
    limit = limit_of(talk, writing)
    count = used(writing.text, in_bytes=talk.limit_in_bytes)
    line: Line = [(f" {count:,} written", "dim")]
    if limit:
        rest = limit - count
        role = "bad" if rest < 0 else "warn" if rest < limit // 20 else "dim"
        line = [(f" {rest:,}{' bytes' if talk.limit_in_bytes else ''} left", role)]
    unfilled = PLACEHOLDER.findall(writing.text)
    if unfilled and not writing.is_note:
        line += [(" · fill in ", "dim"), (" ".join(dict.fromkeys(unfilled)), "warn")]
        line += spelling(writing.text)
    if writing.snippet:
        line += [(" · from ", "dim"), (writing.snippet, "accent")]
    if talk.language and not writing.is_note:
        line += [(" · ", "dim"), (LANGUAGES.get(talk.language, talk.language), "text")]
    return line


def spelling(text: str) -> Line:
    """What misspelt placeholders were probably meant to be."""
    wrong = misspelt(text)
    if not wrong:
        return []
    asked = _("did you mean {right}?").format(right=" ".join(wrong.values()))
    return [(" · ", "dim"), (asked, "warn")]


def _window(talk: Conversation, writing: Writing, now: Millis) -> Line:
    until = talk.row.window_until
    if until is None or writing.is_note:
        return []
    left = until - now
    if left <= 0:
        return [(" window closed ", "bad")]
    text = countdown(left) if left < HOUR else span(left)
    return [(f" window {text} ", "dim" if left > HOUR else "warn")]
