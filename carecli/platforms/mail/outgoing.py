"""Outgoing mails: how they are built, recognised again and sent (RFC 5321).

The id of a mail is derived from the outbox key and its date from the first attempt, so building it
again gives the same mail. A copy is sent to our own mailbox. `proof_of_origin` signs it, so nobody
can pass as the brand by writing our address into `From`.
"""

from __future__ import annotations

import hashlib
import hmac
import re
import smtplib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from email import message_from_bytes
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import formatdate, getaddresses
from functools import cache

from carecli.domain.errors import PersonUnreachable, Refused, TokenRefused, Transient
from carecli.domain.letter import split_letter
from carecli.domain.model import Millis
from carecli.domain.text import one_line
from carecli.platforms.base import Order
from carecli.platforms.mail.mailbox import TIMEOUT, tls_context
from carecli.platforms.mail.options import MailOptions, is_address
from carecli.platforms.mail.parser import Mail, parse_mail
from carecli.platforms.mail.people import copy_addresses, reply_recipient

OURS = re.compile(r"<carecli\.([0-9A-Za-z_-]{1,80})@[^<>@\s]+>")
PROOF = "X-Carecli-Proof"
KIND = "X-Carecli-Kind"


CASE, REPORT = "case", "report"
"""Kinds of mails of ours that belong to no conversation with a customer."""


@dataclass(frozen=True, slots=True)
class AttachedFile:
    """Something attached; `type` is as in `text/html`."""

    name: str
    type: str
    content: bytes


@dataclass(frozen=True, slots=True)
class OutgoingMail:
    """What a mail says, to whom; `references` are the mails it answers, oldest first."""

    to: tuple[str, ...]
    subject: str
    text: str
    kind: str
    files: tuple[AttachedFile, ...] = ()
    references: tuple[str, ...] = ()
    copies: tuple[str, ...] = ()
    """Who gets it too, seen by all (`Cc`)."""


def message_id(key: str, options: MailOptions) -> str:
    """The id of the mail that carries out an order."""
    plain = re.sub(r"[^0-9A-Za-z_-]", "", key)[:80]
    return f"<carecli.{plain}@{options.domain}>"


def proof_of_origin(token: str, mail: Mail, kind: str) -> str:
    """What only we can say of a mail."""
    said = f"{kind}\0{mail.identity}".encode("utf-8", "replace")
    return hmac.new(_key(token), said, hashlib.sha256).hexdigest()


@cache
def _key(token: str) -> bytes:
    """Made slowly: whoever gets a mail of ours must not find the password by trying words."""
    return hashlib.scrypt(token.encode(), salt=b"carecli mail", n=16384, r=8, p=1)


def is_ours(token: str, mail: Mail) -> bool:
    """Whether carecli wrote this very mail."""
    told = mail.header(PROOF.lower())
    return bool(told) and hmac.compare_digest(
        told.encode(), proof_of_origin(token, mail, mail.header(KIND.lower())).encode()
    )


def key_of(mail: Mail) -> str:
    """The order's key in the id of a mail of ours."""
    found = OURS.fullmatch(mail.id)
    return found[1] if found else ""


def build_reply(order: Order, options: MailOptions, token: str, answered: Mail | None) -> bytes:
    """The mail that answers; `answered` None: it lies in the mailbox no more. Raises Refused."""
    to = reply_recipient(answered, options).address if answered is not None else ""
    to = to or order.target.contact
    if not is_address(to):
        raise Refused("this person has no valid mail address")
    subject = answered.subject if answered else ""
    references = [order.target.address]
    if answered is not None:
        references = [*answered.references[:1], *answered.references[-10:], answered.id]
    subject = subject or f"{options.name or options.domain}"
    if not subject.casefold().startswith(("re:", "odp:", "rv:", "sv:", "aw:")):
        subject = f"Re: {subject}"
    letter = OutgoingMail(
        (to,),
        subject,
        order.text,
        "reply",
        references=tuple(references),
        copies=copy_addresses(order.also_to, to, options),
    )
    return build_mail(order.key, order.attempted_at, options, token, letter)


def build_case(order: Order, options: MailOptions, token: str) -> bytes:
    """The mail that asks another team, at its own addresses or the mailbox's."""
    to, told = split_letter(order.text)
    subject, _, text = told.partition("\n")
    letter = OutgoingMail(to or options.to, subject, text.strip(), CASE)
    return build_mail(order.key, order.attempted_at, options, token, letter)


