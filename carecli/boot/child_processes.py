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
"""How many seconds a process may take to end after its terminal has gone."""


def start_child(
    words: Sequence[str], *, stays: bool = False, errors: int = subprocess.DEVNULL
) -> subprocess.Popen[str]:
    """Run `carecli` with these words as a background process in its own session.

    Unless it `stays`, it ends when this process does, however that happens: it holds the other end
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


def end_child(child: subprocess.Popen[str]) -> None:
    """End a child process; it is killed if it has not ended after 10 seconds."""
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
    """End this process as soon as standard input closes, because its parent has gone."""

    def is_gone(until: int) -> bool:
        while True:
            ready, _, _ = select.select([0, until], [], [])
            if until in ready:
                return False
            if not os.read(0, 1024):
                return True

    WaitingThread("parent", is_gone, _terminate)


def end_with_terminal() -> None:
    """End this process when its terminal goes away, even without a hang-up signal.

    Not every program between a terminal and us passes the signal on, and a screen without a
    terminal would run for ever.
    """
    if not hasattr(select, "poll"):
        return

    def is_gone(until: int) -> bool:
        hang_up = select.poll()
        hang_up.register(0, 0)  # no event is asked for: a hang-up is told in any case
        hang_up.register(until, select.POLLIN)
        if any(descriptor == until for descriptor, _ in hang_up.poll()):
            return False
        _terminate()
        in_time, _, _ = select.select([until], [], [], LAST_SECONDS)
        return not in_time

    WaitingThread("terminal", is_gone, lambda: os.kill(os.getpid(), signal.SIGKILL))


def _terminate() -> None:
    os.kill(os.getpid(), signal.SIGTERM)
