"""Cases have a clock of their own: who asked is called when an answer is late."""

from __future__ import annotations

from typing import Any

import pytest

from carecli.desk.context import CaseMailbox
from carecli.desk.services import InboxServices
from carecli.desk.threads.alerts import AlertTracker
from carecli.domain.commands import Assign, Done, OpenCase, Seen, Snooze
from carecli.domain.events import Author, CaseAnswered, MessageEdited, MessageSeen
from carecli.domain.model import DAY, HOUR, ContactPoint, ThreadId
from carecli.domain.teamwork import Absence, Role
from carecli.jobs.team_automation import TeamAutomation
from carecli.store.intake import take_in
from carecli.store.outsiders import reject_non_messages
from carecli.store.policies import Policies
from tests.desk.conftest import Shop, opened

DESKS = {"contact_centre": CaseMailbox("rooms", 4 * HOUR)}


def desk_of(shop: Shop, me: str = "ana", **other: Any) -> InboxServices:
    teams = {"contact_centre": "Contact centre"}
    return shop.desk(me, case_desks=DESKS, teams=teams, **other)


def sharing_of(shop: Shop, *absences: Absence, **other: Any) -> TeamAutomation:
    return TeamAutomation(shop.session(desk_of(shop, **other)).context, absences=absences)


def asked(shop: Shop, **more: Any) -> ThreadId:
    thread = shop.says("Maria", "wysypka")
    desk_of(shop).commands.submit(OpenCase(thread, "contact_centre", "Please call her", **more))
    return thread


def test_a_team_is_asked_at_its_own_address_in_its_own_language(shop: Shop) -> None:
    thread = shop.says("Maria", "gdzie paczka?")
    desks = {"warehouse": CaseMailbox("rooms", 4 * HOUR, "pl", ("paczki@shop.test",))}
    desk = shop.desk(case_desks=desks, teams={"warehouse": "Magazyn"})
    desk.commands.submit(OpenCase(thread, "warehouse", "Gdzie jest paczka 17?"))
    [(text,)] = shop.all("SELECT text FROM outbox")
    first, subject, *rest = str(text).split("\n")
    assert first == "To: paczki@shop.test"
    assert subject.endswith("Gdzie jest paczka 17?")
    assert any(line.startswith("Prosimy odpowiedzieć na ten e-mail do") for line in rest)
    assert "gdzie paczka?" in str(text)


def answered(shop: Shop, reference: str, at: int, mail: str = "mail-1") -> None:
    message = MessageSeen(
        mail, mail, ContactPoint.EMAIL, at, Author("centre", "Desk"), text="Called her."
    )
    with shop.database.write() as db:
        assert (
            reject_non_messages(
                db, shop.channels["rooms"], [CaseAnswered(message, (), reference)], at
            )
            == ()
        )


def test_what_is_awaited_is_listed_with_its_clock(shop: Shop) -> None:
    thread = asked(shop, within=HOUR)
    later = shop.says("Ela", "opuchlizna")
    desk = desk_of(shop)
    desk.commands.submit(OpenCase(later, "contact_centre", "Which cream?"))
    first, second = desk.planning.cases()
    assert (first.thread, first.team, first.asked, first.by, first.is_late) == (
        thread,
        "Contact centre",
        "Please call her",
        "Ana",
        False,
    )
    assert (first.due_at, second.due_at) == (shop.now + HOUR, shop.now + 4 * HOUR)
    shop.pass_(HOUR)
    assert [one.is_late for one in desk.planning.cases()] == [True, False]
    assert desk.planning.case_teams() == {"contact_centre": "Contact centre"}
    answered(shop, first.reference, shop.now)
    assert [one.thread for one in desk.planning.cases()] == [later]


def test_the_conversation_tells_how_a_case_stands(shop: Shop) -> None:
    thread = asked(shop)
    desk = desk_of(shop)
    [case] = desk.planning.cases()

    def told() -> str:
        return opened(desk, thread).decisions[0].text

    assert told() == (
        f"asked Contact centre: Please call her ({case.reference}, due 2026-09-21 18:13)"
    )
    shop.pass_(5 * HOUR)
    assert told().endswith(f"({case.reference}, late since 2026-09-21 18:13)")
    answered(shop, case.reference, shop.now)
    assert told().endswith(f"({case.reference}, answered)")


