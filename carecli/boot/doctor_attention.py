"""Doctor checks of the outbox, the disk, the clock, secrets and file permissions."""

from __future__ import annotations

from collections.abc import Iterator

from carecli.boot.doctor_checks import Check
from carecli.boot.setup import Setup, now
from carecli.config import SecretPlace, profiles
from carecli.domain.errors import CareError, StoreError
from carecli.domain.figures import number
from carecli.domain.model import MINUTE, SECOND
from carecli.domain.text import one_line
from carecli.platforms.base import Probe
from carecli.secrets import fetch
from carecli.store import attention, settings
from carecli.store.db import Database
from carecli.store.profiles import unreadable

MEGABYTE = 1024 * 1024


def machine(setup: Setup, database: Database) -> Iterator[Check]:
    """Whether the database can be written, its disk has room, and the clocks agree."""
    with database.read() as db:
        free = attention.room(db)
        sign = settings.sign_of_life(db)
        gaps = attention.clock_gaps(db)
    try:
        with database.write() as db:
            settings.put(db, "examined_at", str(now()))
    except StoreError as error:
        hint = error.hint or "Give your user permission to write to it."
        yield Check("database", False, f"The database cannot be written: {error.what}", hint)
    if free < attention.LITTLE_ROOM:
        text = f"The disk is nearly full: {free // MEGABYTE} MB are free where {setup.database} is."
        yield Check("disk", False, text, "Free some space; until then, nothing new is stored.")
    for key, gap in gaps.items():
        yield clock_finding(key, gap)
    if sign is not None and sign.at - now() > attention.CLOCK_OFF:
        ahead = (sign.at - now()) // SECOND
        text = (
            f"The clock was set back: the engine's last entry is {number(ahead)} s in the future."
        )
        yield Check("clock", False, text, SET_CLOCK)


SET_CLOCK = "Set the computer's clock, preferably with NTP: timedatectl set-ntp true"


def clock_finding(key: str, gap: int) -> Check:
    """That our clock and a platform's differ by `gap` ms: positive, and ours is behind."""
    minutes = max(1, abs(gap) // MINUTE)
    way = "behind" if gap > 0 else "ahead of"
    text = f"This computer's clock is {number(minutes)} min {way} the platform of {key}."
    text += " Deadlines and reports are wrong by that time."
    return Check("clock", False, text, SET_CLOCK)


def outbox_told(setup: Setup, database: Database) -> Iterator[Check]:
    """Orders that were not sent, or perhaps not."""
    with database.read() as db:
        orders = attention.waiting(db, now())
        lost = attention.orphans(db, tuple(setup.config.channels))
    for n, text, hint in (
        (
            orders.failed,
            "were not sent, and will not be tried again",
            "retry or cancel each of them",
        ),
        (
            orders.unknown,
            "may or may not have been sent; carecli is checking with the platform",
            "see the result",
        ),
        (
            orders.stuck,
            "should have been sent more than an hour ago",
            "see the reason there and in the engine's log",
        ),
    ):
        if n:
            yield Check("outbox", False, f"{number(n)} {text}.", f"Run: carecli outbox; {hint}.")
    for key, n in lost:
        text = (
            f"{number(n)} are waiting to be sent on {key}, which is no longer in the configuration."
        )
        yield Check("outbox", False, text, "Restore the channel, or cancel them: carecli outbox")


def rules_stumbled(database: Database) -> Iterator[Check]:
    """Messages that no rule looked at."""
    with database.read() as db:
        found = attention.stumbled(db, now())
    if found is not None:
        text = f"Rules failed on {number(found.messages)} messages, so no rule has checked them: "
        hint = "Check waiting threads yourself, or run: carecli rules apply RULE. Please report it."
        yield Check("rules", False, one_line(text + found.error, 300), hint)


def competitors_told(setup: Setup, database: Database) -> Iterator[Check]:
    """Public profiles that could not be read for three days, though each is read once a day."""
    with database.read() as db:
        found = unreadable(db, profiles(setup.config), now())
    for one in found:
        since = "has never been read" if one.seen_at is None else "has not been read for three days"
        text = one_line(f"The profile {one.key} {since}: {one.said or one.trouble}", 300)
        hint = f"Read it now: carecli competitors follow {one.key}; or enter its figures by hand."
        yield Check("competitors", False, text, hint)


def access(database: Database, key: str, platform: str, *, is_asked_now: bool) -> Iterator[Check]:
    """What the platform said when the engine asked it last, and authors it does not tell."""
    with database.read() as db:
        told = [] if is_asked_now else attention.problems(db).get(key, [])
        nameless = [one for one in attention.nameless(db) if one.channel == key]
    for problem in told:
        yield Check(key, False, problem.text, problem.hint)
    for one in nameless:
        text = f"{number(one.nameless)} of the newest {number(one.of)} messages have no author."
        if one.is_permission:
            yield Check(key, False, f"{text} A permission is probably missing.", hint_for(platform))
        else:
            yield Check(key, True, f"{text} Some people hide their names.")


def problems_of(probe: Probe, platform: str) -> list[attention.Problem]:
    """What a platform says is wrong with a channel's access."""
    said = probe.problems or (() if probe.is_ok else ("The platform rejects the token.",))
    return [attention.Problem(one, hint_for(platform)) for one in said]


def hint_for(platform: str) -> str:
    """What to do where a platform says that something is wrong with a channel's access."""
    return HINTS.get(platform, "Correct it on the platform, then run: carecli doctor")


HINTS = {
    "facebook": "Grant it, then run: carecli connect facebook; see docs/meta-setup.md.",
    "instagram": "Grant it, then run: carecli connect facebook; see docs/meta-setup.md.",
    "mail": "Check the servers and the password under `options` and `token`; see docs/mail.md.",
    "matrix": "Correct it in a Matrix app, then run: carecli doctor; see docs/platforms/matrix.md.",
}


def secrets(setup: Setup) -> Iterator[Check]:
    """Secrets beside the tokens, without which the engine does not start."""
    places: list[tuple[str, str, SecretPlace | None]] = [
        ("hooks", f"hook {name}", one.secret) for name, one in setup.config.hooks.items()
    ]
    if setup.config.engine.listen:
        places.append(("webhooks", "verify_token", setup.config.engine.verify_token))
    for about, name, place in places:
        if place is None:
            continue
        try:
            fetch(place, name)
        except CareError as error:
            yield Check(about, False, error.what, error.hint or "Put it in that place.")
