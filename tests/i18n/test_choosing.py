"""Which language is spoken, and what happens without a catalogue."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from carecli import i18n
from carecli.boot.setup import use_language
from carecli.config import load
from carecli.domain.errors import ConfigError
from carecli.i18n import _, ngettext


@pytest.fixture(autouse=True)
def english() -> Iterator[None]:
    yield
    i18n.use("en")


def test_english_is_what_the_code_says() -> None:
    i18n.use("en")
    assert _("A sentence no catalogue holds.") == "A sentence no catalogue holds."
    assert ngettext("{n} thread", "{n} threads", 1).format(n=1) == "1 thread"
    assert ngettext("{n} thread", "{n} threads", 2).format(n=2) == "2 threads"


def test_a_language_without_a_catalogue_is_english() -> None:
    i18n.use("tlh")
    assert i18n.language() == "en"


@pytest.mark.parametrize(
    ("said", "spoken"),
    [
        ({}, "en"),
        ({"LANG": "pl_PL.UTF-8"}, "pl"),
        ({"LANG": "C.UTF-8"}, "en"),
        ({"LANG": "pl_PL.UTF-8", "LC_ALL": "es_MX.UTF-8"}, "es"),
        ({"LANG": "pl_PL.UTF-8", "LC_ALL": ""}, "pl"),
        ({"LANG": "es_MX.UTF-8", "LANGUAGE": "csb:pl:en"}, "pl"),
        ({"LANG": "de_DE.UTF-8"}, "en"),
    ],
)
def test_the_environment_chooses(said: dict[str, str], spoken: str) -> None:
    assert i18n.of_environment(said) == spoken
    use_language("auto", environ=said)
    assert i18n.language() == spoken


def test_the_configuration_goes_before_the_environment_and_an_option_before_both() -> None:
    environ = {"LANG": "pl_PL.UTF-8"}
    use_language("es", environ=environ)
    assert i18n.language() == "es"
    use_language("es", "en", environ)
    assert i18n.language() == "en"
    use_language("es", "auto", environ)
    assert i18n.language() == "pl"


def test_a_mistaken_language_is_named(tmp_path: Path) -> None:
    file = tmp_path / "carecli.yaml"
    file.write_text("language: polish\nchannels: {}\n", encoding="utf-8")
    with pytest.raises(ConfigError) as caught:
        load(file)
    assert caught.value.key == "language"
    assert "pl" in caught.value.hint