def test_who_asked_is_called_once_when_the_answer_is_late(shop: Shop) -> None:
    thread = asked(shop)
    desk_of(shop, "ola").commands.submit(Snooze(thread, shop.now + 30 * DAY))
    sharing = sharing_of(shop)
    shop.pass_(4 * HOUR - 1)
    assert sharing.look(shop.database) == 0
    shop.pass_(1)
    assert sharing.look(shop.database) == 1
    assert sharing.look(shop.database) == 0
    desk = desk_of(shop)
    assert [*desk.threads.ids("is:mentioned -is:snoozed", "queue").ids] == [thread]
    assert opened(desk, thread).decisions[2].actor == "the case at Contact centre"


def test_an_answer_in_time_calls_nobody(shop: Shop) -> None:
    asked(shop)
    [case] = desk_of(shop).planning.cases()
    answered(shop, case.reference, shop.now + HOUR)
    shop.pass_(DAY)
    assert sharing_of(shop).look(shop.database) == 0


@pytest.mark.parametrize(
    ("assignee", "roles", "called"),
    [("ola", {}, "ola"), ("", {"ola": Role.LEAD}, "ola"), ("", {}, "")],
)
def test_with_nobody_there_who_asked_somebody_else_is_called(
    shop: Shop, assignee: str, roles: dict[str, Role], called: str
) -> None:
    """Ana is away with nobody in her place."""
    thread = asked(shop)
    desk_of(shop).commands.submit(Assign(thread, assignee))
    away = Absence("ana", shop.now, shop.now + 30 * DAY)
    shop.pass_(5 * HOUR)
    sharing_of(shop, away, roles=roles).look(shop.database)
    found = shop.all("SELECT moderator FROM mentions WHERE thread_id = ?", thread)
    assert [name for (name,) in found] == ([called] if called else [])
    [(flagged,)] = shop.all("SELECT flagged FROM threads WHERE id = ?", thread)
    assert flagged == (not called)


def test_an_answer_to_a_settled_thread_calls_whoever_asked(shop: Shop) -> None:
    thread = asked(shop)
    desk = desk_of(shop)
    desk.commands.submit(Done(thread))
    watch = AlertTracker(desk.threads, desk.me, desk.now, due=0)
    watch.begin()
    desk.threads.changes()
    [case] = desk.planning.cases()
    answered(shop, case.reference, shop.now)
    assert [*desk.threads.ids("is:mentioned", "queue").ids] == [thread]
    assert [(one.kind, one.row.id) for one in watch.look(desk.threads.changes())] == [
        ("asked", thread)
    ]
    desk.commands.submit(Seen(thread))
    assert watch.look(desk.threads.changes()) == []
    answered(shop, case.reference, shop.now, "mail-2")  # they write again
    assert [(one.kind, one.row.id) for one in watch.look(desk.threads.changes())] == [
        ("asked", thread)
    ]


def test_an_edit_wakes_a_snoozed_thread(shop: Shop) -> None:
    thread = shop.says("Maria", "ładny kolor", thread="t1")
    desk = desk_of(shop)
    desk.commands.submit(Snooze(thread, shop.now + 30 * DAY))
    assert [*desk.threads.ids("is:snoozed", "queue").ids] == [thread]
    shop.pass_(HOUR)
    (platform_id,) = shop.all("SELECT platform_id FROM messages WHERE thread_id = ?", thread)[0]
    with shop.database.write() as db:
        (channel,) = db.execute("SELECT channel_id FROM threads WHERE id = ?", (thread,)).fetchone()
        take_in(
            db,
            channel,
            [MessageEdited(str(platform_id), "mam wysypkę")],
            observed_at=shop.now,
            now=shop.now,
            policies=Policies(db),
        )
    assert [*desk.threads.ids("is:waiting -is:snoozed", "queue").ids] == [thread]
