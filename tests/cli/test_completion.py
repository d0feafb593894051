"""Completion by the shells people use: typed into the real ones, in a pseudo-terminal."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.cli.conftest import Run
from tests.support.terminal import PATIENCE, Terminal

SHELLS = {
    "bash": ('eval "$(carecli completion bash)"', ["--norc", "--noprofile", "-i"]),
    "zsh": (
        'autoload -U compinit; compinit -u -D; eval "$(carecli completion zsh)"',
        ["-f", "-i"],
    ),
    "fish": ("carecli completion fish | source", ["--no-config", "--interactive"]),
}
"""Shell -> what makes it complete, and how it starts without anybody's own settings."""


def program_of(shell: str) -> str:
    found = shutil.which(shell)
    if found is None:
        if os.environ.get("CI"):
            pytest.fail(f"{shell} is not installed: apt-get install {shell}")
        pytest.skip(f"{shell} is not installed: apt-get install {shell}")
    return found


@contextmanager
def shell_of(name: str, home: Path, *, columns: int = 100) -> Iterator[Terminal]:
    """The shell in a terminal, once it completes."""
    folder = home / "bin"
    folder.mkdir(exist_ok=True)
    (folder / "carecli").write_text(f'#!/bin/sh\nexec {sys.executable} -m carecli "$@"\n')
    (folder / "carecli").chmod(0o755)
    environ = {
        **{key: value for key, value in os.environ.items() if not key.startswith("CARECLI")},
        "PATH": f"{folder}:{os.environ['PATH']}",
        "HOME": str(home),
        "XDG_CONFIG_HOME": str(home / "config"),
        "XDG_DATA_HOME": str(home / "data"),
        "INPUTRC": "/dev/null",
        "PS1": "> ",
    }
    source, options = SHELLS[name]
    program: Sequence[str] = [program_of(name), *options]
    with Terminal(program=program, size=(columns, 40), environ=environ) as terminal:
        terminal.send(f"{source}; clear; echo rea''dy\r")
        terminal.wait_for(lambda screen: screen.partition("ready\n")[2].strip())
        yield terminal


@pytest.mark.pty
@pytest.mark.parametrize("name", SHELLS)
def test_a_shell_completes_commands_options_and_values(name: str, tmp_path: Path) -> None:
    with shell_of(name, tmp_path) as terminal:
        for typed, completed in (
            ("carecli doct", "carecli doctor"),
            ("carecli doctor --off", "carecli doctor --offline"),
            ("carecli completion fi", "carecli completion fish"),
            ("carecli config ch", "carecli config check"),
        ):
            terminal.send(typed)
            terminal.wait_for(typed)
            terminal.press("tab")
            terminal.wait_for(completed)
            terminal.press("ctrl-u")
            terminal.wait_until_gone(completed)


@pytest.mark.parametrize("shell", SHELLS)
def test_what_a_shell_asks_by_itself_is_answered_without_a_terminal(shell: str) -> None:
    program_of(shell)
    done = subprocess.run(
        [sys.executable, "-m", "carecli"],
        capture_output=True,
        text=True,
        check=False,
        timeout=PATIENCE,
        env={**os.environ, "_CARECLI_COMPLETE": f"{shell}_source"},
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert "_CARECLI_COMPLETE" in done.stdout


def test_the_script_is_had_as_json_too(run: Run) -> None:
    told = run("completion", "zsh", "--json").json()
    assert told["shell"] == "zsh"
    assert told["script"].startswith("#compdef carecli")


def test_another_shell_is_refused_with_those_there_are(run: Run) -> None:
    done = run("completion", "tcsh")
    assert done.code == 2
    assert "bash" in done.err


def test_nothing_is_completed_twice_or_in_vain() -> None:
    """Every command that can be completed to is one that the help lists."""
    asked = {**os.environ, "_CARECLI_COMPLETE": "fish_complete"}
    asked |= {"COMP_WORDS": "carecli ", "COMP_CWORD": ""}
    done = subprocess.run(
        [sys.executable, "-m", "carecli"],
        capture_output=True,
        text=True,
        check=False,
        timeout=PATIENCE,
        env=asked,
    )
    found = [line.partition(",")[2].partition("\t")[0] for line in done.stdout.splitlines()]
    from carecli.cli.main import COMMANDS

    assert found == list(COMMANDS)
