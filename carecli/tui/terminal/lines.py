"""A pane of any number of lines."""

from __future__ import annotations

from textual.geometry import Size
from textual.scroll_view import ScrollView
from textual.widget import Widget


class Lines(ScrollView):
    """A ScrollView whose number of lines moves nothing but its scrollbar."""

    def reach(self, lines: int) -> None:
        """Let it scroll over so many lines.

        Textual lays the whole screen out anew for a new `virtual_size`, since other widgets may be
        as large as their content. Here every size comes from the style sheet.
        """
        size = Size(self.size.width, lines)
        if size != self.virtual_size:
            self.set_reactive(Widget.virtual_size, size)
            self._scroll_update(size)
