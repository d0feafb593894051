"""What most commands share: common options, paths, and which threads are meant."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import wraps
from typing import TYPE_CHECKING, Any, TypeVar

import click

from carecli.cli.output import say, write_json
from carecli.domain.errors import FilterError, Refusal
from carecli.domain.model import Millis, ThreadId
from carecli.domain.text import one_line

if TYPE_CHECKING:
    from carecli.boot.setup import Setup
    from carecli.desk.services import InboxServices

F = TypeVar("F", bound=Callable[..., Any])

MANY = 20
"""More threads than this want a `--yes`."""


@dataclass(frozen=True, slots=True)
class CommonOptions:
    """The options every command has."""

    config_file: str
    database: str
    as_json: bool
    language: str = ""

    def setup(self) -> Setup:
        """The configuration and the places of files; raises ConfigError."""
        from carecli.boot.setup import set_up

        return set_up(self.config_file, self.database)

    def speak(self) -> None:
        """Use the language asked for or configured; what scripts read stays English."""
        from carecli.boot.setup import speak

        if not self.as_json:
            speak(self.setup().config.language, self.language)

    @contextmanager
    def desk(self, *, grace: int | None = None) -> Iterator[InboxServices]:
        """The desk for the length of a command; `grace` (ms) other than the configured one."""
        from carecli.boot.inbox import open_desk

        desk = open_desk(self.setup(), grace=grace)
        try:
            yield desk
        finally:
            desk.close()

    def tell(self, value: object, text: str) -> None:
        """The value as JSON if that was asked for, else the text."""
        if self.as_json:
            write_json(value)
        else:
            say(text)


class ExampleCommand(click.Command):
    """A command whose help ends with examples; `says` is the type of what `--json` writes."""

    def __init__(
        self, *args: Any, examples: Sequence[str] = (), says: object = None, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.examples = tuple(examples)
        self.says = says

    def format_epilog(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        super().format_epilog(ctx, formatter)
        with formatter.section("Examples"):
            for example in self.examples:
                formatter.write(f"{'':>{formatter.current_indent}}{example}\n")


def deed(*examples: str, says: object, name: str | None = None) -> Callable[[F], ExampleCommand]:
    """Make a function a command; its name is the function's, unless given."""
    return click.command(name, cls=ExampleCommand, examples=examples, says=says)


def asked(command: F) -> F:
    """Give a command `--json`, `--config` and `--db`; it gets them as its first argument."""

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
        before = (root.get("config_file", ""), root.get("database", ""))
        language = root.get("language") or ""
        return command(
            CommonOptions(config_file or before[0], database or before[1], as_json, language),
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
    """Give a command `THREAD...`, from the words or, for `-`, from standard input."""

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
    """The threads meant, each once, in order; `-` stands for those on standard input.

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
            found = json.loads(text)
        except ValueError as error:
            raise click.UsageError(f"Standard input is not JSON: {error}.") from error
        return [str(item["id"] if isinstance(item, dict) else item) for item in found]
    return [line.split()[0] for line in text.splitlines() if line.strip()]


def _number(text: str) -> ThreadId:
    found = Thread().convert(text, None, None)
    if isinstance(found, str):
        raise click.UsageError("`-` can be given only once.")
    return found


def period_options(command: F) -> F:
    """Give a command a period and a brand; it gets them as `period`, a ReportAsked."""

    @click.option(
        "--since",
        "--from",
        metavar="DAY",
        default="",
        help="The first day (default: the first of this month).",
    )
    @click.option(
        "--until", metavar="DAY", default="", help="The day after the last day (default: now)."
    )
    @click.option("--month", metavar="MONTH", default="", help="A whole month, e.g. 2026-10.")
    @click.option("--brand", default="", help="Only this brand, by key.")
    @wraps(command)
    def run(*args: Any, since: str, until: str, month: str, brand: str, **kwargs: Any) -> object:
        from carecli.desk.reports.kpi_report import ReportAsked

        asked = ReportAsked(since, until, month, brand=brand)
        return command(*args, period=asked, **kwargs)

    return run  # type: ignore[return-value]  # the options are click's to pass


def span_or_moment(asked: CommonOptions, span: str, until: str) -> Millis:
    """The moment after a span (`6h`), or a moment typed in the moderator's zone; to come."""
    from carecli.boot.setup import now
    from carecli.config import values

    present = now()
    try:
        if span:
            return present + values.duration(span)
        moment = values.millis(values.moment(until), asked.setup().zone)
    except ValueError as error:
        raise click.UsageError(f"{error}.") from error
    if moment <= present:
        raise Refusal(f"{until} has already passed.", hint="Choose a time in the future.")
    return moment


def point_at(asked: CommonOptions, wanted: str, error: FilterError) -> None:
    """Show a person where in a filter a mistake is."""
    if not asked.as_json:
        say(f"{one_line(wanted)}\n{' ' * error.column}^", to_errors=True)


def confirm(question: str, *, option: str = "--yes") -> None:
    """Ask a person; with nobody to ask, the option is what is missing."""
    if not (sys.stdin.isatty() and sys.stderr.isatty()):
        raise click.UsageError(f"{question} Confirm with {option}.")
    click.confirm(question, abort=True, err=True)
