"""A homeserver's API: one method per request, and what its errors mean."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Callable, Mapping
from urllib.parse import quote

from carecli.domain.errors import (
    BehaviourBlocked,
    Gone,
    PermissionMissing,
    PlatformError,
    Refused,
    Throttled,
    TokenRefused,
    Transient,
)
from carecli.domain.model import MINUTE, Millis
from carecli.domain.text import one_line
from carecli.platforms.base import Account
from carecli.platforms.http import SAFE_METHODS, Http, Response, redact
from carecli.platforms.matrix.wire import (
    JsonObject,
    as_dict,
    as_dicts,
    as_int,
    as_str,
    as_strs,
    event_id,
)
from carecli.platforms.paging import RepeatGuard

V3 = "/_matrix/client/v3"
V1 = "/_matrix/client/v1"

SYNC_FILTER = {
    "presence": {"not_types": ["*"]},
    "account_data": {"types": ["m.direct"]},
    "room": {
        "account_data": {"not_types": ["*"]},
        "ephemeral": {"not_types": ["*"]},
        "state": {"lazy_load_members": True},
        "timeline": {"limit": 50},
    },
}
"""No presence, receipts or typing; of the members only those who wrote."""

PAGE_SIZE = 100
SYNC_SECONDS = 120.0
"""A first sync of many rooms takes a homeserver a long time."""


def quote_id(text: str) -> str:
    """An id as one segment of a path."""
    return quote(text, safe="")


class Homeserver:
    """The client-server API for one account. Raises only `PlatformError`s, never with the token.

    `on_loss` is called with the reason when something could not be read, `on_server_time` with the
    server's time (ms) of each response.
    """

    def __init__(
        self, account: Account, *, on_server_time: Callable[[Millis], object] = bool
    ) -> None:
        self._account = account
        self.on_loss: Callable[[str], object] = bool
        self._http = Http(account.base_url, secrets=(account.token,), on_server_time=on_server_time)

    async def aclose(self) -> None:
        """Close the connections."""
        await self._http.aclose()

    async def ask(
        self,
        method: str,
        path: str,
        *,
        params: Mapping[str, str] | None = None,
        body: JsonObject | None = None,
        timeout_seconds: float | None = None,
    ) -> Response:
        """A homeserver's response, whose body is JSON; raises `PlatformError`."""
        response = await self._http.request(
            method,
            path,
            params=params,
            body=body,
            headers={"Authorization": f"Bearer {self._account.token}"},
            timeout_seconds=timeout_seconds,
        )
        if response.status == 200 and response.json() is not None:
            return response
        raise error_from(
            response,
            is_read=method in SAFE_METHODS,
            now=self._account.clock(),
            secrets=(self._account.token,),
        )

    async def get(self, path: str, params: Mapping[str, str] | None = None) -> JsonObject:
        """The JSON object at an address."""
        return as_dict((await self.ask("GET", path, params=params)).json())

    async def put(self, path: str, body: JsonObject) -> JsonObject:
        """The JSON object in the response to a write."""
        return as_dict((await self.ask("PUT", path, body=body)).json())

    async def whoami(self) -> JsonObject:
        """`user_id` and `device_id` of the token."""
        return await self.get(f"{V3}/account/whoami")

    async def sync(self, since: str | None) -> Response:
        """What is new since a `next_batch` token; returns at once if there is nothing."""
        params = {"timeout": "0", "filter": json.dumps(SYNC_FILTER), "set_presence": "offline"}
        if since:
            params["since"] = since
        return await self.ask("GET", f"{V3}/sync", params=params, timeout_seconds=SYNC_SECONDS)

    async def invitations(self) -> JsonObject:
        """Room id -> stripped state, of the rooms we are invited to."""
        nothing = {"limit": 0, "not_types": ["*"]}
        only = {"presence": nothing, "room": {"timeline": nothing, "state": nothing}}
        params = {"timeout": "0", "filter": json.dumps(only), "set_presence": "offline"}
        response = await self.get(f"{V3}/sync", params)
        return as_dict(as_dict(response.get("rooms")).get("invite"))

    async def joined_rooms(self) -> list[str]:
        """Ids of the rooms we are in."""
        return as_strs((await self.get(f"{V3}/joined_rooms")).get("joined_rooms"))

    async def join(self, room: str, via: str = "") -> None:
        """Enter a room, by an invitation or because it is open; harmless if we are in it.

        `via` is a homeserver that knows the room, where ours may not.
        """
        params = {"via": via, "server_name": via} if via else None
        await self.ask("POST", f"{V3}/join/{quote_id(room)}", body={}, params=params)

    async def knock(self, room: str, via: str = "") -> None:
        """Ask to be let into a room."""
        params = {"via": via, "server_name": via} if via else None
        await self.ask("POST", f"{V3}/knock/{quote_id(room)}", body={}, params=params)

    async def state(self, room: str) -> list[JsonObject]:
        """Every state event of a room."""
        return as_dicts((await self.ask("GET", f"{V3}/rooms/{quote_id(room)}/state")).json())

    async def history_page(
        self, room: str, start: str = "", stop: str = ""
    ) -> tuple[list[JsonObject], str]:
        """A page of a room, newest event first, from one token to another, and the token after it.

        Empty tokens stand for now and for the beginning.
        """
        params = {"dir": "b", "limit": str(PAGE_SIZE), "from": start, "to": stop}
        given = {name: value for name, value in params.items() if value}
        response = await self.get(f"{V3}/rooms/{quote_id(room)}/messages", given)
        return as_dicts(response.get("chunk")), as_str(response.get("end"))

    async def history(
        self, room: str, start: str = "", stop: str = ""
    ) -> AsyncIterator[list[JsonObject]]:
        """Events of a room from newest to oldest, page by page, between two tokens."""
        repeats = RepeatGuard()
        while True:
            wires, end = await self.history_page(room, start, stop)
            yield wires
            if not end or end == start:
                return
            if repeats.is_stuck({event_id(wire) for wire in wires}):
                self.on_loss(f"the history of room {room} goes round in a circle")
                return
            start = end

    async def event(self, room: str, event: str) -> JsonObject:
        """One event; raises `Gone` if it does not exist or we may not see it."""
        return await self.get(f"{V3}/rooms/{quote_id(room)}/event/{quote_id(event)}")

    async def related_events(self, room: str, event: str, kind: str) -> list[JsonObject]:
        """The events that relate to an event by `m.thread` or `m.annotation`, oldest first."""
        path = f"{V1}/rooms/{quote_id(room)}/relations/{quote_id(event)}/{kind}"
        related: dict[str, JsonObject] = {}
        repeats = RepeatGuard()
        params = {"dir": "f", "limit": str(PAGE_SIZE)}
        while True:
            response = await self.get(path, params)
            chunk = {event_id(wire): wire for wire in as_dicts(response.get("chunk"))}
            related |= chunk
            end = as_str(response.get("next_batch"))
            if not end or end == params.get("from"):
                return list(related.values())
            if repeats.is_stuck(set(chunk)):
                self.on_loss(f"the relations of {event} go round in a circle")
                return list(related.values())
            params["from"] = end

    async def put_event(self, room: str, kind: str, key: str, content: JsonObject) -> str:
        """Send an event and return its id; tried again with the same key, it is sent once."""
        path = f"{V3}/rooms/{quote_id(room)}/send/{kind}/{quote_id(key)}"
        event = as_str((await self.put(path, content)).get("event_id"))
        if not event:
            raise Transient("the homeserver accepted an event but returned no id")
        return event

    async def redact(self, room: str, event: str, key: str) -> None:
        """Remove an event's content for everybody."""
        path = f"{V3}/rooms/{quote_id(room)}/redact/{quote_id(event)}/{quote_id(key)}"
        await self.put(path, {})

    async def direct_chats(self) -> JsonObject:
        """User id -> room ids of our direct chats, as our account data has it."""
        try:
            return await self.get(self._direct_path)
        except Gone:
            return {}

    async def mark_direct(self, user: str, room: str) -> None:
        """Mark a room as a direct chat with a user in our account data, as all Matrix apps do."""
        content = await self.direct_chats()
        rooms = as_strs(content.get(user))
        if room not in rooms:
            await self.put(self._direct_path, {**content, user: [*rooms, room]})

    @property
    def _direct_path(self) -> str:
        return f"{V3}/user/{quote_id(self._account.account)}/account_data/m.direct"

    async def open_direct(self, user: str) -> str:
        """Create an unencrypted direct chat, invite a user to it, and return its room id."""
        body: JsonObject = {"preset": "trusted_private_chat", "is_direct": True, "invite": [user]}
        response = await self.ask("POST", f"{V3}/createRoom", body=body)
        return as_str(as_dict(response.json()).get("room_id"))


