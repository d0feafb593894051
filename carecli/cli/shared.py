"""What most commands share: common options, the desk, and thread arguments."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import wraps
from typing import TYPE_CHECKING, Any, TypeVar

import click

from carecli.cli.output import say, write_json
from carecli.domain.errors import FilterError, Refusal, SecretMissing
from carecli.domain.model import Millis, ThreadId
from carecli.domain.text import one_line

if TYPE_CHECKING:
    from carecli.boot.setup import Setup
    from carecli.desk.services import InboxServices

F = TypeVar("F", bound=Callable[..., Any])

MANY = 20
"""Above this many threads a command asks first, unless given `--yes`."""


@dataclass(frozen=True, slots=True)
class CommonOptions:
    """The options every command has."""

    config_file: str
    database: str
    as_json: bool
    language: str = ""

    def setup(self) -> Setup:
        """The configuration and the paths of files; raises ConfigError."""
        from carecli.boot.setup import set_up

        return set_up(self.config_file, self.database)

    def use_language(self) -> None:
        """Use the requested or configured language; with `--json` output stays English."""
        from carecli.boot.setup import use_language

        if not self.as_json:
            use_language(self.setup().config.language, self.language)

    @contextmanager
    def desk(self, *, grace: int | None = None) -> Iterator[InboxServices]:
        """Open the desk while a command runs; `grace` (ms) replaces the configured one."""
        from carecli.boot.inbox import open_desk

        desk = open_desk(self.setup(), grace=grace)
        try:
            yield desk
        finally:
            desk.close()

    def tell(self, value: object, text: str) -> None:
        """Write the value as JSON with `--json`, else the text."""
        if self.as_json:
            write_json(value)
        else:
            say(text)


class ExampleCommand(click.Command):
    """A command whose help ends with examples; `result` is the type of what `--json` writes."""

    def __init__(
        self, *args: Any, examples: Sequence[str] = (), result: object = None, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.examples = tuple(examples)
        self.result = result

    def format_epilog(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        super().format_epilog(ctx, formatter)
        with formatter.section("Examples"):
            for example in self.examples:
                formatter.write(f"{'':>{formatter.current_indent}}{example}\n")


def cli_command(
    *examples: str, result: object, name: str | None = None
) -> Callable[[F], ExampleCommand]:
    """Turn a function into a command with examples; its name is the function's, unless given."""
    return click.command(name, cls=ExampleCommand, examples=examples, result=result)


def with_options(command: F) -> F:
    """Add `--json`, `--config` and `--db`, which the command gets as its first argument."""

    @click.option(
        "--json", "as_json", is_flag=True, help="Write JSON, as described in docs/command-line.md."
    )
    @click.option(
        "--config", "config_file", metavar="FILE", default="", help="The configuration file."
    )
    @click.option("--db", "database", metavar="FILE", default="", help="The database file.")
    @click.pass_context
    @wraps(command)
    def run(
        ctx: click.Context,
        /,
        *args: Any,
        config_file: str,
        database: str,
        as_json: bool,
        **kwargs: Any,
    ) -> object:
        root = ctx.find_root().params
        defaults = (root.get("config_file", ""), root.get("database", ""))
        language = root.get("language") or ""
        return command(
            CommonOptions(config_file or defaults[0], database or defaults[1], as_json, language),
            *args,
            **kwargs,
        )

    return run  # type: ignore[return-value]  # the options are click's to pass


class Thread(click.ParamType[ThreadId | str]):
    """A thread's number, as `carecli list` shows it: `1207` or `#1207`."""

    name = "thread"

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> ThreadId | str:
        text = str(value).removeprefix("#")
        if text == "-":
            return text
        if not (text.isascii() and text.isdigit()) or len(text) > 18:
            self.fail(f"{value!r} is not a thread number; `carecli list` shows them.", param, ctx)
        return ThreadId(int(text))


def threads_argument(command: F) -> F:
    """Add the argument `THREAD...`, read from the words or, for `-`, from standard input."""

    @click.argument("threads", type=Thread(), nargs=-1, required=True, metavar="THREAD...")
    @click.option(
        "--yes",
        is_flag=True,
        help=f"Do not ask for confirmation, even for more than {MANY} threads.",
    )
    @wraps(command)
    def run(*args: Any, threads: Sequence[ThreadId | str], yes: bool, **kwargs: Any) -> object:
        ids = read_threads(threads)
        if len(ids) > MANY and not yes:
            confirm(f"This changes {len(ids)} threads. Continue?")
        return command(*args, threads=ids, **kwargs)

    return run  # type: ignore[return-value]  # the options are click's to pass


