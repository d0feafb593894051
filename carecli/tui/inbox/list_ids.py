"""The thread ids of a list: all that is kept of a list of a million."""

from __future__ import annotations

from array import array
from collections.abc import Sequence

from carecli.desk.threads.rows import Overview
from carecli.domain.model import ThreadId

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


def members(ids: array[int], threads: frozenset[ThreadId]) -> list[ThreadId]:
    """Those of these threads that stand in the list, in its order."""
    return [ThreadId(one) for one in ids if one in threads]


def between(ids: array[int], anchor: ThreadId, cursor: int) -> list[ThreadId]:
    """Threads from the anchor to the cursor's place, both included; none when it is gone."""
    try:
        place = ids.index(anchor)
    except ValueError:
        return []
    first, last = sorted((place, cursor))
    return [ThreadId(one) for one in ids[first : last + 1]]


def mentioned(overview: Overview) -> int:
    """Threads in which a note asks for me."""
    return sum(one.count for one in overview.queues if one.key == "is:mentioned")
