"""Commands of the practice platform: demo, practice serve."""

from __future__ import annotations

from dataclasses import dataclass

import click

from carecli.cli.output import say, write_json
from carecli.cli.shared import Asked, asked, deed
from carecli.i18n import CHOICES

SCENARIOS = ("ordinary", "holiday", "contest", "crisis")

_scenario = click.option(
    "--scenario", type=click.Choice(SCENARIOS), default="ordinary", help="What has happened."
)
_seed = click.option("--seed", type=int, default=1, help="Other people, other texts.")


@dataclass(frozen=True, slots=True)
class Serving:
    """A practice platform that answers requests. `tokens` are by channel."""

    url: str
    scenario: str
    seed: int
    tokens: dict[str, str]


@click.command()
@_scenario
@_seed
@click.option("--fresh", is_flag=True, help="A new one: do not join a demo that runs.")
@click.option("--me", default="ana", help="Who you are there (ana).")
@click.option("--language", type=click.Choice(CHOICES), help="The language of the screen.")
@click.pass_context
def demo(
    ctx: click.Context, scenario: str, seed: int, fresh: bool, me: str, language: str | None
) -> int:
    """Open the inbox on a practice platform, with people who write and answer back.

    Nothing leaves your computer. A second demo in another terminal joins the first one.
    """
    from carecli.boot.demo import demo as run

    language = language or ctx.find_root().params.get("language")
    return run(scenario, seed, fresh=fresh, me=me, language=language or "")


@click.group()
def practice() -> None:
    """A pretend platform that speaks the Graph API on loopback."""


@deed(
    "carecli practice serve",
    "carecli practice serve --scenario contest --seed 7 --port 8080 --json",
    says=Serving,
)
@_scenario
@_seed
@click.option("--port", type=click.IntRange(0, 65535), default=0, help="0: any free one.")
@click.option("--pace", type=click.FloatRange(0), default=1.0, help="How busily people write.")
@click.option("--with-parent", is_flag=True, hidden=True)
@asked
def serve(
    asked: Asked, scenario: str, seed: int, port: int, pace: float, with_parent: bool
) -> None:
    """Serve the practice platform alone, until interrupted."""
    import sys

    from carecli.practice.scenario import channels
    from carecli.practice.server import serve as run

    def ready(url: str) -> None:
        tokens = {one.key: one.token for one in channels(scenario)}
        if asked.as_json:
            write_json(Serving(url, scenario, seed, tokens))
        else:
            say(f"The practice platform serves at {url} until you press ctrl-c.")
        sys.stdout.flush()

    if with_parent:
        from carecli.boot.children import end_with_parent

        end_with_parent()
    try:
        run(scenario, seed, port, pace, ready=ready)
    except BrokenPipeError:
        raise
    except OSError as error:
        raise click.ClickException(f"Port {port} cannot be used: {error.strerror}.") from error


practice.add_command(serve)
