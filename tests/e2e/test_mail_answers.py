"""Who gets an answer by mail, before real servers: who asked, and who else if it is wanted."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from email import message_from_bytes
from pathlib import Path

import pytest

from tests.support.care import Care, care_of
from tests.support.mail_servers import PASSWORD, MailServers, running_mail_servers

pytestmark = pytest.mark.timeout(240)

OTHERS = "Piotr Lopez <piotr@contact.test>, care@care.test, friends@care.test"


@pytest.fixture(scope="module")
def servers() -> Iterator[MailServers]:
    with running_mail_servers() as found:
        yield found


@pytest.fixture
def care(tmp_path: Path, servers: MailServers) -> Care:
    token = tmp_path / "token"
    token.write_text(PASSWORD)
    token.chmod(0o600)
    place = care_of(
        tmp_path,
        f"""\
database: care.sqlite
sending: {{grace: 0s}}
moderators:
  ana: {{name: Ana}}
  ola: {{name: Ola}}
channels:
  mail:
    platform: mail
    account: care@care.test
    token: file:token
    options:
      host: 127.0.0.1
      port: "{servers.imaps}"
      smtp_port: "{servers.smtps}"
      ca: {servers.ca}
      user: care
      sent_folder: Sent
      ours: friends@care.test
""",
    )
    return replace(place, environ={**place.environ, "CARECLI_ME": "ana"})


def synced(care: Care) -> None:
    """One round of the engine without an error."""
    reports = care.run("sync", "--once", "--json").json()
    assert not any(one["error"] for one in reports), reports


def asked(care: Care, servers: MailServers, text: str, **headers: str) -> int:
    """A question, and the thread it waits in."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    servers.write(text, subject=text, headers=named)
    synced(care)
    [row] = [one for one in care.listed("is:waiting") if text in one["excerpt"]]
    return int(row["id"])


def answers(servers: MailServers, address: str, text: str) -> list[bytes]:
    """Mails with this text in somebody's mailbox."""
    found = []
    for raw in servers.inbox(address):
        body = message_from_bytes(raw).get_payload(decode=True)
        if isinstance(body, bytes) and text in body.decode():
            found.append(raw)
    return found


def is_waiting(care: Care, thread: int) -> bool:
    return thread in [one["id"] for one in care.listed("is:waiting")]


def test_other_recipients_are_named_and_not_answered_unless_wanted(
    care: Care, servers: MailServers
) -> None:
    thread = asked(care, servers, "Is the set available?", To=OTHERS, Cc="centre@contact.test")

    assert "also to: Piotr Lopez <piotr@contact.test>, centre@contact.test\n" in (
        care.run("show", thread).out
    )
    [question] = care.shown(thread)["messages"]
    assert question["also_to"] == ["Piotr Lopez <piotr@contact.test>", "centre@contact.test"]

    told = care.run("reply", thread, "--text", "Only for you.").out
    assert "only to Ana López, not to Piotr Lopez <piotr@contact.test>, centre@" in told
    synced(care)
    servers.await_that(lambda: bool(answers(servers, "ana@ana.test", "Only for you.")))
    servers.await_idle()
    [raw] = answers(servers, "ana@ana.test", "Only for you.")
    assert "Cc" not in message_from_bytes(raw)
    assert not answers(servers, "piotr@contact.test", "Only for you.")
    assert not answers(servers, "centre@contact.test", "Only for you.")

    told = care.run("reply", thread, "--all", "--text", "For all of you.").out
    assert "to Ana López, and to Piotr Lopez <piotr@contact.test>, centre@contact.test." in told
    synced(care)
    for who in ("ana@ana.test", "piotr@contact.test", "centre@contact.test"):
        servers.await_that(lambda who=who: bool(answers(servers, who, "For all of you.")))  # type: ignore[misc]  # bound at once
    servers.await_idle()
    [raw] = answers(servers, "ana@ana.test", "For all of you.")
    mail = message_from_bytes(raw)
    assert (mail["To"], mail["Cc"]) == ("ana@ana.test", "piotr@contact.test, centre@contact.test")
    synced(care)
    found = care.shown(thread)
    assert "replied to all recipients" in [one["text"] for one in found["decisions"]]
    assert [one["also_to"] for one in found["messages"]][1:] == [
        [],
        ["piotr@contact.test", "centre@contact.test"],
    ]
    assert len(answers(servers, "care@care.test", "For all of you.")) == 1  # our own copy


def test_an_answer_to_all_needs_others(care: Care, servers: MailServers) -> None:
    thread = asked(care, servers, "Only I ask this")
    refused = care.run("reply", thread, "--all", "--text", "Yes.")
    assert refused.code != 0
    assert "This message had no other recipients." in refused.err


def test_one_recipient_who_is_refused_stops_the_answer_to_all(
    care: Care, servers: MailServers
) -> None:
    thread = asked(care, servers, "Tell my aunt too", Cc="aunt@nowhere.invalid")
    care.run("reply", thread, "--all", "--text", "I tell both of you.")
    synced(care)
    [item] = care.shown(thread)["outbox"]
    assert (item["state"], item["to_all"]) == ("failed", True)
    assert "one of the other recipients" in item["error"]
    assert not answers(servers, "ana@ana.test", "I tell both of you.")
    assert is_waiting(care, thread)


def test_who_is_answered_at_reply_to_waits_no_more_and_is_answered_once(
    care: Care, servers: MailServers
) -> None:
    thread = asked(care, servers, "Asked at work", Reply_To="Ana Lopez <piotr@contact.test>")
    care.run("reply", thread, "--text", "First answer.")
    care.run("reply", thread, "--text", "Second answer.", CARECLI_ME="ola")
    synced(care)
    servers.await_that(lambda: bool(answers(servers, "piotr@contact.test", "First answer.")))
    synced(care)
    servers.await_idle()

    assert not is_waiting(care, thread)
    assert not answers(servers, "ana@ana.test", "First answer.")
    second = next(one for one in care.shown(thread)["outbox"] if one["text"] == "Second answer.")
    assert second["state"] == "failed"
    assert "Answered meanwhile by ana: First answer." in second["error"]
    assert not answers(servers, "piotr@contact.test", "Second answer.")
    assert [one["id"] for one in care.listed("Asked at work")] == [thread]


def test_an_answer_to_reply_to_in_a_mail_program_ends_the_same_wait(
    care: Care, servers: MailServers
) -> None:
    thread = asked(
        care,
        servers,
        "Asked through a form",
        Message_ID="<form-1@ana.test>",
        Reply_To="piotr@contact.test",
    )
    care.run("reply", thread, "--text", "Too late.", CARECLI_ME="ola")
    sent = (
        "From: care@care.test\r\nTo: Piotr <piotr@contact.test>\r\nSubject: Re: form\r\n"
        "Message-ID: <native-1@care.test>\r\nIn-Reply-To: <form-1@ana.test>\r\n"
        "References: <form-1@ana.test>\r\n\r\nAnswered by hand.\r\n"
    )
    servers.put(sent.encode(), "care@care.test", "Sent")
    synced(care)
    synced(care)
    found = care.shown(thread)
    assert [one["text"] for one in found["messages"]][-1] == "Answered by hand."
    assert not is_waiting(care, thread)
    [late] = found["outbox"]
    assert late["state"] == "failed"
    assert "Answered meanwhile" in late["error"]