def read_threads(words: Sequence[ThreadId | str]) -> list[ThreadId]:
    """The named threads, each once, in order; `-` stands for those on standard input.

    Standard input holds lines that begin with a number, or the JSON that `list --json` writes.
    """
    ids: list[ThreadId] = []
    for word in words:
        if isinstance(word, str):
            ids += [_number(text) for text in _from_stdin(sys.stdin.read())]
        else:
            ids.append(word)
    unique = list(dict.fromkeys(ids))
    if not unique:
        raise click.UsageError("Give at least one thread.")
    return unique


def _from_stdin(text: str) -> list[str]:
    if text.lstrip().startswith("["):
        try:
            items = json.loads(text)
        except ValueError as error:
            raise click.UsageError(f"Standard input is not JSON: {error}.") from error
        return [str(item["id"] if isinstance(item, dict) else item) for item in items]
    return [line.split()[0] for line in text.splitlines() if line.strip()]


def _number(text: str) -> ThreadId:
    thread = Thread().convert(text, None, None)
    if isinstance(thread, str):
        raise click.UsageError("`-` can be given only once.")
    return thread


def range_options(command: F) -> F:
    """Add options for a range of days, passed on as `since`, `until` and `month`."""
    for option in (
        click.option("--month", metavar="MONTH", default="", help="A whole month, e.g. 2026-10."),
        click.option(
            "--until", metavar="DAY", default="", help="The day after the last day (default: now)."
        ),
        click.option(
            "--since",
            "--from",
            metavar="DAY",
            default="",
            help="The first day (default: the first of this month).",
        ),
    ):
        command = option(command)
    return command


def period_options(command: F) -> F:
    """Add options for a period and a brand, passed on as `period`, a ReportAsked."""

    @range_options
    @click.option("--brand", default="", help="Only this brand, by key.")
    @wraps(command)
    def run(*args: Any, since: str, until: str, month: str, brand: str, **kwargs: Any) -> object:
        from carecli.desk.reports.kpi_report import ReportAsked

        request = ReportAsked(since, until, month, brand=brand)
        return command(*args, period=request, **kwargs)

    return run  # type: ignore[return-value]  # the options are click's to pass


def span_or_moment(options: CommonOptions, span: str, until: str) -> Millis:
    """The future moment (ms) after a span (`6h`), or as typed in the moderator's time zone."""
    from carecli.boot.setup import now
    from carecli.config import values

    present = now()
    try:
        if span:
            return present + values.duration(span)
        moment = values.millis(values.moment(until), options.setup().zone)
    except ValueError as error:
        raise click.UsageError(f"{error}.") from error
    if moment <= present:
        raise Refusal(f"{until} has already passed.", hint="Choose a time in the future.")
    return moment


def point_at(options: CommonOptions, filter_text: str, error: FilterError) -> None:
    """Print the filter with a mark under its mistake."""
    if not options.as_json:
        say(f"{one_line(filter_text)}\n{' ' * error.column}^", to_errors=True)


def confirm(question: str, *, option: str = "--yes") -> None:
    """Ask for confirmation; without a terminal, raises UsageError that names the option."""
    if not (sys.stdin.isatty() and sys.stderr.isatty()):
        raise click.UsageError(f"{question} Confirm with {option}.")
    click.confirm(question, abort=True, err=True)


def read_variable(name: str) -> str:
    """The value of an environment variable; empty without a name; raises SecretMissing."""
    if not name:
        return ""
    value = os.environ.get(name, "").strip()
    if not value:
        raise SecretMissing(
            f"The environment variable {name} is empty or not set.",
            hint=f"Set it, e.g. export {name}=…",
        )
    return value


def read_token(variable: str, question: str, *, is_asking: bool) -> str:
    """The token in an environment variable, or typed as the answer to a question."""
    if variable:
        return read_variable(variable)
    if not is_asking:
        raise click.UsageError(
            "A token is required: give its environment variable with --token-env."
        )
    typed: str = click.prompt(question, hide_input=True, err=True)
    return typed.strip()
