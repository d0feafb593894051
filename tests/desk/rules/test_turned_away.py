"""What was turned away and is taken in by a person passes the rules like any new message."""

from __future__ import annotations

from carecli.desk.rules.rulebook import Rulebook
from carecli.domain.events import Author, MessageSeen, TurnedAway
from carecli.domain.model import ContactPoint
from carecli.store.outsiders import turn_away
from tests.desk.rules.conftest import Ruled

RED = """
rule: allergy
if: {words: [swollen]}
then: {colour: red}
"""


def test_rules_see_what_is_taken_in(ruled: Ruled) -> None:
    shop = ruled.shop
    ruled.live(RED, "allergy")
    message = MessageSeen(
        "m1",
        "m1 iga@home.test",
        ContactPoint.EMAIL,
        shop.now,
        Author("iga@home.test", "Iga", scope="mail"),
        text="My eyes are swollen.",
    )
    away = TurnedAway("a mass mail (Precedence)", "iga@home.test", message)
    with shop.database.write() as db:
        turn_away(db, shop.channels["avon-fb"], away, shop.now)
    known = {"channels": ("avon-fb", "lrp-fb"), "teams": ("care", "specialists")}
    desk = shop.desk(
        rulebook=lambda: Rulebook(
            ruled.folder / "rules", ruled.folder / "words", "Europe/Warsaw", known
        )
    )
    kept = desk.records.outsiders
    [listed] = kept.listed()

    [thread] = kept.take([listed.id])

    [row] = ruled.found("colour:red")
    assert row.id == thread
    assert [deed.kind for deed in ruled.rules.why(thread).deeds] == ["colour"]
