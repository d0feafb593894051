"""Three months of a busy brand, written past the intake: what a monthly report is looked at with.

October and September 2026 and October 2025, in the zone of Mexico City, with what was coded, picked
and entered, and what is known of competitors. Everything is drawn from one seed, so that the same
months come out each time.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta
from pathlib import Path
from random import Random
from sqlite3 import Connection
from typing import NamedTuple
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
WITHIN = {"green": 24 * HOUR, "yellow": 6 * HOUR, "red": 2 * HOUR}
ENDINGS = {
    "replied": 70, "replied_elsewhere": 4, "no_reply_needed": 14, "moderated": 4, "withdrawn": 2,
    "window_closed": 0.6, "rule": 3,
}  # fmt: skip
REASONS = {"thanks": 50, "tagged": 28, "spam": 12, "duplicate": 6, "other": 4}
STAGES = {"awareness": 16, "consideration": 41, "purchase": 23, "recommendation": 12, "loyalty": 8}
THEMES = {"anthelios": 25, "delivery": 16, "price": 12, "sensitive": 11, "packaging": 6}
QUOTES = (
    "Llevo tres años con Anthelios y mi dermatóloga me felicitó por mi piel. No lo cambio.",
    "¿Por qué cambiaron el envase? El anterior cerraba bien y este se derrama en la bolsa.",
    "Lo recomendé a todas en la oficina.",
    "Quiero probarlo, pero no sé si sirve para piel con rosácea. ¿Hay muestras en farmacias?",
)
BEGUN: Millis = round(datetime(2026, 11, 1, 6, tzinfo=ZoneInfo(ZONE)).timestamp() * 1000)
"""The first of November, at six in the morning."""

CONFIGURATION = f"""\
me: ana
database: care.sqlite
inbox: {{zone: {ZONE}}}
brands:
  lrp: {{title: La Roche-Posay}}
  vichy: {{title: Vichy}}
moderators:
{"".join(f"  {key}: {{name: {name}}}" + chr(10) for key, name in PEOPLE.items())}\
channels:
  lrp-fb: {{brand: lrp, platform: facebook, title: La Roche-Posay MX, account: 1, token: env:NONE}}
  lrp-ig: {{brand: lrp, platform: instagram, title: "@larocheposaymx", account: 2, token: env:NONE}}
  lrp-mail: {{brand: lrp, platform: manual, title: E-mail}}
  vichy-fb: {{brand: vichy, platform: facebook, title: Vichy México, account: 3, token: env:NONE}}
themes:
  anthelios: {{title: Anthelios}}
  delivery: {{title: Entrega}}
competitors:
  lumira: {{platform: facebook, title: Lumira México, page: lumira.mx, brand: lrp}}
  dermia: {{platform: instagram, title: Dermia, username: dermia, brand: lrp}}
  solenne: {{platform: instagram, title: Solenne MX, username: solenne, brand: lrp}}