def error_from(
    response: Response, *, is_read: bool, now: Millis, secrets: tuple[str, ...] = ()
) -> PlatformError:
    """What a homeserver's refusal means for carecli.

    Source: "Standard error response" of the specification, and Synapse's `errors.py`.
    """
    refusal = as_dict(response.json())
    code = one_line(as_str(refusal.get("errcode")), 60) or str(response.status)
    words = one_line(redact(as_str(refusal.get("error")), secrets), 200)
    what = f"the homeserver says {words or code}"
    match code:
        case "M_LIMIT_EXCEEDED":
            return Throttled(what, until=now + _wait_of(response, refusal), code=code)
        case "M_UNKNOWN_TOKEN" | "M_MISSING_TOKEN" | "M_USER_DEACTIVATED" | "M_USER_LOCKED":
            hint = "Log in again and store the new token."
            return TokenRefused(what, code=code, hint=hint)
        case "M_USER_SUSPENDED":
            hint = "Ask the homeserver's administrator."
            return BehaviourBlocked(what, code=code, hint=hint)
        case "M_FORBIDDEN" | "M_GUEST_ACCESS_FORBIDDEN":
            hint = "Ask a moderator of the room for this permission."
            return PermissionMissing(what, code=code, hint=hint)
        case "M_NOT_FOUND":
            return Gone(what, code=code)
    if response.status == 429:
        return Throttled(what, until=now + _wait_of(response, refusal), code=code)
    if response.status == 401:
        return TokenRefused(what, code=code, hint="Log in again and store the new token.")
    if response.status >= 500:
        return Transient(what, code=code, happened=False if is_read else None)
    if response.status == 200:
        what = "the homeserver's answer is not a Matrix answer"
        return Transient(what, code=code, happened=False if is_read else None)
    return Refused(what, code=code)


def _wait_of(response: Response, refusal: JsonObject) -> Millis:
    """How long to wait (ms): `retry_after_ms`, the Retry-After header, or else a minute."""
    wait = as_int(refusal.get("retry_after_ms"))
    if wait is None:
        seconds = response.headers.get("retry-after", "")
        wait = int(seconds) * 1000 if seconds.isdecimal() else MINUTE
    return wait
