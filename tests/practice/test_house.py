"""The practice platform stands alone: it knows the domain and the languages, nothing else."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import carecli.practice

HOUSE = Path(carecli.practice.__file__).parent
ALLOWED = ("carecli.domain", "carecli.practice", "carecli.i18n")


def imported(path: Path) -> set[str]:
    """The modules of carecli a file imports."""
    names: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            names.add(node.module)
    return {name for name in names if name.startswith("carecli")}


def test_it_imports_only_the_domain() -> None:
    files = sorted(HOUSE.rglob("*.py"))
    assert len(files) > 20
    strangers = {
        f"{path.name}: {name}"
        for path in files
        for name in imported(path)
        if not name.startswith(ALLOWED)
    }
    assert strangers == set()


def test_nobody_below_the_command_line_imports_it() -> None:
    package = HOUSE.parent
    for layer in ("domain", "store", "platforms", "sync", "desk", "tui", "config"):
        for path in (package / layer).rglob("*.py"):
            guests = [name for name in imported(path) if name.startswith("carecli.practice")]
            assert guests == [], path


def test_the_server_s_packages_are_loaded_only_when_it_serves() -> None:
    program = (
        "import sys, carecli.practice; print({'uvicorn', 'starlette', 'yaml'} & {*sys.modules})"
    )
    ran = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True, timeout=60
    )
    assert ran.stdout.strip() == "set()"
