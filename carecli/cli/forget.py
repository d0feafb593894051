"""The command that erases people."""

from __future__ import annotations

from collections.abc import Sequence

import click

from carecli.cli.output import say, write_json
from carecli.cli.shared import (
    CommonOptions,
    Thread,
    cli_command,
    confirm,
    read_threads,
    with_options,
)
from carecli.desk.records.forget import Forgotten
from carecli.domain.model import ThreadId


@cli_command(
    "carecli forget 1207",
    "carecli forget 1207 --dry-run --json",
    "carecli forget --silent-since 730d --sure",
    result=Forgotten,
)
@click.argument("threads", type=Thread(), nargs=-1, metavar="[CONTACT...]")
@click.option(
    "--silent-since", metavar="DAY", default="", help="Everybody who has not written for this time."
)
@click.option("--dry-run", is_flag=True, help="Only list what would be erased.")
@click.option("--sure", is_flag=True, help="Do not ask for confirmation.")
@with_options
def forget(
    options: CommonOptions,
    threads: Sequence[ThreadId | str],
    silent_since: str,
    dry_run: bool,
    sure: bool,
) -> None:
    """Erase a person's data. This cannot be undone; all counts stay the same.

    CONTACT is the number of one of their threads. All their linked profiles, as shown by `carecli
    history`, are erased as well. docs/forgetting.md lists what is erased and what stays.
    """
    if bool(threads) == bool(silent_since):
        raise click.UsageError("Give one of their threads, or --silent-since.")
    ids = read_threads(threads) if threads else []
    with options.desk() as desk:
        records = desk.records

        def erase(*, dry_run: bool) -> Forgotten:
            if silent_since:
                return records.forget_silent(silent_since, dry_run=dry_run)
            return records.forget(ids, dry_run=dry_run)

        result = erase(dry_run=True)
        if not dry_run:
            if not sure:
                if not options.as_json:
                    _print_result(result)
                confirm("This cannot be undone. Erase them?", option="--sure")
            result = erase(dry_run=False)
    if options.as_json:
        write_json(result)
    else:
        _print_result(result)


def _print_result(result: Forgotten) -> None:
    verb = "Erased" if result.is_done else "To be erased"
    say(
        f"{verb}: {_counted(result.people, 'id of a person', 'ids of people')}, "
        f"{_counted(result.messages, 'message', 'messages')} in "
        f"{_counted(result.threads, 'thread', 'threads')}."
    )
    if result.unsent and not result.is_done:
        say(
            f"{_counted(result.unsent, 'reply is', 'replies are')} "
            "still waiting to be sent; cancel them, or wait."
        )
    if result.named_in:
        thread_list = " ".join(map(str, result.named_in))
        say(
            "They are mentioned by others in "
            f"{_counted(len(result.named_in), 'thread', 'threads')}: {thread_list}"
        )
    if result.is_done and not result.is_emptied:
        say(
            "Another carecli process is reading the database. Traces stay in the database's log "
            "until it is done."
        )


def _counted(n: int, singular: str, plural: str) -> str:
    return f"{n} {singular if n == 1 else plural}"
