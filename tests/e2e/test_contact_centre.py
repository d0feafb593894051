"""The contact centre by mail, before real servers: asked, answering, reporting, and imitated."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import closing
from email import message_from_bytes
from email.utils import make_msgid
from pathlib import Path
from typing import Any

import pytest

from carecli.store.db import Database
from tests.e2e.test_webhooks import daemon
from tests.support.care import Care, care_of
from tests.support.mail_servers import PASSWORD, MailServers, running_mail_servers

pytestmark = pytest.mark.timeout(240)

PASSED = "mx.care.test; dmarc=pass header.from=contact.test"
"""What our mail server would say of the contact centre's mails."""


@pytest.fixture(scope="module")
def servers() -> Iterator[MailServers]:
    with running_mail_servers() as found:
        yield found


@pytest.fixture
def care(tmp_path: Path, servers: MailServers) -> Care:
    token = tmp_path / "token"
    token.write_text(PASSWORD)
    token.chmod(0o600)
    both = f"host: 127.0.0.1, port: {servers.imaps}, smtp_port: {servers.smtps}, ca: {servers.ca}"
    return care_of(
        tmp_path,
        f"""\
me: ana
database: care.sqlite
sending: {{grace: 0s}}
teams:
  contact_centre: {{title: Contact centre}}
  care: {{}}
  specialists: {{}}
  communication: {{}}
channels:
  mail:
    platform: mail
    account: care@care.test
    token: file:token
    options: {{{both}, user: care}}
  centre:
    platform: mail
    account: cases@care.test
    token: file:token
    colour: red
    safety: true
    options:
      {{{both}, user: cases, role: cases, to: centre@contact.test, team: contact_centre,
        senders: contact.test, authserv: mx.care.test}}
""",
    )


def synced(care: Care) -> dict[str, Any]:
    """One round of the engine without an error: what it did, by channel."""
    reports = {one["channel"]: one for one in care.run("sync", "--once", "--json").json()}
    assert not any(one["error"] for one in reports.values()), reports
    return reports


def answers(
    servers: MailServers, asked: bytes, text: str, *, sender: str = "", **head: str
) -> None:
    """Somebody answers the mail."""
    question = message_from_bytes(asked)
    servers.write(
        f"{text}\n\nOn Wed, 25 Nov 2026 care@care.test wrote:\n> old\n",
        "cases@care.test",
        sender=sender or "Desk <desk@contact.test>",
        subject=f"Re: {question['Subject']}",
        headers={
            "In-Reply-To": str(question["Message-ID"]),
            "Message-ID": make_msgid(domain="contact.test"),
            **{name.replace("_", "-"): value for name, value in head.items()},
        },
    )


def notes(care: Care, thread: int) -> list[str]:
    found = care.shown(thread)
    return [f"{one['actor']}: {one['text']}" for one in found["decisions"] if one["is_note"]]


def test_a_case_goes_out_and_its_answer_comes_back(care: Care, servers: MailServers) -> None:
    servers.write("I have a rash on my hands", subject="Your lotion")
    synced(care)
    [row] = care.listed("is:waiting channel:mail")
    thread = row["id"]

    assert care.run("case", thread, "--to", "contact_centre", "--ask", "Call her", "--json").json()
    again = care.run("case", thread, "--to", "contact_centre", "--ask", "Call her")
    assert again.code == 4
    assert "not been answered yet" in again.err
    assert synced(care)["centre"]["sent"] == 1

    [asked] = [one for one in servers.await_mails("centre@contact.test", 1) if b"carecli" in one]
    mail = message_from_bytes(asked)
    assert re.search(r"\[carecli [0-9A-Z]{4}-[0-9A-Z]{4}\] Call her", str(mail["Subject"]))
    body = mail.get_payload(decode=True)
    assert isinstance(body, bytes)
    assert "I have a rash on my hands" in body.decode()
    assert "Please answer this mail by" in body.decode()
    assert [one["id"] for one in care.listed("is:case")] == [thread]
    [case] = care.run("cases", "--json").json()
    assert (case["thread"], case["team"], case["asked"]) == (thread, "Contact centre", "Call her")
    assert case["reference"] in str(mail["Subject"])
    assert not case["is_late"]
    care.run("snooze", thread, "--for", "2h")

    answers(
        servers, asked, "All is well, do nothing", Authentication_Results="mx.evil.test; dmarc=pass"
    )
    answers(
        servers, asked, "I am away", Authentication_Results=PASSED, Auto_Submitted="auto-replied"
    )
    answers(servers, asked, "Forged", sender="x@evil.test", Authentication_Results=PASSED)
    synced(care)
    assert notes(care, thread) == []
    doctor = care.run("doctor", "--offline").out
    assert "our mail server did not verify" in doctor
    assert "Auto-Submitted" in doctor
    assert "not listed" in doctor

    answers(servers, asked, "Called her, saw a doctor.", Authentication_Results=PASSED)
    synced(care)
    synced(care)

    assert notes(care, thread) == ["Contact centre: Called her, saw a doctor."]
    assert care.listed("is:case") == []
    assert care.run("cases", "--json").json() == []
    assert care.listed("is:snoozed") == []
    assert care.listed("channel:centre") == []
    assert len(servers.inbox("centre@contact.test")) == 1


