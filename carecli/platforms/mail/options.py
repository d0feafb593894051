"""The options of a mailbox in the configuration."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from carecli.domain.errors import ConfigError
from carecli.platforms.base import Account

KNOWN = frozenset(
    (
        *("role", "host", "port", "smtp_host", "smtp_port", "user", "folder", "sent_folder"),
        *("tls", "ca", "name", "days", "senders", "authserv", "authenticated", "hourly"),
        *("to", "team", "within", "group", "link", "let_in", "ours"),
    )
)

_ADDRESS = re.compile(r"[^\s<>@,;\"\\\x00-\x1f\x7f]{1,64}@[a-z0-9.-]{1,190}", re.IGNORECASE)


class MailboxRole(StrEnum):
    """What the mails of a mailbox are."""

    INBOX = "inbox"
    """Customers' questions."""
    CASES = "cases"
    """Another team's answers to our questions, and what it reports by itself."""
    NOTIFICATIONS = "notifications"
    """News of places no API reaches."""


@dataclass(frozen=True, slots=True)
class MailServer:
    """A server: `tls` is `tls` (from the first byte), `starttls`, or `none` (loopback only)."""

    host: str
    port: int
    tls: str
    ca: str = ""


@dataclass(frozen=True, slots=True)
class MailOptions:
    """The options of one mailbox, read and checked."""

    role: MailboxRole
    imap: MailServer
    smtp: MailServer
    user: str
    address: str
    name: str
    folder: str
    sent_folder: str
    days: int
    senders: frozenset[str]
    authserv: str
    authenticated: bool
    hourly: int
    to: tuple[str, ...]
    group: str
    link: str
    let_in: frozenset[str]
    """Addresses, domains and List-IDs whose mails are wanted although a machine sent them."""
    ours: frozenset[str]
    """Addresses and domains that are us too: other names of the mailbox, lists of colleagues."""

    @property
    def domain(self) -> str:
        """The part of our address after the `@`."""
        return self.address.partition("@")[2]


def is_address(text: str) -> bool:
    """Whether a mail can be sent there: one plain address."""
    return _ADDRESS.fullmatch(text) is not None


def read_options(account: Account) -> MailOptions:
    """Read the options of a channel; raises ConfigError that names the key."""
    told = account.options
    key = f"channels.{account.channel}"

    def wrong(name: str, what: str, hint: str = "") -> ConfigError:
        return ConfigError(what, key=f"{key}.{name}", hint=hint)

    for name in told:
        if name not in KNOWN:
            raise wrong(f"options.{name}", "no such option", f"known: {', '.join(sorted(KNOWN))}")
    if not is_address(account.account):
        raise wrong("account", "expected the mailbox's own address, e.g. care@example.com")
    host = told.get("host", "")
    if not host:
        raise wrong("options.host", "expected the IMAP server, e.g. imap.example.com")
    tls = told.get("tls", "tls")
    if tls not in ("tls", "starttls", "none"):
        raise wrong("options.tls", "expected tls, starttls or none")
    smtp_host = told.get("smtp_host", host)
    if tls == "none" and {host, smtp_host} - {"127.0.0.1", "::1", "localhost"}:
        raise wrong("options.tls", "without encryption, only a server on this computer is allowed")
    try:
        role = MailboxRole(told.get("role", "inbox"))
    except ValueError:
        raise wrong("options.role", "expected inbox, cases or notifications") from None
    senders = frozenset(_list(told.get("senders", "").lower()))
    if role is not MailboxRole.INBOX and not senders:
        raise wrong("options.senders", "expected the addresses or domains that may write here")
    is_careful = told.get("authenticated", "yes") != "no"
    authserv = told.get("authserv", "").lower()
    if role is not MailboxRole.INBOX and is_careful and not authserv:
        raise wrong(
            "options.authserv",
            "expected the name your mail server uses in Authentication-Results",
            "it is the first word of that header, e.g. mx.example.com; see docs/mail.md",
        )
    to = tuple(_list(told.get("to", "")))
    if role is MailboxRole.CASES and (not to or not all(map(is_address, to))):
        raise wrong("options.to", "expected the address to which cases are sent")
    return MailOptions(
        role,
        MailServer(
            host,
            _number(told, "port", 993 if tls == "tls" else 143, wrong),
            tls,
            told.get("ca", ""),
        ),
        MailServer(
            smtp_host,
            _number(told, "smtp_port", 465 if tls == "tls" else 587, wrong),
            tls,
            told.get("ca", ""),
        ),
        told.get("user", account.account),
        account.account.lower(),
        told.get("name", ""),
        told.get("folder", "INBOX"),
        told.get("sent_folder", ""),
        _number(told, "days", 30, wrong),
        senders,
        authserv,
        is_careful,
        _number(told, "hourly", 30, wrong),
        to,
        told.get("group", ""),
        told.get("link", "").lower(),
        frozenset(one.strip("<>") for one in _list(told.get("let_in", "").lower())),
        frozenset(_list(told.get("ours", "").lower())),
    )


def _list(text: str) -> list[str]:
    return [one.strip() for one in text.split(",") if one.strip()]


def _number(told: Mapping[str, str], name: str, usual: int, wrong: object) -> int:
    text = told.get(name, str(usual))
    if not text.isdecimal() or not 0 < int(text) < 100_000:
        assert callable(wrong)
        raise wrong(f"options.{name}", "expected a whole number above 0")
    return int(text)
