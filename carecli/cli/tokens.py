"""The command that replaces a channel's token."""

from __future__ import annotations

import os
import sys
from dataclasses import dataclass
from datetime import UTC, datetime

import click

from carecli.cli.completion import channel_keys
from carecli.cli.shared import CommonOptions, cli_command, with_options
from carecli.domain.errors import SecretMissing


@dataclass(frozen=True, slots=True)
class TokenReplaced:
    """Whose token was replaced, and where it is. Moments are ms; null: it does not end, or unknown.

    `channels` are all channels that use it; `token_ends` is its end, `data_access_ends` that of
    the access to data.
    """

    channels: list[str]
    place: str
    token_ends: int | None
    data_access_ends: int | None


@cli_command(
    "carecli token lrp-fb",
    "carecli token lrp-fb --token-env NEW_TOKEN --json",
    result=TokenReplaced,
)
@click.argument("channel", shell_complete=channel_keys)
@click.option("--token-env", metavar="NAME", default="", help="The variable that holds the token.")
@click.option("--unchecked", is_flag=True, help="Store it without asking the platform about it.")
@with_options
def token(options: CommonOptions, channel: str, token_env: str, unchecked: bool) -> None:
    """Replace the token of a channel, at any time.

    The platform is asked about the new one first; one that is no good changes nothing. For
    Facebook and Instagram a person's or a system user's token will do: the page's own is fetched
    with it. An engine that runs takes the new token up by itself.
    """
    from carecli.boot.token_renewal import replace_token

    new_token = _read_token(channel, token_env)
    replaced = replace_token(options.setup(), channel, new_token, is_checked=not unchecked)
    result = TokenReplaced(
        list(replaced.channels), str(replaced.place), replaced.ends, replaced.data_ends
    )
    others = [key for key in replaced.channels if key != channel]
    text = f"The token of {channel} was replaced; it is in {replaced.place}."
    if others:
        text += f" It serves {', '.join(others)} too."
    for what, at in (("It ends", replaced.ends), ("The access to data ends", replaced.data_ends)):
        if at is not None:
            text += f" {what} on {datetime.fromtimestamp(at / 1000, UTC):%Y-%m-%d}."
    options.tell(result, text)


def _read_token(channel: str, name: str) -> str:
    if name:
        value = os.environ.get(name, "").strip()
        if not value:
            raise SecretMissing(
                f"The variable {name} is empty or not set.", hint=f"Set it, e.g. export {name}=…"
            )
        return value
    if not sys.stdin.isatty():
        raise click.UsageError("A token is wanted: name a variable with --token-env.")
    typed: str = click.prompt(f"The new token of {channel} (not shown)", hide_input=True, err=True)
    return typed.strip()
