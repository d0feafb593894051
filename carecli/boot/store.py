"""The database, with what the configuration says written into it."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator

from carecli.boot.setup import Setup, now, protocol_of
from carecli.config import campaign_period, channel_specs
from carecli.domain.errors import StoreError
from carecli.domain.model import DAY, Millis
from carecli.paths import private_folder
from carecli.store import channels, settings
from carecli.store.campaigns import lift
from carecli.store.db import Database
from carecli.store.policies import Policies, enact

_FINGERPRINT = "configuration"
"""The setting that tells which configuration was written last."""


def open_store(setup: Setup, *, durable: bool = False) -> Database:
    """The database, made if need be, with the configuration's channels, protocol and campaigns.

    Writes only what changed; raises StoreError, and ConfigError for unknown holidays.
    """
    folder = setup.database.absolute().parent
    try:
        private_folder(folder)
        # customers' words: readable by nobody else, unless somebody shares the file on purpose
        setup.database.touch(mode=0o600)
    except OSError as error:
        raise StoreError(
            f"{setup.database} cannot be made: {error.strerror}.", hint="Choose another --db."
        ) from error
    database = Database(setup.database, durable=durable)
    try:
        _write_configuration(setup, database)
    except BaseException:
        database.close()
        raise
    return database


def _write_configuration(setup: Setup, database: Database) -> None:
    """Public holidays are looked up only when the configuration, or the year, is another."""
    present = now()
    fingerprint = _fingerprint(setup, present)
    if settings.get(database.connection, _FINGERPRINT) == fingerprint:
        return
    protocol = protocol_of(setup)
    with database.write() as db:
        channels.enrol(db, channel_specs(setup.config).values())
        enact(db, protocol, present)
        lift(db, boosted_posts(setup, present), present, Policies(db))
        settings.put(db, _FINGERPRINT, fingerprint)


def _fingerprint(setup: Setup, present: Millis) -> str:
    config = setup.config
    told = repr(
        (
            config.channels,
            config.brands,
            config.protocol,
            config.calendars,
            config.campaigns,
            setup.zone,
            present // (30 * DAY),
        )
    )
    return hashlib.sha256(told.encode()).hexdigest()[:16]


def boosted_posts(setup: Setup, present: Millis) -> Iterator[str]:
    """Posts of the campaigns that jump the queue now."""
    for campaign in setup.config.campaigns.values():
        since, until = campaign_period(campaign, setup.zone)
        runs = (since is None or since <= present) and (until is None or present < until)
        if campaign.boost and runs:
            yield from campaign.posts
