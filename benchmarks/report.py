"""Figures beside their targets, as a table and as JSON."""

from __future__ import annotations

import json
import os
import platform
import time
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from benchmarks.ingest import Ingested
from benchmarks.scenario import Samples, percentile

TARGETS_AT = 1_000_000
"""The targets are for so many threads; at other sizes they are shown in brackets."""


@dataclass(frozen=True, slots=True)
class Figure:
    """One line of the table; less is better. `target` None: there is none."""

    what: str
    unit: str
    metric: str
    percent: float = 50
    target: float | None = None

    def is_met(self, value: float) -> bool:
        """Whether a value reaches the target."""
        return self.target is None or value < self.target


INBOX = (
    Figure("start to first painted list", "ms", "start.ms", target=500),
    Figure("start to first key handled", "ms", "first_key.ms"),
    Figure("key to first changed byte, p50", "ms", "key.ms", target=8),
    Figure("key to first changed byte, p99", "ms", "key.ms", 99, target=25),
    Figure("key to last changed byte, p50", "ms", "key.last_ms"),
    Figure("key to last changed byte, p99", "ms", "key.last_ms", 99),
    Figure("bytes per key, p50", "B", "key.bytes", target=800),
    Figure("bytes per key, p99 (crossing pages)", "B", "key.bytes", 99),
    Figure("a page down, p50", "ms", "page.ms"),
    Figure("a page down, last byte, p50", "ms", "page.last_ms"),
    Figure("to the end, p50", "ms", "end.ms"),
    Figure("open a thread, p50", "ms", "open.ms", target=30),
    Figure("open a thread, last byte, p50", "ms", "open.last_ms"),
    Figure("bytes per open, p50", "B", "open.bytes"),
    Figure("apply a filter, p50", "ms", "filter.ms", target=50),
    Figure("search a rare word, p50", "ms", "search.ms", target=100),
    Figure("search a common word, p50", "ms", "search_common.ms", target=100),
    Figure("memory", "MB", "memory.mb", target=120),
    Figure("memory of the engine", "MB", "memory.engine_mb"),
    Figure("idle, of a core", "%", "idle.cpu_percent", target=0.5),
    Figure("idle, bytes per second", "B/s", "idle.bytes_per_second"),
)
PEERS = (
    "start.ms",
    "first_key.ms",
    "key.ms",
    "key.last_ms",
    "key.bytes",
    "open.ms",
    "open.last_ms",
    "search.ms",
    "memory.mb",
    "idle.cpu_percent",
)
"""What is compared with other programs."""


def inbox_table(by_size: Mapping[int, Samples]) -> list[str]:
    """The inbox at each size beside its targets; the last line compares starts."""
    sizes = sorted(by_size)
    head = f"{'':38}{'target':>9}" + "".join(f"{size:>22,}" for size in sizes)
    lines = [head]
    for figure in INBOX:
        target = "" if figure.target is None else f"< {figure.target:g}"
        cells = ""
        for size in sizes:
            values = by_size[size].get(figure.metric)
            if not values:
                cells += f"{'–':>22}"
                continue
            value = percentile(values, figure.percent)
            mark = _mark(figure, value, size)
            cells += f"{value:>10,.1f} {figure.unit:<4}{mark:>7}"
        lines.append(f"{figure.what:38}{target:>9}{cells}")
    small, large = sizes[0], sizes[-1]
    starts = [percentile(by_size[size].get("start.ms") or [0.0], 50) for size in (small, large)]
    if all(starts) and small != large:
        ratio = starts[1] / starts[0]
        verdict = "ok" if ratio <= 1.2 else "MISSED"
        what = f"start at {large:,} against {small:,}"
        lines.append(f"{what:38}{'≤ 1.2':>9}{ratio:>10.2f} x    {verdict:>7}")
    return lines


def _mark(figure: Figure, value: float, size: int) -> str:
    if figure.target is None:
        return ""
    verdict = "ok" if figure.is_met(value) else "MISSED"
    return verdict if size == TARGETS_AT else f"({verdict})"


def ingest_table(ingested: Sequence[Ingested]) -> list[str]:
    """Ingestion beside `executemany`."""
    columns = ("threads", "messages", "messages/s", "per CPU s", "executemany/s", "share")
    lines = ["".join(f"{column:>15}" for column in columns)]
    for one in ingested:
        met = one.rate >= 10_000 and one.share >= 0.6
        verdict = "ok" if met else "MISSED"
        rates = (one.threads, one.messages, one.rate, one.undisturbed_rate, one.plain_rate)
        cells = "".join(f"{rate:>15,.0f}" for rate in rates)
        verdict = verdict if one.threads == TARGETS_AT else f"({verdict})"
        lines.append(f"{cells}{one.share:>15.0%}  {verdict}")
    return [*lines, "target: 10,000 messages/s, 60% of executemany"]


def peers_table(samples: Mapping[str, Samples], base: str) -> list[str]:
    """Medians of each program, and how many times those of `base` they are."""
    names = [base, *(name for name in samples if name != base)]
    lines = [f"{'median (ratio to carecli)':28}" + "".join(f"{name:>22}" for name in names)]
    for metric in PEERS:
        cells = ""
        ours = percentile(samples[base].get(metric) or [0.0], 50)
        for name in names:
            values = samples[name].get(metric)
            if not values:
                cells += f"{'–':>22}"
                continue
            value = percentile(values, 50)
            ratio = f"x{value / ours:.2f}" if ours else ""
            cells += f"{value:>13,.1f} {ratio:>8}"
        lines.append(f"{metric:28}{cells}")
    ours = percentile(samples[base].get("start.ms") or [0.0], 50)
    behind = [
        name
        for name in names[1:]
        if samples[name].get("start.ms") and percentile(samples[name]["start.ms"], 50) <= ours
    ]
    verdict = f"MISSED: {', '.join(behind)}" if behind else "ok" if ours else "not measured"
    return [*lines, f"first list ahead of all of them: {verdict}"]


def keep(
    file: Path,
    samples: Mapping[str, Samples],
    ingested: Sequence[Ingested],
    store: Mapping[str, Mapping[str, list[float]]],
) -> None:
    """Write everything measured as JSON."""
    told = {
        "at": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()),
        "machine": {
            "cores": os.cpu_count(),
            "system": platform.platform(),
            "python": platform.python_version(),
            "load": os.getloadavg(),
        },
        "ingest": [
            {**asdict(one), "rate": one.rate, "plain_rate": one.plain_rate, "share": one.share}
            for one in ingested
        ],
        "inbox": {name: _summary(values) for name, values in samples.items()},
        "store": {name: _summary(values) for name, values in store.items()},
    }
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(json.dumps(told, indent=1), encoding="utf-8")


def _summary(samples: Mapping[str, list[float]]) -> dict[str, dict[str, float]]:
    return {
        metric: {
            "n": len(values),
            **{f"p{p}": round(percentile(values, p), 3) for p in (50, 95, 99)},
            "least": round(min(values), 3),
            "most": round(max(values), 3),
        }
        for metric, values in samples.items()
        if values
    }
