"""Calls from the screen to the desk, and what is said about them.

Quick reads happen where they are needed. Whatever may take long runs in one of two threads, one
for reads and one for writes, so that writes keep their order. No exception gets out: it becomes a
toast that says what happened and what to do.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable, Coroutine
from concurrent.futures import Future, ThreadPoolExecutor
from functools import partial
from typing import Any, Protocol, TypeVar

from textual.worker import Worker

from carecli.domain.errors import CareError
from carecli.i18n import _
from carecli.tui.inbox.outcome_words import concerning
from carecli.tui.style.content import Severity

T = TypeVar("T")
D = TypeVar("D")

REPEAT_AFTER = 10.0
"""Seconds in which the same error is not shown again."""

_log = logging.getLogger(__name__)


class StartWork(Protocol):
    """Starts a coroutine in the background; with `exclusive` the one of its group before ends."""

    def __call__(
        self, work: Callable[[], Coroutine[Any, Any, None]], *, group: str, exclusive: bool = False
    ) -> Worker[None]:
        """Return the worker, which tells whether it has finished."""
        ...


class Notify(Protocol):
    """Shows a toast."""

    def __call__(self, text: str, *, title: str = "", severity: Severity) -> None:
        """Show the text for a few seconds."""
        ...


class DeskRunner:
    """Runs reads and writes of the desk, and shows what went wrong."""

    def __init__(
        self,
        start: StartWork,
        notify: Notify,
        *,
        after_write: Callable[[], None],
        give_up: Callable[[], None],
    ) -> None:
        """`after_write` is called once a write has ended; `give_up` ends a read that takes long."""
        self._start = start
        self._notify = notify
        self._after_write = after_write
        self._give_up = give_up
        self._reader = ThreadPoolExecutor(1, "desk-reads")
        self._writer = ThreadPoolExecutor(1, "desk-writes")
        self._shown_at: dict[str, float] = {}
        self._moving = 0

    @property
    def is_settled(self) -> bool:
        """Whether no write is under way that moves the cursor or the focus when it ends."""
        return not self._moving

    def end(self) -> None:
        """Wait until no thread uses the desk any more; every write asked for is done."""
        self._reader.shutdown(wait=False, cancel_futures=True)
        self._give_up()
        self._writer.shutdown()
        self._reader.shutdown()

    # toasts

    def complain(self, error: Exception, about: str = "") -> None:
        """Show an error, whom it is about, and what to do; the same one only every 10 seconds."""
        if isinstance(error, CareError):
            what, hint = error.what, error.hint
        else:
            _log.error("unexpected", exc_info=error)
            what = _("Something went wrong: {kind}.").format(kind=type(error).__name__)
            hint = _("Nothing you typed was lost. Details are in the log.")
        what = concerning(about, what)
        now = time.monotonic()
        if now - self._shown_at.get(what, -REPEAT_AFTER) < REPEAT_AFTER:
            return
        recent = {text: at for text, at in self._shown_at.items() if now - at < REPEAT_AFTER}
        self._shown_at = recent | {what: now}
        self._notify(hint or " ", title=what, severity="error")

    def say(self, text: str) -> None:
        """Show a short message."""
        if text:
            self._notify(text, severity="information")

    # reads

    def ask(self, read: Callable[[], T], default: D, about: str = "") -> T | D:
        """Read something quick, here and now; `default` when it fails. `about` names a person."""
        try:
            return read()
        except Exception as error:  # noqa: BLE001  shown, not raised
            self.complain(error, about)
            return default

    async def read(self, read: Callable[[], T]) -> T:
        """Read something that may take long, in the thread for reads; raises what it raises."""
        return await asyncio.get_running_loop().run_in_executor(self._reader, read)

    # writes

    def submit(self, write: Callable[[], T]) -> Future[T] | None:
        """Queue a write after those before it; None once the inbox has ended.

        It is done even if the inbox is left at once.
        """
        try:
            return self._writer.submit(write)
        except RuntimeError:  # the executor takes nothing more
            return None

    async def write(self, write: Callable[[], T]) -> T:
        """Likewise, and wait for its result; raises what it raises."""
        return await asyncio.get_running_loop().run_in_executor(self._writer, write)

    def do(
        self,
        write: Callable[[], T],
        then: Callable[[T], None] | None = None,
        otherwise: Callable[[], None] | None = None,
        about: str = "",
    ) -> None:
        """Queue a write, and go on with its result, or otherwise once its error was shown.

        `about` is the person named in the error.
        """
        future = self.submit(write)
        if future is not None:
            self._start(partial(self._follow, future, then, otherwise, about), group="writes")
        elif otherwise is not None:
            otherwise()

    async def _follow(
        self,
        future: Future[T],
        then: Callable[[T], None] | None,
        otherwise: Callable[[], None] | None,
        about: str,
    ) -> None:
        try:
            result = await asyncio.wrap_future(future)
        except Exception as error:  # noqa: BLE001  shown, not raised
            self.complain(error, about)
            if otherwise is not None:
                otherwise()
        else:
            if then is not None:
                then(result)
        self._after_write()

    def moving(
        self, then: Callable[[T], None], otherwise: Callable[[], None] | None = None
    ) -> tuple[Callable[[T], None], Callable[[], None]]:
        """Both ends of a write that moves cursor or focus: keys typed meanwhile wait for it."""
        self._moving += 1

        def done(result: T) -> None:
            self._moving -= 1
            then(result)

        def failed() -> None:
            self._moving -= 1
            if otherwise is not None:
                otherwise()

        return done, failed
