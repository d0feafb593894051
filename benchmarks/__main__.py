"""`python -m benchmarks`: measures what is asked for, prints it beside the targets, keeps it.

BENCH=quick python -m benchmarks          1,000 and 100,000 threads, few rounds
python -m benchmarks                      a million too
python -m benchmarks --parts inbox,store  some parts only
"""

from __future__ import annotations

import argparse
import os
import time
from dataclasses import dataclass, replace
from pathlib import Path

from benchmarks import batches, inbox, kpis, matching, peers, report, rules, snippets, split, store
from benchmarks.library import RESULTS, corpus, folder
from benchmarks.scenario import Samples, Scenario, measure

PARTS = (
    *("ingest", "inbox", "matching", "peers", "store", "rules"),
    *("batches", "split", "snippets", "reports"),
)
PEER_MAILS = 100_000


@dataclass(frozen=True, slots=True)
class Plan:
    """How much is measured: `keys` presses a round, `idle` seconds, rounds of us and of peers."""

    sizes: tuple[int, ...]
    rounds: int
    peer_rounds: int
    keys: int
    idle: float


PLANS = {
    "quick": Plan((1_000, 100_000), rounds=2, peer_rounds=1, keys=80, idle=10),
    "full": Plan((1_000, 100_000, 1_000_000), rounds=4, peer_rounds=2, keys=120, idle=20),
}


def main() -> None:
    """Measure."""
    words = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    words.add_argument("--plan", choices=PLANS, default=os.environ.get("BENCH") or "full")
    words.add_argument("--parts", default=",".join(PARTS), help="some of " + ", ".join(PARTS))
    words.add_argument("--sizes", default="", help="numbers of threads, instead of the plan's")
    words.add_argument("--rounds", type=int, default=0, help="instead of the plan's")
    asked = words.parse_args()
    plan, parts = PLANS[asked.plan], asked.parts.split(",")
    if asked.rounds:
        plan = replace(plan, rounds=asked.rounds, peer_rounds=asked.rounds)
    sizes = tuple(int(size) for size in asked.sizes.split(",")) if asked.sizes else plan.sizes

    databases: dict[int, Path] = {}
    ingested = []
    for size in sizes:
        databases[size], one = corpus(size, _say)
        ingested.append(one)
    _print("Ingest", report.ingest_table(ingested))

    answers = {}
    if "store" in parts:
        for size in sizes:
            _say(f"\nThe desk's questions at {size:,} threads, median of {store.TIMES}")
            answers[f"{size}"] = store.ask(databases[size], _say)

    if "rules" in parts:
        _say(f"\nRules replayed over {sizes[-1]:,} threads")
        answers["rules"] = rules.ask(databases[sizes[-1]], _say)
    answers |= _of_the_desk(databases, parts)
    if "matching" in parts:
        _print("Auto-moderation", matching.table())

    samples: dict[str, Samples] = {}
    if "inbox" in parts or "peers" in parts:
        samples = measure(_scenarios(plan, databases, parts), _say)
        by_size = {size: samples[_name(size)] for size in sizes}
        _print("The inbox, in a terminal of 140 x 40", report.inbox_table(by_size))
        if len(samples) > len(sizes):
            few = {name: taken for name, taken in samples.items() if name != _name(sizes[0])}
            _print(
                f"Beside mail programs with {PEER_MAILS:,} of the same texts",
                report.peers_table(few, _name(sizes[-1])),
            )
    file = RESULTS / f"{time.strftime('%Y%m%d-%H%M%S')}-{asked.plan}.json"
    report.keep(file, samples, ingested, answers)
    _say(f"\nEverything measured: {file}")


def _of_the_desk(databases: dict[int, Path], parts: list[str]) -> dict[str, dict[str, list[float]]]:
    """What moderators do with many threads or many saved replies."""
    answers = {}
    if "batches" in parts:
        for size, database in databases.items():
            if size >= batches.MANY:
                _say(f"\nA batch among {size:,} threads")
                answers[f"batches {size}"] = batches.ask(database, _say)
    if "split" in parts:
        _say(f"\nSplitting {split.THREADS:,} waiting threads")
        answers["split"] = split.ask(_say)
    if "snippets" in parts:
        _say(f"\nRanking {snippets.SNIPPETS:,} saved replies")
        answers["snippets"] = snippets.ask(_say)
    if "reports" in parts:
        _say(f"\nReports over {kpis.MESSAGES:,} messages")
        answers["reports"] = kpis.ask(_say)
    return answers


def _scenarios(plan: Plan, databases: dict[int, Path], parts: list[str]) -> list[Scenario]:
    own = [
        inbox.scenario(
            _name(size), database, folder(), rounds=plan.rounds, keys=plan.keys, idle=plan.idle
        )
        for size, database in databases.items()
    ]
    if "peers" not in parts:
        return own
    now = time.time_ns() // 1_000_000
    others = peers.scenarios(folder(), PEER_MAILS, now, rounds=plan.peer_rounds, say=_say)
    return [*own, *others]


def _name(threads: int) -> str:
    return f"carecli {threads:,}"


def _say(text: str) -> None:
    print(text, flush=True)


def _print(title: str, lines: list[str]) -> None:
    _say("\n".join(["", title, "-" * len(title), *lines]))


if __name__ == "__main__":
    main()
