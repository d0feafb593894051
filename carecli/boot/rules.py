"""Auto-moderation put together: the folder of rules, at the desk, for engine and people."""

from __future__ import annotations

from sqlite3 import Connection
from typing import TYPE_CHECKING

from carecli.boot.inbox import office
from carecli.boot.rulebook import rulebook
from carecli.boot.setup import Setup
from carecli.boot.store import open_store
from carecli.domain.model import Millis
from carecli.store import attention
from carecli.store.db import Database

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from carecli.desk.rules.desk import RuleDesk
    from carecli.desk.rules.triage import Triage


def rule_desk(setup: Setup) -> RuleDesk:
    """A person's hold over the rules."""
    from carecli.desk.rules.desk import RuleDesk

    open_store(setup).close()
    here = office(setup)
    return RuleDesk(setup.database, here, rulebook(setup, here))


def rules_chore(setup: Setup) -> Callable[[Database], object]:
    """Looks whether the files can be read, and says so before a message wants them."""
    book = rulebook(setup, office(setup))

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
    from carecli.desk.rules.acting import Moderation

    here = office(setup)
    return Moderation(rulebook(setup, here), here, triage).run