def build_mail(
    key: str, at: Millis, options: MailOptions, token: str, letter: OutgoingMail
) -> bytes:
    """A mail by the key of what it carries out and its first attempt (ms UTC); raises Refused."""
    message = EmailMessage(policy=SMTP)
    try:
        message["From"] = Address(one_line(options.name, 80), addr_spec=options.address)
        message["To"] = ", ".join(letter.to)
        if letter.copies:
            message["Cc"] = ", ".join(letter.copies)
        message["Subject"] = one_line(letter.subject, 200)
        message["Date"] = formatdate(at / 1000)
        message["Message-ID"] = message_id(key, options)
        kept = [
            one
            for one in dict.fromkeys(letter.references)
            if re.fullmatch(r"<[!-;=?-~]{3,250}>", one)
        ]
        if kept:
            message["In-Reply-To"] = kept[-1]
            message["References"] = " ".join(kept)
        if letter.kind == REPORT:
            message["Auto-Submitted"] = "auto-generated"
        message[KIND] = letter.kind
        message.set_content(letter.text, cte="base64")
        for file in letter.files:
            maintype, _, subtype = file.type.partition("/")
            message.add_attachment(
                file.content, maintype=maintype, subtype=subtype, filename=file.name
            )
        if letter.files:
            # a boundary of chance would make another mail each time
            message.set_boundary(f"carecli-{hashlib.sha256(key.encode()).hexdigest()[:32]}")
    except (ValueError, IndexError) as error:
        raise Refused(f"this cannot be written as a mail: {type(error).__name__}") from None
    message[PROOF] = proof_of_origin(token, parse_mail(message.as_bytes()), letter.kind)
    return message.as_bytes()


def recipients_of(raw: bytes) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Whom a mail of ours goes to, and who gets a copy."""
    message = message_from_bytes(raw)
    told = [getaddresses(message.get_all(name, [])) for name in ("To", "Cc")]
    to, copies = (tuple(address for _, address in some if address) for some in told)
    return to, copies


def deliver(
    options: MailOptions,
    password: str,
    raw: bytes,
    to: tuple[str, ...],
    copies: tuple[str, ...] = (),
) -> None:
    """Hand a mail to the server, for its readers and for ourselves, or for nobody.

    Raises PlatformError; `Transient(happened=None)` if the connection was lost when only the
    server's word was missing.
    """
    is_told = False
    try:
        with _linked(options, password) as link:
            _expect(link.mail(options.address), "our own address")
            for address in to:
                _expect(link.rcpt(address), "the address")
            for address in copies:
                _expect(link.rcpt(address), "another recipient")
            _expect(link.rcpt(options.address), "the copy to ourselves")
            is_told = True
            try:
                answer = link.data(raw)
            except smtplib.SMTPDataError as error:
                answer = (error.smtp_code, b"")
            is_told = answer[0] < 0
            _expect(answer, "the mail")
    except (OSError, smtplib.SMTPException) as error:
        raise Transient(
            f"no answer from the SMTP server: {type(error).__name__}",
            happened=None if is_told else False,
        ) from None


def check_login(options: MailOptions, password: str) -> None:
    """See whether the SMTP server lets us in; raises PlatformError."""
    try:
        with _linked(options, password):
            pass
    except (OSError, smtplib.SMTPException) as error:
        raise Transient(
            f"no answer from the SMTP server: {type(error).__name__}", happened=False
        ) from None


@contextmanager
def _linked(options: MailOptions, password: str) -> Iterator[smtplib.SMTP]:
    place = options.smtp
    link = (
        smtplib.SMTP_SSL(place.host, place.port, timeout=TIMEOUT, context=tls_context(place))
        if place.tls == "tls"
        else smtplib.SMTP(place.host, place.port, timeout=TIMEOUT)
    )
    try:
        if place.tls == "starttls":
            link.starttls(context=tls_context(place))
        link.ehlo_or_helo_if_needed()
        if link.has_extn("auth"):
            try:
                link.login(options.user, password)
            except smtplib.SMTPAuthenticationError:
                raise TokenRefused("the SMTP server refuses the user or the password") from None
        yield link
    finally:
        link.close()


def _expect(answer: tuple[int, bytes], what: str) -> None:
    code = answer[0]
    if 200 <= code < 300:
        return
    if 400 <= code < 500:
        raise Transient(
            f"the SMTP server cannot accept {what} now: {code}", code=str(code), happened=False
        )
    if what == "the address":
        raise PersonUnreachable(
            f"the SMTP server refuses the address: {code}",
            code=str(code),
            hint="It may be misspelt, or it no longer exists.",
        )
    if what == "another recipient":
        raise Refused(
            f"the SMTP server refuses one of the other recipients: {code}",
            code=str(code),
            hint="Nobody got the answer. Cancel it, and answer only the sender.",
        )
    raise Refused(f"the SMTP server refuses {what}: {code}", code=str(code))
