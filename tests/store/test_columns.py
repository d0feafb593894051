"""Select lists and inserts are made from names."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import pytest

from carecli.store.columns import columns_of, insert_into


class Fruit(NamedTuple):
    name: str
    weight: int


@dataclass
class Basket:
    fruit: int
    owner: str


def test_a_select_list_follows_the_fields() -> None:
    assert columns_of(Fruit) == "name AS name, weight AS weight"
    assert columns_of(Fruit, "f", weight="f.grams * 1000") == (
        "f.name AS name, f.grams * 1000 AS weight"
    )
    assert columns_of(Basket, fruit="count(*)") == "count(*) AS fruit, owner AS owner"


def test_an_expression_of_no_field_is_a_mistake() -> None:
    with pytest.raises(TypeError, match="Fruit has no field colour"):
        columns_of(Fruit, colour="f.colour")


def test_an_insert_names_its_columns() -> None:
    assert insert_into("fruit", Fruit._fields) == "INSERT INTO fruit (name, weight) VALUES (?,?)"
    assert insert_into("fruit", ("name",), instead="OR IGNORE") == (
        "INSERT OR IGNORE INTO fruit (name) VALUES (?)"
    )
