"""What rooms and direct chats can do."""

from __future__ import annotations

from collections.abc import Mapping

from carecli.domain.capabilities import Capabilities
from carecli.domain.model import DAY, OutboxVerb

ALWAYS = 100 * 365 * DAY
"""A direct chat can be opened no matter how old the message is."""

CAPABILITIES = Capabilities(
    can_delete=True,
    can_like=True,
    private_reply_within=ALWAYS,
    reply_limit=60_000,
    private_limit=60_000,
    limit_in_bytes=True,
    reply_depth=1,
    resend_is_safe=True,
    private_deeds=frozenset({OutboxVerb.DELETE, OutboxVerb.LIKE, OutboxVerb.UNLIKE}),
    note="Encrypted rooms cannot be read; their messages do not appear in the inbox. Matrix "
    "cannot hide a message, only delete it.",
)
"""An event may have 65,536 bytes with everything around the text."""


def matrix_capabilities(options: Mapping[str, str]) -> Capabilities:  # noqa: ARG001 - the same for all
    """An account."""
    return CAPABILITIES
