"""A sentence of the sender's, wherever it stands in a mail, stands in what is kept of it."""

from __future__ import annotations

from email.message import EmailMessage, Message
from email.mime.message import MIMEMessage
from email.mime.multipart import MIMEMultipart
from email.mime.text import MIMEText
from hashlib import sha256
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from carecli.domain.quotes import EarlierMessages, count_quoted_lines, strip_quotes
from carecli.platforms.mail.body import unflow
from carecli.platforms.mail.large import fetch_without_attachments
from carecli.platforms.mail.parser import TEXT_LIMIT, TRUNCATED, parse_mail

CASES = Path(__file__).parent / "cases"

KEPT = {
    "dashes": ["First question", "Second question: my mother got red spots from it"],
    "form-noreply": ["A visitor wrote:", "My order has not arrived for two weeks."],
    "form-own": ["Name: Ola Wzorowa", "My order has not arrived for two weeks."],
    "inline-html": [
        "Hello, see below.",
        "The night cream, three days.",
        "Yes, my eyes are swollen and I cannot breathe well.",
    ],
    "inline-plain": [
        "Hello, my answers are below.",
        "The night cream, for three days.",
        "Yes, my eyes are swollen and I cannot breathe well.",
    ],
    "underscores": ["Complaint form", "Order: 4711", "I cut my hand."],
    "wrote": ["Good morning,", "I want the refund today", "Ala"],
    "fontsize": [
        "Good morning,",
        "my parcel 4711 arrived open and the serum leaked over everything.",
        "Please send a new one or give me my money back.",
        "Piotr",
    ],
    "fontsize-all": ["Nobody answered me. Where is my refund?"],
    "fontsize-wrapper": ["I want my money back.", "Bye"],
    "footer": ["today my face is burning.", "This message was checked for viruses"],
    "list": ["Is the lip balm vegan?"],
    "charset-lie": ["Dzień dobry, gdzie jest moja paczka? Zażółć gęślą jaźń."],
    "charset-lie2": ["Dzień dobry, gdzie jest moja paczka? Zażółć gęślą jaźń."],
    "rawsubject": ["Dzień dobry, gdzie jest moja paczka? Zażółć gęślą jaźń."],
}


@pytest.mark.parametrize("name", KEPT)
def test_every_word_of_a_mail_is_kept_in_its_order(name: str) -> None:
    mail = parse_mail((CASES / f"{name}.eml").read_bytes())
    places = [mail.text.index(said) for said in KEPT[name]]
    assert places == sorted(places)
    seen = strip_quotes(mail.text, EarlierMessages())
    assert all(said in seen for said in KEPT[name])
    folded = count_quoted_lines(mail.text)
    shown = "\n".join(mail.text.split("\n")[: -folded or None])
    assert all(said in shown for said in KEPT[name])


def test_every_case_is_tested() -> None:
    assert {file.stem for file in CASES.glob("*.eml")} == set(KEPT)


def test_a_raw_subject_is_read_as_the_text_is() -> None:
    mail = parse_mail((CASES / "rawsubject.eml").read_bytes())
    assert mail.subject == "Gdzie jest moja paczka - zażółć"


SENTENCE = "My eyes are swollen and I cannot breathe."
AROUND = st.sampled_from(
    (
        "",
        "Hello,",
        "-- ",
        "--",
        "________________________________",
        "> Which product did you use?",
        ">> deeper",
        "On Mon, 30 Nov 2026 at 09:00, Care <care@care.test> wrote:",
        "Il giorno 3 maggio Care <c@b.test> ha scritto:",
        "From: Care <care@care.test>\nSent: Monday\nTo: Marta\nSubject: Re: order",
        "-----Original Message-----",
        "Begin forwarded message:",
        "Sent from my iPhone",
        "My order number is 4711.",
        "begin 644 x.txt",
        "* * *",
    )
)


def plain(text: str) -> Message:
    return MIMEText(text, "plain", "utf-8")


