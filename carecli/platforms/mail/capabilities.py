"""What a mailbox can do, by its role."""

from __future__ import annotations

from collections.abc import Mapping

from carecli.domain.capabilities import Capabilities
from carecli.i18n import N_

WRITING = Capabilities(reply_limit=100_000, private_limit=100_000, shows_sent=False)
"""A mail may have been delivered although it is not in the folder of sent mails."""

NOTIFIED = Capabilities(
    can_reply=False,
    note=N_("This place has no API. Open the link, answer there, and confirm here."),
)


def mail_capabilities(options: Mapping[str, str]) -> Capabilities:
    """What a mailbox can do: answer by mail, unless its mails are only notifications."""
    return NOTIFIED if options.get("role") == "notifications" else WRITING
