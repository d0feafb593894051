"""Manual entries: what somebody pasted, taken in like a page of a platform."""

from __future__ import annotations

from carecli.desk.deeds import Desktop
from carecli.domain.errors import Refusal, Refused
from carecli.domain.events import MessageSeen
from carecli.domain.model import ThreadId
from carecli.i18n import _
from carecli.platforms.entry import entry
from carecli.store import channels, situation
from carecli.store.intake import take_in
from carecli.store.policies import Policies


def take_in_entry(desktop: Desktop, channel: str, link: str, author: str, text: str) -> ThreadId:
    """Store an entry; its thread. Raises Refusal for a channel or a link that is no good."""
    known = {one.key: one for one in channels.channels(desktop.db)}
    if channel not in known:
        raise Refusal(
            _("There is no channel {channel!r}.").format(channel=channel),
            hint=_("Known: {names}.").format(names=", ".join(known)),
        )
    if known[channel].platform != "manual":
        raise Refusal(
            _("{title} is read by itself.").format(title=known[channel].title),
            hint=_("Entries go to a manual channel."),
        )
    try:
        page = entry(link, author, text, desktop.now)
    except Refused as refused:
        raise Refusal(refused.what, hint=refused.hint) from refused
    take_in(
        desktop.db,
        known[channel].id,
        page.events,
        observed_at=page.observed_at,
        now=desktop.now,
        policies=Policies(desktop.db),
        source="entry",
    )
    [seen] = [event for event in page.events if isinstance(event, MessageSeen)]
    return ThreadId(situation.thread_of(desktop.db, known[channel].id, seen.thread))
