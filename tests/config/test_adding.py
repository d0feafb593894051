"""Channels are added to a file a person wrote; what stands in it stays, letter by letter."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from carecli.config import parse
from carecli.config.append import add_entries
from carecli.domain.errors import ConfigError

NEW = {"nowy-fb": {"platform": "facebook", "account": "104", "options": {"page": "104"}}}

FILES = {
    "nothing": "",
    "only comments": "# ours\n",
    "without the section": "me: ana  # me\n# the end",
    "an empty section": "me: ana\nchannels:  # soon\ndatabase: x.sqlite\n",
    "empty braces": "me: ana\nchannels: {}  # soon\n",
    "braces": "me: ana\nchannels: {a: {platform: manual, title: 'x, y'}}\n# end\n",
    "a comma at the end": "channels: {a: {platform: manual},\n}\n",
    "all in braces": "{me: ana, channels: {a: {platform: manual}}}\n",
    "braces without the section": "{me: ana}\n",
    "blocks": (
        "me: ana\nchannels:\n    a:\n        platform: manual  # by hand\n\n    # a comment\n"
        "    b: {platform: manual}\n\n# about the database\ndatabase: x.sqlite\n"
    ),
    "a text of several lines": (
        "channels:\n  a:\n    platform: manual\n    title: >\n      Klub\n      Avon\n\nme: ana\n"
    ),
    "a list at the end": "channels:\n  a:\n    platform: manual\n    also:\n    - en\nme: ana",
    "line ends of another system": "me: ana\r\nchannels:\r\n  a:\r\n    platform: manual\r\n",
}


@pytest.mark.parametrize("text", FILES.values(), ids=FILES)
def test_what_stands_there_stays_and_what_is_new_is_read(text: str) -> None:
    before = parse(text.replace("channels:  #", "channels: {} #"))
    grown = add_entries(text, "channels", NEW)
    after = parse(grown)
    added = after.channels["nowy-fb"]
    assert (added.platform, added.account, added.options) == ("facebook", "104", {"page": "104"})
    assert {**after.channels} == {**before.channels, "nowy-fb": added}
    assert (after.me, after.database) == (before.me, before.database)
    left = iter(grown)
    assert all(letter in left for letter in text.rstrip())
    for comment in ("# me", "# soon", "# by hand", "# a comment", "# about the database", "# end"):
        assert (comment in text) == (comment in grown)
    assert ("\r\n" in text) == ("\r\n" in grown)
    assert "\n" not in grown.replace("\r\n", "") or "\r\n" not in text
    twice = parse(add_entries(grown, "channels", {"drugi": {"platform": "manual"}}))
    assert {*twice.channels} == {*after.channels, "drugi"}


@pytest.mark.parametrize("text", ["- a\n", "channels: [a]\n", "channels: yes\n"])
def test_what_is_no_list_of_keys_is_refused(text: str) -> None:
    with pytest.raises(ConfigError):
        add_entries(text, "channels", NEW)


@given(st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=40))
def test_a_name_of_any_kind_is_only_a_name(title: str) -> None:
    text = add_entries("me: ana\n", "channels", {"a": {"platform": "manual", "title": title}})
    assert parse(text).channels["a"].title == title
