"""Rules look at what a person takes in, as they do at what a platform brings."""

from __future__ import annotations

import logging
import sqlite3
from collections.abc import Sequence
from sqlite3 import Connection

from carecli.desk.office import Office
from carecli.domain.errors import StoreError
from carecli.domain.model import Millis

log = logging.getLogger(__name__)


def let_rules_look(db: Connection, office: Office, messages: Sequence[int], now: Millis) -> None:
    """Let the office's rules look at new messages; belongs into the transaction that stores them.

    People get their messages though rules stumble.
    """
    if office.rulebook is None or not messages:
        return
    from carecli.desk.rules.acting import Moderation

    db.execute("SAVEPOINT rules")
    try:
        Moderation(office.rulebook(), office).run(db, messages, now)
    except (sqlite3.Error, StoreError):
        raise
    except Exception:
        log.exception("rules stumbled over %d messages, which are left to people", len(messages))
        db.execute("ROLLBACK TO rules")
    db.execute("RELEASE rules")
