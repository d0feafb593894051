"""Command lines run in this process: the same code, without the second a process takes to begin."""

from __future__ import annotations

import io
import logging
import os
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from unittest.mock import patch

from carecli import i18n
from carecli.cli import main


@contextmanager
def logging_as_before() -> Iterator[None]:
    """Take back what a command line does to the logging of this process."""
    root = logging.getLogger()
    before, level = root.handlers[:], root.level
    try:
        yield
    finally:
        for handler in root.handlers[:]:
            if handler not in before:
                handler.close()
        root.handlers[:] = before
        root.setLevel(level)
        logging.captureWarnings(capture=False)
        logging.raiseExceptions = True


def run_here(words: list[str], environ: Mapping[str, str], stdin: str = "") -> tuple[int, str, str]:
    """Run a command line; its exit code, and what it wrote to standard output and error."""
    out, err = io.StringIO(), io.StringIO()
    with (
        logging_as_before(),
        patch.dict(os.environ, environ, clear=True),
        patch("sys.stdin", io.StringIO(stdin)),
        redirect_stdout(out),
        redirect_stderr(err),
    ):
        time.tzset()
        code = main(words)
    time.tzset()
    i18n.use("en")
    return code, out.getvalue(), err.getvalue()
