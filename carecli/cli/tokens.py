"""The command that replaces a channel's token."""

from __future__ import annotations

import os
import sys
from dataclasses import dataclass
from datetime import UTC, datetime

import click

from carecli.cli.completion import channel_keys
from carecli.cli.shared import CommonOptions, asked, deed
from carecli.domain.errors import SecretMissing


@dataclass(frozen=True, slots=True)
class TokenReplaced:
    """The replaced token and its place. Times are in ms; null means no end, or unknown.

    `channels` are all channels that use it. `token_ends` is when it expires, `data_access_ends`
    when its access to data expires.
    """

    channels: list[str]
    place: str
    token_ends: int | None
    data_access_ends: int | None


@deed(
    "carecli token lrp-fb",
    "carecli token lrp-fb --token-env NEW_TOKEN --json",
    says=TokenReplaced,
)
@click.argument("channel", shell_complete=channel_keys)
@click.option(
    "--token-env",
    metavar="NAME",
    default="",
    help="The environment variable that contains the token.",
)
@click.option("--unchecked", is_flag=True, help="Store it without checking it on the platform.")
@asked
def token(asked: CommonOptions, channel: str, token_env: str, unchecked: bool) -> None:
    """Replace the token of a channel.

    The new token is first checked on the platform; if it does not work, nothing is changed. For
    Facebook and Instagram, the token of a person or a system user is enough: carecli fetches the
    page's token with it. A running engine starts to use the new token automatically.
    """
    from carecli.boot.token_renewal import replace_token

    typed = _typed(channel, token_env)
    done = replace_token(asked.setup(), channel, typed, is_checked=not unchecked)
    told = TokenReplaced(list(done.channels), str(done.place), done.ends, done.data_ends)
    others = [one for one in done.channels if one != channel]
    text = f"The token of {channel} was replaced; it is in {done.place}."
    if others:
        text += f" It is also used by {', '.join(others)}."
    for what, at in (("It expires", done.ends), ("Its access to data expires", done.data_ends)):
        if at is not None:
            text += f" {what} on {datetime.fromtimestamp(at / 1000, UTC):%Y-%m-%d}."
    asked.tell(told, text)


def _typed(channel: str, name: str) -> str:
    if name:
        value = os.environ.get(name, "").strip()
        if not value:
            raise SecretMissing(
                f"The environment variable {name} is empty or not set.",
                hint=f"Set it, e.g. export {name}=…",
            )
        return value
    if not sys.stdin.isatty():
        raise click.UsageError(
            "A token is required: give its environment variable with --token-env."
        )
    typed: str = click.prompt(f"The new token of {channel} (not shown)", hide_input=True, err=True)
    return typed.strip()
