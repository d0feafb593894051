"""Commands that add data: import, add."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from pathlib import Path

import click

from carecli.cli.output import write_json, write_table
from carecli.cli.shared import CommonOptions, asked, deed
from carecli.domain.entry import ManualEntry
from carecli.domain.model import ContactPoint, ThreadId

FILE = click.Path(path_type=Path)


@dataclass(frozen=True, slots=True)
class ImportedRow:
    """What one file held. `threads` counts those that changed."""

    file: str
    new_messages: int
    threads: int
    unrecognised: int


@dataclass(frozen=True, slots=True)
class Added:
    """The thread that now waits."""

    thread: ThreadId


@deed(
    "carecli import --channel avon-fb recorded/*.json",
    "carecli import --channel avon-ig webhook.json --json",
    name="import",
    says=list[ImportedRow],
)
@click.argument(
    "files", nargs=-1, required=True, type=click.Path(path_type=Path), metavar="FILE..."
)
@click.option("--channel", required=True, help="The channel to which they belong.")
@asked
def import_files(asked: CommonOptions, files: tuple[Path, ...], channel: str) -> None:
    """Import recorded API pages or webhook bodies from files.

    They are processed as if the platform had just sent them. Importing them twice, or in any order,
    does no harm. Anything unreadable is kept as it is, and `carecli doctor` reports it.
    """
    from carecli.boot.intake import import_files as read

    found = read(asked.setup(), channel, list(files))
    if asked.as_json:
        write_json(
            [
                ImportedRow(one.file, one.new_messages, one.threads, one.unrecognised)
                for one in found
            ]
        )
        return
    rows = [
        (str(one.new_messages), str(one.threads), str(one.unrecognised), one.file) for one in found
    ]
    write_table(("new messages", "threads", "unrecognised", "file"), rows)


@deed(
    "carecli add --channel avon-group --link https://www.facebook.com/groups/1/posts/2 "
    '--author "Ola" --text "Gdzie jest moja paczka?"',
    'carecli add --channel phone --point call --author "Ola" --written "2026-11-30 18:20" '
    '--text "Asks for a refund"',
    "carecli add --channel others --point dm --place WhatsApp --author Ola --written 3h < text.txt",
    says=Added,
)
@click.option("--channel", required=True, help="A channel of the platform `manual`.")
@click.option("--link", default="", help="Its web address; required if there is no author.")
@click.option("--author", default="", help="Who wrote it.")
@click.option(
    "--written",
    default="",
    metavar="WHEN",
    help="When it was written: `2026-11-30 18:20`, `yesterday`, `3h` (ago). The default is now.",
)
@click.option(
    "--point",
    type=click.Choice([point.value for point in ContactPoint]),
    default=ContactPoint.GROUP_POST.value,
    help="Its contact point.",
)
@click.option("--place", default="", help="The place: `WhatsApp`, `TikTok`, the name of a group.")
@click.option(
    "--text", "-t", default="", help="Its text. Without it, the text is read from standard input."
)
@asked
def add(
    asked: CommonOptions,
    channel: str,
    link: str,
    author: str,
    written: str,
    point: str,
    place: str,
    text: str,
) -> None:
    """Add a message by hand that no API can read; it is treated like any other message.

    Its deadline and the reports count from the time it was written.
    """
    said = text or sys.stdin.read().strip()
    entry = ManualEntry(said, link, author, written, ContactPoint(point), place)
    with asked.desk() as desk:
        thread = desk.commands.add_entry(channel, entry)
        asked.tell(Added(thread), f"It is now thread {thread}.")
