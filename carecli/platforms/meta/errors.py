"""What the Graph API's errors mean, and what a person can do about each.

An error comes mostly with HTTP 400, so the body decides: `{"error": {"message", "type", "code"?,
"error_subcode"?, "is_transient"?, …}}`; where `code` is missing, the message begins with `(#n)`.
"""

from __future__ import annotations

import re

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
from carecli.domain.model import MINUTE, Millis
from carecli.domain.text import one_line
from carecli.platforms.http import Response, redact
from carecli.platforms.meta import wire
from carecli.platforms.meta.limits import limits_of

DEFAULT_SILENCE: Millis = 5 * MINUTE
"""How long to be silent when throttled without being told until when."""

THROTTLES = frozenset({4, 17, 32, 341, 613, 80001, 80002, 80006})
TEMPORARY = frozenset({1, 2, 3919})
GONE_OR_FORBIDDEN = frozenset({(100, 33), (803, 0)})

_TOKEN_HINTS = {
    458: "The app was removed: connect it again with `carecli connect facebook`.",
    459: "Facebook asks its user to log in at facebook.com first (checkpoint).",
    460: "The password has changed: create a new token, then `carecli token CHANNEL`.",
    463: "The token has expired: create a new one, then `carecli token CHANNEL`.",
    464: "The user must confirm the account at facebook.com first.",
    467: "The token is no longer valid: create a new one, then `carecli token CHANNEL`.",
    492: "The user has lost their role on the page: restore the role; a new token will not help.",
}
_RENEW = "Create a new token, then `carecli token CHANNEL`."
_REGRANT = (
    "Grant the permission again, then `carecli token CHANNEL`; a permission expires if it is not "
    "used for 90 days, and some features need App Review."
)
_UNREACHABLE = (
    "This person has left, has blocked the page, or does not accept messages; nothing can be sent."
)
_OTHER_APP = "Another app owns this conversation: take it over in the page's inbox."

_BY_SUBCODE: dict[tuple[int, int], tuple[type[PlatformError], str]] = {
    (10, 2018278): (WindowClosed, "24 hours have passed since the person's last message."),
    (10, 2534022): (WindowClosed, "24 hours have passed since the person's last message."),
    (10, 2018065): (
        WindowClosed,
        "This app does not have permission for late answers (Human Agent).",
    ),
    (10, 2018108): (PersonUnreachable, _UNREACHABLE),
    (200, 1545041): (PersonUnreachable, _UNREACHABLE),
    (10, 1893063): (BehaviourBlocked, "See the page's Support Inbox; `carecli resume` afterwards."),
    (100, 2018001): (PersonUnreachable, "The platform does not know this person for this page."),
    (100, 2534014): (PersonUnreachable, "The platform does not know this person for this profile."),
    (100, 2534025): (AlreadyDone, "A comment can be answered privately once, within 7 days."),
    (100, 2018300): (Refused, _OTHER_APP),
    (200, 2534041): (
        PermissionMissing,
        "Switch on 'Allow access to messages' in the Instagram app, Settings, Messages.",
    ),
    (506, 1455006): (Refused, "The same text was just sent; change a word."),
}

_BY_CODE: dict[int, tuple[type[PlatformError], str]] = {
    10: (PermissionMissing, _REGRANT),
    102: (TokenRefused, _RENEW),
    104: (
        TokenRefused,
        "The app requires signed calls: set `secret` of the channel to where the app secret is.",
    ),
    110: (
        Gone,
        "There is no professional account with this user name; private accounts cannot be read.",
    ),
    190: (TokenRefused, _RENEW),
    3: (
        PermissionMissing,
        "The app lacks this capability: apply for the feature in the app's dashboard, App Review.",
    ),
    12: (Refused, "This version of the API no longer offers it: set another api_version."),
    210: (PermissionMissing, "A page token is required; this one belongs to a person or an app."),
    230: (
        PermissionMissing,
        "Grant pages_messaging, for Instagram instagram_manage_messages, to the app again.",
    ),
    368: (
        BehaviourBlocked,
        "Facebook has temporarily blocked the account: wait several hours, then `carecli resume`.",
    ),
    506: (Refused, "The same text was just sent; change a word."),
    551: (PersonUnreachable, _UNREACHABLE),
    803: (Gone, "It was deleted, or the token has no access to it."),
    1705: (TokenRefused, "The token belongs to a person, not to the page: create a page token."),
    10900: (AlreadyDone, "A comment can be answered privately once, within 7 days."),
    10903: (
        Refused,
        "This comment cannot be answered privately: it is too old, or it is a page's own.",
    ),
    2018300: (Refused, _OTHER_APP),
    36103: (PermissionMissing, "This Instagram account must be a professional account."),
    9000001: (
        Refused,
        "The platform shows only the 20 newest messages of a conversation; this one is older.",
    ),
}


