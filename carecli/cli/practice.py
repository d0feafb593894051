"""Practice platform commands: demo, learn, practice serve."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import click

from carecli.cli.output import say, write_json
from carecli.cli.shared import CommonOptions, F, asked, deed
from carecli.i18n import CHOICES

SCENARIOS = ("ordinary", "holiday", "contest", "crisis")
SERVED = (*SCENARIOS, "lessons")


def _scenario(known: Sequence[str]) -> Callable[[F], F]:
    kind = click.Choice(known)
    return click.option(
        "--scenario", type=kind, default="ordinary", help="What has happened there."
    )


_seed = click.option(
    "--seed", type=int, default=1, help="A number; each seed has different people and texts."
)


@dataclass(frozen=True, slots=True)
class Serving:
    """A practice platform that answers requests. `tokens` are by channel."""

    url: str
    scenario: str
    seed: int
    tokens: dict[str, str]


@click.command()
@_scenario(SCENARIOS)
@_seed
@click.option("--fresh", is_flag=True, help="Start a new demo, even if one is running.")
@click.option("--me", default="ana", help="Your moderator in the demo (default: ana).")
@click.option("--language", type=click.Choice(CHOICES), help="The language of the screen.")
@click.option("--plain", is_flag=True, help="Print plain lines, for screen readers and pipes.")
@click.pass_context
def demo(
    ctx: click.Context,
    scenario: str,
    seed: int,
    fresh: bool,
    me: str,
    language: str | None,
    plain: bool,
) -> int:
    """Open the inbox on a practice platform with simulated people who write and reply.

    Nothing leaves your computer. A second demo in another terminal joins the first one.
    """
    from carecli.boot.demo import demo as run

    language = language or ctx.find_root().params.get("language")
    plain = plain or bool(ctx.find_root().params.get("plain"))
    return run(scenario, seed, fresh=fresh, me=me, language=language or "", plain=plain)


@click.command()
@click.option("--fresh", is_flag=True, help="Start again with the first lesson.")
@click.option("--card", is_flag=True, help="Print the keys that the lessons teach.")
@click.option("--language", type=click.Choice(CHOICES), help="The language of the screen.")
@click.pass_context
def learn(ctx: click.Context, fresh: bool, card: bool, language: str | None) -> int:
    """Learn the keys in ten lessons on a practice platform (about half an hour).

    It continues where you left off. Nothing leaves your computer.
    """
    from carecli.boot.lessons import key_card
    from carecli.boot.lessons import learn as run

    asked_for = ctx.find_root().params
    language = language or asked_for.get("language") or ""
    config = asked_for.get("config_file") or ""
    if card:
        say(key_card(config, language))
        return 0
    return run(config, fresh=fresh, language=language)


@click.group()
def practice() -> None:
    """A simulated platform with a local Graph API."""


@deed(
    "carecli practice serve",
    "carecli practice serve --scenario contest --seed 7 --port 8080 --json",
    says=Serving,
)
@_scenario(SERVED)
@_seed
@click.option(
    "--port", type=click.IntRange(0, 65535), default=0, help="The port (0: any free one)."
)
@click.option("--pace", type=click.FloatRange(0), default=1.0, help="How often people write.")
@click.option("--with-parent", is_flag=True, hidden=True)
@asked
def serve(
    asked: CommonOptions, scenario: str, seed: int, port: int, pace: float, with_parent: bool
) -> None:
    """Run only the practice platform, until interrupted."""
    import sys

    from carecli.boot.setup import speak
    from carecli.practice.scenario import channels
    from carecli.practice.server import serve as run

    speak("auto", asked.language)

    def ready(url: str) -> None:
        tokens = {one.key: one.token for one in channels(scenario)}
        if asked.as_json:
            write_json(Serving(url, scenario, seed, tokens))
        else:
            say(f"The practice platform is running at {url}. Press ctrl-c to stop it.")
        sys.stdout.flush()

    if with_parent:
        from carecli.boot.child_processes import end_with_parent

        end_with_parent()
    try:
        run(scenario, seed, port, pace, ready=ready)
    except BrokenPipeError:
        raise
    except OSError as error:
        raise click.ClickException(f"Port {port} cannot be used: {error.strerror}.") from error


practice.add_command(serve)
