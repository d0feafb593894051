"""A theme and a language chosen inside the inbox are shown at once and kept for the next start."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from carecli import i18n
from carecli.boot import saved_choices
from carecli.boot.demo import write_configuration
from carecli.boot.screen import screen_settings
from carecli.boot.setup import set_up, speak_on_screen
from carecli.domain.errors import CareError
from carecli.tui.settings import Settings
from carecli.tui.style.theme import DARK, LIGHT
from tests.tui.memory_desk import busy_desk
from tests.tui.pilot import driven

pytestmark = pytest.mark.anyio


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture(autouse=True)
def english() -> Iterator[None]:
    yield
    i18n.use("en")


@pytest.fixture
def kept(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """The file of choices, in a folder that is not there yet."""
    file = tmp_path / "state" / "choices.json"
    monkeypatch.setattr(saved_choices, "choices_file", lambda: file)
    return file


async def test_a_language_is_spoken_at_once_and_kept() -> None:
    said: list[tuple[str, str]] = []
    settings = Settings(theme="dark", keep=lambda name, value: said.append((name, value)))
    async with driven(busy_desk(), settings=settings) as one:
        await one.sees("CONTACT POINTS", "TEAMS")
        await one.press("colon", *"language", "enter", "p")
        await one.sees("MIEJSCA KONTAKTU", "ZESPOŁY", "pomoc")
        assert "CONTACT POINTS" not in one.text
        await one.press("colon", *"language", "enter", "c")
        await one.sees("CONTACT POINTS", "TEAMS", "help")
    assert said == [("language", "pl"), ("language", "")]


async def test_a_theme_is_kept_and_as_configured_drops_it() -> None:
    said: list[tuple[str, str]] = []
    settings = Settings(theme="dark", keep=lambda name, value: said.append((name, value)))
    async with driven(busy_desk(), settings=settings) as one:
        await one.press("colon", *"theme", "enter", "l")
        await one.until(lambda: one.app.theme == LIGHT.name)
        await one.press("colon", *"theme", "enter", "c")
        await one.until(lambda: one.app.theme == DARK.name)
    assert said == [("theme", "light"), ("theme", "")]


async def test_a_choice_that_cannot_be_kept_is_told() -> None:
    def keep(_name: str, _value: str) -> None:
        raise CareError("Your choice lasts only until you quit.")

    async with driven(busy_desk(), settings=Settings(theme="dark", keep=keep)) as one:
        await one.press("colon", *"theme", "enter", "l")
        await one.until(lambda: one.app.theme == LIGHT.name)
        await one.sees("Your choice lasts only until you quit.")


def test_choices_are_kept_for_each_moderator(kept: Path) -> None:
    saved_choices.keep("ana", saved_choices.THEME, "light")
    saved_choices.keep("ana", saved_choices.LANGUAGE, "pl")
    saved_choices.keep("kasia", saved_choices.THEME, "contrast")
    assert saved_choices.chosen("ana", saved_choices.THEME) == "light"
    assert saved_choices.chosen("ana", saved_choices.LANGUAGE) == "pl"
    assert saved_choices.chosen("kasia", saved_choices.LANGUAGE) == ""
    saved_choices.keep("ana", saved_choices.THEME, "")
    assert saved_choices.chosen("ana", saved_choices.THEME) == ""
    kept.write_text("{ no json", encoding="utf-8")
    assert saved_choices.chosen("kasia", saved_choices.THEME) == ""


@pytest.mark.usefixtures("kept")
def test_a_demo_that_is_made_anew_begins_with_the_choices(tmp_path: Path) -> None:
    """Its configuration says nothing of them: it is written at every start."""
    setup = set_up(str(write_configuration(tmp_path, "http://127.0.0.1:1", "ordinary", "ana")))
    keep = screen_settings(setup).keep
    assert keep is not None
    keep("theme", "light")
    keep("language", "pl")
    again = set_up(str(write_configuration(tmp_path, "http://127.0.0.1:1", "ordinary", "ana")))
    assert screen_settings(again).palette() is LIGHT
    speak_on_screen(again)
    assert i18n.language() == "pl"
    speak_on_screen(again, "es")
    assert i18n.language() == "es", "the command line goes before a choice"
    other = set_up(str(write_configuration(tmp_path, "http://127.0.0.1:1", "ordinary", "kasia")))
    assert screen_settings(other).own_theme == ""


def test_colours_of_ones_own_belong_to_the_configured_theme() -> None:
    settings = Settings(theme="dark", colours={"base": "#000011"})
    assert settings.palette().surfaces["base"] == "#000011"
    assert replace(settings, own_theme="light").palette() is LIGHT