def error_in(payload: object) -> wire.Node:
    """The error object of an answer, or an empty one."""
    return wire.child(wire.node(payload), "error")


def code_of(error: wire.Node) -> tuple[int, int]:
    """Code and subcode; the code from the message's `(#n)` where it is missing, 0 for unknown."""
    code = wire.number(error, "code")
    if code is None:
        named = re.match(r"\s*\(#(\d{1,9})\)", wire.text(error, "message") or "")
        code = int(named[1]) if named else 0
    return code, wire.number(error, "error_subcode") or 0


def asks_for_less_data(payload: object) -> bool:
    """Whether the platform asks to reduce the amount asked for at once."""
    error = error_in(payload)
    said = (wire.text(error, "message") or "").lower()
    return code_of(error)[0] == 1 and "reduce the amount of data" in said


def error_from(
    answer: Response, *, changes: bool, now: Millis, secrets: tuple[str, ...] = ()
) -> PlatformError | None:
    """The error an answer stands for, or None. `changes`: the request asked for a change.

    After such a request a temporary error leaves open whether the change happened.
    """
    payload = answer.json()
    error = error_in(payload)
    if not error and answer.status < 400 and payload is not None:
        return None
    code, sub = code_of(error)
    name = f"{code}/{sub}" if sub else str(code or f"http {answer.status}")
    said = wire.text(error, "error_user_msg") or wire.text(error, "message")
    what = one_line(redact(said or f"the platform answered {answer.status}", secrets), 300)
    happened = None if changes else False
    if code in THROTTLES or answer.status == 429:
        until = limits_of(answer.headers, now).park_until or now + DEFAULT_SILENCE
        return Throttled(
            what,
            until=until,
            code=name,
            hint="carecli waits until the platform accepts requests again.",
        )
    if code == 21:
        return Refused(what, code=name, hint=_moved(what))
    if (code, sub) in _BY_SUBCODE:
        kind, hint = _BY_SUBCODE[code, sub]
        return kind(what, code=name, hint=hint)
    if code in TEMPORARY or error.get("is_transient") is True:
        return Transient(what, code=name, happened=happened)
    if code == 190 and sub in _TOKEN_HINTS:
        return TokenRefused(what, code=name, hint=_TOKEN_HINTS[sub])
    if code == 230 and any(word in what.lower() for word in ("refused", "declined", "blocked")):
        return PersonUnreachable(what, code=name, hint=_UNREACHABLE)
    if code == 100:
        return _bad_parameter(what, name, sub, wire.text(error, "message") or "")
    if code in _BY_CODE:
        kind, hint = _BY_CODE[code]
        return kind(what, code=name, hint=hint)
    if 200 <= code <= 299:
        return PermissionMissing(what, code=name, hint=_REGRANT)
    if not error and (answer.status >= 500 or answer.status < 400):
        return Transient(what, code=name, happened=happened)
    if answer.status >= 500:
        return Transient(what, code=name, happened=happened)
    if answer.status == 401:
        return TokenRefused(what, code=name, hint=_RENEW)
    return Refused(what, code=name, hint="Nothing was done, and trying again will not help.")


def _moved(what: str) -> str:
    """What to do after a page was merged into another, whose id the platform names."""
    found = re.search(r"(?i)migrated to page id:? *(\d{1,20})", what)
    if found is None:
        return (
            "The page was merged into another one: set that page's id as the channel's `account` "
            "(for an Instagram profile as its option `page`), and store a token of that page."
        )
    return (
        f'The page was merged into page {found[1]}: set account: "{found[1]}" for this channel, '
        f'or, for an Instagram profile, its option page: "{found[1]}", and store a token of that '
        "page."
    )


def _bad_parameter(what: str, name: str, sub: int, message: str) -> PlatformError:
    """Code 100 is a wrong request, a vanished object, or a permission that nobody granted."""
    said = message.lower()
    if "appsecret_proof" in said or "app secret proof" in said:
        return TokenRefused(
            what, code=name, hint="The app requires signed calls: store its app secret."
        )
    if sub == 33:
        return Gone(what, code=name, hint="It was deleted, or the token has no access to it.")
    if "missing permission or reviewable feature" in said or "requires the '" in said:
        return PermissionMissing(what, code=name, hint=_REGRANT)
    if "does not exist" in said:
        return Gone(what, code=name, hint="It was deleted, or the token has no access to it.")
    if "parameter: tag" in said:
        return WindowClosed(what, code=name, hint="The platform no longer takes this message tag.")
    return Refused(what, code=name, hint="Nothing was done, and trying again will not help.")
