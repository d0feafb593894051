"""Where a command's id meets its function."""

from __future__ import annotations

from collections.abc import Callable

from carecli.tui.stage import Stage

Handler = Callable[[Stage], None]

HANDLERS: dict[str, Handler] = {}


def handles(command: str) -> Callable[[Handler], Handler]:
    """Declare the function of a command of the table."""

    def keep(handler: Handler) -> Handler:
        HANDLERS[command] = handler
        return handler

    return keep
