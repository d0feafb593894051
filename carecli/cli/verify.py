"""Commands that prove the data: rebuild, verify."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING

import click

from carecli.cli.output import say, write_json, write_table
from carecli.cli.shared import CommonOptions, asked, deed
from carecli.domain.text import join_sentences

if TYPE_CHECKING:
    from carecli.sync.verify import WaitDifference


@dataclass(frozen=True, slots=True)
class Rebuilt:
    """What `carecli rebuild` found. `differences` has one text per difference."""

    is_same: bool
    differences: list[str]
    is_fixed: bool


@dataclass(frozen=True, slots=True)
class Missed:
    """A contact who is waiting on one side only. `thread` and `contact` are the platform's ids."""

    channel: str
    thread: str
    contact: str
    name: str
    what: str


@dataclass(frozen=True, slots=True)
class Unasked:
    """A channel that could not be checked, and why."""

    channel: str
    error: str
    hint: str


@dataclass(frozen=True, slots=True)
class Verified:
    """Whether carecli's open waits match the unanswered contacts on the platforms.

    `not_pulled` are differences that are newer than the channel's last sync; the next sync resolves
    them.
    """

    is_same: bool
    differences: list[Missed]
    not_pulled: list[Missed]
    unasked: list[Unasked]


@deed("carecli rebuild", "carecli rebuild --fix", says=Rebuilt)
@click.option("--fix", is_flag=True, help="Replace what differs with the new result.")
@asked
def rebuild(asked: CommonOptions, fix: bool) -> int:
    """Compute threads and waits again from messages and decisions, and list the differences.

    Without --fix, nothing is changed. The exit code is 1 if there were differences.
    """
    from carecli.boot.verify import rebuild as run

    found = run(asked.setup(), fix=fix)
    if asked.as_json:
        write_json(Rebuilt(not found, found, fix and bool(found)))
    elif not found:
        say("No differences found.")
    else:
        say("\n".join(found))
        counted = "1 difference" if len(found) == 1 else f"{len(found)} differences"
        say(f"{counted}{', fixed' if fix else ''}.")
    sys.stdout.flush()
    return 1 if found else 0


@deed("carecli verify", "carecli verify --channel avon-fb --days 30", says=Verified)
@click.option("--channel", default="", help="Only this channel.")
@click.option(
    "--days", type=click.IntRange(1, 3650), default=7, help="How many days to check (default: 7)."
)
@asked
def verify(asked: CommonOptions, channel: str, days: int) -> int:
    """Compare with the platforms to make sure that nobody is forgotten.

    First everything new is synced, by the engine if it is running. Then all conversations of the
    last days are read again and compared: carecli's open waits must match the unanswered contacts.
    Differences that are newer than a channel's last sync are listed separately, as not synced yet.
    The exit code is 1 if there are other differences, or a channel could not be checked.
    """
    from carecli.boot.verify import verify as run

    told, unasked = run(asked.setup(), channel, days)
    differences = [_missed(one) for one in told if not one.is_unpulled]
    found = Verified(
        not differences and not unasked,
        differences,
        [_missed(one) for one in told if one.is_unpulled],
        [Unasked(key, error.what, error.hint) for key, error in unasked.items()],
    )
    if asked.as_json:
        write_json(found)
    else:
        for missed in found.unasked:
            why = join_sentences(missed.error, missed.hint)
            say(f"{missed.channel} could not be checked: {why}")
        if found.is_same:
            say(
                "Nobody is forgotten: carecli's open waits match the unanswered contacts on the "
                "platforms."
            )
        headings = ("channel", "thread", "who", "what")
        rows = [(one.channel, one.thread, one.name, one.what) for one in found.differences]
        if rows:
            write_table(headings, rows)
        if found.not_pulled:
            say("Not synced yet:")
            write_table(
                headings,
                [(one.channel, one.thread, one.name, one.what) for one in found.not_pulled],
            )
    sys.stdout.flush()
    return 0 if found.is_same else 1


def _missed(one: WaitDifference) -> Missed:
    return Missed(one.channel, one.thread, one.contact, one.name, one.what)
