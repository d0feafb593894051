"""Every class of error of the Graph API, and the limit headers."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from carecli.domain.errors import (
    AlreadyDone,
    BehaviourBlocked,
    Gone,
    PermissionMissing,
    PersonUnreachable,
    PlatformError,
    Refused,
    Throttled,
    TokenRefused,
    Transient,
    WindowClosed,
)
from carecli.domain.model import MINUTE
from carecli.platforms.http import Response, redact, same_host
from carecli.platforms.meta.errors import DEFAULT_SILENCE, asks_for_less_data, error_from
from carecli.platforms.meta.limits import Limits, limits_of
from tests.platforms.meta.recordings import FOLDER

NOW = 1_000_000_000


def classified(body: bytes, *, changes: bool = True, status: int = 400) -> PlatformError:
    error = error_from(Response(status, {}, body), changes=changes, now=NOW)
    assert error is not None
    return error


def made(code: int, sub: int = 0, message: str = "no") -> bytes:
    error: dict[str, object] = {"message": message, "type": "OAuthException", "code": code}
    if sub:
        error["error_subcode"] = sub
    return json.dumps({"error": error}).encode()


RECORDED = {
    "facebook/errors/error-10-permissionDenied.json": PermissionMissing,
    "facebook/errors/error-100-badRequestUrl.json": Refused,
    "facebook/errors/error-190-tokenExpired.json": TokenRefused,
    "facebook/errors/error-190-userRevokedToken.json": TokenRefused,
    "facebook/errors/error-2-serviceUnavailable.json": Transient,
    "facebook/errors/error-200-notAuthorizedForAction.json": PermissionMissing,
    "facebook/errors/error-368-blocked.json": BehaviourBlocked,
    "facebook/errors/error-506-duplicate.json": Refused,
    "facebook/errors/error-rate-limit.json": Throttled,
    "facebook/errors/error_100_appsecret_proof.json": TokenRefused,
    "facebook/errors/error_100_missing_permission.json": PermissionMissing,
    "facebook/errors/error_user_msg.json": TokenRefused,
    "constructed/error_100_2534025_invalid_private_reply.json": AlreadyDone,
    "constructed/error_100_33_gone_or_no_access.json": Gone,
    "constructed/error_100_retired_message_tag.json": WindowClosed,
    "constructed/error_10_1893063_page_restricted.json": BehaviourBlocked,
    "constructed/error_10_2018278_outside_window_fb.json": WindowClosed,
    "constructed/error_10_2534022_outside_window_ig.json": WindowClosed,
    "constructed/error_190_463_expired.json": TokenRefused,
    "constructed/error_190_492_role_lost.json": TokenRefused,
    "constructed/error_32_page_user_token.json": Throttled,
    "constructed/error_368_1390008_action_frequency.json": BehaviourBlocked,
    "constructed/error_551_1545041_person_unavailable.json": PersonUnreachable,
    "constructed/error_613_2534040_ig_messaging.json": Throttled,
    "constructed/error_80001_page_buc.json": Throttled,
    "constructed/error_80002_instagram_buc.json": Throttled,
    "constructed/error_80006_messenger_buc.json": Throttled,
    "constructed/error_9000001_message_older_than_20.json": Refused,
}


@pytest.mark.parametrize(("name", "kind"), RECORDED.items())
def test_a_recorded_error_has_its_class(name: str, kind: type[PlatformError]) -> None:
    error = classified((FOLDER / name).read_bytes())
    assert type(error) is kind
    assert error.code
    assert error.hint or isinstance(error, Transient)


def test_no_recorded_error_is_forgotten() -> None:
    files = {
        path.relative_to(FOLDER).as_posix()
        for path in FOLDER.rglob("error*.json")
        if "golden" not in path.parts
    }
    assert files == set(RECORDED)


@pytest.mark.parametrize(
    ("code", "sub", "kind"),
    [
        (1, 0, Transient), (2, 0, Transient), (3919, 0, Transient),
        (4, 0, Throttled), (17, 0, Throttled), (341, 0, Throttled), (613, 1996, Throttled),
        (10, 2018065, WindowClosed), (10, 2018108, PersonUnreachable),
        (551, 0, PersonUnreachable), (200, 1545041, PersonUnreachable),
        (230, 0, PermissionMissing), (3, 0, PermissionMissing), (210, 0, PermissionMissing),
        (21, 0, Refused), (12, 0, Refused), (100, 2018001, PersonUnreachable),
        (100, 2534014, PersonUnreachable), (100, 2018300, Refused), (2018300, 0, Refused),
        (102, 0, TokenRefused), (104, 0, TokenRefused), (1705, 0, TokenRefused),
        (190, 458, TokenRefused), (190, 459, TokenRefused), (190, 464, TokenRefused),
        (190, 467, TokenRefused), (190, 483, TokenRefused), (190, 0, TokenRefused),
        (200, 0, PermissionMissing), (299, 0, PermissionMissing), (36103, 0, PermissionMissing),
        (200, 2534041, PermissionMissing), (368, 4854002, BehaviourBlocked),
        (368, 1404082, BehaviourBlocked), (803, 0, Gone), (10900, 0, AlreadyDone),
        (10903, 0, Refused), (2500, 0, Refused), (123456, 0, Refused),
    ],
)  # fmt: skip
def test_a_code_has_its_class(code: int, sub: int, kind: type[PlatformError]) -> None:
    assert type(classified(made(code, sub))) is kind


def test_a_lost_role_is_told_apart_from_an_expired_token() -> None:
    lost, expired = classified(made(190, 492)), classified(made(190, 463))
    assert "a new token will not help" in lost.hint
    assert "carecli token CHANNEL" in expired.hint


def test_a_write_that_failed_temporarily_may_have_happened() -> None:
    for body, status in ((made(2), 400), (b"<html>", 502), (b"", 500), (b"not json", 200)):
        write = classified(body, status=status)
        read = classified(body, status=status, changes=False)
        assert isinstance(write, Transient)
        assert isinstance(read, Transient)
        assert (write.happened, read.happened) == (None, False)


def test_a_success_is_no_error() -> None:
    assert error_from(Response(200, {}, b'{"id":"1"}'), changes=True, now=NOW) is None
    assert error_from(Response(200, {}, b"[]"), changes=False, now=NOW) is None


def test_an_error_in_a_200_is_one() -> None:
    assert isinstance(classified(made(190), status=200), TokenRefused)


def test_throttling_waits_as_long_as_told() -> None:
    buc = json.dumps({"1": [{"type": "pages", "estimated_time_to_regain_access": 19}]})
    answer = Response(400, {"x-business-use-case-usage": buc}, made(80001))
    told = error_from(answer, changes=False, now=NOW)
    untold = classified(made(80001))
    bare = error_from(Response(429, {"retry-after": "120"}, b""), changes=True, now=NOW)
    assert isinstance(told, Throttled)
    assert told.until == NOW + 20 * MINUTE
    assert isinstance(untold, Throttled)
    assert untold.until == NOW + DEFAULT_SILENCE
    assert isinstance(bare, Throttled)
    assert bare.until == NOW + 2 * MINUTE


def test_an_error_never_shows_the_token() -> None:
    body = made(190, 0, "bad token EAAsecret in access_token=EAAother&x=1 \x1b[2J")
    error = error_from(Response(400, {}, body), changes=False, now=NOW, secrets=("EAAsecret",))
    assert error is not None
    assert not any(word in str(error) for word in ("EAAsecret", "EAAother", "\x1b"))


def test_too_much_data_is_recognised() -> None:
    body = made(1, 0, "Please reduce the amount of data you're asking for, then retry")
    assert asks_for_less_data(json.loads(body))
    assert not asks_for_less_data(json.loads(made(1)))


def headers(name: str) -> dict[str, str]:
    told: dict[str, str] = json.loads((FOLDER / "constructed" / name).read_text())
    return told


def test_the_fullest_measure_counts() -> None:
    assert limits_of(headers("headers_app_usage.json"), NOW) == Limits(28.0, None)
    busy = limits_of(headers("headers_buc_pages_instagram_messenger.json"), NOW)
    assert busy == Limits(100.0, NOW + 20 * MINUTE)


def test_quotas_of_others_do_not_count() -> None:
    recorded = (Path(FOLDER) / "facebook/errors/header_business_use_case_usage.json").read_text()
    assert limits_of({"x-business-use-case-usage": recorded}, NOW) == Limits()


@pytest.mark.parametrize("text", ["", "{", "[]", "3", '{"a": 1}', '{"call_count": "x"}', "[[[["])
def test_odd_headers_are_survived(text: str) -> None:
    told = {"x-app-usage": text, "x-business-use-case-usage": text, "retry-after": text}
    assert limits_of(told, NOW).usage == 0


def test_redaction_and_hosts() -> None:
    assert redact("Bearer abc.def and input_token=xyz") == (
        "Bearer [redacted] and input_token=[redacted]"
    )
    assert same_host("https://graph.facebook.com/v1/x?a=b", "https://graph.facebook.com")
    assert not same_host("https://graph.facebook.com.evil.example/", "https://graph.facebook.com")
    assert not same_host("http://graph.facebook.com/", "https://graph.facebook.com")
    assert not same_host("http://[", "https://graph.facebook.com")
