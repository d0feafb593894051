"""What is about to be done to many threads: who, what, and what is left out and why. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from carecli.desk.rows import ThreadRow
from carecli.domain.commands import (
    Assign,
    Command,
    Done,
    Flag,
    Label,
    Moderate,
    Note,
    NoteContact,
    Recolour,
    Reopen,
    Reply,
    Snooze,
)
from carecli.domain.errors import Refusal
from carecli.domain.model import Colour, ContactPoint, Millis, OutboxVerb, ThreadId
from carecli.i18n import _
from carecli.tui.cells import Line, cut, fill, fit, steady, wrap
from carecli.tui.clock import day, hour
from carecli.tui.paint import ICONS, SHAPES

MANY = 20
"""On more threads than this nothing is done before it was looked at."""

SHOWN = 200
"""Threads a review names; it counts the rest."""

DEEDS = {
    OutboxVerb.HIDE: "Hide the message",
    OutboxVerb.UNHIDE: "Show the message again",
    OutboxVerb.DELETE: "Delete the message on the platform: cannot be undone",
    OutboxVerb.LIKE: "Like the message",
    OutboxVerb.UNLIKE: "Take the like back",
}


@dataclass(frozen=True, slots=True)
class Review:
    """Commands that can be done, what stands against others, and rows of threads to name."""

    commands: Sequence[Command]
    refused: Mapping[ThreadId, Refusal]
    rows: Mapping[ThreadId, ThreadRow]
    done_at: Millis | None = None
    """When the last of what it says will have gone out; null: at once."""

    @property
    def threads(self) -> list[ThreadId]:
        """Threads that something is done to, in order."""
        return list(dict.fromkeys(command.thread for command in self.commands))

    @property
    def public(self) -> int:
        """How many threads are answered where everybody can read it."""
        rows = self.rows
        return sum(
            isinstance(one, Reply) and not one.private and not _is_private(rows.get(one.thread))
            for one in self.commands
        )

    def is_needed(self) -> bool:
        """Whether it must be looked at first: many threads, words or deletions for several."""
        several = len(self.threads) > 1
        outward = any(is_outward(one) for one in self.commands)
        return len(self.threads) > MANY or bool(self.refused) or (several and outward)


def is_outward(command: Command) -> bool:
    """Whether it speaks to people, or takes something from them for good."""
    deletes = isinstance(command, Moderate) and command.deed is OutboxVerb.DELETE
    return deletes or isinstance(command, Reply)


def _is_private(row: ThreadRow | None) -> bool:
    return row is not None and row.point is ContactPoint.PRIVATE_MESSAGE


def words(command: Command, zone: str) -> str:
    """What a command does, as a heading."""
    match command:
        case Assign(assignee="", team=""):
            return "Back to the pool"
        case Assign(assignee=name, team=team):
            return f"Assign to {name}" if name else f"Assign to the team {team}"
        case Flag(on=on):
            return "Raise the flag" if on else "Lower the flag"
        case Recolour(colour=colour):
            return f"Set the colour to {colour.value}" if colour else "Back to the rules' colour"
        case Label(add=add, remove=remove):
            return "Labels " + " ".join([f"+{one}" for one in add] + [f"-{one}" for one in remove])
        case Snooze(until=None):
            return "Wake"
        case Snooze(until=until):
            return f"Snooze until {day(until or 0, zone)} {hour(until or 0, zone)}"
        case Done(reason=reason):
            return f"No reply needed: {reason.value.replace('_', ' ')}"
        case Reopen():
            return "Reopen"
        case Moderate(deed=deed):
            return DEEDS.get(deed, deed.value)
        case Note() | NoteContact():
            return "Note for colleagues"
        case Reply(private=private):
            return "Reply privately" if private else "Reply"
        case _:
            return "Answered by hand"


def review_lines(review: Review, width: int, zone: str) -> list[Line]:
    """The review, each line `width` cells at most."""
    threads = review.threads
    said = dict.fromkeys(words(command, zone) for command in review.commands)
    lines: list[Line] = [[]]
    lines += [[("  ", "text"), (cut(text, width - 4), "strong")] for text in said]
    if review.public:
        people = f"{review.public:,} time{'s' if review.public != 1 else ''}"
        lines.append([(f"  Everybody can read it, {people}.", "warn")])
    if review.done_at is not None:
        when = f"{day(review.done_at, zone)} {hour(review.done_at, zone)}"
        ends = _("One after another; the last one goes out about {when}.").format(when=when)
        lines.append([(f"  {cut(ends, width - 4)}", "accent")])
    lines += [[], [*_who(review, threads), ("", "text")]]
    if review.refused:
        lines += [[], [("  LEFT OUT", "title"), (f"  {len(review.refused):,}", "dim")]]
        lines += _left_out(review, width)
    lines += [[], [("  DONE TO", "title"), (f"  {len(threads):,}", "dim")]]
    texts = {one.thread: one.text for one in review.commands if isinstance(one, Reply)}
    for thread in threads[:SHOWN]:
        row = review.rows.get(thread)
        if row is not None:
            lines += _named(row, texts.get(thread, ""), width)
    if len(threads) > SHOWN:
        lines.append([(f"  … and {len(threads) - SHOWN:,} more", "dim")])
    return lines


def _who(review: Review, threads: Sequence[ThreadId]) -> Line:
    line: Line = [(f"  {len(threads):,} thread{'s' if len(threads) != 1 else ''}", "text")]
    found = [review.rows[one] for one in threads if one in review.rows]
    if len(found) < len(threads):
        return line
    colours = Counter(row.colour for row in found)
    for colour in (Colour.RED, Colour.YELLOW, Colour.GREEN):
        if colours[colour]:
            line.append((f"  {SHAPES[colour]} {colours[colour]:,} {colour.value}", colour.value))
    points = Counter(row.point for row in found)
    for point in ContactPoint:
        if points[point]:
            line.append((f"  {ICONS[point]} {points[point]:,}", "dim"))
    return line


def _left_out(review: Review, width: int) -> list[Line]:
    lines: list[Line] = []
    for thread, why in list(review.refused.items())[:SHOWN]:
        row = review.rows.get(thread)
        name = steady(row.author) if row is not None else f"thread {thread}"
        room = max(12, width // 3)
        line: Line = [("  ✗ ", "bad"), (fit(name or "(no name)", room - 5) + " ", "text")]
        lines.append([*line, (cut(f"{why.what} {why.hint}".strip(), width - room), "warn")])
    if len(review.refused) > SHOWN:
        lines.append([(f"  … and {len(review.refused) - SHOWN:,} more", "dim")])
    return lines


def _named(row: ThreadRow, text: str, width: int) -> list[Line]:
    head: Line = [(f"  {SHAPES[row.colour]} ", row.colour.value)]
    head.append((f"{cut(steady(row.author) or '(no name)', 28)}  ", "strong"))
    head.append((f"{ICONS[row.point]} {steady(row.place)}", "dim"))
    said = cut(steady(" ".join(row.excerpt.split())), width - 6)
    rows = wrap(text, width - 6) if text else [said]
    body: list[Line] = [[("    ", "text"), (one, "text")] for one in rows]
    return [fill(head, [], width), *body]
