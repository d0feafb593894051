"""One mail that the server will not hand out stops no other."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

import pytest

from carecli.domain.errors import Transient
from carecli.domain.events import MessageSeen
from carecli.platforms.base import Account, Page
from carecli.platforms.mail.connector import MailChannel
from carecli.platforms.mail.mailbox import COMMAND_REFUSED, CONNECTION_LOST, ReceivedMail

NOW = 1_795_255_200_000


class Box(MailChannel):
    """A mailbox with three mails; the server stumbles over `sick` ones."""

    def __init__(self, clock: list[int], code: str) -> None:
        options = {"host": "imap.shop.test", "smtp_host": "smtp.shop.test", "authenticated": "no"}
        super().__init__(
            Account("mail", "mail", "a@shop.test", "t", options=options, clock=lambda: clock[0])
        )
        self.sick = {2}
        self.code = code

    def _new_uids(self, stream: str, cursor: str | None, since: int) -> tuple[list[int], int]:
        return ([] if cursor else [1, 2, 3]), 7

    def _fetched(self, stream: str, uids: Sequence[int], validity: int) -> list[ReceivedMail]:
        if self.sick & set(uids):
            raise Transient("the mail server refused to fetch", code=self.code, happened=False)
        raw = "From: Ana <ana{0}@home.test>\r\nTo: a@shop.test\r\nMessage-ID: <{0}@home.test>\r\n"
        raw += "Subject: Hola\r\nDate: Sat, 21 Nov 2026 09:00:00 +0000\r\n\r\nPregunta {0}\r\n"
        return [ReceivedMail(uid, NOW, raw.format(uid).encode()) for uid in uids]

    def _root_of(self, id_: str) -> str:
        return id_

    def pulled(self, cursor: str | None) -> list[Page]:
        async def run() -> list[Page]:
            return [page async for page in self.pull("inbox", cursor, lambda _: {})]

        return asyncio.run(run())


def texts(pages: Sequence[Page]) -> list[str]:
    events = [event for page in pages for event in page.events]
    return [event.text or "" for event in events if isinstance(event, MessageSeen)]


@pytest.mark.parametrize("code", [COMMAND_REFUSED, CONNECTION_LOST])
def test_the_others_are_read_and_it_is_tried_again(code: str) -> None:
    clock = [NOW]
    box = Box(clock, code)
    pages = box.pulled(None)
    assert [text.split()[-1] for text in texts(pages)] == ["1", "3"]
    assert pages[-1].cursor == "7:3"
    [failing] = box.unreadable.failing.values()
    assert failing.place == "mail inbox 7:2"
    box.sick = set()
    assert texts(box.pulled("7:3")) == []
    clock[0] = failing.next_try
    assert [text.split()[-1] for text in texts(box.pulled("7:3"))] == ["2"]
    assert not box.unreadable.failing


def test_a_server_that_cannot_be_reached_is_no_mails_fault() -> None:
    box = Box([NOW], "")
    with pytest.raises(Transient):
        box.pulled(None)
    assert not box.unreadable.failing
