"""Saved replies: read, chosen and filled in."""

from __future__ import annotations

from pathlib import Path

import pytest

from carecli.desk.replies.snippet_files import SHIPPED, Shelf, by_name, generalised, read_snippet
from carecli.domain.commands import Reply
from carecli.domain.errors import ConfigError, Refusal
from carecli.domain.events import PostSeen
from carecli.domain.model import ContactPoint
from carecli.domain.snippet import KNOWN, placeholders

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
    assert [one.name for one in desk.replies.snippets(polish)] == ["bok", "plain"]
    assert [one.name for one in desk.replies.snippets(spanish)] == ["c", "plain", "bok"]
    assert [one.name for one in desk.replies.snippets(polish, "pączka juz")] == ["bok"]
    assert desk.replies.snippets(polish)[0].title == "Gdzie jest PACZKA"


def test_what_is_for_other_contact_points_is_only_found(shop: Shop, folder: Path) -> None:
    text = "---\nlanguages: [pl]\npoints: [comment, ad]\n---\nNapisz nam o paczce prywatnie."
    write(folder, "publicly.md", text)
    desk = shop.desk(snippets=[folder])
    said = "Jak napisać o paczce prywatnie?"
    public = shop.says("Zoła", said)
    private = shop.says("Ewa", said, point=ContactPoint.PRIVATE_MESSAGE)
    assert desk.replies.snippets(public)[0].name == "publicly"
    assert [one.name for one in desk.replies.snippets(private)] == ["bok", "plain"]
    assert [one.name for one in desk.replies.snippets(private, "napisz")] == ["publicly"]


def test_placeholders_are_filled_once_and_literally(shop: Shop, folder: Path) -> None:
    desk = shop.desk(snippets=[folder])
    thread = shop.says("{moderator} López", "?")
    assert desk.replies.fill("plain", thread) == "Hola {moderator}, {product?}: Ana, Avon"
    backslashes = shop.says("\\1\\g<0> x", "?")
    write(folder, "whole.txt", "Hola {contact.name}")
    assert desk.replies.fill("whole", backslashes) == "Hola \\1\\g<0> x"
    shop.take("lrp-fb", PostSeen("p1", text="Nuevo\nsérum"))
    other = shop.says("Lucía", "?", channel="lrp-fb", post="p1")
    assert desk.replies.fill("c", other) == "La Roche-Posay MX: Nuevo sérum"
    with pytest.raises(Refusal, match="no snippet"):
        desk.replies.fill("nothing", thread)


@pytest.mark.parametrize("name", ["", "Mrs Smith", "Salon Anna", "ana_lopez_92", "J. K. Nowak"])
def test_who_has_no_first_name_gets_the_fallback_or_the_bare_greeting(
    shop: Shop, folder: Path, name: str
) -> None:
    write(folder, "start.txt", "¡{contact.first_name}, gracias!")
    write(folder, "end.txt", "Dzień dobry, {contact.first_name}. Już sprawdzamy!")
    write(folder, "word.txt", "Hi {contact.first_name|there}, thanks!")
    desk, thread = shop.desk(snippets=[folder]), shop.says(name, "?")
    assert desk.replies.fill("plain", thread).startswith("Hola, ")
    assert desk.replies.fill("start", thread) == "¡Gracias!"
    assert desk.replies.fill("end", thread) == "Dzień dobry. Już sprawdzamy!"
    assert desk.replies.fill("word", thread) == "Hi there, thanks!"


def test_who_is_called_like_a_placeholder_is_greeted_so(shop: Shop) -> None:
    thread = shop.says("{moderator} Evil", "?")
    desk = shop.desk()
    found = desk.replies.address([thread], "Hi {contact.first_name}, thanks!")
    assert [one.text for one in found.replies] == ["Hi {moderator}, thanks!"]
    desk.commands.submit_all(found.replies)


