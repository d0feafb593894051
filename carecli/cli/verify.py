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


@deed("carecli rebuild", "carecli rebuild --fix", says=Rebuilt)
@click.option("--fix", is_flag=True, help="Keep what was derived again, where it differs.")
@asked
def rebuild(asked: CommonOptions, fix: bool) -> int:
    """Derive threads and waits again from messages and decisions, and tell the differences.

    Nothing is changed without --fix. The exit code is 1 if there were differences.
    """
    from carecli.boot.verify import rebuild as run

    found = run(asked.setup(), fix=fix)
    if asked.as_json:
        write_json(Rebuilt(not found, found, fix and bool(found)))
    elif not found:
        say("Everything derived is as it should be.")
    else:
        say("\n".join(found))
        counted = "1 difference" if len(found) == 1 else f"{len(found)} differences"
        say(f"{counted}{', put right' if fix else ''}.")
    sys.stdout.flush()
    return 1 if found else 0


@deed("carecli verify", "carecli verify --channel avon-fb --days 30", says=Verified)
@click.option("--channel", default="", help="Only this channel.")
@click.option("--days", type=click.IntRange(1, 3650), default=7, help="How far back (7).")
@asked
def verify(asked: CommonOptions, channel: str, days: int) -> int:
    """Ask the platforms and prove that nobody is forgotten.

    All that is new is pulled, by the engine if one runs. Then everything that stirred in the last
    days is read anew and compared: the open waits must be exactly the unanswered contacts. What is
    newer than a channel's last sync is told apart as not pulled yet. The exit code is 1 if
    anything else differs, or a platform cannot be asked.
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
            say(f"{missed.channel} could not be asked: {why}")
        if found.is_same:
            say("Nobody is forgotten: the open waits are exactly the unanswered contacts.")
        headings = ("channel", "thread", "who", "what")
        rows = [(one.channel, one.thread, one.name, one.what) for one in found.differences]
        if rows:
            write_table(headings, rows)
        if found.not_pulled:
            say("Not pulled yet:")
            write_table(
                headings,
                [(one.channel, one.thread, one.name, one.what) for one in found.not_pulled],
            )
    sys.stdout.flush()
    return 0 if found.is_same else 1


def _missed(one: WaitDifference) -> Missed:
    return Missed(one.channel, one.thread, one.contact, one.name, one.what)
