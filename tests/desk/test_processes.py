"""Several processes and threads on one database file."""

from __future__ import annotations

import signal
import subprocess
import sys
import threading
import time

from carecli.desk.conversations.rows import Draft
from carecli.desk.services import InboxServices
from carecli.domain.commands import Flag, Reply
from carecli.domain.errors import Refusal
from carecli.domain.model import ThreadId
from carecli.store.feed import KEPT, MOST, announce, prune

from .conftest import NOW, Shop, opened

OTHER = f"""
import os, signal, sys
from carecli.desk.services import open_services
from carecli.desk.context import DeskContext
from carecli.desk.conversations.rows import Draft
from carecli.domain.commands import *
from carecli.domain.errors import Refusal
from carecli.domain.capabilities import Capabilities

context = DeskContext("ola", lambda: {NOW}, lambda channel: Capabilities())
desk = open_services(sys.argv[1], context)
thread = int(sys.argv[2])
"""


def elsewhere(shop: Shop, thread: ThreadId, script: str) -> subprocess.CompletedProcess[str]:
    """Run a script at Ola's desk, in a process of its own."""
    return subprocess.run(
        [sys.executable, "-c", OTHER + script, str(shop.file), str(thread)],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def test_a_draft_survives_a_killed_process(shop: Shop) -> None:
    thread = shop.says("Zoła", "Gdzie paczka?")
    script = "desk.conversations.save_draft(Draft(thread, 'Już spr'))\n"
    script += "os.kill(os.getpid(), signal.SIGKILL)"
    assert elsewhere(shop, thread, script).returncode == -signal.SIGKILL
    found = opened(shop.desk("ola"), thread)
    assert found.drafts == (Draft(thread, "Już spr"),)
    assert not opened(shop.desk("ana"), thread).drafts


def test_an_emptied_draft_is_forgotten(shop: Shop, desk: InboxServices) -> None:
    thread = shop.says("Zoła", "Gdzie paczka?")
    desk.conversations.save_draft(Draft(thread, "Już spr"))
    desk.conversations.save_draft(Draft(thread, " \n"))
    assert not opened(desk, thread).drafts
    assert not desk.threads.rows([thread])[thread].has_draft


def test_a_claim_in_one_process_stops_a_reply_in_another(shop: Shop, desk: InboxServices) -> None:
    thread = shop.says("Zoła", "Gdzie paczka?")
    desk.conversations.claim(thread)
    script = "try:\n  desk.commands.submit(Reply(thread, 'Hej'))\n"
    script += "except Refusal as no:\n  print(no.what)"
    told = elsewhere(shop, thread, script)
    assert told.stdout == "ana is writing here.\n", told.stderr
    desk.conversations.release(thread)
    assert elsewhere(shop, thread, "desk.commands.submit(Reply(thread, 'Hej'))").returncode == 0
    assert [item.text for item in desk.commands.outbox()] == ["Hej"]


def test_changes_of_another_process_are_noticed(shop: Shop, desk: InboxServices) -> None:
    thread, other = shop.says("Zoła", "Gdzie paczka?"), shop.says("Ewa", "Halo?")
    assert desk.threads.changes() == {thread, other}
    assert desk.threads.changes() == set()
    assert elsewhere(shop, thread, "desk.commands.submit(Flag(thread))").returncode == 0
    seen: set[ThreadId] | None = set()
    deadline = time.monotonic() + 20
    while not seen and time.monotonic() < deadline:
        seen = desk.threads.changes()
    assert seen == {thread}


def test_only_what_matters_to_others_is_announced(shop: Shop, desk: InboxServices) -> None:
    thread = shop.says("Zoła", "Gdzie paczka?")
    ola = shop.desk("ola")
    desk.conversations.save_draft(Draft(thread, "a"))
    desk.conversations.claim(thread)
    desk.threads.seen("1")
    assert ola.threads.changes() == {thread, 0}
    desk.conversations.save_draft(Draft(thread, "ab"))
    desk.conversations.claim(thread)
    desk.threads.seen("1")
    assert ola.threads.changes() == set()
    desk.conversations.release(thread)
    desk.conversations.release(thread)
    assert ola.threads.changes() == {thread}


def test_too_many_changes_mean_reload(shop: Shop, desk: InboxServices) -> None:
    with shop.database.write() as db:
        announce(db, range(1, MOST + 2))
    assert desk.threads.changes() is None
    assert desk.threads.changes() == set()
    ola = shop.desk("ola")
    with shop.database.write() as db:
        announce(db, [5] * (KEPT + 10))
        prune(db)
    assert shop.all("SELECT count(*) FROM changes") == [(KEPT,)]
    assert ola.threads.changes() is None
    with shop.database.write() as db:
        announce(db, [7])
    assert ola.threads.changes() == {7}


def test_calls_from_several_threads(shop: Shop, desk: InboxServices) -> None:
    ids = [shop.says(f"Osoba {n}", "Gdzie paczka?") for n in range(20)]
    errors: list[BaseException] = []

    def work(number: int) -> None:
        try:
            for id_ in ids[number::4]:
                desk.commands.submit(Flag(id_))
                desk.threads.ids("is:flagged", "queue")
                desk.threads.overview()
                desk.threads.changes()
                assert desk.threads.rows(ids)[id_].is_flagged
        except BaseException as error:  # noqa: BLE001 - told to the test's own thread
            errors.append(error)

    threads = [threading.Thread(target=work, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert errors == []
    assert set(desk.threads.ids("is:flagged", "queue").ids) == set(ids)


def test_one_of_two_desks_says_it(shop: Shop, desk: InboxServices) -> None:
    thread = shop.says("Zoła", "Gdzie paczka?")
    desks = [desk, shop.desk("ola")]
    refusals: list[str] = []

    def reply(one: InboxServices) -> None:
        try:
            one.commands.submit(Reply(thread, "Hej"))
        except Refusal as refusal:
            refusals.append(refusal.what)

    threads = [threading.Thread(target=reply, args=(one,)) for one in desks]
    for one in threads:
        one.start()
    for one in threads:
        one.join(60)
    assert len(refusals) == 1
    assert len(desk.commands.outbox()) == 1
