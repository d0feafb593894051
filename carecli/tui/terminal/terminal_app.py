"""The application at the terminal: keys in the order in which they came, and only changed cells.

Keys, pastes and clicks go to whoever those before them gave the focus.
"""

from __future__ import annotations

import asyncio
import re
from collections import deque
from collections.abc import Iterable
from contextlib import suppress
from itertools import takewhile
from typing import TYPE_CHECKING

from textual import events
from textual._compositor import ChopsUpdate, LayoutUpdate
from textual.app import App
from textual.geometry import Region
from textual.screen import Screen
from textual.widget import Widget
from textual.widgets import Input, TextArea

from carecli.domain.figures import number
from carecli.domain.text import printable
from carecli.i18n import _, ngettext
from carecli.tui.style.cells import Line, cut, steady
from carecli.tui.style.content import Painter, toast
from carecli.tui.terminal.screen_buffer import CellChanges, Piece, ScreenBuffer, Touch, pieces_of
from carecli.tui.widgets.composer import ReplyText
from carecli.tui.widgets.dialogs import Confirm

if TYPE_CHECKING:
    from rich.console import RenderableType

PATIENCE = 2.0
"""Seconds a key waits for what the one before it moves; after that it comes as it is."""

SOON = 0.005
"""Seconds between two looks at whether what is at hand has moved."""

LAST_KEYS = re.compile(r"[\x01-\x08\x0b\x0c\x0e-\x1a]{1,2}\Z")
"""Keys after a text that was typed fast into several lines: all but those that write."""

LAST_KEYS_OF_LINE = re.compile(r"[\x01-\x1a]{1,2}\Z")
"""Likewise after what was typed into one line, which Enter ends."""

SHOWN = 60
"""Cells of what seems to be pasted that are shown."""


class Burst(events.Paste):
    """Characters that came faster than a person types, without a word of being pasted.

    `keys` is what they are if somebody did press them.
    """

    def __init__(self, text: str, keys: tuple[events.Key, ...]) -> None:
        super().__init__(text)
        self.keys = keys


