"""Teams as a configuration has them, with the real daemon: roles, turns, escalation, hooks."""

from __future__ import annotations

import json
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from carecli.boot.setup import now
from carecli.store import presence
from carecli.store.db import Database
from tests.e2e.test_webhooks import daemon
from tests.support.care import Care, care_of
from tests.support.terminal import until

pytestmark = pytest.mark.timeout(240)


def configuration(me: str, log: Path) -> str:
    return f"""\
me: {me}
database: care.sqlite
teams:
  care: {{title: Consumer care, assign: round_robin}}
  specialists: {{}}
  communication: {{title: Communication}}
moderators:
  ana: {{name: Ana, role: lead, teams: [care]}}
  ola: {{name: Ola, teams: [care]}}
  iza: {{name: Iza, role: specialist, teams: [communication]}}
  boss: {{name: Boss, role: read_only, teams: [care]}}
  kasia:
    name: Kasia
    teams: [care]
    absent: [{{from: 2020-01-01, until: 2999-01-01, substitute: ola}}]
channels:
  club: {{platform: manual, title: Klub Avon}}
protocol:
  green: {{within: 10s, team: care}}
  yellow: {{within: 6h, team: care}}
  red: {{within: 2h, team: communication}}
escalation:
  - {{at: 50, colours: [green], up: true, notify: [ana]}}
hooks:
  broken: {{events: [message], run: [/nowhere/at-all]}}
  ledger:
    events: [message, assign, escalate, recolour]
    run: [/bin/sh, -c, 'cat >> "{log}"; echo >> "{log}"']
"""


def at_work(folder: Path, me: str, log: Path) -> Care:
    own = folder / me
    own.mkdir()
    return care_of(own, configuration(me, log).replace("care.sqlite", str(folder / "care.sqlite")))


def test_a_night_at_a_brand_with_teams(tmp_path: Path) -> None:
    log = tmp_path / "told"
    ana, ola, iza, boss = (at_work(tmp_path, me, log) for me in ("ana", "ola", "iza", "boss"))
    assert ana.run("config", "check").code == 0

    def told(event: str) -> list[dict[str, Any]]:
        lines = log.read_text().splitlines() if log.exists() else []
        return [one for one in map(json.loads, lines) if one["event"] == event]

    def add(care: Care, text: str) -> int:
        words = ("add", "--channel", "club", "--author", "Ewa", "--text", text, "--json")
        return int(care.run(*words, "--link", f"https://x.test/{len(text)}").json()["thread"])

    refused = boss.run("add", "--channel", "club", "--author", "Ewa", "--text", "Hej")
    assert (refused.code, "read-only access" in refused.err) == (4, True)
    with daemon(ana), closing(Database(tmp_path / "care.sqlite")) as database:
        until(lambda: ana.run("doctor", "--engine").code == 0, "the engine lives")
        with database.write() as db:
            for who in ("ana", "ola", "boss", "kasia"):
                presence.appear(db, who, "", now())
        first, second = add(ana, "Gdzie paczka?"), add(ana, "Ile kosztuje wysyłka?")
        until(lambda: len(told("message")) == 2, "the hook hears of both")
        until(lambda: not ana.listed("assignee:none"), "both are shared out")
        assert {row["assignee"] for row in ana.listed("team:care")} <= {"ana", "ola"}
        until(lambda: len(ana.listed("is:mentioned")) == 2, "the lead is asked to look")
        assert {row["colour"] for row in ana.listed("")} == {"yellow"}
        until(lambda: len(told("escalate")) == 2, "the hook hears about it")
        [one, _other] = told("escalate")
        assert one["by"] == "escalation:50%"
        assert one["args"] == {"percent": 50, "mentions": ["ana"]}
        assert told("recolour")[0]["thread"]["contact"] == "Ewa"

        assert ana.run("assign", first, "--to", "kasia").code == 0
        until(lambda: ana.shown(first)["row"]["assignee"] == "ola", "the substitute gets it")

        assert iza.listed("") == []
        assert iza.run("show", second).code == 4
        assert ana.run("colour", "red", second).code == 0
        assert [row["id"] for row in iza.listed("")] == [second]
        assert ola.run("split", "--people", "ola", "--yes").code == 4
        plain = boss.run("--plain", stdin="open 1\nflag\nreply\nnote x\nquit\n")
        assert plain.out.count("You have read-only access.") == 3
        before = ana.shown(first)
        assert boss.run("undo").code == 4
        assert ana.shown(first) == before
        findings = ana.run("doctor", "--offline", "--json").json()["findings"]
        [hook] = [one["text"] for one in findings if one["about"] == "hooks"]
        assert hook.startswith("broken could not be notified")
