"""Who is believed: by our own server's word alone, and never a machine."""

from __future__ import annotations

import pytest

from carecli.platforms.mail.authentication import automatic_reason, is_authenticated, is_listed
from carecli.platforms.mail.parser import parse_mail

US = "mx.care.test"
REAL = "From: Centre <desk@contact.test>"


def authenticated(*results: str, sender: str = REAL) -> bool:
    head = "".join(f"Authentication-Results: {one}\r\n" for one in results)
    return is_authenticated(parse_mail(f"{head}{sender}\r\n\r\nhi".encode()), US)


@pytest.mark.parametrize(
    "result",
    [
        f"{US}; dmarc=pass (p=REJECT) header.from=contact.test",
        f"{US} 1; dkim=pass header.d=contact.test header.s=x",
        f"{US}; dkim=fail header.d=x.test;\r\n dkim=pass header.i=@contact.test",
        f"{US}; spf=pass smtp.mailfrom=bounce@contact.test",
        f"{US.upper()}; DMARC=PASS header.from=contact.test",
    ],
)
def test_a_pass_of_our_own_server_is_believed(result: str) -> None:
    assert authenticated(result)


@pytest.mark.parametrize(
    "results",
    [
        (),
        (f"{US}; none",),
        (f"{US}; dmarc=fail header.from=contact.test",),
        ("mx.evil.test; dmarc=pass header.from=contact.test",),
        (f"{US}.evil.test; dmarc=pass header.from=contact.test",),
        (f"{US}; dkim=pass header.d=evil.test",),
        (f"{US}; dkim=pass header.d=test",),
        (f"{US}; dkim=pass header.d=mail.contact.test",),
        (f"{US}; spf=pass smtp.mailfrom=contact.test@evil.test",),
        (f"{US}; dmarc=fail; x=pass",),
        (f"{US}; dmarc=fail (dmarc=pass header.from=contact.test)",),
        (f'{US}; spf=fail smtp.mailfrom="x; dmarc=pass header.from=contact.test"@evil.test',),
        (f'{US}; spf=fail (")" dmarc=pass; dkim=pass header.d=contact.test) x=y',),
        (f"{US}; dmarc=fail", f"{US}; dmarc=pass header.from=contact.test"),
        (f"(x; {US};) evil.test; dmarc=pass header.from=contact.test",),
    ],
)
def test_nothing_else_is(results: tuple[str, ...]) -> None:
    assert not authenticated(*results)


def test_two_senders_are_none() -> None:
    result = f"{US}; dmarc=pass header.from=contact.test"
    assert not authenticated(result, sender=f"{REAL}\r\nFrom: x@evil.test")
    assert not authenticated(result, sender="From: desk@contact.test, x@evil.test")


@pytest.mark.parametrize(
    ("address", "is_in"),
    [
        ("desk@contact.test", True),
        ("anybody@agency.test", True),
        ("boss@contact.test", False),
        ("x@notagency.test", False),
        ("x@agency.test.evil.test", False),
        ("", False),
    ],
)
def test_addresses_and_domains_are_listed(address: str, *, is_in: bool) -> None:
    assert is_listed(address, {"desk@contact.test", "agency.test"}) is is_in


@pytest.mark.parametrize(
    "head",
    [
        "Auto-Submitted: auto-replied",
        "Auto-Submitted: auto-generated; owner-email=x",
        "Precedence: bulk",
        "Precedence: junk",
        "Return-Path: <>",
        "X-Autoreply: yes",
        "Content-Type: multipart/report; report-type=delivery-status; boundary=x",
    ],
)
def test_machines_are_told_apart(head: str) -> None:
    assert automatic_reason(parse_mail(f"{head}\r\n{REAL}\r\n\r\nhi".encode()))


@pytest.mark.parametrize("head", ["Auto-Submitted: no", "Precedence: normal", "X-A: b"])
def test_people_are_not(head: str) -> None:
    assert not automatic_reason(
        parse_mail(f"{head}\r\nReturn-Path: <a@b.test>\r\n{REAL}\r\n\r\nhi".encode())
    )