class TerminalApp(App[None]):
    """An application that knows its terminal.

    Keys wait for one another, what is pasted runs none of them, and the terminal is only sent the
    cells that changed. `shown` is what the terminal shows, where the driver keeps it true.
    """

    shown: ScreenBuffer | None = None

    _typed: deque[events.Key | events.Paste | events.MouseEvent]
    _typing: asyncio.Task[None] | None = None
    _asked: list[events.Key] | None = None
    """Keys about which somebody is asked whether they were pressed."""

    @property
    def window_painter(self) -> Painter:
        """Who paints windows now."""
        raise LookupError

    async def on_event(self, event: events.Event) -> None:
        """Give each key to whoever the keys before it gave the focus, also typed ahead in a burst.

        A click waits for the keys before it.
        """
        is_typed = isinstance(event, events.Key | events.Paste)
        must_wait = isinstance(event, events.MouseEvent) and self._typing is not None
        if event.is_forwarded or not (is_typed or must_wait):
            await super().on_event(event)
            return
        assert isinstance(event, events.Key | events.Paste | events.MouseEvent)
        self._typed.append(event)
        self._go_on()

    def _go_on(self) -> None:
        if self._typing is None:
            self._typing = asyncio.create_task(self._type_on())

    async def _type_on(self) -> None:
        """Hand the keys out one after another, each when the one before it has done its work."""
        try:
            while self._typed and self.screen_stack:
                target = self.focused or self.screen
                event: events.Event | None = self._typed.popleft()
                if isinstance(event, events.Paste):
                    event = self._pasted(event, target)
                elif isinstance(target, ReplyText) and isinstance(event, events.Key):
                    event = self._with_those_behind(event, target)
                if event is not None:
                    await super().on_event(event)
                await self._finished(target)
        except Exception as error:  # noqa: BLE001  told the way Textual tells a handler's errors
            self._handle_exception(error)
        finally:
            self._typed.clear()
            self._typing = None

    async def _finished(self, target: Widget) -> None:
        """Wait until a key, and what its widget told because of it, reached all who hear of it.

        Where it moves what is at hand, wait for that as well.
        """
        path = list(target.ancestors_with_self)
        with suppress(TimeoutError):
            async with asyncio.timeout(PATIENCE):
                for node in (*path, *path):
                    done = asyncio.Event()
                    if node.is_running and node.post_message(events.Callback(callback=done.set)):
                        await done.wait()
                while not self.is_settled:  # noqa: ASYNC110  # what moves it are workers, which set no event
                    await asyncio.sleep(SOON)

    @property
    def is_settled(self) -> bool:
        """Whether nothing is under way that moves what the next key acts on."""
        return True

    def _with_those_behind(self, event: events.Key, text: ReplyText) -> events.Key | None:
        """Write a row of letters at once, so that the fastest typing stands there in time.

        Not where a snippet is being called: that wants each letter. None where it was written.
        """
        behind = list(takewhile(_is_letter, self._typed))
        row = "".join(one.character or "" for one in behind if isinstance(one, events.Key))
        if not (_is_letter(event) and row) or ";" in row or ";;" in text.before_cursor():
            return event
        for _one in behind:
            self._typed.popleft()
        text.add(f"{event.character}{row}")
        return None

    async def finish_typing(self, seconds: float) -> None:
        """Wait until the keys that were handed out are done, at most for so long."""
        typing = self._typing
        if typing is not None:
            with suppress(TimeoutError):
                async with asyncio.timeout(seconds):
                    await asyncio.shield(typing)

    def take_typed(self) -> None:
        """Put what was typed and not handed out yet into the text that is being written."""
        typed, text = list(self._typed), self.focused
        self._typed.clear()
        if not isinstance(text, ReplyText):
            return
        for event in typed:
            if isinstance(event, events.Paste):
                text.add(_plain(event.text))
            elif isinstance(event, events.Key) and _is_letter(event):
                text.add(event.character or "")
            elif isinstance(event, events.Key) and event.key == "enter":
                text.add("\n")
            else:
                break

    # what is pasted

    def _pasted(self, event: events.Paste, target: Widget) -> events.Paste | None:
        """What is pasted becomes text where there is a place for text, and nothing elsewhere.

        It may come from anybody: it is made printable before a line shows it.
        """
        if isinstance(target, Input | TextArea):
            text = event.text
            if isinstance(event, Burst):
                text = self._without_last_keys(event, target)
            return events.Paste(_plain(text))
        if isinstance(event, Burst):
            if len(event.keys) == 1 and self._asked is None:  # right after a burst of its own
                self._typed.extendleft(event.keys)
            else:
                self._ask_about(event)
        else:
            said = _("The pasted text was ignored here.")
            hint = _("Start a reply or a note first, then paste.")
            toast(self.app, hint, title=said, severity="warning")
        return None

    def _without_last_keys(self, burst: Burst, target: Widget) -> str:
        """The text of a burst; keys such as Enter or ctrl-s at its end are keys, one by one."""
        ends = LAST_KEYS if isinstance(target, TextArea) else LAST_KEYS_OF_LINE
        found = ends.search(burst.text)
        if found is None:
            return burst.text
        last = burst.keys[len(burst.keys) - len(found.group()) :]
        self._typed.extendleft(reversed(last))
        return burst.text[: found.start()]

    def _ask_about(self, burst: Burst) -> None:
        """Whether somebody pressed these keys; only then they do what they do."""
        if self._asked is not None:
            self._asked += burst.keys
            return
        self._asked = [*burst.keys]
        count = len(burst.keys)
        title = ngettext(
            "{n} character arrived at once. Use it as a key?",
            "{n} characters arrived at once. Use them as keys?",
            count,
        ).format(n=number(count))
        shown = cut(steady(" ".join(_plain(burst.text).split())), SHOWN)
        why = _("It looks like pasted text. Pasted text does not trigger keys.")
        lines: list[Line] = [[(f"  {shown}", "accent")], [(f"  {why}", "dim")]]

        def answered(answer: str | None) -> None:
            keys, self._asked = self._asked or [], None
            if answer is not None:
                self._typed.extend(keys)
                self._go_on()

        self.push_screen(Confirm(self.window_painter, title, lines), answered)

    # painting

    def _display(self, screen: Screen[object], renderable: RenderableType | None) -> None:
        """Send the terminal only what changed."""
        if self.shown is not None and isinstance(renderable, LayoutUpdate | ChopsUpdate):
            if self.shown.size != self.size:
                self.shown.forget(self.size)
            renderable = CellChanges(pieces_of(renderable), self.shown)
        super()._display(screen, renderable)

    def touch_up(self, widget: Widget, touches: Iterable[Touch]) -> None:
        """Repaint parts of lines of a widget, straight to the terminal where that can be.

        A countdown of a few cells is not worth a whole composition. Where something else stands
        on it, Textual is asked, who knows what.
        """
        x, y = widget.content_region.offset
        pieces: list[Piece] = []
        for touch in touches:
            region = Region(touch.x, touch.y, touch.new.cell_length, 1)
            old = (x + touch.x, y + touch.y, touch.old)
            if self.shown is None or self._batch_count or not self.shown.has(old, self.console):
                widget.refresh(region)
                continue
            # what the widget painted before must not come back with the next composition
            widget._styles_cache.set_dirty(region.translate(widget.content_offset))
            pieces.append((x + touch.x, y + touch.y, touch.new))
        if pieces and self.shown is not None:
            super()._display(self.screen, CellChanges(pieces, self.shown))

    def redraw(self) -> None:
        """Paint everything anew, whatever another program left on the terminal."""
        if self.shown is not None:
            self.shown.forget(self.size)
        self.screen.refresh(layout=True)


def _is_letter(event: events.Event) -> bool:
    """Whether a key writes a character and does nothing else."""
    return isinstance(event, events.Key) and bool(event.is_printable and event.character)


def _plain(text: str) -> str:
    """What was pasted, with line ends as they are kept here and nothing a terminal would obey."""
    return printable(text.replace("\r\n", "\n").replace("\r", "\n"))
