"""The command for messages that were rejected and belong to no thread."""

from __future__ import annotations

from collections.abc import Sequence

import click

from carecli.cli.output import say, write_json, write_table
from carecli.cli.shared import CommonOptions, asked, deed
from carecli.desk.records.rejected import STATES, OutsiderView
from carecli.domain.model import ThreadId


@deed(
    "carecli turned-away",
    "carecli turned-away --take 12",
    "carecli turned-away --dismiss 13 --dismiss 14",
    "carecli turned-away --dismiss-all",
    name="turned-away",
    says=list[OutsiderView] | list[ThreadId] | int,
)
@click.option(
    "--take", type=int, multiple=True, metavar="N", help="Let this message in; may be repeated."
)
@click.option(
    "--dismiss", type=int, multiple=True, metavar="N", help="Discard this message; may be repeated."
)
@click.option("--dismiss-all", is_flag=True, help="Discard everything that is still undecided.")
@click.option("--all", "every", is_flag=True, help="Include those already decided.")
@asked
def turned_away(
    asked: CommonOptions,
    take: Sequence[int],
    dismiss: Sequence[int],
    *,
    dismiss_all: bool,
    every: bool,
) -> None:
    """List messages that were turned away (automatic, mailing list, unverified sender), and why.

    A message that you let in is treated like any other. The text of a discarded message is not
    kept.
    """
    if take and (dismiss or dismiss_all):
        raise click.UsageError("Either let something in or discard something, not both.")
    with asked.desk() as desk:
        kept = desk.records.outsiders
        if take:
            threads = kept.take(take)
            asked.tell(threads, "\n".join(f"It is now thread {one}." for one in threads))
            return
        if dismiss or dismiss_all:
            ids = [one.id for one in kept.listed()] if dismiss_all else dismiss
            count = kept.dismiss(ids)
            asked.tell(count, f"Discarded: {count}.")
            return
        found = kept.listed(every=every)
        zone = asked.setup().zone
    if asked.as_json:
        write_json(found)
    elif not found:
        say("There are no new turned-away messages.")
    else:
        _tell(found, zone, every=every)


def _tell(found: Sequence[OutsiderView], zone: str, *, every: bool) -> None:
    from carecli.tui.style.clock import day

    headings = (
        "number",
        "channel",
        "came",
        "reason",
        "sender",
        "text",
        *(["state"] if every else []),
    )
    rows = [
        (
            *(str(one.id), one.channel, day(one.at, zone), one.reason, one.sender),
            " ".join(one.text.split())[:200],
            *([STATES[one.state]] if every else []),
        )
        for one in found
    ]
    write_table(headings, rows)
