"""A rule that blocks: it asks a person first, and gives way to what a person decided."""

from __future__ import annotations

import pytest

from carecli.domain.commands import Moderate, Recolour
from carecli.domain.events import AuthorBlocked
from carecli.domain.model import Colour, OutboxVerb
from carecli.domain.rule import CAPS, DeedKind, Tier
from tests.desk.rules.conftest import Ruled

SPAM = """
rule: watches
if: {words: [zegarki]}
then: {block: true}
expect: 1
"""
UNATTENDED = SPAM + "unattended: true\n"
BLOCKED = ("rule:watches", "block", "")


def test_a_block_waits_for_a_person(ruled: Ruled) -> None:
    assert DeedKind.BLOCK.tier is Tier.IRREVERSIBLE
    ruled.live(SPAM, "watches")
    ruled.says("Jan", "Tanie zegarki")
    ruled.says("Ola", "zegarki!")
    assert ruled.orders() == []
    jan, ola = ruled.rules.waiting()
    assert (jan.kind, jan.reason) == ("block", "it blocks a person")
    ruled.rules.approve([jan.id])
    assert ruled.rules.decline([ola.id]) == 1
    assert ruled.orders() == [BLOCKED]


def test_an_unattended_rule_blocks_by_itself_within_its_cap(ruled: Ruled) -> None:
    assert CAPS[DeedKind.BLOCK] == 10
    ruled.live(UNATTENDED + "caps: {block: 1}\n", "watches")
    ruled.says("Jan", "Tanie zegarki")
    ruled.says("Ola", "zegarki!")
    assert ruled.orders() == [BLOCKED]
    (waits,) = ruled.rules.waiting()
    assert (waits.contact, waits.reason) == ("Ola", "more than 1 within an hour")


def test_somebody_is_blocked_once_however_much_they_write(ruled: Ruled) -> None:
    ruled.live(UNATTENDED, "watches")
    ruled.says("Jan", "Tanie zegarki")
    ruled.says("Jan", "Jeszcze zegarki")
    assert ruled.orders() == [BLOCKED]
    ruled.says("Ola", "Dzień dobry")
    ruled.shop.take("avon-fb", AuthorBlocked("Ola", is_blocked=True))
    ruled.says("Ola", "zegarki!")
    assert ruled.orders() == [BLOCKED]


def test_whom_a_person_let_write_again_no_rule_blocks(ruled: Ruled) -> None:
    ruled.live(UNATTENDED, "watches")
    thread = ruled.says("Jan", "Tanie zegarki")
    ruled.desk.commands.submit(Moderate(thread, None, OutboxVerb.UNBLOCK))
    ruled.says("Jan", "Jeszcze zegarki")
    assert ruled.orders() == []
    why = "a person decided whether to block them"
    assert ruled.deeds("watches") == [("block", "done", ""), ("block", "refused", why)]


def test_red_and_the_allow_list_stand_before_it(ruled: Ruled) -> None:
    ruled.live(UNATTENDED, "watches")
    thread = ruled.says("Jan", "Gdzie paczka?", thread="t1")
    ruled.desk.commands.submit(Recolour(thread, Colour.RED))
    ruled.says("Jan", "Tanie zegarki", thread="t1")
    allowed = ruled.says("Ola", "Dzień dobry")
    ruled.rules.allow(allowed, on=True)
    ruled.says("Ola", "Ładne zegarki")
    assert ruled.orders() == []


@pytest.mark.parametrize("channel", ["rooms", "groups"])
def test_where_nobody_can_be_blocked_nobody_is_asked(ruled: Ruled, channel: str) -> None:
    ruled.live(SPAM, "watches")
    ruled.says("Jan", "Tanie zegarki", channel=channel)
    assert ruled.rules.waiting() == []
    ((_kind, state, why),) = ruled.deeds("watches")
    assert state == "refused"
    assert "not possible to block" in why
