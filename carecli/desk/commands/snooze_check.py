"""Whether a thread can be snoozed or woken."""

from __future__ import annotations

from sqlite3 import Connection

from carecli.domain.errors import Refusal
from carecli.domain.model import Millis
from carecli.i18n import _
from carecli.store import snooze


def check_snooze(db: Connection, thread: int, until: Millis | None, now: Millis) -> None:
    """A moment to come, or a thread that can be woken (`until` None); raises Refusal."""
    if until is None:
        if not snooze.is_put_aside(db, thread):
            raise Refusal(_("This thread is not snoozed."), hint=_("There is no snooze to end."))
    elif until <= now:
        raise Refusal(_("That time has already passed."), hint=_("Choose a time in the future."))
