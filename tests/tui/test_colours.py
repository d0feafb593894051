"""Palettes can be read, and a moderator's own colours are read strictly."""

from __future__ import annotations

import pytest

from carecli.tui.settings import Settings
from carecli.tui.style.colours import contrast, faint, read_colours
from carecli.tui.style.theme import ANSI, CONTRAST, DARK, LIGHT, NONE, OWN, Palette, palette
from tests.tui.memory_desk import busy_desk
from tests.tui.pilot import driven


@pytest.mark.parametrize(
    ("look", "enough"),
    [(DARK, 4.5), (LIGHT, 4.5), (CONTRAST, 7.0)],
    ids=["dark", "light", "contrast"],
)
def test_text_stands_out_from_every_surface(look: Palette, enough: float) -> None:
    assert not list(faint(look, enough))


def test_contrast_is_measured_as_wcag_does() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)
    assert contrast("#123456", "#123456") == 1


def test_own_colours_change_what_they_name_and_nothing_else() -> None:
    own, mistakes = read_colours("dark", {"red": "#F00", "base": "#000000"})
    assert not mistakes
    mine = palette("dark", own, {})
    assert mine.ink("red.badge").back == "#ff0000"
    assert mine.surfaces["base"] == "#000000"
    assert mine.ink("green") == DARK.ink("green")
    assert mine.name == OWN


def test_own_colours_in_sixteen_are_names() -> None:
    own, mistakes = read_colours("16", {"red": "bright-magenta", "text": "terminal"})
    assert not mistakes
    mine = palette("16", own, {})
    assert (mine.ink("red").fore, mine.ink("text").fore) == (13, None)
    assert mine.is_ansi
    assert not list(faint(mine))


@pytest.mark.parametrize(
    ("base", "typed", "key", "what", "hint"),
    [
        ("dark", {"rde": "#ff0000"}, "rde", "no such role", "'red'"),
        ("dark", {"red": "#ff00"}, "red", "not a colour", "#ff9e64"),
        ("dark", {"red": "bright-red"}, "red", "not a colour", "the palette 16"),
        ("16", {"red": "brigt-red"}, "red", "not a colour", "'bright-red'"),
        ("16", {"red": "#ff0000"}, "red", "not a colour", "bright-white"),
    ],
)
def test_mistakes_are_named(
    base: str, typed: dict[str, str], key: str, what: str, hint: str
) -> None:
    _, (mistake,) = read_colours(base, typed)
    assert mistake.key == f"theme.colours.{key}"
    assert what in mistake.what
    assert hint in mistake.hint


def test_own_colours_want_a_palette_to_change() -> None:
    _, (mistake,) = read_colours("auto", {"red": "#ff0000"})
    assert mistake.key == "theme.palette"


def test_faint_text_is_told_with_the_figures() -> None:
    own, _ = read_colours("dark", {"dim": "#444444"})
    found = {one.surface: one.contrast for one in faint(palette("dark", own, {}))}
    assert found["base"] == pytest.approx(1.74, abs=0.05)


def test_no_color_wins_over_everything() -> None:
    assert palette("dark", {"red": "#ff0000"}, {"NO_COLOR": "1"}) is NONE
    assert palette("16", None, {}) is ANSI


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


@pytest.mark.anyio
async def test_own_colours_are_on_the_screen_and_come_round_again(anyio_backend: str) -> None:
    settings = Settings(theme="dark", colours={"base": "#000011"})
    async with driven(busy_desk(), settings=settings) as one:
        assert one.app.theme == OWN
        for letter, name in (("l", "carecli-light"), ("c", OWN)):
            await one.press("colon", *"theme", "enter", letter)
            await one.until(lambda name=name: one.app.theme == name)  # type: ignore[misc]  # bound now
