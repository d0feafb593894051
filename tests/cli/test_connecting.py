"""`carecli connect facebook` and `carecli token`, from a token to a configuration that works."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from carecli.boot.demo import write_configuration
from carecli.boot.setup import now, set_up
from carecli.config import load
from carecli.domain.model import DAY
from carecli.practice import PracticeServer, channels
from carecli.practice.graph.call import APP_ID, APP_SECRET, SYSTEM_TOKEN, USER_TOKEN
from carecli.practice.nodes import SCOPES
from carecli.store import renewal
from carecli.store.db import Database
from tests.cli.conftest import Run
from tests.support.terminal import Terminal

LRP = next(one for one in channels() if one.key == "lrp-fb")
LRP_IG = next(one for one in channels() if one.key == "lrp-ig")

OURS = """\
# Our team's file: do not reorder!
me: ana  # Ana K.
brands:
  lrp: {title: LRP}   # the pharmacy brand
channels:
  # kept by hand
  klub:
    brand: lrp
    platform: manual
protocol:
  red: {within: 1h}   # agreed in May
"""


@pytest.fixture
def own() -> Iterator[PracticeServer]:
    """A platform of one's own: what is granted may be changed."""
    with PracticeServer("ordinary", seed=1) as server:
        yield server


@pytest.fixture
def file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where the configuration will be; no keyring, and the tokens in variables."""
    monkeypatch.setenv("PYTHON_KEYRING_BACKEND", "keyring.backends.fail.Keyring")
    monkeypatch.setenv("SYSTEM", SYSTEM_TOKEN)
    monkeypatch.setenv("PERSON", USER_TOKEN)
    monkeypatch.setenv("APP_SECRET", APP_SECRET)
    made = tmp_path / "team.yaml"
    monkeypatch.setenv("CARECLI_CONFIG", str(made))
    monkeypatch.setenv("CARECLI_DB", str(tmp_path / "team.sqlite"))
    return made


def connect(run: Run, own: PracticeServer, *words: object) -> Any:
    asked = ("connect", "facebook", "--base-url", own.url, "--token-env", "SYSTEM", "--yes")
    return run(*asked, *words)


def test_a_page_and_its_profile_are_connected_and_work(
    own: PracticeServer, file: Path, run: Run
) -> None:
    own.world.app.wants_proof = True
    done = connect(run, own, "--page", LRP.account, "--secret-env", "APP_SECRET", "--json")
    assert done.code == 0, done
    told = done.json()
    page, profile = told["channels"]
    assert (page["account"], profile["account"]) == (LRP.account, LRP_IG.account)
    assert told["token_type"] == "SYSTEM_USER"
    assert all(one["is_ok"] for one in told["checks"])
    granted = {scope for one in told["checks"] for scope in one["permissions"]}
    assert granted == set(SCOPES) - {"pages_show_list", "business_management", "ads_read"}
    text = file.read_text()
    assert LRP.token not in text
    assert SYSTEM_TOKEN not in text
    assert LRP.token not in done.out + done.err
    made = load(file).channels
    assert made[page["key"]].token == made[profile["key"]].token
    assert made[profile["key"]].options == {"page": LRP.account}
    kept = Path(made[page["key"]].token.name)
    assert kept.read_text().strip() == LRP.token
    assert kept.stat().st_mode & 0o077 == 0
    accounts = own.world.accounts
    assert {"feed", "mention", "ratings", "messages"} <= set(accounts["lrp-fb"].subscribed)
    assert {"comments", "mentions", "messages"} <= set(accounts["lrp-ig"].subscribed)
    assert accounts["avon-fb"].subscribed == ()
    looked = run("doctor", "--json").json()["findings"]
    assert [one["about"] for one in looked if not one["is_ok"]] == ["engine"]  # none runs yet
    assert run("sync", "--once").code == 0
    assert run("list", "--json").json()


def test_what_a_person_wrote_stays_and_a_second_time_changes_tokens_only(
    own: PracticeServer, file: Path, run: Run
) -> None:
    file.write_text(OURS)
    file.chmod(0o640)
    assert connect(run, own, "--page", LRP.account, "--no-webhooks").code == 0
    text = file.read_text()
    left = iter(text.splitlines())
    assert all(line in left for line in OURS.splitlines())
    assert file.stat().st_mode & 0o777 == 0o640
    assert own.world.accounts["lrp-fb"].subscribed == ()
    made = load(file)
    assert [*made.channels] == ["klub", "lrp-fb", "lrp-ig"]
    assert made.channels["lrp-fb"].brand == "lrp"
    token = Path(made.channels["lrp-fb"].token.name)
    token.write_text("an old one")
    again = connect(run, own, "--page", LRP.account, "--json").json()
    assert [one["is_new"] for one in again["channels"]] == [False, False]
    assert file.read_text() == text
    assert token.read_text().strip() == LRP.token


def test_a_file_that_would_not_be_right_is_left_alone(
    own: PracticeServer, file: Path, run: Run
) -> None:
    file.write_text("me: ana\nchannels: {klub: {platform: manual, brand: nobody}}\n")
    before = file.read_text()
    assert connect(run, own, "--page", LRP.account).code == 3
    assert file.read_text() == before


@pytest.mark.parametrize(
    ("scope", "what"),
    [
        ("pages_read_user_content", "read visitors' posts and comments"),
        ("pages_messaging", "read private messages"),
        ("pages_manage_engagement", "reply, hide, delete, like"),
        ("instagram_manage_comments", "read comments"),
        ("instagram_manage_messages", "read private messages"),
    ],
)
def test_a_missing_permission_is_found_and_named(
    own: PracticeServer, file: Path, run: Run, scope: str, what: str
) -> None:
    own.world.app.granted.discard(scope)
    done = connect(run, own, "--page", LRP.account, "--no-webhooks", "--json")
    assert done.code == 1
    wrong = [one for one in done.json()["checks"] if not one["is_ok"]]
    assert [(one["what"], scope in one["permissions"]) for one in wrong] == [(what, True)]
    assert wrong[0]["problem"]


def test_a_refused_subscription_is_said(own: PracticeServer, file: Path, run: Run) -> None:
    own.world.app.granted.discard("pages_manage_metadata")
    told = connect(run, own, "--page", LRP.account, "--json").json()
    assert not told["is_ok"]
    assert [bool(one["problem"]) for one in told["webhooks"]] == [True, True]


def test_pages_of_a_portfolio_are_missed_and_it_says_why(
    own: PracticeServer, file: Path, run: Run
) -> None:
    own.world.accounts["lrp-fb"].in_portfolio = True
    own.world.app.granted.discard("business_management")
    done = connect(run, own, "--page", LRP.account)
    assert done.code != 0
    assert "business_management" in done.err
    assert not file.exists()


def test_several_pages_must_be_named_where_nobody_can_be_asked(
    own: PracticeServer, file: Path, run: Run
) -> None:
    done = connect(run, own)
    assert done.code == 2
    assert "--page" in done.err
    assert not file.exists()
    everything = [word for one in channels() for word in ("--page", one.account) if "fb" in one.key]
    assert connect(run, own, *everything, "--no-webhooks").code == 0
    made = load(file)
    assert len(made.channels) == len(channels())
    assert len(made.brands) == 3


def test_a_token_that_is_no_good_or_missing_changes_nothing(
    own: PracticeServer, file: Path, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SYSTEM", "nonsense")
    assert connect(run, own, "--json").code != 0
    monkeypatch.delenv("SYSTEM")
    missing = connect(run, own)
    assert missing.code == 8
    assert "SYSTEM" in missing.err
    assert run("connect", "facebook", "--yes").code == 2
    assert not file.exists()


def test_a_short_token_is_exchanged_or_said_to_be_short(
    own: PracticeServer, file: Path, run: Run
) -> None:
    own.world.app.token_ends = own.clock() + DAY // 2
    words = ("connect", "facebook", "--base-url", own.url, "--token-env", "PERSON", "--yes")
    asked = (*words, "--page", LRP.account, "--json")
    assert any("within two days" in note for note in run(*asked).json()["notes"])
    secret = ("--app-id", APP_ID, "--secret-env", "APP_SECRET")
    assert not any("within two days" in note for note in run(*asked, *secret).json()["notes"])
    assert own.ledger.counts["GET oauth"] + own.ledger.counts["GET access_token"] > 0


@pytest.mark.pty
def test_a_person_is_led_through_it(own: PracticeServer, file: Path, tmp_path: Path) -> None:
    file.write_text(OURS)
    words = ("connect", "facebook", "--base-url", own.url)
    with Terminal(*words, environ={**os.environ}, size=(110, 40)) as terminal:
        terminal.wait_for("not shown")
        terminal.send(f"{SYSTEM_TOKEN}\r")
        screen = terminal.wait_for("Which ones?")
        assert SYSTEM_TOKEN not in screen
        assert "type SYSTEM_USER" in screen
        assert f"1  {LRP.title} ({LRP.account}), on Instagram {LRP_IG.username}" in screen
        terminal.send("7\r")
        terminal.wait_for("1 to 3")
        terminal.send("1\r")
        screen = terminal.wait_for("Write ")
        assert screen.count("ok  ") == 9
        terminal.send("\r")
        terminal.wait_for("Subscribe the app")
        terminal.send("\r")
        terminal.wait_for("Wrote ")
        assert terminal.wait_for_end() == 0
    assert [*load(file).channels] == ["klub", "lrp-fb", "lrp-ig"]
    assert own.world.accounts["lrp-fb"].subscribed


@pytest.mark.pty
def test_whoever_says_no_keeps_the_file_as_it_was(own: PracticeServer, file: Path) -> None:
    file.write_text(OURS)
    words = ("connect", "facebook", "--base-url", own.url, "--token-env", "SYSTEM")
    with Terminal(*words, "--page", LRP.account, environ={**os.environ}) as terminal:
        terminal.wait_for("Write ")
        terminal.send("n\r")
        assert terminal.wait_for_end() != 0
    assert file.read_text() == OURS
    assert own.world.accounts["lrp-fb"].subscribed == ()


# a token of its own


@pytest.fixture
def team(own: PracticeServer, tmp_path: Path, file: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The demo's configuration: six channels, each with its token in a file."""
    folder = tmp_path / "team"
    folder.mkdir()
    made = write_configuration(folder, own.url, "ordinary", "ana")
    monkeypatch.setenv("CARECLI_CONFIG", str(made))
    monkeypatch.setenv("CARECLI_DB", str(folder / "team.sqlite"))
    return made


