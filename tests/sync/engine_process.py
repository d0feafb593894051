"""The real engine as a process of its own, on a practice platform, with shorter waits.

python -m tests.sync.engine_process DATABASE URL [CHANNEL...]
"""

from __future__ import annotations

import sys
from pathlib import Path

from carecli.domain import delivery
from carecli.sync import backoff, rate_limit
from carecli.sync.daemon import run_engine
from tests.sync.shop import practice_connectors, wall_clock

LOOKS_HERE = (200, 200, 400, 800, 1600)
"""Waits before the looks for an item of unknown fate, in ms: a minute of the real ones is short."""


def main(database: str, url: str, *keys: str) -> None:
    delivery.LOOKS = LOOKS_HERE
    backoff.AFTER_ERRORS = (50, 100, 200, 400)
    rate_limit.BURST = 1000.0
    run_engine(Path(database), practice_connectors(url, *keys), clock=wall_clock)


if __name__ == "__main__":
    main(*sys.argv[1:])
