"""Checks whether Meta pushes a channel's events to an engine that listens."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from carecli.boot.channels import account
from carecli.boot.doctor_checks import Check
from carecli.boot.setup import Setup, now
from carecli.domain.errors import CareError
from carecli.platforms.meta.page_discovery import (
    PAGE_WEBHOOK_FIELDS,
    PROFILE_WEBHOOK_FIELDS,
    PageDiscovery,
)
from carecli.secrets import Secret

HINT = "Run: carecli connect facebook, which subscribes; see docs/webhooks.md."


def pushed(setup: Setup, key: str, hide: Callable[[Secret], object]) -> Check:
    """Which webhooks of a channel are subscribed, and which are missing; asks the platform."""
    channel = setup.config.channels[key]
    try:
        whose = account(setup, key, hide=hide)
        found = asyncio.run(_subscribed(whose.token, whose.secret, channel.base_url, whose.account))
    except CareError as error:
        return Check(key, False, f"Webhooks could not be checked: {error.what}", HINT)
    wanted = PAGE_WEBHOOK_FIELDS if channel.platform == "facebook" else PROFILE_WEBHOOK_FIELDS
    missing = [one for one in wanted if one not in found]
    if len(missing) == len(wanted):
        return Check(key, False, "No webhooks are subscribed, so Meta sends nothing.", HINT)
    if missing:
        text = f"These webhooks are not subscribed: {', '.join(missing)}."
        return Check(key, False, text, HINT)
    return Check(key, True, "Its webhooks are subscribed.")


async def _subscribed(token: str, secret: str, base_url: str, whose: str) -> tuple[str, ...]:
    async with PageDiscovery(token, clock=now, base_url=base_url, secret=secret) as calls:
        return await calls.subscribed(whose)
