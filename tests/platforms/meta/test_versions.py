"""The connectors on the practice platform, in the two newest versions of the Graph API."""

from __future__ import annotations

from dataclasses import replace

import pytest

from carecli.domain.model import ContactPoint, OutboxVerb
from carecli.platforms.meta.facebook import FacebookPage
from carecli.platforms.meta.graph import API_VERSION
from carecli.platforms.meta.instagram import InstagramProfile
from carecli.practice import PracticeServer
from tests.platforms.meta.practising import Scene, alone

NEWEST = ("v27.0", "v26.0")


def test_the_newest_version_is_the_default() -> None:
    assert NEWEST[0] == API_VERSION


@pytest.mark.parametrize("version", NEWEST)
@pytest.mark.parametrize("key", ["lrp-fb", "lrp-ig"])
@alone
async def test_everything_is_read_and_a_comment_is_answered(
    practice: PracticeServer, key: str, version: str
) -> None:
    scene = Scene(practice, key)
    await scene.connector.aclose()
    kind = FacebookPage if key == "lrp-fb" else InstagramProfile
    scene.connector = kind(replace(scene.connector._account, api_version=version))
    for stream in scene.connector.streams():
        await scene.pull(stream.name)
    assert not scene.connector.unreadable.failing
    assert not scene.connector.unreadable.take_changes().refused
    assert {event.point for event in scene.seen.values()} >= {
        ContactPoint.COMMENT,
        ContactPoint.PRIVATE_MESSAGE,
    }
    comment = next(
        event
        for event in scene.seen.values()
        if event.point is ContactPoint.COMMENT and not event.is_ours and not event.parent
    )
    target = scene.target(comment.address)
    sent = await scene.connector.send(scene.order(OutboxVerb.REPLY, target, "Gracias"))
    assert sent.platform_id
    await scene.connector.aclose()
