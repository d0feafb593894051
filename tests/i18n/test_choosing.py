"""Which language is spoken, and what happens without a catalogue."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from carecli import i18n
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
