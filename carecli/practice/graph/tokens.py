"""Tokens: whose they are, until when, and how to exchange one for another."""

from __future__ import annotations

from carecli.domain.model import DAY, SECOND, Millis
from carecli.practice.graph.call import (
    APP_ID,
    APP_SECRET,
    APP_TOKEN,
    USER_ID,
    USER_TOKEN,
    Call,
    read_token,
)
from carecli.practice.graph.errors import GraphError, bad_parameter
from carecli.practice.nodes import SCOPES

A_DAY = DAY // SECOND


def debug_token(call: Call) -> dict[str, object]:
    """`GET /debug_token?input_token=`: type, expiry (0: never), scopes and their targets."""
    inspected = call.text("input_token")
    if not inspected:
        raise bad_parameter("The parameter input_token is required")
    try:
        token = read_token(call.world, inspected)
    except GraphError as error:
        data = {"code": 190, "message": error.message, "subcode": error.subcode}
        return {"data": {"error": data, "is_valid": False, "scopes": []}}
    app, seconds = call.world.app, call.now // 1000
    scopes = [scope for scope in SCOPES if scope in app.granted]
    data = {
        "app_id": APP_ID,
        "type": token.kind.upper(),
        "application": "carecli practice",
        "is_valid": True,
    }
    if token.kind == "app":
        return {"data": data}
    targets = [token.page.id] if token.page else []
    if token.page and token.page.partner:
        targets.append(token.page.partner.id)
    never = token.kind == "system_user"
    data |= {
        "data_access_expires_at": _end(app.data_access_ends, 0 if never else seconds + 90 * A_DAY),
        "expires_at": _end(
            app.token_ends, 0 if never or token.page is not None else seconds + 60 * A_DAY
        ),
        "issued_at": seconds - A_DAY,
        "scopes": scopes,
        "granular_scopes": [{"scope": scope, "target_ids": targets} for scope in scopes],
        "user_id": USER_ID,
    }
    if token.page:
        data["profile_id"] = token.page.id
    return {"data": data}


def _end(millis: Millis | None, usual: int) -> int:
    return usual if millis is None else millis // SECOND


def exchange(call: Call) -> dict[str, object]:
    """`GET /oauth/access_token`: a long user token, or the app's own."""
    if call.text("client_id") != APP_ID or call.text("client_secret") != APP_SECRET:
        raise GraphError(101, "Error validating application. Cannot get application info.")
    match call.text("grant_type"):
        case "client_credentials":
            return {"access_token": APP_TOKEN, "token_type": "bearer"}
        case "fb_exchange_token":
            read_token(call.world, call.text("fb_exchange_token"))
            return {"access_token": USER_TOKEN, "token_type": "bearer", "expires_in": 5183944}
        case _:
            raise bad_parameter("Invalid grant_type")
