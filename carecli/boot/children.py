"""Programs that the inbox starts beside itself: the engine, and the practice platform."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Sequence


def start(words: Sequence[str], *, stays: bool = False) -> subprocess.Popen[str]:
    """Run `carecli` with these words as a process of its own session, in the background.

    Unless it `stays`, it ends when this process does, in whatever way: it holds the other end
    of a pipe, see `end_with_parent`.
    """
    return subprocess.Popen(  # noqa: S603  # this same program, with words of our own
        [sys.executable, "-m", "carecli", *words, *([] if stays else ["--with-parent"])],
        stdin=subprocess.DEVNULL if stays else subprocess.PIPE,
        stdout=subprocess.DEVNULL if stays else subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        start_new_session=True,
    )


def end(child: subprocess.Popen[str]) -> None:
    """Let a child end in peace, and make sure that it does."""
    for pipe in (child.stdin, child.stdout):
        if pipe is not None:
            pipe.close()
    child.terminate()
    try:
        child.wait(10)
    except subprocess.TimeoutExpired:
        child.kill()
        child.wait()


def end_with_parent() -> None:
    """Interrupt this process as soon as standard input closes: whoever started it has gone."""

    def watch() -> None:
        while os.read(0, 1024):
            pass
        os.kill(os.getpid(), signal.SIGTERM)

    threading.Thread(target=watch, name="parent", daemon=True).start()
