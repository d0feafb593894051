"""Databases of the corpus, built once and kept while they are right.

They live in the folder that CARECLI_BENCH_DIR names, or in `benchmarks/results/corpora`, under
a name made from all code that decides what is in them and how fast it gets there. Hours later the
countdowns would tell another story, so that they are built again.
"""

from __future__ import annotations

import hashlib
import json
import os
import time
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path

from benchmarks.ingest import Ingested, build, forget

HERE = Path(__file__).parent
RESULTS = HERE / "results"
KEPT_HOURS = 3

_DECIDING = (
    *("benchmarks/corpus.py", "benchmarks/texts.py", "benchmarks/ingest.py"),
    *("carecli/store/schema.sql", "carecli/store/intake.py", "carecli/store/derive.py"),
    *("carecli/store/waits.py", "carecli/store/message_changes.py", "carecli/store/batch.py"),
    *("carecli/domain/text.py", "carecli/domain/wait.py"),
)


def folder() -> Path:
    """Where large files of the benchmarks go."""
    named = os.environ.get("CARECLI_BENCH_DIR")
    chosen = Path(named).expanduser() if named else RESULTS / "corpora"
    chosen.mkdir(parents=True, exist_ok=True)
    return chosen


def corpus(threads: int, say: Callable[[str], None]) -> tuple[Path, Ingested]:
    """The database with so many threads, and what building it took."""
    code = b"".join((HERE.parent / name).read_bytes() for name in _DECIDING)
    mark = hashlib.sha256(code).hexdigest()[:10]
    database = folder() / f"{threads}-{mark}.sqlite"
    told = database.with_suffix(".json")
    if database.exists() and _is_fresh(told):
        return database, Ingested(**json.loads(told.read_text(encoding="utf-8")))
    for other in folder().glob(f"{threads}-*.sqlite"):
        forget(other)
        other.with_suffix(".json").unlink(missing_ok=True)
    say(f"building a database of {threads:,} threads")
    ingested = build(database, threads, time.time_ns() // 1_000_000)
    told.write_text(json.dumps(asdict(ingested)), encoding="utf-8")
    return database, ingested


def _is_fresh(told: Path) -> bool:
    return told.exists() and time.time() - told.stat().st_mtime < KEPT_HOURS * 3600
