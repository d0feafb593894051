"""The review before an action on many threads: who, what, and what is left out and why. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from carecli.desk.threads.rows import ThreadRow
from carecli.domain.codes import NONE
from carecli.domain.commands import (
    AnsweredOutside,
    Assign,
    Code,
    Command,
    Done,
    DropQuote,
    Flag,
    Label,
    Moderate,
    Note,
    NoteContact,
    PickQuote,
    Recolour,
    Reopen,
    Reply,
    Seen,
    Snooze,
)
from carecli.domain.errors import Refusal
from carecli.domain.figures import number
from carecli.domain.model import Colour, ContactPoint, Millis, OutboxVerb, ThreadId
from carecli.domain.names import code_name, colour_name, reason_name
from carecli.i18n import N_, _, ngettext
from carecli.tui.inbox.bars import threads as counted
from carecli.tui.inbox.list_rows import ICONS, SHAPES
from carecli.tui.style.cells import Line, cells, cut, fill, fit, line_cells, steady, wrap
from carecli.tui.style.clock import day, hour

MANY = 20
"""On more threads than this nothing is done before it was looked at."""

SHOWN = 200
"""Threads a review names; it counts the rest."""

DEEDS = {
    OutboxVerb.HIDE: N_("Hide the message"),
    OutboxVerb.UNHIDE: N_("Show the message again"),
    OutboxVerb.DELETE: N_("Delete the message on the platform: cannot be undone"),
    OutboxVerb.LIKE: N_("Like the message"),
    OutboxVerb.UNLIKE: N_("Remove the like"),
    OutboxVerb.BLOCK: N_("Block the author"),
    OutboxVerb.UNBLOCK: N_("Unblock the author"),
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
    """Whether it speaks to people, or takes something grave from them."""
    is_grave = isinstance(command, Moderate) and command.deed in (
        OutboxVerb.DELETE,
        OutboxVerb.BLOCK,
    )
    return is_grave or isinstance(command, Reply)


def _is_private(row: ThreadRow | None) -> bool:
    return row is not None and row.point.is_private


def words(command: Command, zone: str) -> str:
    """What a command does, as a heading."""
    match command:
        case Assign(assignee="", team=""):
            return _("Unassign")
        case Assign(assignee=name, team=team):
            if not name:
                return _("Assign to the team {team}").format(team=team)
            return _("Assign to {name}").format(name=name)
        case Flag(on=on):
            return _("Raise the flag") if on else _("Remove the flag")
        case Recolour(colour=colour):
            if colour is None:
                return _("Restore the rules' colour")
            return _("Set the colour to {colour}").format(colour=colour_name(colour))
        case Label(add=add, remove=remove):
            changes = " ".join([f"+{one}" for one in add] + [f"-{one}" for one in remove])
            return _("Labels {changes}").format(changes=changes)
        case Code():
            return _coded(command)
        case PickQuote():
            return _("Outstanding quote")
        case DropQuote():
            return _("Remove the quote")
        case Snooze(until=None):
            return _("End snooze")
        case Snooze(until=until):
            moment = f"{day(until or 0, zone)} {hour(until or 0, zone)}"
            return _("Snooze until {moment}").format(moment=moment)
        case Done(reason=reason):
            return _("No reply needed: {reason}").format(reason=reason_name(reason))
        case AnsweredOutside():
            return _("Answered outside carecli")
        case Reopen():
            return _("Reopen")
        case Moderate(deed=deed):
            return _(DEEDS.get(deed, deed.value))
        case Seen():
            return _("Mark mention as seen")
        case Note() | NoteContact():
            return _("Note for colleagues")
        case Reply(private=private):
            return _("Reply privately") if private else _("Reply")
        case _:
            return _("Answered by hand")


def _coded(command: Code) -> str:
    """What is said of each thread's newest message."""
    given = {"sentiment": command.sentiment, "stage": command.stage}
    codes = [code_name(kind, value) for kind, value in given.items() if value not in ("", NONE)]
    codes += [f"#{theme}" for theme in command.themes]
    codes += [f"-#{theme}" for theme in command.without if theme != NONE]
    if codes:
        return _("Code as {codes}").format(codes=", ".join(codes))
    return _("Remove my codes")


