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
    post = max(page.posts, key=lambda post: len(post.stream))
    comment = next(
        comment
        for comment in reversed(post.toplevel)
        if not comment.is_ours and practice.world.allows_private_reply(comment)
    )
    visitor = next(post for post in page.posts if post.kind == "visitor")
    person = next(conversation.person for conversation in page.conversations if conversation.unread)
    media = max(profile.posts, key=lambda post: len(post.toplevel))
    theirs = next(comment for comment in media.toplevel if not comment.is_ours)
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
    answer = json.loads(done.stdout)
    assert (answer["name"], answer["app"]) == (page.title, APP_ID)
    assert answer["PublishedPosts"] == sum(post.kind == "post" for post in page.posts)
    assert answer["AdsPosts"] == sum(post.kind == "ad" for post in page.posts) > 0
    assert min(answer["VisitorPosts"], answer["Tagged"], answer["Ratings"]) > 0
    stream = [comment.id for comment in post.stream]
    assert answer["comments"] == stream[::-1]
    assert answer["total"] == len(stream)
    assert comment.is_hidden
    assert answer["hidden"] == {"id": comment.id, "is_hidden": True, "user_likes": True}
    assert not comment.is_liked
    assert answer["removed"] == {"success": True}
    assert answer["reply"] not in practice.world.nodes
    assert answer["talks"] == talks
    assert answer["talksOnInstagram"] > 0
    assert answer["sent"]["recipient_id"] == person.scoped_id
    assert person.conversation is not None
    assert person.conversation.unread == 0
    assert comment.private_reply is not None
    assert visitor.private_reply is not None
    assert answer["privateReplyToPost"]["message_id"]
    assert answer["secondPrivateReply"]["status"] == 400
    assert page.subscribed == ("feed", "messages")
    assert answer["subscriptions"] == [["feed", "messages"]]
    assert answer["unknownField"]["status"] == answer["unknownFilter"]["status"] == 400
    assert answer["blocked"] == 1
    assert page.blocked == []
    assert len(answer["batch"]) == 2
    assert answer["media"] == sum(post.kind == "post" for post in profile.posts)
    assert answer["tags"] == sum(post.kind == "tagged" for post in profile.posts) > 0
    assert answer["mediaComments"] == min(50, len(media.toplevel))
    assert theirs.is_hidden
    assert answer["mediaHidden"] is True
    assert answer["mediaRemoved"] == {"success": True}
