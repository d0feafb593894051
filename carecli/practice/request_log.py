"""Records what the practice platform received: all writes in order, and the used quota."""

from __future__ import annotations

import json
from collections import Counter, deque
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

from carecli.domain.model import HOUR, Millis
from carecli.practice.faults import THROTTLES, Fault, Faults
from carecli.practice.nodes import BrandAccount

ALLOWANCE = 20_000
"""Number of calls per hour that are 100 percent."""


@dataclass(slots=True)
class Write:
    """A received POST or DELETE; `status` 0: the connection was cut."""

    n: int
    at: Millis
    method: str
    path: str
    account: str
    parameters: Mapping[str, Any]
    status: int = 0
    took_effect: bool = False
    answer: object = None
    fault: str = ""


@dataclass(slots=True)
class RequestLog:
    """The writes in order of arrival, and counts of all calls."""

    writes: list[Write] = field(default_factory=list)
    counts: Counter[str] = field(default_factory=Counter)
    """Calls by `METHOD edge-or-node`, e.g. `GET comments`, `POST messages`, `GET {node}`."""
    recent: dict[tuple[str, str], deque[Millis]] = field(default_factory=dict)

    def note_call(self, method: str, path: tuple[str, ...], cost: int = 1) -> None:
        """Count a call; each id of `ids=` counts."""
        what = path[1] if len(path) > 1 else (path[0] if path and path[0].isalpha() else "{node}")
        self.counts[f"{method} {what}"] += cost

    def note_write(
        self, at: Millis, method: str, path: str, account: str, parameters: Mapping[str, Any]
    ) -> Write:
        """Record a write; its result is added later."""
        recorded = {
            name: _parsed(value) for name, value in parameters.items() if "token" not in name
        }
        recorded.pop("appsecret_proof", None)
        write = Write(len(self.writes) + 1, at, method, path, account, recorded)
        self.writes.append(write)
        return write

    def as_json(self, since: int = 0) -> list[dict[str, object]]:
        """The writes after number `since` as JSON."""
        return [asdict(write) for write in self.writes[since:]]

    def headers(
        self, now: Millis, page: BrandAccount | None, use: str, faults: Faults, fault: Fault | None
    ) -> dict[str, str]:
        """The rate limit headers: percent of the allowance, and minutes until it is restored."""
        spent = self.recent.setdefault((page.id if page else "", use), deque())
        spent.append(now)
        while spent[0] < now - HOUR:
            spent.popleft()
        percent = len(spent) * 100 // ALLOWANCE if faults.usage is None else faults.usage
        regain = faults.regain_minutes
        if fault is not None and fault.kind in THROTTLES:
            percent, regain = 100, fault.minutes
        app = {"call_count": percent, "total_cputime": percent // 2, "total_time": percent // 3}
        as_json = {"x-app-usage": json.dumps(app)}
        if page is not None:
            business = [{"type": use, **app, "estimated_time_to_regain_access": regain}]
            as_json["x-business-use-case-usage"] = json.dumps({page.id: business})
        return as_json


def _parsed(value: Any) -> Any:
    """A parameter, parsed if it is JSON."""
    if isinstance(value, str) and value[:1] in {"{", "["}:
        try:
            return json.loads(value)
        except ValueError:
            return value
    return value
