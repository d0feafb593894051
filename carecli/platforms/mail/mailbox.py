"""Reads a mailbox over IMAP (RFC 3501), read-only.

Blocking; the connector calls it in a thread. Every string in a search comes from a strict
pattern, since a stranger may have chosen it.
"""

from __future__ import annotations

import imaplib
import re
import ssl
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import mktime_tz, parsedate_tz
from functools import partial

from carecli.domain.errors import PermissionMissing, PlatformError, TokenRefused, Transient
from carecli.domain.model import Millis
from carecli.platforms.mail.large import fetch_without_attachments
from carecli.platforms.mail.options import MailOptions, MailServer

TIMEOUT = 30.0
"""How long a response may take."""

FETCHED_WHOLE = 262_144
"""Mails up to this size (bytes) are fetched whole, larger ones without their attachments."""

MAX_MATCHES = 50
"""The most mails that a search by id returns; more would be an attack."""

_META = re.compile(rb"\bUID (\d+)")
_SIZE = re.compile(rb"\bRFC822\.SIZE (\d+)")
_DATE = re.compile(rb'INTERNALDATE "([^"]{10,40})"')
_SEARCHABLE = re.compile(r"<[!#-'*-9;=?-\[\]-~:]{3,250}>")

COMMAND_REFUSED, CONNECTION_LOST = "refused", "broke off"
"""Codes of errors after the folder was opened; a single mail may be the cause."""


@dataclass(frozen=True, slots=True)
class ReceivedMail:
    """A mail in the mailbox: `at` is when our server received it."""

    uid: int
    at: Millis
    raw: bytes


def tls_context(place: MailServer) -> ssl.SSLContext:
    """The TLS settings of a server: its certificate must be trusted."""
    return ssl.create_default_context(cafile=place.ca or None)


class Mailbox:
    """One open folder of a mailbox."""

    def __init__(self, link: imaplib.IMAP4, validity: int) -> None:
        self._link = link
        self.validity = validity
        """The folder's UIDVALIDITY: if it changed, earlier uids are no longer valid."""

    def uids_after(self, uid: int) -> list[int]:
        """The uids of mails that came after a uid, oldest first."""
        uids = self._search("UID", f"{uid + 1}:*")
        return [other for other in uids if other > uid]

    def uids_since(self, at: Millis) -> list[int]:
        """The uids of mails received since the day before a moment (ms)."""
        day = datetime.fromtimestamp(at / 1000, UTC) - timedelta(days=1)
        return self._search("SINCE", f"{day.day}-{_MONTHS[day.month - 1]}-{day.year}")

    def uids_of(
        self, ids: Sequence[str], *, header: str = "MESSAGE-ID", most: int = MAX_MATCHES
    ) -> list[int]:
        """The uids of mails with one of these ids in a header, the newest `most` of them."""
        uids: set[int] = set()
        for id_ in ids:
            if _SEARCHABLE.fullmatch(id_):
                uids.update(self._search("HEADER", header, f'"{id_}"'))
        return sorted(uids)[-most:]

    def fetch(self, uids: Sequence[int]) -> list[ReceivedMail]:
        """Fetch these mails, oldest first; those that no longer exist are left out.

        A large mail comes with all its texts and only the names of its attachments.
        """
        sizes = self._sizes(uids)
        small = [uid for uid in uids if sizes.get(uid, 0) <= FETCHED_WHOLE]
        mails = {mail.uid: mail for mail in self._fetch_items(small, "BODY.PEEK[]")}
        for head in self._fetch_items(
            [uid for uid in uids if uid not in small], "BODY.PEEK[HEADER]"
        ):
            raw = fetch_without_attachments(head.raw, partial(self._section, head.uid))
            mails[head.uid] = ReceivedMail(head.uid, head.at, raw)
        return [mails[uid] for uid in uids if uid in mails]

    def headers(self, uids: Sequence[int]) -> list[ReceivedMail]:
        """The headers of these mails."""
        return self._fetch_items(uids, "BODY.PEEK[HEADER]")

    def _sizes(self, uids: Sequence[int]) -> dict[int, int]:
        if not uids:
            return {}
        parts = self._command("FETCH", ",".join(map(str, uids)), "(UID RFC822.SIZE)")
        heads = [part[0] if isinstance(part, tuple) else part for part in parts]
        return {
            int(uid[1]): int(size[1])
            for head in heads
            if isinstance(head, bytes)
            and (uid := _META.search(head))
            and (size := _SIZE.search(head))
        }

    def _fetch_items(self, uids: Sequence[int], what: str) -> list[ReceivedMail]:
        if not uids:
            return []
        parts = self._command("FETCH", ",".join(map(str, uids)), f"(UID INTERNALDATE {what})")
        mails: dict[int, ReceivedMail] = {}
        for number, part in enumerate(parts):
            if not isinstance(part, tuple):
                continue
            after = parts[number + 1] if number + 1 < len(parts) else b""
            header = part[0] + b" " + (after if isinstance(after, bytes) else b"")
            uid, date = _META.search(header), _DATE.search(header)
            if uid and date:
                mail = ReceivedMail(int(uid[1]), _moment(date[1]), part[1])
                mails[mail.uid] = mail
        return [mails[uid] for uid in uids if uid in mails]

    def _section(self, uid: int, section: str, most: int) -> bytes | None:
        """The first `most` bytes of a part (RFC 3501, section 6.4.5); None if it does not exist."""
        parts = self._command("FETCH", str(uid), f"(BODY.PEEK[{section}]<0.{most}>)")
        return next((part[1] for part in parts if isinstance(part, tuple)), None)

    def _search(self, *words: str) -> list[int]:
        parts = self._command("SEARCH", *words)
        response = b" ".join(part for part in parts if isinstance(part, bytes))
        return sorted(int(word) for word in response.split() if word.isdigit())

    def _command(self, verb: str, *words: str) -> list[bytes | tuple[bytes, bytes]]:
        status, parts = self._link.uid(verb, *words)
        if status != "OK":
            raise Transient(
                f"the mail server refused to {verb.lower()}", code=COMMAND_REFUSED, happened=False
            )
        return parts