def test_a_changed_file_is_read_again(shop: Shop, folder: Path) -> None:
    desk = shop.desk(snippets=[folder])
    thread = shop.says("Zoła", "?")
    assert len(desk.replies.snippets(thread)) == 2
    write(folder, "new.md", "Nowa odpowiedź")
    assert [one.name for one in desk.replies.snippets(thread, "nowa")] == ["new"]


def test_the_first_folder_wins(tmp_path: Path, folder: Path) -> None:
    own = tmp_path / "own"
    own.mkdir()
    write(own, "plain.md", "Po swojemu")
    shelf = Shelf([own, folder, tmp_path / "no"])
    assert shelf.refresh()
    assert not shelf.refresh()
    found = by_name(shelf.all)
    assert found["plain"].text == "Po swojemu"
    assert "bok" in found


HEAD = """---
name: late
title: Parcel is late
group: late
languages: [en, pl]
channels: [avon-fb]
teams: care
points: [dm, comment]
until: 2026-12-31
placeholders:
  contact.first_name: there
  product?: your order
---

Hello {contact.first_name}, {product?} is on its way.
"""


def test_everything_a_head_can_say(folder: Path) -> None:
    write(folder, "late.md", HEAD)
    found = read_snippet(folder / "late.md")
    assert (found.name, found.title, found.group) == ("late", "Parcel is late", "late")
    assert (found.languages, found.channels, found.teams) == (("en", "pl"), ("avon-fb",), ("care",))
    assert found.points == (ContactPoint.PRIVATE_MESSAGE, ContactPoint.COMMENT)
    assert str(found.until) == "2026-12-31"
    assert found.line == 15
    assert found.filled({}, {}) == "Hello there, your order is on its way."


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("---\ntitel: x\n---\nHola", r"bad\.md:2: titel: unknown key"),
        ("---\ntitle: a\ntitle: b\n---\nHola", r"bad\.md:3: .*twice"),
        ("---\ntitle: x\nHola", "no end"),
        ("---\ntitle: [[x]]\n---\nHola", "expected text"),
        ("---\ntitle: [a, b]\n---\nHola", "expected one text"),
        ("---\n- x\n---\nHola", "expected keys"),
        ("---\ntitle: x\n---\n  ", r"bad\.md:\d: a snippet without text"),
        ("---\ntitle: x\nuntil: tomorrow\n---\nHola", r"bad\.md:3: until: expected a day"),
        ("---\npoints: [fax]\n---\nHola", r"bad\.md:2: points: no such contact point"),
        ("---\nplaceholders: [x]\n---\nHola", "placeholders: expected names"),
        ("---\nplaceholders: {x: [y]}\n---\nHola", "expected text for 'x'"),
        ("---\ntitle: *x\n---\nHola", r"bad\.md:2: .*alias"),
        ("x" * 200_001, "larger than"),
    ],
)
def test_a_wrong_file_is_told_and_keeps_nobody_from_the_others(
    shop: Shop, folder: Path, text: str, why: str
) -> None:
    write(folder, "bad.md", text)
    with pytest.raises(ConfigError, match=why):
        read_snippet(folder / "bad.md")
    desk = shop.desk(snippets=[folder])
    assert [one.name for one in desk.replies.snippets(shop.says("Zoła", "?"))] == ["bok", "plain"]
    assert [one.kind for one in desk.replies.check_snippets() if one.file.endswith("bad.md")] == [
        "unreadable"
    ]


def test_bytes_and_other_things_than_files_are_no_snippets(folder: Path) -> None:
    import os

    (folder / "latin.md").write_bytes("Zażółć".encode("iso-8859-2"))
    (folder / "sub.md").mkdir()
    (folder / "gone.md").symlink_to(folder / "nowhere")
    os.mkfifo(folder / "pipe.md")
    shelf = Shelf([folder])
    shelf.refresh()
    assert len(shelf.all) == 3
    assert [one.what for one in shelf.problems] == ["not UTF-8"]


def test_the_shipped_snippets_are_good() -> None:
    shelf = Shelf([SHIPPED])
    shelf.refresh()
    assert shelf.problems == ()
    assert len(shelf.all) >= 12
    assert {language for one in shelf.all for language in one.languages} == {"es", "pl"}
    for one in shelf.all:
        assert one.title != one.name
        assert all(p.is_asked or p.name in KNOWN for p in placeholders(one.text)), one.name


