"""Reads the rules of a configuration and the names they may use."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from carecli.boot.setup import Setup
from carecli.config import team_keys

if TYPE_CHECKING:
    from carecli.desk.context import DeskContext
    from carecli.desk.rules.rulebook import Rulebook


def rulebook(setup: Setup, context: DeskContext) -> Rulebook:
    """The rules of this configuration's folder; `context` tells who works with them."""
    from carecli.desk.rules.rulebook import Rulebook

    config = setup.config
    names = {
        "channels": tuple(config.channels),
        "brands": tuple(config.brands),
        "campaigns": tuple(config.campaigns),
        "teams": team_keys(config),
        "moderators": tuple(config.moderators),
        "idle moderators": tuple(key for key in context.people if not context.can_work(key)),
        "idle teams": tuple(key for key in context.teams if not context.can_take(key)),
        "themes": tuple(config.themes),
        "cases": tuple(context.case_desks),
    }
    return Rulebook(Path(config.rules), Path(config.words), setup.zone, names, context.spoken)
