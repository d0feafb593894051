"""To whom an answer to a mail goes, at plain lines."""

from __future__ import annotations

import io
from collections.abc import Iterator
from pathlib import Path

import pytest

from carecli.desk.services import InboxServices
from carecli.domain.model import MINUTE, ContactPoint
from carecli.plain.commands import run_plain
from tests.desk.conftest import Shop, open_shop

OTHERS = ("Piotr <piotr@contact.test>", "centre@contact.test")


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[Shop]:
    shop = open_shop(tmp_path / "care.sqlite")
    yield shop
    for desk in shop.desks:
        desk.close()
    shop.database.close()


def said(desk: InboxServices, *typed: str) -> str:
    """What plain lines say to these."""
    out = io.StringIO()
    run_plain(desk, "UTC", 15 * MINUTE, io.StringIO("\n".join(typed) + "\n"), out)
    return out.getvalue()


def test_the_other_recipients_are_named_and_answered_only_when_wanted(shop: Shop) -> None:
    shop.says("Ala", "Joint order", point=ContactPoint.EMAIL, also_to=OTHERS)
    desk = shop.desk()
    names = "Piotr <piotr@contact.test>, centre@contact.test"

    heard = said(desk, "open 1", "reply", "Yes.", ".", "send")
    assert f"(unanswered, also to: {names})" in heard
    assert f"It goes only to Ala, not to {names}. Type everybody to change that." in heard
    assert shop.all("SELECT to_all FROM outbox") == [(0,)]

    heard = said(desk, "undo", "open 1", "everybody", "send", "quit")
    assert f"It goes to Ala, and to {names}. Type everybody to change that." in heard
    assert shop.all("SELECT to_all FROM outbox WHERE state = 'queued'") == [(1,)]


def test_the_choice_may_come_before_the_text(shop: Shop) -> None:
    shop.says("Ala", "Joint order", point=ContactPoint.EMAIL, also_to=OTHERS)
    desk = shop.desk()
    said(desk, "open 1", "everybody", "reply", "Yes.", ".", "quit")
    assert shop.all("SELECT to_all FROM drafts") == [(1,)]
    said(desk, "open 1", "everybody", "send", "quit")
    assert shop.all("SELECT to_all FROM outbox") == [(0,)]


def test_nobody_else_received_it(shop: Shop) -> None:
    shop.says("Ala", "Only I ask", point=ContactPoint.EMAIL)
    heard = said(shop.desk(), "open 1", "everybody", "quit")
    assert "This message had no other recipients." in heard
