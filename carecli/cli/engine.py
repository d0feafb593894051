"""Engine commands: daemon, sync, pause, resume."""

from __future__ import annotations

import sys
from dataclasses import dataclass

import click

from carecli.cli.output import write_json, write_table
from carecli.cli.shared import CommonOptions, asked, deed
from carecli.domain.text import join_sentences


@dataclass(frozen=True, slots=True)
class Pulled:
    """The result of one sync of a channel. `left` counts outbox items still queued or unknown."""

    channel: str
    new_messages: int
    sent: int
    failed: int
    left: int
    error: str
    hint: str


@dataclass(frozen=True, slots=True)
class Wished:
    """The running engine was asked to sync now: one channel, or all if `channel` is empty."""

    channel: str


@dataclass(frozen=True, slots=True)
class PauseState:
    """Whether sending is paused."""

    is_paused: bool


@dataclass(frozen=True, slots=True)
class EngineEnded:
    """The engine stopped as requested."""

    database: str


@deed(
    "carecli daemon",
    "carecli daemon --listen 127.0.0.1:8765",
    "carecli daemon --verbose",
    says=EngineEnded,
)
@click.option("--listen", metavar="HOST:PORT", default="", help="Receive webhooks at this address.")
@click.option("--verbose", is_flag=True, help="Write more to the log.")
@click.option("--step-back", is_flag=True, help="Run with a lower priority than other programs.")
@click.option("--with-parent", is_flag=True, hidden=True)
@asked
def daemon(
    asked: CommonOptions, listen: str, verbose: bool, step_back: bool, with_parent: bool
) -> None:
    """Run the engine, which syncs all channels and sends replies, until interrupted.

    The inbox starts an engine if none is running. There is only one per database; a second one
    exits with an error. The log is `engine.log` in the user's log folder. With --listen it also
    receives webhooks; see docs/webhooks.md.
    """
    from carecli.boot.engine import run

    if with_parent:
        from carecli.boot.child_processes import end_with_parent

        end_with_parent()
    setup = asked.setup()
    run(setup, steps_back=step_back, is_verbose=verbose, listen=listen)
    asked.tell(EngineEnded(str(setup.database)), "The engine has stopped.")


@deed("carecli sync --once", "carecli sync --channel avon-fb", says=list[Pulled] | Wished)
@click.option("--once", is_flag=True, help="Sync in this process, without an engine.")
@click.option("--channel", default="", help="Only this channel.")
@asked
def sync(asked: CommonOptions, once: bool, channel: str) -> int:
    """Sync now: ask the running engine, or with --once sync in this process."""
    if not once:
        with asked.desk() as desk:
            desk.commands.ask_sync(channel)
        asked.tell(Wished(channel), "The engine was asked to sync now.")
        return 0
    from carecli.boot.engine import run_once

    setup = asked.setup()
    if channel and channel not in setup.config.channels:
        raise click.UsageError(f"There is no channel {channel!r}.")
    report = run_once(setup, [channel] if channel else [])
    pulled = [
        Pulled(one.channel, one.new_messages, one.sent, one.failed, one.left, one.error, one.hint)
        for one in report.channels
    ]
    if asked.as_json:
        write_json(pulled)
    else:
        headings = ("channel", "new", "sent", "failed", "left", "error")
        rows = [
            (
                one.channel,
                *(str(n) for n in (one.new_messages, one.sent, one.failed, one.left)),
                join_sentences(one.error, one.hint),
            )
            for one in pulled
        ]
        write_table(headings, rows)
    sys.stdout.flush()
    return 0 if report.is_well else 1


@deed("carecli pause", says=PauseState)
@asked
def pause(asked: CommonOptions) -> None:
    """Pause sending: nothing is sent to any platform until `carecli resume`."""
    with asked.desk() as desk:
        desk.commands.pause(on=True)
        asked.tell(
            PauseState(is_paused=True), "Paused. Nothing is sent until you run `carecli resume`."
        )


@deed("carecli resume", says=PauseState)
@asked
def resume(asked: CommonOptions) -> None:
    """Resume sending, also on channels where carecli had stopped it."""
    with asked.desk() as desk:
        desk.commands.pause(on=False)
        asked.tell(PauseState(is_paused=False), "Sending resumed.")
