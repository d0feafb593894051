"""Ends child processes together with the inbox, and the inbox together with its terminal."""

from __future__ import annotations

import os
import select
import signal
import subprocess
import sys
from collections.abc import Sequence

from carecli.boot.threads import WaitingThread

LAST_SECONDS = 20.0
"""Seconds in which a process whose terminal has gone must have ended."""


def start(
    words: Sequence[str], *, stays: bool = False, errors: int = subprocess.DEVNULL
) -> subprocess.Popen[str]:
    """Run `carecli` with these words as a process of its own session, in the background.

    Unless it `stays`, it ends when this process does, in whatever way: it holds the other end
    of a pipe, see `end_with_parent`. `errors` is the file descriptor its errors are written to.
    """
    return subprocess.Popen(  # noqa: S603  # this same program, with words of our own
        [sys.executable, "-m", "carecli", *words, *([] if stays else ["--with-parent"])],
        stdin=subprocess.DEVNULL if stays else subprocess.PIPE,
        stdout=subprocess.DEVNULL if stays else subprocess.PIPE,
        stderr=errors,
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

    def is_gone(until: int) -> bool:
        while True:
            ready, _, _ = select.select([0, until], [], [])
            if until in ready:
                return False
            if not os.read(0, 1024):
                return True

    WaitingThread("parent", is_gone, _terminate)


def end_with_terminal() -> None:
    """End this process when its terminal goes away and nobody tells it.

    Not every program between a terminal and us passes the hang-up on, and a screen without a
    terminal would run for ever.
    """
    if not hasattr(select, "poll"):
        return

    def is_gone(until: int) -> bool:
        hang_up = select.poll()
        hang_up.register(0, 0)  # no event is asked for: a hang-up is told in any case
        hang_up.register(until, select.POLLIN)
        if any(place == until for place, _ in hang_up.poll()):
            return False
        _terminate()
        in_time, _, _ = select.select([until], [], [], LAST_SECONDS)
        return not in_time

    WaitingThread("terminal", is_gone, lambda: os.kill(os.getpid(), signal.SIGKILL))


def _terminate() -> None:
    os.kill(os.getpid(), signal.SIGTERM)
