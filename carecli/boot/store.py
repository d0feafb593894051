"""Opens the database and writes the configured channels into it."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator

from carecli.boot.setup import Setup, now, protocol_of
from carecli.config import campaign_period, channel_specs
from carecli.domain.errors import StoreError
from carecli.domain.model import DAY, Millis
from carecli.file_rights import make_file, make_folder
from carecli.store import campaigns, channels, settings
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
        make_folder(folder)
        # customers' words: readable by nobody else, unless the folder is shared on purpose
        make_file(str(setup.database))
    except OSError as error:
        raise StoreError(
            f"{setup.database} cannot be created: {error.strerror}.", hint="Choose another --db."
        ) from error
    database = Database(setup.database, durable=durable)
    try:
        _write_configuration(setup, database)
        lift_campaigns(database)
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
        campaigns.enrol(db, campaign_specs(setup))
        campaigns.lift(db, present, Policies(db))
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


def campaign_specs(setup: Setup) -> Iterator[campaigns.CampaignSpec]:
    """Every campaign of the configuration, its period in the moderator's zone."""
    for key, campaign in setup.config.campaigns.items():
        since, until = campaign_period(campaign, setup.zone)
        yield campaigns.CampaignSpec(
            key, campaign.title or key, campaign.posts, since, until, campaign.boost
        )


def lift_campaigns(database: Database) -> None:
    """Let the campaigns that run now jump the queue; without a write where nothing changed."""
    with database.read() as db:
        if not campaigns.is_due(db, now()):
            return
    with database.write() as db:
        campaigns.lift(db, now(), Policies(db))
