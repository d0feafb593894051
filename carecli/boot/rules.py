"""Auto-moderation put together: the folder of rules, at the desk, for engine and people."""

from __future__ import annotations

from pathlib import Path
from sqlite3 import Connection
from typing import TYPE_CHECKING

from carecli.boot.inbox import office
from carecli.boot.setup import Setup
from carecli.boot.store import open_store
from carecli.config import team_keys
from carecli.domain.model import Millis
from carecli.store import attention
from carecli.store.db import Database

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from carecli.desk.rules.book import Rulebook
    from carecli.desk.rules.desk import RuleDesk
    from carecli.desk.rules.triage import Triage


def rulebook(setup: Setup) -> Rulebook:
    """The rules of this configuration's folder."""
    from carecli.desk.rules.book import Rulebook

    config, here = setup.config, office(setup)
    known = {
        "channels": tuple(config.channels),
        "brands": tuple(config.brands),
        "campaigns": tuple(config.campaigns),
        "teams": team_keys(config),
        "moderators": tuple(config.moderators),
        "idle moderators": tuple(one for one in here.people if not here.can_work(one)),
        "idle teams": tuple(one for one in here.teams if not here.can_take(one)),
        "themes": tuple(config.themes),
        "cases": tuple(here.case_desks),
    }
    return Rulebook(Path(config.rules), Path(config.words), setup.zone, known, here.spoken)


def rule_desk(setup: Setup) -> RuleDesk:
    """A person's hold over the rules."""
    from carecli.desk.rules.desk import RuleDesk

    open_store(setup).close()
    return RuleDesk(setup.database, office(setup), rulebook(setup))


def rules_chore(setup: Setup) -> Callable[[Database], object]:
    """Looks whether the files can be read, and says so before a message wants them."""
    book = rulebook(setup)

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

    return Moderation(rulebook(setup), office(setup), triage).run
