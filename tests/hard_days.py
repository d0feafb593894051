"""Passes the tests that need no servers on a day that is hard for dates.

`python -m tests.hard_days` takes one day by rotation, with an argument the day of that name.
Needs `faketime` (Debian's package of that name).
"""

from __future__ import annotations

import os
import shutil
import sys
from datetime import UTC, datetime

DAYS = {
    "monday": ("2026-11-30 09:00:00", "UTC"),
    "leap-day": ("2028-02-29 12:00:00", "UTC"),
    "clocks-forward": ("2026-03-29 01:30:00", "Europe/Warsaw"),
    "clocks-back": ("2026-10-25 02:30:00", "Europe/Warsaw"),
    "midnight": ("2026-12-01 23:59:00", "America/Mexico_City"),
    "new-year": ("2026-12-31 23:30:00", "UTC"),
}
"""Name -> local time and time zone."""

SELECTED = "not torture and not long"

FOLDERS = ("domain", "config", "store", "desk", "jobs", "plain", "i18n")
"""Tests in which days and clocks matter."""


def main() -> None:
    """Become pytest on that day."""
    program = shutil.which("faketime")
    if program is None:
        sys.exit("faketime is missing. Install it: apt-get install faketime")
    rotation = datetime.now(UTC).toordinal() % len(DAYS)
    name = sys.argv[1] if len(sys.argv) > 1 else list(DAYS)[rotation]
    if name not in DAYS:
        sys.exit(f"There is no day {name!r}. Choose one of: {', '.join(DAYS)}.")
    moment, zone = DAYS[name]
    sys.stdout.write(f"{name}: {moment} {zone}\n")
    sys.stdout.flush()
    workers = os.environ.get("WORKERS", "2")
    words = [
        "-n",
        workers,
        "--dist",
        "worksteal",
        "-m",
        SELECTED,
        "-p",
        "no:cacheprovider",
        "--timeout",
        "600",
    ]
    words += [f"tests/{folder}" for folder in FOLDERS]
    os.environ["TZ"] = zone
    command = [program, "-f", f"@{moment}", sys.executable, "-m", "pytest", *words]
    os.execv(program, command)


if __name__ == "__main__":
    main()
