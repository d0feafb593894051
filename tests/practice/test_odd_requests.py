"""Whatever is asked, the platform answers in its own way, and never breaks."""

from __future__ import annotations

from random import Random

import httpx
import pytest

from carecli.practice import PracticeServer
from carecli.practice.graph.call import APP_TOKEN, USER_TOKEN
from carecli.practice.nodes import Node

VALUES = (
    *("", "1", "-1", "abc", "{}", "[]", "null", "true", "1e9", "%%%", "id,comments{id"),
    *("9" * 30, "2026-13-01", "\x1b[2J", '{"id":1}', '{"comment_id":[1]}', '{"text":5}'),
    '{"text":"hi","reply_to":"x"}',
)
NAMES_TEXT = (
    "fields limit after before since until message recipient is_hidden hide messaging_type tag "
    "platform updated_after_ms user_id ids batch order filter summary comment_id media_id "
    "input_token sender_action subscribed_fields user reply_to grant_type method"
)
EDGES_TEXT = (
    "comments feed messages conversations likes blocked ratings media tags mentions replies "
    "accounts published_posts subscribed_apps participants from reactions mentioned_comment parent "
    "attachments shoes"
)
NAMES, EDGES = NAMES_TEXT.split(), EDGES_TEXT.split()


def nodes(practice: PracticeServer) -> list[str]:
    page, profile = practice.world.accounts["lrp-fb"], practice.world.accounts["lrp-ig"]
    talk = page.conversations[0]
    known = (page, profile, page.posts[3], profile.posts[3], page.posts[3].stream[0], talk)
    comments = [comment for post in profile.posts for comment in post.toplevel[:1]]
    there: list[Node] = [*known, talk.messages[0], page.ratings[0].story, *comments]
    found = [node.id for node in there]
    wrong = ["me", "", "123", "é", "x%00y", "debug_token", "oauth", "100200300400500"]
    return [*found, *wrong, talk.person.scoped_id]


@pytest.mark.parametrize("seed", range(3))
def test_odd_requests_get_an_answer(
    practice: PracticeServer, http: httpx.Client, seed: int
) -> None:
    chance, ids = Random(seed), nodes(practice)
    tokens = (practice.world.accounts["lrp-fb"].token, USER_TOKEN, APP_TOKEN, "bad", "")
    statuses = set()
    for _ in range(300):
        edge = f"/{chance.choice(EDGES)}" if chance.random() < 0.8 else ""
        path = f"/v26.0/{chance.choice(ids)}{edge}"
        asked = {name: chance.choice(VALUES) for name in chance.sample(NAMES, chance.randrange(4))}
        asked["access_token"] = chance.choices(tokens, (8, 1, 1, 1, 1))[0]
        method = chance.choices(("GET", "POST", "DELETE"), (6, 3, 1))[0]
        if method == "POST" and chance.random() < 0.5:
            answer = http.request(method, path, json=asked)
        else:
            answer = http.request(method, path, params=asked)
        assert answer.status_code in {200, 400, 403}, (method, path, asked)
        body = answer.json()
        assert answer.status_code == 200 or body["error"]["code"], (method, path, asked)
        statuses.add(answer.status_code)
    assert statuses >= {200, 400}
