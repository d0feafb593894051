"""The picture in the README: the real inbox on the practice platform, the clock standing still.

python -m tests.support.screenshot     writes docs/inbox.svg
"""

from __future__ import annotations

import asyncio
import os
import re
import sys
from contextlib import ExitStack
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from unittest.mock import patch

from carecli.boot.demo import write_configuration
from carecli.boot.demo_moderators import triage
from carecli.boot.engine import run_once
from carecli.boot.inbox import context
from carecli.boot.setup import set_up
from carecli.desk.services import InboxServices, open_services
from carecli.domain.model import Millis
from carecli.practice.server import PracticeServer
from carecli.store import settings
from carecli.store.db import Database
from carecli.tui.app import InboxApp
from carecli.tui.settings import Settings
from tests.support.care import home

PICTURE = Path(__file__).parents[2] / "docs" / "inbox.svg"
SIZE = (140, 40)
ZONE = "America/Mexico_City"
MOMENT: Millis = int(datetime(2026, 3, 12, 20, 14, tzinfo=UTC).timestamp() * 1000)
CLOCKS = [f"carecli.boot.{module}.now" for module in ("channels", "engine", "inbox", "store")]
ANSWER = (
    "Gracias, María. Te llamamos en los próximos minutos. Mientras tanto suspende el producto "
    "y, si la hinchazón aumenta, acude a urgencias."
)


async def _photographed(desk: InboxServices) -> str:
    name = desk.planning.people()[desk.me]
    app = InboxApp(desk, Settings(name=name, theme="dark", zone=ZONE))
    async with app.run_test(size=SIZE, tooltips=False) as pilot:
        await pilot.press("enter", "r")
        app.inbox.context.composer.text.add(ANSWER)
        for _ in range(20):
            await pilot.pause(0.05)
        return app.export_screenshot(title="carecli")


def _plain(svg: str) -> str:
    """The picture with its spaces kept, no font fetched, and names that are always the same."""
    svg = re.sub(r"@font-face \{[^}]*\}\s*", "", svg)
    svg = re.sub(r"terminal-\d+", "inbox", svg).replace("<text ", '<text xml:space="preserve" ')
    return re.sub(r"[ \t]+$", "", svg, flags=re.MULTILINE)


def screenshot() -> str:
    """The inbox as a picture (SVG)."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(TemporaryDirectory()))
        stack.enter_context(patch.dict(os.environ, home(folder), clear=True))
        for clock in CLOCKS:
            stack.enter_context(patch(clock, lambda: MOMENT))
        practice = stack.enter_context(PracticeServer("ordinary", 1, now=MOMENT))
        setup = set_up(str(write_configuration(folder, practice.url, "ordinary", "ana")))
        run_once(setup)
        triage(setup, practice.url)
        database = Database(setup.database)
        with database.write() as db:
            settings.beat(db, MOMENT, os.getpid())
        database.close()
        for name in ("kasia", "piotr"):
            colleague = open_services(setup.database, replace(context(setup), me=name))
            colleague.threads.seen("reading" if name == "kasia" else "replying")
            colleague.close()
        desk = open_services(setup.database, context(setup))
        stack.callback(desk.close)
        return _plain(asyncio.run(_photographed(desk)))


if __name__ == "__main__":
    PICTURE.write_text(screenshot(), encoding="utf-8")
    print(f"{PICTURE.name} is written", file=sys.stderr)
