"""Odd behaviour of the platform that still answers 200."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Traits:
    """What is odd about the answer to this one call; see `carecli.practice.faults`."""

    repeats_cursor: bool = False
    """`next` leads to the page it stands on."""
    hides_next: bool = False
    """There is more, but no `next`."""
    edits_instead: bool = False
    """A reply overwrites the comment it answers, and the answer is `{"success": true}`."""
    tells_target: bool = False
    """A reply overwrites the comment it answers, and its own id comes back."""
    numeric_ids: bool = False
    """The id of what was made comes as a number."""
    no_id: bool = False
    """What was made comes back without an id."""
