"""One reply to many threads, with the same review as on the screen."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import click

from carecli.cli.output import say
from carecli.cli.shared import MANY, CommonOptions, confirm
from carecli.domain.errors import Refusal
from carecli.domain.model import ThreadId
from carecli.domain.text import one_line

if TYPE_CHECKING:
    from carecli.desk.replies.mass_reply import Addressed
    from carecli.desk.services import InboxServices
    from carecli.desk.threads.rows import ThreadRow


@dataclass(frozen=True, slots=True)
class PlannedReply:
    """The reply for one thread, or in `refused` why it is left out, with a `hint`.

    `is_public`: everybody can read it.
    """

    thread: ThreadId
    to: str
    place: str
    text: str
    is_public: bool
    refused: str = ""
    hint: str = ""


@dataclass(frozen=True, slots=True)
class MassReplyText:
    """What to reply: a text or a snippet, and answers to its questions."""

    text: str
    snippet: str
    answers: Mapping[str, str]
    is_private: bool


def reply_to_many(
    options: CommonOptions,
    desk: InboxServices,
    threads: Sequence[ThreadId],
    content: MassReplyText,
    *,
    dry_run: bool,
    yes: bool,
) -> None:
    """Send the text to each thread, filled in for each, as one decision; or only show it."""
    addressed = desk.replies.address(
        threads,
        content.text or _template(desk, content.snippet),
        content.answers,
        private=content.is_private,
        snippet=content.snippet,
        draft="",
    )
    planned = _plan(addressed, threads, desk.threads.rows(threads))
    if dry_run:
        options.tell(planned, _as_lines(planned))
        return
    if not addressed.replies:
        raise next(iter(addressed.refused.values()), Refusal("There is nobody to reply to."))
    if not options.as_json:
        say(_as_lines(planned), to_errors=True)
    if not yes and (addressed.public > 1 or len(addressed.replies) > MANY):
        confirm(f"Send {len(addressed.replies)} replies, {addressed.public} of them in public?")
    receipts = desk.commands.submit_all(addressed.replies)
    options.tell(receipts, f"Queued for {len(receipts)} of {len(threads)} threads.")


def _template(desk: InboxServices, name: str) -> str:
    for snippet in desk.replies.all_snippets(name):
        if snippet.name == name:
            return snippet.text
    raise Refusal(f"There is no snippet {one_line(name, 80)!r}.")


def _plan(
    addressed: Addressed, threads: Sequence[ThreadId], rows: Mapping[ThreadId, ThreadRow]
) -> list[PlannedReply]:
    replies = {reply.thread: reply for reply in addressed.replies}
    planned: list[PlannedReply] = []
    for thread in threads:
        row, refusal = rows.get(thread), addressed.refused.get(thread)
        to, place = (row.author, row.place) if row is not None else ("", "")
        if refusal is not None:
            planned.append(PlannedReply(thread, to, place, "", False, refusal.what, refusal.hint))
        elif thread in replies:
            is_dm = row is not None and row.point.is_private
            is_public = not (replies[thread].private or is_dm)
            planned.append(PlannedReply(thread, to, place, replies[thread].text, is_public))
    return planned


def _as_lines(planned: Sequence[PlannedReply]) -> str:
    lines: list[str] = []
    for reply in planned:
        status = "left out" if reply.refused else "public" if reply.is_public else "private"
        text = f"{reply.refused} {reply.hint}".strip() if reply.refused else one_line(reply.text)
        lines.append(f"{reply.thread}\t{status}\t{reply.to}\t{text}")
    return "\n".join(lines)


def check_options(
    *, to_all: bool, by_hand: bool, message: int | None, text: str, snippet: str
) -> None:
    """Raise UsageError for options that make no sense for many threads."""
    if to_all or by_hand or message is not None:
        raise click.UsageError("Use --all, --by-hand and --message with one thread only.")
    if not text and not snippet:
        raise click.UsageError("Give --text or --snippet.")
