"""Blocking a person, at plain lines."""

from __future__ import annotations

import io
from collections.abc import Iterator
from pathlib import Path

import pytest

from carecli.desk.services import InboxServices
from carecli.domain.events import AuthorBlocked
from carecli.domain.model import MINUTE
from carecli.plain.commands import run_plain
from tests.desk.conftest import Shop, open_shop


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[Shop]:
    shop = open_shop(tmp_path / "care.sqlite")
    shop.says("Zofia", "Tanie zegarki")
    yield shop
    for desk in shop.desks:
        desk.close()
    shop.database.close()


def said(desk: InboxServices, *typed: str) -> str:
    """What plain lines say to these."""
    out = io.StringIO()
    run_plain(desk, "UTC", 15 * MINUTE, io.StringIO("\n".join(typed) + "\n"), out)
    return out.getvalue()


def test_a_block_asks_by_name_and_page(shop: Shop) -> None:
    desk = shop.desk()
    heard = said(desk, "open 1", "block", "no", "quit")
    assert "Zofia will no longer be able to write to Avon Polska, in public or in private." in heard
    assert "Nobody is blocked." in heard
    assert desk.commands.outbox() == []
    said(desk, "open 1", "block", "yes", "quit")
    assert [item.verb for item in desk.commands.outbox()] == ["block"]


def test_who_is_blocked_is_said_and_can_be_let_back(shop: Shop) -> None:
    shop.take("avon-fb", AuthorBlocked("Zofia", is_blocked=True))
    desk = shop.desk()
    heard = said(desk, "open 1", "block", "unblock", "quit")
    assert "Blocked: they cannot write to the brand." in heard
    assert "Zofia is already blocked." in heard
    assert [item.verb for item in desk.commands.outbox()] == ["unblock"]
