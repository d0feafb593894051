"""Putting a thread aside, and waking it."""

from __future__ import annotations

import pytest

from carecli.desk.service import StoreInboxService
from carecli.domain.commands import Snooze
from carecli.domain.errors import Refusal
from carecli.domain.model import HOUR

from .conftest import Shop


def test_only_what_is_put_aside_can_be_woken(shop: Shop, desk: StoreInboxService) -> None:
    thread = shop.says("Ewa", "Halo?")
    before = shop.all("SELECT count(*) FROM decisions")
    with pytest.raises(Refusal, match="not snoozed"):
        desk.submit(Snooze(thread, None))
    assert thread in desk.refusals([Snooze(thread, None)])
    assert shop.all("SELECT count(*) FROM decisions") == before
    desk.submit(Snooze(thread, shop.now + HOUR))
    desk.submit(Snooze(thread, None))
    assert desk.rows([thread])[thread].snoozed_until is None
