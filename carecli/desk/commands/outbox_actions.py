"""Retry or drop an outbox item that failed or whose fate is unknown.

Everything here runs inside one write transaction of the desk. A Refusal rolls all of it back.
"""

from __future__ import annotations

from carecli.desk.commands.unit_of_work import UnitOfWork
from carecli.domain.errors import Refusal
from carecli.domain.names import state_name
from carecli.i18n import _
from carecli.store import orders

TROUBLED = ("failed", "unknown")
"""States in which a person decides what becomes of an order."""


def retry(unit: UnitOfWork, order: orders.StoredOrder) -> None:
    """Queue a failed or unknown order again, as if written now; raises Refusal.

    Whoever takes this decision has seen what stopped it, so that stops it no more.
    """
    if order.state == "failed" and orders.same_text(unit.db, order.fingerprint):
        raise Refusal(_("The same text has already been queued again."))
    if not orders.queue_again(unit.db, order.id, unit.now, *TROUBLED):
        raise Refusal(
            _("Outbox item {id} is {state}.").format(id=order.id, state=state_name(order.state)),
            hint=_("Only failed or unconfirmed items can be queued again."),
        )
    orders.renew(unit.db, order.id, unit.situation(order.thread).head, unit.now)


def drop(unit: UnitOfWork, order: orders.StoredOrder) -> None:
    """Drop an order that was not sent, as far as is known; raises Refusal."""
    if not orders.cancel(unit.db, order.id, "queued", *TROUBLED):
        raise Refusal(
            _("Outbox item {id} is {state}, so it cannot be discarded.").format(
                id=order.id, state=state_name(order.state)
            )
        )
