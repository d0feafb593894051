"""docs/open-data.md, written from the views other programs read."""

from __future__ import annotations

import re
from collections.abc import Iterator
from importlib.resources import files

INTRODUCTION = """\
# Open data

The database is a plain SQLite file. `carecli config check --json` shows where it is. carecli's
own tables may change with any version. The views described below stay the same, so use these in
other programs.

- Open it read-only: `sqlite3 "file:carecli.sqlite?mode=ro"`, `datasette carecli.sqlite`, DuckDB's
  `ATTACH 'carecli.sqlite' (TYPE sqlite, READ_ONLY)`. You may read it while carecli is running.
- Times are text in UTC (`2026-10-17 09:30:00`), durations are seconds, `1` is true and `0` is
  false. `''` means nobody or nothing, and NULL means unknown or not yet.
- Texts and names were written by other people. They are printable but otherwise unchanged, so a
  spreadsheet might interpret one as a formula. `carecli report --csv` prevents this; your own
  exports must do it as well.
- The figures of `carecli report` are defined in [kpis.md](kpis.md). `carecli report --rows KPI`
  lists the ids of the waits, decisions and messages behind a figure; they are the ids in these
  views.

This query shows how long Avon's green comments waited in October, by moderator:

```sql
SELECT moderator, count(*) AS replies, avg(took) / 3600 AS hours, avg(is_in_time) AS in_time
FROM report_waits
WHERE brand = 'avon' AND point = 'comment' AND colour = 'green' AND outcome = 'replied'
  AND ended_at >= '2026-10-01' AND ended_at < '2026-11-01'
GROUP BY moderator;
```

"""


def told_views() -> Iterator[tuple[str, str, list[tuple[str, str]]]]:
    """Each view with what its rows are, and its columns with what they hold."""
    script = files("carecli.store").joinpath("open_data.sql").read_text(encoding="utf-8")
    for told, name, body in re.findall(
        r"\n-- ([^\n]*)\nCREATE VIEW (\w+) AS SELECT\n(.*?)\nFROM ", script, re.DOTALL
    ):
        columns = []
        for line in body.split("\n"):
            code, _, meaning = line.partition(" -- ")
            columns.append((re.findall(r"\w+", code)[-1], meaning))
        yield name, told, columns


def data_page() -> str:
    """Every view, a table each."""
    lines = [INTRODUCTION.rstrip(), ""]
    for name, told, columns in told_views():
        lines += [f"## {name}", "", told, "", "| column | what it holds |", "| --- | --- |"]
        lines += [f"| `{column}` | {meaning} |" for column, meaning in columns]
        lines.append("")
    return "\n".join(lines).rstrip() + "\n"
