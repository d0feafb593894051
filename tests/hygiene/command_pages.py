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

These commands do everything that the inbox can do. This page is generated from the commands with
`make docs`; `carecli COMMAND --help` shows the same text.

- Every command takes `--config FILE` and `--db FILE`. Without them, carecli uses the environment
  variables `CARECLI_CONFIG` and `CARECLI_DB`, then the user's own folders.
- `--json` writes one JSON document to standard output, in the shape given for each command. Times
  are milliseconds since 1970 in UTC; durations are milliseconds. Texts are as people wrote them,
  but all characters beyond ASCII are escaped, so they cannot control your terminal.
- Without `--json`, a terminal gets a table, and a pipe gets lines with tabs and no headings.
- THREAD is a number that `carecli list` shows. `-` reads numbers from standard input: from lines
  that begin with a number, or from the output of `carecli list --json`.
- For more than 20 threads at once, and before every delete, carecli asks for confirmation, unless
  you give `--yes` or `--sure`.
- Errors are one line on standard error. With `--json`, they are an object
  `{"error", "hint", "kind", "exit_code"}`. For a configuration, it also has `file`, `line` (0:
  unknown) and `key`, and in `also` the other problems in the same shape.

## Filters

`carecli list 'is:waiting colour:red,yellow at:dm due<30m -label:spam "uszkodzona paczka"'`

Terms are combined with *and*, a comma means *or*, and a minus means *not*. Words, or phrases in
double quotes, are searched in messages, in the names of attachments and in people's names; case,
accents and ł make no difference, and `"broken","torn"` finds either word. `since` finds threads
from the start of a day on, and `until` those from before the start of a day. `on` and `done` take
whole days: the days on which a wait began or ended. If a filter has a mistake, carecli shows
where. Put the filter between single quotes, so that the shell does not change it.

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
    told |= dict.fromkeys(NAMES, "a name, as in the configuration")
    told["assignee"] = "a moderator's key, `me` or `none`"
    told["label"] = "a label, or `none`"
    told["theme"] = "a theme of one of its messages, or `none`"
    told["from"] = "part of a contact's name"
    told["campaign"] = "the key of a campaign: threads under its posts"
    told["post"] = "the id of a post on its platform"
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
        1: "it failed; or `doctor`, `verify`, `rebuild` or `snippets check` found a problem",
        2: "the command line, or a filter, cannot be read",
    }
    for kind in vars(errors).values():
        is_error = isinstance(kind, type) and issubclass(kind, errors.CareError)
        if is_error and kind.exit_code not in codes:
            codes[kind.exit_code] = inspect.cleandoc(kind.__doc__ or "").partition("\n")[0]
    codes[INTERRUPTED] = "interrupted, or a question answered with no"
    codes[BROKEN_PIPE] = "the program that read the output has ended"
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
            lines += [f"`--json`: {told(command.says)}", ""]
            shapes |= {kind.__name__: kind for kind in classes_in(command.says)}
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
