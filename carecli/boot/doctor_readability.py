"""Doctor checks of what a channel could not read, and of pulls that never finish."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from carecli.boot.doctor_checks import Check
from carecli.domain.model import Millis
from carecli.domain.text import one_line
from carecli.store import unreadable
from carecli.store.channels import StoredChannel
from carecli.store.db import Database
from carecli.sync.lock import is_engine_running

AGAIN = "carecli tries again automatically; see the engine's log."

NAMED = 10
"""So many failing places are named one by one."""


def readability(database: Database, channel: StoredChannel, now: Millis) -> Iterator[Check]:
    """Streams, places and fields that cannot be read; all from the store."""
    with database.read() as db:
        pulls = unreadable.pulls(db, channel.id)
        failing = [one for one in unreadable.failing(db, channel.id) if one.tries]
        refused = unreadable.refused(db, channel.id)
    key = channel.key
    told = {one.error for one in pulls if one.error}
    if channel.error and channel.error not in told:
        yield Check(key, False, channel.error, channel.hint or AGAIN)
    for pull in pulls:
        if pull.error:
            hint = pull.hint or AGAIN
            yield Check(key, False, f"{pull.stream}: {pull.error}", hint)
        late_since = pull.late_since(now)
        if pull.completed_at is None and late_since is None and not pull.error:
            text = f"{pull.stream}: first sync, started at {_moment(pull.began_at)}."
            yield Check(
                key, True, text, "Waiting contacts there are complete when it has finished."
            )
        if late_since is not None:
            minutes = max(1, unreadable.MISSED_INTERVALS * pull.every // 60_000)
            text = f"{pull.stream} has not been read completely since {_moment(late_since)}"
            text += f"; it should be at least every {minutes} minutes."
            yield Check(key, False, text, _late_hint(database, pull, channel))
    for place in failing[:NAMED]:
        tried = "once" if place.tries == 1 else f"{place.tries} times"
        text = (
            f"{place.place} has been unreadable since {_moment(place.since)}; carecli tried "
            f"{tried}. "
        )
        text += f"The platform says: {place.error.rstrip('.')}. "
        text += f"The next try is at {_moment(place.next_try)}."
        hint = place.hint or "Everything else is read. carecli tries again automatically."
        yield Check(key, False, one_line(text), hint)
    if len(failing) > NAMED:
        text = f"{len(failing) - NAMED} other places cannot be read."
        yield Check(key, False, text, "carecli tries them again automatically.")
    for field in refused:
        what = "all but the core fields" if field.field == "*" else f"the field {field.field}"
        text = f"{field.selection}: the platform refuses {what}: {field.said}"
        hint = "The rest is read without it. carecli asks for it again after a day. "
        hint += "Check the app's permissions and the channel's api_version."
        yield Check(key, False, one_line(text), hint)


def _late_hint(database: Database, pull: unreadable.Pull, channel: StoredChannel) -> str:
    if not is_engine_running(Path(database.path)):
        return "The engine is not running. Start the inbox, or run: carecli daemon"
    if channel.parked_until is not None:
        return f"The platform asked carecli to wait until {_moment(channel.parked_until)}."
    if pull.error:
        return pull.hint or "See the error above."
    return "See the engine's log. If the engine hangs, stop it and start it again."


def _moment(at: Millis) -> str:
    return f"{datetime.fromtimestamp(at / 1000, UTC):%Y-%m-%d %H:%M} UTC"
