"""Sentences of the screen, of `--help`, the configuration and the docs are plain, usual English."""

from __future__ import annotations

import re
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path

import click
import pytest

from carecli.cli.main import COMMANDS
from tests.hygiene.pages import ROOT, paragraphs, sections
from tests.hygiene.words import read

TURNS = (
    "anew",
    "likewise",
    "whatever",
    "shall",
    "deed",
    "deeds",
    "under way",
    "what waits",
    "that waits",
    "takes it back",
    "take it back",
    "nobody's",
    "nobody is at it",
    "may only look",
    "by itself",
    "stands in",
    "where it stands",
    "held back",
    "goes first",
    "for good",
    "ends it",
    "to come",
    "is no day",
    "is no name",
    "is no time",
    "it is none",
    "be lent",
    "stumbled",
    "all the same",
    "given up",
    "put aside",
    "aside",
    "the clock goes on",
)
"""Inversions, missing subjects and old-fashioned words; each was once on the screen."""

USUAL_IN_PROSE = {"whatever", "what waits", "that waits", "by itself", "stands in", "to come"}
"""Turns that are odd in a short sentence on the screen only."""

FOUND = re.compile(r"\b(" + "|".join(map(re.escape, TURNS)) + r")\b(?! longer)", re.IGNORECASE)
FIELD = re.compile(r"\{[^}]*\}")


def odd(sentence: str) -> list[str]:
    """The odd turns of a sentence, without the names of its fields."""
    return [one.group(1).lower() for one in FOUND.finditer(FIELD.sub(" ", sentence))]


@pytest.mark.parametrize(
    "sentence",
    [
        "It is under way already.",
        "{product}: what shall stand for it?",
        "{n} deadlines can't be met whatever one does.",
        "Aside until?",
        "u takes a done deed back",
        "nobody is at it",
        "c ends it",
    ],
)
def test_an_odd_sentence_is_noticed(sentence: str) -> None:
    assert odd(sentence)


def test_a_field_is_not_read_as_a_word() -> None:
    assert odd("{deed}. {key} undoes it.") == []


def test_no_sentence_of_the_screen_is_odd() -> None:
    found = {}
    for message in read("pl"):
        sentences = [message.id] if isinstance(message.id, str) else message.id
        found.update({one: odd(one) for one in sentences if odd(one)})
    assert found == {}


def helps(command: click.Command) -> Iterator[str]:
    """The help of a command, of its options and of its subcommands."""
    yield command.help or ""
    yield from (getattr(option, "help", None) or "" for option in command.params)
    if isinstance(command, click.Group):
        for child in command.commands.values():
            yield from helps(child)


@pytest.mark.parametrize("name", COMMANDS)
def test_no_help_of_the_command_line_is_odd(name: str) -> None:
    module, _, function = COMMANDS[name].partition(":")
    command: click.Command = getattr(import_module(f"carecli.cli.{module}"), function)
    assert {text: odd(text) for text in helps(command) if odd(text)} == {}


def test_no_text_of_a_configuration_key_is_odd() -> None:
    texts = [text for _, kind, _ in sections() for text in paragraphs(kind).values()]
    assert {text: odd(text) for text in texts if odd(text)} == {}


PAGES = [path for path in sorted((ROOT / "docs").glob("*.md")) if path.name != "modules.md"]


@pytest.mark.parametrize("page", [*PAGES, ROOT / "README.md"], ids=lambda page: page.name)
def test_no_sentence_of_the_docs_is_odd(page: Path) -> None:
    prose = re.sub(r"```.*?```", "", page.read_text(encoding="utf-8"), flags=re.DOTALL)
    paragraphs = [" ".join(text.split()) for text in re.split(r"\n\s*\n", prose)]
    bare = {text: re.sub(r"`[^`]*`", "", text) for text in paragraphs}
    assert {text: left for text in bare if (left := {*odd(bare[text])} - USUAL_IN_PROSE)} == {}
