"""Blind double coding: the same draw again, nobody sees what others say, and how far they agree."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from carecli.desk.reports.kpi_report import ReportAsked
from carecli.desk.research.calls import CallsOfDay
from carecli.desk.research.samples import SampleAsked
from carecli.desk.services import InboxServices
from carecli.domain.codes import CodeKind
from carecli.domain.commands import Assign, Code, CodeBlind
from carecli.domain.errors import Refusal
from carecli.domain.model import DAY, HOUR, MINUTE, Actor, MessageId, ThreadId
from carecli.domain.teamwork import Role
from carecli.store.policies import Policies
from carecli.store.rebuild import rebuild

from .conftest import Shop, open_shop, opened

LAST_DAYS = ReportAsked(since="30d")
ASKED = SampleAsked(CodeKind.STAGE, 10, ("ana", "ola"), LAST_DAYS)


@pytest.fixture
def asked(shop: Shop) -> Shop:
    """Forty people asked something."""
    fill(shop, range(40))
    return shop


def fill(shop: Shop, order: range | list[int]) -> None:
    for n in order:
        shop.says(f"Ola {n}", f"Ile kosztuje {n}?", ago=n * HOUR + MINUTE)


def drawn(shop: Shop, sample: int) -> set[object]:
    """The messages of a sample, by the platform's ids."""
    rows = shop.all(
        "SELECT DISTINCT m.platform_id FROM blind_codes b JOIN messages m ON m.id = b.message_id "
        "WHERE b.sample_id = ?",
        sample,
    )
    return {id_ for (id_,) in rows}


def test_the_same_seed_draws_the_same_messages_in_any_order_of_sync(
    asked: Shop, tmp_path: Path
) -> None:
    one = asked.desk().research.draw_sample(ASKED)
    assert one.said == "drew a sample of 10 messages (funnel stage)"
    again = asked.desk().research.draw_sample(ASKED)
    assert drawn(asked, one.decision) == drawn(asked, again.decision)
    other = asked.desk().research.draw_sample(
        SampleAsked(CodeKind.STAGE, 10, ("ana", "ola"), LAST_DAYS, "x")
    )
    assert drawn(asked, other.decision) != drawn(asked, one.decision)
    shop = open_shop(tmp_path / "other.sqlite")
    fill(shop, [*range(40)][::-1])
    there = shop.desk().research.draw_sample(ASKED)
    assert drawn(shop, there.decision) == drawn(asked, one.decision)
    shop.desks[0].close()
    shop.database.close()


def test_a_coder_sees_no_code_of_a_thread_before_giving_theirs(asked: Shop) -> None:
    ana, ola = asked.desk("ana"), asked.desk("ola")
    ola.commands.submit_all(
        [Code(ThreadId(one), sentiment="negative", stage="purchase") for one in range(1, 41)]
    )
    with asked.database.write() as db:
        db.execute(
            "INSERT INTO code_suggestions SELECT id, 'stage', thread_id, 'loyalty', 0.9, 60, 0 "
            "FROM messages"
        )
    sample = ana.research.draw_sample(ASKED).decision
    queue = list(ana.threads.ids("is:coding", "newest").ids)
    assert len(queue) == 10
    thread = queue[0]
    [message] = opened(ana, thread).messages
    assert message.codes == ()
    assert [(one.sample, one.kind) for one in message.blind] == [(sample, "stage")]
    assert [one.text for one in opened(ana, thread).decisions] == []
    other = next(ThreadId(one) for one in range(1, 41) if one not in queue)
    assert [one.by for one in opened(ana, other).messages[0].codes] == ["Ola", "Ola"]

    ana.commands.submit(CodeBlind(thread, sample, message.id, "awareness"))
    assert thread not in ana.threads.ids("is:coding", "newest").ids
    assert thread in ola.threads.ids("is:coding", "newest").ids
    assert "awareness" not in str(opened(ola, thread))
    [message] = opened(ana, thread).messages
    assert [(one.value, one.by) for one in message.codes] == [
        ("negative", "Ola"),
        ("purchase", "Ola"),
    ], "the real codes stand as they were"
    assert [one.text for one in opened(ana, thread).decisions] == [
        "coded as negative, purchase",
        "coded a message of a sample",
    ]


