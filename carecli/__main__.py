"""Program entry point: opens the inbox directly when no subcommand is given.

Opening the inbox is what happens a hundred times a day, so that way loads no command line at all.
"""

from __future__ import annotations

import gc
import os
import sys
from collections.abc import Sequence

from carecli.i18n import CHOICES

COMPLETION = "_CARECLI_COMPLETE"
"""Set by a shell that asks what a word may be completed to."""


def main(args: Sequence[str] | None = None) -> int:
    """Run `carecli` with these words; the exit code."""
    words = list(sys.argv[1:] if args is None else args)
    places = None if COMPLETION in os.environ else _only_places(words)
    if places is None:
        from carecli.cli import main as command_line

        return command_line(words)
    gc.disable()  # a start makes what stays; `inbox` turns it on again once the screen stands
    from carecli.boot.inbox import inbox
    from carecli.boot.setup import NoConfiguration
    from carecli.domain.errors import CareError

    try:
        config, database, language = places
        return inbox(config, database, language=language)
    except NoConfiguration as missing:
        from carecli.cli import main as command_line
        from carecli.cli.first_run import offer

        return offer(missing, command_line)
    except CareError as error:
        from carecli.cli.output import error_line

        for problem in (error, *getattr(error, "also", ())):
            print(error_line(problem), file=sys.stderr)
        return error.exit_code
    except KeyboardInterrupt:
        from carecli.cli.output import INTERRUPTED

        return INTERRUPTED
    finally:
        gc.enable()


def _only_places(words: list[str]) -> tuple[str, str, str] | None:
    """`--config`, `--db` and `--language` if the words say nothing else; None for a command."""
    found = {"--config": "", "--db": "", "--language": ""}
    rest = iter(words)
    for word in rest:
        name, equals, value = word.partition("=")
        if name not in found:
            return None
        given = value if equals else next(rest, "")
        if not given:
            return None
        found[name] = given
    if found["--language"] not in ("", *CHOICES):
        return None
    return found["--config"], found["--db"], found["--language"]


if __name__ == "__main__":
    sys.exit(main())
