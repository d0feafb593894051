"""Reads the rules of a configuration and the names they may use."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from carecli.boot.setup import Setup
from carecli.config import team_keys

if TYPE_CHECKING:
    from carecli.desk.context import DeskContext
    from carecli.desk.rules.rulebook import Rulebook


def rulebook(setup: Setup, here: DeskContext) -> Rulebook:
    """The rules of this configuration's folder; `here` tells who works with them."""
    from carecli.desk.rules.rulebook import Rulebook

    config = setup.config
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
