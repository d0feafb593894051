"""A public class name stands for one thing in all of carecli."""

from __future__ import annotations

import ast
from collections import defaultdict
from pathlib import Path

SOURCE = Path(__file__).parents[2] / "carecli"


def test_no_two_modules_have_a_public_class_of_one_name() -> None:
    modules: dict[str, list[str]] = defaultdict(list)
    for path in sorted(SOURCE.rglob("*.py")):
        for node in ast.parse(path.read_text(encoding="utf-8")).body:
            if isinstance(node, ast.ClassDef) and not node.name.startswith("_"):
                modules[node.name].append(path.relative_to(SOURCE).as_posix())
    assert {name: places for name, places in modules.items() if len(places) > 1} == {}
