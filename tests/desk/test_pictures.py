"""Pictures are fetched once, and their folder stays small."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from carecli.desk.conversations.pictures import FILES, Pictures
from carecli.domain.errors import Refusal

from .conftest import Shop


def test_a_picture_is_fetched_once(tmp_path: Path, shop: Shop) -> None:
    asked: list[str] = []

    def fetch(url: str) -> bytes:
        asked.append(url)
        return url.encode()

    desk = shop.desk(pictures=tmp_path / "pictures", fetch=fetch)
    first = desk.conversations.picture("https://example.org/a")
    assert first.read_bytes() == b"https://example.org/a"
    assert desk.conversations.picture("https://example.org/a") == first
    assert desk.conversations.picture("https://example.org/b") != first
    assert asked == ["https://example.org/a", "https://example.org/b"]
    assert first.parent == tmp_path / "pictures"


def test_the_folder_stays_small_and_keeps_what_was_used_last(tmp_path: Path) -> None:
    pictures = Pictures(tmp_path, lambda url: b"x")
    files = [pictures.file(f"https://example.org/{number}") for number in range(FILES)]
    for age, file in enumerate(reversed(files)):
        os.utime(file, (1_700_000_000 - age, 1_700_000_000 - age))
    pictures.file("https://example.org/0")
    newest = pictures.file("https://example.org/new")
    left = set(tmp_path.iterdir())
    assert len(left) == FILES
    assert {newest, files[0]} <= left
    assert files[1] not in left


def test_without_a_folder_none_is_fetched(shop: Shop) -> None:
    with pytest.raises(Refusal, match="cannot be downloaded here"):
        shop.desk().conversations.picture("https://example.org/a")
