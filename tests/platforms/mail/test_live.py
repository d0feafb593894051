"""The connector before a real IMAP and a real SMTP server: what every connector owes the engine.

The contract suite's body speaks HTTP; this is its counterpart, promise by promise.
"""

from __future__ import annotations

import os
import socket
import traceback
from collections.abc import Callable
from dataclasses import replace
from email import message_from_bytes
from email.header import decode_header, make_header
from typing import TypeVar

import pytest

from carecli.domain.errors import (
    PersonUnreachable,
    PlatformError,
    Refused,
    TokenRefused,
    Transient,
)
from carecli.domain.events import Event, MessageSeen, TurnedAway
from carecli.domain.model import DAY, HOUR, ContactPoint, OutboxVerb
from carecli.platforms.base import Account, Connector, Order
from carecli.platforms.mail import connector as mail_connector
from carecli.platforms.mail import mailbox, outgoing
from tests.support.follower import Follower, by_text, now, target_of
from tests.support.mail_servers import PASSWORD, MailServers

pytestmark = pytest.mark.timeout(120)

E = TypeVar("E", bound=PlatformError)


def mailbox_of(servers: MailServers, **options: str) -> Follower:
    told = servers.options(user="care", **options)
    return Follower(
        Account("mail", "mail", "care@care.test", PASSWORD, options=told, clock=now), "inbox"
    )


@pytest.fixture
def care(servers: MailServers) -> Follower:
    """The brand's mailbox, read up to now."""
    follower = mailbox_of(servers)
    follower.pull()
    return follower


def words() -> str:
    return f"text {os.urandom(6).hex()}"


def asked(servers: MailServers, care: Follower, **more: object) -> MessageSeen:
    """A new question, pulled."""
    text = words()
    servers.write(text, subject=text, **more)  # type: ignore[arg-type]  # as `write` takes them
    return next(one for one in care.messages().values() if text in (one.text or ""))


def reply_to(message: MessageSeen) -> Order:
    return Order(
        os.urandom(8).hex(),
        OutboxVerb.REPLY,
        target_of(message),
        text=words(),
        attempted_at=now(),
    )


def failing(kind: type[E], deed: Callable[[], object]) -> E:
    """The error of a deed that must fail, which must not show the password anywhere."""
    with pytest.raises(kind) as caught:
        deed()
    shown = "".join(traceback.format_exception(caught.value))
    assert PASSWORD not in f"{caught.value} {caught.value.hint} {shown}"
    return caught.value


def said(raw: bytes) -> str:
    body = message_from_bytes(raw).get_payload(decode=True)
    assert isinstance(body, bytes)
    return body.decode().strip()


