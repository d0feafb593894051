"""Connects Facebook pages and their Instagram profiles: from a token to a configuration."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from carecli.boot.setup import now
from carecli.boot.token_storage import keep_at, keep_new
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
    """What is asked with: a token, and, if known, the app's id and secret and another address."""

    token: str = field(repr=False)
    app_id: str = ""
    secret: str = field(default="", repr=False)
    base_url: str = ""

    def connecting(self, token: str = "") -> PageDiscovery:
        """Calls with the token, or with another one in the same way."""
        return PageDiscovery(
            token or self.token, clock=now, base_url=self.base_url, secret=self.secret
        )


@dataclass(frozen=True, slots=True)
class Reached:
    """What a token is, and the pages it reaches; `is_short` if it ends soon all the same."""

    told: TokenFacts
    pages: tuple[FoundPage, ...]
    is_short: bool = False


@dataclass(frozen=True, slots=True)
class Linked:
    """A channel of the configuration: its key, where its token is, whether it is new."""

    key: str
    platform: str
    account: str
    title: str
    token: str
    is_new: bool


def reach(access: Access) -> Reached:
    """Ask whose the token is and which pages it reaches; raises PlatformError."""

    async def ask() -> Reached:
        async with access.connecting() as calls:
            told = await calls.whose()
            is_short = told.kind == "USER" and told.ends is not None and told.ends - now() < SHORT
            longer = ""
            if is_short and access.app_id and access.secret:
                longer = await calls.exchanged(access.app_id)
        async with access.connecting(longer) as calls:
            pages = await calls.pages(told)
        return Reached(told, tuple(pages), is_short and not longer)

    return asyncio.run(ask())


def try_page(access: Access, page: FoundPage) -> tuple[TokenFacts, list[AccessCheck]]:
    """What the page's own token is, and what may be done with it; raises PlatformError."""

    async def ask() -> tuple[TokenFacts, list[AccessCheck]]:
        async with access.connecting(page.token) as calls:
            told = await calls.whose()
            return told, await calls.tried(page, told.scopes)

    return asyncio.run(ask())


def subscribe(access: Access, page: FoundPage) -> list[tuple[str, tuple[str, ...], str]]:
    """Have the page and its profile push to the app: account, fields, and what went wrong."""

    async def ask() -> list[tuple[str, tuple[str, ...], str]]:
        told: list[tuple[str, tuple[str, ...], str]] = []
        async with access.connecting(page.token) as calls:
            wanted: list[tuple[str, tuple[str, ...]]] = [(page.id, PAGE_WEBHOOK_FIELDS)]
            wanted += [(page.profile, PROFILE_WEBHOOK_FIELDS)] if page.profile else []
            for account, fields in wanted:
                problem = ""
                try:
                    await calls.subscribe(account, fields)
                except PlatformError as error:
                    problem = f"{error.what} ({error.code})"
                told.append((account, fields, problem))
        return told

    return asyncio.run(ask())


def write(
    file: Path,
    pages: Iterable[FoundPage],
    *,
    access: Access,
    brand: str = "",
    secret_place: str = "",
) -> list[Linked]:
    """Put the pages and their profiles into the configuration, and their tokens where they belong.

    A page that is there already gets the new token only. What stands in the file stays. `brand` is
    a brand's key, or the title of a new one; else each page belongs to the only brand there is, or
    to one of its own name. Raises ConfigError where the file would not be right; it is not written
    then.
    """
    text = file.read_text(encoding="utf-8") if file.exists() else HEAD
    before = load(file) if file.exists() else parse(HEAD, file=str(file))
    made = _Writing(file, before, access, brand, secret_place)
    for page in pages:
        made.add(page)
    for section, entries in (("brands", made.brands), ("channels", made.channels)):
        text = add_entries(text, section, entries)
    folder = file.absolute().parent
    after = parse(text, file=str(file), folder=folder)  # raises before anything is written
    kept = {**before.channels, **{key: after.channels[key] for key in made.channels}}
    if after.channels != kept:
        raise ConfigError("The channels could not be added to this file.", file=str(file))
    make_folder(folder)
    if made.channels or made.brands or not file.exists():
        _replace(file, text)
    return made.linked


