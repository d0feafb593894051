"""Short messages about a person, and which decisions leave their thread."""

from __future__ import annotations

from carecli.domain.commands import AnsweredByHand, AnsweredOutside, Done
from carecli.domain.errors import CareError
from carecli.i18n import _

ENDING = (Done, AnsweredByHand, AnsweredOutside)
"""Decisions after which a thread is left: nobody waits there any more."""


def concerning(name: str, said: str) -> str:
    """What is said, about a person: `María González: flagged`."""
    return _("{name}: {what}").format(name=name, what=said) if name else said


def engine_stopped(why: str) -> CareError:
    """What to say of an engine that this inbox started and that has ended."""
    return CareError(
        _("The engine has stopped: {why}").format(why=why),
        hint=_(
            "Nothing is read or sent until it runs again. Fix the cause, then open the inbox again."
            " `carecli doctor` checks everything."
        ),
    )
