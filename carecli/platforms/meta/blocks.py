"""Blocks and unblocks people on a page, and asks whether they are blocked.

A person is named by the page-scoped id that comments and conversations tell, as `user` of the edge
`/{page}/blocked`. Whoever is blocked neither comments nor writes in private; what they wrote stays.
"""

from __future__ import annotations

from carecli.domain.errors import Refused
from carecli.domain.events import AuthorBlocked
from carecli.domain.model import Millis, OutboxVerb
from carecli.platforms.base import Order, Sent
from carecli.platforms.meta import wire
from carecli.platforms.meta.graph import Graph


class BlockedPeople:
    """The people blocked from one page."""

    def __init__(self, graph: Graph, page: str) -> None:
        self._graph, self._edge = graph, f"{page}/blocked"

    async def act(self, order: Order, now: Millis) -> Sent:
        """Block or unblock; doing it again changes nothing. Raises `Refused` where it cannot be."""
        person = order.target.contact
        if order.verb is OutboxVerb.BLOCK:
            told = (await self._graph.post(self._edge, user=person)).node
            if wire.flag(told, person) is False:
                raise Refused(
                    "the platform did not block this person",
                    hint="People with a role on the page cannot be blocked.",
                )
        else:
            await self._graph.delete(self._edge, user=person)
        return _done(order, now)

    async def find(self, order: Order) -> Sent | None:
        """Whether somebody already is as the order wants them."""
        person = order.target.contact
        told = await self._graph.get(self._edge, user=person, fields="id")
        is_blocked = any(wire.ident(one) == person for one in told.items)
        wanted = order.verb is OutboxVerb.BLOCK
        return _done(order, order.attempted_at) if is_blocked is wanted else None


def _done(order: Order, at: Millis) -> Sent:
    is_blocked = order.verb is OutboxVerb.BLOCK
    return Sent("", at, (AuthorBlocked(order.target.contact, is_blocked, at),))
