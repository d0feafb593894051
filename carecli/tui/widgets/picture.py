"""A window with a picture in half blocks."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path

from textual import events, work
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.strip import Strip
from textual.widget import Widget

from carecli.domain.errors import CareError
from carecli.i18n import _
from carecli.tui.conversation.half_blocks import Rows, read_pixels
from carecli.tui.style.cells import wrap
from carecli.tui.style.content import Painter
from carecli.tui.widgets.dialogs import Dialog


class Pixels(Widget):
    """Rows of pixels, two to a cell; a sentence until they are there."""

    def __init__(self, painter: Painter) -> None:
        super().__init__(id="pixels")
        self._painter = painter
        self._said = _("Downloading the picture …")
        self._rows: Rows = []

    def show(self, rows: Rows) -> None:
        """Show a picture."""
        self._rows = rows
        self.refresh()

    def say(self, text: str) -> None:
        """Say why there is none."""
        self._said, self._rows = text, []
        self.refresh()

    def render_line(self, y: int) -> Strip:
        """One line of cells."""
        width = self.size.width
        if self._rows:
            pair = self._rows[2 * y : 2 * y + 2]
            return self._painter.pixels(pair, width, "panel")
        said = wrap(self._said, width - 2)[y : y + 1]
        return self._painter.strip([(f" {line}", "text") for line in said], width, "panel")


class PictureViewer(Dialog):
    """Shows one picture; any of q, Enter and Esc leaves."""

    def __init__(self, painter: Painter, title: str, file: Callable[[], Path]) -> None:
        """`file` fetches it, in a thread."""
        super().__init__(painter, title, _("w in the list or thread opens it · Esc close"))
        self._file = file

    def compose(self) -> ComposeResult:
        """Title, picture, hint."""
        above, below = self.frame()
        with Vertical(id="dialog", classes="tall"):
            yield above
            yield Pixels(self.painter)
            yield below

    def on_mount(self) -> None:
        """Fetch once the window has its size."""
        self.call_after_refresh(self._fetch)

    @work(group="picture", exclusive=True, exit_on_error=False)
    async def _fetch(self) -> None:
        pixels = self.query_one(Pixels)
        columns, lines = pixels.size
        loop = asyncio.get_running_loop()
        try:
            file = await loop.run_in_executor(None, self._file)
            rows = await loop.run_in_executor(
                None, read_pixels, file, max(2, columns), max(1, lines)
            )
        except CareError as error:
            pixels.say(f"{_(error.what)} {_(error.hint)}")
        except OSError as error:
            pixels.say(_("The picture cannot be saved: {why}.").format(why=error.strerror))
        else:
            pixels.show(rows)

    def on_key(self, event: events.Key) -> None:
        """Leave."""
        if event.key in ("q", "enter"):
            event.stop()
            self.dismiss(None)
