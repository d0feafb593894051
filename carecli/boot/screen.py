"""What the configuration says of the screen, with everything that cannot be named at once."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import TYPE_CHECKING

from carecli.boot import choices
from carecli.boot.setup import Setup
from carecli.config import ThemeSettings, problem_at, problems_at
from carecli.domain.errors import ConfigError

if TYPE_CHECKING:
    from carecli.tui.settings import Settings
    from carecli.tui.theme import Shade


def screen_settings(setup: Setup) -> Settings:
    """The screen's settings; raises ConfigError for keys and colours that cannot be."""
    from carecli.tui.key_table import with_macros
    from carecli.tui.keys import KeyMap
    from carecli.tui.settings import Alerts, Settings
    from carecli.tui.theme import PALETTES

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
    own_theme = choices.chosen(setup.me, choices.THEME)
    return Settings(
        name=me.name if me is not None else "",
        theme=theme.palette,
        colours=colours,
        keys=chosen.keys,
        compact=chosen.compact,
        times=bool(choices.chosen(setup.me, choices.TIMES)),
        zone=setup.zone,
        alerts=Alerts(
            by=alerts.by,
            due=alerts.due,
            with_text=alerts.text,
            quiet=tuple((hours.start, hours.end) for hours in alerts.quiet),
        ),
        macros=macros,
        own_theme=own_theme if own_theme in PALETTES else "",
        keep=partial(choices.keep, setup.me),
    )


def _colours(theme: ThemeSettings) -> tuple[dict[str, Shade], list[ConfigError]]:
    """The colours of one's own, and what is wrong with them."""
    if not theme.colours:
        return {}, []
    from carecli.tui.colours import read_colours

    colours, mistakes = read_colours(theme.palette, theme.colours)
    return colours, list(mistakes)


def hard_to_read(setup: Setup) -> Iterator[ConfigError]:
    """A warning for every colour of one's own that makes text hard to read, with the figures."""
    theme = setup.config.theme
    colours, _ = _colours(theme)
    if not colours:
        return
    from carecli.tui.colours import ENOUGH, faint
    from carecli.tui.theme import palette

    for one in faint(palette(theme.palette, colours, {})):
        mine = [role for role in (one.role, one.surface) if role in colours]
        if mine:
            yield problem_at(
                setup.file,
                f"theme.colours.{mine[0]}",
                f"{one.role} on {one.surface} has a contrast of {one.contrast:.1f}:1",
                f"text needs {ENOUGH}:1",
            )
