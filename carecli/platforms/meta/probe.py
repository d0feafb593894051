"""What `doctor` asks about a token: whose, until when, for what."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime

from carecli.domain.capabilities import Capabilities
from carecli.domain.errors import PlatformError, TokenRefused, Transient
from carecli.domain.model import DAY, SECOND, Millis
from carecli.platforms.base import Account, Probe
from carecli.platforms.meta import wire
from carecli.platforms.meta.graph import Graph

PAGE_SCOPES: Mapping[str, str] = {
    "pages_show_list": "list pages",
    "pages_read_engagement": "read posts",
    "pages_read_user_content": "read comments, visitors' posts, ratings and their authors",
    "pages_manage_engagement": "reply, hide, delete, like, block",
    "pages_manage_metadata": "read conversations, subscribe webhooks",
    "pages_messaging": "read and send private messages",
}
INSTAGRAM_SCOPES: Mapping[str, str] = {
    "instagram_basic": "read media",
    "instagram_manage_comments": "read comments, reply, hide, delete",
    "instagram_manage_messages": "read and send private messages",
    "pages_manage_metadata": "read private messages, subscribe webhooks",
    "instagram_manage_engagement": "like comments",
    "pages_read_engagement": "read through the page",
    "pages_show_list": "list pages",
}
SOON: Millis = 14 * DAY

VERSIONS_END: Mapping[str, str] = {
    "v20.0": "2026-09-24",
    "v21.0": "2027-01-21",
    "v22.0": "2027-05-20",
    "v23.0": "2027-10-08",
    "v24.0": "2028-02-18",
    "v25.0": "2028-07-29",
}
"""When a version of the Graph API ends (Meta's changelog); later versions have no date yet."""


async def probe_token(
    graph: Graph,
    account: Account,
    scopes: Mapping[str, str],
    capabilities: Capabilities,
    now: Millis,
) -> Probe:
    """Ask the platform about the account and its token."""
    findings: list[str] = []
    problems: list[str] = []
    name, ends, is_usable = "", {}, False
    try:
        fields = "id,name" if scopes is PAGE_SCOPES else "id,username"
        node = (await graph.get(account.account, fields=fields)).node
        name = wire.prose(node, "name") or wire.prose(node, "username") or ""
        findings.append(f"connected as {name or account.account}")
        told = (await graph.get("debug_token", input_token=account.token)).node
        token = wire.child(told, "data")
        ends = _ends(token)
        _judge(token, account, scopes, now, findings, problems)
        if wire.text(token, "type") == "PAGE" and wire.flag(token, "is_valid") is not False:
            is_usable = await _calls(graph, account, scopes, findings, problems)
    except TokenRefused as error:
        problems.append(str(error))
    except Transient:
        raise
    except PlatformError as error:
        problems.append(f"{error} ({error.code})")
    _judge_version(graph.version, now, findings, problems)
    return Probe(
        not problems, name, tuple(findings), tuple(problems), capabilities, ends, is_usable
    )


def _ends(token: wire.Node) -> dict[str, Millis]:
    """When the token and the access to data end, where they do (ms)."""
    told = {"token": "expires_at", "data": "data_access_expires_at"}
    seconds = {what: wire.number(token, key) for what, key in told.items()}
    return {what: found * SECOND for what, found in seconds.items() if found}


async def _calls(
    graph: Graph,
    account: Account,
    scopes: Mapping[str, str],
    findings: list[str],
    problems: list[str],
) -> bool:
    """Make each call that pulling begins with; whether at least one of them is answered."""
    is_page = scopes is PAGE_SCOPES
    page = account.account if is_page else account.options.get("page", "")
    posts = "published_posts" if is_page else "media"
    platform = "messenger" if is_page else "instagram"
    calls: tuple[tuple[str, str, dict[str, str]], ...] = (
        ("posts", f"{account.account}/{posts}", {}),
        ("private messages", f"{page or account.account}/conversations", {"platform": platform}),
    )
    read = []
    for what, path, more in calls:
        try:
            await graph.get(path, fields="id", limit="1", **more)
        except Transient:
            raise
        except PlatformError as error:
            problem = f"{what} cannot be read: {error.what} ({error.code})"
            if not is_page and not page and what != "posts":
                problem += (
                    "; they go through the page: set its id as `page` under `options`, or run "
                    "`carecli connect facebook`"
                )
            problems.append(problem)
        else:
            read.append(what)
    if read:
        findings.append(f"{' and '.join(read)} can be read")
    return bool(read)


def _judge(
    token: wire.Node,
    account: Account,
    scopes: Mapping[str, str],
    now: Millis,
    findings: list[str],
    problems: list[str],
) -> None:
    kind = wire.text(token, "type") or "unknown"
    if kind == "PAGE":
        findings.append(f"token type {kind}")
    else:
        problems.append(
            f"the token is of type {kind}, but a PAGE token is needed to read pages and comments: "
            f"run `carecli token {account.channel}` to fetch it"
        )
    if wire.flag(token, "is_valid") is False:
        problems.append(
            "the platform says that the token is invalid: replace it with `carecli token "
            f"{account.channel}`"
        )
    profile = wire.ident(token, "profile_id")
    page = account.options.get("page") or (account.account if scopes is PAGE_SCOPES else "")
    if profile and page and profile != page and kind == "PAGE":
        problems.append(f"the token is for page {profile}, but this channel is page {page}")
    for key, what in (
        ("expires_at", "the token"),
        ("data_access_expires_at", "access to data"),
    ):
        _judge_end(wire.number(token, key), what, account.channel, now, findings, problems)
    granted = token.get("scopes")
    if isinstance(granted, list):
        missing = [scope for scope in scopes if scope not in granted]
        findings.append(f"{len(scopes) - len(missing)} of {len(scopes)} permissions")
        problems += [f"permission {scope} is missing: {scopes[scope]}" for scope in missing]


def _judge_end(
    seconds: int | None,
    what: str,
    channel: str,
    now: Millis,
    findings: list[str],
    problems: list[str],
) -> None:
    if seconds is None:
        return
    if seconds == 0:
        findings.append(f"{what} does not expire")
        return
    day = f"{datetime.fromtimestamp(seconds, UTC):%Y-%m-%d}"
    left = seconds * SECOND - now
    if left <= 0:
        problems.append(f"{what} expired on {day}: renew it with `carecli token {channel}`")
    elif left < SOON:
        problems.append(f"{what} expires on {day}: renew it with `carecli token {channel}`")
    else:
        findings.append(f"{what} lasts until {day}")


def _judge_version(version: str, now: Millis, findings: list[str], problems: list[str]) -> None:
    end = VERSIONS_END.get(version)
    if end is None:
        findings.append(f"Graph API {version}")
        return
    ends_at = datetime.fromisoformat(end).replace(tzinfo=UTC).timestamp() * SECOND
    if ends_at <= now:
        problems.append(f"Graph API {version} ended on {end}: set a newer api_version")
    else:
        findings.append(f"Graph API {version}, until {end}")