def token_in(file: Path, key: str) -> str:
    return Path(load(file).channels[key].token.name).read_text().strip()


@pytest.mark.parametrize("given", ["PAGE", "SYSTEM", "PERSON"])
@pytest.mark.parametrize("key", ["lrp-fb", "lrp-ig"])
def test_a_token_is_replaced_by_the_pages_own(
    team: Path, run: Run, monkeypatch: pytest.MonkeyPatch, given: str, key: str
) -> None:
    monkeypatch.setenv("PAGE", LRP.token)
    Path(load(team).channels[key].token.name).write_text("an old one")
    told = run("token", key, "--token-env", given, "--json").json()
    assert told["channels"] == [key]
    assert token_in(team, key) == LRP.token
    assert told["token_ends"] is None
    assert told["data_access_ends"] > now()


def test_channels_that_share_a_token_are_named(team: Path, run: Run) -> None:
    text = team.read_text().replace("file:tokens/lrp-ig", "file:tokens/lrp-fb")
    team.write_text(text)
    told = run("token", "lrp-fb", "--token-env", "SYSTEM", "--json").json()
    assert told["channels"] == ["lrp-fb", "lrp-ig"]


def test_what_will_not_do_changes_nothing(
    team: Path, run: Run, own: PracticeServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = next(one for one in channels() if one.key == "avon-fb")
    monkeypatch.setenv("OTHER", other.token)
    monkeypatch.setenv("NONSENSE", "nonsense")
    before = token_in(team, "lrp-fb")
    for name in ("OTHER", "NONSENSE", "NOT_SET"):
        assert run("token", "lrp-fb", "--token-env", name).code != 0
        assert token_in(team, "lrp-fb") == before
    assert "no channel 'nobody'" in run("token", "nobody", "--token-env", "OTHER").err
    assert run("token", "lrp-fb").code == 2
    assert run("token", "lrp-fb", "--token-env", "NONSENSE", "--unchecked").code == 0
    assert token_in(team, "lrp-fb") == "nonsense"


def test_a_token_in_a_variable_is_changed_where_it_is_set(team: Path, run: Run) -> None:
    team.write_text(team.read_text().replace("file:tokens/lrp-fb", "env:LRP_TOKEN"))
    done = run("token", "lrp-fb", "--token-env", "SYSTEM")
    assert done.code != 0
    assert "LRP_TOKEN" in done.err
    assert "start the engine" in done.err


def test_doctor_says_what_ends_soon_also_offline(team: Path, run: Run, own: PracticeServer) -> None:
    own.world.app.token_ends = now() + 9 * DAY
    assert run("token", "lrp-fb", "--token-env", "SYSTEM").code == 0
    told = run("doctor", "--offline", "--json").json()
    wrong = [one for one in told["findings"] if one["about"] == "lrp-fb" and not one["is_ok"]]
    assert any("The token expires on" in one["text"] for one in wrong)
    assert any(one["hint"] == "Run: carecli token lrp-fb" for one in wrong)


def test_doctor_refuses_the_token_of_a_system_user(
    team: Path, run: Run, own: PracticeServer
) -> None:
    for key in ("lrp-fb", "lrp-ig"):
        Path(load(team).channels[key].token.name).write_text(SYSTEM_TOKEN)
    told = run("doctor", "--json").json()
    for key in ("lrp-fb", "lrp-ig"):
        wrong = [
            one["text"] for one in told["findings"] if one["about"] == key and not one["is_ok"]
        ]
        assert any(f"`carecli token {key}`" in text for text in wrong), (key, wrong)


def test_doctor_says_when_nothing_is_pushed_to_an_engine_that_listens(
    team: Path, run: Run, own: PracticeServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    def told() -> dict[str, list[str]]:
        findings = run("doctor", "--json").json()["findings"]
        about = [one for one in findings if "webhooks" in one["text"]]
        return {
            key: [one["text"] for one in about if one["about"] == key and not one["is_ok"]]
            for key in ("lrp-fb", "lrp-ig")
        }

    assert told() == {"lrp-fb": [], "lrp-ig": []}
    monkeypatch.setenv("WORD", "our-word")
    lines = "engine: {listen: '127.0.0.1:8765', verify_token: env:WORD}\n"
    team.write_text(team.read_text() + lines)
    assert all("Meta sends nothing" in wrong[0] for wrong in told().values())
    own.world.accounts["lrp-fb"].subscribed = ("feed", "messages")
    assert "mention, ratings" in told()["lrp-fb"][0]
    connect(run, own, "--page", LRP.account)
    assert told() == {"lrp-fb": [], "lrp-ig": []}


def test_doctor_makes_the_calls_that_pulling_makes(
    team: Path, run: Run, own: PracticeServer
) -> None:
    own.faults.fail("permission", None, path="conversations")
    told = run("doctor", "--json").json()
    wrong = {one["about"] for one in told["findings"] if "cannot be read" in one["text"]}
    assert {"lrp-fb", "lrp-ig"} <= wrong


def test_ends_are_kept_only_of_channels_there_are(team: Path) -> None:
    setup = set_up(str(team), "")
    from carecli.boot.store import open_store

    open_store(setup).close()
    database = Database(setup.database)
    with database.write() as db:
        renewal.keep_ends(db, "lrp-fb", now() + 20 * DAY, now() + 3 * DAY)
        renewal.keep_ends(db, "gone-fb", now() + DAY, None)
        renewal.keep_ends(db, "avon-fb", None, None)
    with database.read() as db:
        found = renewal.endings(db, now())
    assert [(one.channel, one.is_data) for one in found] == [("lrp-fb", True)]
    database.close()


def test_json_tells_errors_as_json(own: PracticeServer, file: Path, run: Run) -> None:
    done = connect(run, own, "--page", "nobody", "--json")
    assert json.loads(done.err.splitlines()[-1])["kind"] == "Refusal"
