"""Taking over a screen that shows the first page already, without clearing it."""

from __future__ import annotations

from textual.drivers.linux_driver import LinuxDriver

ALTERNATE_SCREEN = "\x1b[?1049h"


class StandingDriver(LinuxDriver):
    """Leaves out the first switch to the alternate screen: the first page stands on it."""

    _is_standing = True

    def write(self, data: str) -> None:
        """Pass on to the terminal."""
        if self._is_standing and data == ALTERNATE_SCREEN:
            self._is_standing = False
            return
        super().write(data)
