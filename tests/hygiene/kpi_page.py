"""docs/kpis.md, written from the KPIs themselves."""

from __future__ import annotations

from carecli.domain.kpi import LEAST_FOR_P90, SMALL, FactKind, Kpi
from carecli.domain.kpis import KPIS

INTRODUCTION = """# KPIs

What `carecli report` computes, written by `make docs` from the definitions in
`carecli/domain/kpis.py`. Every figure is computed from rows, and `--rows KPI` lists those rows.

- **Basis.** *arrival* counts the cohort: waits that began in the period, however and whenever they
  ended. *reply* counts the workload: what ended or was done in the period, whenever it began.
  *standing* counts what was open when the period ended; in groups by time it stands at its start.
  Figures of different bases are never to be added up. The period is half open: `until` is the first
  day after it.
- **Measures** tell median, ninetieth percentile (nearest rank), mean and the largest (`most`).
  Below {least} facts is no percentile, below {small} the sample is told to be small, for shares
  too.
- **Time** is the platform's, from the first unanswered message. A wait is judged by the protocol
  that was in force when carecli knew of its end; `--policy` judges all of them by another one, each
  by its colour then.
- **Open** waits are overdue when their deadline has passed. `--as-of` looks from a day's start:
  what ended later is open. Decisions undone since, colours of what is no wait, teams, campaigns
  of posts, and messages that were seen late are as they are now.
- **Issued months.** `--issue` keeps a month that is over as it is then: its figures by every
  grouping, the facts behind them, and which of those each KPI counts. From then on `--month` tells
  it from there, to the byte, with its rows, whatever is undone, moved, synced late, forgotten
  or defined anew since; `--live` computes it anew and tells what differs. A brand is issued by
  itself.
- **Groups.** The colour is that of the wait when judged; channel, contact point and team are the
  thread's. A post in several campaigns counts for the first by key. The moderator is who ended the
  wait, or decided. `-` is nobody or nothing. `hour` is weekday (1 is Monday) and hour of the zone.
- **Handling time**, the time somebody spends at a thread, is no KPI: nobody's typing is watched.
  `touch_time` is how long a thread lay untouched. Plans use how far apart somebody's decisions are.
- **Snoozing** and recolouring never move a start. Reopening makes the same wait go on; who
  writes after an answer begins a new one. A reply counts once the platform has acknowledged it.

| KPI | definition | basis | numerator and denominator | edge cases |
| --- | --- | --- | --- | --- |
"""


def kpi_page() -> str:
    """Every KPI in a table."""
    head = INTRODUCTION.format(least=LEAST_FOR_P90, small=SMALL)
    return head + "\n".join(_line(one) for one in KPIS.values()) + "\n"


def _line(kpi: Kpi) -> str:
    rows = f"{kpi.kind.value}s" if kpi.kind is not FactKind.OUTBOX else "items of the outbox"
    comes_to = f"number of {rows}"
    if kpi.among is not None:
        comes_to = f"those {rows} ÷ all they are of"
    elif kpi.measures is not None:
        comes_to = f"{rows}; each measures {'a span in ms' if kpi.unit == 'ms' else 'a share'}"
    return f"| `{kpi.key}` | {kpi.tells} | {kpi.basis.value} | {comes_to} | {kpi.edges} |"
