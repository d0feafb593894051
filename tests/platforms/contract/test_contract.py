"""What every connector owes the engine, whatever its platform: one body over all of them."""

from __future__ import annotations

import os
import socket
import traceback
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import replace
from functools import partial
from typing import TypeVar

import pytest

from carecli.domain.capabilities import Capabilities
from carecli.domain.errors import Gone, PlatformError, Throttled, TokenRefused, Transient
from carecli.domain.events import MessageSeen
from carecli.domain.model import HOUR, MINUTE, OutboxVerb
from carecli.platforms.base import Connector, Order
from carecli.platforms.http import Http
from tests.platforms.contract.stands import Stand, matrix_stand, meta_stand
from tests.support.faulty_proxy import Answer, Asked, CutAfter, CutBefore, Fault, Stall
from tests.support.follower import Follower, by_text, now, target_of

pytestmark = pytest.mark.timeout(180)

E = TypeVar("E", bound=PlatformError)
FOREVER = 10_000


@pytest.fixture(
    scope="module",
    params=["facebook", "instagram", pytest.param("matrix", marks=pytest.mark.synapse)],
)
def shared_stand(request: pytest.FixtureRequest) -> Iterator[Stand]:
    """One platform for all tests of a connector, whose history was read once."""
    if request.param == "matrix":
        opened = matrix_stand(request.getfixturevalue("synapse"))
    else:
        opened = meta_stand(request.param)
    with opened as stand:
        stand.follower.pull()
        yield stand


@pytest.fixture
def stand(shared_stand: Stand) -> Iterator[Stand]:
    """The platform, in good health before and after."""
    yield shared_stand
    shared_stand.proxy.heal()


@contextmanager
def impatience() -> Iterator[None]:
    """Meanwhile connectors give up on an answer after half a second.

    Only what must fail is done so: on a slow machine, half a second is too short for an answer
    that is to come.
    """
    defaults = Http.__init__.__kwdefaults__ or {}
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(defaults, "answer_seconds", 0.5)
        patch.setattr("carecli.platforms.matrix.client.SYNC_SECONDS", 0.5)
        yield


