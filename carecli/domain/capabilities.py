"""What a channel can do."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from carecli.domain.model import ContactPoint, Millis, OutboxVerb


@dataclass(frozen=True, slots=True)
class Capabilities:
    """What this channel can do, found out by `probe` or known of the platform.

    `window` and `human_window` are spans in ms after the contact's last private message in
    which the platform lets the brand write, by itself and by a person; None: no window.
    `private_reply_within` is the span after a comment in which it can be answered privately
    (None: no private replies). `reply_limit` counts characters, or bytes of UTF-8 where
    `limit_in_bytes`. `reply_depth` is how deep replies nest (1: replies hang under the
    top-level comment only). `resend_is_safe`: the platform knows our key, so that an order
    whose fate is unknown may simply be repeated. `taken_once` are texts that the platform takes
    once per message and refuses after that, so that repeating one doubles nothing.
    `shows_sent`: a text that cannot be found after some minutes was surely not sent; false where
    the platform may have passed it on without keeping a copy that we can see.
    `private_deeds` are the verbs without a text that it takes about private messages as well.
    `can_block`: the brand can keep a person from writing to it, in public and in private.
    `no_private_reply_at` and `no_removal_at` are contact points where the platform never takes a
    private reply, and never lets a message be hidden or deleted.
    `paces` are deeds a second, for verbs in which the platform is stricter than carecli is by
    itself.
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
