"""Receives Meta's webhooks: handshake, signature, and the account of each update.

A POST holds up to 1,000 updates of several accounts; it is split by account.
Source: Meta's Webhooks reference (`hub.challenge`, `X-Hub-Signature-256`), as of November 2026.
"""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from carecli.platforms.base import WebhookDelivery
from carecli.platforms.meta import wire

PLATFORM = {"page": "facebook", "instagram": "instagram"}
"""Webhook object -> the platform of a channel."""

SIGNATURE = "x-hub-signature-256"


@dataclass(frozen=True, slots=True)
class MetaWebhooks:
    """Receives the webhooks of one or several apps. `secrets` are the apps' secrets."""

    verify_token: str = field(repr=False)
    secrets: Sequence[str] = field(repr=False)

    path: str = "/webhooks/meta"

    def challenge(self, query: Mapping[str, str]) -> str | None:
        """The answer to the handshake; None if the request is not from Meta."""
        token = query.get("hub.verify_token", "")
        is_asked = query.get("hub.mode") == "subscribe" and self.verify_token != ""
        if not is_asked or not hmac.compare_digest(token.encode(), self.verify_token.encode()):
            return None
        return query.get("hub.challenge", "")

    def is_genuine(self, raw: bytes, headers: Mapping[str, str]) -> bool:
        """Whether one of the apps signed exactly these bytes."""
        kind, _, signature = headers.get(SIGNATURE, "").partition("=")
        if kind != "sha256" or not signature.isascii():
            return False
        return any(
            hmac.compare_digest(
                hmac.new(secret.encode(), raw, hashlib.sha256).hexdigest(), signature
            )
            for secret in self.secrets
        )

    def split(self, raw: bytes) -> list[WebhookDelivery]:
        """The body split by account, in order; empty if the body is invalid."""
        try:
            body = wire.node(json.loads(raw))
        except (ValueError, RecursionError):
            return []
        platform = PLATFORM.get(wire.text(body, "object") or "", "")
        return [
            WebhookDelivery(
                platform,
                wire.ident(entry) or "",
                json.dumps({"object": body["object"], "entry": [entry]}).encode(),
            )
            for entry in wire.nodes(body.get("entry"))
            if platform
        ]