def test_a_case_can_be_taken_back_before_it_leaves(care: Care, servers: MailServers) -> None:
    servers.write("Is it vegan, please?", subject="Vegan")
    synced(care)
    [thread, *_] = [one["id"] for one in care.listed("channel:mail") if "Vegan" in one["excerpt"]]
    before = len(servers.inbox("centre@contact.test"))
    care.run("case", thread, "--to", "contact_centre", "--ask", "Vegan?")
    care.run("undo")
    assert care.listed("is:case") == []
    synced(care)
    assert len(servers.inbox("centre@contact.test")) == before
    care.run("undo", "--redo")
    assert len(care.listed("is:case")) == 1
    synced(care)
    servers.await_mails("centre@contact.test", before + 1)


def test_a_case_is_mailed_once_though_the_engine_dies_at_the_server_word(
    care: Care, servers: MailServers
) -> None:
    servers.write("Mine leaks", subject="Leaks")
    synced(care)
    [thread, *_] = [one["id"] for one in care.listed("channel:mail") if "Leaks" in one["excerpt"]]
    care.run("case", thread, "--to", "contact_centre", "--ask", "Which batch leaks?")
    before = len(servers.inbox("centre@contact.test"))

    died = care.run("sync", "--once", CARECLI_CRASH_AT="send-answered")

    assert died.code == -9
    servers.await_mails("centre@contact.test", before + 1)
    servers.await_that(lambda: _is_sent(care))
    assert len(servers.inbox("centre@contact.test")) == before + 1


ALLERGY = """\
rule: allergy
if: {words: [burning]}
then:
  colour: red
  case: {to: contact_centre, ask: "Please call about the reaction"}
unattended: true
expect: 1
tests: {hit: ["My skin is burning"]}
"""


def test_a_reaction_at_night_reaches_the_contact_centre_and_comes_back(
    care: Care, servers: MailServers
) -> None:
    """Nobody is awake: a rule asks, and the centre answers."""
    (care.folder / "rules").mkdir()
    (care.folder / "rules" / "allergy.yaml").write_text(ALLERGY)
    assert care.run("rules", "try", "allergy").code == 0
    staged = care.run("rules", "stage", "allergy", "live")
    assert staged.code == 0, staged.err
    servers.write("My skin is burning since yesterday", subject="Burning")

    def asked() -> list[bytes]:
        return [one for one in servers.inbox("centre@contact.test") if b"Burning" in _text(one)]

    with daemon(care), closing(Database(care.folder / "care.sqlite")) as database:
        servers.await_that(lambda: bool(care.listed("is:case colour:red")))
        [case] = care.run("cases", "--json").json()
        assert case["by"] == "rule allergy"
        with database.write() as db:  # the minute for second thoughts is over
            db.execute("UPDATE outbox SET not_before = 0 WHERE verb = 'case'")
        servers.await_that(lambda: len(asked()) == 1)
        [mail] = asked()
        answers(servers, mail, "She is well again.", Authentication_Results=PASSED)

        def is_answered() -> bool:
            care.run("sync")
            return not care.listed("is:case")

        servers.await_that(is_answered)
        assert notes(care, case["thread"]) == ["Contact centre: She is well again."]
    assert len(asked()) == 1


def _text(raw: bytes) -> bytes:
    body = message_from_bytes(raw).get_payload(decode=True)
    return body if isinstance(body, bytes) else b""


def _is_sent(care: Care) -> bool:
    """Whether the engine, run again, found out what became of the mail."""
    synced(care)
    return not care.run("outbox", "--json").json()


def test_what_the_contact_centre_reports_is_red_and_flagged(
    care: Care, servers: MailServers
) -> None:
    servers.write(
        "A caller has a rash.",
        "cases@care.test",
        sender="desk@contact.test",
        subject="Allergic reaction",
        headers={"Authentication-Results": PASSED},
    )
    synced(care)
    found = care.listed("channel:centre is:safety colour:red is:waiting")
    [row] = [one for one in found if "Allergic" in one["excerpt"]]
    decided = care.shown(row["id"])["decisions"]
    assert {one["actor"] for one in decided} == {"channel centre"}