def code_all(desk: InboxServices, sample: int, values: list[str]) -> None:
    """Code what is in the queue, in the order of messages."""
    for thread, value in zip(
        sorted(desk.threads.ids("is:coding", "newest").ids), values, strict=True
    ):
        [message] = opened(desk, thread).messages
        desk.commands.submit(CodeBlind(thread, sample, message.id, value))


def test_agreement_is_counted_of_what_both_have_coded(asked: Shop) -> None:
    """Ten messages: four both purchase, two both loyalty, one each way, two said by one only.

    Of 8 both coded, 6 alike: p_o = 3/4. Each said purchase 5 times, loyalty 3 times:
    p_e = (25 + 9) / 64 = 17/32; kappa = (3/4 - 17/32) / (15/32) = 7/15.
    """
    ana, ola = asked.desk("ana"), asked.desk("ola")
    sample = ana.research.draw_sample(ASKED).decision
    assert ana.research.agreement().n == 0
    assert ana.research.agreement().kappa is None
    buys, stays = "purchase", "loyalty"
    code_all(ana, sample, [buys] * 4 + [stays] * 2 + [buys, stays] + [buys] * 2)
    code_all(ola, sample, [buys] * 4 + [stays] * 2 + [stays, buys] + [stays] * 2)
    for _turn in range(2):
        ola.commands.undo()
    found = ana.research.agreement(sample)
    assert (found.n, found.agreed, found.share) == (8, 6, 0.75)
    assert found.kappa == pytest.approx(7 / 15)
    assert [one.codes for one in found.disagreements] == [(buys, stays), (stays, buys)]
    assert all(one.text.startswith("Ile kosztuje") for one in found.disagreements)
    assert (found.sample.coders, found.sample.done) == (("ana", "ola"), (10, 8))


def test_a_specialist_is_told_of_what_they_may_see(asked: Shop) -> None:
    """Agreement over one's own threads only; calls, which are of no team, are not told."""
    ana, ola = asked.desk("ana"), asked.desk("ola")
    sample = ana.research.draw_sample(ASKED).decision
    code_all(ana, sample, ["purchase"] * 10)
    code_all(ola, sample, ["purchase"] * 9 + ["loyalty"])
    assert ana.research.agreement(sample).n == 10
    [thread] = [one.thread for one in ana.research.agreement(sample).disagreements]
    ana.research.enter_calls([CallsOfDay(date(2026, 9, 20), 7)])
    people = {"ana": "Ana", "iza": "Iza", "ola": "Ola"}
    roles = {"iza": Role.SPECIALIST}
    iza = asked.desk("iza", people=people, roles=roles, own_teams=("specialists",))
    assert iza.research.agreement(sample).n == 0
    assert ana.research.insights(LAST_DAYS).agreements[0].n == 10
    assert any(one.calls == 7 for one in ana.research.insights(LAST_DAYS).calls)
    told = iza.research.insights(LAST_DAYS)
    assert told.agreements == ()
    assert all(one.calls is None for one in told.calls)
    asked.desk("ana", people=people).commands.submit(Assign(ThreadId(thread), "iza"))
    found = iza.research.agreement(sample)
    assert (found.n, found.agreed) == (1, 0)
    assert iza.research.insights(LAST_DAYS).agreements[0].n == 1


def test_undoing_the_draw_ends_the_queue_and_doing_it_again_keeps_what_was_said(
    asked: Shop,
) -> None:
    ana, ola = asked.desk("ana"), asked.desk("ola")
    sample = ana.research.draw_sample(ASKED).decision
    thread = ola.threads.ids("is:coding", "newest").ids[0]
    [message] = opened(ola, thread).messages
    ola.commands.submit(CodeBlind(thread, sample, message.id, "loyalty"))
    before = asked.derived()
    assert ana.commands.undo() == "drew a sample of 10 messages (funnel stage)"
    assert not ola.threads.ids("is:coding", "newest").ids
    assert ana.research.samples() == []
    with pytest.raises(Refusal, match="no sample"):
        ana.research.agreement()
    ana.commands.redo()
    assert asked.derived() == before
    assert ana.research.samples()[0].done == (0, 1)
    assert rebuild(asked.database, Policies(asked.database.connection), asked.now) == []


