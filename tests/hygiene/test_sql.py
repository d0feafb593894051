"""SQL names its columns: no value ends in another column's place when a table changes."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

CARECLI = Path(__file__).parents[2] / "carecli"

PATTERNS = {
    "all columns, whatever they are": re.compile(
        r"\bSELECT\b[^()]*?(?<![\w(])(?:\w+\.)?\*(?=\s*(?:,|FROM\b))", re.IGNORECASE | re.DOTALL
    ),
    "an insert that does not name its columns": re.compile(
        r"\bINSERT\s+(?:OR\s+\w+\s+)?INTO\s+[\w.{}]+\s+(?:VALUES|SELECT)\b", re.IGNORECASE
    ),
}


def sql_strings(source: str) -> Iterator[tuple[int, str]]:
    """Each string of a module that holds SQL, with its line; what is put into it reads `{}`."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.JoinedStr):
            parts = [
                str(part.value) if isinstance(part, ast.Constant) else "{}" for part in node.values
            ]
            text = "".join(parts)
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            text = node.value
        else:
            continue
        if re.search(r"\b(SELECT|INSERT)\b", text):
            yield node.lineno, text


def found_in(text: str) -> list[str]:
    return [name for name, pattern in PATTERNS.items() if pattern.search(text)]


def test_every_statement_names_its_columns() -> None:
    found = [
        f"{path.relative_to(CARECLI.parent)}:{line}: {what}"
        for path in sorted(CARECLI.rglob("*.py"))
        if path.name != "migrations.py"  # what it moves was as it stood then
        for line, text in sql_strings(path.read_text(encoding="utf-8"))
        for what in found_in(text)
    ]
    found += [
        f"{path.relative_to(CARECLI.parent)}: {what}"
        for path in sorted(CARECLI.rglob("*.sql"))
        for what in found_in(path.read_text(encoding="utf-8"))
    ]
    assert found == []


def test_rows_are_made_from_a_select_list_of_their_fields() -> None:
    """`X._make(row)` is right because the statement was made by `columns_of(X, ...)`."""
    found = []
    for path in sorted((CARECLI / "store").rglob("*.py")):
        source = path.read_text(encoding="utf-8")
        for name in sorted(set(re.findall(r"\b(\w+)\._make\b", source))):
            if not re.search(rf"columns_of\(\s*{name}\b", source):
                found.append(f"{path.name}: {name}")
    assert found == []


@pytest.mark.parametrize(
    "statement",
    [
        "SELECT * FROM calls",
        "SELECT t.*, p.kind FROM threads t",
        "SELECT thread_id, * FROM codes",
        "INSERT INTO calls VALUES (?,?)",
        "INSERT OR REPLACE INTO {} VALUES ({})",
        "INSERT INTO said SELECT id, 0 FROM messages",
    ],
)
def test_a_statement_without_names_would_be_found(statement: str) -> None:
    [(_, text)] = sql_strings(f"x = {statement!r}")
    assert found_in(text)


@pytest.mark.parametrize(
    "statement",
    [
        "SELECT count(*) FROM messages",
        "SELECT id, count(*) FROM messages",
        "SELECT sum(n * 2), 3 * n FROM calls",
        "INSERT INTO calls (day, n) VALUES (?,?)",
    ],
)
def test_counting_and_arithmetic_are_no_columns(statement: str) -> None:
    assert not found_in(statement)
