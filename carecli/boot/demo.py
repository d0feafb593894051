"""The demo: practice platform, engine and inbox in a folder of their own."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import urllib.error
import urllib.request
from pathlib import Path

from carecli.boot import child_processes
from carecli.boot.demo_competitors import COUNTED, LookAround, competitor_lines, counted
from carecli.boot.saved_choices import LANGUAGE, chosen
from carecli.boot.setup import now, speak
from carecli.desk import rules as auto_moderation
from carecli.desk.replies import product_cards
from carecli.desk.replies import snippet_files as saved
from carecli.domain.errors import CareError
from carecli.file_rights import make_folder
from carecli.i18n import N_, _
from carecli.paths import practice_folder
from carecli.practice.scenario import Channel, channels
from carecli.secrets import Secret, store_in_file

GREETING = N_("First time here? Press : and type learn: ten lessons teach you the keys.")
"""Said when the very first demo starts."""

STATE = "platform.json"
"""Where a running demo tells others its platform's address."""


def demo(
    scenario: str,
    seed: int,
    *,
    fresh: bool = False,
    me: str = "ana",
    language: str = "",
    plain: bool = False,
) -> int:
    """Open the inbox on a practice platform; the exit code.

    The platform lives as long as the inbox that started it; a second demo of the same scenario
    joins it, as a colleague would, unless it must be a `fresh` one. It speaks `language`, else the
    one chosen inside the inbox, else that of the environment.
    """
    speak(chosen(me, LANGUAGE) or "auto", language)
    greeting = "" if practice_folder().exists() else _(GREETING)
    folder = practice_folder() / f"{scenario}-{seed}"
    if url := running(folder):
        if fresh:
            raise CareError(f"A demo runs at {url}.", hint="Quit it first, or join it.")
        return _open(
            write_configuration(folder, url, scenario, me), language, greeting, plain=plain
        )
    shutil.rmtree(folder, ignore_errors=True)
    make_folder(folder)
    platform = child_processes.start(
        ["practice", "serve", "--scenario", scenario, "--seed", str(seed), "--json"]
    )
    try:
        url = platform_address(platform)
        (folder / STATE).write_text(json.dumps({"url": url}), encoding="utf-8")
        file = write_configuration(folder, url, scenario, me)
        return _begin_shift(file, url, language, greeting, plain=plain)
    finally:
        child_processes.end(platform)


def _open(file: Path, language: str, greeting: str, *, plain: bool) -> int:
    from carecli.boot.inbox import inbox

    return inbox(
        str(file),
        "",
        language=language,
        plain=plain,
        engine_stays=False,
        greeting=greeting,
    )


def _begin_shift(file: Path, url: str, language: str, greeting: str, *, plain: bool) -> int:
    """Read the platform for the first time, let the colleagues begin, open the inbox."""
    from carecli.boot.demo_moderators import Shift, triage
    from carecli.boot.engine import run_once
    from carecli.boot.setup import set_up

    print(_("Loading messages from the practice platform …"), file=sys.stderr, flush=True)
    setup = set_up(str(file))
    run_once(setup)
    triage(setup, url)
    shift, look = Shift(setup), LookAround(setup)
    shift.start()
    look.start()
    try:
        return _open(file, language, greeting, plain=plain)
    finally:
        look.stop()
        shift.stop()


def running(folder: Path) -> str:
    """The address of the platform that a demo in this folder runs; empty if none answers."""
    try:
        url = str(json.loads((folder / STATE).read_text(encoding="utf-8"))["url"])
        health = f"{url}/practice/health"
        with urllib.request.urlopen(health, timeout=2) as answer:  # noqa: S310  # written by us
            return url if json.load(answer).get("ok") else ""
    except (OSError, ValueError, KeyError, urllib.error.URLError):
        return ""


def platform_address(platform: subprocess.Popen[str]) -> str:
    """The address of a platform just started; CareError when it did not start."""
    try:
        line = platform.stdout.readline() if platform.stdout else ""
        return str(json.loads(line)["url"])
    except (ValueError, KeyError) as error:
        raise CareError(
            "The practice platform did not start.",
            hint="Run `carecli practice serve` to see why.",
        ) from error