def review_lines(review: Review, width: int, zone: str) -> list[Line]:
    """The review, each line `width` cells at most."""
    threads = review.threads
    said = dict.fromkeys(words(command, zone) for command in review.commands)
    lines: list[Line] = [[]]
    lines += [[("  ", "text"), (cut(text, width - 4), "strong")] for text in said]
    if review.public:
        n = review.public
        public = ngettext(
            "Everyone will see it: {n} public reply.",
            "Everyone will see it: {n} public replies.",
            n,
        )
        lines.append([(f"  {public.format(n=number(n))}", "warn")])
    if review.done_at is not None:
        when = f"{day(review.done_at, zone)} {hour(review.done_at, zone)}"
        ends = _("They are sent one by one; the last at about {when}.").format(when=when)
        lines.append([(f"  {cut(ends, width - 4)}", "accent")])
    lines += [[], *_who(review, threads, width)]
    if review.refused:
        lines += [
            [],
            _part(_("SKIPPED"), len(review.refused)),
        ]
        lines += _left_out(review, width)
    lines += [[], _part(_("APPLIES TO"), len(threads))]
    texts = {one.thread: one.text for one in review.commands if isinstance(one, Reply)}
    for thread in threads[:SHOWN]:
        row = review.rows.get(thread)
        if row is not None:
            lines += _named(row, texts.get(thread, ""), width)
    if len(threads) > SHOWN:
        lines.append(_more(len(threads) - SHOWN))
    return lines


def _part(title: str, n: int) -> Line:
    return [(f"  {title}", "title"), (f"  {number(n)}", "dim")]


def _more(n: int) -> Line:
    said = ngettext("… and {n} more", "… and {n} more", n)
    return [(f"  {said.format(n=number(n))}", "dim")]


def _who(review: Review, threads: Sequence[ThreadId], width: int) -> list[Line]:
    """How many, and where all of them are known, by colour and contact point."""
    parts: list[tuple[str, str]] = [(counted(len(threads)), "text")]
    found = [review.rows[one] for one in threads if one in review.rows]
    if len(found) == len(threads):
        colours = Counter(row.colour for row in found)
        for colour in (Colour.RED, Colour.YELLOW, Colour.GREEN):
            if colours[colour]:
                said = f"{SHAPES[colour]} {colour_name(colour)} {number(colours[colour])}"
                parts.append((said, colour.value))
        points = Counter(row.point for row in found)
        parts += [
            (f"{ICONS[point]} {number(points[point])}", "dim")
            for point in ContactPoint
            if points[point]
        ]
    lines: list[Line] = [[]]
    for text, role in parts:
        if line_cells(lines[-1]) + 2 + cells(text) > width:
            lines.append([])
        lines[-1].append((f"  {text}", role))
    return lines


def _left_out(review: Review, width: int) -> list[Line]:
    lines: list[Line] = []
    for thread, why in list(review.refused.items())[:SHOWN]:
        row = review.rows.get(thread)
        name = steady(row.author) if row is not None else _("thread {n}").format(n=thread)
        room = max(12, width // 3)
        line: Line = [("  ✗ ", "bad"), (fit(name or _("(no name)"), room - 5) + " ", "text")]
        lines.append([*line, (cut(f"{why.what} {why.hint}".strip(), width - room), "warn")])
    if len(review.refused) > SHOWN:
        lines.append(_more(len(review.refused) - SHOWN))
    return lines


def _named(row: ThreadRow, text: str, width: int) -> list[Line]:
    head: Line = [(f"  {SHAPES[row.colour]} ", row.colour.value)]
    head.append((f"{cut(steady(row.author) or _('(no name)'), 28)}  ", "strong"))
    head.append((f"{ICONS[row.point]} {steady(row.place)}", "dim"))
    said = cut(steady(" ".join(row.excerpt.split())), width - 6)
    rows = wrap(text, width - 6) if text else [said]
    body: list[Line] = [[("    ", "text"), (one, "text")] for one in rows]
    return [fill(head, [], width), *body]
