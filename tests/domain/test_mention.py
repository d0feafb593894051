"""Who is called in a note: by key or name, in any case, and nobody by an e-mail address."""

from __future__ import annotations

import pytest

from carecli.domain.mention import TYPED, find_mentions, suggest_moderators

PEOPLE = {
    "kn": "Kasia Nowak",
    "piotr": "Piotr Wiśniewski",
    "ola.k": "Ola Kos",
    "ola.z": "Ola Zięba",
    "jo": "",
}


@pytest.mark.parametrize(
    ("text", "keys"),
    [
        ("@kn look", ["kn"]),
        ("@KASIA, please", ["kn"]),
        ("(@Kasia Nowak)", ["kn"]),
        ("@piotr.", ["piotr"]),
        ("@Piotr Wisniewski and @piotr", ["piotr"]),
        ("@ola", []),
        ("@ola.k: and @Ola Zięba!", ["ola.k", "ola.z"]),
        ("@kasiaa @kn2 @k", []),
        ("jan@kn.pl, x@@kn", []),
        ("@jo@kn", ["jo"]),
        ("nobody", []),
    ],
)
def test_who_is_called(text: str, keys: list[str]) -> None:
    assert find_mentions(text, PEOPLE) == tuple(keys)


def test_where_nobody_is_configured_names_are_keys() -> None:
    assert find_mentions("@Ana, ask @kasia.n.", {}) == ("ana", "kasia.n")


def test_names_are_offered_while_they_are_typed() -> None:
    found = TYPED.search("call her, @O")
    assert found is not None
    assert suggest_moderators(found[1], PEOPLE) == ["ola.k", "ola.z"]
    assert suggest_moderators("now", PEOPLE) == ["kn"]
    assert suggest_moderators("", PEOPLE) == sorted(PEOPLE)
    assert TYPED.search("jan@example") is None
