"""A full disk, where SQLite itself speaks of an I/O error."""

from __future__ import annotations

import os
import sqlite3
from pathlib import Path

import pytest

from carecli.domain.errors import StoreError, StoreFull
from carecli.store import db


@pytest.mark.parametrize(("blocks", "is_full"), [(0, True), (15, True), (16, False)])
def test_an_error_on_a_full_disk_says_so(
    blocks: int, is_full: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    place = os.statvfs_result((4096, 4096, 100, blocks, blocks, 0, 0, 0, 0, 255))
    monkeypatch.setattr(os, "statvfs", lambda _: place)
    with pytest.raises(StoreError) as told, db.translated(str(tmp_path / "care.sqlite")):
        raise sqlite3.OperationalError("disk I/O error")
    assert isinstance(told.value, StoreFull) is is_full
    assert ("disk is full" in told.value.what) is is_full


def test_a_folder_that_is_gone_is_no_full_disk(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="cannot be used"), db.translated(f"{tmp_path}/none/db"):
        raise sqlite3.OperationalError("disk I/O error")
