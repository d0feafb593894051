"""Product cards: read, searched, quoted."""

from __future__ import annotations

from pathlib import Path

import pytest

from carecli.desk.replies.product_cards import SHIPPED, Cards, read_card
from carecli.domain.errors import ConfigError, Refusal

from .conftest import Shop

CREAM = """---
product: Krem nawilżający
brand: Avon
links: [https://example.org/krem]
---
Never shown.

## Fakty
- 50 ml, **bez perfum**.
- [Skład](https://example.org/inci)

## Ostrzeżenia ##
1. Nie do oczu.
"""


def write(folder: Path, name: str, text: str) -> None:
    (folder / name).write_text(text, encoding="utf-8")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "cards"
    folder.mkdir()
    write(folder, "krem.md", CREAM)
    write(folder, "gel.md", "---\nproduct: Gel\nbrand: La Roche-Posay\n---\n## Datos\nAgua.\n")
    write(folder, "puder.md", "---\nproduct: Puder\n---\n## Fakty\nDo kremu.\n")
    return folder


def test_a_card_is_read_as_plain_text(folder: Path) -> None:
    card = read_card(folder / "krem.md")
    assert (card.name, card.product, card.brand) == ("krem", "Krem nawilżający", "Avon")
    assert card.links == ("https://example.org/krem",)
    facts, warnings = card.sections
    assert facts.title == "Fakty"
    assert facts.text == "• 50 ml, bez perfum.\n• Skład: https://example.org/inci"
    assert (warnings.title, warnings.text) == ("Ostrzeżenia", "1. Nie do oczu.")


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("## Facts\nx", "product: this key is missing"),
        ("---\nproduct: x\n---\nx", "without a section"),
        ("---\nproduct: x\n---\n## A\nx\n## á\ny", "twice"),
        ("---\nproduct: x\nlinks: ['javascript:1']\n---\n## A\nx", r"bad\.md:3: links"),
        ("---\nproduct: x\nprice: 1\n---\n## A\nx", r"bad\.md:3: price: unknown key"),
        ("---\nproduct: !!python/object x\n---\n## A\nx", "tag"),
    ],
)
def test_a_wrong_card_is_told_and_keeps_nobody_from_the_others(
    folder: Path, text: str, why: str
) -> None:
    write(folder, "bad.md", text)
    with pytest.raises(ConfigError, match=why):
        read_card(folder / "bad.md")
    cards = Cards([folder])
    assert len(cards.search()) == 3
    assert [one.file for one in cards.problems()] == [str(folder / "bad.md")]


def test_cards_are_searched(folder: Path, shop: Shop) -> None:
    desk = shop.desk(cards=[folder])

    def found(search: str, thread: object = None) -> list[str]:
        return [one.name for one in desk.replies.cards(search, thread)]  # type: ignore[arg-type]  # a ThreadId

    assert found("") == ["gel", "krem", "puder"]
    assert found("nawilzajacy") == ["krem"]
    assert found("krm") == ["krem", "puder"]
    assert found("krem")[0] == "krem"
    assert set(found("krem")) == {"krem", "puder"}
    assert found("perfum oczu") == ["krem"]
    assert found("qqq") == []
    polish, spanish = shop.says("Ela", "?"), shop.says("Luz", "?", channel="lrp-fb")
    assert found("", polish)[0] == "krem"
    assert found("", spanish)[0] == "gel"
    write(folder, "nowy.md", "---\nproduct: Nowy\n---\n## Fakty\nx\n")
    assert found("nowy") == ["nowy"]


def test_a_section_is_quoted(folder: Path, shop: Shop) -> None:
    desk = shop.desk(cards=[folder])
    assert desk.replies.quote("krem", "ostrzezenia") == "1. Nie do oczu."
    with pytest.raises(Refusal, match="no card"):
        desk.replies.quote("nic", "Fakty")
    with pytest.raises(Refusal, match="no section") as refused:
        desk.replies.quote("krem", "Cena")
    assert "Fakty, Ostrzeżenia" in refused.value.hint


def test_a_hostile_card_stays_inert(folder: Path) -> None:
    write(folder, "x.md", "---\nproduct: x\n---\n## A\n\x1b]0;x\x07 [@click=app.quit]x[/] \u202e\n")
    [section] = read_card(folder / "x.md").sections
    assert "\x1b" not in section.text
    assert "\u202e" not in section.text
    assert "[@click=app.quit]" in section.text


def test_no_folder_is_no_card(tmp_path: Path) -> None:
    assert Cards([tmp_path / "no"]).search() == []
    assert Cards([]).search("x") == []


def test_the_shipped_cards_are_good() -> None:
    cards = Cards([SHIPPED])
    assert cards.problems() == []
    found = cards.search()
    assert {one.brand for one in found} == {"avon", "lrp"}
    assert all(one.product.startswith("Demo ") for one in found)
    assert all(len(one.sections) == 2 for one in found)