@pytest.mark.parametrize(
    ("message", "name"),
    [
        ("¿Dónde lo puedo comprar en Guadalajara?", "es-donde-comprar"),
        ("Me salió una reacción en la piel", "es-reaccion"),
        ("me llegó roto el producto", "es-queja-empaque"),
        ("¿Cuándo dan los resultados del concurso?", "es-concurso"),
        ("Muchas gracias, excelente atención", "es-gracias"),
        ("¿qué me recomiendan para piel grasa?", "es-rutina"),
        ("Gdzie jest moja paczka?", "pl-gdzie-paczka"),
        ("paczka przyszła uszkodzona, wszystko rozlane", "pl-uszkodzona-paczka"),
        ("kiedy wyniki konkursu", "pl-konkurs"),
        ("dziekuje bardzo za pomoc", "pl-dziekujemy"),
        ("mam wysypkę po tym kremie, reakcja alergiczna", "pl-reakcja"),
        ("jak zostać konsultantką", "pl-konsultantka"),
    ],
)
def test_what_people_ask_finds_its_shipped_reply(shop: Shop, message: str, name: str) -> None:
    desk = shop.desk(snippets=[SHIPPED], languages={})
    assert desk.replies.snippets(shop.says("Ela", message))[0].name == name


def test_one_is_made_from_a_reply(shop: Shop, tmp_path: Path) -> None:
    folder = tmp_path / "own"
    desk = shop.desk(snippets=[folder])
    thread = shop.says("Zofia Żak", "Gdzie jest paczka?")
    with pytest.raises(Refusal, match="not written anything"):
        desk.replies.make_snippet("paczka", thread)
    said = "Dzień dobry, Zofia! Już szukamy nr 123-456-789, proszę pisać: z.zak@x.example. Ana"
    desk.commands.submit(Reply(thread, said))
    made = desk.replies.make_snippet("Gdzie Paczka", thread, "Gdzie jest paczka")
    assert Path(made.file) == folder / "gdzie-paczka.md"
    found = read_snippet(Path(made.file))
    assert found.text == made.text
    assert found.text == (
        "Dzień dobry, {contact.first_name}! Już szukamy nr {number?}, proszę pisać: {email?}. "
        "{moderator}"
    )
    assert (found.name, found.languages) == ("Gdzie Paczka", ("pl",))
    assert [one.name for one in desk.replies.snippets(thread)] == ["Gdzie Paczka"]
    with pytest.raises(Refusal, match="already"):
        desk.replies.make_snippet("gdzie paczka!", thread)
    with pytest.raises(Refusal, match="cannot be the name"):
        desk.replies.make_snippet("../..", thread)
    with pytest.raises(Refusal, match="No folder"):
        shop.desk().replies.make_snippet("x", thread)


def test_only_whole_words_are_made_general() -> None:
    known = {"contact.first_name": "An", "contact.name": "An", "brand": "Avon", "post": ""}
    assert generalised("An answer to Ana of Avon, An.", known) == (
        "{contact.first_name} answer to Ana of {brand}, {contact.first_name}."
    )
    assert generalised("50 ml, 3 days, 2026", {}) == "50 ml, 3 days, 2026"


@pytest.mark.timeout(20)
@pytest.mark.parametrize("text", ["1" * 8_000 + "a", "a+" * 4_000, "1 (" * 3_000, "a@b." * 2_000])
def test_no_reply_takes_long_to_generalise(text: str) -> None:
    assert generalised(text, {"contact.name": "Zofia"})


def test_a_title_means_nothing_to_yaml(shop: Shop, tmp_path: Path) -> None:
    desk = shop.desk(snippets=[tmp_path])
    thread = shop.says("Zofia", "?")
    title = 'a: "b" # *c {d} [e'
    made = desk.replies.make_snippet("x", thread, title, "Już!")
    assert read_snippet(Path(made.file)).title == title
