"""docs/modules.md: every module of carecli with the first line of its docstring."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

SOURCE = Path(__file__).parents[2] / "carecli"

INTRODUCTION = """\
# Modules

Every module with its first line, package by package. How the packages depend on each other stands
in [architecture.md](architecture.md).
"""


def module_page() -> str:
    """The whole page."""
    return "\n".join([INTRODUCTION, *_packages(SOURCE)])


def summary(module: Path) -> str:
    """The first paragraph of a module's docstring, on one line; empty without a docstring."""
    text = ast.get_docstring(ast.parse(module.read_text(encoding="utf-8"))) or ""
    return " ".join(text.split("\n\n")[0].split())


def _packages(folder: Path) -> Iterator[str]:
    name = ".".join(folder.relative_to(SOURCE.parent).parts)
    yield f"## {name}\n"
    yield summary(folder / "__init__.py") + "\n"
    modules = sorted(path for path in folder.glob("*.py") if path.stem != "__init__")
    yield from (f"- `{module.stem}`: {summary(module)}" for module in modules)
    if modules:
        yield ""
    for package in sorted(path.parent for path in folder.glob("*/__init__.py")):
        yield from _packages(package)
