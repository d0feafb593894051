"""Watches the engine that an inbox started, and tells why it has ended."""

from __future__ import annotations

import os
import signal
import subprocess
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import IO

from carecli.boot import child_processes
from carecli.domain.text import one_line
from carecli.i18n import _

LAST_WORDS = 4000
"""Bytes of what the engine wrote at its end that are read."""


class EngineWatch:
    """The engine of one inbox: `start` it, then ask for its `failure` at any time."""

    def __init__(self, database: Path) -> None:
        self._database = database
        self._errors: IO[bytes] | None = None
        self._engine: subprocess.Popen[str] | None = None

    def start(self, words: Sequence[str], *, stays: bool) -> subprocess.Popen[str]:
        """Run `carecli` with these words, see `child_processes.start`."""
        self.close()
        self._errors = tempfile.TemporaryFile()  # noqa: SIM115  the engine writes until it ends
        self._engine = child_processes.start_child(words, stays=stays, errors=self._errors.fileno())
        return self._engine

    def close(self) -> None:
        """Watch no longer; the engine goes on."""
        if self._errors is not None:
            self._errors.close()
        self._errors = self._engine = None

    def failure(self) -> str:
        """Why the engine has ended, in its own words; empty while one serves the database."""
        from carecli.sync.lock import is_engine_running

        code = self._engine.poll() if self._engine is not None else None
        if code is None or is_engine_running(self._database):
            return ""
        if code in (0, -signal.SIGTERM, -signal.SIGINT, 128 + signal.SIGTERM, 128 + signal.SIGINT):
            return _("it was stopped.")
        return self._last_line() or _("exit code {code}.").format(code=code)

    def _last_line(self) -> str:
        """The error of the command line, or the last line of a traceback."""
        if self._errors is None:
            return ""
        descriptor = self._errors.fileno()
        start = max(0, os.fstat(descriptor).st_size - LAST_WORDS)
        text = os.pread(descriptor, LAST_WORDS, start).decode(errors="replace")
        lines = [line for line in text.splitlines() if line.strip()]
        return one_line(lines[-1].removeprefix("carecli: ")) if lines else ""
