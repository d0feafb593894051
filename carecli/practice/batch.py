"""Batch requests: up to fifty calls in one, which may use each other's results.

A part with a `name` can be referred to: `{result=posts:$.data.*.id}` in the address or the body of
a later part stands for values of its answer, and `depends_on` says that it must have succeeded. The
answer of a part others refer to is left out (null) unless `omit_response_on_success` is false; a
part whose need was not met is null as well (Meta's guide to batch requests).
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Mapping
from typing import Any
from urllib.parse import quote

from carecli.practice.graph.errors import bad_parameter

MOST_PARTS = 50
_REFERENCE = re.compile(r"\{result=([A-Za-z0-9_-]+):(\$[^}]*)\}")
_STEP = re.compile(r"\.([A-Za-z_][A-Za-z0-9_]*|\*)|\[(\d+|\*)\]")

Done = tuple[int, Mapping[str, str], object]
"""What a part came to: status, headers, body."""


def parts_of(text: object) -> list[Mapping[str, Any]]:
    """The parts of a batch; raises code 100 for what is none."""
    value = text
    if isinstance(text, str):
        try:
            value = json.loads(text)
        except ValueError:
            raise bad_parameter("Param batch must be a JSON array") from None
    if not isinstance(value, list) or not all(isinstance(part, dict) for part in value):
        raise bad_parameter("Param batch must be an array of objects")
    if len(value) > MOST_PARTS:
        raise bad_parameter(f"Too many requests in batch message. Maximum: {MOST_PARTS}")
    return value


def run(
    parts: list[Mapping[str, Any]],
    do: Callable[[Mapping[str, Any]], Done | None],
    *,
    with_headers: bool = True,
) -> list[object]:
    """Do the parts in order; what is told of each. `do` gives None for one that timed out.

    Raises code 100 where a part needs one that does not stand before it.
    """
    answers: dict[str, object] = {}
    names: set[str] = set()
    told: list[object] = []
    wanted = _wanted(parts)
    for part in parts:
        needs = _needs(part)
        if unknown := sorted(needs - names):
            raise bad_parameter(f"Batch part depends on {unknown[0]}, which does not stand before")
        name = str(part.get("name", ""))
        names.add(name)
        if not needs <= set(answers):
            told.append(None)
            continue
        done = do({key: _filled(value, answers) for key, value in part.items()})
        if done is None:
            told.append(None)
            continue
        status, headers, body = done
        if status == 200 and name:
            answers[name] = body
        is_left_out = part.get("omit_response_on_success", name in wanted) and name
        if status == 200 and is_left_out:
            told.append(None)
            continue
        one: dict[str, object] = {"code": status, "body": json.dumps(body)}
        if with_headers:
            one["headers"] = [{"name": key, "value": value} for key, value in headers.items()]
        told.append(one)
    return told


def _needs(part: Mapping[str, Any]) -> set[str]:
    given = part.get("depends_on") or []
    named = {given} if isinstance(given, str) else {str(one) for one in given}
    return named | _referred(part)


def _referred(part: Mapping[str, Any]) -> set[str]:
    text = f"{part.get('relative_url', '')} {part.get('body', '')}"
    return {found.group(1) for found in _REFERENCE.finditer(text)}


def _wanted(parts: Iterable[Mapping[str, Any]]) -> set[str]:
    return {name for part in parts for name in _referred(part)}


def _filled(value: Any, answers: Mapping[str, object]) -> Any:
    """A text with what its references stand for; several values have commas between them."""
    if not isinstance(value, str):
        return value

    def found(match: re.Match[str]) -> str:
        values = _look(answers[match.group(1)], match.group(2))
        return quote(",".join(str(one) for one in values), safe=",")

    return _REFERENCE.sub(found, value)


def _look(answer: object, path: str) -> list[object]:
    """What a path such as `$.data.*.id` or `$.data[0].id` leads to."""
    found: list[object] = [answer]
    for step in _STEP.finditer(path):
        key, index = step.group(1), step.group(2)
        following: list[object] = []
        for one in found:
            if isinstance(one, list):
                if "*" in (key, index):
                    following += one
                elif index is not None and int(index) < len(one):
                    following.append(one[int(index)])
            elif isinstance(one, dict) and key == "*":
                following += one.values()
            elif isinstance(one, dict) and key in one:
                following.append(one[key])
        found = following
    return found
