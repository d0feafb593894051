"""The command for messages that were rejected and belong to no thread."""

from __future__ import annotations

from collections.abc import Sequence

import click

from carecli.cli.output import say, write_json, write_table
from carecli.cli.shared import CommonOptions, cli_command, with_options
from carecli.desk.records.rejected import STATES, OutsiderView
from carecli.domain.model import ThreadId


@cli_command(
    "carecli turned-away",
    "carecli turned-away --take 12",
    "carecli turned-away --dismiss 13 --dismiss 14",
    "carecli turned-away --dismiss-all",
    name="turned-away",
    result=list[OutsiderView] | list[ThreadId] | int,
)
@click.option(
    "--take", type=int, multiple=True, metavar="N", help="Let this message in; may be repeated."
)
@click.option(
    "--dismiss", type=int, multiple=True, metavar="N", help="Discard this message; may be repeated."
)
@click.option("--dismiss-all", is_flag=True, help="Discard everything that is still undecided.")
@click.option("--all", "every", is_flag=True, help="Include those already decided.")
@with_options
def turned_away(
    options: CommonOptions,
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
    with options.desk() as desk:
        rejected = desk.records.outsiders
        if take:
            threads = rejected.take(take)
            options.tell(threads, "\n".join(f"It is now thread {thread}." for thread in threads))
            return
        if dismiss or dismiss_all:
            ids = [message.id for message in rejected.listed()] if dismiss_all else dismiss
            count = rejected.dismiss(ids)
            options.tell(count, f"Discarded: {count}.")
            return
        messages = rejected.listed(every=every)
        zone = options.setup().zone
    if options.as_json:
        write_json(messages)
    elif not messages:
        say("There are no new turned-away messages.")
    else:
        _write_messages(messages, zone, every=every)


def _write_messages(messages: Sequence[OutsiderView], zone: str, *, every: bool) -> None:
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
            *(
                str(message.id),
                message.channel,
                day(message.at, zone),
                message.reason,
                message.sender,
            ),
            " ".join(message.text.split())[:200],
            *([STATES[message.state]] if every else []),
        )
        for message in messages
    ]
    write_table(headings, rows)
