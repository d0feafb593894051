"""A real Matrix room, pulled and answered by the engine's own steps, even if an answer is lost."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from carecli.domain.errors import Transient
from carecli.platforms.base import Account, Connector, Order, Sent
from carecli.platforms.registry import create_connector
from carecli.store import outbox
from carecli.sync.daemon import sync_once
from carecli.sync.single_round import ChannelReport
from tests.support.synapse import Person, Synapse, running_synapse
from tests.sync.shop import Shop, wall_clock

pytestmark = [pytest.mark.synapse, pytest.mark.timeout(300)]


@pytest.fixture
def homeserver(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Synapse]:
    with running_synapse(tmp_path_factory.mktemp("synapse")) as synapse:
        yield synapse


class Forgetful:
    """A connector that does what it is told and loses the first answer."""

    def __init__(self, inner: Connector) -> None:
        self._inner = inner
        self.sends = 0

    def __getattr__(self, name: str) -> object:
        return getattr(self._inner, name)

    async def send(self, order: Order) -> Sent:
        self.sends += 1
        answer = await self._inner.send(order)
        if self.sends == 1:
            raise Transient("the answer was lost", happened=None)
        return answer


def test_a_room_is_answered_once_even_if_the_answer_is_lost(
    shop: Shop, homeserver: Synapse, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(outbox, "LOOKS", (100, 100, 100))
    care, ana = homeserver.person("care"), homeserver.person("ana")
    room = care.create_room(ana, name="Club")
    ana.say(room, "¿Cuándo abre la tienda?")
    shop.enrol("community", platform="matrix")
    assert one_round(shop, care).new_messages >= 1
    message, text = shop.one("SELECT id, text FROM messages WHERE contact_id IS NOT NULL")
    assert text == "¿Cuándo abre la tienda?"
    order = shop.order(text="A las diez.", message=message)
    report = one_round(shop, care, is_forgetful=True)
    assert (report.sent, report.left, report.error) == (1, 0, "")
    assert shop.state(order) == "sent"
    assert care.texts(room) == ["¿Cuándo abre la tienda?", "A las diez."]
    assert one_round(shop, care).new_messages == 0
    assert shop.all("SELECT outcome, ended_by FROM waits") == [("replied", "moderator:ana")]


def one_round(shop: Shop, care: Person, *, is_forgetful: bool = False) -> ChannelReport:
    inner = create_connector(
        Account("community", "matrix", care.user, care.token, care.base_url, clock=wall_clock)
    )
    connector = Forgetful(inner) if is_forgetful else inner
    return sync_once(shop.path, {"community": connector}, clock=wall_clock).channels[0]  # type: ignore[dict-item]  # Forgetful hands everything else on
