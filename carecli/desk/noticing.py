"""What the top bar says of things that want attention soon, though nothing is broken yet."""

from __future__ import annotations

from sqlite3 import Connection

from carecli.desk.office import Office
from carecli.domain.model import DAY
from carecli.domain.text import one_line
from carecli.i18n import _, ngettext
from carecli.store import renewal


def notice(db: Connection, office: Office) -> str:
    """A short sentence about the most urgent of them; empty when there is none."""
    if renewal.stale(db):
        return _("the new configuration has a mistake")
    if office.is_outdated():
        return _("restart: the configuration changed")
    near = renewal.endings(db, office.clock())
    if not near:
        return ""
    first = near[0]
    left = first.at - office.clock()
    days = max(0, -(-left // DAY))
    if left <= 0:
        words = _("data access ended") if first.is_data else _("the token ended")
    elif first.is_data:
        words = ngettext("data access ends in {n} day", "data access ends in {n} days", days)
    else:
        words = ngettext("token ends in {n} day", "token ends in {n} days", days)
    return f"{words.format(n=days)} ({one_line(first.channel, 20)})"  # a narrow bar cuts the end
