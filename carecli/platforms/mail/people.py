"""Who writes a mail and who else received it. Pure."""

from __future__ import annotations

import re

from carecli.platforms.mail.authentication import is_listed
from carecli.platforms.mail.options import MailOptions, is_address
from carecli.platforms.mail.parser import Mail, Recipient

_MACHINE = re.compile(
    r"(?:no-?reply|do-?not-?reply|form|forms|web|www|wordpress|mailer)\b", re.IGNORECASE
)


def reply_recipient(mail: Mail, options: MailOptions) -> Recipient:
    """Who asks by a mail, and is answered: who it wants answers to go to, else who sent it.

    Web forms send with an address of their own and name the visitor so (`Reply-To`). A mailing
    list that wants answers for itself does not speak for a person.
    """
    told = mail.reply_to
    if told is None or told.address in (mail.sender, options.address):
        return Recipient(mail.sender, mail.sender_name)
    if told.address in mail.header("list-post").lower() or is_listed(told.address, options.let_in):
        return Recipient(mail.sender, mail.sender_name)
    if told.name or _MACHINE.match(mail.sender) or mail.sender == options.address:
        return told
    return Recipient(told.address, mail.sender_name)


def other_recipients(mail: Mail, options: MailOptions) -> tuple[Recipient, ...]:
    """Whom a mail went to beside us: who is answered too, if all are.

    Neither we ourselves nor a mailing list that brought the mail here.
    """
    here = {reply_recipient(mail, options).address, mail.sender}
    posts = mail.header("list-post").lower()
    return tuple(
        one
        for one in mail.to
        if one.address not in here and one.address not in posts and not is_us(one.address, options)
    )


def is_us(address: str, options: MailOptions) -> bool:
    """Whether an address is ours: the mailbox, its other names and lists, a team asked by mail."""
    return (
        address == options.address
        or address in map(str.lower, options.to)
        or is_listed(address, options.ours)
        or bool(options.let_in.intersection((address, address.replace("@", ".", 1))))
    )


def format_recipients(recipients: tuple[Recipient, ...]) -> tuple[str, ...]:
    """Recipients as they are kept: `Name <address>`, or the address alone."""
    return tuple(f"{one.name} <{one.address}>" if one.name else one.address for one in recipients)


def copy_addresses(also_to: tuple[str, ...], to: str, options: MailOptions) -> tuple[str, ...]:
    """Addresses of recipients that were kept: each once, neither ours nor the one in `to`."""
    found = (one.rpartition("<")[2].removesuffix(">").strip().lower() for one in also_to)
    return tuple(
        one
        for one in dict.fromkeys(found)
        if is_address(one) and one != to and not is_us(one, options)
    )
