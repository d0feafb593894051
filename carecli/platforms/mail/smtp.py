"""Sends our mails and knows which of them were sent."""

from __future__ import annotations

from carecli.domain.model import Millis
from carecli.platforms.base import Account
from carecli.platforms.mail import outgoing
from carecli.platforms.mail.mailbox import open_mailbox
from carecli.platforms.mail.options import read_options
from carecli.platforms.mail.outgoing import OutgoingMail
from carecli.platforms.mail.parser import parse_mail


class SmtpMailbox:
    """One mailbox; blocking. Raises ConfigError for options that cannot be read."""

    def __init__(self, account: Account) -> None:
        self._token = account.token
        self._options = read_options(account)

    def send(self, key: str, at: Millis, letter: OutgoingMail) -> None:
        """Hand a mail to the server, for its readers and as a copy for ourselves.

        Built again with the same key and first attempt, it is the same mail. Raises PlatformError.
        """
        raw = outgoing.build_mail(key, at, self._options, self._token, letter)
        outgoing.deliver(self._options, self._token, raw, letter.to)

    def was_sent(self, key: str) -> bool:
        """Whether our copy of a mail lies in the mailbox; raises PlatformError."""
        id_ = outgoing.message_id(key, self._options)
        with open_mailbox(self._options, self._token, self._options.folder) as box:
            found = box.fetch(box.uids_of((id_,)))
        return any(outgoing.is_ours(self._token, parse_mail(one.raw)) for one in found)
