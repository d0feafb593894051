"""Commands for the start of a day and the end of a shift."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import click

from carecli.cli.output import say, write_json, write_table
from carecli.cli.shared import MANY, CommonOptions, asked, confirm, deed
from carecli.desk.conversations.rows import OutboxView
from carecli.desk.planning.rows import Handover, PromiseRow, Today
from carecli.desk.threads.rows import Tally, ThreadRow
from carecli.domain.figures import number
from carecli.domain.model import Millis
from carecli.domain.names import colour_name
from carecli.i18n import _, ngettext


@dataclass(frozen=True, slots=True)
class HandedOver:
    """A handover; `decision` is null unless --release was given."""

    handover: Handover
    decision: int | None
    said: str


@deed("carecli today", "carecli today --since fri --json", says=Today)
@click.option(
    "--since",
    metavar="DAY",
    default="",
    help="Count from this time (default: your last decision before today).",
)
@click.option("--brand", default="", help="Only this brand, by key.")
@asked
def today(asked: CommonOptions, since: str, brand: str) -> None:
    """Show what is waiting, what is due soon, and what came in overnight.

    It counts from your last decision before today, or from yesterday evening.
    """
    asked.speak()
    with asked.desk() as desk:
        found = desk.planning.today(since, brand)
    if asked.as_json:
        write_json(found)
        return
    zone = asked.setup().zone
    since_words = _moment(found.since, found.now, zone)
    for one in found.words:
        moment = _moment(one.at, found.now, zone)
        left = _("Note from {who}, {moment}").format(who=one.author, moment=moment)
        _section(left, " ".join(one.text.split()))
    _section(_("Waiting threads"), _count(found.waiting))
    write_table(
        (_("what"), _("threads"), _("list")),
        [
            (_("overdue"), number(found.overdue), "is:overdue"),
            (_("mine"), number(found.mine), "is:waiting assignee:me"),
            (_("unassigned"), number(found.unassigned), "is:waiting assignee:none"),
            *_tallies((*found.colours, *found.points, *found.brands)),
        ],
    )
    _section(_("Due within two hours"), _count(found.breaching))
    _threads(found.breaches, found.now)
    still = ngettext("{n} of them is waiting", "{n} of them are waiting", found.came_in_waiting)
    more = f"{_count(found.came_in)}, {still.format(n=number(found.came_in_waiting))}"
    _section(_("Received since {moment}").format(moment=since_words), more)
    write_table((_("colour"), _("threads"), _("list")), _tallies(found.came_in_colours))
    if found.rules:
        _section(_("What rules did"), _("since {moment}").format(moment=since_words))
        rows = [(one.rule, one.said, number(one.count)) for one in found.rules]
        write_table((_("rule"), _("what"), _("times")), rows)
    else:
        _section(_("What rules did"), _("nothing since {moment}").format(moment=since_words))
    if found.promises:
        _promises(found.promises, found.now, zone)
    _failed(found.failed)
    if found.troubled:
        _section(_("Channels with problems"), number(len(found.troubled)))
        write_table(
            (_("channel"), _("error"), _("hint")),
            [(one.channel, one.error or one.possible_loss, one.hint) for one in found.troubled],
        )
    if found.campaigns:
        _section(_("Campaigns with priority"), number(len(found.campaigns)))
        write_table(
            (_("campaign"), _("waiting"), _("list")),
            [(one.title, number(one.waiting), one.filter) for one in found.campaigns],
        )


@deed(
    "carecli handover",
    "carecli handover > handover.txt",
    "carecli handover --note 'the parcels come on Monday' --release --yes",
    says=HandedOver,
)
@click.option("--release", is_flag=True, help="Unassign the threads that are waiting for you.")
@click.option("--note", metavar="TEXT", help="A note for colleagues, shown at their start of day.")
@click.option(
    "--yes", is_flag=True, help=f"Do not ask for confirmation, even for more than {MANY} threads."
)
@asked
def handover(asked: CommonOptions, release: bool, note: str | None, yes: bool) -> None:
    """Print a handover: your waiting threads, drafts, snoozes and promises, and what expires.

    With --release, your waiting threads are unassigned afterwards; one `carecli undo` undoes it.
    """
    asked.speak()
    with asked.desk() as desk:
        if note is not None:
            desk.planning.leave_word(note)
        found = desk.planning.handover()
        if not asked.as_json:
            _tell_handover(found, asked.setup().zone)
        decision, said = None, ""
        if release:
            if found.waiting > MANY and not yes:
                question = ngettext(
                    "This unassigns {n} thread. Continue?",
                    "This unassigns {n} threads. Continue?",
                    found.waiting,
                )
                confirm(question.format(n=number(found.waiting)))
            done = desk.planning.hand_back()
            decision, said = done.decision, done.said
        if asked.as_json:
            write_json(HandedOver(found, decision, said))
        elif release:
            say("\n" + _("{deed}. Run `carecli undo` to undo it.").format(deed=said))


def _tell_handover(found: Handover, zone: str) -> None:
    now = found.now
    if found.note:
        _section(_("For the next shift"), " ".join(found.note.split()))
    colours = ", ".join(
        f"{colour_name(colour)} {number(n)}" for colour, n in found.colours.items() if n
    )
    colours = f" ({colours})" if colours else ""
    title = _("{name}: assigned to me").format(name=found.moderator)
    _section(title, _count(found.waiting) + colours)
    _threads(found.mine, now)
    _section(_("Unsent drafts"), number(len(found.drafts)))
    _threads(found.drafts, now)
    _section(_("Snoozed"), number(len(found.snoozed)))
    _until(found.snoozed, _("wakes"), [row.snoozed_until for row in found.snoozed], now, zone)
    _promises(found.promises, now, zone)
    _section(_("Messaging windows that close within 24 hours"), number(len(found.expiring)))
    _until(found.expiring, _("closes"), [row.window_until for row in found.expiring], now, zone)
    _failed(found.failed)


def _count(n: int) -> str:
    return ngettext("{n} thread", "{n} threads", n).format(n=number(n))


def _section(title: str, more: str) -> None:
    """A heading for eyes; a pipe gets it as a line of its own, without tabs."""
    line = f"{title}: {more}"
    say(f"\n{line}" if sys.stdout.isatty() else f"# {line}")


def _tallies(tallies: Iterable[Tally]) -> list[tuple[str, ...]]:
    return [(one.title, number(one.count), one.key) for one in tallies]


def _threads(rows: Sequence[ThreadRow], now: Millis) -> None:
    from carecli.cli.show import line_of

    if rows:
        headings = (
            *(_("thread"), _("colour"), _("due"), _("at"), _("who"), _("assignee"), _("text")),
        )
        write_table(headings, [line_of(row, now) for row in rows])


def _until(
    rows: Sequence[ThreadRow],
    heading: str,
    moments: Sequence[Millis | None],
    now: Millis,
    zone: str,
) -> None:
    if rows:
        write_table(
            (_("thread"), heading, _("at"), _("who"), _("text")),
            [
                (
                    str(row.id),
                    _moment(at, now, zone) if at is not None else "-",
                    row.place,
                    row.author,
                    row.excerpt,
                )
                for row, at in zip(rows, moments, strict=True)
            ],
        )


def _promises(promises: Sequence[PromiseRow], now: Millis, zone: str) -> None:
    notes = ngettext(
        "{n} note that mentions a time", "{n} notes that mention a time", len(promises)
    )
    _section(_("Promised"), notes.format(n=number(len(promises))))
    if promises:
        write_table(
            (_("thread"), _("noted"), _("state"), _("note")),
            [
                (
                    str(one.thread),
                    _moment(one.at, now, zone),
                    _("waiting") if one.is_waiting else "-",
                    one.text,
                )
                for one in promises
            ],
        )


def _failed(failed: Sequence[OutboxView]) -> None:
    if failed:
        said = ngettext(
            "{n} item; see `carecli outbox`",
            "{n} items; see `carecli outbox`",
            len(failed),
        )
        _section(_("Not sent"), said.format(n=number(len(failed))))
        write_table(
            (_("item"), _("thread"), _("what"), _("state"), _("by"), _("error")),
            [
                (
                    str(one.id),
                    str(one.thread),
                    one.verb.value,
                    one.state.value,
                    one.by,
                    f"{one.error} {one.hint}".strip(),
                )
                for one in failed
            ],
        )


def _moment(at: Millis, now: Millis, zone: str) -> str:
    from carecli.desk.planning.split import words_of_moment

    return words_of_moment(at, now, zone)
