"""What is offered to a person who has no configuration yet."""

from __future__ import annotations

import sys
from collections.abc import Callable

from carecli.boot.setup import NoConfiguration
from carecli.cli.output import INTERRUPTED, say

OFFER = """\
carecli shows every comment and message of your brands in one list, most urgent first.
There is no configuration yet at {file}.

  carecli demo    try it on a practice platform; nothing leaves this computer
  carecli learn   learn the keys in ten lessons (about half an hour)
  carecli init    connect your own channels and write the configuration
"""


def offer(missing: NoConfiguration, run: Callable[[list[str]], int]) -> int:
    """Offer the demo, the lessons and `init`, on a terminal one key away; the exit code.

    `run` carries out what was chosen, as if it had been typed.
    """
    say(OFFER.format(file=missing.file))
    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        return missing.exit_code
    try:
        # not input(): it misses a ctrl-c that comes between its prompt and its reading
        print(
            "Type d for the demo, l to learn, i to connect, or Enter to leave: ", end="", flush=True
        )
        typed = sys.stdin.readline()
    except KeyboardInterrupt:
        return INTERRUPTED
    chosen = typed.strip().lower()
    if not typed:
        return 0
    command = next((one for one in ("demo", "learn", "init") if chosen in (one, one[0])), None)
    return run([command]) if command else 0
