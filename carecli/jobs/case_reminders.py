"""Reminds a person when the answer to a case is late."""

from __future__ import annotations

from collections.abc import Callable

from carecli.desk.commands.unit_of_work import UnitOfWork
from carecli.desk.planning.cases import opener
from carecli.domain.commands import Escalate, Flag, Snooze
from carecli.domain.model import Actor, ThreadId
from carecli.store import cases, situation
from carecli.store.snooze import is_put_aside


def remind(unit: UnitOfWork, case: cases.StoredCase, whom: Callable[[str], str]) -> None:
    """An answer is late: call whoever asked, or else whoever has the thread, or the leads.

    `whom` tells who does somebody's work now; empty: nobody. With nobody to call, the flag goes up.
    """
    context, db = unit.context, unit.db
    by = Actor.parse(opener(db, case))
    asker = by.name if by.kind == "moderator" else ""
    leads = [name for name, role in context.roles.items() if role.may_lead]
    found = [[asker], [situation.assignee(db, case.thread)], leads]
    calls = [
        tuple(who for one in names if one and (who := whom(one)) and context.can_work(who))
        for names in found
    ]
    called = next((one for one in calls if one), ())
    here = ThreadId(case.thread)
    unit.do_all([Escalate(here, 100, called), *([] if called else [Flag(here)])])
    if is_put_aside(db, here):
        unit.do(Snooze(here, None))
    cases.reminded(db, case.decision, unit.now)
