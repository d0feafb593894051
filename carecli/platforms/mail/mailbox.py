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
"""How long an answer may take."""

FETCHED_WHOLE = 262_144
"""Bytes up to which a mail is fetched whole; of a larger one, its texts and what else it has."""

MAX_MATCHES = 50
"""Mails a search by id may find; more is somebody's game."""

_META = re.compile(rb"\bUID (\d+)")
_SIZE = re.compile(rb"\bRFC822\.SIZE (\d+)")
_DATE = re.compile(rb'INTERNALDATE "([^"]{10,40})"')
_SEARCHABLE = re.compile(r"<[!#-'*-9;=?-\[\]-~:]{3,250}>")

COMMAND_REFUSED, CONNECTION_LOST = "refused", "broke off"
"""Codes of errors after the folder was opened: the server answers, so that it may be one mail's."""


@dataclass(frozen=True, slots=True)
class ReceivedMail:
    """A mail in the mailbox: `at` is when our server received it."""

    uid: int
    at: Millis
    raw: bytes


def tls_context(place: MailServer) -> ssl.SSLContext:
    """Encryption with a certificate that somebody vouches for."""
    return ssl.create_default_context(cafile=place.ca or None)


class Mailbox:
    """One folder, opened."""

    def __init__(self, link: imaplib.IMAP4, validity: int) -> None:
        self._link = link
        self.validity = validity
        """Another number than last time: the uids of then say nothing now."""

    def uids_after(self, uid: int) -> list[int]:
        """Mails that came after one, oldest first."""
        found = self._search("UID", f"{uid + 1}:*")
        return [one for one in found if one > uid]

    def uids_since(self, at: Millis) -> list[int]:
        """Mails received since the day before a moment."""
        day = datetime.fromtimestamp(at / 1000, UTC) - timedelta(days=1)
        return self._search("SINCE", f"{day.day}-{_MONTHS[day.month - 1]}-{day.year}")

    def uids_of(
        self, ids: Sequence[str], *, header: str = "MESSAGE-ID", most: int = MAX_MATCHES
    ) -> list[int]:
        """Mails with one of these ids in a header, the newest `most` of them."""
        found: set[int] = set()
        for id_ in ids:
            if _SEARCHABLE.fullmatch(id_):
                found.update(self._search("HEADER", header, f'"{id_}"'))
        return sorted(found)[-most:]

    def fetch(self, uids: Sequence[int]) -> list[ReceivedMail]:
        """These mails, oldest first; those that are gone are left out.

        Of a large mail all texts are there, wherever they stand, and of what is attached only the
        names: nobody's words are lost behind a film of 20 MB.
        """
        sizes = self._sizes(uids)
        small = [uid for uid in uids if sizes.get(uid, 0) <= FETCHED_WHOLE]
        found = {one.uid: one for one in self._letters(small, "BODY.PEEK[]")}
        for head in self._letters([uid for uid in uids if uid not in small], "BODY.PEEK[HEADER]"):
            raw = fetch_without_attachments(head.raw, partial(self._section, head.uid))
            found[head.uid] = ReceivedMail(head.uid, head.at, raw)
        return [found[uid] for uid in uids if uid in found]

    def headers(self, uids: Sequence[int]) -> list[ReceivedMail]:
        """The headers of these mails."""
        return self._letters(uids, "BODY.PEEK[HEADER]")

    def _sizes(self, uids: Sequence[int]) -> dict[int, int]:
        if not uids:
            return {}
        parts = self._ask("FETCH", ",".join(map(str, uids)), "(UID RFC822.SIZE)")
        told = [part[0] if isinstance(part, tuple) else part for part in parts]
        return {
            int(uid[1]): int(size[1])
            for one in told
            if isinstance(one, bytes) and (uid := _META.search(one)) and (size := _SIZE.search(one))
        }

    def _letters(self, uids: Sequence[int], what: str) -> list[ReceivedMail]:
        if not uids:
            return []
        parts = self._ask("FETCH", ",".join(map(str, uids)), f"(UID INTERNALDATE {what})")
        found: dict[int, ReceivedMail] = {}
        for number, part in enumerate(parts):
            if not isinstance(part, tuple):
                continue
            after = parts[number + 1] if number + 1 < len(parts) else b""
            told = part[0] + b" " + (after if isinstance(after, bytes) else b"")
            uid, date = _META.search(told), _DATE.search(told)
            if uid and date:
                letter = ReceivedMail(int(uid[1]), _moment(date[1]), part[1])
                found[letter.uid] = letter
        return [found[uid] for uid in uids if uid in found]

    def _section(self, uid: int, section: str, most: int) -> bytes | None:
        """A part of a mail (RFC 3501, section 6.4.5), its first `most` bytes; None for none."""
        parts = self._ask("FETCH", str(uid), f"(BODY.PEEK[{section}]<0.{most}>)")
        return next((part[1] for part in parts if isinstance(part, tuple)), None)

    def _search(self, *words: str) -> list[int]:
        parts = self._ask("SEARCH", *words)
        told = b" ".join(part for part in parts if isinstance(part, bytes))
        return sorted(int(word) for word in told.split() if word.isdigit())

    def _ask(self, verb: str, *words: str) -> list[bytes | tuple[bytes, bytes]]:
        status, parts = self._link.uid(verb, *words)
        if status != "OK":
            raise Transient(
                f"the mail server refused to {verb.lower()}", code=COMMAND_REFUSED, happened=False
            )
        return parts


@contextmanager
def open_mailbox(options: MailOptions, password: str, folder: str) -> Iterator[Mailbox]:
    """Log in, open a folder for reading, and let go of it. Raises PlatformError."""
    try:
        link = _connected(options.imap)
    except (OSError, imaplib.IMAP4.error) as error:
        raise _trouble("no answer from the IMAP server", error) from None
    try:
        try:
            link.login(options.user, _quotable(password))
        except imaplib.IMAP4.abort as error:
            raise _trouble("the IMAP server hung up", error) from None
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
        raise _trouble(
            "the IMAP server broke the connection", error, code=CONNECTION_LOST
        ) from None
    finally:
        try:
            link.logout()
        except (OSError, imaplib.IMAP4.error):
            pass


def _connected(place: MailServer) -> imaplib.IMAP4:
    if place.tls == "tls":
        return imaplib.IMAP4_SSL(
            place.host, place.port, ssl_context=tls_context(place), timeout=TIMEOUT
        )
    link = imaplib.IMAP4(place.host, place.port, timeout=TIMEOUT)
    if place.tls == "starttls":
        link.starttls(tls_context(place))
    return link


def _quotable(password: str) -> str:
    """`imaplib` quotes it; a line break in it would end the command."""
    if any(char in password for char in "\r\n\0"):
        raise TokenRefused("the password holds a line break")
    return password


def _trouble(what: str, error: Exception, *, code: str = "") -> Transient:
    """Without the error's own words: they may hold what was sent."""
    detail = f" ({error.verify_message})" if isinstance(error, ssl.SSLCertVerificationError) else ""
    return Transient(f"{what}: {type(error).__name__}{detail}", code=code, happened=False)


def _moment(date: bytes) -> Millis:
    told = parsedate_tz(date.decode("ascii", "replace"))
    return mktime_tz(told) * 1000 if told is not None else 0


_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