@contextmanager
def open_mailbox(options: MailOptions, password: str, folder: str) -> Iterator[Mailbox]:
    """Log in and open a folder for reading, then log out. Raises PlatformError."""
    try:
        link = _connect(options.imap)
    except (OSError, imaplib.IMAP4.error) as error:
        raise _connection_error("no answer from the IMAP server", error) from None
    try:
        try:
            link.login(options.user, _check_password(password))
        except imaplib.IMAP4.abort as error:
            raise _connection_error("the IMAP server hung up", error) from None
        except imaplib.IMAP4.error:
            raise TokenRefused(
                "the IMAP server refuses the user or the password",
                hint="Check options.user and the stored token; some servers need an app password.",
            ) from None
        name = folder.replace("\\", "\\\\").replace('"', '\\"')
        status, _ = link.select(f'"{name}"', readonly=True)
        if status != "OK":
            raise PermissionMissing(
                f"the mailbox has no folder {folder!r} that can be read",
                hint="Set options.folder to the folder's name on the server.",
            )
        validity = link.response("UIDVALIDITY")[1]
        yield Mailbox(link, int(validity[0] or 0) if validity and validity[0] else 0)
    except PlatformError:
        raise
    except (OSError, imaplib.IMAP4.error, ValueError) as error:
        raise _connection_error(
            "the IMAP server broke the connection", error, code=CONNECTION_LOST
        ) from None
    finally:
        try:
            link.logout()
        except (OSError, imaplib.IMAP4.error):
            pass


def _connect(place: MailServer) -> imaplib.IMAP4:
    if place.tls == "tls":
        return imaplib.IMAP4_SSL(
            place.host, place.port, ssl_context=tls_context(place), timeout=TIMEOUT
        )
    link = imaplib.IMAP4(place.host, place.port, timeout=TIMEOUT)
    if place.tls == "starttls":
        link.starttls(tls_context(place))
    return link


def _check_password(password: str) -> str:
    """The password, refused if a line break or NUL in it would end the IMAP command."""
    if any(char in password for char in "\r\n\0"):
        raise TokenRefused("the password holds a line break")
    return password


def _connection_error(what: str, error: Exception, *, code: str = "") -> Transient:
    """A `Transient` without the error's message, which may hold what was sent."""
    detail = f" ({error.verify_message})" if isinstance(error, ssl.SSLCertVerificationError) else ""
    return Transient(f"{what}: {type(error).__name__}{detail}", code=code, happened=False)


def _moment(date: bytes) -> Millis:
    parsed = parsedate_tz(date.decode("ascii", "replace"))
    return mktime_tz(parsed) * 1000 if parsed is not None else 0


_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