def _replace(file: Path, text: str) -> None:
    """Write a file anew in one go, with the rights it has."""
    place = file.resolve()
    mode = place.stat().st_mode & 0o777 if place.exists() else 0o600
    beside = place.with_name(place.name + ".new")
    beside.write_text(text, encoding="utf-8", newline="")
    beside.chmod(mode)
    beside.replace(place)


class _Writing:
    """Brands and channels as they come together; tokens are kept at once."""

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
        self.linked: list[Linked] = []

    def add(self, page: FoundPage) -> None:
        """A page, and its profile."""
        brand = self._brand_of(page)
        base = brand or _key(page.name)
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
        for there, one in self._before.channels.items():
            if (one.platform, one.account) == (platform, account):
                if one.token.kind != "env":
                    keep_at(one.token, there, page.token)
                told = Linked(there, platform, account, one.title or there, str(one.token), False)
                self.linked.append(told)
                return _named(one.token, there)
        key = self._free(key)
        place = shared or keep_new(key, page.token, self._file)
        settings: dict[str, Any] = {"brand": brand, "platform": platform, "title": title}
        settings |= {"account": account, "base_url": self._access.base_url, "token": str(place)}
        settings["secret"] = self._secret_place
        if platform == "instagram":
            settings["options"] = {"page": page.id}
        self.channels[key] = {name: value for name, value in settings.items() if value}
        self.linked.append(Linked(key, platform, account, title, str(place), True))
        return _named(place, key)

    def _brand_of(self, page: FoundPage) -> str:
        """The key of its brand; empty where the channels of this configuration name none."""
        known = self._before.brands
        if self._brand:
            match = [key for key, one in known.items() if self._brand in (key, one.title)]
            return match[0] if match else self._new_brand(self._brand)
        if len(known) == 1:
            return next(iter(known))
        if not known and self._before.channels:
            return ""
        same = [key for key, one in known.items() if page.name in (key, one.title)]
        return same[0] if same else self._new_brand(page.name)

    def _new_brand(self, title: str) -> str:
        key = _key(title)
        if key not in self._before.brands:
            self.brands[key] = {"title": title}
        return key

    def _free(self, key: str) -> str:
        """The key, or with a number behind it where another channel has it."""
        taken = {*self._before.channels, *self.channels, *self._before.competitors}
        found, number = key, 2
        while found in taken:
            found, number = f"{key}-{number}", number + 1
        return found


def _named(place: SecretPlace, key: str) -> SecretPlace:
    """A place as another channel names it: the keyring's entry is called after the first one."""
    if place.kind == "keyring" and not place.name:
        return SecretPlace("keyring", key)
    return place


def _key(title: str) -> str:
    from carecli.domain.text import fold

    return "-".join("".join(c if c.isalnum() else " " for c in fold(title)).split()) or "brand"


def chosen(reached: Reached, ids: Iterable[str]) -> list[FoundPage]:
    """The pages of these ids or names; raises Refusal for one the token does not reach."""
    found: list[FoundPage] = []
    for one in ids:
        match = [page for page in reached.pages if one in (page.id, page.name)]
        if not match:
            raise Refusal(f"The token gives no access to page {one!r}.", hint=reach_hint(reached))
        found.append(match[0])
    return list(dict.fromkeys(found))


def reach_hint(reached: Reached) -> str:
    """Why a page may be missing from the list, and what to do."""
    if reached.told.kind == "PAGE":
        return (
            "It is the token of a single page; the token of a person or a system user gives "
            "access to several."
        )
    missing = [
        scope
        for scope in ("pages_show_list", "business_management")
        if scope not in reached.told.scopes
    ]
    if missing:
        return (
            f"Create a token with {' and '.join(missing)}: pages in a business portfolio are "
            "listed only with business_management."
        )
    return "Give the token's owner a task on the page (in the business portfolio), and try again."
