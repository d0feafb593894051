"""Set-up commands: init, config check."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

import click

from carecli.cli.shared import CommonOptions, asked, deed
from carecli.domain.errors import ConfigError
from carecli.domain.model import ChannelSpec

ACCOUNTS = {
    "facebook": "The page's id",
    "instagram": "The Instagram professional account's id",
    "matrix": "The Matrix user id, e.g. @care:example.org",
    "manual": "",
}
"""Platform -> what its `account` is; empty: nothing to ask."""


@dataclass(frozen=True, slots=True)
class WrittenConfig:
    """The configuration that was written, and the channels it names."""

    file: str
    channels: list[str]


@dataclass(frozen=True, slots=True)
class Checked:
    """The configuration that carecli would start with."""

    file: str
    database: str
    me: str
    zone: str
    channels: list[ChannelSpec]
    warnings: list[str]


@dataclass(frozen=True, slots=True)
class _Channel:
    key: str
    brand: str
    platform: str
    title: str
    account: str
    base_url: str
    token: str
    page: str = ""


@deed("carecli init", "carecli --config team.yaml init", says=WrittenConfig)
@asked
def init(asked: CommonOptions) -> None:
    """Ask for your channels, write a configuration, and store the tokens.

    Tokens are stored in the keyring, or, if there is none, in files that only you can read. For
    Facebook and Instagram, `carecli connect facebook` finds everything automatically.
    """
    from carecli.config import parse
    from carecli.file_rights import make_folder
    from carecli.paths import config_file

    file = config_file(asked.config_file)
    if file.exists():
        raise ConfigError(
            "there is already a configuration",
            file=str(file),
            hint="edit it, or give another file with --config",
        )
    me = click.prompt("Your name, as colleagues see it (letters and digits)", err=True)
    brands: dict[str, str] = {}
    channels: list[_Channel] = []
    while True:
        channels.append(_ask_channel(brands, file))
        if not click.confirm("Another channel?", default=False, err=True):
            break
    text = _as_yaml(me, brands, channels)
    parse(text, file=str(file), folder=file.absolute().parent)
    make_folder(file.absolute().parent)
    file.write_text(text, encoding="utf-8")
    asked.tell(
        WrittenConfig(str(file), [channel.key for channel in channels]),
        f"Wrote {file}. Next: `carecli doctor`, then `carecli`. New to carecli? `carecli learn` "
        "teaches the keys in half an hour.",
    )


def _ask_channel(brands: dict[str, str], file: Path) -> _Channel:
    brand = click.prompt("Brand", default=next(iter(brands.values()), None), err=True)
    brand_key = _key(brand)
    brands.setdefault(brand_key, brand)
    platform = click.prompt("Platform", type=click.Choice(list(ACCOUNTS)), err=True)
    key = click.prompt("A short key for the channel", default=f"{brand_key}-{platform}", err=True)
    title = click.prompt("The channel's name on screen", default=brand, err=True)
    account = base_url = token = page = ""
    if ACCOUNTS[platform]:
        account = click.prompt(ACCOUNTS[platform], err=True)
        if platform == "matrix":
            base_url = click.prompt("The home server, e.g. https://matrix.example.org", err=True)
        if platform == "instagram":
            page = click.prompt(
                "The linked page's id (private messages go through the page)",
                default="",
                show_default=False,
                err=True,
            )
        if platform in ("facebook", "instagram"):
            click.echo(
                "This must be the page's own token; `carecli connect facebook` fetches it for you.",
                err=True,
            )
        token = _ask_token(key, file)
    return _Channel(key, brand_key, platform, title, account, base_url, token, page)


def _ask_token(key: str, file: Path) -> str:
    """Where the token now is, as the configuration writes it."""
    variable = "CARECLI_TOKEN_" + "".join(c if c.isalnum() else "_" for c in key).upper()
    typed = click.prompt(
        f"The access token (not shown; if empty, it is read from ${variable})",
        default="",
        hide_input=True,
        show_default=False,
        err=True,
    )
    if not typed:
        return f"env:{variable}"
    from carecli.boot.token_storage import keep_new

    place = keep_new(key, typed, file)
    if place.kind == "file":
        click.echo(
            f"There is no keyring. The token is stored in {place.name}, which only you can read.",
            err=True,
        )
    return str(place)


def _key(title: str) -> str:
    from carecli.domain.text import fold

    return "-".join("".join(c if c.isalnum() else " " for c in fold(title)).split()) or "brand"


def _as_yaml(me: str, brands: dict[str, str], channels: list[_Channel]) -> str:
    """The file's text; JSON strings are YAML strings, so that nothing typed can mean more."""

    def quoted(text: str) -> str:
        return json.dumps(text, ensure_ascii=False)

    lines = ["# Every key is explained in docs/configuration.md.", f"me: {quoted(me)}", "brands:"]
    for key, title in brands.items():
        lines += [f"  {quoted(key)}:", f"    title: {quoted(title)}"]
    lines.append("channels:")
    for channel in channels:
        lines.append(f"  {quoted(channel.key)}:")
        for name in ("brand", "platform", "title", "account", "base_url", "token"):
            if value := getattr(channel, name):
                lines.append(f"    {name}: {quoted(value)}")
        if channel.page:
            lines += ["    options:", f"      page: {quoted(channel.page)}"]
    return "\n".join(lines) + "\n"


@click.group()
def config() -> None:
    """Check the configuration."""


@deed("carecli config check", "carecli config check --config team.yaml --json", says=Checked)
@asked
def check(asked: CommonOptions) -> None:
    """Check the configuration for mistakes."""
    from carecli.boot.screen import hard_to_read, screen_settings
    from carecli.boot.setup import protocol_of
    from carecli.config import channel_specs, problem_at

    setup = asked.setup()
    if not setup.config.channels:
        hint = "`carecli init` connects one; see docs/configuration.md"
        raise problem_at(setup.file, "channels", "expected at least one channel", hint)
    protocol_of(setup)
    screen_settings(setup)
    warnings = [*hard_to_read(setup)]
    said = Checked(
        str(setup.file),
        str(setup.database),
        setup.me,
        setup.zone,
        list(channel_specs(setup.config).values()),
        [str(one) for one in warnings],
    )
    count = len(setup.config.channels)
    channels = "1 channel" if count == 1 else f"{count} channels"
    lines = [f"{setup.file} is fine: {channels}; you are {setup.me}."]
    asked.tell(said, "\n".join([*lines, *(f"Warning: {one}" for one in warnings)]))


config.add_command(check)
