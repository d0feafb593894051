"""The terminal is sent only what changed, and shows the same as if it were sent all."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from random import Random

import pyte
import pytest
import rich.cells
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from rich.cells import cell_len
from rich.color import ColorSystem
from rich.console import Console
from rich.segment import Segment
from rich.style import Style
from textual.strip import Strip
from wcwidth import wcwidth

from carecli.domain.model import ThreadId
from carecli.tui.style.cells import cells, cut, fit, is_disputed, width_of
from carecli.tui.style.theme import palette
from carecli.tui.style.widths import Widths
from carecli.tui.terminal.first_page import ansi
from carecli.tui.terminal.screen_buffer import ScreenBuffer, WidthsKnown, _cells, follow
from tests.tui.memory_desk import busy_desk
from tests.tui.pilot import driven

SIZE = (40, 6)
STYLES = [
    Style(color="#c0caf5", bgcolor="#1a1b26"),
    Style(color="#f7768e", bgcolor="#1a1b26", bold=True),
    Style(color="#c0caf5", bgcolor="#2f3a66"),
    Style(color="color(9)", bgcolor="default"),
    Style(strike=True),
]
WORDS = ["-00:12:00", "María", "日本", "e\u0301é", "🙂", "  ", "|", "Thanks"]


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture
def as_before() -> Iterator[None]:
    """Afterwards all count again as for a terminal that told nothing."""
    before = vars(rich.cells)["load_cell_table"]
    yield
    follow(Widths())
    vars(rich.cells)["load_cell_table"] = before
    rich.cells.get_character_cell_size.cache_clear()
    rich.cells.cached_cell_len.cache_clear()


@pytest.fixture
def console() -> Console:
    return Console(color_system="truecolor", force_terminal=True)


def line(chance: Random) -> Strip:
    segments = [
        Segment(chance.choice(WORDS), chance.choice(STYLES)) for _ in range(chance.randrange(12))
    ]
    return Strip(segments).adjust_cell_length(SIZE[0], STYLES[0])


def looks(screen: pyte.Screen) -> list[list[pyte.screens.Char]]:
    blank = screen.default_char
    return [[screen.buffer[y].get(x, blank) for x in range(SIZE[0])] for y in range(SIZE[1])]


@pytest.mark.parametrize("system", [ColorSystem.TRUECOLOR, ColorSystem.EIGHT_BIT])
@pytest.mark.parametrize("seed", range(20))
def test_what_is_left_out_stands_there(seed: int, system: ColorSystem) -> None:
    chance = Random(seed)
    console = Console(force_terminal=True)
    console._color_system = system
    shown = ScreenBuffer()
    shown.forget(SIZE)
    terminal, full = pyte.Screen(*SIZE), pyte.Screen(*SIZE)
    known, fed = pyte.Stream(terminal), pyte.Stream(full)
    before = [line(chance) for _ in range(SIZE[1])]
    known.feed(shown.show([(0, y, one) for y, one in enumerate(before)], console))
    for _ in range(30):
        y = chance.randrange(SIZE[1])
        before[y] = line(chance)
        pieces = [(0, y, before[y])]
        known.feed(shown.show(pieces, console))
        assert shown.has(pieces[0], console)
    for y, one in enumerate(before):
        fed.feed(f"\x1b[{y + 1};1H{one.render(console)}")
    assert looks(terminal) == looks(full)


def test_the_same_again_takes_no_byte(console: Console) -> None:
    shown = ScreenBuffer()
    shown.forget(SIZE)
    piece = (3, 2, Strip([Segment("María 🙂", STYLES[1])]))
    assert "María" in shown.show([piece], console)
    assert shown.show([piece], console) == ""


def test_a_second_takes_a_digit(console: Console) -> None:
    shown = ScreenBuffer()
    shown.forget(SIZE)
    shown.show([(0, 0, Strip([Segment("00:41:07", STYLES[0])]))], console)
    sent = shown.show([(0, 0, Strip([Segment("00:41:06", STYLES[0])]))], console)
    assert sent.startswith("\x1b[1;8H")
    assert sent.endswith("6\x1b[0m")


def test_what_the_first_page_sent_is_known(console: Console) -> None:
    shown = ScreenBuffer()
    strip = Strip([Segment("María ", STYLES[0]), Segment("3", STYLES[1])])
    shown.learn(f"\x1b[2;4H{strip.render(console)}", SIZE)
    assert shown.show([(3, 1, strip)], console) == ""
    assert shown.show([(0, 0, strip)], console) != ""


def test_nothing_is_written_beyond_the_edges(console: Console) -> None:
    shown = ScreenBuffer()
    shown.forget((10, 2))
    long = Strip([Segment("0123456789abc", STYLES[0])])
    assert "abc" not in shown.show([(0, 0, long)], console)
    assert shown.show([(0, 2, long)], console) == ""


DISPUTED = [
    *(
        "👍🏽",
        "🙋🏻‍♀️",
        "👩🏽‍🦱",
        "தமிழ்",
        "नमस्ते",
        "\U0001fae9",
        "🫩🫩",
        "❤️",
        "👨‍👩‍👧",
        "🇵🇱",
        "e\u0301",
    ),
    *("⚡", "🅱️", "1️⃣", "ok", " ", "日本", "한국", "\u0915\u093f"),
]


@given(st.data())
@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_the_border_stands_whatever_the_terminal_takes_for_widths(
    monkeypatch: pytest.MonkeyPatch, data: st.DataObject
) -> None:
    """The terminal counts every sign that is no plain letter by a table of its own."""
    table = {
        char: data.draw(st.integers(0, 2), label=f"U+{ord(char):04X}")
        for char in sorted({*"".join(DISPUTED)})
        if is_disputed(char) or width_of(char) == 0
    }
    monkeypatch.setattr("pyte.screens.wcwidth", lambda char: table.get(char, wcwidth(char)))
    console = Console(color_system="truecolor", force_terminal=True)
    shown = ScreenBuffer()
    shown.forget(SIZE)
    terminal = pyte.Screen(*SIZE)
    stream = pyte.Stream(terminal)
    texts = st.lists(st.sampled_from(DISPUTED), max_size=20).map("".join)
    for _ in range(3):
        pieces = []
        for y in range(SIZE[1]):
            left, right = (fit(data.draw(texts), wide) for wide in (20, SIZE[0] - 21))
            segments = [Segment(part, STYLES[0]) for part in (left, "|", right)]
            pieces.append((0, y, Strip(segments)))
        stream.feed(shown.show(pieces, console))
        assert [terminal.buffer[y][20].data[0] for y in range(SIZE[1])] == ["|"] * SIZE[1]
    alone = [(0, y, Strip([Segment(fit(data.draw(texts), 20), STYLES[1])])) for y in range(SIZE[1])]
    stream.feed(shown.show(alone, console))
    assert [terminal.buffer[y][20].data[0] for y in range(SIZE[1])] == ["|"] * SIZE[1]


FOLLOWED = [
    Widths(vowel_sign=1),
    Widths(heart=2, has_skin_tones=True),
    Widths(joins_emoji=False, flag=4, vowel_sign=1),
    Widths(True, 2, 4, True, 1),
]


@pytest.mark.parametrize("widths", FOLLOWED, ids=str)
def test_once_the_terminal_told_its_widths_all_count_by_them(
    widths: Widths, as_before: None
) -> None:
    follow(widths)
    for text in (
        *DISPUTED,
        "கொடி",
        "क्षि",
        "ខ្មែរ",
        "ab \U0001f1f2\U0001f1fd",
        "❤️\u200d🔥",
        "க" + "ி" * 20,
    ):
        drawn = cut(text, 99)
        assert cells(drawn) == cell_len(drawn) == sum(map(cell_len, _cells(drawn))), text
        for width in range(1, 12):
            assert cell_len(fit(text, width)) == width


def test_what_a_terminal_can_draw_is_sent_to_it(as_before: None) -> None:
    assert cut("தமிழ் 👍🏽 ❤️ 👨‍👩‍👧", 99) == "தமிழ் 👍 ❤ 👨‍👩‍👧"
    follow(Widths(True, 2, 2, True, 1))
    assert cut("தமிழ் 👍🏽 ❤️ 👨‍👩‍👧", 99) == "தமிழ் 👍🏽 ❤️ 👨‍👩‍👧"
    follow(Widths(joins_emoji=False))
    assert cut("👨‍👩‍👧 y 🙋🏻‍♀️!", 99) == "👨 y 🙋!"


def test_vowel_signs_stay_where_the_terminal_gives_them_a_cell(
    monkeypatch: pytest.MonkeyPatch, console: Console, as_before: None
) -> None:
    signs = {"\u0bbf": 1, "\u0bca": 1, "\u093f": 1}
    monkeypatch.setattr("pyte.screens.wcwidth", lambda char: signs.get(char, wcwidth(char)))
    follow(Widths(vowel_sign=1))
    shown, terminal = ScreenBuffer(), pyte.Screen(*SIZE)
    shown.forget(SIZE)
    pieces = [(0, 0, Strip([Segment(fit("தமிழ் கொடி कि|", 20), STYLES[0])]))]
    pyte.Stream(terminal).feed(shown.show(pieces, console))
    line = "".join(terminal.buffer[0][x].data for x in range(20))
    assert line.rstrip() == "தமிழ் கொடி कि|"


def test_the_first_page_keeps_its_borders_too(monkeypatch: pytest.MonkeyPatch) -> None:
    wide = {"த", "மி", "ழ்", "\u0bbf", "\u0bcd"}
    monkeypatch.setattr(
        "pyte.screens.wcwidth",
        lambda char: 0 if char == "\U0001fae9" else 2 if char in wide else wcwidth(char),
    )
    terminal = pyte.Screen(*SIZE)
    look = palette("dark", {})
    for y, text in enumerate(("தமிழ்", "\U0001fae9 new", "👍🏽 skin", "தமிழ்" * 9)):
        line = ansi([(text, "text")], 20, "base", look, at=(0, y), columns=SIZE[0])
        pyte.Stream(terminal).feed(f"\x1b[{y + 1};1H{line}|")
        assert terminal.buffer[y][20].data == "|"
        last = ansi([("ab தமிழ்", "text")], 6, "base", look, at=(34, y), columns=SIZE[0])
        pyte.Stream(terminal).feed(f"\x1b[{y + 1};35H{last}")
    assert not terminal.buffer[4]


def test_skin_tones_are_not_drawn_and_plain_text_takes_no_byte_more(console: Console) -> None:
    assert fit("👍🏽 gracias", 12) == "👍 gracias  "
    shown = ScreenBuffer()
    shown.forget(SIZE)
    sent = shown.show([(0, 0, Strip([Segment("Zażółć 日本", STYLES[0])]))], console)
    assert sent.count("\x1b[") == 3


@pytest.mark.anyio
async def test_the_inbox_is_painted_again_once_the_terminal_told_its_widths(
    anyio_backend: str, as_before: None
) -> None:
    desk = busy_desk()
    desk.table[ThreadId(1)] = replace(desk.table[ThreadId(1)], excerpt="gracias 👍🏽 ❤️ கி")
    async with driven(desk) as one:
        await one.sees("gracias 👍 ❤ கி")
        one.app.post_message(WidthsKnown(Widths(True, 2, 2, True, 1)))
        await one.sees("gracias 👍🏽 ❤️ கி")
        assert {cell_len(line) for line in one.lines} == {140}
