"""Lookup commands: snippets, cards, history."""

from __future__ import annotations

import sys
from collections.abc import Sequence

import click

from carecli.cli.output import say, write_json, write_table
from carecli.cli.shared import CommonOptions, Thread, asked, deed, read_threads
from carecli.desk.conversations.rows import SnippetView
from carecli.desk.replies.rows import CardView, History, SnippetFinding, SnippetMade, SnippetUsage
from carecli.domain.errors import Refusal
from carecli.domain.model import ThreadId

FOR_THREAD = click.option(
    "--thread", type=Thread(), metavar="THREAD", help="Sort them by how well they fit this thread."
)


def _one(thread: ThreadId | str) -> ThreadId:
    [id_, *more] = read_threads([thread])
    if more:
        raise click.UsageError("Give one thread only.")
    return id_


@click.group()
def snippets() -> None:
    """List, show, check and create saved replies."""


@deed(
    "carecli snippets list",
    "carecli snippets list parcel --thread 1207 --json",
    name="list",
    says=list[SnippetView],
)
@click.argument("search", nargs=-1, metavar="[SEARCH]")
@FOR_THREAD
@asked
def list_snippets(
    asked: CommonOptions, search: Sequence[str], thread: ThreadId | str | None
) -> None:
    """List saved replies that match these words; you may leave letters out."""
    words = " ".join(search)
    with asked.desk() as desk:
        found = (
            desk.replies.snippets(_one(thread), words)
            if thread
            else desk.replies.all_snippets(words)
        )
    if asked.as_json:
        write_json(found)
        return
    headings = ("name", "languages", "uses", "title", "text")
    write_table(
        headings,
        [
            (one.name, " ".join(one.languages) or "-", str(one.uses), one.title, one.text)
            for one in found
        ],
    )


@deed(
    "carecli snippets show parcel",
    "carecli snippets show parcel --thread 1207",
    name="show",
    says=SnippetView,
)
@click.argument("name")
@click.option("--thread", type=Thread(), metavar="THREAD", help="Fill it in for this thread.")
@asked
def show_snippet(asked: CommonOptions, name: str, thread: ThreadId | str | None) -> None:
    """Show one saved reply; with a thread, its placeholders are filled in."""
    from dataclasses import replace

    with asked.desk() as desk:
        found = next((one for one in desk.replies.all_snippets() if one.name == name), None)
        if found is None:
            hint = "`carecli snippets list` shows their names."
            raise Refusal(f"There is no snippet {name!r}.", hint=hint)
        if thread is not None:
            found = replace(found, text=desk.replies.fill(name, _one(thread)))
        asked.tell(found, found.text)


@deed(
    "carecli snippets check",
    "carecli snippets check --json",
    name="check",
    says=list[SnippetFinding],
)
@asked
def check_snippets(asked: CommonOptions) -> int:
    """Check saved replies for problems.

    It finds unknown placeholders, dates that have passed, missing languages of a group, duplicate
    names, and texts too long for a channel. The exit code is 1 if there is a problem.
    """
    with asked.desk() as desk:
        found, count = desk.replies.check_snippets(), len(desk.replies.all_snippets())
    if asked.as_json:
        write_json(found)
    elif not found:
        say(f"{count} snippets, no problems.")
    else:
        for one in found:
            hint = f" ({one.hint})" if one.hint else ""
            say(f"{one.file}:{one.line}: {one.what}{hint}")
    return 1 if found else 0


@deed(
    "carecli snippets usage",
    "carecli snippets usage --json",
    name="usage",
    says=list[SnippetUsage],
)
@asked
def usage(asked: CommonOptions) -> None:
    """Show how often each saved reply was sent, and how much it was edited."""
    from carecli.tui.style.clock import day

    with asked.desk() as desk:
        found = desk.replies.snippet_usage()
    if asked.as_json:
        write_json(found)
        return
    if not found:
        say("No reply has been sent from a snippet yet.")
        return
    zone = asked.setup().zone
    headings = ("name", "sent", "as it is", "edited", "last", "title")
    write_table(
        headings,
        [
            (
                one.name,
                str(one.times),
                str(one.unedited),
                f"{one.edited:.0%}",
                day(one.last_at, zone),
                one.title,
            )
            for one in found
        ],
    )


@deed(
    "carecli snippets new parcel-late --thread 1207",
    'carecli snippets new parcel-late --thread 1207 --title "Parcel is late" --text -',
    name="new",
    says=SnippetMade,
)
@click.argument("name")
@click.option("--thread", type=Thread(), required=True, help="The thread with your reply.")
@click.option("--title", default="", help="Its title.")
@click.option("--text", "-t", default="", help="Use this text instead; `-` reads standard input.")
@asked
def new(asked: CommonOptions, name: str, thread: ThreadId | str, title: str, text: str) -> None:
    """Save your last reply in a thread as a snippet.

    The names of the contact, the brand and the channel and your own name become placeholders;
    numbers and email addresses become questions. Check the file before colleagues use it.
    """
    if text == "-":
        text = sys.stdin.read()
    with asked.desk() as desk:
        made = desk.replies.make_snippet(name, _one(thread), title, text)
        asked.tell(made, f"Wrote {made.file}:\n\n{made.text}")


for command in (list_snippets, show_snippet, check_snippets, usage, new):
    snippets.add_command(command)


@deed(
    "carecli cards",
    "carecli cards cream",
    "carecli cards cream --section facts",
    says=list[CardView],
)
@click.argument("search", nargs=-1, metavar="[SEARCH]")
@click.option("--section", default="", help="Only this section, as it would be quoted in a reply.")
@FOR_THREAD
@asked
def cards(
    asked: CommonOptions, search: Sequence[str], section: str, thread: ThreadId | str | None
) -> None:
    """Search product cards; a single result is shown in full."""
    with asked.desk() as desk:
        found = desk.replies.cards(" ".join(search), _one(thread) if thread else None)
        if section and not found:
            raise Refusal(
                "No card contains these words.", hint="`carecli cards` lists all of them."
            )
        if asked.as_json:
            write_json(found)
        elif section:
            say(desk.replies.quote(found[0].name, section))
        elif len(found) == 1:
            _tell_card(found[0])
        else:
            rows = [
                (one.name, one.brand or "-", one.product, ", ".join(s.title for s in one.sections))
                for one in found
            ]
            write_table(("name", "brand", "product", "sections"), rows)


def _tell_card(card: CardView) -> None:
    say(f"{card.product}  ·  {card.brand or 'any brand'}")
    for section in card.sections:
        say(f"\n{section.title}\n{section.text}")
    for link in card.links:
        say(f"\n{link}")


@deed("carecli history 1207", says=History)
@click.argument("thread", type=Thread())
@asked
def history(asked: CommonOptions, thread: ThreadId | str) -> None:
    """Show all conversations with the person of a thread, on all channels."""
    from carecli.tui.style.clock import day

    id_ = _one(thread)
    with asked.desk() as desk:
        found = desk.conversations.history(id_)
    if found is None:
        raise Refusal(f"There is nobody in thread {id_}.", hint="`carecli list` shows threads.")
    if asked.as_json:
        write_json(found)
        return
    zone = asked.setup().zone
    for identity in found.identities:
        say(f"{identity.name}  ·  {identity.channel}  ·  since {day(identity.since, zone)}")
    for note in found.notes:
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
        for row in found.threads
    ]
    write_table(headings, rows)
    if found.older:
        say(f"({found.older} older threads)")
