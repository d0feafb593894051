"""A homeserver's API: one method per question, and what its errors mean."""

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
MAX_EMPTY_PAGES = 20
"""So many empty pages one after the other are no list any more."""
SYNC_SECONDS = 120.0
"""A first sync of many rooms takes a homeserver long."""


def quote_id(text: str) -> str:
    """An id as one segment of a path."""
    return quote(text, safe="")


class Homeserver:
    """The client-server API for one account. Raises only `PlatformError`s, never with the token.

    `lost` is told why something that should have been read was not, `heard` what time it is there.
    """

    def __init__(self, account: Account, *, heard: Callable[[Millis], object] = bool) -> None:
        self._account = account
        self.lost: Callable[[str], object] = bool
        self._http = Http(account.base_url, secrets=(account.token,), heard=heard)

    async def aclose(self) -> None:
        """Let go of the connections."""
        await self._http.aclose()

    async def ask(
        self,
        method: str,
        path: str,
        *,
        params: Mapping[str, str] | None = None,
        body: JsonObject | None = None,
        answer_seconds: float | None = None,
    ) -> Response:
        """A homeserver's answer, which is surely some JSON."""
        answer = await self._http.request(
            method,
            path,
            params=params,
            body=body,
            headers={"Authorization": f"Bearer {self._account.token}"},
            answer_seconds=answer_seconds,
        )
        if answer.status == 200 and answer.json() is not None:
            return answer
        raise error_from(
            answer,
            is_read=method in SAFE_METHODS,
            now=self._account.clock(),
            secrets=(self._account.token,),
        )

    async def get(self, path: str, params: Mapping[str, str] | None = None) -> JsonObject:
        """The JSON object at an address."""
        return as_dict((await self.ask("GET", path, params=params)).json())

    async def put(self, path: str, body: JsonObject) -> JsonObject:
        """The JSON object a write is answered with."""
        return as_dict((await self.ask("PUT", path, body=body)).json())

    async def whoami(self) -> JsonObject:
        """`user_id` and `device_id` of the token."""
        return await self.get(f"{V3}/account/whoami")

    async def sync(self, since: str | None) -> Response:
        """What is new since a `next_batch`; does not wait for it."""
        params = {"timeout": "0", "filter": json.dumps(SYNC_FILTER), "set_presence": "offline"}
        if since:
            params["since"] = since
        return await self.ask("GET", f"{V3}/sync", params=params, answer_seconds=SYNC_SECONDS)

    async def invitations(self) -> JsonObject:
        """Room id -> stripped state, of the rooms we are invited to."""
        nothing = {"limit": 0, "not_types": ["*"]}
        only = {"presence": nothing, "room": {"timeline": nothing, "state": nothing}}
        params = {"timeout": "0", "filter": json.dumps(only), "set_presence": "offline"}
        answer = await self.get(f"{V3}/sync", params)
        return as_dict(as_dict(answer.get("rooms")).get("invite"))

    async def joined_rooms(self) -> list[str]:
        """Ids of the rooms we are in."""
        return as_strs((await self.get(f"{V3}/joined_rooms")).get("joined_rooms"))

    async def join(self, room: str, via: str = "") -> None:
        """Enter a room, by an invitation or because anybody may; twice is once.

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

    async def page_back(
        self, room: str, start: str = "", stop: str = ""
    ) -> tuple[list[JsonObject], str]:
        """A page of a room, newest event first, from one token to another, and the token after it.

        Empty tokens stand for now and for the beginning.
        """
        params = {"dir": "b", "limit": str(PAGE_SIZE), "from": start, "to": stop}
        asked = {name: value for name, value in params.items() if value}
        answer = await self.get(f"{V3}/rooms/{quote_id(room)}/messages", asked)
        return as_dicts(answer.get("chunk")), as_str(answer.get("end"))

    async def back(
        self, room: str, start: str = "", stop: str = ""
    ) -> AsyncIterator[list[JsonObject]]:
        """Events of a room from newest to oldest, page by page, between two tokens."""
        seen: set[str] = set()
        empty = 0
        while True:
            wires, end = await self.page_back(room, start, stop)
            yield wires
            if not end or end == start:
                return
            names = {event_id(wire) for wire in wires}
            empty = 0 if names else empty + 1
            if (names and names <= seen) or empty >= MAX_EMPTY_PAGES:
                self.lost(f"the history of room {room} goes round in a circle")
                return
            seen |= names
            start = end

    async def event(self, room: str, event: str) -> JsonObject:
        """One event; raises `Gone` where there is none, or none we may see."""
        return await self.get(f"{V3}/rooms/{quote_id(room)}/event/{quote_id(event)}")

    async def related(self, room: str, event: str, kind: str) -> list[JsonObject]:
        """The events that relate to one by `m.thread` or `m.annotation`, oldest first."""
        path = f"{V1}/rooms/{quote_id(room)}/relations/{quote_id(event)}/{kind}"
        found: list[JsonObject] = []
        seen: set[str] = set()
        empty = 0
        params = {"dir": "f", "limit": str(PAGE_SIZE)}
        while True:
            answer = await self.get(path, params)
            chunk = as_dicts(answer.get("chunk"))
            found += [wire for wire in chunk if event_id(wire) not in seen]
            end = as_str(answer.get("next_batch"))
            if not end or end == params.get("from"):
                return found
            names = {event_id(wire) for wire in chunk}
            empty = 0 if names else empty + 1
            if (names and names <= seen) or empty >= MAX_EMPTY_PAGES:
                self.lost(f"the relations of {event} go round in a circle")
                return found
            seen |= names
            params["from"] = end

    async def put_event(self, room: str, kind: str, key: str, content: JsonObject) -> str:
        """Send an event once, however often it is tried with one key; its id."""
        path = f"{V3}/rooms/{quote_id(room)}/send/{kind}/{quote_id(key)}"
        event = as_str((await self.put(path, content)).get("event_id"))
        if not event:
            raise Transient("the homeserver accepted an event but returned no id")
        return event

    async def redact(self, room: str, event: str, key: str) -> None:
        """Empty an event for everybody."""
        path = f"{V3}/rooms/{quote_id(room)}/redact/{quote_id(event)}/{quote_id(key)}"
        await self.put(path, {})

    async def direct(self) -> JsonObject:
        """User id -> room ids of our direct chats, as our account data has it."""
        try:
            return await self.get(self._direct_path)
        except Gone:
            return {}

    async def mark_direct(self, user: str, room: str) -> None:
        """Remember a room as a direct chat with somebody, as every Matrix app does."""
        content = await self.direct()
        rooms = as_strs(content.get(user))
        if room not in rooms:
            await self.put(self._direct_path, {**content, user: [*rooms, room]})

    @property
    def _direct_path(self) -> str:
        return f"{V3}/user/{quote_id(self._account.account)}/account_data/m.direct"

    async def open_direct(self, user: str) -> str:
        """Create an unencrypted direct chat and invite somebody to it; its room id."""
        body: JsonObject = {"preset": "trusted_private_chat", "is_direct": True, "invite": [user]}
        answer = await self.ask("POST", f"{V3}/createRoom", body=body)
        return as_str(as_dict(answer.json()).get("room_id"))


def error_from(
    answer: Response, *, is_read: bool, now: Millis, secrets: tuple[str, ...] = ()
) -> PlatformError:
    """What a homeserver's refusal means for carecli.

    Source: "Standard error response" of the specification, and Synapse's `errors.py`.
    """
    refusal = as_dict(answer.json())
    code = one_line(as_str(refusal.get("errcode")), 60) or str(answer.status)
    words = one_line(redact(as_str(refusal.get("error")), secrets), 200)
    what = f"the homeserver says {words or code}"
    match code:
        case "M_LIMIT_EXCEEDED":
            return Throttled(what, until=now + _wait_of(answer, refusal), code=code)
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
    if answer.status == 429:
        return Throttled(what, until=now + _wait_of(answer, refusal), code=code)
    if answer.status == 401:
        return TokenRefused(what, code=code, hint="Log in again and store the new token.")
    if answer.status >= 500:
        return Transient(what, code=code, happened=False if is_read else None)
    if answer.status == 200:
        what = "the homeserver's answer is not a Matrix answer"
        return Transient(what, code=code, happened=False if is_read else None)
    return Refused(what, code=code)


def _wait_of(answer: Response, refusal: JsonObject) -> Millis:
    """How long to be silent: `retry_after_ms`, the header, or else a minute."""
    wait = as_int(refusal.get("retry_after_ms"))
    if wait is None:
        seconds = answer.headers.get("retry-after", "")
        wait = int(seconds) * 1000 if seconds.isdecimal() else MINUTE
    return wait
