"""The command that connects Facebook pages and Instagram profiles step by step."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import click

from carecli.cli.output import say
from carecli.cli.shared import CommonOptions, asked, deed
from carecli.domain.errors import SecretMissing

if TYPE_CHECKING:
    from carecli.boot.meta_setup import Access, Linked, Reached
    from carecli.platforms.meta.page_discovery import AccessCheck, FoundPage


@dataclass(frozen=True, slots=True)
class ConnectedChannel:
    """A channel of the configuration; `token` is the place of its token, never the token itself."""

    key: str
    platform: str
    account: str
    title: str
    token: str
    is_new: bool


@dataclass(frozen=True, slots=True)
class PermissionCheck:
    """A check of an account's permissions; `problem` is empty if they are sufficient.

    `is_called` is false for actions that would write something: there carecli only looked up the
    granted permissions.
    """

    account: str
    permissions: list[str]
    what: str
    is_ok: bool
    is_called: bool
    problem: str


@dataclass(frozen=True, slots=True)
class Subscription:
    """The webhook fields subscribed for an account; `problem` is empty if it worked."""

    account: str
    fields: list[str]
    problem: str


@dataclass(frozen=True, slots=True)
class ConnectionResult:
    """What was connected, its permissions, and warnings."""

    is_ok: bool
    file: str
    token_type: str
    channels: list[ConnectedChannel]
    checks: list[PermissionCheck]
    webhooks: list[Subscription]
    notes: list[str]


LIVE = (
    "Meta pushes only while the app is live, and comments on Instagram only with Advanced Access "
    "for instagram_manage_comments; see docs/webhooks.md."
)
SHORT_LIVED = (
    "This token expires within two days, and the pages' tokens with it. Add --app-id and "
    "--secret-env to exchange it for a long-lived one, or use the token of a system user."
)


@click.group()
def connect() -> None:
    """Connect accounts of a platform: find and check them, and write the configuration."""


@deed(
    "carecli connect facebook",
    "carecli connect facebook --token-env FB_TOKEN --page 104000000000001 --yes --json",
    says=ConnectionResult,
)
@click.option(
    "--token-env",
    metavar="NAME",
    default="",
    help="The environment variable that contains the token.",
)
@click.option(
    "--app-id", metavar="ID", default="", help="The app's id, to exchange a short-lived token."
)
@click.option(
    "--secret-env",
    metavar="NAME",
    default="",
    help="The environment variable that contains the app secret.",
)
@click.option(
    "--page", "pages", multiple=True, metavar="ID", help="A page, by id or name; may be repeated."
)
@click.option("--brand", metavar="NAME", default="", help="The brand to which they belong.")
@click.option("--webhooks/--no-webhooks", default=True, help="Subscribe the app to webhooks.")
@click.option("--base-url", metavar="URL", default="", help="A different address of the Graph API.")
@click.option("--yes", is_flag=True, help="Do not ask for confirmation.")
@asked
def facebook(
    asked: CommonOptions,
    token_env: str,
    app_id: str,
    secret_env: str,
    pages: Sequence[str],
    brand: str,
    webhooks: bool,
    base_url: str,
    yes: bool,
) -> int:
    """Connect Facebook pages and the Instagram profiles linked with them.

    You need the token of a person, of a system user, or of one page. carecli lists the pages it
    gives access to, fetches the token of each page, checks its permissions, adds the channels to
    the configuration and subscribes webhooks. Nothing is answered, hidden or deleted, and existing
    settings stay as they are. Tokens are stored in the keyring, or in files that only you can read.
    The exit code is 1 if a permission is missing.
    """
    from carecli.boot import meta_setup
    from carecli.paths import config_file

    file = config_file(asked.config_file)
    is_asking = not yes and sys.stdin.isatty() and sys.stderr.isatty()
    access = meta_setup.Access(
        _token(token_env, is_asking=is_asking), app_id, _variable(secret_env), base_url
    )
    reached = meta_setup.reach(access)
    notes = [SHORT_LIVED] if reached.is_short else []
    say(f"The token is of type {reached.told.kind}.", to_errors=True)
    wanted = _pages(reached, pages, is_asking=is_asking)
    checks = [check for page in wanted for check in _checks(access, page)]
    if is_asking:
        click.confirm(f"Write {file}?", default=True, abort=True, err=True)
    place = f"env:{secret_env}" if secret_env else ""
    linked = meta_setup.write(file, wanted, access=access, brand=brand, secret_place=place)
    notes += _kept_elsewhere(linked)
    subscribed: list[Subscription] = []
    if webhooks and (
        not is_asking or click.confirm("Subscribe the app to webhooks?", default=True, err=True)
    ):
        subscribed = [
            Subscription(account, list(fields), problem)
            for page in wanted
            for account, fields, problem in meta_setup.subscribe(access, page)
        ]
        notes.append(LIVE)
    is_ok = all(one.is_ok for one in checks) and not any(one.problem for one in subscribed)
    told = ConnectionResult(
        is_ok,
        str(file),
        reached.told.kind,
        [
            ConnectedChannel(one.key, one.platform, one.account, one.title, one.token, one.is_new)
            for one in linked
        ],
        checks,
        subscribed,
        notes,
    )
    asked.tell(told, _in_words(told))
    return 0 if is_ok else 1


connect.add_command(facebook)


def _token(name: str, *, is_asking: bool) -> str:
    if name:
        return _variable(name)
    if not is_asking:
        raise click.UsageError(
            "A token is required: give its environment variable with --token-env."
        )
    typed: str = click.prompt(
        "The token of a person or a system user (not shown)", hide_input=True, err=True
    )
    return typed.strip()


def _variable(name: str) -> str:
    if not name:
        return ""
    value = os.environ.get(name, "").strip()
    if not value:
        raise SecretMissing(
            f"The environment variable {name} is empty or not set.",
            hint=f"Set it, e.g. export {name}=…",
        )
    return value


def _pages(reached: Reached, asked: Sequence[str], *, is_asking: bool) -> list[FoundPage]:
    """The pages to connect; a person chooses among several."""
    from carecli.boot.meta_setup import chosen, reach_hint
    from carecli.domain.errors import Refusal

    if asked:
        return chosen(reached, asked)
    if not reached.pages:
        raise Refusal("The token gives access to no page.", hint=reach_hint(reached))
    for number, page in enumerate(reached.pages, 1):
        profile = f", on Instagram {page.profile_name or page.profile}" if page.profile else ""
        say(f"{number:>3}  {page.name} ({page.id}){profile}", to_errors=True)
    if len(reached.pages) == 1:
        return list(reached.pages)
    if "business_management" not in reached.told.scopes and reached.told.kind != "PAGE":
        say(f"Is one missing? {reach_hint(reached)}", to_errors=True)
    if not is_asking:
        raise click.UsageError("The token gives access to several pages. Choose with --page.")
    numbers = click.prompt(
        "Which ones? Type numbers separated by commas, or all",
        default="all",
        value_proc=lambda text: _numbers(text, len(reached.pages)),
        err=True,
    )
    return [reached.pages[number - 1] for number in numbers]


def _numbers(text: str, most: int) -> list[int]:
    if str(text).strip() == "all":
        return list(range(1, most + 1))
    words = str(text).replace(",", " ").split()
    if not words or not all(one.isascii() and one.isdigit() for one in words):
        raise click.BadParameter("Type numbers, e.g. 1,3; or all.")
    numbers = list(dict.fromkeys(int(one) for one in words))
    if not all(1 <= one <= most for one in numbers):
        raise click.BadParameter(f"Choose numbers from 1 to {most}.")
    return numbers


def _checks(access: Access, page: FoundPage) -> list[PermissionCheck]:
    from carecli.boot.meta_setup import try_page

    say(f"{page.name}:", to_errors=True)
    _, tries = try_page(access, page)
    for one in tries:
        say(_check_line(one), to_errors=True)
    return [
        PermissionCheck(
            one.account, list(one.scopes), one.what, one.is_ok, one.is_called, one.problem
        )
        for one in tries
    ]


def _check_line(one: AccessCheck) -> str:
    scopes = ", ".join(one.scopes)
    end = f": {one.problem}" if one.problem else ""
    return f"{'ok  ' if one.is_ok else 'BAD '} {one.what} ({scopes}){end}"


def _kept_elsewhere(linked: Sequence[Linked]) -> list[str]:
    return [
        f"The token of {one.key} is read from {one.token}: put the new token there yourself."
        for one in linked
        if one.token.startswith("env:")
    ]


def _in_words(told: ConnectionResult) -> str:
    lines = [
        f"{'New' if one.is_new else 'There already'}: {one.key}, {one.platform}, {one.title}; "
        f"its token is in {one.token}."
        for one in told.channels
    ]
    for one in told.webhooks:
        fields = ", ".join(one.fields)
        lines.append(
            f"Webhooks for {one.account} could not be subscribed: {one.problem}"
            if one.problem
            else f"Webhooks for {one.account}: {fields}."
        )
    lines += told.notes
    lines.append(f"Wrote {told.file}. Next: `carecli doctor`, then `carecli`.")
    if not told.is_ok:
        lines.append("Some permissions are missing; see above.")
    return "\n".join(lines)
