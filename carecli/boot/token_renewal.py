"""Replaces a channel's token and knows when tokens expire."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from sqlite3 import Connection

from carecli.boot.channels import META, NEEDS_NO_TOKEN, account, connector
from carecli.boot.doctor_attention import problems_of
from carecli.boot.meta_setup import Access, reach, reach_hint
from carecli.boot.setup import Setup, now
from carecli.boot.token_storage import keep_at
from carecli.boot.webhook_subscription import pushed
from carecli.config import SecretPlace
from carecli.domain.errors import CareError, Refusal
from carecli.domain.model import Millis
from carecli.platforms.base import Probe
from carecli.platforms.registry import create_connector
from carecli.secrets import fetch
from carecli.store import renewal
from carecli.store.attention import Problem, keep_problems
from carecli.store.db import Database

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Replaced:
    """A token that was replaced: where it is, which channels use it, when it ends (ms)."""

    place: SecretPlace
    channels: tuple[str, ...]
    ends: Millis | None = None
    data_ends: Millis | None = None


def replace_token(setup: Setup, key: str, typed: str, *, is_checked: bool = True) -> Replaced:
    """Put a new token where the channel's is; raises Refusal where it will not do."""
    channel = setup.config.channels.get(key)
    if channel is None or channel.platform in NEEDS_NO_TOKEN:
        known = [
            name
            for name, one in setup.config.channels.items()
            if one.platform not in NEEDS_NO_TOKEN
        ]
        what = f"There is no channel {key!r}." if channel is None else f"{key} needs no token."
        raise Refusal(what, hint=f"Known: {', '.join(known)}." if known else "")
    if not typed:
        raise Refusal("No token was given; nothing was changed.")
    if channel.token.kind == "env":
        keep_at(channel.token, key, typed)  # raises, and says what to do
    token = _page_token(setup, key, typed) if channel.platform in META and is_checked else typed
    probe = _probed(setup, key, token) if is_checked else None
    keep_at(channel.token, key, token)
    users = tuple(
        name for name in setup.config.channels if _place(setup, name) == _place(setup, key)
    )
    ends = dict(probe.ends) if probe is not None else {}
    with closing(Database(setup.database)) as database, database.write() as db:
        renewal.replaced(db, now())
        for name in users:
            renewal.keep_ends(db, name, ends.get("token"), ends.get("data"))
    return Replaced(channel.token, users, ends.get("token"), ends.get("data"))


def look_at_access(setup: Setup) -> None:
    """Ask every platform how each channel's access is, and keep it for doctor and the inbox."""
    for key, channel in setup.config.channels.items():
        if channel.platform in NEEDS_NO_TOKEN:
            continue
        try:
            probe = _asked(setup, key)
            problems = problems_of(probe, channel.platform)
            if setup.config.engine.listen and channel.platform in META:
                told = pushed(setup, key, bool)
                problems += [] if told.is_ok else [Problem(told.text, told.hint)]
        except CareError as error:  # pulling tells of it, and doctor
            log.info("%s: the token could not be checked on the platform: %s", key, error.what)
            continue
        with closing(Database(setup.database)) as database, database.write() as db:
            keep_access(db, key, probe, problems)


def keep_access(db: Connection, key: str, probe: Probe, problems: Sequence[Problem]) -> None:
    """Keep what a platform says of a channel's access: when it ends, and what is wrong with it."""
    renewal.keep_ends(db, key, probe.ends.get("token"), probe.ends.get("data"))
    keep_problems(db, key, problems)


def _place(setup: Setup, key: str) -> tuple[str, str]:
    """Where a channel's token is, the same for all that share it."""
    place = setup.config.channels[key].token
    return place.kind, place.name or (key if place.kind == "keyring" else "")


def _page_token(setup: Setup, key: str, typed: str) -> str:
    """The page's own token, fetched with a person's or a system user's."""
    channel = setup.config.channels[key]
    secret = fetch(channel.secret, key).reveal() if channel.secret is not None else ""
    reached = reach(Access(typed, secret=secret, base_url=channel.base_url))
    for page in reached.pages:
        if channel.account in (page.id, page.profile):
            return page.token
    what = f"The token gives no access to {channel.title or key} ({channel.account})."
    raise Refusal(what, hint=reach_hint(reached))


def _probed(setup: Setup, key: str, token: str) -> Probe:
    """What the platform says of a new token; raises Refusal where it will not do."""
    made = create_connector(replace(account(setup, key, with_token=False), token=token))

    async def ask() -> Probe:
        try:
            return await made.probe()
        finally:
            await made.aclose()

    probe = asyncio.run(ask())
    if not probe.is_ok and not probe.account:
        why = "; ".join(probe.problems) or "the platform rejects it"
        raise Refusal(f"The token cannot be used: {why}.", hint="Nothing was changed.")
    return probe


def _asked(setup: Setup, key: str) -> Probe:
    made = connector(setup, key)

    async def ask() -> Probe:
        try:
            return await made.probe()
        finally:
            await made.aclose()

    return asyncio.run(ask())
