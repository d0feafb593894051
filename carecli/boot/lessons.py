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
from carecli.boot.demo import STATE, TEAMS, platform_address, running_platform
from carecli.boot.inbox import open_desk, require_terminal
from carecli.boot.screen import screen_settings
from carecli.boot.setup import NoConfiguration, set_up, use_language, use_screen_language
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
"""The learner's colleagues."""

COURSE = "course.json"
"""The learner's progress; kept outside the world, which is recreated each time."""


def learn(config_given: str = "", *, fresh: bool = False, language: str = "") -> int:
    """Open the lessons where they were left, or from the first one; returns the exit code.

    Keys and colours are those of the learner's own configuration, where there is one.
    """
    settings = _own_settings(config_given, language)
    require_terminal()
    child_processes.end_with_terminal()
    folder = practice_folder() / "lessons"
    if url := running_platform(folder / "world"):
        raise CareError(f"The lessons are already open, at {url}.", hint="Quit them first.")
    make_folder(folder)
    course = read_course(folder / COURSE, fresh=fresh)
    while _run_lessons(folder, settings, course):
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
        use_language("auto", language)
        return Settings(name=_("You"))
    use_screen_language(setup, language)
    own = screen_settings(setup)
    keys = {name: keys for name, keys in own.keys.items() if not name.startswith("macro.")}
    return replace(own, keys=keys, macros={})


def _run_lessons(folder: Path, settings: Settings, course: Course) -> bool:
    """Run the lessons in a new world until the user leaves; returns whether to run another."""
    from carecli.tui.app import run_inbox
    from carecli.tui.lessons.runner import LessonRunner

    print(_("Preparing the lessons …"), file=sys.stderr, flush=True)
    world = folder / "world"
    shutil.rmtree(world, ignore_errors=True)
    make_folder(world)
    words = ["--language", i18n.language(), "practice", "serve", "--scenario", "lessons"]
    platform = child_processes.start_child([*words, "--pace", "0", "--json"])
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
                desk,
                course,
                received_reader(url),
                lambda now: save_course(folder / COURSE, now),
            )
            run_inbox(desk, settings, extension=lessons)
        finally:
            desk.close()
        return bool(lessons.again)
    finally:
        if engine is not None:
            child_processes.end_child(engine)
        child_processes.end_child(platform)


def received_reader(url: str) -> Hear:
    """A function that asks the platform what it received."""
    from carecli.tui.lessons.seen import Received

    def hear() -> list[Received]:
        with urllib.request.urlopen(f"{url}/practice/received", timeout=5) as response:  # noqa: S310  # our own platform
            writes = [write for write in json.load(response)["received"] if write["took_effect"]]
        return [
            Received(_text_of(write["parameters"]), _is_hiding(write["parameters"]))
            for write in writes
        ]

    return hear


def _text_of(parameters: Mapping[str, Any]) -> str:
    message = parameters.get("message", "")
    return str(message.get("text", "") if isinstance(message, dict) else message)


def _is_hiding(parameters: Mapping[str, Any]) -> bool:
    return str(parameters.get("is_hidden", parameters.get("hide", ""))).lower() == "true"


def read_course(file: Path, *, fresh: bool) -> Course:
    """The learner's progress; the first lesson if `fresh`, or if it cannot be read."""
    from carecli.tui.lessons.course import Course

    if fresh:
        return Course()
    try:
        saved = json.loads(file.read_text(encoding="utf-8"))
        return Course(
            str(saved["lesson"]),
            [str(key) for key in saved["done"]],
            {str(key): int(seconds) for key, seconds in saved["seconds"].items()},
            {str(key): [int(step) for step in done] for key, done in saved["steps"].items()},
        )
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return Course()


def save_course(file: Path, course: Course) -> None:
    """Save the learner's progress."""
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
    for account in channels("lessons"):
        brand = account.key.partition("-")[0]
        brands.append(f"  {brand}: {{title: {json.dumps(account.brand)}}}")
        store_in_file(folder / "tokens" / account.key, Secret(account.token))
        accounts += [
            f"  {account.key}:",
            f"    brand: {brand}",
            f"    platform: {account.platform}",
            f"    title: {json.dumps(account.title)}",
            f'    account: "{account.account}"',
            f"    base_url: {url}",
            f"    token: file:tokens/{account.key}",
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
