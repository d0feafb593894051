"""A colour says how its threads are answered: in a sentence, by which saved replies, and where."""

from __future__ import annotations

from pathlib import Path

import pytest

from carecli.boot.inbox import context
from carecli.boot.setup import set_up
from carecli.desk.context import Guidance
from carecli.domain.commands import Recolour
from carecli.domain.model import Colour, ContactPoint
from tests.desk.conftest import Shop, opened

YELLOW = Guidance("Say sorry, take it to private.", ("sorry",), is_private=True)


def test_the_guidance_of_a_colour_stands_in_its_threads(shop: Shop) -> None:
    thread = shop.says("Ewa", "Paczka przyszła uszkodzona")
    desk = shop.desk(guidance={Colour.YELLOW: YELLOW})
    assert (opened(desk, thread).guidance, opened(desk, thread).begins_privately) == ("", False)
    desk.commands.submit(Recolour(thread, Colour.YELLOW))
    assert opened(desk, thread).guidance == "Say sorry, take it to private."
    assert opened(desk, thread).begins_privately


def test_a_reply_begins_privately_only_where_that_is_possible(shop: Shop) -> None:
    thread = shop.says("Ewa", "Uszkodzona", point=ContactPoint.PRIVATE_MESSAGE)
    desk = shop.desk(guidance={Colour.YELLOW: YELLOW})
    desk.commands.submit(Recolour(thread, Colour.YELLOW))
    assert not opened(desk, thread).begins_privately


def test_preferred_snippets_come_first_for_their_colour_only(shop: Shop, tmp_path: Path) -> None:
    folder = tmp_path / "snippets"
    folder.mkdir()
    for name, text in (("parcel", "Paczka jest w drodze, uszkodzona?"), ("sorry", "Przepraszamy!")):
        (folder / f"{name}.md").write_text(f"---\nname: {name}\n---\n{text}\n", "utf-8")
    thread = shop.says("Ewa", "Paczka przyszła uszkodzona")
    desk = shop.desk(guidance={Colour.YELLOW: YELLOW}, snippets=(folder,))
    assert [one.name for one in desk.replies.snippets(thread)] == ["parcel", "sorry"]
    desk.commands.submit(Recolour(thread, Colour.YELLOW))
    assert [one.name for one in desk.replies.snippets(thread)] == ["sorry", "parcel"]


@pytest.mark.parametrize(("answer", "is_private"), [("private", True), ("here", False)])
def test_the_configuration_says_it(tmp_path: Path, answer: str, is_private: bool) -> None:
    file = tmp_path / "config.yaml"
    told = f"{{within: 6h, team: care, guidance: Say sorry., snippets: [sorry], answer: {answer}}}"
    file.write_text(f"protocol: {{yellow: {told}}}\n", "utf-8")
    found = context(set_up(str(file), str(tmp_path / "x.sqlite"))).guidance[Colour.YELLOW]
    assert found == Guidance("Say sorry.", ("sorry",), is_private)
