"""The first page stands where the inbox will stand, before Textual is imported."""

from __future__ import annotations

import io
import subprocess
import sys

import pyte
import pytest

from carecli.tui.settings import Settings
from carecli.tui.terminal.first_page import _of_256, first_page, splash
from tests.tui.memory_desk import MemoryDesk, busy_desk
from tests.tui.pilot import driven


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


def drawn(text: str, size: tuple[int, int]) -> pyte.Screen:
    screen = pyte.Screen(*size)
    pyte.Stream(screen).feed(text)
    return screen


@pytest.mark.anyio
@pytest.mark.parametrize("size", [(80, 24), (100, 30), (120, 40), (140, 40), (200, 60)])
@pytest.mark.parametrize("theme", ["dark", "16"])
async def test_textual_paints_the_very_same_screen(
    size: tuple[int, int], theme: str, anyio_backend: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLORTERM", "truecolor")
    desk, settings = busy_desk(), Settings(theme=theme)
    screen = drawn(first_page(desk.services, size, settings), size)
    async with driven(desk, size=size, settings=settings) as one:
        await one.sees("María")
        await one.until(lambda: not one.inbox.threads.scroll_y)
        strips = one.app.screen._compositor.render_strips()
        edge = one.inbox.layout.widths.side + one.inbox.layout.widths.middle - 1
        for y, strip in enumerate(strips):
            cells = [(char, segment.style) for segment in strip for char in segment.text]
            if any(ord(char) > 0x1F000 for char, _ in cells):
                continue  # pyte keeps a wide character in two cells
            for x, (char, style) in enumerate(cells):
                if x == edge and y > 1:
                    continue  # the scroll bar's own glyphs
                there = screen.buffer[y][x]
                assert there.data == char, (y, x)
                if theme == "dark" and style is not None and style.bgcolor is not None:
                    assert "#" + there.bg == style.bgcolor.name, (y, x, char)


def test_it_ends_with_the_terminal_as_it_was() -> None:
    out = io.StringIO()
    first = splash(busy_desk().services, Settings(theme="dark"), size=(80, 24), out=out)
    assert "\x1b[?1049h" in out.getvalue()
    first.put_back(True)
    assert out.getvalue().endswith("\x1b[?25h\x1b[?1049l")


def test_an_empty_desk_and_a_tiny_terminal_have_a_first_page() -> None:
    for size in ((20, 5), (40, 10), (80, 24)):
        assert first_page(MemoryDesk(table={}).services, size, Settings(theme="dark"))


def test_neither_textual_nor_rich_is_imported_for_it() -> None:
    code = (
        "import sys; import carecli.tui.terminal.first_page; "
        "print([m for m in ('textual', 'rich', 'asyncio', 'httpx') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_the_256_colours_are_those_that_rich_takes() -> None:
    from rich.color import Color, ColorSystem

    for text in ("#1a1b26", "#c0caf5", "#f7768e", "#ffffff", "#000000", "#7d87b3", "#808080"):
        red, green, blue = (int(text[at : at + 2], 16) for at in (1, 3, 5))
        assert (
            _of_256(red, green, blue) == Color.parse(text).downgrade(ColorSystem.EIGHT_BIT).number
        )
