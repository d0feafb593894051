"""A room that is upgraded moves: it is followed, or everybody is told that it is not."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from carecli.domain.errors import PlatformError, Refused
from carecli.domain.model import OutboxVerb
from carecli.sync.verify import WaitDifference, verify
from tests.platforms.matrix.community import desk_of, order
from tests.store.conftest import new_shop
from tests.support.follower import now
from tests.support.synapse import Person

pytestmark = [pytest.mark.synapse, pytest.mark.timeout(180)]


def upgrade(owner: Person, room: str) -> str:
    """Move a room as its moderators do; the new room."""
    moved = owner.ask("POST", f"rooms/{room}/upgrade", {"new_version": "11"})
    return str(moved["replacement_room"])


def test_a_room_that_anybody_may_enter_is_followed(people: tuple[Person, Person, Person]) -> None:
    care, ana, _ = people
    room = ana.create_room(care, name="Club", preset="public_chat")
    desk = desk_of(care)
    ana.say(room, "Where do I find the tonic?")
    desk.pull()
    new = upgrade(ana, room)
    ana.say(new, "Is anybody here? The serum burned my skin.")
    desk.pull()
    desk.pull()
    assert "Is anybody here? The serum burned my skin." in desk.texts.values()


def test_a_closed_room_is_named_until_we_are_invited_and_then_entered(
    people: tuple[Person, Person, Person],
) -> None:
    care, ana, _ = people
    room = ana.create_room(care, name="Club")
    desk = desk_of(care)
    ana.say(room, "Where do I find the tonic?")
    desk.pull()
    new = upgrade(ana, room)
    ana.say(new, "The serum burned my skin.")

    async def followed(connector: Any) -> None:
        await desk.take(connector.pull("sync", desk.cursor, desk.known))
        [failing] = connector.unreadable.failing.values()
        assert new in failing.error
        assert care.user in failing.hint
        probe = await connector.probe()
        assert not probe.is_ok
        assert any(new in problem for problem in probe.problems)
        invite_to(ana, new, care)
        for _ in range(3):
            await desk.take(connector.pull("sync", desk.cursor, desk.known))
        assert not connector.unreadable.failing
        assert (await connector.probe()).is_ok

    desk.run(followed)
    assert "The serum burned my skin." in desk.texts.values()


def test_nobody_is_called_remembered_while_the_room_that_follows_cannot_be_read(
    people: tuple[Person, Person, Person], tmp_path: Path
) -> None:
    care, ana, _ = people
    room = ana.create_room(care, name="Club")
    desk = desk_of(care)
    ana.say(room, "Where do I find the tonic?")
    desk.pull()
    shop = new_shop(tmp_path / "care.sqlite")
    new = upgrade(ana, room)

    async def verified(connector: Any) -> list[WaitDifference]:
        return await verify(connector, shop.database, "avon-fb", 0, now=now())

    with pytest.raises(PlatformError) as caught:
        desk.run(verified)
    assert new in caught.value.what
    invite_to(ana, new, care)
    care.ask("POST", f"join/{new}", {})
    assert [one.what for one in desk.run(verified)] == [
        "waits on the platform and carecli never saw it: Where do I find the tonic?"
    ]
    shop.database.close()


def invite_to(owner: Person, room: str, guest: Person) -> None:
    joined = owner.ask("GET", f"rooms/{room}/members")["chunk"]
    stands = {one["state_key"]: one["content"]["membership"] for one in joined}
    if stands.get(guest.user) != "invite":
        owner.ask("POST", f"rooms/{room}/invite", {"user_id": guest.user})


def test_an_answer_in_a_room_that_moved_says_so(people: tuple[Person, Person, Person]) -> None:
    care, ana, _ = people
    room = ana.create_room(care, name="Club")
    desk = desk_of(care)
    ana.say(room, "Where do I find the tonic?")
    question = desk.messages()["Where do I find the tonic?"]
    new = upgrade(ana, room)
    reply = order(OutboxVerb.REPLY, question, "In the shop at the station.")
    with pytest.raises(Refused, match="moved") as caught:
        desk.run(lambda c: c.send(reply))
    assert new in caught.value.what
