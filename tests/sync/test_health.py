"""Whatever goes wrong, `carecli doctor` names it within three intervals, and so does the top bar.

A table of failures. Each begins where all is well (but for those that keep the engine from
starting), goes wrong in one way, and must be named by both.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import os
import re
import socket
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import closing, suppress
from dataclasses import dataclass
from pathlib import Path

import pytest

from carecli.boot import background_jobs
from carecli.boot.demo import write_configuration
from carecli.boot.inbox import open_desk
from carecli.desk.rules.runner import Moderation
from carecli.domain.commands import Reply
from carecli.domain.errors import StoreFull
from carecli.domain.model import DAY, MINUTE
from carecli.practice import PracticeServer
from carecli.practice.acts import act
from carecli.practice.graph.facebook import subscribe_all
from carecli.practice.nodes import BrandAccount as Page
from carecli.store import settings
from carecli.store.db import Database
from tests.sync.simulation import PATIENCE, SLOWEST, Simulation

pytestmark = pytest.mark.timeout(240)

SECRET, WORD = "practice-secret", "the word"


@dataclass(frozen=True, slots=True)
class Failure:
    """One thing that goes wrong.

    `doctor` is a pattern of what doctor says of it, `bar` one of the top bar; `more` is YAML
    beside the channels, `is_before` whether it goes wrong before the engine starts.
    """

    name: str
    happens: Callable[[Simulation], object]
    doctor: str
    bar: str
    more: str = ""
    is_before: bool = False


def page(sim: Simulation) -> Page:
    assert sim.practice is not None
    return sim.practice.world.accounts["lrp-fb"]


def do(sim: Simulation, deed: Callable[[], object]) -> None:
    assert sim.practice is not None
    sim.practice.do(deed)


def fails(kind: str, **how: object) -> Callable[[Simulation], object]:
    """The platform answers so from now on."""

    def happens(sim: Simulation) -> None:
        practice = sim.practice
        assert practice is not None
        do(sim, lambda: practice.faults.fail(kind, **{"times": None, **how}))  # type: ignore[arg-type]  # as it takes them

    return happens


def refuse_token(sim: Simulation) -> None:
    practice = sim.practice
    assert practice is not None

    def refuse() -> None:
        practice.world.app.refused.add(page(sim).token)

    do(sim, refuse)


def other_pages_token(sim: Simulation) -> None:
    other = (sim.folder / "tokens" / "avon-fb").read_text()
    (sim.folder / "tokens" / "lrp-fb").write_text(other)


def without(*permissions: str) -> Callable[[Simulation], object]:
    def happens(sim: Simulation) -> None:
        practice = sim.practice
        assert practice is not None
        do(sim, lambda: practice.world.app.granted.difference_update(permissions))
        comment(sim)

    return happens


def comment(sim: Simulation, text: str = "¿Y esto?") -> None:
    practice = sim.practice
    assert practice is not None
    told = {"act": "comment", "on": page(sim).posts[-1].id, "text": text, "name": "Eva"}
    do(sim, lambda: act(practice.world, told))


def comments_nobody_signed(sim: Simulation) -> None:
    without("pages_read_user_content")(sim)
    for n in range(150):
        comment(sim, f"¿Y el {n}?")


def one_post_fails(sim: Simulation) -> None:
    fails("server_error", path=f"{page(sim).posts[-1].id}/comments")(sim)
    comment(sim)


def one_field_is_refused(sim: Simulation) -> None:
    fails("unknown_field", times=1, path="comments")(sim)
    comment(sim)


def reply(sim: Simulation) -> None:
    """Somebody answers a comment."""
    with closing(open_desk(sim.setup, grace=0)) as desk:
        [thread] = desk.threads.ids("is:waiting at:comment channel:lrp-fb", "queue", limit=1).ids[
            :1
        ]
        desk.commands.submit(Reply(thread, "Gracias, ya lo miramos."))


def reply_is(kind: str, **how: object) -> Callable[[Simulation], object]:
    def happens(sim: Simulation) -> None:
        fails(kind, method="POST", **how)(sim)
        reply(sim)

    return happens


def reply_vanishes(sim: Simulation) -> None:
    """The answer to a reply is lost; whether it came is asked later."""
    fails("cut_after", method="POST", times=1)(sim)
    reply(sim)


def clock_goes_wrong(sim: Simulation) -> None:
    practice = sim.practice
    assert practice is not None
    do(sim, lambda: practice.clock.advance(20 * MINUTE))


def disk_fills_up(sim: Simulation) -> None:
    nothing = os.statvfs_result((4096, 4096, 100, 0, 0, 0, 0, 0, 0, 255))
    sim.monkeypatch.setattr(os, "statvfs", lambda _: nothing)

    def write(database: Database) -> None:
        raise StoreFull(f"The disk is full: {database.path}.", hint="Make room.")

    sim.monkeypatch.setattr(Database, "write", write)


def break_rules(sim: Simulation) -> None:
    (sim.folder / "rules" / "broken.yaml").write_text("rules: 3\n")


def rules_stumble(sim: Simulation) -> None:
    def run(*_: object) -> None:
        raise KeyError("no such team")

    sim.monkeypatch.setattr(Moderation, "run", run)
    comment(sim)
    sim.stop()
    sim.start()


def chore_fails(sim: Simulation) -> None:
    def look(*_: object) -> None:
        raise ValueError("no such thing")

    sim.monkeypatch.setattr(background_jobs, "probe_channels", look)


def change_configuration(sim: Simulation) -> None:
    sim.file.write_text(f"{sim.file.read_text()}\nnonsense: yes\n")


def engine_hangs(sim: Simulation) -> None:
    sim.timetable.is_stuck = True


def take_token_away(sim: Simulation) -> None:
    (sim.folder / "tokens" / "lrp-fb").unlink()


def nothing(_sim: Simulation) -> None:
    """It is wrong from the beginning."""


def token_ends(sim: Simulation) -> None:
    practice = sim.practice
    assert practice is not None
    at = practice.clock() + 5 * DAY

    def ends() -> None:
        practice.world.app.token_ends = at

    do(sim, ends)


def unsubscribe(sim: Simulation) -> None:
    def gone() -> None:
        page(sim).subscribed = ()

    do(sim, gone)


def push(sim: Simulation, told: object, secret: str = SECRET) -> None:
    raw = json.dumps(told).encode()
    signed = hmac.new(secret.encode(), raw, hashlib.sha256).hexdigest()
    request = urllib.request.Request(f"http://{sim.listens_at}/webhooks/meta", raw)
    request.add_header("X-Hub-Signature-256", f"sha256={signed}")
    with suppress(urllib.error.HTTPError):  # it is refused where it is not signed by the app
        urllib.request.urlopen(request, timeout=PATIENCE).close()


def push_something_new(sim: Simulation) -> None:
    value = {"item": "hologram", "verb": "add"}
    entry = {"id": page(sim).id, "time": 1, "changes": [{"field": "feed", "value": value}]}
    push(sim, {"object": "page", "entry": [entry]})


def push_unsigned(sim: Simulation) -> None:
    push(sim, {"object": "page", "entry": []}, "somebody else's secret")


HOOK = "hooks: {phone: {events: [message], run: [/nowhere]}}"
SECRET_HOOK = "hooks: {phone: {events: [message], url: 'http://127.0.0.1:9', secret: env:NO_SUCH}}"
LISTEN = "listen"

FAILURES = (
    Failure("token refused", refuse_token, "lrp-fb: .*(session|token|Session)", "La Roche.*:"),
    Failure("token of another page", other_pages_token, "lrp-fb: ", "La Roche|!", is_before=True),
    Failure("token gone", take_token_away, "lrp-fb: .*cannot be read", "La Roche", is_before=True),
    Failure("token ends soon", token_ends, "token expires on", "token expires in"),
    Failure("comments not permitted", without("pages_read_engagement"), "lrp-fb: .*perm", "!"),
    Failure("messages not permitted", without("pages_messaging"), "pages_messaging", "!"),
    Failure("writing not permitted", without("pages_manage_engagement"), "manage_eng", "access"),
    Failure("authors not told", comments_nobody_signed, "have no author", "!"),
    Failure("field refused", one_field_is_refused, "refuses the field", "fields are refused"),
    Failure("post failing", one_post_fails, "lrp-fb: post .* has been unreadable", "1 place"),
    Failure("conversations failing", fails("server_error", path="conversations"), "fb: ", "!"),
    Failure("platform down", fails("bad_gateway"), "lrp-fb: ", "channels|La Roche"),
    Failure(
        "not read to its end", fails("throttled_page", minutes=600), "not been read completely", "!"
    ),
    Failure("reply refused", reply_is("permission"), "outbox: 1 were not sent", "1 not sent"),
    Failure(
        "reply of unknown fate", reply_vanishes, "outbox: 1 may or may not have been sent", "!"
    ),
    Failure("replies blocked", reply_is("blocked"), "Sending is stopped", "frozen"),
    Failure("clock off", clock_goes_wrong, "clock: .*(19|20) min behind", "clock is off by"),
    Failure("disk full", disk_fills_up, "disk is (nearly )?full", "disk is full"),
    Failure("rules broken", break_rules, "rules: .*broken.yaml", "rules cannot be read"),
    Failure("rules fail", rules_stumble, "rules: Rules failed on", "rules failed"),
    Failure(
        "hook failing", nothing, "hooks: phone could not", "hook phone fails", HOOK, is_before=True
    ),
    Failure("hook without secret", nothing, "NO_SUCH", "not running", SECRET_HOOK, is_before=True),
    Failure("chore failing", chore_fails, "access has failed", "access fails", is_before=True),
    Failure(
        "engine ended", Simulation.stop, "engine: The engine is not running", "engine not running"
    ),
    Failure("engine hangs", engine_hangs, "engine: .*has not responded since", "not running"),
    Failure("configuration not taken up", change_configuration, "nonsense", "has an error"),
    Failure("webhooks gone", unsubscribe, "No webhooks are subscribed", "check its access", LISTEN),
    Failure("push unreadable", push_something_new, "carecli could not read", "1 payload", LISTEN),
    Failure("pushes refused", push_unsigned, "1 were refused", "pushes are refused", LISTEN),
)


@pytest.fixture
def practice() -> Iterator[PracticeServer]:
    with PracticeServer("lessons", seed=1) as server:
        yield server


@pytest.fixture
def sim(
    tmp_path: Path, practice: PracticeServer, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Simulation]:
    made = Simulation(tmp_path, monkeypatch)
    made.practice = practice
    made.file = write_configuration(tmp_path, practice.url, "lessons", "ana")
    yield made
    made.close()


def configure(sim: Simulation, more: str) -> None:
    text = sim.file.read_text()
    engine = "engine: {fastest: 10s, slowest: 1m}\n"
    if more == LISTEN:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            sim.listens_at = f"127.0.0.1:{free.getsockname()[1]}"
        sim.monkeypatch.setenv("APP_SECRET", SECRET)
        sim.monkeypatch.setenv("VERIFY_WORD", WORD)
        with_secret = r"\g<0>\n    secret: env:APP_SECRET"
        text = re.sub(r"^    account: .*$", with_secret, text, flags=re.MULTILINE)
        engine = (
            f"engine: {{fastest: 10s, slowest: 1m, listen: '{sim.listens_at}', "
            "verify_token: env:VERIFY_WORD}\n"
        )
        practice = sim.practice
        assert practice is not None
        do(sim, lambda: subscribe_all(practice.world))
        more = ""
    sim.file.write_text(f"{text}{engine}{more}\n")


def said(sim: Simulation) -> str:
    return "\n".join(f"{one.about}: {one.text}" for one in sim.bad())


@pytest.mark.parametrize("failure", FAILURES, ids=lambda one: one.name)
def test_whatever_fails_is_named(sim: Simulation, failure: Failure) -> None:
    configure(sim, failure.more)
    if failure.is_before:
        failure.happens(sim)
        sim.start()
    else:
        sim.start()
        sim.settle()
        failure.happens(sim)

    def is_named() -> bool:
        return bool(re.search(failure.doctor, said(sim)) and re.search(failure.bar, sim.bar()))

    assert sim.within(3 * SLOWEST, is_named), (said(sim), sim.bar())
    assert all(one.hint for one in sim.bad()), [one for one in sim.bad() if not one.hint]
    assert "✓" not in sim.bar()


def test_a_database_that_must_be_derived_again_is_named(sim: Simulation) -> None:
    configure(sim, "")
    sim.start()
    sim.settle()
    sim.stop()
    database = Database(sim.setup.database)
    with database.write() as db:
        settings.put(db, settings.REBUILD_WANTED, "1")
    database.close()
    assert [one.hint for one in sim.bad() if "older version" in one.text] == [
        "Run: carecli rebuild --fix"
    ]
