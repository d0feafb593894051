"""Saved replies: read, chosen and filled in."""

from __future__ import annotations

from pathlib import Path

import pytest

from carecli.desk import snippets
from carecli.desk.legality import PLACEHOLDER
from carecli.domain.errors import ConfigError, Refusal
from carecli.domain.events import PostSeen

from .conftest import Shop


def write(folder: Path, name: str, text: str) -> None:
    (folder / name).write_text(text, encoding="utf-8")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "snippets"
    folder.mkdir()
    write(folder, "plain.txt", "Hola {contact.first_name}, {product?}: {moderator}, {brand}\r\n")
    write(folder, "b.md", "---\nname: bok\ntitle: Gdzie jest PACZKA\nlanguages: [pl]\n---\nJuż.")
    write(folder, "c.md", "---\nlanguages: [es]\nchannels: [lrp-fb]\n---\n{channel}: {post}")
    return folder


def test_those_of_the_channels_language_come_first(shop: Shop, folder: Path) -> None:
    desk = shop.desk(snippets=[folder])
    polish, spanish = shop.says("Zoła", "?"), shop.says("Lucía", "?", channel="lrp-fb")
    assert [one.name for one in desk.snippets(polish)] == ["bok", "plain"]
    assert [one.name for one in desk.snippets(spanish)] == ["c", "plain", "bok"]
    assert [one.name for one in desk.snippets(polish, "pączka juz")] == ["bok"]
    assert desk.snippets(polish)[0].title == "Gdzie jest PACZKA"


def test_placeholders_are_filled_once_and_literally(shop: Shop, folder: Path) -> None:
    desk = shop.desk(snippets=[folder])
    thread = shop.says("{moderator} López", "?")
    assert desk.fill("plain", thread) == "Hola {moderator}, {product?}: Ana, Avon"
    backslashes = shop.says("\\1\\g<0> x", "?")
    assert desk.fill("plain", backslashes).startswith("Hola \\1\\g<0>,")
    shop.take("lrp-fb", PostSeen("p1", text="Nuevo\nsérum"))
    other = shop.says("Lucía", "?", channel="lrp-fb", post="p1")
    assert desk.fill("c", other) == "La Roche-Posay MX: Nuevo sérum"
    with pytest.raises(Refusal, match="no snippet"):
        desk.fill("nothing", thread)


def test_somebody_nameless_leaves_the_name_to_the_moderator(shop: Shop, folder: Path) -> None:
    desk = shop.desk(snippets=[folder])
    assert "{contact.first_name}" in desk.fill("plain", shop.says("", "?"))


def test_a_changed_file_is_read_again(shop: Shop, folder: Path) -> None:
    desk = shop.desk(snippets=[folder])
    thread = shop.says("Zoła", "?")
    assert len(desk.snippets(thread)) == 2
    write(folder, "new.md", "Nowa odpowiedź")
    assert [one.name for one in desk.snippets(thread, "nowa")] == ["new"]


def test_the_first_folder_wins(tmp_path: Path, folder: Path) -> None:
    own = tmp_path / "own"
    own.mkdir()
    write(own, "plain.md", "Po swojemu")
    found = {one.name: one.text for one in snippets.read_snippets([own, folder, tmp_path / "no"])}
    assert found["plain"] == "Po swojemu"
    assert "bok" in found


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("---\ntitel: x\n---\nHola", r"bad\.md:2: titel: unknown key"),
        ("---\ntitle: x\nHola", "no end"),
        ("---\ntitle: [[x]]\n---\nHola", "expected text"),
        ("---\n- x\n---\nHola", "expected keys"),
        ("---\ntitle: x\n---\n  ", "without text"),
    ],
)
def test_a_wrong_file_is_told(folder: Path, text: str, why: str) -> None:
    write(folder, "bad.md", text)
    with pytest.raises(ConfigError, match=why):
        snippets.read_snippets([folder])


KNOWN = {"contact.first_name", "contact.name", "moderator", "brand", "channel", "post"}


def test_the_shipped_snippets_are_good() -> None:
    found = snippets.read_snippets([snippets.SHIPPED])
    assert len(found) >= 12
    assert {language for one in found for language in one.languages} == {"es", "pl"}
    for one in found:
        assert one.title != one.name
        names = {match.group()[1:-1] for match in PLACEHOLDER.finditer(one.text)}
        assert all(name in KNOWN or name.endswith("?") for name in names), one.name
