"""The library: ranked for a thread, searched, learning, counting uses."""

from __future__ import annotations

from pathlib import Path

import pytest

from carecli.domain.commands import Reply
from carecli.domain.model import DAY, ContactPoint

from .conftest import Shop

FILES = {
    "paczka": (
        "title: Gdzie jest moja paczka\nlanguages: [pl]",
        "Dzień dobry, {contact.first_name|Państwu}! Sprawdzamy {numer?}. {moderator}",
    ),
    "uszkodzona": (
        "title: Uszkodzona paczka\nlanguages: [pl]",
        "Przykro nam. Prosimy o zdjęcie.",
    ),
    "dzieki": ("title: Podziękowanie\nlanguages: [pl]\nuntil: 2026-10-01", "Dziękujemy!"),
    "thanks": ("title: Thanks\nlanguages: [en]", "Thank you!"),
    "tylko": ("title: Tylko tam\nchannels: [lrp-fb]", "Nic."),
    "prywatnie": ("title: Prywatnie\nlanguages: [pl]\npoints: [dm]", "Piszemy prywatnie."),
}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "snippets"
    folder.mkdir()
    for name, (head, text) in FILES.items():
        (folder / f"{name}.md").write_text(f"---\n{head}\n---\n{text}\n", encoding="utf-8")
    return folder


def names(found: object) -> list[str]:
    return [one.name for one in found]  # type: ignore[attr-defined]  # a sequence of views


def test_the_message_decides(shop: Shop, folder: Path) -> None:
    desk = shop.desk(snippets=[folder])
    late, broken = shop.says("Ela", "gdzie paczka???"), shop.says("Ola", "paczka uszkodzona :(")
    assert desk.replies.snippets(late)[0].name == "paczka"
    assert desk.replies.snippets(broken)[0].name == "uszkodzona"
    assert "tylko" not in names(desk.replies.snippets(late))
    english = shop.says("Tom", "thank you, when will it be there?")
    assert desk.replies.snippets(english)[0].name == "thanks"
    private = shop.says("Iza", "?", point=ContactPoint.PRIVATE_MESSAGE)
    assert desk.replies.snippets(private)[0].name == "prywatnie"
    assert desk.replies.snippets(late)[-1].fit < desk.replies.snippets(late)[0].fit


def test_all_that_waits_for_an_answer_is_looked_at(shop: Shop, folder: Path) -> None:
    desk = shop.desk(snippets=[folder])
    thread = shop.says("Ela", "uszkodzona paczka", thread="t", ago=DAY)
    shop.says("Ela", "halo?", thread="t")
    assert desk.replies.snippets(thread)[0].name == "uszkodzona"


def test_what_is_over_is_not_offered(shop: Shop, folder: Path) -> None:
    desk = shop.desk(snippets=[folder])
    thread = shop.says("Ela", "?")
    assert "dzieki" in names(desk.replies.snippets(thread))
    shop.pass_(30 * DAY)
    assert "dzieki" not in names(desk.replies.snippets(thread))
    assert "dzieki" in names(desk.replies.all_snippets())
    found = {one.kind for one in desk.replies.check_snippets() if one.name == "dzieki"}
    assert found == {"expired", "too_long"}, "ten bytes fit into a room"


def test_search_is_fuzzy(shop: Shop, folder: Path) -> None:
    desk = shop.desk(snippets=[folder])
    thread = shop.says("Ela", "?")
    assert names(desk.replies.snippets(thread, "uszkp"))[0] == "uszkodzona"
    assert names(desk.replies.snippets(thread, "zdjecie przykro")) == ["uszkodzona"]
    assert names(desk.replies.snippets(thread, "zdjce")) == ["uszkodzona"]
    assert names(desk.replies.snippets(thread, "paczka"))[0] == "paczka"
    assert desk.replies.snippets(thread, "qqq") == []
    assert names(desk.replies.all_snippets("tylko")) == ["tylko"]


def test_answers_are_filled_in(shop: Shop, folder: Path) -> None:
    desk = shop.desk(snippets=[folder])
    thread = shop.says("", "?")
    assert desk.replies.snippets(thread, "paczka")[0].prompts == ("numer",)
    assert desk.replies.fill("paczka", thread) == "Dzień dobry, Państwu! Sprawdzamy {numer?}. Ana"
    answered = desk.replies.fill("paczka", thread, {"numer": "{brand} 17"})
    assert answered == "Dzień dobry, Państwu! Sprawdzamy {brand} 17. Ana"


def test_a_use_counts_once_it_was_sent_and_not_when_taken_back(shop: Shop, folder: Path) -> None:
    desk = shop.desk(snippets=[folder])
    first, second = shop.says("Ela", "?"), shop.says("Ola", "?")
    text = desk.replies.fill("paczka", first, {"numer": "17"})
    receipt = desk.commands.submit(Reply(first, text, snippet="paczka"))
    assert desk.replies.snippet_usage() == []
    desk.commands.undo()
    assert shop.all("SELECT count(*) FROM snippet_uses") == [(0,)]
    desk.commands.redo()
    shop.sent(receipt.outbox, "sent1")
    [used] = desk.replies.snippet_usage()
    assert (used.name, used.title, used.times, used.unedited, used.edited, used.last_at) == (
        *("paczka", "Gdzie jest moja paczka", 1, 1, 0.0),
        shop.now,
    )
    edited = desk.commands.submit(Reply(second, "Dzień dobry, już pędzi!", snippet="paczka"))
    shop.sent(edited.outbox, "sent2")
    [used] = desk.replies.snippet_usage()
    assert (used.times, used.unedited) == (2, 1)
    assert 0.2 < used.edited < 0.5
    (folder / "paczka.md").unlink()
    desk.replies.all_snippets()
    assert [one.title for one in desk.replies.snippet_usage()] == [""]
    desk.commands.submit(Reply(shop.says("Iza", "?"), "Coś", snippet="nieznane"))
    assert len(desk.replies.snippet_usage()) == 1


def test_what_was_answered_before_is_learnt_by_every_desk(shop: Shop, folder: Path) -> None:
    ana, ola = shop.desk(snippets=[folder]), shop.desk("ola", snippets=[folder])
    ask = "czy kurier dzisiaj zadzwoni"
    thread = shop.says("Ela", ask, ago=DAY)
    assert ola.replies.snippets(thread)[0].name != "uszkodzona"
    ana.commands.submit(Reply(thread, "Przykro nam.", snippet="uszkodzona"))
    assert ola.replies.snippets(shop.says("Ola", ask))[0].name == "uszkodzona"
    assert ola.replies.snippets(thread)[0].uses == 1
    ana.commands.undo()
    assert ola.replies.snippets(thread)[0].uses == 0


def test_a_file_that_comes_changes_or_goes_is_noticed(shop: Shop, folder: Path) -> None:
    desk = shop.desk(snippets=[folder])
    thread = shop.says("Ela", "mleczko kokosowe")
    desk.replies.snippets(thread)
    new = folder / "nowy.md"
    new.write_text("---\nlanguages: [pl]\n---\nMleczko jest.", encoding="utf-8")
    assert desk.replies.snippets(thread)[0].name == "nowy"
    new.write_text("---\nlanguages: [pl]\n---\nKokosy są, i mleczko też.", encoding="utf-8")
    assert desk.replies.snippets(thread)[0].text == "Kokosy są, i mleczko też."
    new.unlink()
    assert "nowy" not in names(desk.replies.snippets(thread))
