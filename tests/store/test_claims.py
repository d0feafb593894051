"""Leases: one holder at a time, until they expire."""

from __future__ import annotations

from carecli.store import claims
from carecli.store.claims import LEASE

from .conftest import NOW, Shop


def test_one_holder_until_the_lease_is_over(shop: Shop) -> None:
    with shop.database.write() as db:
        assert claims.take(db, 1, "ana", NOW)
        assert not claims.take(db, 1, "ola", NOW + LEASE - 1)
        assert claims.take(db, 1, "ana", NOW + LEASE - 1), "renewed by its holder"
        assert not claims.take(db, 1, "ola", NOW + LEASE)
        assert claims.holder(db, 1, NOW + LEASE) == "ana"
        assert claims.holder(db, 1, NOW + 2 * LEASE) == ""
        assert claims.take(db, 1, "ola", NOW + 2 * LEASE)
        assert not claims.release(db, 1, "ana")
        assert claims.release(db, 1, "ola")
        assert claims.take(db, 1, "ana", NOW)


def test_since_is_when_the_present_holder_began(shop: Shop) -> None:
    with shop.database.write() as db:
        claims.take(db, 1, "ana", NOW)
        claims.take(db, 1, "ana", NOW + 10)
        assert db.execute("SELECT since FROM claims").fetchone() == (NOW,)
        claims.take(db, 1, "ola", NOW + 10 + LEASE)
        assert db.execute("SELECT since FROM claims").fetchone() == (NOW + 10 + LEASE,)
