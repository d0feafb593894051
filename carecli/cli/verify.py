"""Commands that prove the data: rebuild, verify."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING

import click

from carecli.cli.output import say, write_json, write_table
from carecli.cli.shared import CommonOptions, cli_command, with_options
from carecli.domain.text import join_sentences

if TYPE_CHECKING:
    from carecli.sync.verify import WaitDifference


@dataclass(frozen=True, slots=True)
class Rebuilt:
    """What deriving everything again found. `differences` are told one a line."""

    is_same: bool
    differences: list[str]
    is_fixed: bool


@dataclass(frozen=True, slots=True)
class Missed:
    """Somebody who waits on one side only. `thread` and `contact` are the platform's ids."""

    channel: str
    thread: str
    contact: str
    name: str
    what: str


@dataclass(frozen=True, slots=True)
class Unasked:
    """A channel whose platform could not be asked, and why."""

    channel: str
    error: str
    hint: str


@dataclass(frozen=True, slots=True)
class Verified:
    """Whether the open waits are exactly the unanswered contacts of the platforms.

    `not_pulled` differ only by something newer than the channel's last sync: the next pull
    settles them.
    """

    is_same: bool
    differences: list[Missed]
    not_pulled: list[Missed]
    unasked: list[Unasked]


@cli_command("carecli rebuild", "carecli rebuild --fix", result=Rebuilt)
@click.option("--fix", is_flag=True, help="Keep what was derived again, where it differs.")
@with_options
def rebuild(options: CommonOptions, fix: bool) -> int:
    """Derive threads and waits again from messages and decisions, and tell the differences.

    Nothing is changed without --fix. The exit code is 1 if there were differences.
    """
    from carecli.boot.verify import rebuild as run

    differences = run(options.setup(), fix=fix)
    if options.as_json:
        write_json(Rebuilt(not differences, differences, fix and bool(differences)))
    elif not differences:
        say("Everything derived is as it should be.")
    else:
        say("\n".join(differences))
        counted = "1 difference" if len(differences) == 1 else f"{len(differences)} differences"
        say(f"{counted}{', put right' if fix else ''}.")
    sys.stdout.flush()
    return 1 if differences else 0


@cli_command("carecli verify", "carecli verify --channel avon-fb --days 30", result=Verified)
@click.option("--channel", default="", help="Only this channel.")
@click.option("--days", type=click.IntRange(1, 3650), default=7, help="How far back (7).")
@with_options
def verify(options: CommonOptions, channel: str, days: int) -> int:
    """Ask the platforms and prove that nobody is forgotten.

    All that is new is pulled, by the engine if one runs. Then everything that stirred in the last
    days is read anew and compared: the open waits must be exactly the unanswered contacts. What is
    newer than a channel's last sync is told apart as not pulled yet. The exit code is 1 if
    anything else differs, or a platform cannot be asked.
    """
    from carecli.boot.verify import verify as run

    waits, unasked = run(options.setup(), channel, days)
    differences = [_missed_row(difference) for difference in waits if not difference.is_unpulled]
    result = Verified(
        not differences and not unasked,
        differences,
        [_missed_row(difference) for difference in waits if difference.is_unpulled],
        [Unasked(key, error.what, error.hint) for key, error in unasked.items()],
    )
    if options.as_json:
        write_json(result)
    else:
        for missed in result.unasked:
            why = join_sentences(missed.error, missed.hint)
            say(f"{missed.channel} could not be asked: {why}")
        if result.is_same:
            say("Nobody is forgotten: the open waits are exactly the unanswered contacts.")
        headings = ("channel", "thread", "who", "what")
        rows = [(row.channel, row.thread, row.name, row.what) for row in result.differences]
        if rows:
            write_table(headings, rows)
        if result.not_pulled:
            say("Not pulled yet:")
            write_table(
                headings,
                [(row.channel, row.thread, row.name, row.what) for row in result.not_pulled],
            )
    sys.stdout.flush()
    return 0 if result.is_same else 1


def _missed_row(difference: WaitDifference) -> Missed:
    return Missed(
        difference.channel, difference.thread, difference.contact, difference.name, difference.what
    )
