"""Commands that only show: list, show, outbox."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from carecli.cli.orders import SortOrder
from carecli.cli.output import say, write_json, write_table
from carecli.cli.shared import (
    CommonOptions,
    Thread,
    cli_command,
    point_at,
    read_threads,
    with_options,
)
from carecli.desk.conversations.rows import Conversation, OutboxView
from carecli.desk.planning.rows import ViewRow
from carecli.desk.threads.rows import ThreadRow
from carecli.domain.errors import FilterError, Refusal
from carecli.domain.model import Direction, ThreadId
from carecli.domain.text import join_sentences

if TYPE_CHECKING:
    from carecli.desk.services import InboxServices


@cli_command(
    "carecli list is:waiting",
    "carecli list 'colour:red due<30m -label:spam' --sort deadline",
    "carecli list at:dm '\"uszkodzona paczka\"' --json",
    "carecli list --view weekend",
    name="list",
    result=list[ThreadRow],
)
@click.argument("filter_words", nargs=-1, metavar="[FILTER]")
@click.option("--view", metavar="KEY", default="", help="A saved view.")
@click.option(
    "--sort", type=SortOrder(), help="The order (default: queue, or the order of the view)."
)
@click.option(
    "--limit", type=click.IntRange(1), default=100, help="How many at most (default: 100)."
)
@with_options
def list_threads(
    options: CommonOptions, filter_words: tuple[str, ...], view: str, sort: str | None, limit: int
) -> None:
    """List threads, most urgent first.

    With both a view and a filter, a thread must match both.
    """
    filter_text = " ".join(filter_words)
    with options.desk() as desk:
        if view:
            saved_view = _view(desk, view)
            filter_text, sort = (
                f"{saved_view.filter} {filter_text}".strip(),
                sort or saved_view.sort,
            )
        filter_text, sort = filter_text or "is:waiting", sort or "queue"
        try:
            ids = desk.threads.ids(filter_text, sort, limit=limit).ids[:limit]
        except FilterError as error:
            point_at(options, filter_text, error)
            raise
        by_id = desk.threads.rows(ids, filter_text)
        rows = [by_id[id_] for id_ in ids if id_ in by_id]
        if options.as_json:
            write_json(rows)
        else:
            now = desk.now()
            headings = ("thread", "colour", "due", "at", "who", "assignee", "text")
            write_table(headings, [thread_cells(row, now) for row in rows])


def _view(desk: InboxServices, key: str) -> ViewRow:
    views = {view.key: view for view in desk.threads.views(counted=False)}
    if key not in views:
        names = ", ".join(views)
        raise Refusal(
            f"There is no view {key!r}.",
            hint=f"Known: {names}." if names else "`carecli views --save` saves one.",
        )
    return views[key]


def thread_cells(row: ThreadRow, now: int) -> tuple[str, ...]:
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


@cli_command(
    "carecli show 1207",
    "carecli list assignee:me --limit 1 | carecli show - --json",
    result=Conversation,
)
@click.argument("thread", type=Thread())
@click.option("--whole", is_flag=True, help="Include the lines that mails only quote.")
@with_options
def show(options: CommonOptions, thread: ThreadId | str, *, whole: bool) -> None:
    """Show one conversation: the post, all messages and all decisions.

    Lines of a mail that only quote earlier mails are hidden and counted; use --whole to show them.
    In JSON, `text` contains all lines, and `folded` is the number of quoted ones.
    """
    [id_, *_] = read_threads([thread])
    with options.desk() as desk:
        conversation = desk.conversations.conversation(id_)
        if conversation is None:
            raise Refusal(f"There is no thread {id_}.", hint="`carecli list` shows their numbers.")
        if options.as_json:
            write_json(conversation)
        else:
            _print_conversation(conversation, options.setup().zone, whole=whole)


def _print_conversation(conversation: Conversation, zone: str, *, whole: bool) -> None:
    from carecli.desk.wording import attached, expressed, unquoted
    from carecli.tui.style.clock import day, hour

    row = conversation.row
    blocked = "  ·  blocked" if conversation.contact.is_blocked else ""
    say(f"#{row.id}  {row.author}  ·  {row.place}  ·  {row.colour.value}{blocked}")
    if conversation.post is not None:
        say(f"under: {conversation.post.text or conversation.post.permalink}")
    if conversation.older:
        say(f"({conversation.older} older messages)")
    for message in conversation.messages:
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
        for attachment in message.attachments:
            say(
                f"   [{attached(attachment.kind, attachment.name)}"
                f"{f'  {attachment.url}' if attachment.url else ''}]"
            )
        codes = expressed(message)
        if codes:
            say(f"   [{codes}]")
    for decision in conversation.decisions:
        undone = " (undone)" if decision.is_undone else ""
        say(f"\n * {decision.actor} {decision.text}{undone}")
    for item in conversation.outbox:
        say(f"\n => {item.verb.value}: {item.state.value} {item.error} {item.hint}".rstrip())


@cli_command(
    "carecli outbox",
    "carecli outbox --retry 41",
    "carecli outbox --cancel 41",
    result=list[OutboxView],
)
@click.option(
    "--limit", type=click.IntRange(1), default=200, help="How many at most (default: 200)."
)
@click.option("--retry", type=int, metavar="N", help="Queue a failed or unknown item again.")
@click.option("--cancel", type=int, metavar="N", help="Cancel an item that has not been sent.")
@with_options
def outbox(options: CommonOptions, limit: int, retry: int | None, cancel: int | None) -> None:
    """Show what is waiting to be sent to the platforms, and what failed."""
    with options.desk() as desk:
        if retry is not None:
            desk.commands.retry(retry)
        if cancel is not None:
            desk.commands.cancel(cancel)
        items = desk.commands.outbox(limit=limit)
        if options.as_json:
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
