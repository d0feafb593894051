"""A real Matrix server: a contact writes, the program answers, and the contact sees it once."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.care import Care, care_of
from tests.support.synapse import Person, Synapse, running_synapse

pytestmark = [pytest.mark.synapse, pytest.mark.pty, pytest.mark.timeout(240)]

ASKS = "Is the lipstick vegan?"
WHISPERS = "I have a rash since yesterday"


@pytest.fixture(scope="module")
def synapse(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Synapse]:
    with running_synapse(tmp_path_factory.mktemp("synapse")) as server:
        yield server


def community(folder: Path, brand: Person) -> Care:
    """A configuration with the brand's account."""
    token = folder / "token"
    token.write_text(brand.token)
    token.chmod(0o600)
    return care_of(
        folder,
        f"""\
me: ana
database: care.sqlite
sending: {{grace: 0s}}
channels:
  club:
    platform: matrix
    title: Club
    account: "{brand.user}"
    base_url: {brand.base_url}
    token: file:token
""",
    )


def test_a_room_is_answered_from_the_inbox(tmp_path: Path, synapse: Synapse) -> None:
    tag = os.urandom(4).hex()
    brand, contact = synapse.person(f"care-{tag}"), synapse.person(f"zofia-{tag}")
    room = brand.create_room(contact, name="Club")
    direct = contact.create_room(brand, is_direct=True)
    asked = contact.say(room, ASKS)
    contact.say(direct, WHISPERS)
    care = community(tmp_path, brand)

    [pulled] = care.run("sync", "--once", "--json").json()
    assert (pulled["new_messages"], pulled["error"]) == (2, "")
    rows = {row["excerpt"]: row for row in care.listed("is:waiting")}
    assert rows.keys() == {ASKS, WHISPERS}
    assert rows[WHISPERS]["point"] == "dm"
    assert care.run("verify", "--json").json()["is_same"]

    with care.inbox() as inbox:
        inbox.wait_for(ASKS)
        inbox.press("/")
        inbox.wait_for("words to find")
        inbox.press("lipstick", "enter")
        inbox.wait_for("Search: lipstick")
        inbox.press("r")
        inbox.wait_for("ctrl-s send")
        inbox.press("It is, all of it.", "ctrl-s")
        inbox.wait_until_gone("ctrl-s send")
        care.settled()
        inbox.press("ctrl-q")
        assert inbox.wait_for_end() == 0
    assert care.run("reply", rows[WHISPERS]["id"], "--text", "Please stop using it.").code == 0
    care.run("sync", "--once")

    assert contact.texts(room) == [ASKS, "It is, all of it."]
    assert contact.texts(direct) == [WHISPERS, "Please stop using it."]
    assert care.listed("is:waiting") == []
    assert care.run("verify", "--json").json()["is_same"]

    contact.say(direct, "Thank you!")
    contact.redact(room, asked)
    care.run("sync", "--once")
    lipstick = care.shown(rows[ASKS]["id"])
    assert [one["visibility"] for one in lipstick["messages"]] == ["withdrawn", "visible"]
    assert lipstick["messages"][0]["text"] == ""
    assert [row["excerpt"] for row in care.listed("is:waiting")] == ["Thank you!"]
    assert care.run("verify", "--json").json()["is_same"]
    assert care.run("rebuild", "--json").json()["is_same"]
