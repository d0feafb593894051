"""The screen is composed of parts: classes stay flat and small, and refer to what exists."""

from __future__ import annotations

import ast
import re
from importlib import import_module
from pathlib import Path
from pkgutil import walk_packages

import pytest
import textual.widgets
from textual.dom import DOMNode
from textual.message import Message

import carecli.tui

FOLDER = Path(carecli.tui.__file__).parent

DEEPEST = 2
"""Own classes in a line of inheritance."""

MOST_METHODS = 30


def _classes() -> dict[str, ast.ClassDef]:
    found: dict[str, ast.ClassDef] = {}
    for path in sorted(FOLDER.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.ClassDef):
                found[node.name] = node
    return found


CLASSES = _classes()


def _bases(node: ast.ClassDef) -> list[str]:
    plain = [base.value if isinstance(base, ast.Subscript) else base for base in node.bases]
    return [base.id for base in plain if isinstance(base, ast.Name)]


def _depth(name: str) -> int:
    if name not in CLASSES:
        return 0
    return 1 + max((_depth(base) for base in _bases(CLASSES[name])), default=0)


@pytest.mark.parametrize("name", sorted(CLASSES))
def test_a_class_is_flat_and_small(name: str) -> None:
    functions = (ast.FunctionDef, ast.AsyncFunctionDef)
    methods = [node for node in CLASSES[name].body if isinstance(node, functions)]
    assert _depth(name) <= DEEPEST
    assert len(methods) <= MOST_METHODS


def _kinds(kind: type) -> set[type]:
    direct: set[type] = set(kind.__subclasses__())
    return direct.union(*map(_kinds, direct)) if direct else direct


@pytest.fixture(scope="module")
def kinds() -> dict[str, type]:
    """Every class by name, once all modules of the screen and all widgets of Textual are there."""
    for module in walk_packages(carecli.tui.__path__, "carecli.tui."):
        import_module(module.name)
    for name in ("Input", "TextArea"):
        getattr(textual.widgets, name)
    import_module("textual.widgets._toast")
    return {kind.__name__: kind for kind in _kinds(DOMNode)}


def test_the_style_sheet_names_classes_that_exist(kinds: dict[str, type]) -> None:
    sheet = (FOLDER / "app.tcss").read_text(encoding="utf-8")
    selectors = re.sub(r"/\*.*?\*/|\{[^}]*\}", " ", sheet, flags=re.DOTALL)
    named = set(re.findall(r"(?<![#.\w-])[A-Z]\w+", selectors))
    assert named <= kinds.keys()


def test_every_message_of_the_screen_has_a_handler_somewhere(kinds: dict[str, type]) -> None:
    handlers = {name for kind in kinds.values() for name in vars(kind) if name.startswith("on_")}
    ours = [kind for kind in _kinds(Message) if kind.__module__.startswith("carecli.tui.")]
    sent = [kind for kind in ours if kind.__name__ != "Burst"]  # replaced before it is handed out
    assert sent
    assert {kind.handler_name for kind in sent} <= handlers  # type: ignore[attr-defined]  # a Message


def test_nobody_is_handed_the_whole_screen() -> None:
    """Only the application and the screen itself name it."""
    for path in sorted(FOLDER.rglob("*.py")):
        if path.name in ("app.py", "screen.py") and path.parent.name in ("tui", "inbox"):
            continue
        names = {
            node.id if isinstance(node, ast.Name) else node.name
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
            if isinstance(node, ast.Name | ast.alias)
        }
        assert "InboxScreen" not in names, path
