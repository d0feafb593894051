"""Commands that only show: list, show, outbox."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from carecli.cli.orders import SortOrder
from carecli.cli.output import say, write_json, write_table
from carecli.cli.shared import CommonOptions, Thread, asked, deed, point_at, read_threads
from carecli.desk.conversations.rows import Conversation, OutboxView
from carecli.desk.planning.rows import ViewRow
from carecli.desk.threads.rows import ThreadRow
from carecli.domain.errors import FilterError, Refusal
from carecli.domain.model import Direction, ThreadId
from carecli.domain.text import join_sentences

if TYPE_CHECKING:
    from carecli.desk.services import InboxServices


@deed(
    "carecli list is:waiting",
    "carecli list 'colour:red due<30m -label:spam' --sort deadline",
    "carecli list at:dm '\"uszkodzona paczka\"' --json",
    "carecli list --view weekend",
    name="list",
    says=list[ThreadRow],
)
@click.argument("filter_words", nargs=-1, metavar="[FILTER]")
@click.option("--view", metavar="KEY", default="", help="A saved view.")
@click.option(
    "--sort", type=SortOrder(), help="The order (default: queue, or the order of the view)."
)
@click.option(
    "--limit", type=click.IntRange(1), default=100, help="How many at most (default: 100)."
)
@asked
def list_threads(
    asked: CommonOptions, filter_words: tuple[str, ...], view: str, sort: str | None, limit: int
) -> None:
    """List threads, most urgent first.

    With both a view and a filter, a thread must match both.
    """
    wanted = " ".join(filter_words)
    with asked.desk() as desk:
        if view:
            chosen = _view(desk, view)
            wanted, sort = f"{chosen.filter} {wanted}".strip(), sort or chosen.sort
        wanted, sort = wanted or "is:waiting", sort or "queue"
        try:
            ids = desk.threads.ids(wanted, sort, limit=limit).ids[:limit]
        except FilterError as error:
            point_at(asked, wanted, error)
            raise
        found = desk.threads.rows(ids, wanted)
        rows = [found[id_] for id_ in ids if id_ in found]
        if asked.as_json:
            write_json(rows)
        else:
            now = desk.now()
            headings = ("thread", "colour", "due", "at", "who", "assignee", "text")
            write_table(headings, [line_of(row, now) for row in rows])


def _view(desk: InboxServices, key: str) -> ViewRow:
    known = {one.key: one for one in desk.threads.views(counted=False)}
    if key not in known:
        names = ", ".join(known)
        raise Refusal(
            f"There is no view {key!r}.",
            hint=f"Known: {names}." if names else "`carecli views --save` saves one.",
        )
    return known[key]


def line_of(row: ThreadRow, now: int) -> tuple[str, ...]:
    """A thread as a line of a table."""
    from carecli.tui.style.clock import countdown

    return (
        str(row.id),
        row.colour.value if row.colour_by else f"{row.colour.value}?",
        countdown(row.deadline - now) if row.deadline is not None else "-",
        row.place,
        row.author,
        row.assignee or row.team or "-",
        row.excerpt,
    )


@deed(
    "carecli show 1207",
    "carecli list assignee:me --limit 1 | carecli show - --json",
    says=Conversation,
)
@click.argument("thread", type=Thread())
@click.option("--whole", is_flag=True, help="Include the lines that mails only quote.")
@asked
def show(asked: CommonOptions, thread: ThreadId | str, *, whole: bool) -> None:
    """Show one conversation: the post, all messages and all decisions.

    Lines of a mail that only quote earlier mails are hidden and counted; use --whole to show them.
    In JSON, `text` contains all lines, and `folded` is the number of quoted ones.
    """
    [id_, *_] = read_threads([thread])
    with asked.desk() as desk:
        found = desk.conversations.conversation(id_)
        if found is None:
            raise Refusal(f"There is no thread {id_}.", hint="`carecli list` shows their numbers.")
        if asked.as_json:
            write_json(found)
        else:
            _tell_conversation(found, asked.setup().zone, whole=whole)


def _tell_conversation(found: Conversation, zone: str, *, whole: bool) -> None:
    from carecli.desk.wording import attached, expressed, unquoted
    from carecli.tui.style.clock import day, hour

    row = found.row
    blocked = "  ·  blocked" if found.contact.is_blocked else ""
    say(f"#{row.id}  {row.author}  ·  {row.place}  ·  {row.colour.value}{blocked}")
    if found.post is not None:
        say(f"under: {found.post.text or found.post.permalink}")
    if found.older:
        say(f"({found.older} older messages)")
    for message in found.messages:
        arrow = "<-" if message.direction is Direction.INBOUND else "->"
        when = f"{day(message.created_at, zone)} {hour(message.created_at, zone)}"
        marks = " (private)" if message.is_private else ""
        marks += "" if message.visibility.value == "visible" else f" ({message.visibility.value})"
        say(f"\n{arrow} {message.author}, {when}{marks}")
        if message.also_to:
            say(f"   also to: {', '.join(message.also_to)}")
        text, folded = (message.text, "") if whole else unquoted(message)
        say("\n".join(f"   {line}" for line in text.splitlines()))
        if folded:
            say(f"   ({folded}; use --whole to show them)")
        for one in message.attachments:
            say(f"   [{attached(one.kind, one.name)}{f'  {one.url}' if one.url else ''}]")
        codes = expressed(message)
        if codes:
            say(f"   [{codes}]")
    for decision in found.decisions:
        undone = " (undone)" if decision.is_undone else ""
        say(f"\n * {decision.actor} {decision.text}{undone}")
    for item in found.outbox:
        say(f"\n => {item.verb.value}: {item.state.value} {item.error} {item.hint}".rstrip())


@deed(
    "carecli outbox",
    "carecli outbox --retry 41",
    "carecli outbox --cancel 41",
    says=list[OutboxView],
)
@click.option(
    "--limit", type=click.IntRange(1), default=200, help="How many at most (default: 200)."
)
@click.option("--retry", type=int, metavar="N", help="Queue a failed or unknown item again.")
@click.option("--cancel", type=int, metavar="N", help="Cancel an item that has not been sent.")
@asked
def outbox(asked: CommonOptions, limit: int, retry: int | None, cancel: int | None) -> None:
    """Show what is waiting to be sent to the platforms, and what failed."""
    with asked.desk() as desk:
        if retry is not None:
            desk.commands.retry(retry)
        if cancel is not None:
            desk.commands.cancel(cancel)
        items = desk.commands.outbox(limit=limit)
        if asked.as_json:
            write_json(items)
            return
        headings = ("item", "thread", "what", "state", "by", "channel", "text", "error")
        write_table(
            headings,
            [
                (
                    str(item.id),
                    str(item.thread),
                    item.verb.value,
                    item.state.value,
                    item.by,
                    item.channel,
                    item.text,
                    join_sentences(item.error, item.hint),
                )
                for item in items
            ],
        )
