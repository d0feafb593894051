"""The configuration hands no work to people who read-only access."""

from __future__ import annotations

import pytest

from carecli.config import parse
from carecli.domain.errors import ConfigError

PEOPLE = """\
moderators:
  ana: {teams: [care]}
  ola: {role: read_only, teams: [press, care]}
"""


@pytest.mark.parametrize(
    ("more", "key", "what"),
    [
        (
            "escalation: [{at: 80, assign: ola}]",
            "escalation[0].assign",
            "'ola' has read-only access",
        ),
        ("escalation: [{at: 80, team: press}]", "escalation[0].team", "everyone in the team"),
        ("protocol: {red: {team: press}}", "protocol.red.team", "everyone in the team"),
        ("macros: {m: [thread.assign ola]}", "macros.m[0]", "'ola' has read-only access"),
        ("macros: {m: [thread.assign team:press]}", "macros.m[0]", "everyone in the team"),
    ],
)
def test_work_is_handed_to_nobody_who_may_only_look(more: str, key: str, what: str) -> None:
    with pytest.raises(ConfigError) as caught:
        parse(PEOPLE + more + "\n")
    assert caught.value.key == key
    assert what in caught.value.what


def test_a_substitute_can_work() -> None:
    absent = "{from: 2026-12-24, until: 2027-01-02, substitute: ola}"
    with pytest.raises(ConfigError, match="read-only access"):
        parse(f"moderators: {{ana: {{absent: [{absent}]}}, ola: {{role: read_only}}}}\n")


def test_a_team_with_one_person_who_can_work_gets_work() -> None:
    parse(PEOPLE + "protocol: {red: {team: care}}\nescalation: [{at: 80, assign: ana}]\n")
