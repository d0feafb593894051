"""Runs rules over manual entries, as over messages from a platform."""

from __future__ import annotations

import logging
import sqlite3
from collections.abc import Sequence
from sqlite3 import Connection

from carecli.desk.context import DeskContext
from carecli.domain.errors import StoreError
from carecli.domain.model import Millis
from carecli.store import attention

log = logging.getLogger(__name__)


def let_rules_look(
    db: Connection, context: DeskContext, messages: Sequence[int], now: Millis
) -> None:
    """Let the office's rules look at what a person took in, however long ago it was written.

    Belongs into the transaction that stores the messages. People get them though rules stumble.
    """
    if context.rulebook is None or not messages:
        return
    from carecli.desk.rules.colour_suggestions import Triage
    from carecli.desk.rules.runner import Moderation

    db.execute("SAVEPOINT rules")
    try:
        triage = Triage()
        triage.restore(db)
        moderation = Moderation(context.rulebook(), context, triage)
        moderation.run(db, messages, now, is_by_hand=True)
    except (sqlite3.Error, StoreError):
        raise
    except Exception as error:
        log.exception("rules failed on %d messages, which are left to people", len(messages))
        db.execute("ROLLBACK TO rules")
        what = f"{type(error).__name__}: {error}"
        attention.rules_stumbled(db, len(messages), what, now)
    db.execute("RELEASE rules")
