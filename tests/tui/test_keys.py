from __future__ import annotations

from pathlib import Path

import pytest

from carecli.domain.errors import ConfigError
from carecli.tui.commands import HANDLERS
from carecli.tui.keys.help import help_entries, help_lines, keys_page
from carecli.tui.keys.matcher import CONTEXTS, KeyMap, KeyMatch, key_name, match
from carecli.tui.keys.table import BY_ID, TABLE

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
    assert match(("g",), bindings) == (KeyMatch.INCOMPLETE, "")
    assert match(("g", "g"), bindings) == (KeyMatch.FOUND, "move.top")
    assert match(("g", "3"), bindings) == (KeyMatch.FOUND, "view.3")
    assert match(("o", "n"), bindings) == (KeyMatch.FOUND, "view.sort_newest")
    assert match(("g", "y"), bindings) == (KeyMatch.NOT_FOUND, "")


def test_own_keys_replace_the_usual_ones() -> None:
    keymap = KeyMap(TABLE, {"thread.done": ("ctrl-x", "e")})
    bindings = keymap.bindings("list")
    assert match(("ctrl-x",), bindings) == (KeyMatch.FOUND, "thread.done")
    assert match(("e",), bindings) == (KeyMatch.FOUND, "thread.done")
    assert match(("d",), bindings) == (KeyMatch.NOT_FOUND, "")
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


@pytest.mark.parametrize(
    ("written", "what", "hint"),
    [
        ("ctrl-i", "terminals send ctrl-i as Tab", "another key"),
        ("ctrl-m", "terminals send ctrl-m as Enter", "another key"),
        ("ctrl-[", "as Esc", "another key"),
        ("ctrl-h", "as backspace", "another key"),
        ("ctrl-j", "may not arrive", "another key"),
        ("ctrl-b", "tmux", "another key"),
        ("ctrl-X", "do not tell ctrl-X from ctrl-x", "write ctrl-x"),
        ("ctrl-1", "most terminals cannot send", "a to z"),
        ("shift-a", "the letter itself", "write A"),
        ("enter", "no key a terminal can send", "did you mean Enter?"),
        ("PgUp", "no key a terminal can send", "did you mean PageUp?"),
        ("cmd-x", "no key a terminal can send", "e.g. j"),
        ("", "expected a key", "[]"),
        ("g ctrl-i", "terminals send ctrl-i as Tab", "another key"),
    ],
)
def test_a_key_that_no_terminal_sends_is_told(written: str, what: str, hint: str) -> None:
    with pytest.raises(ConfigError) as told:
        KeyMap(TABLE, {"thread.done": (written,)})
    assert told.value.key == "keys.thread.done[0]"
    assert what in told.value.what
    assert hint in told.value.hint


def test_a_letter_cannot_be_a_key_while_writing() -> None:
    with pytest.raises(ConfigError, match="while writing, k is text"):
        KeyMap(TABLE, {"compose.send": ("k",)})


def test_all_mistakes_are_told_at_once() -> None:
    own = {"thread.doen": ("x",), "thread.flag": ("ctrl-m",), "thread.red": ("4",)}
    with pytest.raises(ConfigError) as told:
        KeyMap(TABLE, own | {"thread.green": ("4",)})
    mistakes = (told.value, *told.value.also)
    assert [one.key for one in mistakes] == [
        "keys.thread.doen",
        "keys.thread.flag[0]",
        "keys.thread.red",
    ]


def test_keys_with_alt_and_function_keys_can_be_chosen() -> None:
    bindings = KeyMap(TABLE, {"thread.done": ("alt-d", "F5")}).bindings("list")
    assert bindings[key_name("alt+d", "d"),] == "thread.done"
    assert bindings[key_name("f5", None),] == "thread.done"


def test_an_action_can_go_without_keys() -> None:
    assert "d" not in {keys[0] for keys in KeyMap(TABLE, {"thread.done": ()}).bindings("list")}


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
    text = "\n".join(
        "".join(part for part, _ in line) for line in help_lines(help_entries(KeyMap(TABLE)), 90)
    )
    for command in TABLE:
        # what has no key of its own is in the palette
        assert command.label in text or not command.keys or command.id.startswith("view.")
    assert set(CONTEXTS) >= {context for command in TABLE for context in command.contexts}
