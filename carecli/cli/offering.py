"""What is offered to somebody who has no configuration yet."""

from __future__ import annotations

import sys

from carecli.boot.setup import NoConfiguration
from carecli.cli.main import INTERRUPTED, main
from carecli.cli.output import say

OFFER = """\
carecli shows every comment and message of your brands in one list, most urgent first.
There is no configuration yet at {file}.

  carecli demo    look around on a practice platform; nothing leaves this computer
  carecli init    connect your own channels; it asks and writes the configuration
"""


def offer(missing: NoConfiguration) -> int:
    """Offer the demo and `init`; on a terminal, one key away. The exit code."""
    say(OFFER.format(file=missing.file))
    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        return missing.exit_code
    try:
        chosen = input("Type d for the demo, i to connect, or Enter to leave: ").strip().lower()
    except EOFError:
        return 0
    except KeyboardInterrupt:
        return INTERRUPTED
    if chosen in ("d", "demo", "i", "init"):
        return main(["demo" if chosen.startswith("d") else "init"])
    return 0
