"""Calls an operator's address: a hook's JSON, posted and signed."""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Mapping

from carecli.domain.errors import CareError


class HookCallFailed(CareError):
    """An address could not be told."""


def post_json(url: str, told: Mapping[str, object], *, timeout: float, secret: str = "") -> None:
    """Post a JSON object; raises CallFailed for anything but an answer of 2xx.

    With a secret, `X-Carecli-Signature: sha256=…` is the HMAC of the body. Redirects are not
    followed, and what is answered beside the status is not read.
    """
    import httpx

    body = json.dumps(told).encode()
    headers = {"Content-Type": "application/json"}
    if secret:
        digest = hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()
        headers["X-Carecli-Signature"] = f"sha256={digest}"
    try:
        with httpx.stream("POST", url, content=body, headers=headers, timeout=timeout) as answer:
            status = answer.status_code
    except httpx.HTTPError as error:
        raise HookCallFailed(f"{url} cannot be reached: {type(error).__name__}.") from error
    if not 200 <= status < 300:
        raise HookCallFailed(f"{url} answered {status}.")
