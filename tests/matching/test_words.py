"""Word lists a person edits, and those to start from."""

from __future__ import annotations

from pathlib import Path

import pytest

from carecli.domain.errors import ConfigError
from carecli.matching.words import STARTERS, parse_words, read_words

LIST = """\
# ours
[insult es 2]
pendejo   # inflected
=naco
[competitor]
rival krem*
!año
"""


def problems(text: str) -> list[tuple[int, str]]:
    with pytest.raises(ConfigError) as caught:
        parse_words(text, "words.txt")
    assert caught.value.file == "words.txt"
    return [(error.line, error.what) for error in (caught.value, *caught.value.also)]


def test_sections_give_words_their_meaning() -> None:
    words = parse_words(LIST, "words.txt")
    assert [(t.text, t.kind, t.language, t.severity, t.is_exact) for t in words.terms] == [
        ("pendejo", "insult", "es", 2, False),
        ("naco", "insult", "es", 2, True),
        ("rival krem*", "competitor", "", 1, False),
    ]
    assert [term.text for term in words.exceptions] == ["año"]


def test_words_without_a_section_are_of_any_language() -> None:
    [term] = parse_words("kurwa", "words.txt").terms
    assert (term.kind, term.language, term.severity) == ("", "", 1)


def test_every_mistake_is_told_with_its_line() -> None:
    assert problems("puta\n[insult xx]\n[Insult]\n[spam pl 9]\na*\nok\nok\n") == [
        (2, "the language 'xx' is not known"),
        (3, "[Insult] is no section"),
        (4, "the severity 9 is not known"),
        (5, "'a*': `a*` would hit nearly everything: give 3 letters"),
        (7, "'ok' twice"),
    ]


def test_files_that_cannot_be_read_say_so(tmp_path: Path) -> None:
    file = tmp_path / "words.txt"
    with pytest.raises(ConfigError, match="cannot be read"):
        read_words(file)
    file.write_bytes(b"[insult]\nok\n\xff\n")
    with pytest.raises(ConfigError, match=":3: not UTF-8"):
        read_words(file)


@pytest.mark.parametrize("language", ["en", "es", "pl"])
def test_the_starter_lists_are_read_and_find_each_of_their_words(language: str) -> None:
    words = read_words(STARTERS / f"{language}.txt")
    assert len(words.terms) > 100
    found = words.compiled()
    for term in words.terms:
        text = f"bla, {term.text.replace('*', '')} bla"
        assert term in [hit.term for hit in found.find(text)]
    for term in words.exceptions:
        assert found.find(f"bla {term.text.replace('*', '')} bla") == []


@pytest.mark.parametrize(
    "text",
    [
        "Zamówiłam krem, ale paczka nie dotarła. Proszę o zwrot pieniędzy, to oszustwo!",
        "Reputacja firmy ucierpi, jeśli nie oddacie pieniędzy. Konsultantka była miła.",
        "Sukienka i szminka z katalogu są cudowne, sukces!",
        "La computadora no abre la página, disputa en mi tarjeta, reputación por los suelos",
        "El cálculo del envío es un artículo aparte; círculo de belleza",
        "Es un fraude, me robaron, voy a Profeco con mi abogada",
        "Ruch na kanale, dym nad miastem, ruchu kanału nie widać, na kanał wejdź",
        "Que bonitos los zorros de los mongoles",
        "To jest dupe znanego kremu, a dupe for Dior",
        "Feliz año a todas, besos de mi mamá y mi papá",
        "I live in Scunthorpe, my assistant in Essex classed it as a cocktail",
        "It is a scam, I want a refund, my doctor says it is an allergic reaction",
        "Dick Cheney eats shiitake in Sussex, Penistone and Lightwater",
    ],
)
def test_no_starter_list_hits_customers(text: str) -> None:
    lists = [read_words(STARTERS / f"{language}.txt") for language in ("en", "es", "pl")]
    assert (lists[0] + lists[1] + lists[2]).compiled().find(text) == []
