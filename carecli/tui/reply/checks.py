"""What a reply must fulfil before it is sent, and the lines around the reply pane. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass

from carecli.desk.conversations.rows import TO_MANY, Conversation, Draft
from carecli.domain.figures import number
from carecli.domain.model import HOUR, DraftKind, MessageId, Millis, ThreadId
from carecli.domain.snippet import misspelt_placeholders, unfilled_placeholders
from carecli.i18n import N_, _, ngettext, pgettext
from carecli.tui.style.cells import Line, cells, cut, fill, line_cells, steady, wrap
from carecli.tui.style.clock import countdown, span

CALL = re.compile(r";;([\w.-]+) $")
"""A snippet called by its name and a space."""


MOST_RECIPIENTS = 3
"""Lines for the other recipients of a mail; their whole names stand beside the message."""

LANGUAGES = {
    "de": N_("German"),
    "en": N_("English"),
    "es": N_("Spanish"),
    "fr": N_("French"),
    "it": N_("Italian"),
    "pl": N_("Polish"),
    "pt": N_("Portuguese"),
}
"""Languages by their names; others show their code."""


@dataclass(frozen=True, slots=True)
class ReplyInProgress:
    """What is being written, to whom, and how it would go out.

    It goes to `thread` and to no other one, whatever is shown meanwhile; `to` is the person there,
    by name. `head` is the newest message its author has seen; `key` tells this answer from another
    one with the same words.
    """

    text: str
    kind: DraftKind = DraftKind.REPLY
    thread: ThreadId = TO_MANY
    to: str = ""
    snippet: str = ""
    target: MessageId | None = None
    head: MessageId | None = None
    key: str = ""
    to_all: bool = False
    """Whether the other recipients of the mail get it too."""
    offers: tuple[str, ...] = ()
    """Colleagues whom the name after `@` at the cursor may call."""

    @property
    def is_private(self) -> bool:
        """Whether it answers in private what was said in public."""
        return self.kind is DraftKind.PRIVATE

    @property
    def is_note(self) -> bool:
        """Whether only colleagues see it."""
        return self.kind is DraftKind.NOTE

    @property
    def draft(self) -> Draft:
        """It, as it is kept."""
        return Draft(
            self.thread, self.text, self.kind, self.target, self.head, self.snippet, self.to_all
        )


MOST_GUIDANCE = 2
"""Lines of a colour's guidance above the reply."""


def used(text: str, *, in_bytes: bool) -> int:
    """How much of the limit a text takes."""
    return len(text.encode()) if in_bytes else len(text)


def limit_of(talk: Conversation, writing: ReplyInProgress) -> int:
    """The platform's limit for this kind of answer; 0 is none."""
    if writing.is_note:
        return 0
    return talk.private_limit if writing.is_private else talk.reply_limit


def objection(talk: Conversation, writing: ReplyInProgress, now: Millis, me: str) -> str:
    """Why this cannot be sent as it stands; empty when it can."""
    text = writing.text.strip()
    if not text:
        return _("You have not written anything yet.")
    if writing.is_note:
        return ""
    row = talk.row
    found = next(unfilled_placeholders(writing.text, talk.contact.name), None)
    if found:
        right = misspelt_placeholders(writing.text).get(found.group())
        if right:
            return _("{wrong} does not exist. Did you mean {right}?").format(
                wrong=found.group(), right=right
            )
        return _("{placeholder} still has to be filled in.").format(placeholder=found.group())
    limit = limit_of(talk, writing)
    over = used(text, in_bytes=talk.limit_in_bytes) - limit
    if limit and over > 0:
        return _too_long(over, limit, in_bytes=talk.limit_in_bytes)
    allowed = talk.can_reply_privately if writing.is_private else talk.can_reply
    if not allowed:
        verb = "private_reply" if writing.is_private else "reply"
        return talk.why_not.get(verb) or _("The platform does not accept answers here.")
    if row.claimed_by and row.claimed_by != me:
        return _("{name} is answering this thread.").format(name=row.writer)
    if row.window_until is not None and row.window_until <= now:
        return _("The platform's window for answers is closed.")
    return ""


def _too_long(over: int, limit: int, *, in_bytes: bool) -> str:
    said = (
        ngettext(
            "Too long by {over}: the platform allows {n} byte.",
            "Too long by {over}: the platform allows {n} bytes.",
            limit,
        )
        if in_bytes
        else ngettext(
            "Too long by {over}: the platform allows {n} character.",
            "Too long by {over}: the platform allows {n} characters.",
            limit,
        )
    )
    return said.format(over=number(over), n=number(limit))


