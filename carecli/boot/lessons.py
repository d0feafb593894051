"""Starts the lessons: a new small practice platform, an engine and the inbox that teaches."""

from __future__ import annotations

import json
import shutil
import sys
import urllib.request
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

from carecli import i18n
from carecli.boot import child_processes
from carecli.boot.demo import STATE, TEAMS, platform_address, running
from carecli.boot.inbox import open_desk, require_terminal
from carecli.boot.screen import screen_settings
from carecli.boot.setup import NoConfiguration, set_up, speak, speak_on_screen
from carecli.domain.errors import CareError
from carecli.file_rights import make_folder
from carecli.i18n import _
from carecli.paths import practice_folder
from carecli.practice.scenario import channels
from carecli.secrets import Secret, store_in_file

if TYPE_CHECKING:
    from carecli.tui.lessons.course import Course
    from carecli.tui.lessons.seen import Hear
    from carecli.tui.settings import Settings

PEOPLE = ("kasia", "piotr")
"""Colleagues of whoever learns."""

COURSE = "course.json"
"""How far the learner is: outside the world, which is made anew each time."""


def learn(config_given: str = "", *, fresh: bool = False, language: str = "") -> int:
    """Open the lessons where they were left, or from the first one; the exit code.

    Keys and colours are those of the learner's own configuration, where there is one.
    """
    settings = _own_settings(config_given, language)
    require_terminal()
    child_processes.end_with_terminal()
    folder = practice_folder() / "lessons"
    if url := running(folder / "world"):
        raise CareError(f"The lessons are already open, at {url}.", hint="Quit them first.")
    make_folder(folder)
    course = read_course(folder / COURSE, fresh=fresh)
    while _sitting(folder, settings, course):
        pass
    return 0


def key_card(config_given: str = "", language: str = "") -> str:
    """The key card, with the learner's own keys."""
    from carecli.tui.keys.matcher import KeyMap
    from carecli.tui.keys.table import TABLE
    from carecli.tui.lessons.closing_page import card_text

    return card_text(KeyMap(TABLE, _own_settings(config_given, language).keys))


def _own_settings(config_given: str, language: str) -> Settings:
    from dataclasses import replace

    from carecli.tui.settings import Settings

    try:
        setup = set_up(config_given)
    except NoConfiguration:
        speak("auto", language)
        return Settings(name=_("You"))
    speak_on_screen(setup, language)
    own = screen_settings(setup)
    keys = {name: keys for name, keys in own.keys.items() if not name.startswith("macro.")}
    return replace(own, keys=keys, macros={})


def _sitting(folder: Path, settings: Settings, course: Course) -> bool:
    """One world, until it is left; whether another one is wanted, for a lesson done again."""
    from carecli.tui.app import run_inbox
    from carecli.tui.lessons.runner import LessonRunner

    print(_("Preparing the lessons …"), file=sys.stderr, flush=True)
    world = folder / "world"
    shutil.rmtree(world, ignore_errors=True)
    make_folder(world)
    words = ["--language", i18n.language(), "practice", "serve", "--scenario", "lessons"]
    platform = child_processes.start([*words, "--pace", "0", "--json"])
    engine = None
    try:
        url = platform_address(platform)
        (world / STATE).write_text(json.dumps({"url": url}), encoding="utf-8")
        file = write_configuration(world, url)
        setup = set_up(str(file))
        from carecli.boot.engine import run_once
        from carecli.boot.inbox import ensure_engine

        run_once(setup)
        desk = open_desk(setup)
        try:
            engine = ensure_engine(setup, stays=False)
            lessons = LessonRunner(
                desk, course, hearing(url), lambda now: keep(folder / COURSE, now)
            )
            run_inbox(desk, settings, extension=lessons)
        finally:
            desk.close()
        return bool(lessons.again)
    finally:
        if engine is not None:
            child_processes.end(engine)
        child_processes.end(platform)


def hearing(url: str) -> Hear:
    """Ask the platform what it received."""
    from carecli.tui.lessons.seen import Received

    def hear() -> list[Received]:
        with urllib.request.urlopen(f"{url}/practice/received", timeout=5) as answer:  # noqa: S310  # our own platform
            writes = [one for one in json.load(answer)["received"] if one["took_effect"]]
        return [Received(_said(one["parameters"]), _is_hiding(one["parameters"])) for one in writes]

    return hear


def _said(told: Mapping[str, Any]) -> str:
    said = told.get("message", "")
    return str(said.get("text", "") if isinstance(said, dict) else said)


def _is_hiding(told: Mapping[str, Any]) -> bool:
    return str(told.get("is_hidden", told.get("hide", ""))).lower() == "true"


def read_course(file: Path, *, fresh: bool) -> Course:
    """How far the learner was; from the first lesson when `fresh`, or when nobody can tell."""
    from carecli.tui.lessons.course import Course

    if fresh:
        return Course()
    try:
        told = json.loads(file.read_text(encoding="utf-8"))
        return Course(
            str(told["lesson"]),
            [str(key) for key in told["done"]],
            {str(key): int(seconds) for key, seconds in told["seconds"].items()},
            {str(key): [int(step) for step in done] for key, done in told["steps"].items()},
        )
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return Course()


def keep(file: Path, course: Course) -> None:
    """Write down how far the learner is."""
    file.write_text(json.dumps(asdict(course)), encoding="utf-8")


def write_configuration(folder: Path, url: str) -> Path:
    """The configuration of the lessons' world, with tokens and two saved replies beside it."""
    make_folder(folder / "snippets")
    for name, (title, text) in _snippets().items():
        page = f"---\ntitle: {json.dumps(title, ensure_ascii=False)}\n---\n{text}\n"
        (folder / "snippets" / f"{name}.md").write_text(page, encoding="utf-8")
    people = {"you": _("You"), **{name: name.title() for name in PEOPLE}}
    lines = ["me: you", "database: lessons.sqlite", "snippets: snippets"]
    lines += ["sending:", "  grace: 8s", "moderators:"]
    lines += [f"  {key}: {{name: {json.dumps(name)}}}" for key, name in people.items()]
    lines += ["teams:", *(f"  {key}: {{title: {title}}}" for key, title in TEAMS.items())]
    brands, accounts = ["brands:"], ["channels:"]
    for one in channels("lessons"):
        brand = one.key.partition("-")[0]
        brands.append(f"  {brand}: {{title: {json.dumps(one.brand)}}}")
        store_in_file(folder / "tokens" / one.key, Secret(one.token))
        accounts += [
            f"  {one.key}:",
            f"    brand: {brand}",
            f"    platform: {one.platform}",
            f"    title: {json.dumps(one.title)}",
            f'    account: "{one.account}"',
            f"    base_url: {url}",
            f"    token: file:tokens/{one.key}",
        ]
    file = folder / "lessons.yaml"
    file.write_text("\n".join([*lines, *brands, *accounts]) + "\n", encoding="utf-8")
    return file


def _snippets() -> dict[str, tuple[str, str]]:
    """Saved replies of the lessons by name: title and text; braces are asked for."""
    parcel = _("Hello {name}, your parcel will be with you on {day}. Thank you for waiting!")
    thanks = _("Thank you, {name}! That makes our day. 💙")
    return {
        "parcel": (
            _("Where the parcel is"),
            parcel.format(name="{contact.first_name}", day="{day?}"),
        ),
        "thanks": (_("Thanks"), thanks.format(name="{contact.first_name}")),
    }
