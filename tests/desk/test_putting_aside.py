"""Putting a thread aside, and waking it."""

from __future__ import annotations

import pytest

from carecli.desk.services import InboxServices
from carecli.domain.commands import Snooze
from carecli.domain.errors import Refusal
from carecli.domain.model import HOUR

from .conftest import Shop


def test_only_what_is_put_aside_can_be_woken(shop: Shop, desk: InboxServices) -> None:
    thread = shop.says("Ewa", "Halo?")
    before = shop.all("SELECT count(*) FROM decisions")
    with pytest.raises(Refusal, match="not snoozed"):
        desk.commands.submit(Snooze(thread, None))
    assert thread in desk.commands.refusals([Snooze(thread, None)])
    assert shop.all("SELECT count(*) FROM decisions") == before
    desk.commands.submit(Snooze(thread, shop.now + HOUR))
    desk.commands.submit(Snooze(thread, None))
    assert desk.threads.rows([thread])[thread].snoozed_until is None
