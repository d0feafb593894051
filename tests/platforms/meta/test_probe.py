"""What doctor hears about a token."""

from __future__ import annotations

import pytest

from carecli.domain.errors import Transient
from carecli.domain.model import DAY
from carecli.platforms.base import Account, Probe
from carecli.platforms.meta.facebook import FacebookPage
from carecli.platforms.meta.instagram import InstagramProfile
from carecli.platforms.meta.probe import INSTAGRAM_SCOPES, PAGE_SCOPES
from tests.platforms.meta.canned import canned
from tests.platforms.meta.practising import NOW, alone

SECONDS = NOW // 1000


def token(**more: object) -> dict[str, object]:
    told: dict[str, object] = {
        "type": "PAGE",
        "is_valid": True,
        "expires_at": 0,
        "profile_id": "1",
        "scopes": [*PAGE_SCOPES, *INSTAGRAM_SCOPES],
    }
    return {"data": {**told, **more}}


async def probed(answer: object, version: str = "") -> Probe:
    async with canned({"id": "1", "name": "Avon"}, answer) as server:
        account = Account("fb", "facebook", "1", "tok", server.url, version, clock=lambda: NOW)
        fb = FacebookPage(account)
        probe = await fb.probe()
        await fb.aclose()
        return probe


@alone
async def test_a_good_token_has_no_problem() -> None:
    probe = await probed(token())
    assert probe.is_ok
    assert probe.problems == ()
    assert "connected as Avon" in probe.findings
    assert "the token does not expire" in probe.findings


@pytest.mark.parametrize(
    ("more", "problem"),
    [
        ({"type": "USER"}, "a PAGE token is needed"),
        ({"is_valid": False}, "invalid"),
        ({"profile_id": "2"}, "is for page 2"),
        ({"expires_at": SECONDS - 1}, "expired on 2026-11-21"),
        ({"expires_at": SECONDS + 3 * DAY // 1000}, "expires on 2026-11-24"),
        ({"data_access_expires_at": SECONDS - 1}, "access to data expired"),
        ({"scopes": ["pages_messaging"]}, "pages_read_user_content is missing: read comments"),
    ],
)
def test_what_is_wrong_with_a_token_is_said(more: dict[str, object], problem: str) -> None:
    @alone
    async def run() -> None:
        probe = await probed(token(**more))
        assert not probe.is_ok
        assert any(problem in one for one in probe.problems), probe.problems

    run()


@alone
async def test_an_old_version_is_said() -> None:
    assert "v20.0 ended" in (await probed(token(), "v20.0")).problems[0]
    assert "Graph API v21.0, until 2027-01-21" in (await probed(token(), "v21.0")).findings


@alone
async def test_odd_answers_are_survived() -> None:
    odds: tuple[object, ...] = ({"data": {"scopes": "all", "expires_at": "soon"}}, {"data": 3}, [])
    for odd in odds:
        assert not (await probed(odd)).is_ok


@alone
async def test_a_silent_platform_is_transient() -> None:
    fb = FacebookPage(Account("fb", "facebook", "1", "tok", "http://127.0.0.1:9"))
    with pytest.raises(Transient):
        await fb.probe()
    await fb.aclose()


@alone
async def test_a_profile_needs_no_page_to_be_probed() -> None:
    async with canned({"id": "2", "username": "avon"}, token()) as server:
        ig = InstagramProfile(Account("ig", "instagram", "2", "tok", server.url, clock=lambda: NOW))
        probe = await ig.probe()
        await ig.aclose()
    assert probe.is_ok, probe.problems
    assert probe.account == "avon"
