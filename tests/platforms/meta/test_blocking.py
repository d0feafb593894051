"""Blocking people from a Facebook page, and what the practice platform received."""

from __future__ import annotations

import pytest

from carecli.domain.errors import PermissionMissing, Refused, Transient
from carecli.domain.events import AuthorBlocked
from carecli.domain.model import OutboxVerb
from carecli.platforms.base import Target
from carecli.practice import PracticeServer
from tests.platforms.meta.practising import NOW, Scene, alone, scene
from tests.support.faulty_proxy import Answer, CutAfter, FaultyProxy

BLOCK, UNBLOCK = OutboxVerb.BLOCK, OutboxVerb.UNBLOCK


async def spammer(page: Scene) -> Target:
    """Somebody commented; where they are addressed."""
    address = page.comment(page.post(), "Cheap watches")
    await page.pull()
    return page.target(address)


@alone
async def test_a_person_is_blocked_asked_about_and_unblocked(practice: PracticeServer) -> None:
    async with scene(practice) as fb:
        person = await spammer(fb)
        block, unblock = fb.order(BLOCK, person), fb.order(UNBLOCK, person)
        assert await fb.connector.find_sent(block) is None
        sent = await fb.connector.send(block)
        assert sent.events == (AuthorBlocked(person.contact, is_blocked=True, at=NOW),)
        (write,) = fb.writes()
        assert (write.method, write.path) == ("POST", f"{fb.profile.id}/blocked")
        assert write.parameters == {"user": person.contact}
        found = await fb.connector.find_sent(block)
        assert found is not None
        assert found.events == sent.events
        assert await fb.connector.find_sent(unblock) is None
        with pytest.raises(ValueError, match="is blocked"):
            fb.comment(person.address, "Cheaper watches", **{"as": person.contact})

        assert (await fb.connector.send(unblock)).events == (
            AuthorBlocked(person.contact, is_blocked=False, at=NOW),
        )
        assert await fb.connector.find_sent(block) is None
        assert await fb.connector.find_sent(unblock) is not None
        fb.comment(person.address, "Sorry", **{"as": person.contact})


@alone
async def test_a_block_may_be_wished_for_twice_and_taken_back_twice(
    practice: PracticeServer,
) -> None:
    async with scene(practice) as fb:
        person = await spammer(fb)
        for verb in (BLOCK, BLOCK, UNBLOCK, UNBLOCK, BLOCK):
            await fb.connector.send(fb.order(verb, person))
        assert await fb.connector.find_sent(fb.order(BLOCK, person)) is not None


@alone
async def test_others_who_are_blocked_are_not_taken_for_them(practice: PracticeServer) -> None:
    async with scene(practice) as fb:
        first, second = await spammer(fb), await spammer(fb)
        await fb.connector.send(fb.order(BLOCK, first))
        assert await fb.connector.find_sent(fb.order(BLOCK, second)) is None


@alone
async def test_who_writes_in_private_is_blocked_by_their_id_there(practice: PracticeServer) -> None:
    async with scene(practice) as fb:
        told = fb.act(act="message", account="avon-fb", text="Cheap watches")
        chat = fb.chat(told["author"], NOW)
        await fb.connector.send(fb.order(BLOCK, chat))
        with pytest.raises(ValueError, match="is blocked"):
            fb.act(act="message", to=told["conversation"], text="Cheaper watches")


@alone
async def test_a_lost_answer_is_found(practice: PracticeServer) -> None:
    async with scene(practice) as fb:
        person = await spammer(fb)
        with FaultyProxy(practice.url) as proxy:
            connector = fb.connect(fb.profile.page.token, proxy.url)
            proxy.fail(CutAfter(), lambda request: request.method == "POST")
            order = fb.order(BLOCK, person)
            with pytest.raises(Transient) as error:
                await connector.send(order)
            assert error.value.happened is None
            assert await connector.find_sent(order) is not None
            await connector.aclose()


@alone
async def test_what_the_platform_says_no_to(practice: PracticeServer) -> None:
    async with scene(practice) as fb:
        person = await spammer(fb)
        practice.do(lambda: practice.world.app.granted.discard("pages_manage_engagement"))
        for verb in (BLOCK, UNBLOCK):
            with pytest.raises(PermissionMissing, match="pages_manage_engagement"):
                await fb.connector.send(fb.order(verb, person))
        practice.do(lambda: practice.world.app.granted.add("pages_manage_engagement"))
        stranger = Target(person.thread, person.point, contact="999")
        with pytest.raises(Refused, match="cannot be blocked"):
            await fb.connector.send(fb.order(BLOCK, stranger))
        with FaultyProxy(practice.url) as proxy:
            connector = fb.connect(fb.profile.page.token, proxy.url)
            said = f'{{"{person.contact}": false}}'.encode()
            proxy.fail(Answer(200, said), lambda request: request.method == "POST")
            with pytest.raises(Refused, match="did not block"):
                await connector.send(fb.order(BLOCK, person))
            await connector.aclose()


@alone
async def test_an_instagram_profile_blocks_nobody(practice: PracticeServer) -> None:
    async with scene(practice, "avon-ig") as ig:
        assert not ig.connector.capabilities.can_block
        person = await spammer(ig)
        with pytest.raises(Refused):
            await ig.connector.send(ig.order(BLOCK, person))
        assert ig.writes() == []
