"""Commands that act on a platform: reply, hide, unhide, delete, like, block, unblock."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING

import click

from carecli.cli.mass_reply import MassReplyText, PlannedReply, check_options, reply_to_many
from carecli.cli.shared import (
    CommonOptions,
    Thread,
    asked,
    confirm,
    deed,
    read_threads,
    threads_argument,
)
from carecli.desk.conversations.rows import Conversation, Receipt
from carecli.domain.commands import AnsweredByHand, Moderate, Reply
from carecli.domain.errors import Refusal
from carecli.domain.model import Direction, MessageId, OutboxVerb, ThreadId

if TYPE_CHECKING:
    from carecli.desk.services import InboxServices


@deed(
    'carecli reply 1207 --text "¡Gracias, Lucía!"',
    "carecli reply 1207 --private < answer.txt",
    "carecli reply 1207 --all --text 'The set is available.'",
    "carecli reply 1207 --snippet where-to-buy --answer product=Balm",
    "carecli reply 1207 --by-hand",
    "carecli list label:strike | carecli reply - --text 'Hi {contact.first_name}, …' --dry-run",
    says=Receipt | list[Receipt] | list[PlannedReply],
)
@click.argument("threads", type=Thread(), nargs=-1, required=True, metavar="THREAD...")
@click.option(
    "--text", "-t", default="", help="The text. Without it, the text is read from standard input."
)
@click.option("--private", is_flag=True, help="Answer a comment with a private message.")
@click.option(
    "--all", "to_all", is_flag=True, help="For a mail: reply to its other recipients as well."
)
@click.option(
    "--now",
    "at_once",
    is_flag=True,
    help="Send at once, without the seconds in which you can undo.",
)
@click.option("--message", type=int, help="The message to answer (default: the contact's newest).")
@click.option(
    "--snippet",
    default="",
    help="Use this saved reply; with --text, count your text as a use of it.",
)
@click.option(
    "--answer",
    "answers",
    metavar="NAME=TEXT",
    multiple=True,
    help="The answer to a question of the snippet; may be repeated.",
)
@click.option("--dry-run", is_flag=True, help="Only show the reply for each thread.")
@click.option(
    "--yes", is_flag=True, help="Do not ask for confirmation, even for several public replies."
)
@click.option(
    "--by-hand", is_flag=True, help="You have answered it outside carecli; this ends the wait."
)
@asked
def reply(
    asked: CommonOptions,
    threads: Sequence[ThreadId | str],
    text: str,
    private: bool,
    to_all: bool,
    at_once: bool,
    message: int | None,
    snippet: str,
    answers: Sequence[str],
    dry_run: bool,
    yes: bool,
    by_hand: bool,
) -> None:
    """Answer one thread, or several with one text. The engine sends the reply, once.

    With several threads, or with --dry-run, placeholders are filled in for each thread. Threads
    where nobody is waiting or no answer is possible are left out. Public replies are sent one after
    another. An answer to a mail goes to its sender; with --all, also to its other recipients.
    """
    if by_hand and (private or to_all or snippet or message is not None):
        raise click.UsageError("With --by-hand, give the answer with --text.")
    if not text and not snippet and not by_hand:
        if "-" in threads:
            raise click.UsageError("With threads from standard input, give --text or --snippet.")
        text = sys.stdin.read().strip()
    ids = read_threads(threads)
    if len(ids) > 1 or dry_run:
        check_options(to_all=to_all, by_hand=by_hand, message=message, text=text, snippet=snippet)
        said = MassReplyText(text, snippet, _answers(answers), private)
        with asked.desk(grace=0 if at_once else None) as desk:
            reply_to_many(asked, desk, ids, said, dry_run=dry_run, yes=yes)
        return
    [id_] = ids
    with asked.desk(grace=0 if at_once else None) as desk:
        if by_hand:
            receipt = desk.commands.submit(AnsweredByHand(id_, text))
            asked.tell(receipt, f"{id_}: {receipt.said}")
            return
        found = opened(desk, id_)
        target = MessageId(message) if message is not None else None
        if snippet and not text:
            text = desk.replies.fill(snippet, id_, _answers(answers))
        receipt = desk.commands.submit(
            Reply(
                id_,
                text,
                private=private,
                target=target,
                head=found.head,
                snippet=snippet,
                to_all=to_all,
            )
        )
        told = receipt.said or (
            f"The reply to thread {id_} is queued as outbox item {receipt.outbox}."
        )
        asked.tell(receipt, f"{told}{_to_whom(found, target, to_all=to_all)}")


def _to_whom(found: Conversation, target: MessageId | None, *, to_all: bool) -> str:
    """Which recipients of a mail an answer goes to, where there are several; else empty."""
    others = ", ".join(found.others(target))
    if not others:
        return ""
    if to_all:
        return f" It goes to {found.contact.name}, and to {others}."
    return f" It goes only to {found.contact.name}, not to {others} (--all)."


def _answers(words: Sequence[str]) -> dict[str, str]:
    """`product=Balm` as a name and what it stands for."""
    pairs = [word.partition("=") for word in words]
    if not all(sign for _, sign, _ in pairs):
        raise click.UsageError("An answer is NAME=TEXT, e.g. --answer product=Balm.")
    return {name.strip(): text.strip() for name, _, text in pairs}


def opened(desk: InboxServices, thread: ThreadId) -> Conversation:
    """The conversation, or a Refusal when there is none."""
    found = desk.conversations.conversation(thread)
    if found is None:
        raise Refusal(f"There is no thread {thread}.", hint="`carecli list` shows their numbers.")
    return found


def _moderate(
    asked: CommonOptions, threads: Sequence[ThreadId], message: int | None, verb: OutboxVerb
) -> None:
    if message is not None and len(threads) > 1:
        raise click.UsageError("Use --message with one thread only.")
    with asked.desk() as desk:
        commands = []
        for thread in threads:
            found = opened(desk, thread)
            meant = message if message is not None else _newest_inbound(found)
            commands.append(Moderate(thread, MessageId(meant), verb))
        receipts = desk.commands.submit_all(commands)
        asked.tell(receipts, f"{verb.value}: queued for {len(receipts)} of {len(threads)}.")


def _newest_inbound(found: Conversation) -> MessageId:
    for message in reversed(found.messages):
        if message.direction is Direction.INBOUND:
            return message.id
    raise Refusal(f"Nobody wrote in thread {found.row.id}.")


_message = click.option(
    "--message", type=int, help="The message, for a single thread (default: the contact's newest)."
)


@deed("carecli hide 1207", "carecli list label:spam | carecli hide - --yes", says=list[Receipt])
@threads_argument
@_message
@asked
def hide(asked: CommonOptions, threads: Sequence[ThreadId], message: int | None) -> None:
    """Hide comments on the platform."""
    _moderate(asked, threads, message, OutboxVerb.HIDE)


@deed("carecli unhide 1207 --message 5310", says=list[Receipt])
@threads_argument
@_message
@asked
def unhide(asked: CommonOptions, threads: Sequence[ThreadId], message: int | None) -> None:
    """Show hidden comments again."""
    _moderate(asked, threads, message, OutboxVerb.UNHIDE)


@deed("carecli delete 1207 --sure", says=list[Receipt])
@threads_argument
@click.option("--sure", is_flag=True, help="Delete without asking. This cannot be undone.")
@_message
@asked
def delete(
    asked: CommonOptions, threads: Sequence[ThreadId], message: int | None, sure: bool
) -> None:
    """Delete comments on the platform, which cannot be undone."""
    if not sure:
        count = "this comment" if len(threads) == 1 else f"{len(threads)} comments"
        confirm(f"Delete {count} on the platform? This cannot be undone.", option="--sure")
    _moderate(asked, threads, message, OutboxVerb.DELETE)


@deed(
    "carecli block 1207 --sure",
    "carecli block 1207 --message 5310 --sure --json",
    says=list[Receipt],
)
@threads_argument
@click.option("--sure", is_flag=True, help="Block without asking.")
@_message
@asked
def block(
    asked: CommonOptions, threads: Sequence[ThreadId], message: int | None, sure: bool
) -> None:
    """Block the author of a message, where the platform supports it.

    They will no longer be able to write to the brand, in public or in private, until you run
    `carecli unblock` or `carecli undo`.
    """
    if not sure:
        with asked.desk() as desk:
            people = [_named(opened(desk, one), message) for one in threads[:NAMED]]
        more = len(threads) - len(people)
        who = ", ".join(people) + (f" and {more} more" if more else "")
        confirm(f"Block {who}? They will no longer be able to write to the brand.", option="--sure")
    _moderate(asked, threads, message, OutboxVerb.BLOCK)


@deed("carecli unblock 1207", says=list[Receipt])
@threads_argument
@_message
@asked
def unblock(asked: CommonOptions, threads: Sequence[ThreadId], message: int | None) -> None:
    """Unblock the author of a message."""
    _moderate(asked, threads, message, OutboxVerb.UNBLOCK)


NAMED = 5
"""People whom the question names; it counts the rest."""


def _named(found: Conversation, message: int | None) -> str:
    """Who wrote a message (None: the newest of a contact), and on which channel."""
    meant = message if message is not None else _newest_inbound(found)
    author = next((one.author for one in found.messages if one.id == meant), "")
    return f"{author or 'somebody'} ({found.reply_as})"


@deed("carecli like 1207", says=list[Receipt])
@threads_argument
@_message
@click.option("--off", is_flag=True, help="Remove the like.")
@asked
def like(asked: CommonOptions, threads: Sequence[ThreadId], message: int | None, off: bool) -> None:
    """Like comments as the brand."""
    _moderate(asked, threads, message, OutboxVerb.UNLIKE if off else OutboxVerb.LIKE)
