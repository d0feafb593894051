"""Commands for the start of a day and the end of a shift."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import click

from carecli.cli.output import say, write_json, write_table
from carecli.cli.shared import MANY, CommonOptions, cli_command, confirm, with_options
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


@cli_command("carecli today", "carecli today --since fri --json", result=Today)
@click.option(
    "--since",
    metavar="DAY",
    default="",
    help="Count from this time (default: your last decision before today).",
)
@click.option("--brand", default="", help="Only this brand, by key.")
@with_options
def today(options: CommonOptions, since: str, brand: str) -> None:
    """Show what is waiting, what is due soon, and what came in overnight.

    It counts from your last decision before today, or from yesterday evening.
    """
    options.use_language()
    with options.desk() as desk:
        summary = desk.planning.today(since, brand)
    if options.as_json:
        write_json(summary)
        return
    zone = options.setup().zone
    since_words = _moment(summary.since, summary.now, zone)
    for note in summary.words:
        moment = _moment(note.at, summary.now, zone)
        left = _("Note from {who}, {moment}").format(who=note.author, moment=moment)
        _print_section(left, " ".join(note.text.split()))
    _print_section(_("Waiting threads"), _count(summary.waiting))
    write_table(
        (_("what"), _("threads"), _("list")),
        [
            (_("overdue"), number(summary.overdue), "is:overdue"),
            (_("mine"), number(summary.mine), "is:waiting assignee:me"),
            (_("unassigned"), number(summary.unassigned), "is:waiting assignee:none"),
            *_tallies((*summary.colours, *summary.points, *summary.brands)),
        ],
    )
    _print_section(_("Due within two hours"), _count(summary.breaching))
    _write_threads(summary.breaches, summary.now)
    still = ngettext("{n} of them is waiting", "{n} of them are waiting", summary.came_in_waiting)
    more = f"{_count(summary.came_in)}, {still.format(n=number(summary.came_in_waiting))}"
    _print_section(_("Received since {moment}").format(moment=since_words), more)
    write_table((_("colour"), _("threads"), _("list")), _tallies(summary.came_in_colours))
    if summary.rules:
        _print_section(_("What rules did"), _("since {moment}").format(moment=since_words))
        rows = [(rule.rule, rule.said, number(rule.count)) for rule in summary.rules]
        write_table((_("rule"), _("what"), _("times")), rows)
    else:
        _print_section(_("What rules did"), _("nothing since {moment}").format(moment=since_words))
    if summary.promises:
        _write_promises(summary.promises, summary.now, zone)
    _write_failed(summary.failed)
    if summary.troubled:
        _print_section(_("Channels with problems"), number(len(summary.troubled)))
        write_table(
            (_("channel"), _("error"), _("hint")),
            [
                (channel.channel, channel.error or channel.possible_loss, channel.hint)
                for channel in summary.troubled
            ],
        )
    if summary.campaigns:
        _print_section(_("Campaigns with priority"), number(len(summary.campaigns)))
        write_table(
            (_("campaign"), _("waiting"), _("list")),
            [
                (campaign.title, number(campaign.waiting), campaign.filter)
                for campaign in summary.campaigns
            ],
        )


@cli_command(
    "carecli handover",
    "carecli handover > handover.txt",
    "carecli handover --note 'the parcels come on Monday' --release --yes",
    result=HandedOver,
)
@click.option("--release", is_flag=True, help="Unassign the threads that are waiting for you.")
@click.option("--note", metavar="TEXT", help="A note for colleagues, shown at their start of day.")
@click.option(
    "--yes", is_flag=True, help=f"Do not ask for confirmation, even for more than {MANY} threads."
)
@with_options
def handover(options: CommonOptions, release: bool, note: str | None, yes: bool) -> None:
    """Print a handover: your waiting threads, drafts, snoozes and promises, and what expires.

    With --release, your waiting threads are unassigned afterwards; one `carecli undo` undoes it.
    """
    options.use_language()
    with options.desk() as desk:
        if note is not None:
            desk.planning.leave_word(note)
        summary = desk.planning.handover()
        if not options.as_json:
            _write_handover(summary, options.setup().zone)
        decision, text = None, ""
        if release:
            if summary.waiting > MANY and not yes:
                question = ngettext(
                    "This unassigns {n} thread. Continue?",
                    "This unassigns {n} threads. Continue?",
                    summary.waiting,
                )
                confirm(question.format(n=number(summary.waiting)))
            receipt = desk.planning.hand_back()
            decision, text = receipt.decision, receipt.said
        if options.as_json:
            write_json(HandedOver(summary, decision, text))
        elif release:
            say("\n" + _("{deed}. Run `carecli undo` to undo it.").format(deed=text))


def _write_handover(summary: Handover, zone: str) -> None:
    now = summary.now
    if summary.note:
        _print_section(_("For the next shift"), " ".join(summary.note.split()))
    colours = ", ".join(
        f"{colour_name(colour)} {number(n)}" for colour, n in summary.colours.items() if n
    )
    colours = f" ({colours})" if colours else ""
    title = _("{name}: assigned to me").format(name=summary.moderator)
    _print_section(title, _count(summary.waiting) + colours)
    _write_threads(summary.mine, now)
    _print_section(_("Unsent drafts"), number(len(summary.drafts)))
    _write_threads(summary.drafts, now)
    _print_section(_("Snoozed"), number(len(summary.snoozed)))
    _write_until(
        summary.snoozed, _("wakes"), [row.snoozed_until for row in summary.snoozed], now, zone
    )
    _write_promises(summary.promises, now, zone)
    _print_section(_("Messaging windows that close within 24 hours"), number(len(summary.expiring)))
    _write_until(
        summary.expiring, _("closes"), [row.window_until for row in summary.expiring], now, zone
    )
    _write_failed(summary.failed)


def _count(n: int) -> str:
    return ngettext("{n} thread", "{n} threads", n).format(n=number(n))


def _print_section(title: str, more: str) -> None:
    """Print a heading; in a pipe it is a line of its own, without tabs."""
    line = f"{title}: {more}"
    say(f"\n{line}" if sys.stdout.isatty() else f"# {line}")


def _tallies(tallies: Iterable[Tally]) -> list[tuple[str, ...]]:
    return [(tally.title, number(tally.count), tally.key) for tally in tallies]


def _write_threads(rows: Sequence[ThreadRow], now: Millis) -> None:
    from carecli.cli.show import thread_cells

    if rows:
        headings = (
            *(_("thread"), _("colour"), _("due"), _("at"), _("who"), _("assignee"), _("text")),
        )
        write_table(headings, [thread_cells(row, now) for row in rows])


def _write_until(
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


def _write_promises(promises: Sequence[PromiseRow], now: Millis, zone: str) -> None:
    notes = ngettext(
        "{n} note that mentions a time", "{n} notes that mention a time", len(promises)
    )
    _print_section(_("Promised"), notes.format(n=number(len(promises))))
    if promises:
        write_table(
            (_("thread"), _("noted"), _("state"), _("note")),
            [
                (
                    str(promise.thread),
                    _moment(promise.at, now, zone),
                    _("waiting") if promise.is_waiting else "-",
                    promise.text,
                )
                for promise in promises
            ],
        )


def _write_failed(failed: Sequence[OutboxView]) -> None:
    if failed:
        count_text = ngettext(
            "{n} item; see `carecli outbox`",
            "{n} items; see `carecli outbox`",
            len(failed),
        )
        _print_section(_("Not sent"), count_text.format(n=number(len(failed))))
        write_table(
            (_("item"), _("thread"), _("what"), _("state"), _("by"), _("error")),
            [
                (
                    str(item.id),
                    str(item.thread),
                    item.verb.value,
                    item.state.value,
                    item.by,
                    f"{item.error} {item.hint}".strip(),
                )
                for item in failed
            ],
        )


def _moment(at: Millis, now: Millis, zone: str) -> str:
    from carecli.desk.planning.split import words_of_moment

    return words_of_moment(at, now, zone)
