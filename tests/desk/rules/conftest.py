"""A desk with a folder of rules, which look at whatever comes in."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from carecli.desk.rules.rulebook import Rulebook
from carecli.desk.rules.runner import Moderation
from carecli.desk.rules.service import StoreRuleService
from carecli.desk.services import InboxServices
from carecli.desk.threads.rows import ThreadRow
from carecli.domain.events import Author, MessageSeen
from carecli.domain.model import MINUTE, ContactPoint, ThreadId
from carecli.domain.rule import TrustStage
from carecli.store.intake import take_in
from carecli.store.policies import Policies
from tests.desk.conftest import Shop


@dataclass
class Ruled:
    """A shop whose messages pass the rules of a folder, as in the engine."""

    shop: Shop
    folder: Path
    desk: InboxServices
    rules: StoreRuleService
    moderation: Moderation

    def write(self, text: str, file: str = "rules.yaml") -> None:
        self.folder.joinpath("rules", file).write_text(text, "utf-8")

    def live(self, text: str, *names: str, stage: TrustStage = TrustStage.LIVE) -> None:
        """Write rules and bring them to a stage."""
        self.write(text)
        for name in names:
            self.rules.dry_run(name)
            self.rules.set_stage(name, stage)
        self.shop.now += 1

    def says(
        self,
        name: str,
        text: str,
        *,
        post: str = "post-1",
        thread: str = "",
        channel: str = "avon-fb",
        point: ContactPoint = ContactPoint.COMMENT,
        ago: int = 0,
        times: int = 1,
    ) -> ThreadId:
        """Somebody writes, and the page it comes in is taken in `times` times."""
        shop = self.shop
        id_ = f"{channel}:{name}:{text}:{shop.now}"
        event = MessageSeen(
            id_, thread or id_, point, shop.now - ago, Author(name, name), text=text, post=post
        )
        for _turn in range(times):
            with shop.database.write() as db:
                taken = take_in(
                    db,
                    shop.channels[channel],
                    [event],
                    observed_at=shop.now,
                    now=shop.now,
                    policies=Policies(db),
                )
                self.moderation.run(db, taken.messages, shop.now)
        [(found,)] = shop.all("SELECT id FROM threads WHERE platform_id = ?", thread or id_)
        assert isinstance(found, int)
        return ThreadId(found)

    def orders(self) -> list[tuple[object, ...]]:
        """What is on its way to platforms: who ordered what, and its text."""
        return self.shop.all(
            "SELECT actor, verb, text FROM outbox WHERE state <> 'cancelled' ORDER BY id"
        )

    def found(self, filter_text: str) -> list[ThreadRow]:
        """The threads a filter shows."""
        ids = list(self.desk.threads.ids(filter_text, "newest").ids)
        return [self.desk.threads.rows(ids)[id_] for id_ in ids]

    def deeds(self, name: str) -> list[tuple[str, str, str]]:
        return [(one.kind, one.state, one.reason) for one in reversed(self.rules.log(name))]


@pytest.fixture
def ruled(shop: Shop, tmp_path: Path) -> Iterator[Ruled]:
    for folder in ("rules", "words"):
        (tmp_path / folder).mkdir()
    known = {"channels": ("avon-fb", "lrp-fb"), "teams": ("care", "specialists")}

    def book() -> Rulebook:
        return Rulebook(tmp_path / "rules", tmp_path / "words", "Europe/Warsaw", known)

    context = shop.context()
    rules = StoreRuleService(shop.file, context, book())
    yield Ruled(shop, tmp_path, shop.desk(), rules, Moderation(book(), context))
    rules.close()


LATER = 10 * MINUTE
