"""The brand's channel in a Matrix community, and orders for it."""

from __future__ import annotations

import os

from carecli.domain.events import MessageSeen
from carecli.domain.model import OutboxVerb
from carecli.platforms.base import Account, Order
from tests.support.follower import Follower, now, target_of
from tests.support.synapse import Person


def desk_of(care: Person, **options: str) -> Follower:
    """The channel of the brand's account."""
    account = Account(
        "community", "matrix", care.user, care.token, care.base_url, options=options, clock=now
    )
    return Follower(account, "sync")


def order(verb: OutboxVerb, message: MessageSeen, text: str = "") -> Order:
    key = f"care/{os.urandom(6).hex()}"
    return Order(key, verb, target_of(message), text=text, attempted_at=now())