def test_a_broken_sample_is_told_and_mended(asked: Shop) -> None:
    ana = asked.desk("ana")
    sample = ana.research.draw_sample(ASKED).decision
    code_all(ana, sample, ["loyalty"] * 10)
    with asked.database.write() as db:
        db.execute("DELETE FROM blind_codes WHERE coder = 'ola'")
        db.execute("UPDATE blind_codes SET value = 'purchase'")
    policies = Policies(asked.database.connection)
    found = rebuild(asked.database, policies, asked.now, fix=True)
    assert f"sample {sample}: its messages or coders differ from what was drawn" in found
    assert rebuild(asked.database, policies, asked.now) == []
    assert ana.research.samples()[0].done == (10, 0)


@pytest.mark.parametrize(
    ("wanted", "why"),
    [
        (SampleAsked(CodeKind.THEME, 5, ("ana", "ola"), LAST_DAYS), "Only sentiments and stages"),
        (SampleAsked(CodeKind.STAGE, 5, ("ana",), LAST_DAYS), "two coders"),
        (SampleAsked(CodeKind.STAGE, 5, ("ana", "ana"), LAST_DAYS), "two coders"),
        (SampleAsked(CodeKind.STAGE, 5, ("ana", "olga"), LAST_DAYS), "no moderator 'olga'"),
        (SampleAsked(CodeKind.STAGE, 0, ("ana", "ola"), LAST_DAYS), "1 to"),
        (
            SampleAsked(CodeKind.STAGE, 5, ("ana", "ola"), ReportAsked(month="2020-01")),
            "Nothing was received",
        ),
    ],
)
def test_samples_that_cannot_be_are_refused(asked: Shop, wanted: SampleAsked, why: str) -> None:
    with pytest.raises(Refusal, match=why):
        asked.desk().research.draw_sample(wanted)


def test_only_those_asked_code_and_only_what_there_is(asked: Shop) -> None:
    ana = asked.desk("ana")
    sample = ana.research.draw_sample(ASKED).decision
    queue = ana.threads.ids("is:coding", "newest").ids
    [message] = opened(ana, queue[0]).messages
    other = next(ThreadId(one) for one in range(1, 41) if one not in queue)
    [elsewhere] = opened(ana, other).messages
    for command, by, why in (
        (
            CodeBlind(queue[0], sample, message.id, "loyalty"),
            Actor("moderator", "eva"),
            "your samples",
        ),
        (CodeBlind(queue[0], sample, message.id, "negative"), None, "no funnel stage"),
        (CodeBlind(other, sample, message.id, "loyalty"), None, "your samples"),
        (CodeBlind(other, sample, elsewhere.id, "loyalty"), None, "your samples"),
        (CodeBlind(queue[0], 99, MessageId(1), "loyalty"), None, "your samples"),
    ):
        with pytest.raises(Refusal, match=why):
            ana.commands.submit(command, by)


def test_where_there_are_leads_they_draw(asked: Shop) -> None:
    roles = {"ana": Role.MODERATOR, "ola": Role.LEAD}
    with pytest.raises(Refusal, match="Only a lead"):
        asked.desk("ana", roles=roles).research.draw_sample(ASKED)
    assert asked.desk("ola", roles=roles).research.draw_sample(ASKED).decision


def test_a_sample_of_a_brand_is_of_that_brand(asked: Shop) -> None:
    asked.says("Eva", "¿Dónde?", channel="lrp-fb", ago=DAY)
    wanted = ReportAsked(since="30d", brand="La Roche-Posay")
    sample = asked.desk().research.draw_sample(
        SampleAsked(CodeKind.SENTIMENT, 5, ("ana", "ola"), wanted)
    )
    assert drawn(asked, sample.decision) == {f"lrp-fb:Eva:¿Dónde?:{DAY}"}
