"""Versions of the Graph API that the practice platform speaks, and their differences."""

from __future__ import annotations

import re

from carecli.practice.graph.errors import GraphError, unknown_path

LIVING = ("v21.0", "v22.0", "v23.0", "v24.0", "v25.0", "v26.0", "v27.0")
"""Oldest first. An older one has ended, and is served as the oldest of these (Meta's changelog)."""
CURRENT = LIVING[-1]
WITHOUT_MANY = 26
"""From v26.0 on there is no `GET /?ids=`, and `If-None-Match` is not looked at."""
_VERSION = re.compile(r"v(\d{1,2})\.(\d{1,2})")


def looks_like_version(text: str) -> bool:
    """Whether the first part of a path is meant as a version."""
    return _VERSION.fullmatch(text) is not None


def served_version(requested: str) -> str:
    """The version that answers a call to this one. Raises code 2500 for one that never was."""
    if not requested:
        return CURRENT
    if requested in LIVING:
        return requested
    number = _number(requested)
    minors = {1: 0, 2: 12, 3: 3}.get(number, 0)  # v2.0 to v2.12, v3.0 to v3.3, from v4.0 only .0
    is_past = number < _number(LIVING[0]) and int(requested.partition(".")[2]) <= minors
    if not is_past:
        raise unknown_path(requested)
    return LIVING[0]


def supports_ids(version: str) -> bool:
    """Whether several objects can be asked for by `ids`, and a 304 be had."""
    return _number(version) < WITHOUT_MANY


def ids_not_supported() -> GraphError:
    """`GET /?ids=` in a version that has it no more."""
    return GraphError(
        100, "(#100) The parameter ids is not supported as of v26.0; use a batch request instead."
    )


def _number(version: str) -> int:
    return int(version[1:].partition(".")[0])
