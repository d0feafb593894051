"""No text reaches a widget as a `str` Textual would read as markup."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

import carecli.tui

FOLDER = Path(carecli.tui.__file__).parent
FILES = sorted(FOLDER.rglob("*.py"))
WIDGETS = {
    "Static", "Label", "Button", "Checkbox", "OptionList", "SelectionList", "Select", "DataTable",
    "Tree", "RichLog", "Markdown", "Option", "ListItem", "Collapsible", "TabPane", "Tab",
    "RadioButton", "from_markup",
}  # fmt: skip
ATTRIBUTES = {"border_title", "border_subtitle", "tooltip", "title", "sub_title"}


def offences(source: str, name: str) -> list[str]:
    """Places of a file where a text could become markup."""
    found: list[str] = []
    tree = ast.parse(source)
    from_textual = {
        name.asname or name.name
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("textual")
        for name in node.names
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            called = node.func.attr if isinstance(node.func, ast.Attribute) else None
            called = node.func.id if isinstance(node.func, ast.Name) else called
            if called in WIDGETS and called in {*from_textual, "from_markup"}:
                found.append(f"{name}:{node.lineno} {called}(")
            if called == "notify":
                markup = next((k.value for k in node.keywords if k.arg == "markup"), None)
                inert = isinstance(markup, ast.Constant) and markup.value is False
                if name != "content.py" or not inert:
                    found.append(f"{name}:{node.lineno} notify(")
        targets = node.targets if isinstance(node, ast.Assign) else []
        for target in targets:
            if isinstance(target, ast.Attribute) and target.attr in ATTRIBUTES:
                found.append(f"{name}:{node.lineno} {target.attr} =")  # type: ignore[attr-defined]  # an Assign
    return found


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(FOLDER)))
def test_no_text_can_become_markup(path: Path) -> None:
    assert offences(path.read_text(encoding="utf-8"), path.name) == []


@pytest.mark.parametrize(
    "bad",
    [
        "from textual.widgets import Static; Static(text)",
        "Content.from_markup(a)",
        "x.notify(f'{a}')",
        "w.border_title = a",
        "w.tooltip = f'{a}'",
    ],
)
def test_the_scan_sees_what_it_looks_for(bad: str) -> None:
    assert offences(bad, "x.py")


def test_every_worker_has_a_group_and_ends_nothing() -> None:
    for path in FILES:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "work":
                named = {keyword.arg: keyword.value for keyword in node.keywords}
                assert "group" in named
                assert isinstance(named["exit_on_error"], ast.Constant)
                assert named["exit_on_error"].value is False
