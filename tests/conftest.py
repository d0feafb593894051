"""What holds for all tests."""

from __future__ import annotations

import gc
import signal

if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    # Started in the background, where ctrl-c is ignored; the programs that tests start would
    # inherit that, and a person's terminal never does it.
    signal.signal(signal.SIGINT, signal.default_int_handler)


def pytest_collection_finish() -> None:
    """What is there before the first test stays to the end: it is not searched for waste again."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(10_000, 10, 10)
