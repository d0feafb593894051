"""Scenarios are the same from the same seed, lie in the past, and wait as promised."""

from __future__ import annotations

import hashlib
import re
from collections import Counter

import pytest

from carecli.domain.model import DAY, HOUR, MINUTE
from carecli.practice.clock import PracticeClock
from carecli.practice.nodes import Comment, Message, Post, PracticePerson
from carecli.practice.scenario import SCENARIOS, Town, build, channels
from carecli.practice.sentences import ATTACHMENTS, COMMENT_TOPICS, PRIVATE_TOPICS, voices_of
from carecli.practice.texts import load_texts
from carecli.practice.unanswered import waiting
from tests.practice.graph import NOW

KEYS = ["lrp-fb", "lrp-ig", "vichy-fb", "vichy-ig", "avon-fb", "avon-ig"]


def town(scenario: str, seed: int = 1, now: int = NOW) -> Town:
    return build(scenario, seed, PracticeClock(now, stands_still=True))


def said(one: Town) -> list[Post | Comment | Message]:
    """Everything anybody wrote."""
    everything: list[Post | Comment | Message] = []
    for account in one.world.accounts.values():
        for post in account.posts:
            everything += [post, *post.stream]
        for talk in account.conversations:
            everything += talk.messages
    return everything


def digest(one: Town) -> str:
    """A mark of everything anybody wrote, by whom and when."""
    written = [(item.id, item.text, item.created, item.author.id) for item in said(one)]
    return hashlib.sha256(repr(written).encode()).hexdigest()


@pytest.mark.parametrize("scenario", SCENARIOS)
def test_the_same_seed_makes_the_same_world(scenario: str) -> None:
    assert digest(town(scenario)) == digest(town(scenario))
    assert digest(town(scenario)) != digest(town(scenario, seed=2))


@pytest.mark.parametrize("scenario", SCENARIOS)
def test_everything_lies_in_the_past_and_in_order(scenario: str) -> None:
    world = town(scenario).world
    for account in world.accounts.values():
        for post in account.posts:
            assert NOW - 30 * DAY < post.created < NOW
            moments = [comment.created for comment in post.stream]
            assert moments == sorted(moments)
            assert all(post.created < at <= NOW for at in moments)
            assert all(not reply.replies for comment in post.toplevel for reply in comment.replies)
        for talk in account.conversations:
            moments = [message.created for message in talk.messages]
            assert moments == sorted(moments)
            assert all(at <= NOW for at in moments)


def test_the_six_accounts() -> None:
    assert [channel.key for channel in channels()] == KEYS
    assert {channel.token for channel in channels()} == {
        f"practice-page-{channel.account}"
        for channel in channels()
        if channel.platform == "facebook"
    }
    with pytest.raises(ValueError, match="no scenario is called weekend"):
        channels("weekend")


def test_on_an_ordinary_day_about_sixty_wait_and_one_red_is_overdue() -> None:
    one = town("ordinary")
    waits = waiting(one.world)
    assert 56 <= len(waits) <= 80
    assert len({wait["account"] for wait in waits}) == 6
    assert {wait["point"] for wait in waits} == {"dm", "comment", "ad", "mention", "review"}
    ages = [NOW - int(str(wait["since"])) for wait in waits]
    assert max(ages) <= DAY
    [maria] = [
        talk
        for talk in one.world.accounts["lrp-fb"].conversations
        if talk.person.name == "María González"
    ]
    assert "alergia" in maria.messages[1].text
    assert 2 * HOUR < NOW - maria.messages[0].created < 2 * HOUR + 20 * MINUTE
    waiting_texts = {str(wait["text"]) for wait in waits}
    assert "Son un fraude, ya avisé a Profeco y a todos mis seguidores" in waiting_texts
    assert "¿Qué responde @larocheposaymx a la denuncia por el Anthelios?" in waiting_texts
    answered = sum(not isinstance(item, Post) and item.is_ours for item in said(one))
    assert answered > 200


def test_after_the_holiday_twelve_hundred_wait_by_day() -> None:
    waits = waiting(town("holiday").world)
    assert 1_150 <= len(waits) <= 1_260
    by_day = Counter((NOW - int(str(wait["since"]))) // DAY for wait in waits)
    assert set(by_day) == {0, 1, 2, 3, 4}
    assert by_day[2] > 1.4 * by_day[1]
    assert Counter(str(wait["point"]) for wait in waits)["dm"] > 300


def test_the_contest_has_thousands_under_one_post() -> None:
    one = town("contest")
    assert one.contest is not None
    assert len(one.contest.stream) == 4_000
    assert any(comment.parent for comment in one.contest.stream)
    assert len({comment.text for comment in one.contest.stream}) > 2_000


def test_a_crisis_is_recent_and_angry() -> None:
    one = town("crisis")
    assert one.busy is not None
    ages = [NOW - comment.created for comment in one.busy.stream]
    assert len(ages) >= 250
    assert sum(age < HOUR for age in ages) > len(ages) / 2


def test_people_vary_and_some_are_nameless_or_wordless() -> None:
    one = town("holiday")
    comments = [c for a in one.world.accounts.values() for p in a.posts for c in p.stream]
    people = {c.author for c in comments if isinstance(c.author, PracticePerson)}
    assert len({person.name for person in people}) > 0.8 * len(people)
    assert any(person.is_nameless for person in people)
    assert any(not c.text and c.attachment in ATTACHMENTS for c in comments)
    assert any(c.is_hidden for c in comments)
    languages = {a.key: a.language for a in one.world.accounts.values()}
    polish = [c.text for c in comments if languages[c.account.key] == "pl"]
    assert sum(bool(re.search("[łąęśćżźń]", text)) for text in polish) > len(polish) / 3


@pytest.mark.parametrize(("brand", "language"), [("lrp", "es"), ("vichy", "es"), ("avon", "pl")])
def test_every_text_can_be_said(brand: str, language: str) -> None:
    from random import Random

    voices, chance = voices_of(brand, language), Random(1)
    texts = load_texts(language)
    assert set(texts["comments"]) == {*COMMENT_TOPICS, "contest"}
    assert set(texts["private"]) == set(PRIVATE_TOPICS)
    said = [voices._fill(text, chance) for topic in texts["comments"].values() for text in topic]
    said += [
        voices._fill(line, chance)
        for topic in texts["private"].values()
        for lines in topic
        for line in lines
    ]
    said += [voices.more(chance) for _ in range(30)] + [voices.back(chance) for _ in range(40)]
    assert len(said) > 150
    assert not [text for text in said if re.search(r"[{}]", text)]
    assert all(isinstance(text, str) and text.strip() for text in said)
