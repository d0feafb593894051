"""The wait: when it starts, what ends it, and that nothing forgets anybody."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from carecli.domain.model import Outcome
from carecli.domain.thread_message import ThreadMessage
from carecli.domain.wait import Wait, WaitDecision, derive_waits

ANA, EVA = 1, 2


def asks(id_: int, at: int, contact: int = ANA, **more: object) -> ThreadMessage:
    return ThreadMessage(id_, contact, at, at)._replace(**more)  # type: ignore[arg-type]  # fields by name


def answers(id_: int, at: int, by: str = "moderator:ola", **more: object) -> ThreadMessage:
    return ThreadMessage(id_, None, at, at, by=by)._replace(**more)  # type: ignore[arg-type]  # likewise


def the_only(waits: list[Wait]) -> Wait:
    assert len(waits) == 1
    return waits[0]


def test_it_starts_at_the_first_unanswered_message_and_later_ones_join_it() -> None:
    wait = the_only(derive_waits([asks(1, 10), asks(2, 50)]))
    assert (wait.started_at, wait.first_message, wait.last_message) == (10, 1, 2)
    assert wait.ended_at is None


def test_a_moderators_reply_ends_it_at_the_platforms_time() -> None:
    wait = the_only(derive_waits([asks(1, 10), answers(2, 70)]))
    assert (wait.outcome, wait.ended_at, wait.by) == (Outcome.REPLIED, 70, "moderator:ola")


def test_a_native_reply_counts_for_the_brand_and_for_nobody() -> None:
    wait = the_only(derive_waits([asks(1, 10), answers(2, 70, by="")]))
    assert (wait.outcome, wait.by) == (Outcome.REPLIED_ELSEWHERE, "")


def test_whoever_writes_again_after_an_answer_waits_anew() -> None:
    first, second = derive_waits([asks(1, 10), answers(2, 20), asks(3, 30)])
    assert first.outcome is Outcome.REPLIED
    assert (second.started_at, second.ended_at) == (30, None)


def test_two_people_in_one_comment_thread_are_two_waits() -> None:
    ana, eva = derive_waits([asks(1, 10), asks(2, 20, EVA), answers(3, 30, parent=2)])
    assert ana.ended_at is None
    assert eva.outcome is Outcome.REPLIED


def test_a_mention_tells_who_is_addressed_even_under_somebody_elses_comment() -> None:
    reply = answers(3, 30, parent=1, addresses=(EVA,))
    ana, eva = derive_waits([asks(1, 10), asks(2, 20, EVA), reply])
    assert (ana.outcome, eva.outcome) == (None, Outcome.REPLIED)


def test_a_reply_ends_nobody_elses_wait_when_whom_it_addresses_does_not_wait() -> None:
    private = answers(-3, 31, by="", parent=2, addresses=(EVA,))
    ana, eva = derive_waits(
        [asks(1, 10), asks(2, 20, EVA), answers(3, 30, addresses=(EVA,)), private]
    )
    assert (ana.outcome, eva.outcome) == (None, Outcome.REPLIED)


def test_where_nobody_can_tell_whom_it_answers_everybody_waits_on_and_is_to_check() -> None:
    waits = derive_waits([asks(1, 10), asks(2, 20, EVA), answers(3, 30, by="")])
    assert [(wait.outcome, wait.unclear) for wait in waits] == [(None, 3), (None, 3)]


def test_under_a_top_level_comment_with_several_people_the_parent_alone_tells_nothing() -> None:
    said = [asks(1, 10), asks(2, 20, EVA, parent=1), answers(3, 30, by="", parent=1)]
    ana, eva = derive_waits(said, is_flat=True)
    assert (ana.unclear, eva.unclear) == (3, 3)
    ana, eva = derive_waits(said)  # where a platform tells the very message that was answered
    assert (ana.outcome, eva.outcome) == (Outcome.REPLIED_ELSEWHERE, None)
    hidden = said[1]._replace(settled_at=25, settled_as=Outcome.MODERATED)
    ana, _ = derive_waits([said[0], hidden, said[2]], is_flat=True)
    assert ana.outcome is Outcome.REPLIED_ELSEWHERE


def test_an_answer_to_our_own_message_goes_on_talking_to_the_same_person() -> None:
    said = [
        *(asks(1, 10), asks(2, 20, EVA), answers(3, 30, addresses=(EVA,))),
        *(asks(4, 40, EVA), answers(5, 50, parent=3)),
    ]
    ana, first, second = derive_waits(said)
    assert [one.outcome for one in (ana, first, second)] == [
        *(None, Outcome.REPLIED, Outcome.REPLIED),
    ]


OUTSIDE = Outcome.REPLIED_ELSEWHERE


def test_a_person_says_that_it_was_answered_outside() -> None:
    said = [asks(1, 10), asks(2, 20, EVA), answers(3, 30, by=""), asks(4, 40, EVA)]
    ana, eva, again = derive_waits(said, [WaitDecision(1, 60, "moderator:ola", OUTSIDE)])
    for wait in (ana, eva):
        assert (wait.outcome, wait.ended_at, wait.answer) == (OUTSIDE, 30, 3)
        assert (wait.by, wait.noticed_at, wait.reason) == ("", 60, "answered_outside")
    assert (again.contact, again.started_at, again.outcome) == (EVA, 40, None)


def test_a_person_says_who_of_several_was_answered_outside() -> None:
    said = [asks(1, 10), asks(2, 20, EVA), answers(3, 30, by="")]
    ana, eva = derive_waits(said, [WaitDecision(1, 60, "moderator:ola", OUTSIDE, message=2)])
    assert (ana.outcome, ana.unclear, eva.outcome) == (None, 3, OUTSIDE)


def test_an_automatic_reply_ends_nothing() -> None:
    wait = the_only(derive_waits([asks(1, 10), answers(2, 20, by="rule:x", ends_waits=False)]))
    assert wait.ended_at is None


def test_hiding_the_only_message_ends_it_and_showing_it_again_restores_it() -> None:
    hidden = asks(1, 10, settled_at=40, settled_as=Outcome.MODERATED, settled_by="moderator:ola")
    wait = the_only(derive_waits([hidden]))
    assert (wait.outcome, wait.ended_at, wait.started_at) == (Outcome.MODERATED, 40, 10)
    shown = the_only(derive_waits([asks(1, 10)]))
    assert (shown.outcome, shown.started_at) == (None, 10)


def test_hiding_one_of_two_messages_leaves_the_other_waiting_from_its_own_start() -> None:
    hidden = asks(1, 10, settled_at=40, settled_as=Outcome.MODERATED)
    wait = the_only(derive_waits([hidden, asks(2, 20)]))
    assert (wait.outcome, wait.started_at) == (None, 20)


def test_hiding_after_the_answer_changes_nothing() -> None:
    hidden = asks(1, 10, settled_at=40, settled_as=Outcome.MODERATED)
    assert the_only(derive_waits([hidden, answers(2, 20)])).outcome is Outcome.REPLIED


def test_whoever_had_an_answer_that_was_deleted_waits_on() -> None:
    gone = answers(2, 70)._replace(settled_at=90, settled_as=Outcome.MODERATED)
    wait = the_only(derive_waits([asks(1, 10), gone]))
    assert (wait.started_at, wait.ended_at) == (10, None)
    wait = the_only(derive_waits([asks(1, 10), gone, answers(3, 100)]))
    assert (wait.answer, wait.ended_at) == (3, 100)


def test_a_withdrawn_question_needs_no_answer() -> None:
    gone = asks(1, 10, settled_at=15, settled_as=Outcome.WITHDRAWN)
    assert the_only(derive_waits([gone])).outcome is Outcome.WITHDRAWN


def test_no_reply_needed_does_not_touch_a_message_nobody_had_seen_yet() -> None:
    late = ThreadMessage(2, ANA, at=15, seen_at=90)
    done = WaitDecision(1, 50, "moderator:ola", Outcome.NO_REPLY_NEEDED, "thanks")
    first, second = derive_waits([asks(1, 10), late], [done])
    assert (first.outcome, first.reason) == (Outcome.NO_REPLY_NEEDED, "thanks")
    assert (second.started_at, second.ended_at) == (15, None)


def test_one_message_that_needs_no_reply_leaves_the_others_waiting() -> None:
    said = [asks(1, 10), asks(2, 20, EVA), asks(3, 30)]
    needless = [
        WaitDecision(1, 50, "rule:hearts", Outcome.NO_REPLY_NEEDED, "tagged", message=2),
        WaitDecision(2, 50, "rule:hearts", Outcome.NO_REPLY_NEEDED, "tagged", message=3),
    ]
    ana, eva = derive_waits(said, needless)
    assert (ana.started_at, ana.ended_at) == (10, None)
    assert (eva.outcome, eva.ended_at, eva.reason) == (Outcome.NO_REPLY_NEEDED, 50, "tagged")
    last = WaitDecision(3, 60, "rule:hearts", Outcome.NO_REPLY_NEEDED, "thanks", message=1)
    ana, _ = derive_waits(said, [*needless, last])
    assert (ana.outcome, ana.ended_at, ana.reason) == (Outcome.NO_REPLY_NEEDED, 60, "thanks")


def test_reopening_goes_on_from_the_original_start() -> None:
    done = WaitDecision(1, 50, "moderator:ola", Outcome.NO_REPLY_NEEDED)
    reopen = WaitDecision(2, 60, "moderator:ola", None)
    wait = the_only(derive_waits([asks(1, 10)], [done, reopen]))
    assert (wait.outcome, wait.started_at) == (None, 10)


def test_a_question_in_the_second_of_our_reply_is_not_lost() -> None:
    waits = derive_waits([asks(1, 10), answers(2, 20), asks(3, 20)])
    assert [wait.outcome for wait in waits] == [Outcome.REPLIED, None]


def test_a_reply_in_the_second_of_its_question_answers_it() -> None:
    assert the_only(derive_waits([asks(1, 20), answers(2, 20, parent=1)])).ended_at == 20


def test_an_edit_after_the_answer_is_a_new_question() -> None:
    edited = asks(1, 10, edited_at=80)
    first, second = derive_waits([edited, answers(2, 20)])
    assert first.outcome is Outcome.REPLIED
    assert (second.started_at, second.outcome) == (80, None)


messages = st.lists(
    st.builds(
        lambda contact, at, lag: (contact, at, at + lag),
        st.sampled_from([ANA, EVA, None]),
        st.integers(0, 30),
        st.integers(0, 10),
    ),
    max_size=12,
)


@given(messages, st.booleans())
def test_nobody_is_forgotten(told: list[tuple[int | None, int, int]], is_flat: bool) -> None:
    """Whoever spoke after the last reply that reached them waits; nobody waits twice."""
    said = [
        ThreadMessage(n, c, at, seen, by="moderator:ola") for n, (c, at, seen) in enumerate(told, 1)
    ]
    waits = derive_waits(said, is_flat=is_flat)
    open_now = [wait.contact for wait in waits if wait.ended_at is None]
    assert len(open_now) == len(set(open_now))
    last_reply = max((m.at for m in said if m.contact is None), default=-1)
    for message in said:
        if message.contact is not None and message.at > last_reply:
            assert message.contact in open_now


@given(messages, st.randoms())
def test_the_order_in_which_messages_are_read_does_not_matter(
    told: list[tuple[int | None, int, int]], random: object
) -> None:
    said = [ThreadMessage(n, c, at, seen) for n, (c, at, seen) in enumerate(told, 1)]
    shuffled = list(said)
    random.shuffle(shuffled)  # type: ignore[attr-defined]  # hypothesis gives a random.Random
    assert derive_waits(shuffled) == derive_waits(said)
