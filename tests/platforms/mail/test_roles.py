"""What a mail becomes, by the role of its mailbox."""

from __future__ import annotations

from carecli.domain.events import CaseAnswered, Event, MessageSeen, PostSeen, TurnedAway
from carecli.domain.model import HOUR, MINUTE, ContactPoint
from carecli.platforms.base import Account
from carecli.platforms.mail.normalise import MailContext, mail_events
from carecli.platforms.mail.options import read_options
from carecli.platforms.mail.parser import parse_mail

PASSED = "Authentication-Results: mx.care.test; dmarc=pass header.from=contact.test"
CENTRE = f"{PASSED}\r\nFrom: Centre <desk@contact.test>\r\nMessage-ID: <1@contact.test>"
AT = 1_000_000 * HOUR


def around(role: str, **more: str) -> MailContext:
    told = {"host": "h", "role": role, "authserv": "mx.care.test", **more}
    if role != "inbox":
        told.setdefault("senders", "contact.test")
    if role == "cases":
        told["to"] = "desk@contact.test"
    return MailContext(
        read_options(Account("post", "mail", "care@care.test", "x", options=told)), "x"
    )


def told(mail: str, here: MailContext, at: int = AT) -> list[Event]:
    return mail_events(parse_mail(mail.encode()), at, here)


def test_an_answer_names_its_case_by_reference_or_by_what_it_answers() -> None:
    here = around("cases")
    [one] = told(f"{CENTRE}\r\nSubject: Re: [carecli AB12-CD34] rash\r\n\r\nCalled her.", here)
    assert isinstance(one, CaseAnswered)
    assert (one.reference, one.message.text) == ("AB12-CD34", "Called her.")
    [one] = told(f"{CENTRE}\r\nIn-Reply-To: <carecli.k1@care.test>\r\n\r\nCalled her.", here)
    assert isinstance(one, CaseAnswered)
    assert one.keys == ("k1",)


def test_what_another_team_reports_by_itself_is_a_message() -> None:
    [one] = told(f"{CENTRE}\r\nSubject: Rash\r\n\r\nA caller has a rash.", around("cases"))
    assert isinstance(one, MessageSeen)
    assert one.text == "Rash\n\nA caller has a rash."


def test_forged_unlisted_automatic_and_too_many_are_turned_away() -> None:
    here = around("cases", hourly="3")
    for mail in (
        "From: desk@contact.test\r\n\r\nhi",
        f"{PASSED}\r\nFrom: desk@evil.test\r\n\r\nhi",
        f"{CENTRE}\r\nFrom: x@evil.test\r\n\r\nhi",
        f"{CENTRE}\r\nAuto-Submitted: auto-replied\r\n\r\nhi",
        f"Return-Path: <>\r\n{CENTRE}\r\n\r\nhi",
        f"{CENTRE}\r\nX-Carecli-Proof: abc\r\n\r\nhi",
        f"{PASSED}\r\nFrom: desk@contact.test\r\nMessage-ID: <carecli.a@care.test>\r\n\r\nhi",
    ):
        [one] = told(mail, here)
        assert isinstance(one, TurnedAway), mail
    kinds = [type(told(CENTRE, here, AT + n * MINUTE)[0]) for n in range(4)]
    assert kinds == [MessageSeen, MessageSeen, MessageSeen, TurnedAway]
    assert isinstance(told(CENTRE, here, AT + 2 * HOUR)[0], MessageSeen)


def test_proof_can_be_waived() -> None:
    here = around("cases", authenticated="no")
    assert isinstance(told("From: desk@contact.test\r\n\r\nhi", here)[0], MessageSeen)


def test_a_notification_waits_behind_its_link() -> None:
    here = around("notifications", link="facebook.com", group="Club")
    mail = (
        f"{CENTRE}\r\nSubject: Zofia posted in Club\r\n\r\nIs it vegan? See\r\n"
        "https://evil.test/x and https://www.facebook.com/groups/1/posts/2/?fbclid=z\r\n"
    )
    post, message = told(mail, here)
    assert isinstance(post, PostSeen)
    assert isinstance(message, MessageSeen)
    assert message.point is ContactPoint.GROUP_POST
    assert message.permalink == "https://www.facebook.com/groups/1/posts/2/?fbclid=z"
    [one] = told(f"{CENTRE}\r\n\r\nhttps://facebook.com.evil.test/", here)
    assert isinstance(one, TurnedAway)


def test_a_report_that_a_mail_of_ours_was_lost_is_shown() -> None:
    report = (
        "From: MAILER-DAEMON@mx.care.test\r\nReturn-Path: <>\r\nSubject: Undelivered\r\n"
        "Content-Type: multipart/report; boundary=x\r\n\r\n--x\r\n\r\nunknown user\r\n"
        "--x\r\nContent-Type: message/rfc822\r\n\r\nMessage-ID: {id}\r\n\r\nhi\r\n--x--\r\n"
    )
    here = around("inbox")
    [one] = told(report.format(id="<carecli.k1@care.test>"), here)
    assert isinstance(one, MessageSeen)
    [one] = told(report.format(id="<x@care.test>"), here)
    assert isinstance(one, TurnedAway)