def write_configuration(folder: Path, url: str, scenario: str, me: str) -> Path:
    """The demo's configuration for one moderator, with all the folders it names beside it."""
    from carecli.matching.words import STARTERS

    accounts = channels(scenario)
    brands = {one.key.partition("-")[0]: one for one in accounts}
    shipped_with = {
        "snippets": saved.SHIPPED,
        "cards": product_cards.SHIPPED,
        "rules": auto_moderation.SHIPPED,
        "words": STARTERS,
    }
    for name, shipped in shipped_with.items():
        if not (folder / name).exists():
            shutil.copytree(shipped, folder / name)
    lines = [f"me: {me}", f"database: {scenario}.sqlite", "snippets: snippets", "cards: cards"]
    lines.append("moderators:")
    lines += [f"  {name}: {{name: {name.title()}}}" for name in dict.fromkeys([me, *COLLEAGUES])]
    lines += [
        "teams:",
        *(f"  {key}: {{title: {json.dumps(_(title))}}}" for key, title in TEAMS.items()),
    ]
    lines.append("brands:")
    for key, one in brands.items():
        lines.append(f"  {key}: {{title: {json.dumps(one.brand)}, language: {one.language}}}")
    lines.append("views:")
    for key, (title, wanted, sort) in VIEWS.items():
        lines.append(
            f"  {key}: {{title: {json.dumps(_(title))}, "
            f"filter: {json.dumps(wanted)}, sort: {sort}}}"
        )
    if scenario != "lessons":
        lines += competitor_lines(accounts)
        (folder / COUNTED).write_text(counted(now()), encoding="utf-8")
    if scenario == "contest":
        lines += _campaign(url)
    lines.append("channels:")
    for one in accounts:
        lines += _channel(one, url, folder)
    lines += _closed_group(next(iter(brands)))
    file = folder / f"{me}.yaml"
    file.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return file


COLLEAGUES = ("ana", "kasia", "piotr")
"""Moderators of the demo."""

TEAMS = {
    "care": N_("Care"),
    "specialists": N_("Specialists"),
    "communication": N_("Communication"),
    "contact_centre": N_("Contact centre"),
}
"""Teams of the demo."""


VIEWS = {
    "hot": (N_("Red and yellow"), "is:waiting colour:red,yellow -is:snoozed", "deadline"),
    "pool": (N_("Unassigned private messages"), "is:waiting at:dm assignee:none", "queue"),
    "ads": (N_("Under ads"), "is:waiting at:ad -is:snoozed", "oldest"),
}
"""Views of the demo: title, filter, order."""


CAMPAIGN = N_("The brand's contest")
"""The title of the demo's campaign."""


def _campaign(url: str) -> list[str]:
    """The platform's contest as a campaign that is off until somebody lets it go first."""
    with urllib.request.urlopen(f"{url}/practice", timeout=10) as answer:  # noqa: S310  # ours
        post = str(json.load(answer)["contest"])
    title = json.dumps(_(CAMPAIGN))
    return ["campaigns:", f"  contest: {{title: {title}, posts: [{json.dumps(post)}]}}"]


GROUP = "group"
"""The demo's closed group, kept by hand: no API reaches it."""


def _closed_group(brand: str) -> list[str]:
    return [
        f"  {brand}-{GROUP}:",
        f"    brand: {brand}",
        "    platform: manual",
        "    title: Closed group (by hand)",
    ]


def _channel(one: Channel, url: str, folder: Path) -> list[str]:
    token = folder / "tokens" / one.key
    store_in_file(token, Secret(one.token))
    page = next(other for other in channels() if other.token == one.token)
    linked = one.platform == "instagram"
    options = [f'    options: {{page: "{page.account}"}}'] if linked else []
    return [
        f"  {one.key}:",
        f"    brand: {one.key.partition('-')[0]}",
        f"    platform: {one.platform}",
        f"    title: {json.dumps(one.title)}",
        f'    account: "{one.account}"',
        f"    base_url: {url}",
        f"    token: file:tokens/{one.key}",
        f"    language: {one.language}",
        *options,
    ]
