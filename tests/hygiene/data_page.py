"""docs/open-data.md, written from the views other programs read."""

from __future__ import annotations

import re
from collections.abc import Iterator
from importlib.resources import files

INTRODUCTION = """\
# Open data

The database is a plain SQLite file. `carecli config check --json` tells where it is. Beside
carecli's own tables, which may change with any version, it holds views that other programs can
rely on, described below.

- Open it for reading only: `sqlite3 "file:carecli.sqlite?mode=ro"`, `datasette carecli.sqlite`,
  DuckDB's `ATTACH 'carecli.sqlite' (TYPE sqlite, READ_ONLY)`. It may be read while carecli works.
- Times are UTC as text (`2026-10-17 09:30:00`), spans are seconds, `1` is true and `0` false; `''`
  is nobody or nothing, NULL unknown or not yet.
- Texts and names are other people's words, printable but otherwise as they came: a spreadsheet may
  take one for a formula. `carecli report --csv` takes care of that; an export of your own has to.
- The figures of `carecli report` are defined in [kpis.md](kpis.md); `carecli report --rows KPI`
  lists the numbers of the waits, decisions and messages behind each, as they stand here.

How long Avon's green comments waited in October, by moderator:

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
