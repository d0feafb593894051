"""Lookup commands: snippets, cards, history."""

from __future__ import annotations

import sys
from collections.abc import Sequence

import click

from carecli.cli.output import say, write_json, write_table
from carecli.cli.shared import CommonOptions, Thread, cli_command, read_threads, with_options
from carecli.desk.conversations.rows import SnippetView
from carecli.desk.replies.rows import CardView, History, SnippetFinding, SnippetMade, SnippetUsage
from carecli.domain.errors import Refusal
from carecli.domain.model import ThreadId

FOR_THREAD = click.option(
    "--thread", type=Thread(), metavar="THREAD", help="Sort them by how well they fit this thread."
)


def _single_thread(thread: ThreadId | str) -> ThreadId:
    [id_, *more] = read_threads([thread])
    if more:
        raise click.UsageError("Give one thread only.")
    return id_


@click.group()
def snippets() -> None:
    """List, show, check and create saved replies."""


@cli_command(
    "carecli snippets list",
    "carecli snippets list parcel --thread 1207 --json",
    name="list",
    result=list[SnippetView],
)
@click.argument("search", nargs=-1, metavar="[SEARCH]")
@FOR_THREAD
@with_options
def list_snippets(
    options: CommonOptions, search: Sequence[str], thread: ThreadId | str | None
) -> None:
    """List saved replies that match these words; you may leave letters out."""
    words = " ".join(search)
    with options.desk() as desk:
        rows = (
            desk.replies.snippets(_single_thread(thread), words)
            if thread
            else desk.replies.all_snippets(words)
        )
    if options.as_json:
        write_json(rows)
        return
    headings = ("name", "languages", "uses", "title", "text")
    write_table(
        headings,
        [
            (
                snippet.name,
                " ".join(snippet.languages) or "-",
                str(snippet.uses),
                snippet.title,
                snippet.text,
            )
            for snippet in rows
        ],
    )


@cli_command(
    "carecli snippets show parcel",
    "carecli snippets show parcel --thread 1207",
    name="show",
    result=SnippetView,
)
@click.argument("name")
@click.option("--thread", type=Thread(), metavar="THREAD", help="Fill it in for this thread.")
@with_options
def show_snippet(options: CommonOptions, name: str, thread: ThreadId | str | None) -> None:
    """Show one saved reply; with a thread, its placeholders are filled in."""
    from dataclasses import replace

    with options.desk() as desk:
        snippet = next(
            (candidate for candidate in desk.replies.all_snippets() if candidate.name == name), None
        )
        if snippet is None:
            hint = "`carecli snippets list` shows their names."
            raise Refusal(f"There is no snippet {name!r}.", hint=hint)
        if thread is not None:
            snippet = replace(snippet, text=desk.replies.fill(name, _single_thread(thread)))
        options.tell(snippet, snippet.text)


@cli_command(
    "carecli snippets check",
    "carecli snippets check --json",
    name="check",
    result=list[SnippetFinding],
)
@with_options
def check_snippets(options: CommonOptions) -> int:
    """Check saved replies for problems.

    It finds unknown placeholders, dates that have passed, missing languages of a group, duplicate
    names, and texts too long for a channel. The exit code is 1 if there is a problem.
    """
    with options.desk() as desk:
        findings, count = desk.replies.check_snippets(), len(desk.replies.all_snippets())
    if options.as_json:
        write_json(findings)
    elif not findings:
        say(f"{count} snippets, no problems.")
    else:
        for finding in findings:
            hint = f" ({finding.hint})" if finding.hint else ""
            say(f"{finding.file}:{finding.line}: {finding.what}{hint}")
    return 1 if findings else 0


@cli_command(
    "carecli snippets usage",
    "carecli snippets usage --json",
    name="usage",
    result=list[SnippetUsage],
)
@with_options
def usage(options: CommonOptions) -> None:
    """Show how often each saved reply was sent, and how much it was edited."""
    from carecli.tui.style.clock import day

    with options.desk() as desk:
        rows = desk.replies.snippet_usage()
    if options.as_json:
        write_json(rows)
        return
    if not rows:
        say("No reply has been sent from a snippet yet.")
        return
    zone = options.setup().zone
    headings = ("name", "sent", "as it is", "edited", "last", "title")
    write_table(
        headings,
        [
            (
                row.name,
                str(row.times),
                str(row.unedited),
                f"{row.edited:.0%}",
                day(row.last_at, zone),
                row.title,
            )
            for row in rows
        ],
    )


