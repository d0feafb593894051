"""The doctor command."""

from __future__ import annotations

import sys
from dataclasses import dataclass

import click

from carecli.cli.output import say, write_json
from carecli.cli.shared import CommonOptions, cli_command, with_options


@dataclass(frozen=True, slots=True)
class CheckRow:
    """One check. `about` is a channel's key or another subject; `hint` says what to do."""

    about: str
    is_ok: bool
    text: str
    hint: str


@dataclass(frozen=True, slots=True)
class Health:
    """The results of all checks, and whether all of them are ok."""

    is_ok: bool
    findings: list[CheckRow]


@cli_command(
    "carecli doctor", "carecli doctor --offline --json", "carecli doctor --engine", result=Health
)
@click.option("--offline", is_flag=True, help="Do not contact any platform.")
@click.option("--engine", is_flag=True, help="Only check whether the engine is running.")
@with_options
def doctor(options: CommonOptions, offline: bool, engine: bool) -> int:
    """Check everything: files, database, engine, webhooks, rules, tokens, permissions.

    The exit code is 1 if something needs attention.
    """
    if engine:
        from carecli.boot.doctor_runtime import engine_check

        checks = iter([engine_check(options.setup())])
    else:
        from carecli.boot.doctor import run_checks

        checks = run_checks(options.setup(), offline=offline)
    rows = [CheckRow(check.about, check.is_ok, check.text, check.hint) for check in checks]
    is_ok = all(row.is_ok for row in rows)
    if options.as_json:
        write_json(Health(is_ok, rows))
    else:
        for row in rows:
            say(f"{'ok  ' if row.is_ok else 'BAD '} {row.about}: {row.text}")
            if row.hint:
                say(f"     {row.hint}")
        say("Everything is fine." if is_ok else "Something needs your attention.")
    sys.stdout.flush()
    return 0 if is_ok else 1
