"""Whatever goes wrong with mail and rooms is named, too; see test_health for the rest."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.support.mail_servers import PASSWORD, MailServers, running_mail_servers
from tests.sync.gate import Gate, gate
from tests.sync.homeserver import ACCOUNT, ROOMS, Homeserver, homeserver
from tests.sync.simulation import SLOWEST, Simulation

pytestmark = pytest.mark.timeout(240)

AUTOMATIC = {"Auto-Submitted": "auto-replied"}


@dataclass
class Mailbox:
    """A simulation on one mailbox, with a door before each server."""

    sim: Simulation
    servers: MailServers
    imap: Gate
    smtp: Gate


def shut_imap(box: Mailbox) -> None:
    box.imap.is_shut = True


def shut_smtp(box: Mailbox) -> None:
    box.smtp.is_shut = True


def rename_folder(box: Mailbox) -> None:
    text = box.sim.file.read_text().replace("user: care", "user: care, folder: Moved")
    box.sim.stop()
    box.sim.file.write_text(text)
    box.sim.start()


def turn_away(box: Mailbox) -> None:
    box.servers.write("Mir ist schlecht davon.", headers=AUTOMATIC)


MAIL = {
    "mail server down": (shut_imap, "mail: inbox: ", "Shop|mail"),
    "sending server down": (shut_smtp, "mail: ", "access|mail"),
    "folder gone": (rename_folder, "mail: .*Moved", "!"),
    "customer turned away": (turn_away, "mail: 1 messages were turned away", "1 turned away"),
}


@pytest.fixture(scope="module")
def servers() -> Iterator[MailServers]:
    with running_mail_servers() as found:
        yield found


@pytest.fixture
def sim(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Simulation]:
    made = Simulation(tmp_path, monkeypatch)
    token = tmp_path / "token"
    token.write_text(PASSWORD)
    token.chmod(0o600)
    yield made
    made.close()


def configure(sim: Simulation, channels: str) -> None:
    sim.file.write_text(
        "me: ana\ndatabase: care.sqlite\nengine: {fastest: 10s, slowest: 1m}\nchannels:\n"
        f"{channels}"
    )


def is_named(sim: Simulation, doctor: str, bar: str) -> bool:
    said = "\n".join(f"{one.about}: {one.text}" for one in sim.bad())
    return bool(re.search(doctor, said) and re.search(bar, sim.bar()))


@pytest.mark.parametrize(("happens", "doctor", "bar"), MAIL.values(), ids=MAIL)
def test_whatever_fails_with_mail_is_named(
    sim: Simulation,
    servers: MailServers,
    happens: Callable[[Mailbox], object],
    doctor: str,
    bar: str,
) -> None:
    with gate(servers.imaps) as imap, gate(servers.smtps) as smtp:
        configure(
            sim,
            "  mail:\n    platform: mail\n    account: care@care.test\n    token: file:token\n"
            f"    options: {{host: 127.0.0.1, port: {imap.port}, smtp_port: {smtp.port}, "
            f"ca: {servers.ca}, user: care}}\n",
        )
        sim.start()
        sim.settle()
        happens(Mailbox(sim, servers, imap, smtp))
        named = sim.within(3 * SLOWEST, lambda: is_named(sim, doctor, bar))
        assert named, (sim.bad(), sim.bar())
        assert all(one.hint for one in sim.bad())
        sim.stop()


@pytest.fixture
def rooms(sim: Simulation) -> Iterator[Homeserver]:
    with homeserver(sim.now) as made:
        yield made


def test_a_room_that_fails_is_named(sim: Simulation, rooms: Homeserver) -> None:
    configure(
        sim,
        f"  club:\n    platform: matrix\n    account: '{ACCOUNT}'\n    token: file:token\n"
        f"    base_url: {rooms.url}\n",
    )
    sim.start()
    sim.settle()
    rooms.sick.add(ROOMS[1])
    doctor, bar = r"club: .*room .*two.*(cannot be read|out of order)", "1 place unreadable"
    assert sim.within(3 * SLOWEST, lambda: is_named(sim, doctor, bar)), (sim.bad(), sim.bar())
    assert all(one.hint for one in sim.bad())
