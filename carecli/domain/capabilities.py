"""Capabilities of a channel."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from carecli.domain.model import ContactPoint, Millis, OutboxVerb


@dataclass(frozen=True, slots=True)
class Capabilities:
    """What a channel can do, detected by `probe` or known for its platform.

    `window` and `human_window` are the times (ms) after the contact's last private message in which
    the platform lets the brand write, automatically and by a person; None: no limit.
    `private_reply_within` is the time after a comment in which it can be answered privately
    (None: no private replies). `reply_limit` counts characters, or bytes of UTF-8 with
    `limit_in_bytes`. `reply_depth` is how deep replies nest (1: only under the top-level comment).
    `resend_is_safe`: the platform knows our key, so a request with unknown outcome can be repeated.
    `taken_once` are verbs that the platform accepts once per message, so repeating one is safe.
    `shows_sent`: a text that cannot be found after some minutes was certainly not sent; false if
    the platform may have delivered it without a copy that we can see.
    `private_deeds` are the verbs without a text that also work on private messages.
    `can_block`: the brand can block a person, in public and in private.
    `no_private_reply_at` and `no_removal_at` are contact points where private replies, or hiding
    and deleting, are never possible.
    `paces` are actions per second, for verbs that the platform limits more than carecli does.
    """

    can_hide: bool = False
    can_delete: bool = False
    can_like: bool = False
    can_block: bool = False
    can_reply: bool = True
    private_reply_within: Millis | None = None
    window: Millis | None = None
    human_window: Millis | None = None
    reply_limit: int = 8000
    private_limit: int = 2000
    limit_in_bytes: bool = False
    reply_depth: int = 99
    resend_is_safe: bool = False
    taken_once: frozenset[OutboxVerb] = frozenset()
    shows_sent: bool = True
    private_deeds: frozenset[OutboxVerb] = frozenset()
    no_private_reply_at: frozenset[ContactPoint] = frozenset()
    no_removal_at: frozenset[ContactPoint] = frozenset()
    paces: Mapping[OutboxVerb, float] = field(default_factory=dict)
    note: str = ""