def pane_lines(
    talk: Conversation,
    writing: ReplyInProgress,
    now: Millis,
    width: int,
    warning: str,
    switch: str = "",
) -> list[Line]:
    """The lines above the text: as whom and to whom; what is left, or what stands against it.

    `switch` is the key that adds the other recipients of a mail, or leaves them out.
    """
    if writing.is_note:
        seen = _("only colleagues see it")
        first: Line = [(" " + _("NOTE"), "title"), (f" {seen}", "dim")]
        if writing.offers:
            names = " ".join(f"@{one}" for one in writing.offers)
            offer = _("Tab inserts {names}").format(names=names)
            first = [(" " + _("NOTE"), "title"), (f" {offer}", "accent")]
    else:
        kind = _("PRIVATE REPLY") if writing.is_private else _("REPLY")
        private = writing.is_private or talk.row.point.is_private
        seen = _("only they see it") if private else _("everyone sees it")
        if writing.to_all:
            seen = _("all recipients see it")
        as_whom = pgettext("reply as a page", "as")
        room = max(8, width - len(kind) - len(seen) - len(as_whom) - 6)
        first = [
            (f" {kind}", "title"),
            (f" {as_whom} ", "dim"),
            (cut(talk.reply_as, room), "accent"),
        ]
        first += [(" · ", "dim"), (seen, "text")]
    to = _recipients(talk, writing, width, switch)
    above: list[Line] = []
    if talk.guidance and not writing.is_note:
        said = wrap(talk.guidance, width - 4)[:MOST_GUIDANCE]
        above = [
            [(" ● " if not n else "   ", "accent"), (text, "text")] for n, text in enumerate(said)
        ]
    if warning:
        said = wrap(warning, width - 4)[:3]
        marks = [" ▲ ", *["   "] * 2]
        below: list[Line] = [
            [(mark + text, "warn")] for mark, text in zip(marks, said, strict=False)
        ]
        return [fill(line, [], width) for line in (*above, first, *to, *below)]
    window = _window(talk, writing, now)
    counts = _counts(talk, writing, width - line_cells(window))
    above = [fill(line, [], width) for line in (*above, first, *to)]
    return [*above, fill(counts, window, width)]


def _recipients(
    talk: Conversation, writing: ReplyInProgress, width: int, switch: str
) -> list[Line]:
    """To whom an answer to a mail with several recipients goes, and how to change it."""
    others = talk.others(writing.target)
    if writing.is_note or not others:
        return []
    name, names = steady(talk.contact.name), ", ".join(map(steady, others))
    if writing.to_all:
        said = _("to {name}, and to {others}").format(name=name, others=names)
        change = _("{key}: not to the others").format(key=switch)
    else:
        said = _("only to {name}, not to {others}").format(name=name, others=names)
        change = _("{key}: to all").format(key=switch)
    room = max(20, width - 2)
    lines = wrap(said, room)
    if len(lines) > MOST_RECIPIENTS:
        lines = [*lines[: MOST_RECIPIENTS - 1], cut(f"{lines[MOST_RECIPIENTS - 1]} …", room)]
    found: list[Line] = [[(f" {line}", "warn" if writing.to_all else "text")] for line in lines]
    if switch:
        if line_cells(found[-1]) + 3 + cells(change) > width:
            return [*found, [(f" {change}", "dim")]]
        found[-1].append((f" · {change}", "dim"))
    return found


def _counts(talk: Conversation, writing: ReplyInProgress, room: int) -> Line:
    """What is left and what there is to know of the text, as much as there is room for."""
    limit = limit_of(talk, writing)
    count = used(writing.text, in_bytes=talk.limit_in_bytes)
    written = ngettext("{n} character", "{n} characters", count).format(n=number(count))
    line: Line = [(f" {written}", "dim")]
    if limit:
        rest = limit - count
        role = "bad" if rest < 0 else "warn" if rest < limit // 20 else "dim"
        left = (
            ngettext("{n} byte left", "{n} bytes left", abs(rest))
            if talk.limit_in_bytes
            else ngettext("{n} left", "{n} left", abs(rest))
        )
        line = [(f" {left.format(n=number(rest))}", role)]
    left_out = [found.group() for found in unfilled_placeholders(writing.text, talk.contact.name)]
    if left_out and not writing.is_note:
        line += [(" · " + _("fill in") + " ", "dim"), (" ".join(dict.fromkeys(left_out)), "warn")]
        asked = spelling(writing.text)
        line += asked if line_cells([*line, *asked]) <= room else []
    if writing.snippet:
        origin = " · " + pgettext("snippet", "from") + " "
        left_over = room - line_cells(line) - cells(origin)
        if left_over > 3:
            line += [(origin, "dim"), (cut(writing.snippet, left_over), "accent")]
    if talk.language and not writing.is_note:
        language = _(LANGUAGES.get(talk.language, talk.language))
        if line_cells(line) + 3 + cells(language) <= room:
            line += [(" · ", "dim"), (language, "text")]
    return line


def spelling(text: str) -> Line:
    """What misspelt placeholders were probably meant to be."""
    wrong = misspelt_placeholders(text)
    if not wrong:
        return []
    asked = _("did you mean {right}?").format(right=" ".join(wrong.values()))
    return [(" · ", "dim"), (asked, "warn")]


def _window(talk: Conversation, writing: ReplyInProgress, now: Millis) -> Line:
    until = talk.row.window_until
    if until is None or writing.is_note:
        return []
    left = until - now
    if left <= 0:
        return [(" " + _("window closed") + " ", "bad")]
    text = countdown(left) if left < HOUR else span(left)
    said = _("window {span}").format(span=text)
    return [(f" {said} ", "dim" if left > HOUR else "warn")]
