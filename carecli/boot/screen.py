"""Converts the configuration into the screen's settings and lists what is wrong with them."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import TYPE_CHECKING

from carecli.boot import saved_choices
from carecli.boot.setup import Setup
from carecli.config import ThemeSettings, problem_at, problems_at
from carecli.domain.errors import ConfigError

if TYPE_CHECKING:
    from carecli.tui.settings import Settings
    from carecli.tui.style.theme import Shade


def screen_settings(setup: Setup) -> Settings:
    """The screen's settings; raises ConfigError for keys and colours that cannot be."""
    from carecli.tui.keys.matcher import KeyMap
    from carecli.tui.keys.table import with_macros
    from carecli.tui.settings import Alerts, Settings
    from carecli.tui.style.theme import PALETTES

    chosen, theme, macros = setup.config.inbox, setup.config.theme, setup.config.macros
    alerts = setup.config.alerts
    colours, problems = _colours(theme)
    try:
        KeyMap(with_macros(macros), chosen.keys)
    except ConfigError as error:
        problems += [
            ConfigError(one.what, key=f"inbox.{one.key}", hint=one.hint)
            for one in (error, *error.also)
        ]
    if problems:
        raise problems_at(setup.file, problems)
    me = setup.config.moderators.get(setup.me)
    own_theme = saved_choices.chosen(setup.me, saved_choices.THEME)
    return Settings(
        name=me.name if me is not None else "",
        theme=theme.palette,
        colours=colours,
        keys=chosen.keys,
        compact=chosen.compact,
        times=bool(saved_choices.chosen(setup.me, saved_choices.TIMES)),
        zone=setup.zone,
        alerts=Alerts(
            by=alerts.by,
            due=alerts.due,
            with_text=alerts.text,
            quiet=tuple((hours.start, hours.end) for hours in alerts.quiet),
        ),
        macros=macros,
        own_theme=own_theme if own_theme in PALETTES else "",
        keep=partial(saved_choices.keep, setup.me),
    )


def _colours(theme: ThemeSettings) -> tuple[dict[str, Shade], list[ConfigError]]:
    """The colours of one's own, and what is wrong with them."""
    if not theme.colours:
        return {}, []
    from carecli.tui.style.colours import read_colours

    colours, mistakes = read_colours(theme.palette, theme.colours)
    return colours, list(mistakes)


def hard_to_read(setup: Setup) -> Iterator[ConfigError]:
    """A warning for every colour of one's own that makes text hard to read, with the figures."""
    theme = setup.config.theme
    colours, _ = _colours(theme)
    if not colours:
        return
    from carecli.tui.style.colours import ENOUGH, faint
    from carecli.tui.style.theme import palette

    for one in faint(palette(theme.palette, colours, {})):
        mine = [role for role in (one.role, one.surface) if role in colours]
        if mine:
            yield problem_at(
                setup.file,
                f"theme.colours.{mine[0]}",
                f"{one.role} on {one.surface} has a contrast of {one.contrast:.1f}:1",
                f"text needs {ENOUGH}:1",
            )
