"""A month that was issued stays as it was, to the byte, whatever changes afterwards."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from carecli.desk.reports.kpi_report import GROUPS, ReportAsked
from carecli.domain.canonical import canonical_json
from carecli.domain.commands import Assign, Done, Recolour, Reply
from carecli.domain.errors import Refusal
from carecli.domain.events import Author, MessageSeen
from carecli.domain.kpis import KPIS
from carecli.domain.model import DAY, HOUR, MINUTE, Colour, ContactPoint, NoReplyReason
from carecli.domain.teamwork import Role
from tests.desk.conftest import NOW, Shop

# NOW lies in September 2026
AUGUST = ReportAsked(month="2026-08")
START = NOW - 40 * DAY


@pytest.fixture
def august(shop: Shop) -> Shop:
    """Four waits: answered, done, open, and one of another brand."""
    shop.now = START
    asked = [shop.says(name, f"Pytanie {name}?", ago=0) for name in ("Ewa", "Iga", "Ola")]
    shop.says("Luz", "¿Precio?", ago=0, channel="lrp-fb")
    desk = shop.desk()
    shop.pass_(MINUTE)
    desk.commands.submit(Recolour(asked[0], Colour.RED))
    shop.pass_(HOUR)
    receipt = desk.commands.submit(Reply(asked[0], "Dziękujemy"))
    shop.sent(receipt.outbox, "r1")
    said = MessageSeen(
        "r1", "avon-fb:Ewa:Pytanie Ewa?:0", ContactPoint.COMMENT, shop.now, is_ours=True, text="D"
    )
    shop.take("avon-fb", said)
    desk.commands.submit(Done(asked[1], NoReplyReason.THANKS))
    shop.now = NOW
    return shop


def meddle(shop: Shop) -> None:
    """All that may happen to a month after it: work undone, moved, late pages of the sync."""
    desk = shop.desk()
    desk.commands.undo()
    (thread,) = (id_ for (id_,) in shop.all("SELECT min(id) FROM threads"))
    assert isinstance(thread, int)
    with shop.database.write() as db:
        db.execute("UPDATE threads SET team = 'press', colour = 'yellow'")
        db.execute("UPDATE waits SET outcome = 'withdrawn' WHERE outcome = 'replied'")
        db.execute("INSERT INTO campaign_posts VALUES ('autumn', 'p1')")
    late = MessageSeen(
        "late", "t-late", ContactPoint.COMMENT, START, Author("k", "Kasia"), text="Halo?"
    )
    shop.take("avon-fb", late)
    desk.commands.submit(Assign(shop.says("Ada", "A ja?", ago=40 * DAY), "ola"))


def test_an_issued_month_is_shown_as_it_was_to_the_byte_with_its_rows(august: Shop) -> None:
    desk = august.desk()
    issued = desk.reports.issue(AUGUST)
    assert (issued.month, issued.brand, issued.at, issued.by) == (
        "2026-08",
        "",
        NOW,
        "moderator:ana",
    )
    asked = [replace(AUGUST, by=by) for by in ("", *GROUPS)]
    before = [canonical_json(desk.reports.report(one)) for one in asked]
    rows = {
        key: canonical_json(desk.reports.report(replace(AUGUST, by="colour"), key)) for key in KPIS
    }
    august.pass_(DAY)
    meddle(august)
    assert [canonical_json(august.desk("ola").reports.report(one)) for one in asked] == before
    assert {
        key: canonical_json(august.desk().reports.report(replace(AUGUST, by="colour"), key))
        for key in KPIS
    } == rows
    assert desk.reports.issued() == [issued]


def test_what_is_issued_is_what_the_report_said(august: Shop) -> None:
    desk = august.desk()
    for by in ("", *GROUPS):
        asked = replace(AUGUST, by=by)
        keys = [*KPIS] if by in ("", "colour") else ["arrived", "reaction", "backlog"]
        lately = {key: desk.reports.report(asked, key).rows for key in keys}
        figures = desk.reports.report(asked).figures
        if not by:
            desk.reports.issue(AUGUST)
        kept = desk.reports.report(asked)
        assert (kept.figures, kept.issued_at) == (figures, NOW)
        assert {key: desk.reports.report(asked, key).rows for key in keys} == lately


def test_live_computes_anew_and_tells_what_differs(august: Shop) -> None:
    desk = august.desk()
    desk.reports.issue(AUGUST)
    live = replace(AUGUST, live=True)
    assert desk.reports.report(live).differences == ()
    meddle(august)
    found = desk.reports.report(live)
    assert (found.issued_at, found.issued_by) == (NOW, "moderator:ana")
    changed = {one.kpi: (one.issued, one.live) for one in found.differences}
    before, now = changed["arrived"]
    assert before is not None
    assert now is not None
    assert (before.n, now.n) == (4, 6)
    assert "answered" in changed
    assert "automatic_replies" not in changed
    assert desk.reports.report(AUGUST).differences == ()


def test_as_of_and_another_protocol_compute_anew(august: Shop) -> None:
    desk = august.desk()
    desk.reports.issue(AUGUST)
    assert desk.reports.report(AUGUST).issued_at == NOW
    assert desk.reports.report(replace(AUGUST, as_of="2026-08-01")).figures[0].n == 0


def test_each_brand_is_issued_by_itself(august: Shop) -> None:
    desk = august.desk()
    desk.reports.issue(replace(AUGUST, brand="Avon"))
    assert desk.reports.report(AUGUST).issued_at is None
    ours = desk.reports.report(replace(AUGUST, brand="Avon"))
    assert (ours.issued_at, ours.figures[0].n) == (NOW, 3)


def test_nothing_of_a_contact_is_kept(august: Shop) -> None:
    august.desk().reports.issue(AUGUST)
    from carecli.store import issued

    with august.database.read() as db:
        parts = [issued.part(db, "2026-08", "", name) for name in ("report", "facts")]
    for part in parts:
        assert part is not None
        assert b"Ewa" not in part.body
        assert b"Pytanie" not in part.body
        for line in part.body.split(b"\n"):
            assert line == canonical_json(json.loads(line))


@pytest.mark.parametrize(
    ("asked", "why"),
    [
        (ReportAsked(month="2026-09"), "can be issued only after it ends"),
        (ReportAsked(since="60d"), "can be issued only after it ends"),
        (AUGUST, "has already been issued"),
    ],
)
def test_what_cannot_be_issued(august: Shop, asked: ReportAsked, why: str) -> None:
    desk = august.desk()
    desk.reports.issue(AUGUST)
    with pytest.raises(Refusal, match=why):
        desk.reports.issue(asked)


def test_issuing_is_for_a_lead(august: Shop) -> None:
    desk = august.desk(roles={"ola": Role.LEAD})
    with pytest.raises(Refusal, match="Only a lead"):
        desk.reports.issue(AUGUST)
