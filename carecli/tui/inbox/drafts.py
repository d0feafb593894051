"""Keeps unsent text on disk within a second, whatever happens to the program."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import Future
from functools import partial
from typing import Protocol, runtime_checkable

from carecli.desk.conversations.rows import Draft
from carecli.desk.services import InboxServices
from carecli.domain.errors import Refusal
from carecli.domain.model import DraftKind, ThreadId
from carecli.tui.inbox.desk_runner import DeskRunner, StartWork

RETRY_EVERY = 5.0
"""Seconds after which a draft that could not be written is tried again."""

Key = tuple[ThreadId, DraftKind]


@runtime_checkable
class TextHolder(Protocol):
    """A window in which something is being written that shall be kept."""

    def keep_written(self) -> None:
        """Hand what is written to whoever keeps it."""
        ...


class DraftKeeper:
    """Drafts on their way to the disk: one write at a time for each, always of the newest text."""

    def __init__(
        self,
        desk: InboxServices,
        runner: DeskRunner,
        start: StartWork,
        *,
        saved: Callable[[], None],
    ) -> None:
        """`saved` is called once a draft is on the disk."""
        self._desk = desk
        self._runner = runner
        self._start = start
        self._when_saved = saved
        self._unsaved: dict[Key, Draft] = {}
        self._saving: set[Key] = set()

    def keep(self, draft: Draft) -> None:
        """Keep a draft; an empty text forgets it. Until it is written it is held here."""
        key = (draft.thread, draft.kind)
        self._unsaved[key] = draft
        if key not in self._saving:
            self._save(key)

    def begun(self, thread: ThreadId, kind: DraftKind) -> Draft | None:
        """What I began to write of a kind, though it may not be on the disk yet."""
        draft = self._unsaved.get((thread, kind))
        if draft is None:
            drafts = self._runner.ask(lambda: self._desk.conversations.drafts(thread), ())
            draft = next((one for one in drafts if one.kind is kind), None)
        return draft if draft is not None and draft.text.strip() else None

    def drop(self, thread: ThreadId, kind: DraftKind) -> None:
        """Write a draft no more: it is about to be sent."""
        self._unsaved.pop((thread, kind), None)

    def save_now(self) -> None:
        """Write all that is held before returning: the program is about to end.

        Raises CareError where a draft cannot be written.
        """
        for key, draft in list(self._unsaved.items()):
            save = partial(self._desk.conversations.save_draft, draft)
            future = self._runner.submit(save)
            if future is None:
                save()
            else:
                future.result()  # after an older text of it, which may be on its way
            if self._unsaved.get(key) is draft:
                del self._unsaved[key]

    def retry(self) -> None:
        """Try again what could not be written."""
        for key in self._unsaved.keys() - self._saving:
            self._save(key)

    def _save(self, key: Key) -> None:
        draft = self._unsaved[key]
        future = self._runner.submit(lambda: self._desk.conversations.save_draft(draft))
        if future is not None:
            self._saving.add(key)
            self._start(partial(self._saved, key, draft, future), group="drafts")

    async def _saved(self, key: Key, draft: Draft, future: Future[None]) -> None:
        """See that it was written; what came to be written meanwhile follows."""
        try:
            await asyncio.wrap_future(future)
        except Refusal as refusal:
            self._runner.complain(refusal)
        except Exception as error:  # noqa: BLE001  shown, and tried again after a while
            self._runner.complain(error)
            return
        finally:
            self._saving.discard(key)
        if self._unsaved.get(key) is draft:
            del self._unsaved[key]
        elif key in self._unsaved:
            self._save(key)
        self._when_saved()
