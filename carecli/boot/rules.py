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


def open_rule_service(setup: Setup) -> StoreRuleService:
    """The rules as a moderator sees and changes them."""
    from carecli.desk.rules.service import StoreRuleService

    open_store(setup).close()
    desk_context = context(setup)
    return StoreRuleService(setup.database, desk_context, rulebook(setup, desk_context))


def rule_files_job(setup: Setup) -> Callable[[Database], object]:
    """The job that checks whether the rule files can be read, and stores the problem if not."""
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
    """The function that runs the rules on new messages; files are read at its first call."""
    from carecli.desk.rules.runner import Moderation

    desk_context = context(setup)
    return Moderation(rulebook(setup, desk_context), desk_context, triage).run