"""


class _Wait(NamedTuple):
    id: int
    began: Millis
    outcome: str


class Months:
    """Fills a new database with `many` waits a day, about; `said` is what every contact wrote."""

    def __init__(self, file: Path, *, many: int = 40, said: str = "¿Es buena?") -> None:
        self._chance = Random(7)
        self._many, self._said = many, said
        self._waits: list[_Wait] = []
        self._database = Database(file)
        with self._database.write() as db:
            self._channels = enrol(db, CHANNELS)
            enact(db, Protocol(), 0)
            for year, month, share in ((2025, 10, 0.7), (2026, 9, 0.9), (2026, 10, 1.0)):
                self._month(db, year, month, share)
            self._coded(db)
            self._called(db)
            self._competed(db)
        self._database.close()

    def _of(self, choices: dict[str, float] | dict[str, int]) -> str:
        return self._chance.choices(list(choices), list(choices.values()))[0]

    def _month(self, db: Connection, year: int, month: int, share: float) -> None:
        day = datetime(year, month, 1, tzinfo=ZoneInfo(ZONE))
        while day.month == month:
            busy = 1.9 if (month, day.day) in ((10, 13), (10, 14)) else 1.0
            quiet = 0.6 if day.isoweekday() > 5 else 1.0
            n = round(self._many * share * busy * quiet * self._chance.uniform(0.7, 1.3))
            for _ in range(n):
                hour = self._chance.choices(range(24), HOURS)[0]
                at = day + timedelta(hours=hour, minutes=self._chance.randrange(60))
                self._wait(db, round(at.timestamp() * 1000))
            day += timedelta(days=1)

    def _wait(self, db: Connection, began: Millis) -> None:
        chance, n = self._chance, len(self._waits) + 1
        channel = chance.choices(list(self._channels), (46, 34, 6, 14))[0]
        points = {"dm": 34, "comment": 40, "ad": 20, "mention": 6}
        point = "email" if channel == "lrp-mail" else self._of(points)
        colour = self._of({"green": 80, "yellow": 17, "red": 3})
        quick = {"green": 16, "yellow": 5, "red": 4}[colour]
        took = max(MINUTE, round(chance.lognormvariate(0, 1.0) * WITHIN[colour] / quick))
        outcome = self._of(ENDINGS)
        by = f"moderator:{self._of({'ana': 40, 'kasia': 30, 'piotr': 22, 'marta': 8})}"
        reason = self._of(REASONS) if outcome == "no_reply_needed" else ""
        ended: Millis | None = began + took
        if outcome == "rule":
            outcome, by, ended = "replied", "rule:contest", began + 20_000
        if outcome in ("replied_elsewhere", "withdrawn", "window_closed"):
            by = ""
        if began > BEGUN - DAY and chance.random() < 0.3:
            outcome, by, reason, ended = "", "", "", None
        where = self._channels[channel]
        db.execute(
            "INSERT INTO contacts VALUES (?, ?, 'page', ?, 'Ewa', 0, NULL)", (n, where, f"c{n}")
        )
        db.execute(
            "INSERT INTO threads (id, channel_id, platform_id, point, contact_id, opened_at, "
            "message_count, last_message_at, waiting, colour, team) "
            "VALUES (?,?,?,?,?,?,2,?,?,?,'care')",
            (n, where, f"t{n}", point, n, began, began, int(not outcome), colour),
        )
        db.execute(
            "INSERT INTO messages (id, thread_id, channel_id, platform_id, address, contact_id, "
            "text, created_at, seen_at, observed_at, visibility) "
            "VALUES (?,?,?,?,'',?,?,?,?,?,'visible')",
            (n, n, where, f"m{n}", n, self._said, began, began + 20_000, began),
        )
        db.execute(
            "INSERT INTO waits (id, thread_id, contact_id, ordinal, started_at, first_message_id, "
            "last_message_id, colour, deadline, ended_at, outcome, reason, ended_by, noticed_at) "
            "VALUES (?,?,?,1,?,?,?,?,?,?,?,?,?,?)",
            (
                *(n, n, n, began, n, n, colour, began + WITHIN[colour]),
                *(ended, outcome, reason, by, ended),
            ),
        )
        self._waits.append(_Wait(n, began, outcome))

    def _coded(self, db: Connection) -> None:
        """What most of it expressed, by a person, a rule or a guess, and what is worth reading."""
        feelings = {"positive": 49, "neutral": 36, "negative": 15}
        for wait in self._waits:
            given = {"sentiment": feelings, "stage": STAGES, "theme": THEMES}
            for kind, values in given.items():
                if self._chance.random() > 0.6:
                    continue
                by, value = self._of({"moderator:ana": 70, "rule:mood": 10, "": 20}), ""
                value = self._of(values)
                told = (value, wait.id, wait.id)
                if by or kind == "theme":
                    row = (kind, *told, by or "moderator:ana", wait.began)
                    db.execute("INSERT INTO codes VALUES (?,?,?,?,?,?)", row)
                else:
                    guess = (wait.id, kind, wait.id, value, wait.began)
                    db.execute("INSERT INTO code_suggestions VALUES (?,?,?,?,0.9,200,?)", guess)
        for text, wait in zip((*QUOTES, self._said), self._waits[-300::40], strict=False):
            quote = (wait.id, wait.id, 0, text, "moderator:ana", wait.began)
            db.execute("INSERT INTO quotes VALUES (?,?,?,?,?,?)", quote)

    def _called(self, db: Connection) -> None:
        """Calls on working days; nobody entered any at weekends."""
        for number in range(1, 32):
            day = date(2026, 10, number)
            if day.isoweekday() < 6:
                row = (day.isoformat(), "lrp", 8 + number * 7 % 13, "moderator:ana", 0, 0)
                db.execute("INSERT INTO calls VALUES (?,?,?,?,?,?)", row)

    def _competed(self, db: Connection) -> None:
        """Two competitors by API and file, and one that only a hand counted once."""
        first = BEGUN - 31 * DAY
        for key, audience, origin in (("lumira", 812_000, "api"), ("dermia", 203_000, "csv")):
            for number, growth in ((1, 0), (31, 1_240)):
                row = (key, "audience", f"2026-10-{number:02}", 1, audience + growth, origin, BEGUN)
                db.execute("INSERT INTO profile_figures VALUES (?,?,?,?,?,?,?)", row)
            for number in range(9):
                at = first + number * 3 * DAY
                post = (key, f"p{number}", at, f"{self._said} #{number}", "https://example.org/p")
                seen = (300 - number, 20 + number, 3, origin, BEGUN)
                db.execute("INSERT INTO profile_posts VALUES (?,?,?,?,?,?,?,?,?,?)", (*post, *seen))
            db.execute(
                "INSERT INTO profiles VALUES (?,?,?,?,?,'','')", (key, BEGUN, BEGUN, first, BEGUN)
            )
        hand = ("solenne", "audience", "2026-10-31", 1, 64_000, "hand", BEGUN)
        db.execute("INSERT INTO profile_figures VALUES (?,?,?,?,?,?,?)", hand)