@cli_command(
    "carecli snippets new parcel-late --thread 1207",
    'carecli snippets new parcel-late --thread 1207 --title "Parcel is late" --text -',
    name="new",
    result=SnippetMade,
)
@click.argument("name")
@click.option("--thread", type=Thread(), required=True, help="The thread with your reply.")
@click.option("--title", default="", help="Its title.")
@click.option("--text", "-t", default="", help="Use this text instead; `-` reads standard input.")
@with_options
def new(options: CommonOptions, name: str, thread: ThreadId | str, title: str, text: str) -> None:
    """Save your last reply in a thread as a snippet.

    The names of the contact, the brand and the channel and your own name become placeholders;
    numbers and email addresses become questions. Check the file before colleagues use it.
    """
    if text == "-":
        text = sys.stdin.read()
    with options.desk() as desk:
        made = desk.replies.make_snippet(name, _single_thread(thread), title, text)
        options.tell(made, f"Wrote {made.file}:\n\n{made.text}")


for command in (list_snippets, show_snippet, check_snippets, usage, new):
    snippets.add_command(command)


@cli_command(
    "carecli cards",
    "carecli cards cream",
    "carecli cards cream --section facts",
    result=list[CardView],
)
@click.argument("search", nargs=-1, metavar="[SEARCH]")
@click.option("--section", default="", help="Only this section, as it would be quoted in a reply.")
@FOR_THREAD
@with_options
def cards(
    options: CommonOptions, search: Sequence[str], section: str, thread: ThreadId | str | None
) -> None:
    """Search product cards; a single result is shown in full."""
    with options.desk() as desk:
        matches = desk.replies.cards(" ".join(search), _single_thread(thread) if thread else None)
        if section and not matches:
            raise Refusal(
                "No card contains these words.", hint="`carecli cards` lists all of them."
            )
        if options.as_json:
            write_json(matches)
        elif section:
            say(desk.replies.quote(matches[0].name, section))
        elif len(matches) == 1:
            _print_card(matches[0])
        else:
            rows = [
                (
                    card.name,
                    card.brand or "-",
                    card.product,
                    ", ".join(s.title for s in card.sections),
                )
                for card in matches
            ]
            write_table(("name", "brand", "product", "sections"), rows)


def _print_card(card: CardView) -> None:
    say(f"{card.product}  ·  {card.brand or 'any brand'}")
    for section in card.sections:
        say(f"\n{section.title}\n{section.text}")
    for link in card.links:
        say(f"\n{link}")


@cli_command("carecli history 1207", result=History)
@click.argument("thread", type=Thread())
@with_options
def history(options: CommonOptions, thread: ThreadId | str) -> None:
    """Show all conversations with the person of a thread, on all channels."""
    from carecli.tui.style.clock import day

    id_ = _single_thread(thread)
    with options.desk() as desk:
        record = desk.conversations.history(id_)
    if record is None:
        raise Refusal(f"There is nobody in thread {id_}.", hint="`carecli list` shows threads.")
    if options.as_json:
        write_json(record)
        return
    zone = options.setup().zone
    for identity in record.identities:
        say(f"{identity.name}  ·  {identity.channel}  ·  since {day(identity.since, zone)}")
    for note in record.notes:
        say(f" * {note.actor}, {day(note.at, zone)}: {note.text}")
    headings = ("thread", "colour", "at", "ended", "text")
    rows = [
        (
            str(row.id),
            row.colour.value,
            row.place,
            "waiting" if row.is_waiting else (row.outcome.value if row.outcome else "-"),
            row.excerpt,
        )
        for row in record.threads
    ]
    write_table(headings, rows)
    if record.older:
        say(f"({record.older} older threads)")
