"""People go on writing, answer back, edit and delete; the same from the same seed and ticks."""

from __future__ import annotations

from collections import Counter

from carecli.domain.model import DAY, HOUR, MINUTE, SECOND
from carecli.practice.activity import PracticeActivity
from carecli.practice.clock import PracticeClock
from carecli.practice.scenario import build
from carecli.practice.unanswered import waiting
from tests.practice.graph import NOW


def life(scenario: str = "ordinary", pace: float = 1.0, seed: int = 1) -> PracticeActivity:
    clock = PracticeClock(NOW, stands_still=True)
    return PracticeActivity(build(scenario, seed, clock), clock, pace)


def answer(practice_activity: PracticeActivity) -> Counter[str]:
    return Counter(what.split()[0] for what in practice_activity.done)


def test_an_hour_brings_about_a_hundred_and_fifty_things() -> None:
    one = life()
    one.tick(HOUR)
    did = answer(one)
    assert 100 < did.total() < 230
    assert {"comment", "message", "edit", "delete", "unsend", "brand"} >= set(did)
    assert {"comment", "message", "edit", "delete"} <= set(did)
    assert did["comment"] + did["message"] > 0.8 * did.total()
    newest = max(
        comment.created
        for account in one.world.accounts.values()
        for post in account.posts
        for comment in post.stream
    )
    assert NOW < newest <= NOW + HOUR


def test_the_same_ticks_make_the_same_life() -> None:
    def lived(spans: list[int], seed: int = 1) -> list[str]:
        one = life(seed=seed)
        for span in spans:
            one.tick(span)
        return one.done

    assert lived([HOUR]) == lived([HOUR])
    assert lived([HOUR]) == lived([MINUTE] * 60)
    assert lived([HOUR]) != lived([HOUR], seed=2)


def test_at_pace_zero_nobody_writes() -> None:
    one = life(pace=0)
    one.tick(DAY)
    assert one.done == []
    one.pace = 2
    one.tick(10 * MINUTE)
    assert one.done


def test_a_contest_is_busier_and_most_of_it_is_under_its_post() -> None:
    one = life("contest")
    post = max(one.world.accounts["avon-fb"].posts, key=lambda each: len(each.stream))
    before = len(post.stream)
    one.tick(10 * MINUTE)
    assert answer(one).total() > 100
    added = post.stream[before:]
    assert len(added) > 30
    entries = sum("KONKURS" in item.text or "udział" in item.text.lower() for item in added)
    assert entries > 2
    assert not any("ñ" in item.text or "¿" in item.text for item in added)


def test_a_crisis_goes_on() -> None:
    one = life("crisis")
    post = max(one.world.accounts["lrp-fb"].posts, key=lambda each: len(each.stream))
    before = len(post.stream)
    one.tick(10 * MINUTE)
    assert len(post.stream) - before > 20
    assert len({comment.text for comment in post.stream[before:]}) > 10


def test_people_answer_back_some_time_after_the_brand() -> None:
    one = life(pace=0.001)
    talks = [
        talk
        for account in one.world.accounts.values()
        for talk in account.conversations
        if not talk.messages[-1].is_ours
    ]
    assert len(talks) > 10
    for talk in talks:
        one.world.add_message(talk, talk.account, "¿En qué te ayudamos?", NOW)
    assert all(talk.messages[-1].is_ours for talk in talks)
    one.tick(20 * SECOND)
    assert all(talk.messages[-1].is_ours for talk in talks)
    one.tick(10 * MINUTE)
    back = [talk for talk in talks if not talk.messages[-1].is_ours]
    assert 0.15 * len(talks) < len(back) < 0.8 * len(talks)
    waits = {wait["thread"] for wait in waiting(one.world)}
    assert {talk.id for talk in back} <= waits


def test_people_answer_back_under_a_comment() -> None:
    one = life(pace=0.001)
    roots = [
        comment
        for account in one.world.accounts.values()
        for post in account.posts
        for comment in post.toplevel
        if not comment.is_ours and not comment.replies
    ]
    for root in roots:
        one.world.add_comment(root, root.account, "Gracias por escribir", NOW)
    one.tick(10 * MINUTE)
    back = [root for root in roots if root.replies[-1].author is root.author]
    assert 0.2 * len(roots) < len(back) < 0.7 * len(roots)
