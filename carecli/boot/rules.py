"""Sets up auto-moderation for the engine and for people."""

from __future__ import annotations

from sqlite3 import Connection
from typing import TYPE_CHECKING

from carecli.boot.inbox import context
from carecli.boot.rulebook import rulebook
from carecli.boot.setup import Setup
from carecli.boot.store import open_store
from carecli.domain.model import Millis
from carecli.store import attention
from carecli.store.db import Database

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from carecli.desk.rules.colour_suggestions import Triage
    from carecli.desk.rules.service import StoreRuleService


def rule_desk(setup: Setup) -> StoreRuleService:
    """A person's hold over the rules."""
    from carecli.desk.rules.service import StoreRuleService

    open_store(setup).close()
    here = context(setup)
    return StoreRuleService(setup.database, here, rulebook(setup, here))


def rules_chore(setup: Setup) -> Callable[[Database], object]:
    """Looks whether the files can be read, and says so before a message wants them."""
    book = rulebook(setup, context(setup))

    def look(database: Database) -> None:
        if not book.read_files():
            return
        problem = str(book.problem or "")
        if attention.rules_problem(database.connection) != problem:
            with database.write() as db:
                attention.say_rules(db, problem)

    return look


def moderation(
    setup: Setup, triage: Triage | None = None
) -> Callable[[Connection, Sequence[int], Millis], None]:
    """What the engine runs over every new message; nothing is read before the first page."""
    from carecli.desk.rules.runner import Moderation

    here = context(setup)
    return Moderation(rulebook(setup, here), here, triage).run
