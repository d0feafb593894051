"""Values become the same bytes whenever they are written, and the same values again."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import pytest
from hypothesis import given
from hypothesis import strategies as st

from carecli.domain.canonical import canonical_json, from_canonical_json
from carecli.domain.kpi import Basis


@dataclass(frozen=True, slots=True)
class Inner:
    name: str
    share: float | None
    basis: Basis | None = None


@dataclass(frozen=True, slots=True)
class Outer:
    n: int
    pair: tuple[str, int]
    some: tuple[Inner, ...]
    by: Mapping[str, Inner]
    nth: Mapping[int, str]
    more: Inner | None = None


inners = st.builds(
    Inner,
    st.text(),
    st.none() | st.floats(allow_nan=False, allow_infinity=False),
    st.none() | st.sampled_from(Basis),
)
outers = st.builds(
    Outer,
    st.integers(),
    st.tuples(st.text(), st.integers()),
    st.lists(inners).map(tuple),
    st.dictionaries(st.text(), inners),
    st.dictionaries(st.integers(), st.text()),
    st.none() | inners,
)


@given(outers)
def test_what_was_written_is_restored_and_written_alike_again(value: Outer) -> None:
    body = canonical_json(value)
    found = from_canonical_json(Outer, body)
    assert found == value
    assert canonical_json(found) == body
    assert body.isascii()


def test_order_and_spaces_do_not_matter() -> None:
    assert (
        canonical_json({"b": 1, "a": (1.5, None, Basis.REPLY)}) == b'{"a":[1.5,null,"reply"],"b":1}'
    )
    assert canonical_json({"a": 1, "b": {2, 1}}) == canonical_json({"b": {1, 2}, "a": 1})


def test_what_is_of_another_type_is_refused() -> None:
    with pytest.raises(KeyError):
        from_canonical_json(Inner, b'{"name": "x"}')
    with pytest.raises(ValueError, match="joy"):
        from_canonical_json(Inner, b'{"name": "x", "share": 1, "basis": "joy"}')
