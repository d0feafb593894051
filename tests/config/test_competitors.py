"""Competitors in the configuration: what each needs, and what is wrong with one that cannot be."""

from __future__ import annotations

import pytest

from carecli.config import parse, profiles
from tests.config.test_reading import wrong

CHANNELS = (
    "channels: {fb: {platform: facebook, account: 1}, ig: {platform: instagram, account: 2}}\n"
)


def test_competitors_are_followed_beside_our_own_pages_and_profiles() -> None:
    config = parse(
        CHANNELS
        + "competitors:\n"
        + "  lumira-fb: {platform: facebook, page: lumira.mx, channel: fb, title: Lumira}\n"
        + "  lumira-ig: {platform: instagram, username: lumira_mx, channel: ig}\n"
        + "  bursztyn: {platform: facebook, brand: ig}\n"
    )
    found = {profile.key: profile for profile in profiles(config)}
    assert list(found) == ["fb", "ig", "lumira-fb", "lumira-ig", "bursztyn"]
    assert [one.is_ours for one in found.values()] == [True, True, False, False, False]
    assert (found["fb"].address, found["fb"].channel) == ("", "fb")
    assert (found["lumira-fb"].address, found["lumira-fb"].brand) == ("lumira.mx", "fb")
    assert (found["lumira-ig"].title, found["lumira-ig"].address) == ("lumira-ig", "lumira_mx")
    assert (found["bursztyn"].channel, found["bursztyn"].brand) == ("", "ig")
    assert profiles(parse(CHANNELS)) == ()


@pytest.mark.parametrize(
    ("line", "key", "said"),
    [
        ("x: {platform: matrix}", "competitors.x.platform", "no such choice"),
        ("x: {platform: facebook, channel: nope, page: a}", "competitors.x.channel", "'nope'"),
        ("x: {platform: facebook, channel: fb}", "competitors.x.page", "missing"),
        ("x: {platform: instagram, channel: ig}", "competitors.x.username", "missing"),
        ("x: {platform: facebook, username: a}", "competitors.x.username", "has a `page`"),
        ("x: {platform: instagram, page: a}", "competitors.x.page", "has a `username`"),
        ("x: {platform: instagram, username: a, channel: fb}", "competitors.x.channel", "see"),
        ("x: {platform: facebook, page: 'https://fb.com/a'}", "competitors.x.page", "a name"),
        ("x: {platform: instagram, username: '@a'}", "competitors.x.username", "a name"),
        ("x: {platform: facebook, brand: nope}", "competitors.x.brand", "'nope'"),
        ("fb: {platform: facebook}", "competitors.fb", "a channel already has this key"),
    ],
)
def test_a_competitor_that_cannot_be_is_named(line: str, key: str, said: str) -> None:
    [problem, *_more] = wrong(f"{CHANNELS}competitors:\n  {line}\n")
    assert problem.key == key
    assert said in str(problem)