def standing(servers: MailServers, text: str, address: str = "ana@ana.test") -> list[bytes]:
    """Mails of the brand with this text in somebody's mailbox."""
    return [raw for raw in servers.inbox(address) if said(raw) == text]


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def test_more_than_a_page_is_read_once(
    servers: MailServers, care: Follower, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(mail_connector, "PAGE", 3)
    texts = {words() for _ in range(10)}
    for text in sorted(texts):
        servers.write(text, subject=text)

    seen = [one for one in care.pull() if isinstance(one, MessageSeen)]

    assert {(one.text or "").split("\n")[0] for one in seen} == texts
    assert len({one.platform_id for one in seen}) == len(seen) == 10
    assert not any(one.is_ours for one in seen)
    assert len(care.payloads) > 3


def test_a_pull_that_breaks_off_between_pages_loses_nothing(
    servers: MailServers, care: Follower, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(mail_connector, "PAGE", 2)
    texts = {words() for _ in range(5)}
    for text in sorted(texts):
        servers.write(text, subject="Re: x")
    care.run(lambda c: care.take(c.pull(care.stream, care.cursor, care.known), limit=1))
    care.pull()
    assert {f"Re: x\n\n{text}" for text in texts} <= set(care.texts.values())


def test_nothing_new_is_an_empty_page_and_a_cursor_used_again_tells_the_same(
    servers: MailServers, care: Follower
) -> None:
    assert care.pull() == []
    cursor = care.cursor
    message = asked(servers, care)
    care.cursor = cursor
    assert care.messages()[message.text or ""] == message


def test_the_census_tells_the_same_as_the_pulls(servers: MailServers, care: Follower) -> None:
    message = asked(servers, care)
    events = care.run(lambda c: care.take(c.census(now() - HOUR)))
    assert by_text(events)[message.text or ""] == message


def test_a_mailbox_numbered_anew_is_read_again(servers: MailServers, care: Follower) -> None:
    message = asked(servers, care)
    care.cursor = "1:999999"
    assert care.messages()[message.text or ""] == message


def test_a_mail_is_a_message_at_the_contact_point_mail(
    servers: MailServers, care: Follower
) -> None:
    before = now()
    message = asked(servers, care, headers={"Date": "Mon, 01 Jan 2001 00:00:00 +0000"})
    assert message.point is ContactPoint.EMAIL
    assert message.author is not None
    assert (message.author.platform_id, message.author.name) == ("ana@ana.test", "Ana López")
    assert abs(message.created_at - before) < HOUR  # our server's time, not the sender's


def test_a_reply_goes_out_once_in_the_same_thread(servers: MailServers, care: Follower) -> None:
    question = asked(servers, care)
    order = reply_to(question)

    sent = care.run(lambda c: c.send(order))

    servers.await_mails("ana@ana.test", 1)
    [raw] = standing(servers, order.text)
    mail = message_from_bytes(raw)
    assert mail["From"] == "care@care.test"
    assert mail["In-Reply-To"] == mail["References"] == question.address
    assert mail["Message-ID"] == f"<carecli.{order.key}@care.test>"
    assert str(make_header(decode_header(mail["Subject"]))).startswith("Re: text ")
    assert "Bcc" not in mail
    await_copy(servers, order)
    told, pulled = by_text(sent.events)[order.text], care.messages()[order.text]
    assert told.platform_id == pulled.platform_id == sent.platform_id
    assert told.is_ours
    assert pulled.is_ours
    assert told.thread == pulled.thread == question.thread
    assert pulled.ours_key == order.key
    found = care.run(lambda c: c.find_sent(order))
    assert found is not None
    assert found.platform_id == sent.platform_id
    head = care.run(lambda c: c.head(order.target))
    assert {one.platform_id for one in head.events if isinstance(one, MessageSeen)} == {
        question.platform_id,
        sent.platform_id,
    }


def await_copy(servers: MailServers, order: Order) -> None:
    servers.await_that(lambda: any(order.key.encode() in one for one in servers.inbox("care@x")))


def test_the_answer_to_an_answer_stays_in_the_thread(servers: MailServers, care: Follower) -> None:
    question = asked(servers, care)
    order = reply_to(question)
    care.run(lambda c: c.send(order))
    await_copy(servers, order)
    ours = f"<carecli.{order.key}@care.test>"

    for headers in (
        {"In-Reply-To": ours, "References": f"{question.address} {ours}"},
        {"In-Reply-To": ours},
    ):
        text = words()
        servers.write(text, subject="Re: x", headers=headers)
        assert care.messages()[f"Re: x\n\n{text}"].thread == question.thread


def test_a_subject_is_told_unless_the_mail_it_answers_had_it(
    servers: MailServers, care: Follower
) -> None:
    question = asked(servers, care)
    order = reply_to(question)
    care.run(lambda c: c.send(order))
    await_copy(servers, order)
    ours = f"<carecli.{order.key}@care.test>"
    subject = (question.text or "").split("\n")[0]
    for told, again in ((f"Re: {subject}", True), (f"Re: {subject}, my skin burns", False)):
        text = words()
        servers.write(text, subject=told, headers={"In-Reply-To": ours})
        assert (text if again else f"{told}\n\n{text}") in care.messages()


def test_another_person_cannot_enter_a_thread(servers: MailServers, care: Follower) -> None:
    question = asked(servers, care)
    text = words()
    servers.write(
        text,
        sender="Mallory <m@ana.test>",
        subject="Re: x",
        headers={"References": question.address, "In-Reply-To": question.address},
    )
    assert care.messages()[f"Re: x\n\n{text}"].thread != question.thread


def test_nobody_speaks_for_the_brand(servers: MailServers, care: Follower) -> None:
    question = asked(servers, care)
    order = reply_to(question)
    care.run(lambda c: c.send(order))
    await_copy(servers, order)
    care.pull()
    [genuine] = standing(servers, order.text)
    proof = str(message_from_bytes(genuine)[outgoing.PROOF]).strip()

    for headers in (
        {"From": "care@care.test"},
        {"Message-ID": "<carecli.made-up@care.test>"},
        {"From": "care@care.test", outgoing.PROOF: proof, outgoing.KIND: "reply"},
    ):
        servers.write("all is well", headers=headers)
        [turned] = care.pull()
        assert isinstance(turned, TurnedAway)


def test_an_id_used_again_does_not_rewrite_what_was_said(
    servers: MailServers, care: Follower
) -> None:
    question = asked(servers, care)
    servers.write("I never said so", headers={"Message-ID": question.address}, subject="Re: x")
    assert care.messages()["Re: x\n\nI never said so"].platform_id != question.platform_id


@pytest.mark.parametrize(
    "id_", ['<a"b@c.test>', "<a\\b@c.test>", "<x@y> OR ALL", "<" + "a" * 400 + "@b>", "<ł@b.test>"]
)
def test_a_hostile_id_reaches_no_search(servers: MailServers, care: Follower, id_: str) -> None:
    text = words()
    mail = f"From: a@ana.test\r\nSubject: Re: x\r\nIn-Reply-To: {id_}\r\n\r\n{text}\r\n"
    servers.deliver(mail.encode(), "care@care.test")
    assert f"Re: x\n\n{text}" in care.messages()


def test_a_reply_goes_where_the_mail_says_replies_go(servers: MailServers, care: Follower) -> None:
    question = asked(servers, care, headers={"Reply-To": "piotr@ana.test"})
    order = reply_to(question)
    care.run(lambda c: c.send(order))
    servers.await_that(lambda: bool(standing(servers, order.text, "piotr@ana.test")))
    assert not standing(servers, order.text)


def test_a_mail_that_is_there_no_more_is_still_answered(
    servers: MailServers, care: Follower
) -> None:
    question = asked(servers, care)
    order = reply_to(question)
    order = replace(order, target=replace(order.target, address="<gone@ana.test>"))
    care.run(lambda c: c.send(order))
    servers.await_that(lambda: bool(standing(servers, order.text)))


def test_an_answer_written_in_a_mail_program_is_seen(servers: MailServers) -> None:
    care = mailbox_of(servers, sent_folder="Sent")
    care.pull()
    question = asked(servers, care)
    text = words()
    mail = (
        f"From: care@care.test\r\nTo: ana@ana.test\r\nSubject: Re: x\r\n"
        f"Message-ID: <{text.split()[1]}@care.test>\r\nReferences: {question.address}\r\n\r\n{text}"
    )
    servers.put(mail.encode(), "care@care.test", "Sent")
    care.stream, care.cursor = "sent", None
    found = care.messages()[text]
    assert found.is_ours
    assert found.thread == question.thread


@pytest.mark.parametrize("place", ["port", "smtp_port"])
def test_servers_that_are_not_there_did_nothing(
    servers: MailServers, care: Follower, place: str
) -> None:
    order = reply_to(asked(servers, care))
    away = mailbox_of(servers, **{place: str(free_port())})
    error = failing(Transient, lambda: away.run(lambda c: c.send(order)))
    assert error.happened is False
    assert not standing(servers, order.text)


def test_a_certificate_nobody_vouches_for_is_refused(servers: MailServers) -> None:
    strict = mailbox_of(servers, ca="")
    assert "CERTIFICATE" in failing(Transient, strict.pull).what.upper()


def test_a_wrong_password_is_told_apart_and_never_shown(servers: MailServers) -> None:
    follower = mailbox_of(servers)
    follower.account = replace(follower.account, token="a-password-of-long-ago")
    error = failing(TokenRefused, follower.pull)
    assert "a-password-of-long-ago" not in str(error)


def test_a_missing_folder_is_named(servers: MailServers) -> None:
    assert "Nowhere" in failing(PlatformError, mailbox_of(servers, folder="Nowhere").pull).what


def test_an_address_nobody_has_is_refused_for_good(servers: MailServers, care: Follower) -> None:
    order = reply_to(asked(servers, care))
    nobody = replace(order.target, contact="nobody@elsewhere.test", address="<none@x.test>")
    error = failing(
        PlatformError, lambda: care.run(lambda c: c.send(replace(order, target=nobody)))
    )
    assert isinstance(error, PersonUnreachable | Refused)
    header = replace(order.target, contact="a@b.test\r\nBcc: x@y.test", address="<none@x.test>")
    failing(Refused, lambda: care.run(lambda c: c.send(replace(order, target=header))))


def test_likes_and_the_like_are_refused(servers: MailServers, care: Follower) -> None:
    order = replace(reply_to(asked(servers, care)), verb=OutboxVerb.LIKE, text="")
    failing(Refused, lambda: care.run(lambda c: c.send(order)))


def test_of_a_huge_mail_all_words_are_read_and_no_attachment(
    servers: MailServers, care: Follower, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(mailbox, "FETCHED_WHOLE", 20_000)
    mail = (
        b"From: a@ana.test\r\nSubject: Re: photo\r\nContent-Type: multipart/mixed; boundary=x\r\n"
        b"\r\n--x\r\n\r\nlook\r\n--x\r\nContent-Type: image/png; name=big.png\r\n\r\n"
        + b"A" * 70
        + b"\r\n".join(b"A" * 70 for _ in range(20_000))
        + b"\r\n--x\r\nContent-Type: text/plain\r\n\r\nMy face is burning.\r\n--x--\r\n"
    )
    servers.deliver(mail, "care@care.test")
    message = care.messages()["Re: photo\n\nlook\n\nMy face is burning."]
    assert [one.name for one in message.attachments] == ["big.png"]
    assert max(map(len, care.payloads)) < 100_000


def test_machines_are_turned_away(servers: MailServers, care: Follower) -> None:
    servers.write("I am away", headers={"Auto-Submitted": "auto-replied"})
    [turned] = care.pull()
    assert isinstance(turned, TurnedAway)


def test_what_was_pulled_can_be_read_again(servers: MailServers, care: Follower) -> None:
    care.payloads.clear()
    message = asked(servers, care)

    async def reread(connector: Connector) -> list[Event]:
        return [one for raw in care.payloads if raw for one in connector.read(raw, now()).events]

    assert message in care.run(reread)


@pytest.mark.parametrize("raw", [b"", b"\x00\xff", b"null", b"[1]", b"[" * 50_000, b'{"a":{}}'])
def test_reading_nonsense_raises_nothing(servers: MailServers, raw: bytes) -> None:
    async def read(connector: Connector) -> bytes:
        return connector.read(raw, now()).raw

    assert mailbox_of(servers).run(read) == raw


def test_the_probe_tells_whether_both_servers_let_us_in(servers: MailServers) -> None:
    probe = mailbox_of(servers).run(lambda c: c.probe())
    assert probe.is_ok, probe.problems
    assert probe.account == "care@care.test"
    broken = mailbox_of(servers, smtp_port=str(free_port())).run(lambda c: c.probe())
    assert not broken.is_ok


def test_old_mails_are_left_alone(servers: MailServers) -> None:
    follower = mailbox_of(servers)
    follower.account = replace(follower.account, clock=lambda: now() + 60 * DAY)
    assert follower.pull() == []
