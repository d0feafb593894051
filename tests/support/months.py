"""Three months of a busy brand, written past the intake: what a monthly report is looked at with.

October and September 2026 and October 2025, in the zone of Mexico City. Everything is drawn from
one seed, so that the same months come out each time.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path
from random import Random
from zoneinfo import ZoneInfo

from carecli.domain.model import DAY, HOUR, MINUTE, ChannelSpec, Millis
from carecli.domain.protocol import Protocol
from carecli.store.channels import enrol
from carecli.store.db import Database
from carecli.store.policies import enact

ZONE = "America/Mexico_City"
CHANNELS = (
    ChannelSpec("lrp-fb", "lrp", "facebook", "La Roche-Posay MX"),
    ChannelSpec("lrp-ig", "lrp", "instagram", "@larocheposaymx"),
    ChannelSpec("lrp-mail", "lrp", "mail", "E-mail"),
    ChannelSpec("vichy-fb", "vichy", "facebook", "Vichy México"),
)
PEOPLE = {"ana": "Ana López", "kasia": "Kasia Żak", "piotr": "Piotr Nowak", "marta": "Marta Díaz"}
HOURS = (2, 1, 1, 1, 1, 2, 4, 7, 9, 10, 11, 11, 12, 12, 11, 11, 11, 12, 14, 16, 18, 17, 12, 6)
LATELY: Millis = round(datetime(2026, 11, 1, 6, tzinfo=ZoneInfo(ZONE)).timestamp() * 1000)
"""When the report is made: the first of November, at six."""

HOSTILE = '<script>alert(1)</script>=HYPERLINK("http://evil.example")'


class Months:
    """Fills a database. `many` waits a day, about."""

    def __init__(self, file: Path, *, many: int = 40, seed: int = 7, hostile: str = "") -> None:
        self.chance = Random(seed)
        self.many = many
        self.hostile = hostile
        self.number = 0
        self.database = Database(file)
        with self.database.write() as db:
            self.ids = enrol(db, CHANNELS)
            enact(db, Protocol(), 0)
            db.execute("INSERT INTO contacts VALUES (1, 1, 'page', 'c1', 'Ewa', 0)")
            for year, month, share in ((2025, 10, 0.7), (2026, 9, 0.9), (2026, 10, 1.0)):
                self._month(db, year, month, share)

    def _month(self, db, year: int, month: int, share: float) -> None:  # type: ignore[no-untyped-def]
        day = datetime(year, month, 1, tzinfo=ZoneInfo(ZONE))
        while day.month == month:
            busy = 1.9 if (month, day.day) in ((10, 13), (10, 14)) else 1.0
            quiet = 0.6 if day.isoweekday() > 5 else 1.0
            for _ in range(round(self.many * share * busy * quiet * self.chance.uniform(0.7, 1.3))):
                hour = self.chance.choices(range(24), HOURS)[0]
                at = day + timedelta(hours=hour, minutes=self.chance.randrange(60))
                self._wait(db, round(at.timestamp() * 1000))
            day += timedelta(days=1)

    def _wait(self, db, began: Millis) -> None:  # type: ignore[no-untyped-def]
        chance = self.chance
        self.number += 1
        n = self.number
        channel = chance.choices(list(self.ids), (46, 34, 6, 14))[0]
        points = {"lrp-mail": ("email",)}.get(channel, ("dm", "comment", "ad", "mention"))
        point = chance.choices(points, (34, 40, 20, 6)[: len(points)])[0]
        colour = chance.choices(("green", "yellow", "red"), (80, 17, 3))[0]
        within = {"green": 24 * HOUR, "yellow": 6 * HOUR, "red": 2 * HOUR}[colour]
        took = round(
            chance.lognormvariate(0, 1.0) * within / {"green": 16, "yellow": 5, "red": 4}[colour]
        )
        took = max(MINUTE, took)
        outcome = chance.choices(
            (
                "replied",
                "replied_elsewhere",
                "no_reply_needed",
                "moderated",
                "withdrawn",
                "window_closed",
                "rule",
                "",
            ),
            (70, 4, 14, 4, 2, 0.6, 3, 1.2),
        )[0]
        by = f"moderator:{chance.choices(list(PEOPLE), (40, 30, 22, 8))[0]}"
        reason, ended = "", began + took
        if outcome == "no_reply_needed":
            reason = chance.choices(
                ("thanks", "tagged", "spam", "duplicate", "other"), (50, 28, 12, 6, 4)
            )[0]
        if outcome == "rule":
            outcome, by, ended = "replied", "rule:contest", began + 20_000
        if outcome in ("replied_elsewhere", "withdrawn", "window_closed"):
            by = ""
        db.execute(
            "INSERT INTO threads (id, channel_id, platform_id, point, contact_id, opened_at, "
            "message_count, last_message_at, waiting, colour, team) "
            "VALUES (?,?,?,?,1,?,2,?,?,?,'care')",
            (n, self.ids[channel], f"t{n}", point, began, began, int(not outcome), colour),
        )
        db.execute(
            "INSERT INTO messages (id, thread_id, channel_id, platform_id, address, contact_id, "
            "text, created_at, seen_at, observed_at, visibility) VALUES (?,?,?,?,'',1,?,?,?,?,'visible')",
            (
                n,
                n,
                self.ids[channel],
                f"m{n}",
                self.hostile or "¿Es buena para piel seca?",
                began,
                began + 20_000,
                began,
            ),
        )
        db.execute(
            "INSERT INTO waits (id, thread_id, contact_id, ordinal, started_at, first_message_id, "
            "last_message_id, colour, deadline, ended_at, outcome, reason, ended_by, noticed_at) "
            "VALUES (?,?,1,1,?,?,?,?,?,?,?,?,?,?)",
            (
                n,
                n,
                began,
                n,
                n,
                colour,
                began + within,
                ended if outcome else None,
                outcome,
                reason,
                by if outcome else "",
                ended if outcome else None,
            ),
        )

    def close(self) -> None:
        """Let go of the file."""
        self.database.close()
