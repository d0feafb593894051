from __future__ import annotations

from pathlib import Path

import pytest

from carecli.domain.errors import ConfigError
from carecli.tui.commands import HANDLERS
from carecli.tui.help import help_lines, keys_page
from carecli.tui.key_table import BY_ID, TABLE
from carecli.tui.keys import CONTEXTS, KeyMap, Match, key_name, match

PAGE = Path(__file__).parents[2] / "docs" / "keys.md"
AVOIDED = {"ctrl-i", "ctrl-m", "ctrl-[", "ctrl-h", "ctrl-j", "ctrl-a", "ctrl-b"}


def test_every_command_has_a_deed_and_every_deed_a_command() -> None:
    assert set(HANDLERS) == {command.id for command in TABLE}
    assert len(BY_ID) == len(TABLE)


def test_no_command_uses_a_key_that_terminals_confuse() -> None:
    assert not {key for command in TABLE for keys in command.keys for key in keys.split()} & AVOIDED


def test_the_page_of_keys_is_written_from_the_table() -> None:
    assert PAGE.read_text(encoding="utf-8") == keys_page(), "write it anew with keys_page()"


def test_sequences_are_found_piece_by_piece() -> None:
    bindings = KeyMap(TABLE).bindings("list")
    assert match(("g",), bindings) == (Match.INCOMPLETE, "")
    assert match(("g", "g"), bindings) == (Match.FOUND, "move.top")
    assert match(("g", "3"), bindings) == (Match.FOUND, "view.3")
    assert match(("o", "n"), bindings) == (Match.FOUND, "view.sort_newest")
    assert match(("g", "x"), bindings) == (Match.NOT_FOUND, "")


def test_own_keys_replace_the_usual_ones() -> None:
    keymap = KeyMap(TABLE, {"thread.done": ("ctrl-x", "e")})
    bindings = keymap.bindings("list")
    assert match(("ctrl-x",), bindings) == (Match.FOUND, "thread.done")
    assert match(("e",), bindings) == (Match.FOUND, "thread.done")
    assert match(("d",), bindings) == (Match.NOT_FOUND, "")
    assert ("ctrl-x", "done") in keymap.footer("list")


def test_an_unknown_action_is_told_with_the_nearest() -> None:
    with pytest.raises(ConfigError, match=r"thread\.done"):
        KeyMap(TABLE, {"thread.doen": ("x",)})


def test_two_own_actions_cannot_share_a_key() -> None:
    with pytest.raises(ConfigError, match="is taken by"):
        KeyMap(TABLE, {"thread.done": ("x",), "thread.flag": ("x",)})


def test_a_key_cannot_begin_another_ones_sequence() -> None:
    with pytest.raises(ConfigError, match="is taken by"):
        KeyMap(TABLE, {"thread.done": ("t",), "thread.flag": ("t t",)})


def test_letters_stay_text_while_writing() -> None:
    for keys in KeyMap(TABLE).bindings("compose"):
        assert len(keys[0]) > 1


@pytest.mark.parametrize(
    ("key", "character", "written"),
    [
        ("question_mark", "?", "?"),
        ("ctrl+s", "\x13", "ctrl-s"),
        ("G", "G", "G"),
        ("shift+tab", None, "shift-Tab"),
        ("space", " ", "Space"),
        ("backslash", "\\", "\\"),
    ],
)
def test_keys_are_named_as_people_say_them(key: str, character: str | None, written: str) -> None:
    assert key_name(key, character) == written


def test_the_help_names_every_command() -> None:
    text = "\n".join("".join(part for part, _ in line) for line in help_lines(KeyMap(TABLE), 90))
    for command in TABLE:
        assert command.label in text or command.id.startswith("view.")
    assert set(CONTEXTS) >= {context for command in TABLE for context in command.contexts}
