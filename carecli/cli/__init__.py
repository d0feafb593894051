"""The command line: the same actions as in the inbox, without a screen.

One small module per kind of deed; each loads what it needs when it runs, so that `--help` and
`--version` load no screen, no HTTP, no scheduler and no database.
"""

from carecli.cli.main import main

__all__ = ["main"]
