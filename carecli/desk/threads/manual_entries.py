"""Manual entries: pasted messages, stored like a page of a platform."""

from __future__ import annotations

from carecli.desk.commands.unit_of_work import UnitOfWork
from carecli.desk.rules.entry_check import let_rules_look
from carecli.domain.days import is_day, parse_moment
from carecli.domain.entry import ManualEntry, entry_events
from carecli.domain.errors import Refusal, Refused
from carecli.domain.events import MessageSeen
from carecli.domain.model import Millis, ThreadId
from carecli.domain.text import one_line
from carecli.i18n import _
from carecli.store import channels, situation
from carecli.store.intake import take_in
from carecli.store.policies import Policies


def take_in_entry(unit: UnitOfWork, channel: str, written: ManualEntry, zone: str) -> ThreadId:
    """Store an entry, and let rules look at it; its thread. `written` is read in this time zone.

    Raises Refusal for a channel, a link or a time that is no good.
    """
    known = {one.key: one for one in channels.channels(unit.db)}
    if channel not in known:
        raise Refusal(
            _("There is no channel {channel!r}.").format(channel=channel),
            hint=_("Available: {names}.").format(names=", ".join(known)),
        )
    if known[channel].platform != "manual":
        raise Refusal(
            _("{title} is read automatically.").format(title=known[channel].title),
            hint=_("Choose a manual channel."),
        )
    at = _written_at(written.written, unit.now, zone)
    try:
        events = entry_events(written, at)
    except Refused as refused:
        raise Refusal(refused.what, hint=refused.hint) from refused
    taken = take_in(
        unit.db,
        known[channel].id,
        events,
        observed_at=unit.now,
        now=unit.now,
        policies=Policies(unit.db),
        source="entry",
    )
    let_rules_look(unit.db, unit.context, taken.messages, unit.now)
    [seen] = [event for event in events if isinstance(event, MessageSeen)]
    return ThreadId(situation.thread_of(unit.db, known[channel].id, seen.thread))


def _written_at(typed: str, now: Millis, zone: str) -> Millis:
    """When an entry was written; now, where nobody says. Raises Refusal."""
    if not typed.strip():
        return now
    if not is_day(typed.strip()):
        raise Refusal(
            _("{typed!r} is not a valid time.").format(typed=one_line(typed, 40)),
            hint=_("Write 2026-11-30 18:20, yesterday, or 3h for three hours ago."),
        )
    at = parse_moment(typed.strip(), now, zone)
    if at > now:
        raise Refusal(
            _("{typed} is in the future.").format(typed=one_line(typed, 40)),
            hint=_("Enter when it was written."),
        )
    return at
