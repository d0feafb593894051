"""Sets up webhooks: where the engine listens, and the secrets that prove the sender."""

from __future__ import annotations

import socket
from collections.abc import Callable

from carecli.boot.channels import META
from carecli.boot.setup import Setup
from carecli.config import problem_at
from carecli.domain.errors import CareError
from carecli.secrets import Secret, fetch
from carecli.sync.webhook_receiver import WebhookReceiver


def listener(
    setup: Setup, place: str = "", *, hide: Callable[[Secret], object] = bool
) -> WebhookReceiver | None:
    """What receives webhooks at a place (`host:port`), bound already; None when nothing shall.

    Raises ConfigError where a secret is missing from the configuration, SecretMissing where it
    cannot be had, CareError when the place is taken.
    """
    where = place or setup.config.engine.listen
    if not where:
        return None
    from carecli.platforms.meta.webhooks import MetaWebhooks

    token = setup.config.engine.verify_token
    channels = {k: one for k, one in setup.config.channels.items() if one.platform in META}
    secrets = [
        _revealed(fetch(one.secret, key), hide) for key, one in channels.items() if one.secret
    ]
    if token is None or not secrets:
        raise problem_at(
            setup.file,
            "engine.listen",
            "webhooks need the app secret and a verify token",
            hint="set `secret` of a channel and `engine.verify_token`, e.g. to env:NAME",
        )
    hook = MetaWebhooks(
        _revealed(fetch(token, "verify_token"), hide), tuple(dict.fromkeys(secrets))
    )
    accounts = {(one.platform, one.account): key for key, one in channels.items()}
    return WebhookReceiver([hook], _bound(where), accounts)


def _revealed(secret: Secret, hide: Callable[[Secret], object]) -> str:
    hide(secret)
    return secret.reveal()


def _bound(where: str) -> socket.socket:
    host, _, port = where.rpartition(":")
    if not host or not port.isdigit() or int(port) > 65535:
        raise CareError(f"{where!r} is not a valid address.", hint="Expected e.g. 127.0.0.1:8765.")
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    sock = socket.socket(family)
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        sock.bind((host.strip("[]"), int(port)))
    except OSError as error:
        sock.close()
        raise CareError(
            f"carecli cannot listen at {where}: {error.strerror}.", hint="Choose another port."
        ) from error
    return sock
