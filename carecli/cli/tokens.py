"""The command that replaces a channel's token."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from datetime import UTC, datetime

import click

from carecli.cli.completion import channel_keys
from carecli.cli.shared import CommonOptions, cli_command, read_token, with_options


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


@cli_command(
    "carecli token lrp-fb",
    "carecli token lrp-fb --token-env NEW_TOKEN --json",
    result=TokenReplaced,
)
@click.argument("channel", shell_complete=channel_keys)
@click.option(
    "--token-env",
    metavar="NAME",
    default="",
    help="The environment variable that contains the token.",
)
@click.option("--unchecked", is_flag=True, help="Store it without checking it on the platform.")
@with_options
def token(options: CommonOptions, channel: str, token_env: str, unchecked: bool) -> None:
    """Replace the token of a channel.

    The new token is first checked on the platform; if it does not work, nothing is changed. For
    Facebook and Instagram, the token of a person or a system user is enough: carecli fetches the
    page's token with it. A running engine starts to use the new token automatically.
    """
    from carecli.boot.token_renewal import replace_token

    new_token = read_token(
        token_env, f"The new token of {channel} (not shown)", is_asking=sys.stdin.isatty()
    )
    replaced = replace_token(options.setup(), channel, new_token, is_checked=not unchecked)
    result = TokenReplaced(
        list(replaced.channels), str(replaced.place), replaced.ends, replaced.data_ends
    )
    others = [key for key in replaced.channels if key != channel]
    text = f"The token of {channel} was replaced; it is in {replaced.place}."
    if others:
        text += f" It is also used by {', '.join(others)}."
    for what, at in (
        ("It expires", replaced.ends),
        ("Its access to data expires", replaced.data_ends),
    ):
        if at is not None:
            text += f" {what} on {datetime.fromtimestamp(at / 1000, UTC):%Y-%m-%d}."
    options.tell(result, text)
