"""Commands for the start of a day and the end of a shift."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import click

from carecli.cli.output import say, write_json, write_table
from carecli.cli.shared import MANY, Asked, asked, confirm, deed
from carecli.desk.opened import OutboxView
from carecli.desk.plans import Handover, Promise, Today
from carecli.desk.rows import Tally, ThreadRow
from carecli.domain.model import Millis


@dataclass(frozen=True, slots=True)
class HandedOver:
    """A handover as it was when asked for; `decision` is null unless it was released then."""

    handover: Handover
    decision: int | None
    said: str


@deed("carecli today", "carecli today --since fri --json", says=Today)
@click.option("--since", metavar="DAY", default="", help="Not since your last decision.")
@click.option("--brand", default="", help="One brand only, by key.")
@asked
def today(asked: Asked, since: str, brand: str) -> None:
    """Show how many wait and which, what breaches soon, and what came in over night.

    Counted from your last decision before today, or from last evening.
    """
    with asked.desk() as desk:
        found = desk.today(since, brand)
    if asked.as_json:
        write_json(found)
        return
    zone = asked.setup().zone
    since_words = _moment(found.since, found.now, zone)
    _section("What waits", f"{found.waiting:,} threads")
    write_table(
        ("what", "threads", "list"),
        [
            ("overdue", f"{found.overdue:,}", "is:overdue"),
            ("mine", f"{found.mine:,}", "is:waiting assignee:me"),
            ("unassigned", f"{found.unassigned:,}", "is:waiting assignee:none"),
            *_tallies((*found.colours, *found.points, *found.brands)),
        ],
    )
    _section("Due within two hours", f"{found.breaching:,} threads")
    _threads(found.breaches, found.now)
    more = f"{found.came_in:,} threads, {found.came_in_waiting:,} of them wait"
    _section(f"Came in since {since_words}", more)
    write_table(("colour", "threads", "list"), _tallies(found.came_in_colours))
    if found.rules:
        _section("What rules did", f"since {since_words}")
        rows = [(one.rule, one.did, f"{one.count:,}") for one in found.rules]
        write_table(("rule", "what", "times"), rows)
    _failed(found.failed)
    if found.troubled:
        _section("Channels in trouble", f"{len(found.troubled)}")
        write_table(
            ("channel", "error", "hint"),
            [(one.channel, one.error or one.possible_loss, one.hint) for one in found.troubled],
        )
    if found.campaigns:
        _section("Campaigns that go first", f"{len(found.campaigns)}")
        write_table(
            ("campaign", "waiting", "list"),
            [(one.title, f"{one.waiting:,}", one.filter) for one in found.campaigns],
        )


@deed(
    "carecli handover",
    "carecli handover > handover.txt",
    "carecli handover --release --yes",
    says=HandedOver,
)
@click.option("--release", is_flag=True, help="Give what waits with you back to the pool.")
@click.option("--yes", is_flag=True, help=f"Do not ask, also for more than {MANY} threads.")
@asked
def handover(asked: Asked, release: bool, yes: bool) -> None:
    """Write down what waits with you, was begun, put aside or promised, and what expires.

    With --release it goes back to the pool afterwards: one decision, one undo.
    """
    with asked.desk() as desk:
        found = desk.handover()
        if not asked.as_json:
            _tell_handover(found, asked.setup().zone)
        decision, said = None, ""
        if release:
            if found.waiting > MANY and not yes:
                confirm(f"This gives {found.waiting} threads back. Go on?")
            done = desk.hand_back()
            decision, said = done.decision, done.said
        if asked.as_json:
            write_json(HandedOver(found, decision, said))
        elif release:
            say(f"\n{said}. `carecli undo` takes it back.")


def _tell_handover(found: Handover, zone: str) -> None:
    now = found.now
    colours = ", ".join(f"{n:,} {colour}" for colour, n in found.colours.items() if n)
    colours = f" ({colours})" if colours else ""
    _section(f"{found.moderator}: waits with me", f"{found.waiting:,} threads{colours}")
    _threads(found.mine, now)
    _section("Begun and not sent", f"{len(found.drafts)}")
    _threads(found.drafts, now)
    _section("Put aside", f"{len(found.snoozed)}")
    _until(found.snoozed, "wakes", [row.snoozed_until for row in found.snoozed], now, zone)
    _section("Promised", f"{len(found.promises)} notes that name a time")
    _promises(found.promises, now, zone)
    _section("Messaging windows that close within 24 hours", f"{len(found.expiring)}")
    _until(found.expiring, "closes", [row.window_until for row in found.expiring], now, zone)
    _failed(found.failed)


def _section(title: str, more: str) -> None:
    """A heading for eyes; a pipe gets it as a line of its own, without tabs."""
    line = f"{title}: {more}"
    say(f"\n{line}" if sys.stdout.isatty() else f"# {line}")


def _tallies(tallies: Iterable[Tally]) -> list[tuple[str, ...]]:
    return [(one.title, f"{one.count:,}", one.key) for one in tallies]


def _threads(rows: Sequence[ThreadRow], now: Millis) -> None:
    from carecli.cli.reading import line_of

    if rows:
        headings = ("thread", "colour", "due", "at", "who", "assignee", "text")
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
            ("thread", heading, "at", "who", "text"),
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


def _promises(promises: Sequence[Promise], now: Millis, zone: str) -> None:
    if promises:
        write_table(
            ("thread", "noted", "state", "note"),
            [
                (
                    str(one.thread),
                    _moment(one.at, now, zone),
                    "waiting" if one.is_waiting else "-",
                    one.text,
                )
                for one in promises
            ],
        )


def _failed(failed: Sequence[OutboxView]) -> None:
    if failed:
        _section("Not sent", f"{len(failed)} items; `carecli outbox` says more")
        write_table(
            ("item", "thread", "what", "state", "by", "error"),
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
    from carecli.desk.splitting import words_of_moment

    return words_of_moment(at, now, zone)
