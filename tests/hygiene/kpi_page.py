"""docs/kpis.md, written from the KPIs themselves."""

from __future__ import annotations

from carecli.domain.kpi import LEAST_FOR_P90, SMALL, FactKind, Kpi
from carecli.domain.kpis import KPIS

INTRODUCTION = """# KPIs

These are the KPIs that `carecli report` computes. This page is generated with `make docs` from
the definitions in `carecli/domain/kpis.py`. Every figure is computed from rows, and `--rows KPI`
lists these rows.

- **Basis.** *arrival* counts waits that began in the period, no matter how and when they ended.
  *reply* counts what ended or was done in the period, no matter when it began. *standing* counts
  what was open at the end of the period; in groups by time, it is placed at its start. Never add
  up figures with different bases. `until` is the first day after the period.
- **Measures** have a median, a ninetieth percentile (nearest rank), a mean and a maximum
  (`most`). With fewer than {least} cases there is no percentile. With fewer than {small}, the
  sample is marked as small; this also applies to shares.
- **Time** is the platform's time, from the first unanswered message. A wait is judged by the
  protocol that was in force when carecli saw its end. `--policy` uses another protocol for all
  waits, with the colour each wait has.
- **Open** waits are overdue when their deadline has passed. `--as-of` shows the state at the
  beginning of a day: everything that ended later is open. Undone decisions, colours outside
  waits, teams, campaigns of posts, and messages that carecli saw late are shown as they are now.
- **Issued months.** `--issue` saves a past month as it is: its figures in every grouping, the
  facts behind them, and which of the facts each KPI counts. From then on, `--month` always shows
  exactly these figures and rows, even if something is undone, moved, synced late, erased or
  defined differently later. `--live` computes the month again and lists the differences. Each
  brand is issued separately.
- **Groups.** The colour is the colour of the wait when it was judged. Channel, contact point and
  team are those of the thread. A post in several campaigns counts for the first one by key. The
  moderator is the person who ended the wait or made the decision. `-` means nobody or nothing.
  `hour` is the weekday (1 is Monday) and the hour in the time zone.
- **Handling time**, the time that a person spends on a thread, is not a KPI, because carecli does
  not watch anybody's typing. `touch_time` is how long a thread was left untouched. Plans use the
  time between a person's decisions.
- **Snoozing** and changes of colour never move the start of a wait. A reopened wait continues; a
  person who writes after an answer starts a new one. A reply counts when the platform has
  confirmed it.

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
        comes_to = f"these {rows} ÷ all {rows} they belong to"
    elif kpi.measures:
        comes_to = f"{rows}; each has {'a time in ms' if kpi.unit == 'ms' else 'a share'}"
    return f"| `{kpi.key}` | {kpi.tells} | {kpi.basis.value} | {comes_to} | {kpi.edges} |"
