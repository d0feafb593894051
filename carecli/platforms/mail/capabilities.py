"""What a mailbox can do, by its role."""

from __future__ import annotations

from collections.abc import Mapping

from carecli.domain.capabilities import Capabilities
from carecli.i18n import N_

WRITING = Capabilities(reply_limit=100_000, private_limit=100_000, shows_sent=False)
"""The server may have delivered mails that are not in the sent folder."""

NOTIFIED = Capabilities(
    can_reply=False,
    note=N_("This place has no API. Open the link, answer there, and confirm here."),
)


def mail_capabilities(options: Mapping[str, str]) -> Capabilities:
    """Answers go out by mail, but not to what only notifies us of something."""
    return NOTIFIED if options.get("role") == "notifications" else WRITING
