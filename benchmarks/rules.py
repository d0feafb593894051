"""Rules replayed over the past: how long a million messages take.

`python -m benchmarks --parts rules` does it on the corpora of the other benchmarks.
"""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from carecli.desk.rules import SHIPPED
from carecli.desk.rules.rulebook import Rulebook, RuleEntry
from carecli.desk.rules.trial import try_rule
from carecli.matching.words import STARTERS
from carecli.store.db import Database
from carecli.store.rules import Trust

LISTED = """
rule: listed
if: {lists: [es, pl, en]}
then: {hide: true}
"""


def ask(database: Path, say: Callable[[str], None]) -> dict[str, list[float]]:
    """Seconds that each starter rule, and one of three word lists, take over all messages."""
    took: dict[str, list[float]] = {}
    opened = Database(database)
    try:
        for entry in _entries():
            start = time.perf_counter()
            with opened.read() as db:
                trial = try_rule(db, entry, 0, zone="Europe/Warsaw", languages={})
            seconds = time.perf_counter() - start
            took[f"try {entry.rule.name}"] = [seconds]
            speed = trial.read / seconds
            say(
                f"  {entry.rule.name:18} {trial.read:9,} messages {seconds:7.2f} s "
                f"{speed:8,.0f}/s {trial.hits:8,} hits   a million: {1e6 / speed:5.1f} s"
            )
    finally:
        opened.close()
    return took


def _entries() -> list[RuleEntry]:
    with tempfile.TemporaryDirectory() as folder:
        rules = Path(folder)
        for file in SHIPPED.glob("*.yaml"):
            (rules / file.name).write_text(file.read_text("utf-8"), "utf-8")
        (rules / "listed.yaml").write_text(LISTED, "utf-8")
        book = Rulebook(rules, STARTERS, "Europe/Warsaw")
        book.read_files()
        if book.problem is not None:
            raise book.problem
        return [
            RuleEntry(rule, "", looks_for, Trust(rule.name, "", "draft", 0, None, "", 0, 0, ""))
            for rule, looks_for in book.contents()
        ]
