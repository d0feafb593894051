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
    asked: CommonOptions,
    desk: InboxServices,
    threads: Sequence[ThreadId],
    said: MassReplyText,
    *,
    dry_run: bool,
    yes: bool,
) -> None:
    """Send it to each, filled in for each, as one decision; or only show it."""
    found = desk.replies.address(
        threads,
        said.text or _template(desk, said.snippet),
        said.answers,
        private=said.is_private,
        snippet=said.snippet,
        draft="",
    )
    planned = _planned(found, threads, desk.threads.rows(threads))
    if dry_run:
        asked.tell(planned, _shown(planned))
        return
    if not found.replies:
        raise next(iter(found.refused.values()), Refusal("There is nobody to reply to."))
    if not asked.as_json:
        say(_shown(planned), to_errors=True)
    if not yes and (found.public > 1 or len(found.replies) > MANY):
        confirm(f"Send {len(found.replies)} replies, {found.public} of them in public?")
    receipts = desk.commands.submit_all(found.replies)
    asked.tell(receipts, f"Queued for {len(receipts)} of {len(threads)} threads.")


def _template(desk: InboxServices, name: str) -> str:
    for one in desk.replies.all_snippets(name):
        if one.name == name:
            return one.text
    raise Refusal(f"There is no snippet {one_line(name, 80)!r}.")


def _planned(
    found: Addressed, threads: Sequence[ThreadId], rows: Mapping[ThreadId, ThreadRow]
) -> list[PlannedReply]:
    replies = {one.thread: one for one in found.replies}
    planned: list[PlannedReply] = []
    for thread in threads:
        row, why = rows.get(thread), found.refused.get(thread)
        to, place = (row.author, row.place) if row is not None else ("", "")
        if why is not None:
            planned.append(PlannedReply(thread, to, place, "", False, why.what, why.hint))
        elif thread in replies:
            is_dm = row is not None and row.point.is_private
            is_public = not (replies[thread].private or is_dm)
            planned.append(PlannedReply(thread, to, place, replies[thread].text, is_public))
    return planned


def _shown(planned: Sequence[PlannedReply]) -> str:
    lines: list[str] = []
    for one in planned:
        seen = "left out" if one.refused else "public" if one.is_public else "private"
        what = f"{one.refused} {one.hint}".strip() if one.refused else one_line(one.text)
        lines.append(f"{one.thread}\t{seen}\t{one.to}\t{what}")
    return "\n".join(lines)


def check_options(
    *, to_all: bool, by_hand: bool, message: int | None, text: str, snippet: str
) -> None:
    """What makes no sense for many threads; raises UsageError."""
    if to_all or by_hand or message is not None:
        raise click.UsageError("Use --all, --by-hand and --message with one thread only.")
    if not text and not snippet:
        raise click.UsageError("Give --text or --snippet.")
