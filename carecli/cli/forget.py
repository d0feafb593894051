"""The command that erases people."""

from __future__ import annotations

from collections.abc import Sequence

import click

from carecli.cli.output import say, write_json
from carecli.cli.shared import CommonOptions, Thread, asked, confirm, deed, read_threads
from carecli.desk.records.forget import Forgotten
from carecli.domain.model import ThreadId


@deed(
    "carecli forget 1207",
    "carecli forget 1207 --dry-run --json",
    "carecli forget --silent-since 730d --sure",
    says=Forgotten,
)
@click.argument("threads", type=Thread(), nargs=-1, metavar="[CONTACT...]")
@click.option(
    "--silent-since", metavar="DAY", default="", help="Everybody who has not written for this time."
)
@click.option("--dry-run", is_flag=True, help="Only list what would be erased.")
@click.option("--sure", is_flag=True, help="Do not ask for confirmation.")
@asked
def forget(
    asked: CommonOptions,
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
    with asked.desk() as desk:
        records = desk.records

        def go(*, dry_run: bool) -> Forgotten:
            if silent_since:
                return records.forget_silent(silent_since, dry_run=dry_run)
            return records.forget(ids, dry_run=dry_run)

        found = go(dry_run=True)
        if not dry_run:
            if not sure:
                if not asked.as_json:
                    _tell(found)
                confirm("This cannot be undone. Erase them?", option="--sure")
            found = go(dry_run=False)
    if asked.as_json:
        write_json(found)
    else:
        _tell(found)


def _tell(found: Forgotten) -> None:
    done = "Erased" if found.is_done else "To be erased"
    say(
        f"{done}: {_n(found.people, 'id of a person', 'ids of people')}, "
        f"{_n(found.messages, 'message', 'messages')} in {_n(found.threads, 'thread', 'threads')}."
    )
    if found.unsent and not found.is_done:
        say(
            f"{_n(found.unsent, 'reply is', 'replies are')} still waiting to be sent; cancel "
            "them, or wait."
        )
    if found.named_in:
        named = " ".join(map(str, found.named_in))
        say(
            f"They are mentioned by others in {_n(len(found.named_in), 'thread', 'threads')}: "
            f"{named}"
        )
    if found.is_done and not found.is_emptied:
        say(
            "Another carecli process is reading the database. Traces stay in the database's log "
            "until it is done."
        )


def _n(n: int, one: str, many: str) -> str:
    return f"{n} {one if n == 1 else many}"
