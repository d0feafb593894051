"""The catalogues of the screen's languages are fresh, complete, and fit their sentences."""

from __future__ import annotations

import ast
import re
import string
from collections.abc import Iterator

import pytest
from babel.messages.catalog import Catalog, Message

from tests.hygiene.words import (
    ROOT,
    TRANSLATED,
    figures,
    mo_text,
    po_file,
    po_text,
    read,
    template,
    updated,
)

FORMS = {"pl": 3, "es": 2}
LETTERS = {"pl": "ąćęłńśźż", "es": "áíñúü¿¡"}
NAMES = re.compile(r"[A-Z]\w+ [A-Z]\w+")
"""First and last names of the people in the lessons: they stay as they are."""

CALLS = ("_", "N_", "ngettext", "pgettext")


@pytest.fixture(scope="module")
def sentences() -> Catalog:
    return template()


def forms(said: object) -> tuple[str, ...]:
    """A sentence, or each of its plural forms."""
    return tuple(map(str, said)) if isinstance(said, list | tuple) else (str(said or ""),)


def entries(language: str) -> Iterator[Message]:
    return (message for message in read(language) if message.id)


def fields(text: str) -> list[tuple[str, str | None]]:
    """The `{…}` of a sentence: names, and how they are shown."""
    return sorted((name, shown) for _, name, _, shown in string.Formatter().parse(text) if name)


@pytest.mark.parametrize("language", TRANSLATED)
def test_a_catalogue_is_fresh(language: str, sentences: Catalog) -> None:
    file = po_file(language)
    assert file.read_bytes() == po_text(updated(language, sentences)), "run `make words`"
    assert file.with_suffix(".mo").read_bytes() == mo_text(read(language)), "run `make words`"


@pytest.mark.parametrize("language", TRANSLATED)
def test_every_sentence_is_translated(language: str) -> None:
    left = [one.id for one in entries(language) if one.fuzzy or not all(forms(one.string))]
    assert left == [], f"translate them in {po_file(language).relative_to(ROOT)}"


@pytest.mark.parametrize("language", TRANSLATED)
def test_every_translation_takes_what_its_sentence_takes(language: str) -> None:
    wrong = [
        (one.id, said)
        for one in entries(language)
        for said in forms(one.string)
        if fields(said) != fields(forms(one.id)[-1])
    ]
    assert wrong == []


@pytest.mark.parametrize("language", TRANSLATED)
def test_no_sentence_stands_in_the_catalogue_of_another_language(language: str) -> None:
    """Told by letters: each of the others' own ones is foreign here."""
    foreign = set("".join(LETTERS[other] for other in TRANSLATED if other != language))
    said = [form for one in entries(language) for form in forms(one.string)]
    assert [form for form in said if foreign & set(NAMES.sub("", form).lower())] == []


@pytest.mark.parametrize("language", TRANSLATED)
def test_counted_sentences_have_all_forms(language: str) -> None:
    counted = [one for one in entries(language) if isinstance(one.id, tuple)]
    assert read(language).num_plurals == FORMS[language]
    assert [one.id for one in counted if len(forms(one.string)) != FORMS[language]] == []


@pytest.mark.parametrize("language", TRANSLATED)
def test_days_and_months_are_those_of_the_cldr(language: str) -> None:
    catalog = read(language)
    for (context, word), said in figures(language).items():
        message = catalog.get(word, context)
        assert message is not None
        assert message.string == said


def test_every_sentence_is_where_it_can_be_found(sentences: Catalog) -> None:
    """An f-string is not: no catalogue knows what it will be."""
    known = {forms(one.id)[0] for one in sentences if one.id}
    lost = []
    for file in (ROOT / "carecli").rglob("*.py"):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Name)):
                continue
            if node.func.id in CALLS and node.args:
                said = node.args[1 if node.func.id == "pgettext" else 0]
                if isinstance(said, ast.JoinedStr):
                    lost.append(f"{file.name}:{node.lineno}: an f-string")
                elif isinstance(said, ast.Constant) and str(said.value) not in known:
                    lost.append(f"{file.name}:{node.lineno}: {said.value!r}")
    assert not lost, "\n".join(lost)
