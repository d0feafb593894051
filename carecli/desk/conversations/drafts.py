"""Keeping what is being typed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from carecli.desk.conversations.rows import TO_MANY, Draft
from carecli.desk.threads.visibility import check_shown
from carecli.domain.text import printable
from carecli.store import drafts, feed

if TYPE_CHECKING:
    from carecli.desk.commands.unit_of_work import UnitOfWork


def keep_draft(unit: UnitOfWork, draft: Draft) -> None:
    """Keep a draft of whoever the unit of work is for; an empty text forgets it.

    Raises Refusal where the thread is not shown to them, or there is none.
    """
    if draft.thread != TO_MANY:
        check_shown(unit.db, draft.thread, unit.context)
        unit.situation(draft.thread)
    kept = drafts.StoredDraft(
        draft.thread,
        draft.kind,
        printable(draft.text),
        draft.target,
        draft.head,
        draft.snippet,
        draft.to_all,
    )
    if drafts.save(unit.db, kept, unit.context.me, unit.now):
        feed.announce(unit.db, (draft.thread,))
