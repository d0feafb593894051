"""docs/command-line.md, written from the commands themselves."""

from __future__ import annotations

import dataclasses
import inspect
from collections.abc import Iterator
from typing import get_type_hints

import click

from carecli.cli.main import BROKEN_PIPE, COMMANDS, carecli
from carecli.cli.output import INTERRUPTED
from carecli.cli.shared import ExampleCommand
from carecli.domain import errors
from carecli.domain.filter import CHOICES, DATES, NAMES, PERIODS
from tests.cli.shapes import classes_in, told

INTRODUCTION = """\
# Command line

Whatever the inbox can do, these commands do without a screen. Written by `make docs` from the
commands themselves; `carecli COMMAND --help` says the same.

- Every command takes `--config FILE` and `--db FILE`; else the variables `CARECLI_CONFIG` and
  `CARECLI_DB` are looked at, then the user's own folders.
- `--json` writes one JSON document to standard output, in the shape named below. Times are
  milliseconds since 1970 in UTC, spans are milliseconds. Texts are as people wrote them; every
  character beyond ASCII is escaped, so that none of them can move your terminal.
- Without `--json` a terminal gets a table, a pipe gets lines with tabs and no headings.
- THREAD is a number, as `carecli list` shows it. `-` reads numbers from standard input: lines that
  begin with one, or what `carecli list --json` wrote.
- More than 20 threads at once, and every delete, want a yes: asked for, or `--yes` and `--sure`.
- Errors are one line on standard error; with `--json` an object
  `{"error", "hint", "kind", "exit_code"}`; for a configuration also `file`, `line` (0: unknown)
  and `key`, and in `also` its further problems in the same shape.

## Filters

`carecli list 'is:waiting colour:red,yellow at:dm due<30m -label:spam "uszkodzona paczka"'`

Terms are joined by *and*, commas mean *or*, a minus means *not*. Words, or several in double
quotes, are searched in messages, names of attachments and people's names; case, accents and ł
make no difference, and `"broken","torn"` finds either. `since` and `until` are half open: what
came in from the start of one day until before the start of the other. `on` and `done` take whole
days: when a wait began, and when one ended. A mistake is pointed at. Put the filter between single
quotes, so that the shell leaves it alone.

| term | takes |
| --- | --- |
{filters}

## Exit codes

| code | meaning |
| --- | --- |
"""


def filter_terms() -> dict[str, str]:
    """What each field of a filter takes."""
    told = {field: ", ".join(f"`{word}`" for word in words) for field, words in CHOICES.items()}
    told |= dict.fromkeys(NAMES, "a name, as the configuration spells it")
    told["assignee"] = "a moderator's key, `me` or `none`"
    told["label"] = "a label, or `none`"
    told["theme"] = "a theme that some message is coded as, or `none`"
    told["from"] = "part of a contact's name"
    told["campaign"] = "a campaign's key: threads under its posts"
    told["post"] = "a post's id on its platform"
    told |= dict.fromkeys(DATES, "a day: `2026-11-01`, `today`, `monday`, `3d` (days ago)")
    told |= dict.fromkeys(
        PERIODS, "whole days: `yesterday`, `sat`, `fri..mon`, `2026-11-01..today`"
    )
    told["due"] = "`due<30m`: time left; `due>2h`"
    return told


def exit_codes() -> dict[int, str]:
    """What each exit code means."""
    codes = {
        0: "it worked",
        1: "it did not work; or `doctor`, `verify`, `rebuild` or `snippets check` found something",
        2: "the command line, or a filter, cannot be read",
    }
    for kind in vars(errors).values():
        is_error = isinstance(kind, type) and issubclass(kind, errors.CareError)
        if is_error and kind.exit_code not in codes:
            codes[kind.exit_code] = inspect.cleandoc(kind.__doc__ or "").partition("\n")[0]
    codes[INTERRUPTED] = "interrupted, or a question answered with no"
    codes[BROKEN_PIPE] = "who read our output has gone"
    return dict(sorted(codes.items()))


def commands(
    group: click.Group = carecli, before: str = "carecli"
) -> Iterator[tuple[str, click.Command]]:
    """Every command with its full name, in the order of the help."""
    context = click.Context(group)
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        assert command is not None
        if isinstance(command, click.Group):
            yield from commands(command, f"{before} {name}")
        else:
            yield f"{before} {name}", command


def command_page() -> str:
    """The text of docs/command-line.md."""
    assert COMMANDS
    filters = "\n".join(f"| `{field}` | {what} |" for field, what in filter_terms().items())
    introduction = INTRODUCTION.replace("{filters}", filters)
    lines = [introduction + "\n".join(f"| {n} | {what} |" for n, what in exit_codes().items())]
    lines += ["", "## Commands", ""]
    shapes: dict[str, type] = {}
    for name, command in commands():
        context = click.Context(command, info_name=name)
        usage = " ".join(piece for piece in command.collect_usage_pieces(context))
        lines += [
            f"### `{name}`",
            "",
            f"`{name} {usage}`",
            "",
            inspect.cleandoc(command.help or ""),
        ]
        lines.append("")
        for parameter in command.params:
            record = parameter.get_help_record(context)
            if (
                record
                and record[1]
                and parameter.name not in ("config_file", "database", "as_json")
            ):
                lines.append(f"- `{record[0]}`: {record[1]}")
        if isinstance(command, ExampleCommand):
            lines += ["", "```", *command.examples, "```", ""]
            lines += [f"`--json`: {told(command.result)}", ""]
            shapes |= {kind.__name__: kind for kind in classes_in(command.result)}
        else:
            lines.append("")
    lines += ["## Shapes", ""]
    for name, kind in sorted(shapes.items()):
        about = inspect.cleandoc(kind.__doc__ or "")
        lines += [f"### {name}", "", about, "", "| key | value |", "| --- | --- |"]
        hints = get_type_hints(kind)
        for field in dataclasses.fields(kind):
            lines.append(f"| `{field.name}` | {told(hints[field.name])} |")
        lines.append("")
    return "\n".join(lines).rstrip() + "\n"