def html(before: str, text: str, after: str) -> Message:
    def lines(told: str) -> str:
        return "<br>".join(one.replace("<", "&lt;") for one in told.split("\n"))

    body = (
        f"<html><body><div style='display:none'>preheader</div><div>{lines(before)}</div>"
        f"<blockquote type=cite>quoted</blockquote><p style='font-size:.9em'>{text}</p>"
        f"<div class=gmail_quote>{lines(after)}<blockquote>older</blockquote></div></body></html>"
    )
    return MIMEText(body, "html", "utf-8")


def joined(kind: str, *parts: Message) -> Message:
    said = "".join(part.as_string() for part in parts)
    whole = MIMEMultipart(kind, boundary=f"b{sha256(said.encode()).hexdigest()[:20]}")
    for part in parts:
        whole.attach(part)
    return whole


@st.composite
def mails(draw: st.DrawFn) -> bytes:
    """A mail with the sentence in it, somewhere."""
    before = "\n".join(draw(st.lists(AROUND, max_size=4)))
    after = "\n".join(draw(st.lists(AROUND, max_size=4)))
    text = f"{before}\n{SENTENCE}\n{after}"
    part = draw(
        st.sampled_from(
            (
                plain(text),
                html(before, SENTENCE, after),
                joined("alternative", plain(text), html(before, SENTENCE, after)),
                joined("alternative", plain("See the HTML version."), html("", SENTENCE, after)),
                joined("alternative", plain(text), html("", "See the plain version.", "")),
            )
        )
    )
    for _ in range(draw(st.integers(0, 3))):
        other = draw(
            st.sampled_from(
                (
                    plain("This mail was checked by a gateway."),
                    html("A footer", "of a list", ""),
                    MIMEMessage(EmailMessage()),
                )
            )
        )
        attached = MIMEText("notes", "csv", "utf-8")
        attached.add_header("Content-Disposition", "attachment", filename="x.csv")
        part = draw(
            st.sampled_from(
                (
                    joined("mixed", part, other),
                    joined("mixed", other, part),
                    joined("related", part, other),
                    joined("mixed", attached, part, other),
                    joined("signed", part, attached),
                )
            )
        )
    if draw(st.booleans()):
        inner = part
        inner["From"], inner["Subject"] = "Marta <marta@c.test>", "an older mail"
        part = joined("mixed", plain("I forward this:"), MIMEMessage(inner))
    part["From"] = "Marta <marta@c.test>"
    return part.as_bytes()


@settings(max_examples=200, deadline=None)
@given(mails())
def test_a_sentence_anywhere_in_a_mail_is_kept_and_seen_by_rules(raw: bytes) -> None:
    text = parse_mail(raw).text
    assert SENTENCE in text
    known = EarlierMessages(["Which product did you use?\nquoted\nolder\ndeeper", "Hello,"])
    assert SENTENCE in strip_quotes(text, known)
    folded = count_quoted_lines(text, known)
    assert SENTENCE in "\n".join(text.split("\n")[: -folded or None])


def test_a_plain_version_that_says_less_does_not_hide_the_other() -> None:
    mail = joined(
        "alternative",
        plain("Your program cannot show this mail."),
        html("", "My face is burning since yesterday evening.", ""),
    )
    assert "My face is burning" in parse_mail(mail.as_bytes()).text


def test_versions_that_say_the_same_are_kept_once() -> None:
    mail = joined("alternative", plain("Where is my parcel?"), MIMEText("<p>Where is my parcel?"))
    mail.get_payload(1).replace_header("Content-Type", "text/html; charset=utf-8")  # type: ignore[union-attr]  # a list
    assert parse_mail(mail.as_bytes()).text == "Where is my parcel?"


def test_a_forwarded_mail_says_whose_it_is() -> None:
    inner = EmailMessage()
    inner["From"], inner["Subject"] = "Jan <jan@c.test>", "Burns"
    inner.set_content("It burns.")
    mail = joined("mixed", plain("See what my husband wrote."), MIMEMessage(inner))
    text = parse_mail(mail.as_bytes()).text
    assert text == (
        "See what my husband wrote.\n\nFrom: Jan <jan@c.test>\nSubject: Burns\n\nIt burns."
    )


