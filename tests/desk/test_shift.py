"""The start of a day and the end of a shift, counted against the lists behind them."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from carecli.desk.context import Abilities
from carecli.desk.conversations.rows import Draft
from carecli.desk.planning.shift import handover, keep_handover, today
from carecli.desk.services import InboxServices
from carecli.domain.commands import Assign, Done, Flag, Note, Recolour, Reply, Snooze
from carecli.domain.errors import FilterError, Refusal
from carecli.domain.model import DAY, HOUR, MINUTE, Actor, Colour, ContactPoint, ThreadId
from carecli.domain.promise import mentions_time
from carecli.domain.protocol import midnight
from carecli.store.campaigns import CampaignSpec, enrol, lift
from carecli.store.policies import Policies
from carecli.store.shift import first_decision_since

from .conftest import NOW, Shop

TODAY = midnight(NOW, "UTC")


def fail(shop: Shop, outbox: int | None) -> None:
    with shop.database.write() as db:
        db.execute("UPDATE outbox SET state = 'failed', error = 'no' WHERE id = ?", (outbox,))


@pytest.fixture
def morning(shop: Shop, desk: InboxServices) -> dict[str, ThreadId]:
    """What a night left behind."""
    found = {
        "late": shop.says("Ewa", "Halo?", ago=30 * HOUR),
        "soon": shop.says("Iga", "Uczulenie!", ago=HOUR),
        "dm": shop.says("Jan", "Cena?", ago=2 * HOUR, point=ContactPoint.PRIVATE_MESSAGE),
        "mx": shop.says("Ana", "¿Precio?", ago=3 * HOUR, channel="lrp-fb"),
    }
    desk.commands.submit(Recolour(found["soon"], Colour.RED), by=Actor("rule", "allergy"))
    desk.commands.submit(Flag(found["soon"]), by=Actor("rule", "allergy"))
    desk.commands.submit(Recolour(found["dm"], Colour.RED), by=Actor("rule", "allergy"))
    desk.commands.submit(Assign(found["mx"], "ana"))
    return found


def test_what_waits_agrees_with_the_lists(
    shop: Shop, desk: InboxServices, morning: dict[str, ThreadId]
) -> None:
    found = desk.planning.today()
    assert (found.waiting, found.overdue, found.mine, found.unassigned) == (4, 2, 1, 3)
    for tally in (*found.colours, *found.points, *found.brands, *found.came_in_colours):
        assert len(desk.threads.ids(tally.key, "queue").ids) == tally.count, tally
    for tallies in (found.colours, found.points, found.brands):
        assert sum(tally.count for tally in tallies) == found.waiting
    assert [tally.title for tally in found.colours] == ["red", "yellow", "green"]
    one = desk.planning.today(brand="La Roche-Posay")
    assert (one.waiting, one.overdue, one.mine, one.came_in) == (1, 0, 1, 1)


def test_what_breaches_soon_is_not_what_is_overdue(
    shop: Shop, desk: InboxServices, morning: dict[str, ThreadId]
) -> None:
    found = desk.planning.today()
    assert found.breaching == 1
    assert [row.id for row in found.breaches] == [morning["soon"]]
    shop.pass_(2 * HOUR)
    assert desk.planning.today().breaches == ()


def test_over_night_is_since_my_last_decision_before_today(
    shop: Shop, desk: InboxServices, morning: dict[str, ThreadId]
) -> None:
    assert desk.planning.today().since == TODAY - 6 * HOUR
    assert desk.planning.today().came_in == 3
    shop.pass_(TODAY + DAY - shop.now)
    found = desk.planning.today()
    assert found.since == NOW, "the assignment"
    assert (found.came_in, found.came_in_waiting) == (0, 0)
    new = shop.says("Ula", "Dzień dobry", ago=MINUTE)
    answered = shop.says("Ola", "Dziękuję", ago=MINUTE)
    desk.commands.submit(Done(answered))
    found = desk.planning.today()
    assert (found.since, found.came_in, found.came_in_waiting) == (NOW, 2, 1)
    assert {tally.title: tally.count for tally in found.came_in_colours}["green"] == 1
    assert desk.planning.today(since="3d").came_in == 6
    assert list(desk.threads.ids("is:waiting", "newest", limit=1).ids) == [new]
    with pytest.raises(FilterError):
        desk.planning.today(since="soon")


def test_what_rules_did_and_what_was_not_sent(
    shop: Shop, desk: InboxServices, morning: dict[str, ThreadId]
) -> None:
    [recoloured, flagged] = desk.planning.today().rules
    assert (recoloured.rule, recoloured.did, recoloured.count) == ("allergy", "recolour", 2)
    assert (flagged.did, flagged.count) == ("flag", 1)
    assert (recoloured.said, flagged.said) == ("set the colour", "flagged")
    assert desk.planning.today().failed == ()
    fail(shop, desk.commands.submit(Reply(morning["dm"], "12 zł")).outbox)
    [failed] = desk.planning.today().failed
    assert (failed.text, failed.thread) == ("12 zł", morning["dm"])
    assert desk.planning.handover().failed == desk.planning.today().failed


def test_troubled_channels_and_campaigns_are_told(shop: Shop, desk: InboxServices) -> None:
    shop.says("Ewa", "Biorę udział!", post="p1")
    with shop.database.write() as db:
        db.execute("UPDATE channels SET error = 'token expired' WHERE key = 'lrp-fb'")
        enrol(db, [CampaignSpec("xmas", "Christmas", ("p1",), boosts=True)])
        lift(db, NOW, Policies(db))
    found = desk.planning.today()
    assert [one.channel for one in found.troubled] == ["lrp-fb"]
    assert [(one.key, one.waiting) for one in found.campaigns] == [("xmas", 1)]
    assert desk.planning.today(brand="Avon").troubled == ()


def test_a_handover_tells_what_is_mine(
    shop: Shop, desk: InboxServices, morning: dict[str, ThreadId]
) -> None:
    dm, mx, late = morning["dm"], morning["mx"], morning["late"]
    closing = shop.says("Zoe", "Halo?", ago=6 * DAY + HOUR, point=ContactPoint.PRIVATE_MESSAGE)
    shop.says("Ida", "Halo?", ago=8 * DAY, point=ContactPoint.PRIVATE_MESSAGE)
    desk.commands.submit(Assign(dm, "ana"))
    assert desk.planning.today().promises == ()
    desk.conversations.save_draft(Draft(late, "Dzień do"))
    desk.commands.submit(Snooze(mx, shop.now + 3 * HOUR))
    desk.commands.submit(Snooze(morning["soon"], shop.now + HOUR))
    desk.commands.submit(Note(dm, "oddzwonimy do piątku"))
    desk.commands.submit(Note(dm, "miła osoba"))
    shop.desk("ola").commands.submit(Note(dm, "do jutra"))
    shop.desk("ola").commands.submit(Snooze(late, shop.now + HOUR))
    found = desk.planning.handover()
    assert found.moderator == "Ana"
    assert found.waiting == len(desk.threads.ids("is:waiting assignee:me", "queue").ids) == 2
    assert {row.id for row in found.mine} == {dm, mx}
    assert found.colours == {Colour.GREEN: 1, Colour.YELLOW: 0, Colour.RED: 1}
    assert [row.id for row in found.drafts] == [late]
    assert [row.id for row in found.snoozed] == [morning["soon"], mx]
    assert [(one.thread, one.text, one.author) for one in found.promises] == [
        (dm, "oddzwonimy do piątku", "Ana")
    ]
    assert [row.id for row in found.expiring] == [closing]
    promised = [(one.text, one.author) for one in desk.planning.today().promises]
    assert promised == [("do jutra", "Ola"), ("oddzwonimy do piątku", "Ana")]


def test_a_word_left_is_told_at_the_start_of_the_next_day(shop: Shop, desk: InboxServices) -> None:
    desk.planning.leave_word("Uwaga na Ewę")
    desk.planning.leave_word(" Uwaga na\nEwę i Jana ")
    assert desk.planning.handover().note == "Uwaga na\nEwę i Jana"
    assert shop.desk("ola").planning.handover().note == ""
    shop.pass_(16 * HOUR)
    assert desk.planning.handover().note == "", "of another shift"
    [word] = desk.planning.today().words
    assert (word.author, word.text) == ("Ana", "Uwaga na\nEwę i Jana")
    desk.commands.undo()
    assert [one.text for one in desk.planning.today().words] == ["Uwaga na Ewę"]
    desk.planning.leave_word("")
    assert desk.planning.today().words == ()
    desk.planning.leave_word("wczoraj")
    shop.pass_(3 * DAY)
    assert [one.text for one in desk.planning.today().words] == ["wczoraj"], (
        "since my last decision"
    )
    assert desk.planning.today(since="1d").words == ()


def test_a_handover_is_written_into_a_file_of_its_own(shop: Shop, tmp_path: Path) -> None:
    context = replace(shop.context(), handovers=tmp_path / "handovers")
    file = Path(keep_handover(context, "Uwaga na Ewę\n", shop.now))
    assert file.parent == tmp_path / "handovers"
    assert file.name.endswith("-ana.txt")
    assert file.read_text(encoding="utf-8") == "Uwaga na Ewę\n"
    keep_handover(context, "nic\n", shop.now)
    assert file.read_text(encoding="utf-8") == "nic\n"
    (tmp_path / "file").write_text("", encoding="utf-8")
    with pytest.raises(Refusal, match="could not be written"):
        keep_handover(replace(context, handovers=tmp_path / "file"), "nic", shop.now)


def test_handing_back_is_one_batch_and_one_undo(
    shop: Shop, desk: InboxServices, morning: dict[str, ThreadId]
) -> None:
    desk.commands.submit_all([Assign(morning["dm"], "ana"), Assign(morning["soon"], "ola")])
    desk.conversations.claim(morning["dm"])
    before = shop.derived()
    done = desk.planning.hand_back()
    assert done.said == "unassigned 2 threads"
    assert desk.planning.handover().waiting == 0
    assert shop.all("SELECT * FROM claims") == []
    assert len(desk.threads.ids("is:waiting assignee:ola", "queue").ids) == 1
    with pytest.raises(Refusal, match="no waiting threads"):
        desk.planning.hand_back()
    desk.commands.undo()
    assert shop.derived() == before


def test_decisions_are_found_by_their_moment(shop: Shop, desk: InboxServices) -> None:
    thread = shop.says("Ewa", "Halo?")
    for _ in range(9):
        shop.pass_(HOUR)
        desk.commands.submit(Flag(thread))
    with shop.database.read() as db:
        found = [first_decision_since(db, NOW + n * HOUR) for n in range(11)]
        assert first_decision_since(db, NOW + 3 * HOUR + 1) == 4
    assert found == [1, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10]


@pytest.mark.parametrize(
    "text",
    [
        *("sends a photo tomorrow", "call back at 15:30", "until Friday", "within 2 hours"),
        *("Oddzwonimy do piątku", "w ciągu 3 dni", "termin 1.12."),
        *("mañana por la tarde", "responder el 1/12/2026", "en 2 horas", "2026-12-01"),
    ],
)
def test_a_note_that_names_a_time(text: str) -> None:
    assert mentions_time(text)


@pytest.mark.parametrize("text", ["miła osoba", "19.90 zł", "wants 2 creams", "Fridays4u", ""])
def test_a_note_that_names_none(text: str) -> None:
    assert not mentions_time(text)


def test_no_large_table_is_read_whole(
    shop: Shop, desk: InboxServices, morning: dict[str, ThreadId]
) -> None:
    """Neither for the start of a day nor for the end of a shift."""
    context, ran = shop.context(), list[str]()
    with shop.database.read() as db:
        db.set_trace_callback(ran.append)
        today(db, context, Abilities(context), "", "")
        handover(db, context, Abilities(context))
        db.set_trace_callback(None)
        # `d` are decisions, but in `find` the few ids an index range gave
        ours = [sql.replace(") d CROSS JOIN", ") few CROSS JOIN") for sql in ran]
        ours = [sql.replace("d.id", "few.id") if "few" in sql else sql for sql in ours]
        steps = [row[3] for sql in ours for row in db.execute(f"EXPLAIN QUERY PLAN {sql}")]
    large = ("t", "threads", "d", "decisions", "m", "messages", "o", "outbox", "w", "waits")
    scans = [step.split() for step in steps if step.startswith("SCAN") and "INDEX" not in step]
    assert [scan for scan in scans if scan[1] in large] == []
