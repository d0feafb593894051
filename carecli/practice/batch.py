"""Runs batch requests: up to fifty calls in one, which may use each other's results.

A part with a `name` can be referred to: `{result=posts:$.data.*.id}` in the URL or body of a later
part is replaced by values of its response, and `depends_on` requires that it succeeded. The
response of a part that others refer to is null unless `omit_response_on_success` is false; a part
whose dependency failed is null as well (Meta's guide to batch requests).
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
"""The response of a part: status, headers, body."""


def parts_of(text: object) -> list[Mapping[str, Any]]:
    """Parse the parts of a batch; raises code 100 if it is not one."""
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
    """Run the parts in order and return their responses. `do` returns None for a timeout.

    Raises code 100 if a part depends on one that is not before it.
    """
    answers: dict[str, object] = {}
    names: set[str] = set()
    responses: list[object] = []
    referenced = _all_references(parts)
    for part in parts:
        needs = _needs(part)
        if unknown := sorted(needs - names):
            raise bad_parameter(f"Batch part depends on {unknown[0]}, which does not stand before")
        name = str(part.get("name", ""))
        names.add(name)
        if not needs <= set(answers):
            responses.append(None)
            continue
        result = do({key: _resolve(value, answers) for key, value in part.items()})
        if result is None:
            responses.append(None)
            continue
        status, headers, body = result
        if status == 200 and name:
            answers[name] = body
        is_left_out = part.get("omit_response_on_success", name in referenced) and name
        if status == 200 and is_left_out:
            responses.append(None)
            continue
        response: dict[str, object] = {"code": status, "body": json.dumps(body)}
        if with_headers:
            response["headers"] = [{"name": key, "value": value} for key, value in headers.items()]
        responses.append(response)
    return responses


def _needs(part: Mapping[str, Any]) -> set[str]:
    depends_on = part.get("depends_on") or []
    names = {depends_on} if isinstance(depends_on, str) else {str(name) for name in depends_on}
    return names | _references(part)


def _references(part: Mapping[str, Any]) -> set[str]:
    text = f"{part.get('relative_url', '')} {part.get('body', '')}"
    return {match.group(1) for match in _REFERENCE.finditer(text)}


def _all_references(parts: Iterable[Mapping[str, Any]]) -> set[str]:
    return {name for part in parts for name in _references(part)}


def _resolve(value: Any, answers: Mapping[str, object]) -> Any:
    """A text with references replaced by their values, several ones separated by commas."""
    if not isinstance(value, str):
        return value

    def replacement(match: re.Match[str]) -> str:
        values = _values_at(answers[match.group(1)], match.group(2))
        return quote(",".join(str(value_) for value_ in values), safe=",")

    return _REFERENCE.sub(replacement, value)


def _values_at(answer: object, path: str) -> list[object]:
    """The values at a path such as `$.data.*.id` or `$.data[0].id`."""
    values: list[object] = [answer]
    for step in _STEP.finditer(path):
        key, index = step.group(1), step.group(2)
        following: list[object] = []
        for value in values:
            if isinstance(value, list):
                if "*" in (key, index):
                    following += value
                elif index is not None and int(index) < len(value):
                    following.append(value[int(index)])
            elif isinstance(value, dict) and key == "*":
                following += value.values()
            elif isinstance(value, dict) and key in value:
                following.append(value[key])
        values = following
    return values
