"""A letter can be written in two forms that look alike: search finds both, whichever is typed."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from carecli.domain.events import Author, MessageSeen
from carecli.domain.filter import parse_filter
from carecli.domain.model import ContactPoint
from carecli.store.filter_sql import Asking
from carecli.store.threads import find
from tests.store.conftest import NOW, new_shop

ASKING = Asking("ana", NOW, "Europe/Warsaw")


@settings(deadline=None)
@given(
    st.sampled_from(["ёж", "мой край", "안녕", "Łódź", "café", "Зоя"]), st.booleans(), st.booleans()
)
def test_search_finds_both_forms_of_unicode(
    tmp_path_factory: pytest.TempPathFactory, text: str, is_composed: bool, types_composed: bool
) -> None:
    """Phones and platforms disagree about them, and nobody sees a difference."""
    written, typed = (
        unicodedata.normalize("NFC" if composed else "NFD", text)
        for composed in (is_composed, types_composed)
    )
    shop = new_shop(tmp_path_factory.mktemp("forms") / "care.sqlite")
    seen = MessageSeen("m", "m", ContactPoint.COMMENT, NOW, Author("1", written, "p"), text=written)
    shop.take(seen, at=NOW)
    with shop.database.read() as db:
        for words in (f'"{typed}"', f'from:"{typed}"'):
            assert [*find(db, parse_filter(words), ASKING).ids] == [1]
    shop.database.close()
