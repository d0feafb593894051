"""Commands that decide about threads: claim, assign, colour, snooze, done and others."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import click

from carecli.cli.shared import CommonOptions, asked, deed, span_or_moment, threads_argument
from carecli.desk.conversations.rows import Receipt
from carecli.domain.commands import (
    AnsweredOutside,
    Assign,
    Command,
    Done,
    Flag,
    Label,
    Note,
    NoteContact,
    OpenCase,
    Recolour,
    Reopen,
    Seen,
    Snooze,
)
from carecli.domain.model import Colour, MessageId, NoReplyReason, ThreadId


@dataclass(frozen=True, slots=True)
class Holder:
    """Who has claimed a thread; empty if nobody has."""

    thread: ThreadId
    holder: str


@dataclass(frozen=True, slots=True)
class DecisionResult:
    """What was done, in words."""

    said: str


def _decide(
    asked: CommonOptions, threads: Sequence[ThreadId], make: Callable[[ThreadId], Command]
) -> None:
    """One decision about every thread, in one transaction and one undo."""
    with asked.desk() as desk:
        receipts = desk.commands.submit_all([make(thread) for thread in threads])
        said = "\n".join(
            f"{thread}: {receipt.said or 'done'}"
            for thread, receipt in zip(threads, receipts, strict=True)
        )
        asked.tell(receipts, said)


@deed("carecli claim 1207", says=list[Holder])
@threads_argument
@asked
def claim(asked: CommonOptions, threads: Sequence[ThreadId]) -> None:
    """Show colleagues that you are answering a thread."""
    with asked.desk() as desk:
        holders = [Holder(thread, desk.conversations.claim(thread)) for thread in threads]
        asked.tell(holders, f"Claimed: {', '.join(str(thread) for thread in threads)}.")


@deed("carecli release 1207", says=list[Holder])
@threads_argument
@asked
def release(asked: CommonOptions, threads: Sequence[ThreadId]) -> None:
    """Release claimed threads."""
    with asked.desk() as desk:
        for thread in threads:
            desk.conversations.release(thread)
        holders = [Holder(thread, "") for thread in threads]
        asked.tell(holders, f"Released: {', '.join(str(thread) for thread in threads)}.")


@deed(
    "carecli assign 1207 --to ania",
    "carecli list colour:red | carecli assign - --team communication",
    says=list[Receipt],
)
@threads_argument
@click.option("--to", "assignee", metavar="MODERATOR", default="", help="A person; `me` is you.")
@click.option("--team", default="", help="A team.")
@click.option("--nobody", is_flag=True, help="Unassign.")
@asked
def assign(
    asked: CommonOptions, threads: Sequence[ThreadId], assignee: str, team: str, nobody: bool
) -> None:
    """Assign threads to a person or a team, or unassign them."""
    if sum((bool(assignee), bool(team), nobody)) != 1:
        raise click.UsageError("Give one of --to, --team and --nobody.")
    if assignee == "me":
        assignee = asked.setup().me
    _decide(asked, threads, lambda thread: Assign(thread, assignee, team))


@deed("carecli flag 1207", "carecli flag 1207 --off", says=list[Receipt])
@threads_argument
@click.option("--off", is_flag=True, help="Remove the flag.")
@asked
def flag(asked: CommonOptions, threads: Sequence[ThreadId], off: bool) -> None:
    """Flag threads."""
    _decide(asked, threads, lambda thread: Flag(thread, not off))


@deed("carecli colour red 1207", says=list[Receipt])
@click.argument("which", type=click.Choice([*(str(one) for one in Colour), "auto"]))
@threads_argument
@asked
def colour(asked: CommonOptions, which: str, threads: Sequence[ThreadId]) -> None:
    """Set the colour of threads; `auto` leaves the choice to the rules again."""
    chosen = None if which == "auto" else Colour(which)
    _decide(asked, threads, lambda thread: Recolour(thread, chosen))


@deed("carecli label 1207 --add delivery --remove spam", says=list[Receipt])
@threads_argument
@click.option("--add", "-a", multiple=True, help="A label to add; may be repeated.")
@click.option("--remove", "-r", multiple=True, help="A label to remove; may be repeated.")
@asked
def label(
    asked: CommonOptions, threads: Sequence[ThreadId], add: tuple[str, ...], remove: tuple[str, ...]
) -> None:
    """Add labels to threads, or remove them."""
    if not add and not remove:
        raise click.UsageError("Give --add or --remove.")
    _decide(asked, threads, lambda thread: Label(thread, add, remove))


@deed(
    "carecli snooze 1207 --for 2h",
    'carecli snooze 1207 --until "2026-12-01 09:00"',
    "carecli snooze 1207 --wake",
    says=list[Receipt],
)
@threads_argument
@click.option("--for", "span", metavar="SPAN", default="", help="For how long, e.g. 30m, 6h or 2d.")
@click.option(
    "--until", metavar="MOMENT", default="", help="Until when, e.g. 2026-12-01 or 2026-12-01 09:00."
)
@click.option("--wake", is_flag=True, help="End the snooze now.")
@asked
def snooze(
    asked: CommonOptions, threads: Sequence[ThreadId], span: str, until: str, wake: bool
) -> None:
    """Snooze threads for a while; their deadlines do not move."""
    if sum((bool(span), bool(until), wake)) != 1:
        raise click.UsageError("Give one of --for, --until and --wake.")
    moment = None if wake else span_or_moment(asked, span, until)
    _decide(asked, threads, lambda thread: Snooze(thread, moment))


@deed(
    "carecli done 1207 --reason thanks",
    "carecli list is:check | carecli done - --outside",
    "carecli done 1207 --outside --message 5310",
    says=list[Receipt],
)
@threads_argument
@click.option(
    "--reason",
    type=click.Choice([str(reason) for reason in NoReplyReason]),
    help="Why no reply is needed (default: other).",
)
@click.option(
    "--outside",
    is_flag=True,
    help="They were answered in the platform's own app (for threads in is:check).",
)
@click.option(
    "--message",
    type=int,
    metavar="ID",
    help="With --outside: only the author of this message got an answer.",
)
@asked
def done(
    asked: CommonOptions,
    threads: Sequence[ThreadId],
    reason: str | None,
    outside: bool,
    message: int | None,
) -> None:
    """Mark threads as done: no reply is needed, or it was given outside carecli."""
    if outside and reason:
        raise click.UsageError("Give --reason or --outside.")
    if message is not None and (not outside or len(threads) > 1):
        raise click.UsageError("Use --message with --outside and one thread only.")
    if outside:
        about = MessageId(message) if message is not None else None
        _decide(asked, threads, lambda thread: AnsweredOutside(thread, about))
        return
    why = NoReplyReason(reason or NoReplyReason.OTHER)
    _decide(asked, threads, lambda thread: Done(thread, why))


@deed("carecli reopen 1207", says=list[Receipt])
@threads_argument
@asked
def reopen(asked: CommonOptions, threads: Sequence[ThreadId]) -> None:
    """Reopen the last wait of threads, with its original start."""
    _decide(asked, threads, Reopen)


@deed('carecli note 1207 --text "called, sends a photo tomorrow"', says=list[Receipt])
@threads_argument
@click.option("--text", "-t", required=True, help="The text of the note.")
@click.option("--contact", is_flag=True, help="About the person: show it in all their threads.")
@asked
def note(asked: CommonOptions, threads: Sequence[ThreadId], text: str, contact: bool) -> None:
    """Add a note for colleagues; contacts never see it."""
    note_of = NoteContact if contact else Note
    _decide(asked, threads, lambda thread: note_of(thread, text))


@deed(
    'carecli case 1207 --to contact_centre --ask "Please call her about the rash" --within 4h',
    says=list[Receipt],
)
@threads_argument
@click.option("--to", required=True, metavar="TEAM", help="The team to ask.")
@click.option("--ask", required=True, help="What the team should do or answer.")
@click.option(
    "--within", metavar="SPAN", default="", help="How soon an answer is needed, e.g. 2h or 1d."
)
@asked
def case(asked: CommonOptions, threads: Sequence[ThreadId], to: str, ask: str, within: str) -> None:
    """Ask another team by mail; its answer is added to the thread as a note."""
    from carecli.config import values

    try:
        span = values.duration(within) if within else None
    except ValueError as error:
        raise click.UsageError(f"{error}.") from error
    _decide(asked, threads, lambda thread: OpenCase(thread, to, ask, span))


@deed("carecli seen 1207", "carecli list is:mentioned | carecli seen -", says=list[Receipt])
@threads_argument
@asked
def seen(asked: CommonOptions, threads: Sequence[ThreadId]) -> None:
    """Remove threads from your mentions; a note or a reply does so too."""
    _decide(asked, threads, Seen)


@deed("carecli undo", "carecli undo --redo", says=DecisionResult)
@click.option("--redo", is_flag=True, help="Redo what was undone last.")
@asked
def undo(asked: CommonOptions, redo: bool) -> None:
    """Undo your last decision, or a reply that has not been sent yet."""
    with asked.desk() as desk:
        said = desk.commands.redo() if redo else desk.commands.undo()
        asked.tell(DecisionResult(said), f"{'Redone' if redo else 'Undone'}: {said}")
