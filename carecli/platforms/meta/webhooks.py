"""Receives Meta's webhooks: handshake, signature, and whose update it is.

A POST holds up to 1,000 updates of several accounts; each account's part is handed on by itself.
Source: Meta's Webhooks reference (`hub.challenge`, `X-Hub-Signature-256`), as of November 2026.
"""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from carecli.platforms.base import Delivery
from carecli.platforms.meta import wire

PLATFORM = {"page": "facebook", "instagram": "instagram"}
"""Webhook object -> the platform of a channel."""

SIGNATURE = "x-hub-signature-256"


@dataclass(frozen=True, slots=True)
class MetaWebhooks:
    """Receives what one app, or several, are told. `secrets` are the apps' secrets."""

    verify_token: str = field(repr=False)
    secrets: Sequence[str] = field(repr=False)

    path: str = "/webhooks/meta"

    def challenge(self, query: Mapping[str, str]) -> str | None:
        """What answers the handshake; None when it is not Meta that asks."""
        token = query.get("hub.verify_token", "")
        is_asked = query.get("hub.mode") == "subscribe" and self.verify_token != ""
        if not is_asked or not hmac.compare_digest(token.encode(), self.verify_token.encode()):
            return None
        return query.get("hub.challenge", "")

    def is_genuine(self, raw: bytes, headers: Mapping[str, str]) -> bool:
        """Whether one of the apps signed exactly these bytes."""
        kind, _, told = headers.get(SIGNATURE, "").partition("=")
        if kind != "sha256" or not told.isascii():
            return False
        return any(
            hmac.compare_digest(hmac.new(one.encode(), raw, hashlib.sha256).hexdigest(), told)
            for one in self.secrets
        )

    def split(self, raw: bytes) -> list[Delivery]:
        """The body account by account, in its order; empty when it is none."""
        try:
            body = wire.node(json.loads(raw))
        except (ValueError, RecursionError):
            return []
        platform = PLATFORM.get(wire.text(body, "object") or "", "")
        return [
            Delivery(
                platform,
                wire.ident(entry) or "",
                json.dumps({"object": body["object"], "entry": [entry]}).encode(),
            )
            for entry in wire.nodes(body.get("entry"))
            if platform
        ]
