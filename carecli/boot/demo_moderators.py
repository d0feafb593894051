"""The demo's other moderators: Kasia triaged before the shift, Piotr works at the same time.

What they do goes through the same desk as anybody's deeds: it stands in the journal under their
names, their claims stop a second reply, and all of it can be undone.
"""

from __future__ import annotations

import json
import threading
import urllib.request
from collections.abc import Iterator
from dataclasses import replace

from carecli.boot.inbox import context
from carecli.boot.setup import Setup
from carecli.desk.services import InboxServices, open_services
from carecli.domain.commands import Assign, Command, Flag, Recolour, Reply
from carecli.domain.errors import CareError
from carecli.domain.model import Colour, ThreadId
from carecli.i18n import _
from carecli.store.db import Database

ESCALATED = {"reaction": "contact_centre", "crisis": "communication"}
"""Topics that are red, and whose they are then."""

PAUSE = 45.0
"""Seconds between two things Piotr does."""


def _desk(setup: Setup, name: str) -> InboxServices:
    return open_services(setup.database, replace(context(setup), me=name))


def triage(setup: Setup, url: str) -> int:
    """Kasia colours, flags and assigns what waited over night; how many threads that were."""
    desk = _desk(setup, "kasia")
    commands: list[Command] = []
    for number, (thread, topic) in enumerate(_waiting(setup, url)):
        if topic in ESCALATED:
            commands.append(Recolour(thread, Colour.RED))
            commands.append(Assign(thread, team=ESCALATED[topic]))
            if topic == "reaction":
                commands.append(Flag(thread))
        elif topic == "complaint" and number % 4:
            commands.append(Recolour(thread, Colour.YELLOW))
        elif topic in ("thanks", "price") or number % 3 == 0:
            commands.append(Recolour(thread, Colour.GREEN))
        if number % 9 == 0:
            commands.append(Assign(thread, assignee=("ana", "piotr")[number // 9 % 2]))
    try:
        if commands:
            desk.commands.submit_all(commands)
    finally:
        desk.close()
    return len({command.thread for command in commands})


def _waiting(setup: Setup, url: str) -> Iterator[tuple[ThreadId, str]]:
    """Threads that wait on the practice platform, with what they are about."""
    with urllib.request.urlopen(f"{url}/practice/waiting", timeout=10) as answer:  # noqa: S310  # our own platform
        told = json.load(answer)["waiting"]
    database = Database(setup.database)
    try:
        for one in told:
            keys = (str(one["thread"]).rpartition("_")[2], f"dm:{one['person']}", one["thread"])
            with database.read() as db:
                found = db.execute(
                    "SELECT t.id FROM threads t JOIN channels c ON c.id = t.channel_id "
                    "WHERE c.key = ? AND t.platform_id IN (?, ?, ?) AND t.waiting = 1",
                    (one["account"], *keys),
                ).fetchone()
            if found is not None:
                yield found[0], str(one["topic"])
    finally:
        database.close()


class Shift(threading.Thread):
    """Piotr at work: claims a green thread, thinks, answers with a saved reply; until `stop`."""

    def __init__(self, setup: Setup) -> None:
        super().__init__(name="piotr")
        self._setup = setup
        self._ended = threading.Event()

    def run(self) -> None:
        """Work until told to stop; a refusal (somebody was faster) is part of the job."""
        try:
            kasia, piotr = _desk(self._setup, "kasia"), _desk(self._setup, "piotr")
        except CareError:
            return
        try:
            while not self._ended.is_set():
                try:
                    kasia.threads.seen(_("reading"))
                    self._answer_one(piotr)
                except CareError:
                    self._ended.wait(PAUSE)
        finally:
            kasia.close()
            piotr.close()

    def stop(self) -> None:
        """End the shift, once what is being done is done."""
        self._ended.set()
        self.join()

    def _answer_one(self, piotr: InboxServices) -> None:
        """One of the greens that has time; the pressing ones are left to whoever learns."""
        ids = piotr.threads.ids(
            "is:waiting colour:green assignee:none due>2h at:comment", "newest", limit=1
        )
        if not ids.ids:
            piotr.threads.seen("")
            self._ended.wait(PAUSE)
            return
        thread = ids.ids[0]
        row = piotr.threads.rows([thread])[thread]
        piotr.conversations.claim(thread)
        piotr.threads.seen(f"✎ {row.author}")
        if self._ended.wait(PAUSE):
            piotr.conversations.release(thread)
            return
        for snippet in piotr.replies.snippets(thread):
            text = piotr.replies.fill(snippet.name, thread)
            if "{" not in text:
                piotr.commands.submit(Reply(thread, text, snippet=snippet.name))
                break
        else:
            piotr.conversations.release(thread)
        piotr.threads.seen("")
        self._ended.wait(PAUSE)
