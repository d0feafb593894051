"""Keeping what is being written: on the disk within a second, whatever happens to the program."""

from __future__ import annotations

import asyncio
from concurrent.futures import Future
from functools import partial
from typing import Protocol, runtime_checkable

from textual import work

from carecli.desk.conversations.rows import Draft
from carecli.desk.services import InboxServices
from carecli.domain.errors import Refusal
from carecli.domain.model import DraftKind, ThreadId
from carecli.tui.inbox.alerts import AlertWatcher
from carecli.tui.settings import Settings

RETRY_EVERY = 5.0
"""Seconds after which a draft that could not be written is tried again."""

Key = tuple[ThreadId, DraftKind]


@runtime_checkable
class TextHolder(Protocol):
    """A window in which something is being written that shall be kept."""

    def keep_written(self) -> None:
        """Hand what is written to whoever keeps it."""
        ...


class DraftKeeper(AlertWatcher):
    """Drafts on their way to the disk: one write at a time for each, always of the newest text."""

    def __init__(self, desk: InboxServices, settings: Settings) -> None:
        super().__init__(desk, settings)
        self._unsaved: dict[Key, Draft] = {}
        self._saving: set[Key] = set()

    def on_mount(self) -> None:
        """Try again what could not be written (Textual calls the parents' handler as well)."""
        self.set_interval(RETRY_EVERY, self._save_all)

    def keep(self, draft: Draft) -> None:
        """Keep a draft; an empty text forgets it. Until it is written it is held here."""
        key = (draft.thread, draft.kind)
        self._unsaved[key] = draft
        if key not in self._saving:
            self._save(key)

    def begun(self, thread: ThreadId, kind: DraftKind) -> Draft | None:
        """What I began to write of a kind, though it may not be on the disk yet."""
        held = self._unsaved.get((thread, kind))
        if held is None:
            found = self.ask(lambda: self.desk.conversations.drafts(thread), ())
            held = next((one for one in found if one.kind is kind), None)
        return held if held is not None and held.text.strip() else None

    def let_go(self, thread: ThreadId, kind: DraftKind) -> None:
        """Write a draft no more: it is about to be sent."""
        self._unsaved.pop((thread, kind), None)

    def end_keeping(self) -> None:
        """The inbox has ended: no thread uses the desk any more, and all that was written is kept.

        Raises CareError where a draft cannot be written.
        """
        self.end_threads()
        self.keep_written()
        self.save_now()

    def keep_written(self) -> None:
        """Hand on what is being written on this screen."""

    def save_now(self) -> None:
        """Write all that is held before returning: the program is about to end."""
        for key, draft in list(self._unsaved.items()):
            save = partial(self.desk.conversations.save_draft, draft)
            future = self.hand_to_writer(save)
            if future is None:
                save()
            else:
                future.result()  # after an older text of it, which may be on its way
            if self._unsaved.get(key) is draft:
                del self._unsaved[key]

    def _save_all(self) -> None:
        for key in self._unsaved.keys() - self._saving:
            self._save(key)

    def _save(self, key: Key) -> None:
        draft = self._unsaved[key]
        future = self.hand_to_writer(lambda: self.desk.conversations.save_draft(draft))
        if future is not None:
            self._saving.add(key)
            self._saved(key, draft, future)

    @work(group="drafts", exit_on_error=False)
    async def _saved(self, key: Key, draft: Draft, future: Future[None]) -> None:
        """See that it was written; what came to be written meanwhile follows."""
        try:
            await asyncio.wrap_future(future)
        except Refusal as refusal:
            self.complain(refusal)
        except Exception as error:  # noqa: BLE001  told, and tried again after a while
            self.complain(error)
            return
        finally:
            self._saving.discard(key)
        if self._unsaved.get(key) is draft:
            del self._unsaved[key]
        elif key in self._unsaved:
            self._save(key)
        self.poll()