def free_port() -> int:
    """A port on loopback where nothing listens."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def is_number(asked: Sequence[Asked], number: int, _request: Asked) -> bool:
    """Whether the request that was asked last is the one of this number."""
    return len(asked) == number


def words() -> str:
    """A text nobody wrote before."""
    return f"text {os.urandom(6).hex()}"


def asked(stand: Stand) -> MessageSeen:
    """A new question, pulled."""
    text = words()
    stand.ask([text])
    return stand.follower.messages()[text]


def reply_to(message: MessageSeen, verb: OutboxVerb = OutboxVerb.REPLY) -> Order:
    text = words() if verb.is_text else ""
    return Order(words(), verb, target_of(message), text=text, attempted_at=now())


def failing(kind: type[E], follower: Follower, deed: Callable[[], object]) -> E:
    """The error of a deed that must fail, which must not show the token anywhere."""
    with pytest.raises(kind) as caught:
        deed()
    error = caught.value
    shown = "".join(traceback.format_exception(error))
    assert follower.account.token not in f"{error} {error!r} {error.hint} {error.code} {shown}"
    return error


async def capabilities(connector: Connector) -> Capabilities:
    """What the channel says it can do."""
    return connector.capabilities


def send(stand: Stand, order: Order) -> str:
    return stand.follower.run(lambda c: c.send(order)).platform_id


def find(stand: Stand, order: Order) -> str | None:
    found = stand.follower.run(lambda c: c.find_sent(order))
    return found.platform_id if found else None


def test_more_than_a_page_is_read_once(stand: Stand) -> None:
    texts = {words() for _ in range(stand.many)}
    stand.ask(sorted(texts))

    seen = [event for event in stand.follower.pull() if isinstance(event, MessageSeen)]

    mine = [event for event in seen if event.text in texts]
    assert {event.text for event in mine} == texts
    assert len({event.platform_id for event in mine}) == len(texts)
    assert not any(event.is_ours for event in mine)
    assert all(event.author for event in mine)
    assert {event.thread for event in mine} == {event.platform_id for event in mine}


def test_a_pull_that_breaks_off_between_pages_loses_nothing(stand: Stand) -> None:
    texts = {words() for _ in range(stand.many)}
    stand.ask(sorted(texts))
    follower = stand.follower

    follower.run(
        lambda c: follower.take(c.pull(follower.stream, follower.cursor, follower.known), limit=1)
    )
    follower.pull()

    assert texts <= set(follower.texts.values())


def test_nothing_new_is_an_empty_page_and_the_cursor_stays_good(stand: Stand) -> None:
    asked(stand)
    before = dict(stand.follower.texts)

    stand.follower.pull()
    stand.follower.pull()

    assert stand.follower.texts == before
    assert asked(stand).platform_id not in before


def test_a_cursor_used_again_tells_the_same_again(stand: Stand) -> None:
    cursor, texts = stand.follower.cursor, dict(stand.follower.texts)
    first = asked(stand)

    stand.follower.cursor, stand.follower.texts = cursor, texts
    again = stand.follower.messages()

    assert again[first.text or ""].platform_id == first.platform_id


def test_the_census_tells_the_same_as_the_pulls(stand: Stand) -> None:
    message = asked(stand)
    events = stand.follower.run(lambda c: stand.follower.take(c.census(now() - HOUR)))
    assert by_text(events)[message.text or ""] == message


@pytest.mark.parametrize("is_own_way", [True, False], ids=["own way", "bare 429"])
def test_asked_for_silence_it_says_until_when_and_loses_nothing(
    stand: Stand, *, is_own_way: bool
) -> None:
    text = words()
    stand.ask([text])
    stand.proxy.fail(stand.throttled if is_own_way else Answer(429), times=FOREVER)

    error = failing(Throttled, stand.follower, stand.follower.pull)

    assert error.until > now()
    if is_own_way:
        assert abs(error.until - now() - 5 * MINUTE) < MINUTE
    stand.proxy.heal()
    assert text in stand.follower.messages()


@pytest.mark.parametrize(
    "fault",
    [
        Answer(500),
        Answer(502, b"<html>Bad gateway</html>"),
        Answer(503, b"{}"),
        Answer(200, b"<html>A captive portal</html>"),
        CutBefore(),
        CutAfter(),
        Stall(),
    ],
    ids=repr,
)
def test_a_read_that_fails_had_no_effect_and_loses_nothing(stand: Stand, fault: Fault) -> None:
    text = words()
    stand.ask([text])
    stand.proxy.fail(fault, times=FOREVER)

    with impatience():
        error = failing(Transient, stand.follower, stand.follower.pull)

    assert error.happened is False
    stand.proxy.heal()
    assert text in stand.follower.messages()


@pytest.mark.parametrize("fault", [Answer(500), Stall()], ids=repr)
def test_a_read_of_which_one_request_fails_loses_nothing(stand: Stand, fault: Fault) -> None:
    """Whichever it is: what it would have told comes with the next read."""
    for number in range(1, 50):
        text = words()
        stand.ask([text])
        first = len(stand.proxy.asked)
        stand.proxy.fail(fault, partial(is_number, stand.proxy.asked, first + number))
        with impatience(), suppress(Transient):
            stand.follower.pull()
        is_last = len(stand.proxy.asked) < first + number
        stand.proxy.heal()
        stand.follower.pull()
        assert text in stand.follower.texts.values(), f"request {number} failed"
        if is_last:
            break
    assert is_last
    assert number > 1


def test_a_platform_that_is_not_there_surely_did_nothing(stand: Stand) -> None:
    order = reply_to(asked(stand))
    away = Follower(replace(stand.follower.account, base_url=f"http://127.0.0.1:{free_port()}"), "")

    error = failing(Transient, away, lambda: away.run(lambda c: c.send(order)))

    assert error.happened is False
    assert stand.standing(order.text) == 0


def test_a_reply_stands_once_and_is_told_as_the_next_pull_tells_it(stand: Stand) -> None:
    question = asked(stand)
    order = reply_to(question)

    sent = stand.follower.run(lambda c: c.send(order))

    assert sent.platform_id
    assert stand.standing(order.text) == 1
    told, pulled = by_text(sent.events)[order.text], stand.follower.messages()[order.text]
    assert told.platform_id == pulled.platform_id == sent.platform_id
    assert told.is_ours
    assert pulled.is_ours
    assert told.thread == pulled.thread == question.thread
    assert find(stand, order) == sent.platform_id


@pytest.mark.parametrize("fault", [CutBefore(), Stall(), Answer(502), Answer(500, b"{}")], ids=repr)
def test_a_send_the_platform_never_heard_of_is_not_found_and_can_be_repeated(
    stand: Stand, fault: Fault
) -> None:
    order = reply_to(asked(stand))
    stand.proxy.fail(fault, stand.is_reply)

    with impatience():
        error = failing(Transient, stand.follower, lambda: send(stand, order))

    assert error.happened is None
    assert find(stand, order) is None
    assert stand.standing(order.text) == 0
    assert send(stand, order)
    assert stand.standing(order.text) == 1


def test_a_send_that_was_acknowledged_is_sent_whatever_breaks_next(stand: Stand) -> None:
    order = reply_to(asked(stand))
    before = len(stand.proxy.asked)
    stand.proxy.fail(
        Answer(503),
        lambda _: any(stand.is_reply(request) for request in stand.proxy.asked[before:-1]),
        times=FOREVER,
    )

    sent = send(stand, order)

    stand.proxy.heal()
    assert stand.standing(order.text) == 1
    assert find(stand, order) == sent


def test_a_send_whose_answer_was_lost_is_found(stand: Stand) -> None:
    order = reply_to(asked(stand))
    stand.proxy.fail(CutAfter(), stand.is_reply)

    error = failing(Transient, stand.follower, lambda: send(stand, order))

    assert error.happened is None
    assert stand.standing(order.text) == 1
    found = find(stand, order)
    assert found == stand.follower.messages()[order.text].platform_id


def test_a_send_repeated_is_sent_once_where_the_platform_promises_that(stand: Stand) -> None:
    order = reply_to(asked(stand))
    first = send(stand, order)
    if stand.follower.run(capabilities).resend_is_safe:
        assert send(stand, order) == first
    assert find(stand, order) == first
    assert stand.standing(order.text) == 1


def test_a_throttled_send_waits_and_did_not_happen(stand: Stand) -> None:
    order = reply_to(asked(stand))
    stand.proxy.fail(stand.throttled, stand.is_reply)

    assert failing(Throttled, stand.follower, lambda: send(stand, order)).until > now()
    assert stand.standing(order.text) == 0


def test_a_send_to_nowhere_is_refused_for_good(stand: Stand) -> None:
    question = asked(stand)
    order = replace(reply_to(question), target=stand.nowhere(target_of(question)))

    error = failing(PlatformError, stand.follower, lambda: send(stand, order))

    assert not isinstance(error, (Transient, Throttled, TokenRefused))
    assert stand.standing(order.text) == 0


def test_an_expired_token_is_told_apart_and_never_shown(stand: Stand) -> None:
    account = replace(stand.follower.account, token="a-token-that-expired-long-ago")
    expired = Follower(account, stand.follower.stream)
    order = reply_to(asked(stand))

    failing(TokenRefused, expired, expired.pull)
    failing(TokenRefused, expired, lambda: expired.run(lambda c: c.send(order)))


def test_a_platform_that_repeats_the_token_does_not_get_it_shown(stand: Stand) -> None:
    token = stand.follower.account.token
    body = f'{{"errcode":"M_BAD","error":{{"message":"bad {token}","code":100}},"x":"{token}"}}'
    stand.proxy.fail(Answer(400, body.encode()), times=FOREVER)
    failing(PlatformError, stand.follower, stand.follower.pull)
    stand.proxy.heal()
    stand.proxy.fail(Answer(400, f'{{"error":"bad {token}"}}'.encode()), times=FOREVER)
    failing(PlatformError, stand.follower, stand.follower.pull)


@pytest.mark.parametrize(
    ("wish", "contrary"),
    [(OutboxVerb.LIKE, OutboxVerb.UNLIKE), (OutboxVerb.HIDE, OutboxVerb.UNHIDE)],
)
def test_a_state_may_be_wished_for_twice_and_taken_back_twice(
    stand: Stand, wish: OutboxVerb, contrary: OutboxVerb
) -> None:
    message = asked(stand)
    if wish is OutboxVerb.HIDE and not stand.follower.run(capabilities).can_hide:
        failing(PlatformError, stand.follower, lambda: send(stand, reply_to(message, wish)))
        return
    for verb in (wish, wish, contrary, contrary, wish):
        send(stand, reply_to(message, verb))
    assert find(stand, reply_to(message, contrary)) is None


def test_a_state_whose_answer_was_lost_may_be_wished_for_again(stand: Stand) -> None:
    order = reply_to(asked(stand), OutboxVerb.LIKE)
    assert find(stand, order) is None
    stand.proxy.fail(CutAfter(), stand.is_like)

    error = failing(Transient, stand.follower, lambda: send(stand, order))

    assert error.happened is None
    send(stand, order)


def test_a_message_is_deleted_however_often_and_its_head_is_gone(stand: Stand) -> None:
    message = asked(stand)
    head = stand.follower.run(lambda c: c.head(target_of(message)))
    assert by_text(head.events)[message.text or ""].platform_id == message.platform_id

    send(stand, reply_to(message, OutboxVerb.DELETE))
    try:
        send(stand, reply_to(message, OutboxVerb.DELETE))
    except Gone:
        pass

    failing(Gone, stand.follower, lambda: stand.follower.run(lambda c: c.head(target_of(message))))
    stand.follower.pull()


def test_one_written_for_one_deleted_is_told_by_the_census_at_the_latest(stand: Stand) -> None:
    message, text = asked(stand), words()
    send(stand, reply_to(message, OutboxVerb.DELETE))
    stand.ask([text])

    events = stand.follower.pull()
    events += stand.follower.run(lambda c: stand.follower.take(c.census(now() - HOUR)))

    assert text in by_text(events)


def test_what_was_pulled_can_be_read_again_from_the_raw_payloads(stand: Stand) -> None:
    stand.follower.payloads.clear()
    message = asked(stand)
    payloads = [raw for raw in stand.follower.payloads if raw]

    async def reread(connector: Connector) -> set[str]:
        pages = [connector.read(raw, now()) for raw in payloads]
        return {getattr(event, "platform_id", "") for page in pages for event in page.events}

    assert message.platform_id in stand.follower.run(reread)


@pytest.mark.parametrize("raw", [b"", b"\x00\xff", b"null", b"[1]", b"[" * 50_000, b'{"a":{}}'])
def test_reading_nonsense_raises_nothing(stand: Stand, raw: bytes) -> None:
    async def read(connector: Connector) -> bytes:
        return connector.read(raw, now()).raw

    assert stand.follower.run(read) == raw


def test_the_probe_tells_that_the_token_is_good(stand: Stand) -> None:
    probe = stand.follower.run(lambda c: c.probe())
    assert probe.is_ok, probe.problems
    assert probe.account
    assert probe.capabilities == stand.follower.run(capabilities)