def test_a_text_that_is_the_only_thing_attached_is_read() -> None:
    part = plain("I want my money back.")
    part.add_header("Content-Disposition", "attachment", filename="complaint.txt")
    found = parse_mail(joined("mixed", part).as_bytes())
    assert found.text == "I want my money back."
    assert [one.name for one in found.attachments] == ["complaint.txt"]


def test_a_text_of_an_unknown_kind_is_read() -> None:
    raw = b"From: ewa@example.org\r\nContent-Type: text/x-note; charset=utf-8\r\n\r\nMy hand burns."
    assert parse_mail(raw).text == "My hand burns."


def test_words_that_only_claim_to_be_base64_are_read_as_they_stand() -> None:
    head = b"From: ewa@example.org\r\nContent-Type: text/plain; charset=utf-8\r\n"
    said = b"My hand burns since I used the cream."
    raw = head + b"Content-Transfer-Encoding: base64\r\n\r\n" + said
    assert parse_mail(raw).text == said.decode()


def test_a_text_with_a_name_that_stands_in_the_mail_is_part_of_it() -> None:
    part = plain("the rest of it")
    part.add_header("Content-Disposition", "inline", filename="body.txt")
    found = parse_mail(joined("mixed", plain("Look:"), part).as_bytes())
    assert found.text == "Look:\n\nthe rest of it"


def test_outlooks_own_format_is_named() -> None:
    raw = (
        b"From: a@b.test\r\nContent-Type: multipart/mixed; boundary=x\r\n\r\n--x\r\n"
        b"Content-Type: application/ms-tnef; name=winmail.dat\r\n\r\nx\r\n--x--"
    )
    assert [one.name for one in parse_mail(raw).attachments] == ["winmail.dat"]


def test_parts_whose_border_is_lost_are_read_as_one_text() -> None:
    raw = b"From: a@b.test\r\nContent-Type: multipart/mixed\r\n\r\n--x\r\n\r\nIt burns.\r\n--x--"
    assert "It burns." in parse_mail(raw).text


def test_flowed_lines_are_made_whole() -> None:
    text = "My face is \nburning \nsince yesterday.\n> quoted \n> words\n-- \nAna"
    assert unflow(text, deletes_space=False) == (
        "My face is burning since yesterday.\n> quoted words\n-- \nAna"
    )
    assert unflow("Kosme \ntyk", deletes_space=True) == "Kosmetyk"


def test_a_text_that_is_cut_says_so() -> None:
    text = parse_mail(b"From: a@b.test\r\n\r\n" + b"word " * 200_000).text
    assert text.endswith(TRUNCATED.format(n=1_000_000 - 1 - TEXT_LIMIT))


def sections(mail: Message) -> dict[str, bytes]:
    """The numbered parts of a mail as an IMAP server gives them out (RFC 3501, section 6.4.5)."""
    found: dict[str, bytes] = {}

    def note(part: Message, number: str) -> None:
        payload = part.get_payload()
        if part.get_content_maintype() == "multipart" and isinstance(payload, list):
            for place, child in enumerate(payload, 1):
                name = f"{number}.{place}" if number else str(place)
                head, _, body = child.as_bytes().partition(b"\n\n")
                found[f"{name}.MIME"] = head + b"\n\n"
                found[name] = body
                if child.get_content_type() == "message/rfc822":
                    inner = child.get_payload(0)
                    head, _, body = inner.as_bytes().partition(b"\n\n")
                    found[f"{name}.HEADER"], found[f"{name}.TEXT"] = head + b"\n\n", body
                    note(inner, name)
                else:
                    note(child, name)
        elif not number:
            found["TEXT"] = mail.as_bytes().partition(b"\n\n")[2]

    note(mail, "")
    return found


@settings(max_examples=100, deadline=None)
@given(mails())
def test_a_large_mail_read_part_by_part_says_the_same(raw: bytes) -> None:
    from email import message_from_bytes

    mail = message_from_bytes(raw)
    told = sections(mail)
    small = fetch_without_attachments(
        raw.partition(b"\n\n")[0] + b"\n\n", lambda name, most: told.get(name, b"")[:most] or None
    )
    assert parse_mail(small).text == parse_mail(raw).text
    assert parse_mail(small).attachments == parse_mail(raw).attachments
