"""Named steps at which a test can kill the process.

`CARECLI_CRASH_AT=name` kills the process the first time it gets to that step, `name:3` the third
time. Unset, as it always is in earnest, a step costs one comparison.
"""

from __future__ import annotations

import os
import signal

VARIABLE = "CARECLI_CRASH_AT"


def delivery_steps(kind: str) -> tuple[str, ...]:
    """Every step of a delivery of one kind, in their order."""
    return tuple(f"{kind}-{step}" for step in _DELIVERY)


_DELIVERY = (
    *("chosen", "prepared", "claiming", "claimed", "answered", "recording", "recorded"),
    *("asked", "decided"),
)

STEPS = ("page-pulled", "page-taken-in", "page-committed", *delivery_steps("send"))
"""Every step of the inbox, in the order a message and a reply go through them."""

FOLLOWING = ("profile-read", "profile-kept")
"""Likewise of a public profile that is followed."""

REPORT_STEPS = ("report-written", "report-made", *delivery_steps("report"))
"""Likewise for a monthly report and its mails."""

HOOK_STEPS = tuple(step for step in delivery_steps("hook") if not step.endswith("-asked"))
"""Likewise for an event that a hook is told; a hook cannot be asked what it heard."""

_name, _, _count = os.environ.get(VARIABLE, "").partition(":")
_left = int(_count or "1")


def crash_point(name: str) -> None:
    """Die here, without any clean-up, if a test asked for it."""
    global _left  # noqa: PLW0603 - the one counter of a process that is about to die
    if name != _name:
        return
    _left -= 1
    if _left == 0:
        os.kill(os.getpid(), signal.SIGKILL)
