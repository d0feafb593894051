"""The thread ids of a list: all that is kept of a list of a million."""

from __future__ import annotations

from array import array
from collections.abc import Sequence

from carecli.desk.threads.rows import Overview

LOT = 20_000
"""Ids that are looked at before others may do something."""


def ahead(first: Sequence[int], ids: array[int]) -> array[int]:
    """The threads with these first, in lots that let others do something meanwhile."""
    if array("q", first) == ids[: len(first)]:
        return ids
    found, known = array("q", first), set(first)
    for start in range(0, len(ids), LOT):
        found.extend([one for one in ids[start : start + LOT] if one not in known])
    return found


def mentioned(overview: Overview) -> int:
    """Threads in which a note asks for me."""
    return sum(one.count for one in overview.queues if one.key == "is:mentioned")
