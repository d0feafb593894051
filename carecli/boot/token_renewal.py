"""Replaces a channel's token and knows when tokens expire."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from sqlite3 import Connection

from carecli.boot.channels import META, NEEDS_NO_TOKEN, account_of, open_connector
from carecli.boot.doctor_attention import problems_of
from carecli.boot.meta_setup import Access, reach_hint, read_token
from carecli.boot.setup import Setup, now
from carecli.boot.token_storage import replace_stored_token
from carecli.boot.webhook_subscription import webhook_check
from carecli.config import SecretPlace
from carecli.domain.errors import CareError, Refusal
from carecli.domain.model import Millis
from carecli.platforms.base import Connector, Probe
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
    """Replace a channel's token; raises Refusal for a token that does not work."""
    channel = setup.config.channels.get(key)
    if channel is None or channel.platform in NEEDS_NO_TOKEN:
        known = [
            name
            for name, other in setup.config.channels.items()
            if other.platform not in NEEDS_NO_TOKEN
        ]
        what = f"There is no channel {key!r}." if channel is None else f"{key} needs no token."
        raise Refusal(what, hint=f"Known: {', '.join(known)}." if known else "")
    if not typed:
        raise Refusal("No token was given; nothing was changed.")
    if channel.token.kind == "env":
        replace_stored_token(channel.token, key, typed)  # raises, and says what to do
    token = _page_token(setup, key, typed) if channel.platform in META and is_checked else typed
    probe = _probe_new_token(setup, key, token) if is_checked else None
    replace_stored_token(channel.token, key, token)
    users = tuple(
        name for name in setup.config.channels if _place(setup, name) == _place(setup, key)
    )
    ends = dict(probe.ends) if probe is not None else {}
    with closing(Database(setup.database)) as database, database.write() as db:
        renewal.replaced(db, now())
        for name in users:
            renewal.keep_ends(db, name, ends.get("token"), ends.get("data"))
    return Replaced(channel.token, users, ends.get("token"), ends.get("data"))


def probe_channels(setup: Setup) -> None:
    """Probe every channel's access, and store the result for doctor and the inbox."""
    for key, channel in setup.config.channels.items():
        if channel.platform in NEEDS_NO_TOKEN:
            continue
        try:
            probe = asyncio.run(_probe(open_connector(setup, key)))
            problems = problems_of(probe, channel.platform)
            if setup.config.engine.listen and channel.platform in META:
                check = webhook_check(setup, key, bool)
                problems += [] if check.is_ok else [Problem(check.text, check.hint)]
        except CareError as error:  # pulling tells of it, and doctor
            log.info("%s: the token could not be checked on the platform: %s", key, error.what)
            continue
        with closing(Database(setup.database)) as database, database.write() as db:
            keep_access(db, key, probe, problems)


def keep_access(db: Connection, key: str, probe: Probe, problems: Sequence[Problem]) -> None:
    """Store a probe of a channel's access: when it ends, and its problems."""
    renewal.keep_ends(db, key, probe.ends.get("token"), probe.ends.get("data"))
    keep_problems(db, key, problems)


def _place(setup: Setup, key: str) -> tuple[str, str]:
    """Where a channel's token is; equal for all channels that share it."""
    place = setup.config.channels[key].token
    return place.kind, place.name or (key if place.kind == "keyring" else "")


def _page_token(setup: Setup, key: str, typed: str) -> str:
    """The page's own token, fetched with the token of a person or a system user."""
    channel = setup.config.channels[key]
    secret = fetch(channel.secret, key).reveal() if channel.secret is not None else ""
    reached = read_token(Access(typed, secret=secret, base_url=channel.base_url))
    for page in reached.pages:
        if channel.account in (page.id, page.profile):
            return page.token
    what = f"The token gives no access to {channel.title or key} ({channel.account})."
    raise Refusal(what, hint=reach_hint(reached))


def _probe_new_token(setup: Setup, key: str, token: str) -> Probe:
    """Probe a new token; raises Refusal if it does not work."""
    new = create_connector(replace(account_of(setup, key, with_token=False), token=token))
    probe = asyncio.run(_probe(new))
    if not probe.is_ok and not probe.account:
        why = "; ".join(probe.problems) or "the platform rejects it"
        raise Refusal(f"The token cannot be used: {why}.", hint="Nothing was changed.")
    return probe


async def _probe(connector: Connector) -> Probe:
    """Probe a connector and close it."""
    try:
        return await connector.probe()
    finally:
        await connector.aclose()
