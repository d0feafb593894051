"""What an import does not load, proved in a fresh process."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

HEAVY = {
    "textual",
    "rich",
    "httpx",
    "apscheduler",
    "sqlite_utils",
    "starlette",
    "uvicorn",
    "keyring",
    "holidays",
}


def loaded_by(code: str) -> set[str]:
    """Top-level modules, and ours in full, that a fresh interpreter has loaded after `code`."""
    script = f"{code}\nimport sys, json\nsys.stderr.write('\\n' + json.dumps(sorted(sys.modules)))"
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, timeout=60, check=True
    )
    modules = json.loads(done.stderr.splitlines()[-1])
    ours = {name for name in modules if name.startswith("carecli")}
    return {name.partition(".")[0] for name in modules} | ours


@pytest.mark.parametrize(
    "code",
    [
        "import carecli.cli",
        "from carecli.cli import main; main(['--version'])",
        "from carecli.cli import main; main(['--help'])",
        "from carecli.cli import main; main(['list', '--help'])",
        "import carecli.config",
        "import carecli.boot.setup",
        "import carecli.boot.inbox",
        "import carecli.desk.desk",
        "import carecli.sync",
        "import carecli.platforms.registry",
    ],
)
def test_nothing_heavy_is_loaded(code: str) -> None:
    assert not loaded_by(code) & HEAVY


def test_the_inbox_is_opened_without_a_command_line() -> None:
    loaded = loaded_by("import carecli.__main__, carecli.boot.inbox")
    assert not loaded & {"click", "carecli.cli", "carecli.sync", "carecli.practice"}


def test_the_domain_loads_the_standard_library_only() -> None:
    loaded = loaded_by(
        "import pkgutil, importlib, carecli.domain as d\n"
        "for one in pkgutil.iter_modules(d.__path__):\n"
        "    importlib.import_module('carecli.domain.' + one.name)"
    )
    ours = {name for name in loaded if name.startswith("carecli")}
    assert {name for name in ours if "." in name} == {
        name for name in ours if name.startswith("carecli.domain")
    }
    # the interpreter's own tables, and the finders that an editable install adds to it
    own = ("__editable__", "_sysconfigdata")
    foreign = {name for name in loaded - ours if not name.startswith(own)}
    assert foreign - set(sys.stdlib_module_names) - at_start() == set()


def at_start() -> set[str]:
    """What every interpreter here has loaded before it does anything."""
    return loaded_by("")


def test_configuration_costs_yaml_and_msgspec_only() -> None:
    loaded = loaded_by("import carecli.config")
    assert {"yaml", "msgspec"} <= loaded
    assert not loaded & {"pydantic", "sqlite3", "asyncio", "keyring", "platformdirs"}
