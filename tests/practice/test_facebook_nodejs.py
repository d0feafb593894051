"""Fidelity: Meta's JavaScript SDK drives the practice platform through all that carecli uses."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from pathlib import Path

import pytest

from carecli.practice import PracticeServer
from carecli.practice.graph.call import APP_ID
from tests.practice.conftest import CHANNELS

FOLDER = Path(__file__).parent / "node"
INSTALL = "The JavaScript client is not installed. Run: make node"


def test_meta_javascript_sdk_is_taken_as_it_speaks(practice: PracticeServer) -> None:
    node = shutil.which("node")
    if node is None or not (FOLDER / "node_modules" / "facebook-nodejs-business-sdk").is_dir():
        (pytest.fail if os.environ.get("CI") else pytest.skip)(INSTALL)
    page = practice.world.accounts["lrp-fb"]
    profile = practice.world.accounts["lrp-ig"]
    post = max(page.posts, key=lambda one: len(one.stream))
    comment = next(
        one
        for one in reversed(post.toplevel)
        if not one.is_ours and practice.world.allows_private_reply(one)
    )
    visitor = next(one for one in page.posts if one.kind == "visitor")
    person = next(conversation.person for conversation in page.conversations if conversation.unread)
    media = max(profile.posts, key=lambda one: len(one.toplevel))
    theirs = next(one for one in media.toplevel if not one.is_ours)
    ids = {
        "page": page.id,
        "post": post.id,
        "comment": comment.id,
        "visitorPost": visitor.id,
        "person": person.scoped_id,
        "profile": profile.id,
        "media": media.id,
        "mediaComment": theirs.id,
    }
    talks = len([conversation for conversation in page.conversations if conversation.messages])
    done = subprocess.run(
        [node, FOLDER / "drive.js", practice.url, CHANNELS["lrp-fb"].token, json.dumps(ids)],
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
        cwd=FOLDER,
    )
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    assert (told["name"], told["app"]) == (page.title, APP_ID)
    assert told["PublishedPosts"] == sum(one.kind == "post" for one in page.posts)
    assert told["AdsPosts"] == sum(one.kind == "ad" for one in page.posts) > 0
    assert min(told["VisitorPosts"], told["Tagged"], told["Ratings"]) > 0
    stream = [one.id for one in post.stream]
    assert told["comments"] == stream[::-1]
    assert told["total"] == len(stream)
    assert comment.is_hidden
    assert told["hidden"] == {"id": comment.id, "is_hidden": True, "user_likes": True}
    assert not comment.is_liked
    assert told["removed"] == {"success": True}
    assert told["reply"] not in practice.world.nodes
    assert told["talks"] == talks
    assert told["talksOnInstagram"] > 0
    assert told["sent"]["recipient_id"] == person.scoped_id
    assert person.conversation is not None
    assert person.conversation.unread == 0
    assert comment.private_reply is not None
    assert visitor.private_reply is not None
    assert told["privateReplyToPost"]["message_id"]
    assert told["secondPrivateReply"]["status"] == 400
    assert page.subscribed == ("feed", "messages")
    assert told["subscriptions"] == [["feed", "messages"]]
    assert told["unknownField"]["status"] == told["unknownFilter"]["status"] == 400
    assert told["blocked"] == 1
    assert page.blocked == []
    assert len(told["batch"]) == 2
    assert told["media"] == sum(one.kind == "post" for one in profile.posts)
    assert told["tags"] == sum(one.kind == "tagged" for one in profile.posts) > 0
    assert told["mediaComments"] == min(50, len(media.toplevel))
    assert theirs.is_hidden
    assert told["mediaHidden"] is True
    assert told["mediaRemoved"] == {"success": True}
