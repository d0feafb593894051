"""A rule asks another team by mail, though nobody is awake."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from carecli.config.rules import read_rules
from carecli.desk.context import CaseMailbox
from carecli.desk.rules.runner import Moderation
from carecli.domain.errors import ConfigError
from carecli.domain.model import HOUR
from tests.desk.rules.conftest import Ruled

ALLERGY = """
rule: allergy
if: {words: [wysypka]}
then:
  colour: red
  safety: true
  case: {to: contact_centre, ask: "Please call about the rash."}
"""


@pytest.fixture
def asking(ruled: Ruled) -> Ruled:
    desks = {"contact_centre": CaseMailbox("rooms", 4 * HOUR)}
    context = replace(ruled.shop.context(), case_desks=desks)
    ruled.moderation = Moderation(ruled.moderation.book, context)
    ruled.rules._moderation = Moderation(ruled.rules._book, context)
    return ruled


def test_a_reaction_in_the_night_reaches_the_contact_centre(asking: Ruled) -> None:
    asking.live(f"{ALLERGY}unattended: true\n", "allergy")
    thread = asking.says("Ola", "Mam wysypkę po kremie", times=2)
    asking.says("Ela", "Dziękuję")
    [(by, verb, text)] = asking.orders()
    assert (by, verb) == ("rule:allergy", "case")
    assert "Please call about the rash." in str(text)
    assert "Asked by: rule allergy" in str(text)
    assert "Mam wysypkę po kremie" in str(text)
    [row] = asking.found("is:case colour:red is:safety")
    assert row.id == thread


def test_a_person_approves_it_unless_it_may_alone(asking: Ruled) -> None:
    asking.live(ALLERGY, "allergy")
    asking.says("Ola", "Mam wysypkę po kremie")
    assert asking.orders() == []
    [waiting] = asking.rules.waiting()
    assert waiting.kind == "case"
    [done] = asking.rules.approve([waiting.id])
    assert done.state == "done"
    assert [verb for _by, verb, _text in asking.orders()] == ["case"]


def test_who_is_spared_by_rules_is_helped_all_the_same(asking: Ruled) -> None:
    asking.live(f"{ALLERGY}unattended: true\n", "allergy")
    thread = asking.says("Ola", "Dzień dobry", thread="first")
    asking.rules.allow(thread, on=True)
    asking.says("Ola", "Mam wysypkę po kremie", thread="second")
    assert [verb for _by, verb, _text in asking.orders()] == ["case"]


@pytest.mark.parametrize(
    ("case", "said"),
    [
        ("{to: contact_center, ask: x}", "contact_center"),
        ("{to: contact_centre}", "expected `to` and `ask`"),
        ("{ask: x}", "expected `to` and `ask`"),
        ("{to: contact_centre, ask: x, within: 1}", "within"),
    ],
)
def test_a_team_nobody_can_ask_is_named(tmp_path: Path, case: str, said: str) -> None:
    (tmp_path / "r.yaml").write_text(f"rule: r\nthen: {{flag: true, case: {case}}}\n")
    with pytest.raises(ConfigError, match=said):
        read_rules(tmp_path, "UTC", {"cases": ("contact_centre",)})
