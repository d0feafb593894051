"""Mails of every kind, as strangers write them: their words, and nothing that does harm."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from carecli.domain.text import printable
from carecli.platforms.mail.html_text import html_to_text
from carecli.platforms.mail.parser import TEXT_LIMIT, UNREADABLE, parse_mail

FIXTURES = Path(__file__).parent / "fixtures"


def mail(head: str, body: str | bytes = "", kind: str = "text/plain; charset=utf-8") -> bytes:
    raw = body.encode() if isinstance(body, str) else body
    return f"{head}\r\nContent-Type: {kind}\r\n\r\n".encode() + raw


@pytest.mark.parametrize("file", sorted(FIXTURES.glob("*.eml")), ids=lambda file: file.stem)
def test_a_mail_of_the_wild_has_a_sender_an_id_and_words(file: Path) -> None:
    found = parse_mail(file.read_bytes())
    assert "@" in found.sender
    assert found.id.startswith("<")
    assert found.text == printable(found.text)
    assert "<html" not in found.text.lower()


def test_encoded_words_are_read() -> None:
    found = parse_mail(
        mail("From: =?utf-8?b?SsOzemVm?= <JOZEF@Ana.test>\r\nSubject: =?iso-8859-2?q?Paczka_=B3?=")
    )
    assert (found.sender, found.sender_name, found.subject) == (
        "jozef@ana.test",
        "Józef",
        "Paczka ł",
    )


@pytest.mark.parametrize(
    "subject", ["=?utf-8?b?%%%?=", "=?no-such-set?q?hi?=", "=?utf-8?q?=FF=FE?=", "=?utf-8?x?a?="]
)
def test_a_broken_encoded_word_is_shown_somehow(subject: str) -> None:
    assert parse_mail(mail(f"From: a@b.test\r\nSubject: {subject}", "hi")).text == "hi"


@pytest.mark.parametrize(
    ("kind", "body", "said"),
    [
        ("text/plain; charset=iso-8859-2", "zażółć".encode("iso-8859-2"), "zażółć"),
        ("text/plain; charset=utf-8", "café".encode("cp1252"), "café"),
        ("text/plain; charset=x-unknown", "café".encode(), "café"),
        ("text/plain; charset=", b"plain", "plain"),
    ],
)
def test_a_wrong_charset_costs_at_most_an_accent(kind: str, body: bytes, said: str) -> None:
    assert parse_mail(mail("From: a@b.test", body, kind)).text == said


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"\0" * 100,
        b"\xff" * 1000,
        b"From" * 1000,
        b"From: a@b.test\r\nContent-Type: multipart/mixed; boundary=\r\n\r\n",
        b"From: a@b.test\r\nContent-Type: multipart/mixed; boundary=x\r\n\r\n--x\r\n--x\r\n--x",
        b"From: a@b.test\r\nContent-Transfer-Encoding: base64\r\n\r\n!!!!",
        b"Subject:" + b" =?utf-8?q?a?=" * 20_000,
        b"From: " + b"<a@b.test>, " * 20_000,
        b"References: " + b"<a@b> " * 50_000,
        b"".join(
            b"Content-Type: multipart/mixed; boundary=b%d\r\n\r\n--b%d\r\n" % (n, n)
            for n in range(3000)
        ),
        b"Content-Type: text/html\r\n\r\n" + b"<div>" * 40_000,
        b"Content-Type: text/html\r\n\r\n" + b"<!--" * 30_000,
        b"Content-Type: text/html\r\n\r\n" + b"<a href='" * 20_000,
        b"Content-Type: text/plain\r\n\r\n" + b"> " * 100_000,
        b"Content-Type: text/plain\r\n\r\n" + b"On " * 60_000,
    ],
    ids=range(16),
)
def test_a_broken_mail_does_no_harm(raw: bytes) -> None:
    found = parse_mail(raw)
    assert found.id
    assert len(found.text) <= TEXT_LIMIT + 100
    assert found == parse_mail(raw)


def test_hostile_text_is_inert() -> None:
    file = Path(__file__).parents[2] / "e2e" / "hostile.json"
    cases = ["\x1b]0;owned\x07", "\u202egnp.exe", "a\x9b31m", "[@click=app.quit]x[/]"]
    if file.exists():
        cases += [str(one) for one in json.loads(file.read_text())]
    for case in cases:
        found = parse_mail(mail(f"From: {case} <a@b.test>\r\nSubject: {case!r}", case))
        for text in (found.text, found.subject, found.sender_name):
            assert text == printable(text)


def test_html_is_read_as_a_person_reads_it() -> None:
    html = (
        "<html><head><title>no</title><style>p{}</style></head><body><p>Hola,&nbsp;<b>Ana</b></p>"
        "<script>alert(1)</script><div style='display:none'>bait <p>more</p></div>"
        "<p>See <a href='https://shop.test/x'>the shop</a></p><blockquote>old<br>words</blockquote>"
    )
    assert html_to_text(html) == "Hola, Ana\n\nSee the shop (https://shop.test/x)\n\n> old\n> words"


def test_attachments_are_named_and_not_read() -> None:
    raw = (
        b'From: a@b.test\r\nContent-Type: multipart/mixed; boundary="x"\r\n\r\n--x\r\n'
        b"Content-Type: text/plain\r\n\r\nsee photo\r\n--x\r\nContent-Type: image/jpeg\r\n"
        b'Content-Disposition: attachment; filename="=?utf-8?q?r=C4=99ka.jpg?="\r\n'
        b"Content-Transfer-Encoding: base64\r\n\r\n/9j/4AAQ"
    )
    found = parse_mail(raw)
    assert found.text == "see photo"
    [photo] = found.attachments
    assert (photo.kind, photo.name, photo.url) == ("image", "ręka.jpg", "")


def test_a_mail_without_words_asks_for_a_look() -> None:
    assert parse_mail(b"From: a@b.test\r\nContent-Type: multipart/mixed\r\n\r\n").text == UNREADABLE


def test_an_id_used_again_for_other_words_is_another_mail() -> None:
    head = "From: a@b.test\r\nMessage-ID: <one@b.test>"
    first, second = parse_mail(mail(head, "yes")), parse_mail(mail(head, "no"))
    assert first.id == second.id
    assert first.identity != second.identity
    assert first.identity == parse_mail(mail(head, "yes\r\n\r\n")).identity
