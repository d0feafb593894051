"""Connects Facebook pages and their Instagram profiles: from a token to a configuration."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from carecli.boot.setup import now
from carecli.boot.token_storage import replace_stored_token, store_new_token
from carecli.config import Config, SecretPlace, load, parse
from carecli.config.append import add_entries
from carecli.domain.errors import ConfigError, PlatformError, Refusal
from carecli.domain.model import DAY
from carecli.file_rights import make_folder
from carecli.platforms.meta.page_discovery import (
    PAGE_WEBHOOK_FIELDS,
    PROFILE_WEBHOOK_FIELDS,
    AccessCheck,
    FoundPage,
    PageDiscovery,
    TokenFacts,
)

SHORT = 2 * DAY
"""A person's token that ends sooner is exchanged for a long one, if the app's secret is known."""
HEAD = "# Every key is explained in docs/configuration.md.\n"


@dataclass(frozen=True, slots=True)
class Access:
    """What calls are made with: a token, and, if known, the app's id and secret and an address."""

    token: str = field(repr=False)
    app_id: str = ""
    secret: str = field(default="", repr=False)
    base_url: str = ""

    def discovery(self, token: str = "") -> PageDiscovery:
        """A client for the calls, with this token or another one."""
        return PageDiscovery(
            token or self.token, clock=now, base_url=self.base_url, secret=self.secret
        )


@dataclass(frozen=True, slots=True)
class TokenReach:
    """A token's facts and the pages it reaches; `is_short` if it ends soon and stays so."""

    facts: TokenFacts
    pages: tuple[FoundPage, ...]
    is_short: bool = False


@dataclass(frozen=True, slots=True)
class ConfiguredChannel:
    """A channel of the configuration: its key, where its token is, whether it is new."""

    key: str
    platform: str
    account: str
    title: str
    token: str
    is_new: bool


def read_token(access: Access) -> TokenReach:
    """Read the token's facts and the pages it reaches; raises PlatformError."""

    async def ask() -> TokenReach:
        async with access.discovery() as calls:
            facts = await calls.token_facts()
            is_short = (
                facts.kind == "USER" and facts.ends is not None and facts.ends - now() < SHORT
            )
            longer = ""
            if is_short and access.app_id and access.secret:
                longer = await calls.exchange_token(access.app_id)
        async with access.discovery(longer) as calls:
            pages = await calls.pages(facts)
        return TokenReach(facts, tuple(pages), is_short and not longer)

    return asyncio.run(ask())


def check_page(access: Access, page: FoundPage) -> tuple[TokenFacts, list[AccessCheck]]:
    """Read the facts of the page's own token, and check its access; raises PlatformError."""

    async def ask() -> tuple[TokenFacts, list[AccessCheck]]:
        async with access.discovery(page.token) as calls:
            facts = await calls.token_facts()
            return facts, await calls.check_access(page, facts.scopes)

    return asyncio.run(ask())


def subscribe(access: Access, page: FoundPage) -> list[tuple[str, tuple[str, ...], str]]:
    """Subscribe the app to webhooks of the page and its profile.

    Returns account, fields and the problem, empty if it worked.
    """

    async def ask() -> list[tuple[str, tuple[str, ...], str]]:
        results: list[tuple[str, tuple[str, ...], str]] = []
        async with access.discovery(page.token) as calls:
            wanted: list[tuple[str, tuple[str, ...]]] = [(page.id, PAGE_WEBHOOK_FIELDS)]
            wanted += [(page.profile, PROFILE_WEBHOOK_FIELDS)] if page.profile else []
            for account, fields in wanted:
                problem = ""
                try:
                    await calls.subscribe(account, fields)
                except PlatformError as error:
                    problem = f"{error.what} ({error.code})"
                results.append((account, fields, problem))
        return results

    return asyncio.run(ask())


def write_channels(
    file: Path,
    pages: Iterable[FoundPage],
    *,
    access: Access,
    brand: str = "",
    secret_place: str = "",
) -> list[ConfiguredChannel]:
    """Put the pages and their profiles into the configuration, and their tokens where they belong.

    A page that is there already gets the new token only. What stands in the file stays. `brand` is
    a brand's key, or the title of a new one; else each page belongs to the only brand there is, or
    to one of its own name. Raises ConfigError where the file would not be right; it is not written
    then.
    """
    text = file.read_text(encoding="utf-8") if file.exists() else HEAD
    config = load(file) if file.exists() else parse(HEAD, file=str(file))
    writer = _Writing(file, config, access, brand, secret_place)
    for page in pages:
        writer.add(page)
    for section, entries in (("brands", writer.brands), ("channels", writer.channels)):
        text = add_entries(text, section, entries)
    folder = file.absolute().parent
    new_config = parse(text, file=str(file), folder=folder)  # raises before anything is written
    expected = {**config.channels, **{key: new_config.channels[key] for key in writer.channels}}
    if new_config.channels != expected:
        raise ConfigError("The channels could not be added to this file.", file=str(file))
    make_folder(folder)
    if writer.channels or writer.brands or not file.exists():
        _replace(file, text)
    return writer.linked


