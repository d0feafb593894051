"""Macros recorded by a moderator; stored, and used like configured ones."""

from __future__ import annotations

import re
from collections.abc import Sequence

from carecli.desk.commands.unit_of_work import UnitOfWork
from carecli.domain.errors import Refusal
from carecli.domain.macro import parse_step
from carecli.i18n import _
from carecli.store import macros as stored
from carecli.store.feed import ELSEWHERE, announce

NAME = re.compile(r"[a-z0-9][a-z0-9_-]{0,39}")
MOST_SAVED = 100
"""Macros a moderator can keep."""


def save(unit: UnitOfWork, name: str, steps: Sequence[str], key: str) -> None:
    """Keep a macro; raises Refusal for a name or steps that cannot be."""
    if NAME.fullmatch(name) is None:
        raise Refusal(
            _("{name!r} cannot be a macro's name.").format(name=name[:40]),
            hint=_("Use lower-case letters, digits and dashes."),
        )
    if not steps:
        raise Refusal(_("Nothing was recorded."))
    for one in steps:
        try:
            parse_step(one)
        except ValueError as error:
            raise Refusal(f"{one}: {error}.") from error
    if len(stored.saved(unit.db, unit.by.name)) >= MOST_SAVED:
        raise Refusal(
            _("You have reached the maximum number of macros."),
            hint=_("Delete one that you do not need."),
        )
    stored.save(unit.db, unit.by.name, name, key, steps)
    announce(unit.db, (ELSEWHERE,))


def forget(unit: UnitOfWork, name: str) -> None:
    """Drop a macro of mine; raises Refusal when there is none."""
    if not stored.forget(unit.db, unit.by.name, name):
        raise Refusal(_("You have no macro {name}.").format(name=name[:40]))
    announce(unit.db, (ELSEWHERE,))
