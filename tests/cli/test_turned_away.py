"""Nobody is turned away silently: a list with reasons, one command to take it in, a warning."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.conftest import Run

CASES = Path(__file__).parents[1] / "platforms" / "mail" / "cases"

CONFIG = """
me: ana
language: en
database: care.sqlite
channels:
  care-mail:
    platform: mail
    account: care@care.test
    token: env:MAILPW
    options: {{host: 127.0.0.1, user: care{more}}}
moderators:
  ana: {{name: Ana}}
inbox: {{zone: Europe/Warsaw}}
"""

NEWSLETTER = (
    "From: Iga Testowa <iga@customers.test>\r\nTo: care@care.test\r\nSubject: Is it vegan?\r\n"
    "Precedence: list\r\nList-ID: <friends.elsewhere.test>\r\nMessage-ID: <n1@customers.test>\r\n"
    "\r\nIs the lip balm vegan?\r\n"
)


@pytest.fixture
def mails(tmp_path: Path, run: Run, monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.setenv("MAILPW", "x")
    file = tmp_path / "care.yaml"
    file.write_text(CONFIG.format(more=""), encoding="utf-8")
    return str(file)


def imported(run: Run, mails: str, text: str) -> None:
    file = Path(mails).parent / "mail.eml"
    file.write_text(text, encoding="utf-8", newline="")
    assert run("import", file, "--channel", "care-mail", "--config", mails).code == 0


def waiting(run: Run, mails: str) -> list[str]:
    return [row["author"] for row in run("list", "--json", "--config", mails).json()]


def away_in_doctor(run: Run, mails: str) -> list[dict[str, object]]:
    found = run("doctor", "--offline", "--json", "--config", mails).json()["findings"]
    return [one for one in found if "turned away" in one["text"]]


def test_what_is_turned_away_is_listed_warned_of_and_can_be_taken_in(run: Run, mails: str) -> None:
    imported(run, mails, NEWSLETTER)
    imported(run, mails, NEWSLETTER)  # the same mail again is the same one
    assert waiting(run, mails) == []
    [told] = away_in_doctor(run, mails)
    assert not told["is_ok"]
    [one] = run("turned-away", "--json", "--config", mails).json()
    assert (one["sender"], one["reason"]) == ("iga@customers.test", "a mass mail (Precedence)")
    assert "vegan" in run("turned-away", "--config", mails).out

    assert run("turned-away", "--take", one["id"], "--config", mails).code == 0

    assert waiting(run, mails) == ["Iga Testowa"]
    assert "vegan" in run("show", "1", "--config", mails).out
    assert run("turned-away", "--json", "--config", mails).json() == []
    [told] = away_in_doctor(run, mails)
    assert told["is_ok"]
    again = run("turned-away", "--take", one["id"], "--config", mails)
    assert again.code != 0
    assert "already" in again.err


def test_what_is_put_aside_is_kept_no_longer(run: Run, mails: str) -> None:
    imported(run, mails, NEWSLETTER)
    assert run("turned-away", "--dismiss-all", "--config", mails).code == 0
    assert waiting(run, mails) == []
    [one] = run("turned-away", "--all", "--json", "--config", mails).json()
    assert (one["state"], one["text"], one["by"]) == ("dismissed", "", "Ana")
    imported(run, mails, NEWSLETTER)
    assert run("turned-away", "--json", "--config", mails).json() == []


def test_who_is_forgotten_is_gone_from_the_list_too(run: Run, mails: str) -> None:
    imported(run, mails, NEWSLETTER)
    other = NEWSLETTER.replace("Precedence: list\r\n", "").replace("<n1@", "<n2@")
    imported(run, mails, other)
    assert waiting(run, mails) == ["Iga Testowa"]
    assert run("forget", "1", "--sure", "--config", mails).code == 0
    assert run("turned-away", "--all", "--json", "--config", mails).json() == []


@pytest.mark.parametrize(
    ("name", "more", "author"),
    [
        ("form-own", "", "Ola Wzorowa"),
        ("form-noreply", "", "Ola Wzorowa"),
        ("list", "", "Iga Testowa"),
    ],
)
def test_customers_behind_forms_and_own_lists_come_in(
    run: Run, mails: str, name: str, more: str, author: str
) -> None:
    imported(run, mails, (CASES / f"{name}.eml").read_text(encoding="utf-8"))
    assert waiting(run, mails) == [author]


@pytest.mark.parametrize(
    "let_in", ["friends.elsewhere.test", "customers.test", "iga@customers.test"]
)
def test_what_an_option_lets_in_comes_in(run: Run, mails: str, let_in: str) -> None:
    Path(mails).write_text(CONFIG.format(more=f", let_in: {let_in}"), encoding="utf-8")
    imported(run, mails, NEWSLETTER)
    assert waiting(run, mails) == ["Iga Testowa"]
