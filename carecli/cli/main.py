"""The list of commands, and how every command ends."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Sequence
from importlib import import_module

import click

from carecli import __version__
from carecli.cli.output import INTERRUPTED, error_line
from carecli.domain.errors import CareError, ConfigError
from carecli.i18n import CHOICES

COMMANDS = {
    "demo": "practice:demo",
    "learn": "practice:learn",
    "init": "setup:init",
    "connect": "connect:connect",
    "token": "tokens:token",
    "doctor": "doctor:doctor",
    "config": "setup:config",
    "daemon": "engine:daemon",
    "sync": "engine:sync",
    "today": "shift:today",
    "list": "show:list_threads",
    "views": "views:views",
    "show": "show:show",
    "reply": "reply:reply",
    "hide": "reply:hide",
    "unhide": "reply:unhide",
    "delete": "reply:delete",
    "like": "reply:like",
    "block": "reply:block",
    "unblock": "reply:unblock",
    "claim": "decisions:claim",
    "release": "decisions:release",
    "assign": "decisions:assign",
    "split": "split:split",
    "handover": "shift:handover",
    "report": "reports:report",
    "staffing": "staffing:staffing",
    "competitors": "competitors:competitors",
    "insights": "insights:insights",
    "quotes": "insights:quotes",
    "calls": "insights:calls",
    "campaign": "views:campaign",
    "flag": "decisions:flag",
    "colour": "decisions:colour",
    "label": "decisions:label",
    "code": "codes:code",
    "quote": "codes:quote",
    "coding": "codes:coding",
    "snooze": "decisions:snooze",
    "done": "decisions:done",
    "reopen": "decisions:reopen",
    "note": "decisions:note",
    "case": "decisions:case",
    "cases": "views:cases",
    "turned-away": "rejected:turned_away",
    "seen": "decisions:seen",
    "undo": "decisions:undo",
    "snippets": "lookup:snippets",
    "cards": "lookup:cards",
    "history": "lookup:history",
    "forget": "forget:forget",
    "rules": "rules:rules",
    "outbox": "show:outbox",
    "pause": "engine:pause",
    "resume": "engine:resume",
    "import": "import_:import_files",
    "add": "import_:add",
    "rebuild": "verify:rebuild",
    "verify": "verify:verify",
    "practice": "practice:practice",
    "completion": "completion:completion",
}
"""Command -> module and name below `carecli.cli`, in the order of the help."""

BROKEN_PIPE = 141


class Commands(click.Group):
    """Commands whose modules are loaded when they are asked for."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002  # click's signature
        return list(COMMANDS)

    def get_command(
        self,
        ctx: click.Context,  # noqa: ARG002  # click's signature
        cmd_name: str,
    ) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        module, _, name = COMMANDS[cmd_name].partition(":")
        command: click.Command = getattr(import_module(f"carecli.cli.{module}"), name)
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """A misspelt command names the nearest one."""
        if args and not args[0].startswith("-") and args[0] not in COMMANDS:
            from difflib import get_close_matches

            near = get_close_matches(args[0], COMMANDS, 1)
            meant = f" Did you mean {near[0]!r}?" if near else ""
            ctx.fail(f"No such command {args[0]!r}.{meant}")
        return super().resolve_command(ctx, args)


@click.group(
    cls=Commands,
    invoke_without_command=True,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    epilog="THREAD is a number that `carecli list` shows; `-` reads numbers from standard input. "
    "Exit codes are listed in docs/command-line.md.",
)
@click.version_option(__version__, message="%(prog)s %(version)s")
@click.option("--config", "config_file", metavar="FILE", default="", help="The configuration file.")
@click.option("--db", "database", metavar="FILE", default="", help="The database file.")
@click.option("--language", type=click.Choice(CHOICES), help="The language of the screen.")
@click.option("--plain", is_flag=True, help="Print plain lines, for screen readers and pipes.")
@click.pass_context
def carecli(
    ctx: click.Context, config_file: str, database: str, language: str | None, plain: bool
) -> None:
    """A terminal inbox for the people who answer a brand's customers.

    Without a command, it opens the inbox. `carecli demo` opens it on a practice platform; `carecli
    init` connects your own channels.
    """
    if ctx.invoked_subcommand is None:
        from carecli.boot.inbox import inbox
        from carecli.boot.setup import NoConfiguration

        try:
            ctx.exit(inbox(config_file, database, language=language or "", plain=plain))
        except NoConfiguration as missing:
            from carecli.cli.first_run import offer

            ctx.exit(offer(missing, main))


def main(args: Sequence[str] | None = None) -> int:
    """Run a command line; what it exits with. Errors become one line on standard error."""
    words = list(sys.argv[1:] if args is None else args)
    if "_CARECLI_COMPLETE" in os.environ:  # a shell asks; click answers and ends the process
        carecli.main(prog_name="carecli", complete_var="_CARECLI_COMPLETE")
    try:
        try:
            with carecli.make_context("carecli", words) as context:
                code = carecli.invoke(context)
        except click.exceptions.Exit as done:
            code = done.exit_code
        sys.stdout.flush()
    except click.ClickException as error:
        if "--json" in words:
            hint = "See `--help`."
            said = _as_json(error.format_message(), hint, type(error).__name__, error.exit_code)
            print(json.dumps(said), file=sys.stderr)
        else:
            error.show()
        return error.exit_code
    except CareError as error:
        _tell(error, as_json="--json" in words)
        return error.exit_code
    except (click.Abort, KeyboardInterrupt, EOFError):
        return INTERRUPTED
    except BrokenPipeError:
        # who reads us has gone: nothing more can be said, not even at exit
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return BROKEN_PIPE
    return code if isinstance(code, int) else 0


def _tell(error: CareError, *, as_json: bool) -> None:
    if as_json:
        print(json.dumps(_told(error)), file=sys.stderr)
        return
    for problem in (error, *getattr(error, "also", ())):
        print(error_line(problem), file=sys.stderr)


def _told(error: CareError) -> dict[str, object]:
    said = _as_json(error.what, error.hint, type(error).__name__, error.exit_code)
    if isinstance(error, ConfigError):
        said |= {"file": error.file, "line": error.line, "key": error.key}
        said["also"] = [_told(one) for one in error.also]
    return said


def _as_json(what: str, hint: str, kind: str, code: int) -> dict[str, object]:
    return {"error": what, "hint": hint, "kind": kind, "exit_code": code}
