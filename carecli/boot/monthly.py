"""The monthly report put together from the configuration and the database."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import closing
from typing import TYPE_CHECKING

from carecli.boot.inbox import office
from carecli.boot.setup import Setup
from carecli.boot.store import open_store

if TYPE_CHECKING:
    from carecli.desk.monthly import Monthly
    from carecli.desk.reports import ReportAsked


def monthly_of(setup: Setup, asked: ReportAsked) -> Monthly:
    """Everything a report tells of a period; raises Refusal."""
    from carecli.desk.monthly import monthly

    with closing(open_store(setup)) as database, database.read() as db:
        return monthly(db, office(setup), asked)


def brands_of(setup: Setup) -> Sequence[str]:
    """Every brand's key, also of those that only a channel implies."""
    return tuple(office(setup).brands)
