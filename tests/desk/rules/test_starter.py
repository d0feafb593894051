"""The rules that carecli brings along say what they mean."""

from __future__ import annotations

from pathlib import Path

from carecli.desk.rules import SHIPPED
from carecli.desk.rules.book import Rulebook
from carecli.desk.rules.trying import failures
from tests.desk.conftest import Shop


def test_every_sentence_of_the_starter_rules_comes_out_right(shop: Shop, tmp_path: Path) -> None:
    book = Rulebook(SHIPPED, tmp_path, "UTC")
    with shop.database.write() as db:
        entries = book.load(db, shop.now)
    assert book.problem is None
    assert len(entries) == 4
    assert [failure.what for one in entries for failure in failures(one)] == []
    assert {one.stage for one in entries} == {"draft"}
