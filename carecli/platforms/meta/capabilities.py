"""What Facebook pages and Instagram profiles can do, by their channel's options.

The platform lets the brand write for 24 hours after the contact's last message; a person may write
for 7 days where the app has the Human Agent feature. A comment can be answered privately once,
within 7 days of it.
"""

from __future__ import annotations

from collections.abc import Mapping

from carecli.domain.capabilities import Capabilities
from carecli.domain.model import DAY, HOUR, ContactPoint, Millis, OutboxVerb
from carecli.platforms.meta.options import is_enabled

WINDOW: Millis = 24 * HOUR
HUMAN_WINDOW: Millis = 7 * DAY
PRIVATE_REPLY_WITHIN: Millis = 7 * DAY

COMMENT_LIMIT = 8000
"""Characters of a comment, on Facebook."""
MESSENGER_LIMIT = 2000
"""Characters of a Messenger message."""
INSTAGRAM_LIMIT = 2200
"""Bytes of a comment: the caption's limit, counted strictly."""
DIRECT_LIMIT = 1000
"""Bytes of UTF-8 of a direct message: Polish letters count double."""
ELSEWHERE = frozenset({ContactPoint.REVIEW, ContactPoint.MENTION})
"""Reviews, and posts of others that tag the brand: neither can be hidden or answered privately
(Meta's Comment and Private Replies references)."""
PRIVATE_REPLIES_A_SECOND = 0.2
"""750 an hour under posts and reels are allowed (Meta's rate limits): 12 a minute."""


def facebook_capabilities(options: Mapping[str, str]) -> Capabilities:
    """A page."""
    return Capabilities(
        can_hide=True,
        can_delete=True,
        can_like=True,
        can_block=True,
        private_reply_within=PRIVATE_REPLY_WITHIN,
        window=WINDOW,
        human_window=HUMAN_WINDOW if is_enabled(options, "human_agent") else None,
        reply_limit=COMMENT_LIMIT,
        private_limit=MESSENGER_LIMIT,
        reply_depth=1,
        taken_once=frozenset({OutboxVerb.PRIVATE_REPLY}),
        no_private_reply_at=ELSEWHERE,
        no_removal_at=ELSEWHERE,
    )


def instagram_capabilities(options: Mapping[str, str]) -> Capabilities:
    """A professional profile."""
    return Capabilities(
        can_hide=True,
        can_delete=True,
        can_like=True,
        private_reply_within=PRIVATE_REPLY_WITHIN,
        window=WINDOW,
        human_window=HUMAN_WINDOW if is_enabled(options, "human_agent") else None,
        reply_limit=INSTAGRAM_LIMIT,
        private_limit=DIRECT_LIMIT,
        limit_in_bytes=True,
        reply_depth=1,
        taken_once=frozenset({OutboxVerb.PRIVATE_REPLY}),
        no_private_reply_at=ELSEWHERE,
        no_removal_at=ELSEWHERE,
        paces={OutboxVerb.PRIVATE_REPLY: PRIVATE_REPLIES_A_SECOND},
    )
