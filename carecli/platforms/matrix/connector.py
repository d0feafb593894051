"""Matrix rooms and direct chats as a channel."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from urllib.parse import urlsplit

from carecli.domain.capabilities import Capabilities
from carecli.domain.errors import PermissionMissing
from carecli.domain.model import Millis
from carecli.platforms.base import Account, Known, Order, Page, Probe, Sent, Stream, Target
from carecli.platforms.matrix.capabilities import CAPABILITIES
from carecli.platforms.matrix.client import Homeserver
from carecli.platforms.matrix.normalise import BrandIds
from carecli.platforms.matrix.room_reader import RoomReader
from carecli.platforms.matrix.room_writer import RoomWriter
from carecli.platforms.matrix.wire import as_str
from carecli.platforms.unreadable import Unreadable


class MatrixRooms:
    """One Matrix account: the rooms it is in, and the direct chats people open with it.

    `account` is our user id, `base_url` the homeserver. Options: `staff`, user ids that speak
    for the brand too, separated by commas; `accept_invites`, `direct` (the default: people who
    open a direct chat are let in) or `none`.
    """

    def __init__(self, account: Account) -> None:
        staff = account.options.get("staff", "").split(",")
        voices = BrandIds(account.account, frozenset(name.strip() for name in staff) - {""})
        self._account = account
        self.unreadable = Unreadable(account.clock)
        self._homeserver = Homeserver(account, heard=self.unreadable.heard)
        self._homeserver.lost = self.unreadable.lost
        self._reading = RoomReader(account, self._homeserver, voices, self.unreadable)
        self._writing = RoomWriter(account, self._homeserver, self._reading)

    @property
    def capabilities(self) -> Capabilities:
        return CAPABILITIES

    def streams(self) -> Sequence[Stream]:
        return (Stream("sync", busy_interval=5.0, idle_interval=60.0),)

    def pull(self, stream: str, cursor: str | None, known: Known) -> AsyncIterator[Page]:  # noqa: ARG002 - the one stream there is
        return self._reading.pull(cursor, known)

    def census(self, since: Millis) -> AsyncIterator[Page]:
        return self._reading.census(since)

    async def head(self, target: Target) -> Page:
        return await self._reading.head(target)

    async def send(self, order: Order) -> Sent:
        return await self._writing.send(order)

    async def find_sent(self, order: Order) -> Sent | None:
        return await self._writing.find_sent(order)

    def read(self, raw: bytes, now: Millis) -> Page:
        return self._reading.read(raw, now)

    async def probe(self) -> Probe:
        """Who the token is, and which rooms it cannot serve."""
        found = as_str((await self._homeserver.whoami()).get("user_id"))
        problems, findings = [], []
        if found != self._account.account:
            problems.append(f"the token belongs to {found}, not to {self._account.account}")
        address = urlsplit(self._account.base_url)
        if address.scheme == "http" and address.hostname not in ("127.0.0.1", "::1", "localhost"):
            problems.append(
                "the token would be sent without encryption: base_url must begin with https://"
            )
        rooms = await self._homeserver.joined_rooms()
        findings.append(f"in {len(rooms)} rooms")
        for room_id in rooms:
            try:
                room = await self._reading.room(room_id)
            except PermissionMissing as error:
                problems.append(f"room {room_id} cannot be read: {error.what}")
                continue
            if room.successor and room.successor not in rooms:
                problems.append(
                    f"room {room.label} moved to {room.successor}, where {found} is not a member: "
                    "invite it there"
                )
            if room.is_encrypted:
                problems.append(f"room {room.label} is encrypted and cannot be read")
            elif not room.is_direct and room.level_of(found) < room.level_to_redact:
                findings.append(f"nobody else's messages can be deleted in room {room.label}")
        findings.extend(
            f"invited to {room_id}: accept in a Matrix app if carecli should handle the room"
            for room_id in await self._homeserver.invitations()
        )
        return Probe(
            is_ok=not problems,
            account=found,
            findings=tuple(findings),
            problems=tuple(problems),
            capabilities=self.capabilities,
        )

    async def aclose(self) -> None:
        await self._homeserver.aclose()
