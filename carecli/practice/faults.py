"""Faults that the practice platform can simulate."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from random import Random
from typing import Any

from carecli.practice.graph.errors import GraphError
from carecli.practice.graph.traits import Traits

THROTTLES = {
    "throttled": (80001, "There have been too many calls to this Page account."),
    "throttled_instagram": (80002, "There have been too many calls to this Instagram account."),
    "throttled_messenger": (
        80006,
        "There have been too many messenger api calls to this Page account.",
    ),
    "throttled_app": (4, "Application request limit reached"),
    "throttled_user": (17, "User request limit reached"),
    "throttled_page": (32, "Page request limit reached"),
    "throttled_calls": (613, "Calls to this api have exceeded the rate limit."),
}
REFUSALS: Mapping[str, GraphError] = {
    "expired_token": GraphError(
        190, "Error validating access token: Session has expired.", subcode=463
    ),
    "password_changed": GraphError(
        190,
        "Error validating access token: The session has been invalidated because the user changed "
        "their password or Facebook has changed the session for security reasons.",
        subcode=460,
    ),
    "role_lost": GraphError(
        190,
        "Error validating access token: The user associated with the Page access token does not "
        "have an appropriate role on the Page.",
        subcode=492,
    ),
    "permission": GraphError(
        10,
        "(#10) This endpoint requires the 'pages_manage_engagement' permission or the 'Page Public "
        "Content Access' feature.",
        status=403,
    ),
    "not_authorized": GraphError(
        200,
        "(#200) The user hasn't authorized the application to perform this action",
        status=403,
    ),
    "blocked": GraphError(
        368,
        "We limit how often you can post, comment or do other things in a given amount of time.",
        subcode=1390008,
    ),
    "restricted": GraphError(
        10, "You are temporarily restricted from sending messages.", subcode=1893063
    ),
    "unreachable": GraphError(
        551, "(#551) This person isn't available right now.", subcode=1545041
    ),
    "duplicate": GraphError(
        506,
        "Duplicate status message",
        subcode=1455006,
        kind="FacebookApiException",
        title="Duplicate Status Update",
        advice="This status update is identical to the last one you posted.",
    ),
    "other_app": GraphError(
        100, "(#100) Another app is controlling this thread now.", subcode=2018300
    ),
    "unknown_field": GraphError(
        100,
        "(#100) Tried accessing nonexisting field (can_reply_privately) on node type (Comment)",
    ),
    "too_much_data": GraphError(
        1, "Please reduce the amount of data you're asking for, then retry your request", status=500
    ),
    "unavailable": GraphError(
        2,
        "Service temporarily unavailable",
        kind="FacebookApiException",
        transient=True,
        status=503,
    ),
    "server_error": GraphError(1, "An unknown error occurred", status=500, transient=True),
}
TRAITS: Mapping[str, Traits] = {
    "repeated_cursor": Traits(repeats_cursor=True),
    "no_next": Traits(hides_next=True),
    "reply_edits": Traits(edits_instead=True),
    "reply_tells_target": Traits(tells_target=True),
    "numeric_id": Traits(numeric_ids=True),
    "no_id": Traits(no_id=True),
}
ON_THE_WIRE = (
    "slow",
    "cut_before",
    "cut_after",
    "too_many_requests",
    "bad_gateway",
    "not_json",
    "null_parts",
)
"""`slow` answers `seconds` late; `cut_after` drops the connection after the action is done;
`null_parts` answers every part of a batch with null."""
NAMES = (*THROTTLES, *REFUSALS, *TRAITS, *ON_THE_WIRE)


@dataclass(slots=True)
class Fault:
    """A fault: its kind, how often it happens, and for which calls.

    `times` counts down (None: until cleared); `rate` is the chance that a matching call is hit.
    `method` is GET, POST, DELETE, `write` (POST or DELETE) or empty for all; `path` a regular
    expression searched in the path after the version. `seconds` is how long `slow` waits, and
    `minutes` how long a throttle says it lasts.
    """

    kind: str
    times: int | None = 1
    method: str = ""
    path: str = ""
    rate: float = 1.0
    seconds: float = 1.0
    minutes: int = 5
    hits: int = 0

    def __post_init__(self) -> None:
        if self.kind not in NAMES:
            raise ValueError(f"no fault is called {self.kind}; there are {', '.join(NAMES)}")
        re.compile(self.path)

    def concerns(self, method: str, path: str) -> bool:
        """Whether it can hit a call of this method and path."""
        if self.times is not None and self.hits >= self.times:
            return False
        wanted = {"": True, "write": method != "GET"}.get(self.method, self.method == method)
        return wanted and re.search(self.path, path) is not None


@dataclass(slots=True)
class Faults:
    """All active faults; the first that concerns a call hits it."""

    seed: int = 1
    active: list[Fault] = field(default_factory=list)
    usage: int | None = None
    """Percentage for the rate limit headers, instead of the real one."""
    regain_minutes: int = 0
    _random: Random = field(init=False)

    def __post_init__(self) -> None:
        self._random = Random(f"faults-{self.seed}")

    def fail(self, kind: str, times: int | None = 1, **how: Any) -> Fault:
        """Let the next `times` matching calls fail; see `Fault` for the other arguments."""
        fault = Fault(kind, times, **how)
        self.active.append(fault)
        return fault

    def clear(self) -> None:
        """Remove all faults."""
        self.active.clear()
        self.usage, self.regain_minutes = None, 0

    def hit(self, method: str, path: str) -> Fault | None:
        """The fault that hits this call, which is then counted; None if there is none."""
        for fault in self.active:
            if fault.concerns(method, path) and self._random.random() < fault.rate:
                fault.hits += 1
                return fault
        return None

    def as_json(self) -> list[dict[str, object]]:
        """The faults as JSON."""
        return [asdict(fault) for fault in self.active]


def refusal(fault: Fault) -> GraphError | None:
    """The error that a fault answers with, None for other faults."""
    if fault.kind in THROTTLES:
        code, sentence = THROTTLES[fault.kind]
        return GraphError(code, f"(#{code}) {sentence} Wait a bit and try again.")
    return REFUSALS.get(fault.kind)
