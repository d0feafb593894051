"""The log file: one line per entry, without tokens and without control characters."""

from __future__ import annotations

import logging
import time
from collections.abc import Iterable
from io import TextIOWrapper
from logging.handlers import RotatingFileHandler
from pathlib import Path

from carecli.domain.text import printable
from carecli.file_rights import make_folder, open_file
from carecli.platforms.http import redact
from carecli.secrets import Secret

MAX_BYTES = 2_000_000
KEPT_FILES = 3


class InertFormatter(logging.Formatter):
    """Entries as one line: known secrets and token parameters blotted out, controls escaped."""

    def __init__(self, secrets: Iterable[Secret] = ()) -> None:
        super().__init__("%(asctime)sZ %(levelname)-7s %(name)s %(message)s", "%Y-%m-%dT%H:%M:%S")
        self.converter = time.gmtime
        self._secrets = [secret.reveal() for secret in secrets if secret]

    def add(self, secret: Secret) -> None:
        """Blot out a further secret from now on."""
        if secret:
            self._secrets.append(secret.reveal())

    def format(self, record: logging.LogRecord) -> str:
        """The entry, traceback included, as one harmless line."""
        text = redact(super().format(record), self._secrets)
        return printable(text).replace("\n", " ⏎ ")


class _GuardedFile(RotatingFileHandler):
    """A log file that only its owner can read, or the group that shares its folder."""

    def _open(self) -> TextIOWrapper:
        return open(self.baseFilename, "a", encoding=self.encoding, opener=open_file)


def start(path: Path, *, is_verbose: bool = False) -> InertFormatter:
    """Log into a file from now on, and nowhere else; the formatter takes secrets to hide.

    A log that cannot be written stops nobody from answering: then nothing is logged.
    """
    formatter = InertFormatter()
    handler: logging.Handler
    try:
        make_folder(path.parent)
        handler = _GuardedFile(
            path, maxBytes=MAX_BYTES, backupCount=KEPT_FILES, encoding="utf-8", delay=True
        )
    except OSError:
        handler = logging.NullHandler()
    logging.raiseExceptions = False  # a full disk must not write over the screen
    handler.setFormatter(formatter)
    root = logging.getLogger()
    for old in root.handlers[:]:
        root.removeHandler(old)
        old.close()
    root.addHandler(handler)
    root.setLevel(logging.DEBUG if is_verbose else logging.INFO)
    logging.captureWarnings(capture=True)
    return formatter
