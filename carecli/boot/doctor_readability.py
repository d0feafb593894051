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
"""At most this many failing places are named one by one."""


def readability_checks(database: Database, channel: StoredChannel, now: Millis) -> Iterator[Check]:
    """Checks of streams, places and fields that cannot be read, from the store."""
    with database.read() as db:
        pulls = unreadable.pulls(db, channel.id)
        failing = [failure for failure in unreadable.failing(db, channel.id) if failure.tries]
        refused = unreadable.refused(db, channel.id)
    key = channel.key
    errors = {pull.error for pull in pulls if pull.error}
    if channel.error and channel.error not in errors:
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
    for failure in failing[:NAMED]:
        tried = "once" if failure.tries == 1 else f"{failure.tries} times"
        text = (
            f"{failure.place} has been unreadable since {_moment(failure.since)}; carecli tried "
            f"{tried}. "
        )
        text += f"The platform says: {failure.error.rstrip('.')}. "
        text += f"The next try is at {_moment(failure.next_try)}."
        hint = failure.hint or "Everything else is read. carecli tries again automatically."
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
