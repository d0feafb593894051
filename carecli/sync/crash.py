"""Named steps at which a test can kill the process.

`CARECLI_CRASH_AT=name` kills the process the first time it gets to that step, `name:3` the third
time. Unset, as it always is in earnest, a step costs one comparison.
"""

from __future__ import annotations

import os
import signal

VARIABLE = "CARECLI_CRASH_AT"

STEPS = (
    "page-pulled",
    "page-taken-in",
    "page-committed",
    "send-chosen",
    "send-head-read",
    "send-claiming",
    "send-claimed",
    "send-answered",
    "send-recording",
    "send-recorded",
    "look-asked",
    "look-recording",
)
"""Every step of the inbox, in the order a message and a reply go through them."""

FOLLOWING = ("profile-read", "profile-kept")
"""Likewise of a public profile that is followed."""

REPORT_STEPS = (
    "report-written",
    "report-made",
    "report-claimed",
    "report-answered",
    "report-recorded",
)
"""Likewise for a monthly report and its mails."""

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