def _replace(file: Path, text: str) -> None:
    """Replace a file atomically, keeping its permissions."""
    target = file.resolve()
    mode = target.stat().st_mode & 0o777 if target.exists() else 0o600
    temporary = target.with_name(target.name + ".new")
    temporary.write_text(text, encoding="utf-8", newline="")
    temporary.chmod(mode)
    temporary.replace(target)


class _Writing:
    """Collects the brands and channels to write; tokens are stored at once."""

    def __init__(
        self, file: Path, before: Config, access: Access, brand: str, secret_place: str
    ) -> None:
        self._file = file
        self._before = before
        self._access = access
        self._brand = brand
        self._secret_place = secret_place
        self.brands: dict[str, dict[str, Any]] = {}
        self.channels: dict[str, dict[str, Any]] = {}
        self.linked: list[ConfiguredChannel] = []

    def add(self, page: FoundPage) -> None:
        """A page, and its profile."""
        brand = self._brand_of(page)
        base = brand or brand_key_of(page.name)
        place = self._channel("facebook", page.id, page.name, f"{base}-fb", brand, page, None)
        if page.profile:
            title = page.profile_name or page.name
            self._channel("instagram", page.profile, title, f"{base}-ig", brand, page, place)

    def _channel(
        self,
        platform: str,
        account: str,
        title: str,
        key: str,
        brand: str,
        page: FoundPage,
        shared: SecretPlace | None,
    ) -> SecretPlace:
        """One channel; where its token is, as another channel may name it."""
        for existing_key, channel in self._before.channels.items():
            if (channel.platform, channel.account) == (platform, account):
                if channel.token.kind != "env":
                    replace_stored_token(channel.token, existing_key, page.token)
                linked = ConfiguredChannel(
                    existing_key,
                    platform,
                    account,
                    channel.title or existing_key,
                    str(channel.token),
                    False,
                )
                self.linked.append(linked)
                return _shared_place(channel.token, existing_key)
        key = self._free_key(key)
        place = shared or store_new_token(key, page.token, self._file)
        settings: dict[str, Any] = {"brand": brand, "platform": platform, "title": title}
        settings |= {"account": account, "base_url": self._access.base_url, "token": str(place)}
        settings["secret"] = self._secret_place
        if platform == "instagram":
            settings["options"] = {"page": page.id}
        self.channels[key] = {name: value for name, value in settings.items() if value}
        self.linked.append(ConfiguredChannel(key, platform, account, title, str(place), True))
        return _shared_place(place, key)

    def _brand_of(self, page: FoundPage) -> str:
        """The key of a page's brand; empty if the channels of this configuration have none."""
        brands = self._before.brands
        if self._brand:
            named = [key for key, brand in brands.items() if self._brand in (key, brand.title)]
            return named[0] if named else self._new_brand(self._brand)
        if len(brands) == 1:
            return next(iter(brands))
        if not brands and self._before.channels:
            return ""
        matching = [key for key, brand in brands.items() if page.name in (key, brand.title)]
        return matching[0] if matching else self._new_brand(page.name)

    def _new_brand(self, title: str) -> str:
        key = brand_key_of(title)
        if key not in self._before.brands:
            self.brands[key] = {"title": title}
        return key

    def _free_key(self, key: str) -> str:
        """The key, with a number appended if another channel has it."""
        taken = {*self._before.channels, *self.channels, *self._before.competitors}
        candidate, number = key, 2
        while candidate in taken:
            candidate, number = f"{key}-{number}", number + 1
        return candidate


def _shared_place(place: SecretPlace, key: str) -> SecretPlace:
    """A token's place as another channel refers to it: a keyring entry has the first one's name."""
    if place.kind == "keyring" and not place.name:
        return SecretPlace("keyring", key)
    return place


def brand_key_of(title: str) -> str:
    """The configuration's key for a brand: its title in small letters, with hyphens."""
    from carecli.domain.text import fold

    return "-".join("".join(c if c.isalnum() else " " for c in fold(title)).split()) or "brand"


def chosen_pages(reached: TokenReach, ids: Iterable[str]) -> list[FoundPage]:
    """The pages of these ids or names; raises Refusal for one the token does not reach."""
    pages: list[FoundPage] = []
    for wanted in ids:
        matches = [page for page in reached.pages if wanted in (page.id, page.name)]
        if not matches:
            raise Refusal(
                f"The token gives no access to page {wanted!r}.", hint=reach_hint(reached)
            )
        pages.append(matches[0])
    return list(dict.fromkeys(pages))


def reach_hint(reached: TokenReach) -> str:
    """Why a page may be missing from the list, and what to do."""
    if reached.facts.kind == "PAGE":
        return (
            "It is the token of a single page; the token of a person or a system user gives "
            "access to several."
        )
    missing = [
        scope
        for scope in ("pages_show_list", "business_management")
        if scope not in reached.facts.scopes
    ]
    if missing:
        return (
            f"Create a token with {' and '.join(missing)}: pages in a business portfolio are "
            "listed only with business_management."
        )
    return "Give the token's owner a task on the page (in the business portfolio), and try again."
