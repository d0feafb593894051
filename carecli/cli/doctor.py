"""The doctor command."""

from __future__ import annotations

import sys
from dataclasses import dataclass

import click

from carecli.cli.output import say, write_json
from carecli.cli.shared import CommonOptions, asked, deed


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


@deed("carecli doctor", "carecli doctor --offline --json", "carecli doctor --engine", says=Health)
@click.option("--offline", is_flag=True, help="Do not contact any platform.")
@click.option("--engine", is_flag=True, help="Only check whether the engine is running.")
@asked
def doctor(asked: CommonOptions, offline: bool, engine: bool) -> int:
    """Check everything: files, database, engine, webhooks, rules, tokens, permissions.

    The exit code is 1 if something needs attention.
    """
    if engine:
        from carecli.boot.doctor_runtime import life

        looked = iter([life(asked.setup())])
    else:
        from carecli.boot.doctor import examine

        looked = examine(asked.setup(), offline=offline)
    found = [CheckRow(one.about, one.is_ok, one.text, one.hint) for one in looked]
    is_ok = all(one.is_ok for one in found)
    if asked.as_json:
        write_json(Health(is_ok, found))
    else:
        for one in found:
            say(f"{'ok  ' if one.is_ok else 'BAD '} {one.about}: {one.text}")
            if one.hint:
                say(f"     {one.hint}")
        say("Everything is fine." if is_ok else "Something needs your attention.")
    sys.stdout.flush()
    return 0 if is_ok else 1
