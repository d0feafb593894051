"""Background threads that end before the interpreter and before the resources they use.

A daemon thread that is still at work while the interpreter ends may crash it: SQLite's connections
are taken apart under it, and a thread that comes back from a C library is ended in the middle.
"""

from __future__ import annotations

import atexit
import os
import threading
from collections.abc import Callable


class WaitingThread:
    """A thread that waits for something outside, until it happens or the program ends.

    `wait` gets a file descriptor that becomes readable when it must return, and returns whether
    what it waited for has happened; then `then` is called in that thread.
    """

    def __init__(self, name: str, wait: Callable[[int], bool], then: Callable[[], None]) -> None:
        self._wait = wait
        self._then = then
        self._until, self._stop = os.pipe()
        self._has_ended = False
        self._thread = threading.Thread(target=self._run, name=name, daemon=True)
        self._thread.start()
        atexit.register(self.end)

    def _run(self) -> None:
        if self._wait(self._until) and not self._has_ended:
            self._then()

    def end(self) -> None:
        """Wait until the thread has ended; called by itself before the interpreter ends."""
        atexit.unregister(self.end)
        if not self._has_ended:
            self._has_ended = True
            os.write(self._stop, b".")
            self._thread.join()
            os.close(self._stop)
            os.close(self._until)
