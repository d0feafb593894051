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
    """Who gets the answer to a mail: the `Reply-To` address, else the sender.

    Web forms send with their own address and name the visitor in `Reply-To`. A mailing list that
    asks for answers to itself is ignored.
    """
    reply_to = mail.reply_to
    if reply_to is None or reply_to.address in (mail.sender, options.address):
        return Recipient(mail.sender, mail.sender_name)
    if reply_to.address in mail.header("list-post").lower() or is_listed(
        reply_to.address, options.let_in
    ):
        return Recipient(mail.sender, mail.sender_name)
    if reply_to.name or _MACHINE.match(mail.sender) or mail.sender == options.address:
        return reply_to
    return Recipient(reply_to.address, mail.sender_name)


def other_recipients(mail: Mail, options: MailOptions) -> tuple[Recipient, ...]:
    """Who else got a mail, and so gets an answer to all; without us and without mailing lists."""
    excluded = {reply_recipient(mail, options).address, mail.sender}
    list_posts = mail.header("list-post").lower()
    return tuple(
        recipient
        for recipient in mail.to
        if recipient.address not in excluded
        and recipient.address not in list_posts
        and not is_us(recipient.address, options)
    )


def is_us(address: str, options: MailOptions) -> bool:
    """Whether an address is ours: the mailbox, its aliases and lists, or a team asked by mail."""
    return (
        address == options.address
        or address in map(str.lower, options.to)
        or is_listed(address, options.ours)
        or bool(options.let_in.intersection((address, address.replace("@", ".", 1))))
    )


def format_recipients(recipients: tuple[Recipient, ...]) -> tuple[str, ...]:
    """Recipients as they are stored: `Name <address>`, or the address alone."""
    return tuple(
        f"{recipient.name} <{recipient.address}>" if recipient.name else recipient.address
        for recipient in recipients
    )


def copy_addresses(also_to: tuple[str, ...], to: str, options: MailOptions) -> tuple[str, ...]:
    """The addresses of stored recipients, each once, without ours and the one in `to`."""
    candidates = (
        address.rpartition("<")[2].removesuffix(">").strip().lower() for address in also_to
    )
    return tuple(
        address
        for address in dict.fromkeys(candidates)
        if is_address(address) and address != to and not is_us(address, options)
    )
