"""Who asks by a mail, and who else received it. Pure."""

from __future__ import annotations

import re

from carecli.platforms.mail.genuine import is_listed
from carecli.platforms.mail.options import Options
from carecli.platforms.mail.parsing import Mail, Recipient

_MACHINE = re.compile(
    r"(?:no-?reply|do-?not-?reply|form|forms|web|www|wordpress|mailer)\b", re.IGNORECASE
)


def asker(mail: Mail, options: Options) -> Recipient:
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


def others_of(mail: Mail, options: Options) -> tuple[Recipient, ...]:
    """Whom a mail went to beside us: who would be answered too, if all are."""
    here = {options.address, asker(mail, options).address, mail.sender}
    return tuple(one for one in mail.to if one.address not in here)
